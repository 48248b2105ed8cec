"""Going forward: cases pass a stage, batches leave it.

The stage to leave is named by the caller. "Forward, from wherever you are" would let a second
click, which waited for the first, leave the next stage too.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.db.models import QuerySet

from exitcase.core import access, moves
from exitcase.core.choices import CLOSED, ENDS, UNGRANTED, Act, End, Purpose
from exitcase.core.gates import Ask
from exitcase.core.models import Programme, User
from exitcase.core.moves import Moved, Step
from exitcase.core.rules import Rules, Stage
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
    return _go(batches, stage, Act.PASS, cases, by=by, done_on=done_on, reason=reason)


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
    return _go(batches, stage, Act.CLOSE, None, by, done_on, reason, reasons or {})


def _go(
    batches: QuerySet[Batch],
    stage: str,
    act: Act,
    cases: QuerySet[Case] | None,
    by: User,
    done_on: date,
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
) -> Moved:
    total = Moved()
    for programme, part in _by_programme(batches):
        rules = programme.rules
        level = rules.level_of(rules.stage(stage))
        codes = {batch.village_id for batch in part}
        access.require_sight(by, codes)
        keys = [batch.pk for batch in part]
        mine = (cases or Case.objects.all()).filter(batch__in=keys)
        seen = _seen(keys, mine, rules.stage(stage), rules, act)
        if seen is not None:  # nothing stands here: a double click never reads "forbidden"
            total += seen
            continue
        with door(by, act, level, codes, rules=rules, done_on=done_on, reason=reason):
            lock(Batch.objects.filter(pk__in=keys))
            passed = pass_cases(mine, rules, stage)
            total += passed if act == Act.PASS else _leave(keys, rules, stage, passed, reasons or {})
    return total


def _seen(
    keys: Iterable[int], cases: QuerySet[Case], stage: Stage, rules: Rules, act: Act
) -> Moved | None:
    """What there is to say without the right to act: nothing here any more, or not yet."""
    if act == Act.PASS:
        step, rows = pass_step(rules, stage.key), cases
    else:
        step, rows = close_step(rules, stage.key), Batch.objects.filter(pk__in=list(keys))
    standing = rows.filter(**{f"{step.state}__in": sorted(step.source)})
    return None if standing.exists() else moves.tell(rows, step)


def _by_programme(batches: QuerySet[Batch]) -> Iterator[tuple[Programme, list[Batch]]]:
    """Gates get their figures from the pinned version, so each version is asked by itself."""
    groups: dict[int, list[Batch]] = {}
    for batch in batches.select_related("programme").order_by("pk"):
        groups.setdefault(batch.programme_id, []).append(batch)
    for group in groups.values():
        yield group[0].programme, group


def _leave(
    keys: list[int], rules: Rules, stage: str, passed: Moved, reasons: Mapping[str, str]
) -> Moved:
    left = moves.move(Batch.objects.filter(pk__in=keys), close_step(rules, stage), reasons)
    return Moved(left.count, left.already, {**passed.refused, **left.refused})


def pass_cases(cases: QuerySet[Case], rules: Rules, stage: str) -> Moved:
    """Move what may go on, count it anew, and settle the households of what is granted."""
    living = cases.exclude(state__in=UNGRANTED)
    step = pass_step(rules, stage)
    moved = moves.move(living, step)
    if moved.count:
        marked = Case.objects.filter(mark=moved.mark)
        counts.moved(marked)
        if step.target == End.GRANTED and rules.purpose == Purpose.EXIT:
            outcomes.settle(marked, rules, End.GRANTED)
    return moved


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


