"""Going forward: cases pass a stage, batches leave it.

The stage to leave is named by the caller. "Forward, from wherever you are" would let a second
click, which waited for the first, leave the next stage too.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from django.db.models import QuerySet

from exitcase.core import access, moves
from exitcase.core.choices import CLOSED, ENDS, UNGRANTED, Act, End
from exitcase.core.gates import Ask
from exitcase.core.models import User
from exitcase.core.moves import Moved, Step
from exitcase.core.rules import Rules
from exitcase.core.services.door import door
from verification.models import Batch, Case
from verification.services import counts, outcomes
from verification.services.locks import lock


def advance(
    cases: QuerySet[Case], stage: str, *, by: User, done_on: date, reason: str = ""
) -> Moved:
    """Give every ready case the milestone of `stage`; its batch stays where it is.

    Of one batch, all its ready cases pass or none. What did not pass is told by gate, in
    `refused`: gate key → case ids. Raises OutOfScope, NotAllowed (DESIGN 7).
    """
    batches = Batch.objects.filter(pk__in=cases.order_by().values("batch"))
    entry = _Entry(Act.PASS, by, done_on, reason)
    return _at_each(batches, stage, entry, lambda turn: turn.passed(cases))


def advance_batches(
    batches: QuerySet[Batch],
    stage: str,
    *,
    by: User,
    done_on: date,
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
) -> Moved:
    """Pass what is ready, then leave `stage` with every batch in which nobody waits.

    The count is of batches; `refused` has case gates → cases and batch gates → batches. Soft
    gates that are shut want a word each in `reasons`: gate key → why all the same.
    """
    why = reasons or {}
    entry = _Entry(Act.CLOSE, by, done_on, reason)
    return _at_each(batches, stage, entry, lambda turn: turn.left(why))


@dataclass(frozen=True, slots=True)
class _Entry:
    """Who acts, when, and what is said of it."""

    act: Act
    by: User
    done_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class _Turn:
    """The batches of one programme version at one stage, locked; and the right to move them."""

    keys: list[int]
    rules: Rules
    stage: str
    right: Callable[[], object]

    def passed(self, cases: QuerySet[Case]) -> Moved:
        mine = cases.filter(batch__in=self.keys)
        return pass_cases(mine, self.rules, self.stage, self.right)

    def left(self, reasons: Mapping[str, str]) -> Moved:
        passed = self.passed(Case.objects.all())
        step = replace(close_step(self.rules, self.stage), right=self.right, reasons=reasons)
        left = moves.move(Batch.objects.filter(pk__in=self.keys), step)
        return replace(
            left,
            refused={**passed.refused, **left.refused},
            asked={**passed.asked, **left.asked},
        )


def _at_each(
    batches: QuerySet[Batch],
    stage: str,
    entry: _Entry,
    move: Callable[[_Turn], Moved],
) -> Moved:
    """Gates get their figures from the pinned version, so each version is asked by itself."""
    total = Moved()
    for rules, part in _by_programme(batches):
        level = rules.level_of(rules.stage(stage))
        codes = sorted({batch.village_id for batch in part})
        keys = [batch.pk for batch in part]
        with door(
            entry.by,
            entry.act,
            level,
            codes,
            rules=rules,
            done_on=entry.done_on,
            reason=entry.reason,
            asked_later=True,
        ):
            lock(Batch.objects.filter(pk__in=keys))
            right = partial(access.require, entry.by, entry.act, level, codes)
            total += move(_Turn(keys, rules, stage, right))
    return total


def _by_programme(batches: QuerySet[Batch]) -> Iterator[tuple[Rules, list[Batch]]]:
    groups: dict[int, list[Batch]] = {}
    for batch in batches.select_related("programme").order_by("pk"):
        groups.setdefault(batch.programme_id, []).append(batch)
    for group in groups.values():
        yield group[0].rules, group


def pass_cases(
    cases: QuerySet[Case], rules: Rules, stage: str, right: Callable[[], object] | None = None
) -> Moved:
    """Move what may go on, count it anew, and settle the households of what is granted."""
    step = pass_step(rules, stage)

    def rollup(moved: QuerySet[Case]) -> None:
        counts.moved(moved)
        if step.target == End.GRANTED:
            outcomes.settle(moved, rules, End.GRANTED)

    return moves.move(cases.exclude(state__in=UNGRANTED), replace(step, right=right, rollup=rollup))


def pass_step(rules: Rules, key: str) -> Step:
    """One case leaving `key`, as the set sees it."""
    stage = rules.stage(key)
    return Step(
        act=Act.PASS,
        ask=Ask(rules, stage),
        state="state",
        source=frozenset({rules.before(key)}),
        target=stage.passed,
        done=frozenset({*rules.from_on(key), *ENDS}),
    )


def close_step(rules: Rules, key: str) -> Step:
    """One batch leaving `key`."""
    return Step(
        act=Act.CLOSE,
        ask=Ask(rules, rules.stage(key)),
        state="stage",
        source=frozenset({key}),
        target=rules.next_after(key),
        done=frozenset({*rules.from_on(key), CLOSED} - {key}),
    )
