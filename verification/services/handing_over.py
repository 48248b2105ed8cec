"""交接: when somebody leaves, a successor in the same role takes over all that is open, in one act.

Whose time is over sees nothing from that day on; what they had stays theirs on paper until it is
handed over. `without_holder` lists it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from exitcase.core import access, clock, journal
from exitcase.core.access import RIGHTS
from exitcase.core.choices import ENDS, Act, Role, Status
from exitcase.core.errors import Refused
from exitcase.core.fields import inside
from exitcase.core.journal import Running
from exitcase.core.models import Appointment, User
from exitcase.core.models.region import above, level_of
from exitcase.core.scope import Scope
from exitcase.core.services.door import door
from exitcase.core.words import word
from households.models import Household
from households.services import helpers
from households.services.helpers import HelperSpec
from publicity.models import Objection
from publicity.services.handling import give as give_objection
from verification.models import Assignment, Case, ComparisonRun, Rectification
from verification.services import assigning
from verification.services.locks import lock_cases

INSPECTORS: Final = frozenset({Role.DISTRICT_INSPECTOR, Role.CITY_INSPECTOR})
UNHELPED: Final = (Status.CEASED, Status.REMOVED)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How much of each kind went over."""

    households: int = 0
    cases: int = 0
    requests: int = 0
    objections: int = 0
    rectifications: int = 0


def hand_over(
    appointment: Appointment,
    successor: User,
    *,
    by: User,
    done_on: date,
    reason: str,
    region: str = "",
) -> HandedOver:
    """Give what is open of this appointment to a successor: all of it, or of a `region` in it.

    Before the last day or after it. What goes over is what the role has in hand: a helper's
    households, an inspector's cases, a liaison's requests, objections to be answered,
    rectifications to be reported. Raises OutOfScope, NotAllowed; Refused without a reason, for a
    region the appointment does not cover, and for a successor who does not hold the same role
    (of the same organ) there today.
    """
    place = region or appointment.region_id
    _refuse_way(appointment, successor, place, reason)
    level = level_of(appointment.region_id)
    with door(by, Act.HAND_OVER, level, [place], done_on=done_on, reason=reason) as running:
        _refuse_successor(appointment, successor, place)
        moved = _all(appointment, successor, place, running)
        became = f"{successor.name} {_told(moved)}".strip()
        journal.record(Act.HAND_OVER, appointment, appointment.user.name, became)
        return moved


def in_hand(held: Appointment) -> HandedOver:
    """How much of each kind would go over with an appointment; reads only."""
    role, place = Role(held.role), held.region_id
    own = Household.objects.filter(inside(place), helper=held.user_id)
    runs = ComparisonRun.objects.filter(_in(place), liaison=held.user_id, entered_on=None)
    answers, rectifies = _ever(role, Act.ANSWER_OBJECTION), _ever(role, Act.RECTIFY)
    return HandedOver(
        households=own.count() if role == Role.HELPER else 0,
        cases=_sent(held, place).count() if role in INSPECTORS else 0,
        requests=runs.count() if role in assigning.OF_BUREAUX else 0,
        objections=_to_answer(held, place).count() if answers else 0,
        rectifications=_to_report(held, place).count() if rectifies else 0,
    )


def successors(held: Appointment) -> QuerySet[User]:
    """Who may take over: others who hold the same role, of the same organ, over the place today."""
    place = held.region_id
    same = Appointment.objects.on(clock.today()).filter(
        role=held.role, organ=held.organ, region__in=[place, *above(place)]
    )
    people = User.objects.filter(pk__in=same.values("user"), is_active=True)
    return people.exclude(pk=held.user_id).order_by("name", "pk")


def _told(moved: HandedOver) -> str:
    counts = {name: getattr(moved, name) for name in HandedOver.__slots__}
    return " ".join(f"{name}:{count}" for name, count in counts.items() if count)


def _all(held: Appointment, successor: User, place: str, running: Running) -> HandedOver:
    """What the role has in hand; nothing of what the same person has by another role."""
    role = Role(held.role)
    answers, rectifies = _ever(role, Act.ANSWER_OBJECTION), _ever(role, Act.RECTIFY)
    lock_cases(_cases_with_them(held, place))
    return HandedOver(
        households=_households(held, successor, place, running) if role == Role.HELPER else 0,
        cases=_assignments(held, successor, place, running) if role in INSPECTORS else 0,
        requests=_requests(held, successor, place) if role in assigning.OF_BUREAUX else 0,
        objections=_objections(held, successor, place) if answers else 0,
        rectifications=_rectifications(held, successor, place) if rectifies else 0,
    )


def _cases_with_them(held: Appointment, place: str) -> QuerySet[Case]:
    """Locked at once: the order of locks holds however many kinds of task there are."""
    found: QuerySet[Case] = Case.objects.filter(
        Q(pk__in=_sent(held, place).values("case"))
        | Q(pk__in=_to_answer(held, place).values("case_key"))
        | Q(pk__in=_to_report(held, place).values("case"))
    )
    return found


def _sent(held: Appointment, place: str) -> QuerySet[Assignment]:
    rows = Assignment.open(user=held.user_id).filter(inside(place, "case__"))
    return rows.exclude(case__state__in=ENDS)


def _to_answer(held: Appointment, place: str) -> QuerySet[Objection]:
    found: QuerySet[Objection] = Objection.objects.filter(
        _in(place), handler=held.user_id, open=True
    )
    return found


def _to_report(held: Appointment, place: str) -> QuerySet[Rectification]:
    """An owner is a name, not an account: the leaver's own, not yet reported."""
    found: QuerySet[Rectification] = Rectification.objects.filter(
        _in(place), owner=held.user.name, reported_on=None
    )
    return found


def _ever(role: Role, act: Act) -> bool:
    return any(own == act for own, _level in RIGHTS[role])


def _households(held: Appointment, successor: User, place: str, running: Running) -> int:
    own = Household.objects.filter(inside(place), helper=held.user_id)
    keys = list(own.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    rows = Household.objects.filter(pk__in=keys)
    moved = helpers.give(rows, HelperSpec.of(successor))
    helpers.keep_load(rows, running.reason, running.done_on.year)
    return moved


def _assignments(held: Appointment, successor: User, place: str, running: Running) -> int:
    rows = list(_sent(held, place).select_related("case").order_by("pk"))
    stages: dict[str, list[Case]] = {}
    for row in rows:
        stages.setdefault(row.stage, []).append(row.case)
    assigning.end(Assignment.objects.filter(pk__in=[row.pk for row in rows]), running.done_on)
    for stage, cases in stages.items():
        assigning.give(cases, stage, [successor], running.done_on, running.tx)
    return len(rows)


def _requests(held: Appointment, successor: User, place: str) -> int:
    runs = ComparisonRun.objects.filter(_in(place), liaison=held.user_id, entered_on=None)
    rows = runs.select_related("liaison").order_by("pk").select_for_update(of=("self",))
    return _each(rows, lambda run: assigning.hand(run, successor))


def _objections(held: Appointment, successor: User, place: str) -> int:
    rows = _to_answer(held, place).select_related("handler", "item").order_by("pk")
    return _each(rows, lambda one: give_objection(one, successor))


def _rectifications(held: Appointment, successor: User, place: str) -> int:
    def give(one: Rectification) -> None:
        was, one.owner = one.owner, successor.name
        one.save(update_fields=["owner"])
        journal.record(Act.ASSIGN, one, was, one.owner, stage=one.raised_at)

    return _each(_to_report(held, place).order_by("pk"), give)


def _each(rows: Iterable[Any], give: Callable[[Any], None]) -> int:
    found = list(rows)
    for row in found:
        give(row)
    return len(found)


def _in(place: str) -> Q:
    """Rows of regions of any level, below a place of any level."""
    return Q(region__gte=place, region__lt=f"{place}~")


# ── refusals ──────────────────────────────────────────────────────────────────────────────────


def _refuse_way(held: Appointment, successor: User, place: str, reason: str) -> None:
    if not reason.strip():
        raise Refused(_("请写明原因"), example=_("工作调动"))
    if not place.startswith(held.region_id):
        raise Refused(_("该任职不包括这个地区"), value=place, rule=held.region_id)
    if successor.pk == held.user_id:
        raise Refused(_("不能交接给本人"), value=successor.name)


def _refuse_successor(held: Appointment, successor: User, place: str) -> None:
    same = Scope.of(successor).of_role([Role(held.role)]).held
    if not any(place.startswith(one.region_id) and one.organ == held.organ for one in same):
        raise Refused(
            _("接手人当日在该地区没有同样的任职"),
            place=place,
            value=successor.name,
            rule=word(Role(held.role)),
        )


# ── what nobody holds ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class WithoutHolder:
    """What is open in a scope and in nobody's hands today, each in its order."""

    households: QuerySet[Household]
    assignments: QuerySet[Assignment]
    requests: QuerySet[ComparisonRun]
    objections: QuerySet[Objection]


def without_holder(by: User, region: str) -> WithoutHolder:
    """What is left in a region by people whose time is over; and households without any helper.

    Four querysets, each one query. Raises OutOfScope, NotAllowed.
    """
    access.require(by, Act.HAND_OVER, level_of(region), [region])
    day = clock.today()
    helped = _held(day, (Role.HELPER,), "helper", "village")
    households = Household.objects.filter(inside(region)).exclude(status__in=UNHELPED)
    nobody = Q(helper=None, helper_name="")
    sent = _held(day, tuple(INSPECTORS | _inspecting()), "user", "case__village")
    asked = _held(day, assigning.OF_BUREAUX, "liaison", "region")
    answering = tuple(role for role in Role if _ever(role, Act.ANSWER_OBJECTION))
    answered = _held(day, answering, "handler", "region")
    open_ = Assignment.open().filter(inside(region, "case__")).exclude(case__state__in=ENDS)
    runs = ComparisonRun.objects.filter(_in(region), liaison__isnull=False, entered_on=None)
    objections = Objection.objects.filter(_in(region), handler__isnull=False, open=True)
    return WithoutHolder(
        households.filter(nobody | Q(helper__isnull=False) & ~Q(helped)).order_by("number"),
        open_.filter(~Q(sent)).select_related("case", "user").order_by("pk"),
        runs.filter(~Q(asked)).order_by("pk"),
        objections.filter(~Q(answered)).order_by("pk"),
    )


def _inspecting() -> frozenset[Role]:
    return frozenset(role for role in Role if _ever(role, Act.INSPECT))


def _held(day: date, roles: Iterable[Role], person: str, place: str) -> Exists:
    """Whether the row's person holds one of these roles, on a day, over the row's region."""
    held = Appointment.objects.on(day).filter(
        user=OuterRef(person), role__in=list(roles), user__is_active=True
    )
    # A region lies in another when its code begins with the other's.
    whole = ExpressionWrapper(OuterRef(place), output_field=CharField())
    return Exists(held.annotate(place=whole).filter(place__startswith=F("region_id")))
