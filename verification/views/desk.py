"""What waits for whom: which acts further a stage, whose they are, and until when."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from django.db.models import QuerySet

from exitcase.core import access, clock
from exitcase.core.choices import CLOSED, Act, Level, StageKind
from exitcase.core.models.region import level_of
from exitcase.core.rules import Rules
from exitcase.core.scope import Scope
from publicity.choices import NoticeState, ObjectionKind
from publicity.models import Notice, Objection, Posting
from publicity.queries import answering_level, to_hang
from verification import queries
from verification.models import Batch, Correction, Hit, Rectification

SOON: Final = 3  # days
# Beside the move itself: the facts its gates wait for.
WORK: Final[dict[StageKind, tuple[Act, ...]]] = {
    StageKind.COLLECT: (Act.RECORD_YEAR, Act.RECORD_SURVEY),
    StageKind.APPLY: (Act.RECORD_YEAR,),
    StageKind.MEETING: (Act.HOLD_MEETING, Act.VOTE),
    StageKind.CONSENT: (Act.SIGN, Act.GIVE_MANDATE),
    StageKind.NOTICE: (Act.DRAFT_NOTICE, Act.RELEASE_NOTICE, Act.HANG),
    StageKind.SUBMIT: (Act.SUBMIT, Act.RECEIVE),
    StageKind.CHECK: (Act.INSPECT,),
    StageKind.COMPARE: (Act.COMPARE, Act.JUDGE_HIT),
    StageKind.DRAW_CHECK: (Act.INSPECT, Act.DRAW),
    StageKind.DECIDE: (Act.PROPOSE, Act.DECIDE),
    StageKind.MARK: (Act.MARK,),
    StageKind.ANNOUNCE: (Act.ANNOUNCE, Act.DELIVER),
    StageKind.RECTIFY: (Act.RECTIFY, Act.RECHECK),
    StageKind.FILE: (Act.FILE,),
}


class Urgency(StrEnum):
    """By how the list is grouped."""

    LATE = "late"  # 逾期
    SOON = "soon"  # 三天内
    REST = "rest"  # 未到期


Subject: TypeAlias = "Batch | Objection | Correction | Notice | Posting | Hit | Rectification"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits: for this person, or of this person's regions for somebody else."""

    of: Subject
    days: int | None  # to the last day for it; None: no such day
    may_move: bool = False  # of a batch: whether this person may close its stage

    @property
    def urgency(self) -> Urgency:
        if self.days is None or self.days > SOON:
            return Urgency.REST
        return Urgency.LATE if self.days < 0 else Urgency.SOON


def may(scope: Scope, act: Act, batch: Batch) -> bool:
    """Whether somebody may do an act on a batch, at the level that has it in hand."""
    if batch.stage == CLOSED:
        return False
    rules = batch.rules
    return access.may(scope, act, rules.level_of(rules.stage(batch.stage)), batch.village_id)


def tasks(scope: Scope) -> list[Task]:
    """What waits for a person, by every post held today; the most urgent first."""
    today = clock.today()
    found = [
        *(_of_batch(scope, batch, today) for batch in in_hand(scope, queries.batches(scope))),
        *(Task(one, (one.due_on - today).days) for one in _objections(scope)),
        *(Task(one, None) for one in _corrections(scope)),
        *(Task(one, None) for one in _drafts(scope)),
        *(Task(one, None) for one in _places(scope)),
        *(Task(one, _until(one.due_on, today)) for one in _hits(scope)),
        *(Task(one, _until(one.due_on, today)) for one in _faults(scope)),
    ]
    return sorted(found, key=_urgency)


def elsewhere(scope: Scope) -> list[Task]:
    """The batches of a person's regions that are under way in other hands."""
    today = clock.today()
    rows = queries.batches(scope).exclude(stage=CLOSED).order_by("village", "part")
    away = [batch for batch in rows if not _waits_for(scope, batch)]
    return sorted((_of_batch(scope, batch, today) for batch in away), key=_urgency)


def waiting_count(scope: Scope) -> int:
    """How many tasks wait for a person, for the navigation: seven plain queries."""
    rows = scope.filter(Batch.objects.select_related("programme"))
    kinds: Sequence[Iterable[Subject]] = (
        in_hand(scope, rows),
        _objections(scope),
        _corrections(scope),
        _drafts(scope),
        _places(scope),
        _hits(scope),
        _faults(scope),
    )
    return sum(1 for rows in kinds for _one in rows)


def in_hand(scope: Scope, rows: QuerySet[Batch]) -> Iterator[Batch]:
    """Of these batches those under way whose stage waits for this person."""
    under_way = rows.exclude(stage=CLOSED).order_by("village", "part")
    return (batch for batch in under_way if _waits_for(scope, batch))


def _waits_for(scope: Scope, batch: Batch) -> bool:
    kind = batch.ask().stage.kind
    return any(may(scope, act, batch) for act in (Act.CLOSE, *WORK[kind]))


def _of_batch(scope: Scope, batch: Batch, today: date) -> Task:
    days = queries.days_left(batch.rules, batch.ask().stage, today)
    return Task(batch, days, may(scope, Act.CLOSE, batch))


def _objections(scope: Scope) -> Iterator[Objection]:
    """Open objections and appeals that this person answers, or whose answer it confirms."""
    rows = scope.filter(Objection.objects.filter(open=True)).select_related("programme")
    for one in rows.select_related("household", "region").order_by("pk"):
        level = answering_level(one.programme.rules, ObjectionKind(one.kind))
        if access.may(scope, Act.ANSWER_OBJECTION, level, one.region_id):
            yield one


def _corrections(scope: Scope) -> Iterator[Correction]:
    """更正单 that wait for their second person, of whom the first is none."""
    rows = Correction.objects.filter(confirmed_on=None, void_tx="")
    seen = scope.filter(rows, via="case").select_related("case__batch__programme", "case__village")
    for one in seen.exclude(entered_by__in=_own(scope)).order_by("pk"):
        if may(scope, Act.CONFIRM_CORRECTION, one.case.batch):
            yield one


def _drafts(scope: Scope) -> Iterator[Notice]:
    """Notices that wait for somebody else than their drafter to release them."""
    rows = scope.filter(Notice.objects.filter(state=NoticeState.DRAFT, released_by=None))
    for one in rows.exclude(drafted_by__in=_own(scope)).select_related("programme", "region"):
        rules: Rules = one.programme.rules
        level = rules.level_of(rules.stage(one.stage))
        if access.may(scope, Act.RELEASE_NOTICE, level, one.region_id):
            yield one


def _places(scope: Scope) -> Iterator[Posting]:
    """Where a notice made above is to hang here; of one's own notices the batch tells."""
    for one in to_hang(scope).filter(region__in=scope.codes):
        made_here = scope.covers(one.notice.region_id)
        level = level_of(one.region_id)
        if not made_here and access.may(scope, Act.HANG, level, one.region_id):
            yield one


def _hits(scope: Scope) -> Iterator[Hit]:
    """Findings without a verdict: to be explained in the village, then judged by another."""
    rows = scope.filter(Hit.objects.filter(verdict=""), via="case").select_related(
        "case__village", "case__batch__programme", "run"
    )
    own = _own(scope)
    for one in rows.order_by("pk"):
        if one.explanation:
            level, act = one.case.batch.rules.stage(one.stage).level, Act.JUDGE_HIT
        else:
            level, act = Level.VILLAGE, Act.EXPLAIN_HIT
        first = one.explanation and one.raised_by_id in own
        if not first and access.may(scope, act, level, one.case.village_id):
            yield one


def _faults(scope: Scope) -> Iterator[Rectification]:
    """What is to be put right by its owner, then looked at again by another."""
    rows = scope.filter(Rectification.objects.filter(passed=None)).select_related(
        "programme", "region", "case"
    )
    own = _own(scope)
    for one in rows.order_by("pk"):
        rules: Rules = one.programme.rules
        rule = next((row for row in rules.rectifications if row.origin == one.origin), None)
        if rule is None or (one.reported_on and one.reported_by_id in own):
            continue
        act = Act.RECHECK if one.reported_on else Act.RECTIFY
        organ = rules.organ(rule.recheck if one.reported_on else rule.owner)
        if access.may(scope, act, organ.level, one.region_id):
            yield one


def _until(last: date | None, today: date) -> int | None:
    return (last - today).days if last else None


def _own(scope: Scope) -> set[int]:
    return {held.user_id for held in scope.held}


def _urgency(task: Task) -> tuple[bool, int]:
    return task.days is None, task.days or 0
