"""一览: of a township its villages, of a district its townships: who has sent what, who is stuck.

Of any number of units in the same number of queries: a few for each stage at which lists stand.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exitcase.core import access, clock
from exitcase.core.choices import CLOSED, Act, Finding, Level, StageKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.models import Programme, Region
from exitcase.core.models.region import level_of
from exitcase.core.rules import Stage
from exitcase.core.scope import Scope
from exitcase.core.screens import Empty, Link, Pace
from exitcase.core.templatetags.page import part, stage_title
from verification import queries
from verification.models import Batch, Case, Inspection, Submission
from verification.queries import Blocker
from verification.services import inspections
from verification.services.submissions import State, state_of
from verification.views.receiving import PACES, WORDS

BELOW = {Level.CITY: Level.DISTRICT, Level.DISTRICT: Level.TOWNSHIP, Level.TOWNSHIP: Level.VILLAGE}
NAMED = 30  # of those nobody has visited; the list of a batch has all


@dataclass(slots=True)
class Unit:
    """One village or township: its lists, what it has sent, how many households are not ready."""

    name: str
    href: str
    households: int = 0
    persons: int = 0
    stages: dict[str, int] = field(default_factory=dict)  # title → households
    late: int = 0  # days by which its latest list is over time
    sent: list[tuple[Pace, str, str]] = field(default_factory=list)
    stuck: int = 0


class Missing(NamedTuple):
    """One household that has not been visited."""

    case: int
    village: str
    group: str
    head_name: str


@dataclass(frozen=True, slots=True)
class Cover:
    """How far the visits of one check have come: 210/212 已入户, and the missing by name."""

    title: str
    done: int
    due: int
    missing: Sequence[Missing]
    more: int


@dataclass(frozen=True, slots=True)
class Held:
    """One list and what keeps it where it stands."""

    place: Link
    stage: str
    blockers: Sequence[Blocker]


@dataclass(frozen=True, slots=True)
class Plan:
    """All of one plan in a region."""

    plan: Programme
    units: Sequence[Unit]
    unsent: Sequence[tuple[str, Sequence[str]]]  # stage title → who has not sent
    covers: Sequence[Cover]
    held: Sequence[Held]
    beside: Sequence[Link]


@cases()
@require_safe
def glance(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The widest region of this person."""
    code = min(visitor.scope.codes, key=lambda one: (len(one), one))
    return _show(request, visitor, Region.objects.get(pk=code))


@cases()
@require_safe
def glance_at(request: HttpRequest, visitor: Visitor, region: str) -> HttpResponse:
    """One region of this person's, by its code."""
    found = visitor.scope.regions().filter(pk=region).first()
    if found is None:
        raise Http404
    return _show(request, visitor, found)


def _show(request: HttpRequest, visitor: Visitor, region: Region) -> HttpResponse:
    rows = queries.batches(visitor.scope).filter(village__gte=region.pk)
    listed = list(rows.filter(village__lt=f"{region.pk}~").order_by("programme", "village", "part"))
    blockers = _seen_by(visitor.scope, listed, queries.blockers(listed))
    plans = [
        _plan(visitor.scope, region, list(batches), blockers)
        for _key, batches in groupby(listed, lambda batch: batch.programme_id)
    ]
    why = _("本地区还没有列出名单。")
    context = {
        "section": "batches",
        "region": region,
        "plans": plans,
        "below": _below(region),
        "upper": _upper(visitor.scope, region),
        "staffs": access.may(visitor.scope, Act.HAND_OVER, Level(region.level), region.pk),
        "empty": Empty(why, Link(_("看农户"), reverse("households"))),
    }
    return render(request, "verification/glance.html", context)


def _below(region: Region) -> Level:
    """The level whose units are told of a region; a village is its own."""
    return BELOW.get(Level(region.level), Level.VILLAGE)


def _upper(scope: Scope, region: Region) -> Link | None:
    code = region.parent_id
    if not code or not scope.covers(code):
        return None
    return Link(Region.objects.get(pk=code).name, reverse("glance_at", args=[code]))


def _seen_by(
    scope: Scope, listed: Sequence[Batch], found: dict[int, list[Blocker]]
) -> dict[int, list[Blocker]]:
    """By name only the households this person sees."""
    batches = [batch.pk for batch in listed]
    own = set(scope.filter(Case.objects.filter(batch__in=batches)).values_list("pk", flat=True))
    return {
        key: [
            replace(one, households=tuple(row for row in one.households if row.case in own))
            for one in blockers
        ]
        for key, blockers in found.items()
    }


def _plan(
    scope: Scope,
    region: Region,
    listed: Sequence[Batch],
    blockers: dict[int, list[Blocker]],
) -> Plan:
    plan, below, today = listed[0].programme, _below(region), clock.today()
    regions = list(Region.objects.at(today).under(region.pk).of_level(below).order_by("code"))
    units = {one.pk: Unit(one.name, _place(one, listed)) for one in regions}
    size = len(regions[0].pk) if regions else 0
    for batch in listed:
        if batch.village_id[:size] in units:
            _add(units[batch.village_id[:size]], batch, blockers[batch.pk], today)
    unsent = _sent(plan, below, units)
    return Plan(
        plan,
        list(units.values()),
        unsent,
        _covers(scope, listed),
        _held(listed, blockers) if below == Level.VILLAGE else (),
        _beside(plan, region),
    )


def _place(one: Region, listed: Sequence[Batch]) -> str:
    """A township's own glance; of a village the page of its list, where it has one."""
    if one.level != Level.VILLAGE:
        return reverse("glance_at", args=[one.pk])
    own = [batch for batch in listed if batch.village_id == one.pk]
    return reverse("batch", args=[own[0].pk]) if own else ""


def _add(unit: Unit, batch: Batch, blockers: Iterable[Blocker], today: date) -> None:
    counts: tuple[int, int] = (batch.households, batch.persons or 0)  # type: ignore[attr-defined]
    unit.households += counts[0]
    unit.persons += counts[1]
    at = stage_title(batch.rules, batch.stage)
    unit.stages[at] = unit.stages.get(at, 0) + counts[0]
    unit.stuck += len({row.case for one in blockers if one.hard for row in one.households})
    if batch.stage != CLOSED:
        days = queries.days_left(batch.rules, batch.ask().stage, today)
        unit.late = max(unit.late, -(days or 0))


def _sent(plan: Programme, below: Level, units: dict[str, Unit]) -> list[tuple[str, list[str]]]:
    """What each unit has sent at each submission of its level; and who has sent nothing there."""
    stages = [
        one for one in plan.rules.chain if one.kind == StageKind.SUBMIT and one.level == below
    ]
    rows = Submission.objects.filter(region__in=units, programme__key=plan.key).order_by("pk")
    last = {(row.region_id, row.stage): row for row in rows}
    unsent = []
    for stage in stages:
        for code, unit in units.items():
            row = last.get((code, stage.key))
            if row:
                state = state_of(row)
                unit.sent.append(
                    (PACES[state], _(WORDS[state]), reverse("submission", args=[row.pk]))
                )
        standing = {row.region_id for row in last.values() if _stands(row, stage)}
        missing = [unit.name for code, unit in units.items() if code not in standing]
        if missing:
            unsent.append((stage.title, missing))
    return unsent


def _stands(row: Submission, stage: Stage) -> bool:
    """Whether it was sent at the stage and neither called nor given back."""
    return row.stage == stage.key and state_of(row) in {State.PENDING, State.RECEIVED}


# ── visits ────────────────────────────────────────────────────────────────────────────────────


def _covers(scope: Scope, listed: Sequence[Batch]) -> list[Cover]:
    """Of each check at which lists stand, two queries."""
    standing: dict[str, list[Batch]] = defaultdict(list)
    for batch in listed:
        if batch.stage != CLOSED and batch.ask().stage.kind in inspections.CHECKS:
            standing[batch.stage].append(batch)
    return [_cover(scope, batches, batches[0].ask().stage) for batches in standing.values()]


def _cover(scope: Scope, batches: Sequence[Batch], stage: Stage) -> Cover:
    own = scope.filter(Case.objects.filter(batch__in=[batch.pk for batch in batches]))
    left = inspections.waiting(own, batches[0].rules, stage).order_by("village", "group", "number")
    columns = ("pk", "village__name", "group", "head_name")
    missing = [Missing(*row) for row in left.values_list(*columns)]
    seen = Inspection.valid(stage=stage.key, case__in=own).exclude(finding=Finding.NOT_MET_HOME)
    done = seen.count()
    shown = missing[:NAMED]
    return Cover(stage.title, done, done + len(missing), shown, len(missing) - len(shown))


def _held(listed: Sequence[Batch], blockers: dict[int, list[Blocker]]) -> list[Held]:
    return [
        Held(
            Link(f"{batch.village.name} {part(batch.part)}", reverse("batch", args=[batch.pk])),
            stage_title(batch.rules, batch.stage),
            hard,
        )
        for batch in listed
        if (hard := [one for one in blockers[batch.pk] if one.hard])
    ]


def _beside(plan: Programme, region: Region) -> list[Link]:
    """监督检查 of this region, where the plan has one: beside the chain, so no list leads there."""
    if level_of(region.pk) == Level.VILLAGE:
        return []
    return [
        Link(one.title, reverse("supervise", args=[plan.pk, one.key, region.pk]))
        for one in plan.rules.beside
        if one.kind == StageKind.CHECK
    ]
