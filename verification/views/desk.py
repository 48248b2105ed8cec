"""What waits for whom: which acts further a stage, and whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from exitcase.core import access, clock
from exitcase.core.choices import CLOSED, Act, StageKind
from exitcase.core.rules import Stage
from exitcase.core.scope import Scope
from verification import queries
from verification.models import Batch
from verification.queries import Blocker

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


@dataclass(frozen=True, slots=True)
class Task:
    """One batch that waits for this person: when it is due, and what is missing."""

    batch: Batch
    stage: Stage
    days: int | None  # to the last day of the plan's time; None: no such day
    blockers: Sequence[Blocker]
    may_move: bool

    @property
    def late(self) -> bool:
        return self.days is not None and self.days < 0

    @property
    def days_over(self) -> int:
        return -self.days if self.days is not None else 0

    @property
    def ready(self) -> bool:
        """Whether nothing hard is in the way."""
        return not any(one.hard for one in self.blockers)


@dataclass(frozen=True, slots=True)
class Desk:
    """待办 by urgency, and how many batches are under way elsewhere."""

    late: Sequence[Task]
    soon: Sequence[Task]
    rest: Sequence[Task]
    elsewhere: int

    @property
    def count(self) -> int:
        return len(self.late) + len(self.soon) + len(self.rest)


def may(scope: Scope, act: Act, batch: Batch) -> bool:
    """Whether somebody may do an act on a batch, at the level that has it in hand."""
    if batch.stage == CLOSED:
        return False
    rules = batch.rules
    return access.may(scope, act, rules.level_of(rules.stage(batch.stage)), batch.village_id)


def desk(scope: Scope) -> Desk:
    """What waits for a person, by every post held today."""
    under_way = list(queries.batches(scope).exclude(stage=CLOSED).order_by("village", "part"))
    mine = [batch for batch in under_way if _waits_for(scope, batch)]
    missing, today = queries.blockers(mine), clock.today()
    tasks = sorted((_task(scope, one, missing[one.pk], today) for one in mine), key=_urgency)
    late = [one for one in tasks if one.late]
    soon = [one for one in tasks if one.days is not None and 0 <= one.days <= SOON]
    rest = [one for one in tasks if one not in late and one not in soon]
    return Desk(late, soon, rest, len(under_way) - len(mine))


def _waits_for(scope: Scope, batch: Batch) -> bool:
    kind = batch.ask().stage.kind
    return any(may(scope, act, batch) for act in (Act.CLOSE, *WORK[kind]))


def _task(scope: Scope, batch: Batch, missing: Sequence[Blocker], today: date) -> Task:
    stage = batch.ask().stage
    days = queries.days_left(batch.rules, stage, today)
    return Task(batch, stage, days, missing, may(scope, Act.CLOSE, batch))


def _urgency(task: Task) -> tuple[bool, int]:
    return task.days is None, task.days or 0
