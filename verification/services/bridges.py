"""衔接表: how the figures of one level become the next one's; every case stands in one column."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exitcase.core.choices import DIGITS, End, Level, Reason, StageKind
from exitcase.core.errors import Refused
from exitcase.core.fields import inside
from exitcase.core.gates import Ask, Gate
from exitcase.core.models import Programme, Region
from exitcase.core.rules import Rules, Stage
from verification.gates import upper
from verification.models import Case, SubmissionItem


class Part(StrEnum):
    """A column of the bridge: what came in, what went out and why, what is sent this time."""

    LISTED = "listed"  # 列入名单
    SENT_BELOW = "sent_below"  # 下级送审
    VOTED_DOWN = "voted_down"
    NOT_CONSENTED = "not_consented"
    CHECK_FAILED = "check_failed"
    NOT_MET_HOUSEHOLD = "not_met_household"
    OBJECTION_UPHELD = "objection_upheld"
    OTHERWISE = "otherwise"  # other refusals
    WITHDRAWN = "withdrawn"
    CEASED = "ceased"
    WAITING = "waiting"  # split off, sent back or not ready: 尚未报
    SENT_BEFORE = "sent_before"  # in an earlier submission
    SUBMITTED = "submitted"  # 本次
    APPROVED = "approved"  # 批准,尚未公告
    ANNOUNCED = "announced"  # 已公告


OF_REASON: Final = {
    Reason.VOTED_DOWN: Part.VOTED_DOWN,
    Reason.NOT_CONSENTED: Part.NOT_CONSENTED,
    Reason.CHECK_FAILED: Part.CHECK_FAILED,
    Reason.NOT_MET_HOUSEHOLD: Part.NOT_MET_HOUSEHOLD,
    Reason.OBJECTION_UPHELD: Part.OBJECTION_UPHELD,
}
OF_END: Final = {End.WITHDRAWN: Part.WITHDRAWN, End.CEASED: Part.CEASED}
INCOMING: Final = (Part.LISTED, Part.SENT_BELOW)
SENDING: Final = (Part.SENT_BEFORE, Part.SUBMITTED)  # of a submission's bridge
DECIDED: Final = (Part.APPROVED, Part.ANNOUNCED)  # of the district's


@dataclass(frozen=True, slots=True)
class Standing:
    """One case that came in: where, with how many persons, and what has become of it."""

    case: int
    village: str
    persons: int
    state: str
    reason: str


def build(
    programme: Programme, stage: Stage, region: str, chosen: Sequence[Case]
) -> dict[str, Any]:
    """The bridge of a submission of `chosen`, as it is frozen: columns, a row per unit, sums.

    A village's starts from its list, a higher level's from what the level below has sent. Counts
    are pairs of 户 and 人. Raises Refused when a household was not sent from below, or not with
    as many persons: then the figures could not sum.
    """
    rules = programme.rules
    below = _submission_below(rules, stage)
    came = _sent(below, region, programme) if below else _listed(region, programme)
    _refuse_untied(came, chosen)
    sending = {case.pk for case in chosen}
    before = _sent_before(stage, region, programme)
    columns = _columns(below, DECIDED)
    return _counted(region, came, columns, lambda one: _part(one, sending, before))


def decided(programme: Programme, region: str) -> dict[str, Any]:
    """The bridge from what was sent up last to what is approved and what is announced, as of now.

    Every case that was sent stands in one column: ended, waiting, approved but not announced,
    announced. What counts as approved and announced, the gates of those stages say. Raises Refused
    where a household is announced without approval, or approved without having been sent.
    """
    rules = programme.rules
    decide, announce = (
        next(one for one in reversed(rules.chain) if one.kind == kind)
        for kind in (StageKind.DECIDE, StageKind.ANNOUNCE)
    )
    below = _submission_below(rules, decide)
    came = _sent(below, region, programme) if below else _listed(region, programme)
    cases = Case.objects.filter(inside(region), batch__programme__key=programme.key)
    approved = _passing(cases, upper.approved, Ask(rules, decide))
    announced = _passing(cases, upper.announced, Ask(rules, announce))
    _refuse_unfounded(cases, approved - {one.case for one in came} | announced - approved)
    columns = _columns(below, SENDING)
    return _counted(region, came, columns, lambda one: _outcome(one, approved, announced))


def _passing(cases: QuerySet[Case], gate: Gate, ask: Ask) -> set[int]:
    """The cases a gate lets pass, wherever they stand."""
    asked = cases.annotate(open_=gate.known_to_pass(ask)).filter(open_=True)
    return set(asked.values_list("pk", flat=True))


def _refuse_unfounded(cases: QuerySet[Case], strange: set[int]) -> None:
    if strange:
        named = cases.filter(pk__in=strange).order_by("pk")[:20]
        raise Refused(
            _("有 %d 户已批准或公告而没有送审或批准,衔接表不平") % len(strange),
            place="、".join(str(case) for case in named),
            rule=_("公告的户都已批准,批准的户都已送审"),
        )


def _counted(
    region: str, came: Sequence[Standing], columns: Sequence[Part], part: Callable[[Standing], Part]
) -> dict[str, Any]:
    rows: dict[str, dict[Part, list[int]]] = {}
    for one in came:
        counts = rows.setdefault(_unit(region, one.village), {part: [0, 0] for part in columns})
        _add(counts[columns[0]], one.persons)
        _add(counts[part(one)], one.persons)
    return {
        "columns": [str(part) for part in columns],
        "rows": [
            {"code": code, "name": name, "counts": [rows[code][part] for part in columns]}
            for code, name in _names(rows)
        ],
    }


def _add(count: list[int], persons: int) -> None:
    count[0] += 1
    count[1] += persons


def _part(one: Standing, sending: set[int], before: set[int]) -> Part:
    if one.case in sending:
        return Part.SUBMITTED
    if one.case in before:
        return Part.SENT_BEFORE
    return _ended(one) or Part.WAITING


def _outcome(one: Standing, approved: set[int], announced: set[int]) -> Part:
    """An end tells more than the approval it came after."""
    decided_ = Part.ANNOUNCED if one.case in announced else Part.APPROVED
    return _ended(one) or (decided_ if one.case in approved else Part.WAITING)


def _ended(one: Standing) -> Part | None:
    if one.state == End.REFUSED:
        return OF_REASON.get(Reason(one.reason), Part.OTHERWISE)
    return OF_END[End(one.state)] if one.state in OF_END else None


def _columns(below: Stage | None, without: Sequence[Part]) -> list[Part]:
    first = Part.SENT_BELOW if below else Part.LISTED
    return [first, *(part for part in Part if part not in {*INCOMING, *without})]


def _unit(region: str, village: str) -> str:
    """A row is a village; above the township, a township."""
    return village if len(region) >= DIGITS[Level.TOWNSHIP] else village[: DIGITS[Level.TOWNSHIP]]


def _names(codes: Iterable[str]) -> list[tuple[str, str]]:
    found = Region.objects.filter(pk__in=list(codes)).order_by("pk")
    return list(found.values_list("pk", "name"))


def _submission_below(rules: Rules, stage: Stage) -> Stage | None:
    """The nearest earlier stage at which a lower level sent its list up."""
    earlier = rules.chain[: rules.keys.index(stage.key)]
    sent = [one for one in earlier if one.kind == StageKind.SUBMIT and one.level != stage.level]
    return sent[-1] if sent else None


def _listed(region: str, programme: Programme) -> list[Standing]:
    cases = Case.objects.filter(inside(region), batch__programme__key=programme.key)
    columns = ("pk", "village", "persons", "state", "end_reason")
    return [
        Standing(pk, village, persons or 0, state, reason)
        for pk, village, persons, state, reason in cases.values_list(*columns)
    ]


def _sent(below: Stage, region: str, programme: Programme) -> list[Standing]:
    items = _items(below, region, programme)
    columns = ("case", "case__village", "persons", "case__state", "case__end_reason")
    return [Standing(*row) for row in items.values_list(*columns)]


def _sent_before(stage: Stage, region: str, programme: Programme) -> set[int]:
    return set(_items(stage, region, programme).values_list("case", flat=True))


def _items(stage: Stage, region: str, programme: Programme) -> QuerySet[SubmissionItem]:
    cases = Case.objects.filter(inside(region))
    return SubmissionItem.valid(
        stage=stage.key, submission__programme__key=programme.key, case__in=cases
    )


def _refuse_untied(came: Sequence[Standing], chosen: Sequence[Case]) -> None:
    persons = {one.case: one.persons for one in came}
    untied = [case for case in chosen if persons.get(case.pk) != case.persons]
    if untied:
        raise Refused(
            _("有 %d 户与下级送审的名单或人口对不上,衔接表不平") % len(untied),
            place="、".join(str(case) for case in untied[:20]),
            rule=_("只送下级已送审的户,人口与其名单一致;人口有变的,退回重新送审"),
        )
