"""What helpers, inspectors and bureaux see of their regions: their own cases and what is on them.

Helpers: the households they help. Inspectors: what they were assigned, and what was drawn. Bureaux:
what they were asked about, and the cases whose indicators they are to judge now. Of lists and
notices, which tell of a village, all see the frame.
"""

from collections.abc import Callable
from typing import Final

from django.db.models import CharField, Model, Q, QuerySet
from django.db.models.functions import Cast

from exitcase.core import scope
from exitcase.core.choices import Role
from exitcase.core.models import Appointment, Paper, Programme
from exitcase.core.rules import Rules
from exitcase.core.rules_words import Judge
from exitcase.core.scope import Share
from households.models import Household
from publicity.models import Notice
from verification.models import (
    Assignment,
    Batch,
    Case,
    ComparisonItem,
    ComparisonRun,
    Correction,
    Draw,
    DrawItem,
    Mandate,
    Rectification,
)

Own = Callable[[Appointment], QuerySet[Case]]


def of_helper(held: Appointment) -> QuerySet[Case]:
    """The cases of the households this helper has today."""
    found: QuerySet[Case] = Case.objects.filter(household__helper=held.user_id)
    return found


def of_inspector(held: Appointment) -> QuerySet[Case]:
    """The cases this inspector was sent to, and those a draw has chosen."""
    sent = Assignment.open(user=held.user_id).values("case")
    drawn = DrawItem.valid(drawn=True, draw__drawn_on__isnull=False).values("case")
    found: QuerySet[Case] = Case.objects.filter(Q(pk__in=sent) | Q(pk__in=drawn))
    return found


def of_bureau(held: Appointment) -> QuerySet[Case]:
    """The cases this bureau was asked about, and those it is to judge where they stand."""
    asked = ComparisonItem.valid(run__in=requests_of(held)).values("case")
    own = Q(pk__in=asked)
    for programme in Programme.objects.all():
        stages = _judged_by(programme.rules, held.organ)
        if stages:
            own |= Q(batch__programme=programme, batch__stage__in=stages)
    found: QuerySet[Case] = Case.objects.filter(own)
    return found


def requests_of(held: Appointment) -> QuerySet[ComparisonRun]:
    """The requests to a liaison's bureau that are nobody else's of it."""
    here = Q(region__gte=held.region_id, region__lt=f"{held.region_id}~")
    runs = ComparisonRun.objects.filter(here, Q(liaison=None) | Q(liaison=held.user_id))
    return runs.filter(bureau=held.organ) if held.organ else runs


def _judged_by(rules: Rules, organ: str) -> list[str]:
    """The stages at which an organ judges the indicators it answers for."""
    if not any(organ in one.organs for one in rules.indicators):
        return []
    return [
        one.key for one in rules.chain if one.judges and one.judges.by == Judge.RESPONSIBLE_ORGAN
    ]


OWN: Final[dict[Role, Own]] = {
    Role.HELPER: of_helper,
    Role.DISTRICT_INSPECTOR: of_inspector,
    Role.CITY_INSPECTOR: of_inspector,
    Role.BUREAU: of_bureau,
    Role.TOWNSHIP_STATION: of_bureau,
}


def _cases(own: Own) -> Share:
    return lambda held, way: Q(**{f"{way}pk__in": own(held).values("pk")})


def _households(own: Own) -> Share:
    return lambda held, way: Q(**{f"{way}pk__in": own(held).values("household")})


def _rectifications(own: Own) -> Share:
    """Of their own cases; and of a region's work, which tells of no household."""
    return lambda held, way: (
        Q(**{f"{way}case__in": own(held).values("pk")}) | Q(**{f"{way}case": None})
    )


def _requests(held: Appointment, way: str) -> Q:
    return Q(**{f"{way}pk__in": requests_of(held).values("pk")})


def _papers(own: Own) -> Share:
    """The papers about single households; and notices, which hang for everybody."""

    def rows(held: Appointment, way: str) -> Q:
        cases = own(held)
        found = Q(**{f"{way}subject_kind": "notice"})
        for kind, about in {
            "case": cases,
            "mandate": Mandate.objects.filter(case__in=cases),
            "correction": Correction.objects.filter(case__in=cases),
        }.items():
            keys = about.order_by().annotate(key=Cast("pk", CharField())).values("key")
            found |= Q(**{f"{way}subject_kind": kind, f"{way}subject_id__in": keys})
        return found

    return rows


def share_out() -> None:
    """Called in the app's `ready`."""
    scope.share(Case, {role: _cases(own) for role, own in OWN.items()})
    upper: dict[Role, Share] = {
        role: _households(own) for role, own in OWN.items() if role != Role.HELPER
    }
    scope.share(Household, upper)  # a helper's own the register itself knows
    scope.share(Paper, {role: _papers(own) for role, own in OWN.items()})
    scope.share(ComparisonRun, dict.fromkeys((Role.BUREAU, Role.TOWNSHIP_STATION), _requests))
    scope.share(Rectification, {role: _rectifications(own) for role, own in OWN.items()})
    # A draw tells how many of which stratum, and of no household; who checks by it sees it whole.
    everything: Share = lambda _held, _way: Q()  # noqa: E731  # as a table of shares reads
    scope.share(Draw, dict.fromkeys((Role.DISTRICT_INSPECTOR, Role.CITY_INSPECTOR), everything))
    frames: tuple[type[Model], ...] = (Batch, Notice)
    scope.share_all(*frames)
