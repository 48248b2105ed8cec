"""分析: where households stand and wait, how long, why they end, and how income and causes lie.

Each of these is one query, and what it gives is counted further here. Days and stages are those of
the journal; what a household is, those of its case.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)

from exitcase.core.choices import ENDS, UNGRANTED, Act, End
from exitcase.core.models import Entry, Programme
from exitcase.core.rules import Rules
from exitcase.core.scope import Scope
from verification.documents import figures

MOVES: Final = (Act.LIST, Act.PASS, Act.SEND_BACK, Act.REFUSE, Act.WITHDRAW, Act.CEASE)
WEEK: Final = timedelta(days=7)
# How many hundredths of the line an income a head reaches: from the first of them on.
STEPS: Final = (100, 110, 125, 150, 200)
BELOW: Final = "below"
UNKNOWN: Final = "unknown"
QUARTERS: Final = 4


@dataclass(frozen=True, slots=True)
class Move:
    """So many cases of a village which one day went from one state to another."""

    village: str
    act: str
    was: str  # "" of what was listed
    became: str
    since: date | None  # the day on which they had come to stand there
    on: date
    n: int


@dataclass(slots=True)
class Flow:
    """What came to one stage in some weeks, what left it, and how many stood there at the end."""

    came: int = 0
    passed: int = 0
    back: int = 0
    ended: int = 0
    stand: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """How some numbers lie; each of the five is one of them."""

    n: int
    least: int
    first: int
    middle: int
    third: int
    most: int


def waits_at(rules: Rules) -> dict[str, str]:
    """The state of an open case → the stage it waits at, in the plan's order."""
    last = rules.keys.index(rules.granted_at) + 1
    return {rules.before(key): key for key in rules.keys[:last]}


def moves(scope: Scope, plan: Programme, region: str) -> list[Move]:
    """Every move of the plan's cases, those alike counted together."""
    earlier = Entry.objects.filter(
        subject="case",
        subject_id=OuterRef("subject_id"),
        act__in=MOVES,
        became=OuterRef("was"),
        pk__lt=OuterRef("pk"),
    ).order_by("-pk")
    rows = figures.entries_of(scope, plan, region).filter(act__in=MOVES)
    rows = rows.annotate(
        village=Subquery(figures.CASE.values("village")[:1]),
        since=Subquery(earlier.values("done_on")[:1]),
    )
    alike = rows.values_list("village", "act", "was", "became", "since", "done_on")
    return [
        Move(village, act, was, became, _day(since), date.fromisoformat(on), n)
        for village, act, was, became, since, on, n in alike.annotate(n=Count("pk")).order_by()
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def flows(moves: Iterable[Move], rules: Rules, weeks: Sequence[date]) -> dict[str, Flow]:
    """Stage → what came and went in these weeks, by the day on the paper."""
    stage_of = waits_at(rules)
    found = {key: Flow() for key in stage_of.values()}
    for move in (one for one in moves if one.on < weeks[-1] + WEEK):
        here, there = stage_of.get(move.was), stage_of.get(move.became)
        recent = move.n if move.on >= weeks[0] else 0
        if here:
            found[here].stand -= move.n
            _left(found[here], move, recent)
        if there:
            found[there].stand += move.n
            found[there].came += recent
    return found


def _left(flow: Flow, move: Move, n: int) -> None:
    if move.act == Act.PASS:
        flow.passed += n
    elif move.act == Act.SEND_BACK:
        flow.back += n
    else:
        flow.ended += n


def backlog(
    moves: Iterable[Move], rules: Rules, weeks: Sequence[date]
) -> dict[date, dict[str, int]]:
    """Monday → stage → how many stood there when that week was over."""
    stage_of = waits_at(rules)
    found = {week: dict.fromkeys(stage_of.values(), 0) for week in weeks}
    for move in moves:
        for week in (one for one in weeks if move.on < one + WEEK):
            for state, n in ((move.was, -move.n), (move.became, move.n)):
                if state in stage_of:
                    found[week][stage_of[state]] += n
    return found


def days_spent(moves: Iterable[Move], rules: Rules) -> dict[str, dict[str, Counter[int]]]:
    """Stage → village → how many cases took how many days to pass it.

    A paper may bear an earlier day than the one before it when it was entered late: that is 0.
    """
    stage_of = waits_at(rules)
    found: dict[str, dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for move in moves:
        if move.act == Act.PASS and move.since and move.was in stage_of:
            days = max((move.on - move.since).days, 0)
            found[stage_of[move.was]][move.village][days] += move.n
    return found


def spread(counts: Mapping[int, int]) -> Spread | None:
    """Quartiles by rank, so that each is a number of days that was really taken."""
    n = sum(counts.values())
    if not n:
        return None
    ranks = [1, *(-(-n * part // QUARTERS) for part in (1, 2, 3)), n]
    return Spread(n, *(_at(counts, rank) for rank in ranks))


def _at(counts: Mapping[int, int], rank: int) -> int:
    """The rank-th of them in order."""
    for value in sorted(counts):
        rank -= counts[value]
        if rank <= 0:
            return value
    raise ValueError("a rank beyond the last")


def ends(scope: Scope, plan: Programme, region: str) -> dict[tuple[str, str], Counter[str]]:
    """Reason, and the plan's bar if that is the reason → stage → how many ended there so."""
    rows = figures.cases_of(scope, plan, region).filter(state__in=UNGRANTED)
    counted = rows.values_list("end_reason", "end_bar", "ended_at_stage").annotate(n=Count("pk"))
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for reason, bar, stage, n in counted.order_by():
        found[reason, bar][stage] += n
    return found


def incomes(scope: Scope, plan: Programme, region: str) -> dict[str, Counter[str]]:
    """Step above the plan's line → kind of outcome → how many. Empty without an income test.

    Income is compared as the plan compares it, `net <op> line × persons`, in whole numbers.
    """
    if plan.rules.income is None:
        return {}
    banded = figures.cases_of(scope, plan, region).annotate(band=_band(plan.rules))
    return _by_outcome(banded.values_list("band", "state").annotate(n=Count("pk")).order_by())


def bands() -> list[str]:
    """In order, the lowest first."""
    return [BELOW, *map(str, STEPS), UNKNOWN]


def _band(rules: Rules) -> Case:
    assert rules.income is not None  # noqa: S101  # asked before
    needed = F("divisor") * Value(rules.line_fen, BigIntegerField())
    holds = Q(**{f"net_fen__{rules.income.line.op.lookup}": needed})
    unknown = Q(net_fen=None) | Q(divisor=None) | Q(divisor=0)
    steps = [
        When(net_fen__gte=F("divisor") * Value(_share(rules, step), BigIntegerField()), then=said)
        for step, said in ((step, Value(str(step))) for step in reversed(STEPS[1:]))
    ]
    return Case(
        When(unknown, then=Value(UNKNOWN)),
        When(~holds, then=Value(BELOW)),
        *steps,
        default=Value(str(STEPS[0])),
        output_field=CharField(),
    )


def _share(rules: Rules, step: int) -> int:
    """So many hundredths of the line, in 分; up to the next whole one."""
    return -(-rules.line_fen * step // STEPS[0])


def causes(scope: Scope, plan: Programme, region: str) -> dict[str, Counter[str]]:
    """Main cause of poverty → kind of outcome → how many."""
    rows = figures.cases_of(scope, plan, region)
    counted = rows.values_list("household__main_cause", "state").annotate(n=Count("pk"))
    return _by_outcome(counted.order_by())


def _by_outcome(rows: Iterable[Any]) -> dict[str, Counter[str]]:
    """Granted, under way or ended otherwise: `done`, `now`, `back`, as drawings call them."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for key, state, n in rows:
        found[key][outcome(state)] += n
    return found


def outcome(state: str) -> str:
    if state == End.GRANTED:
        return "done"
    return "back" if state in ENDS else "now"
