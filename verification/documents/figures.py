"""统计: 户 and 人 by stage, by region and by week, and how each village stands."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import BigIntegerField, CharField, Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Cast

from exitcase.core.choices import CLOSED, ENDS, LISTED, Act, End
from exitcase.core.journal import CHAIN
from exitcase.core.models import Entry, Programme, Region
from exitcase.core.scope import Scope
from exitcase.core.screens import Pace
from verification import queries
from verification.models import Batch, Case, StageCount

WEEKS: Final = 8
Sums = tuple[int, int]  # 户, 人
# The case an entry is about, found by its key: the other way about no index would serve.
CASE: Final[Any] = Case.objects.filter(pk=Cast(OuterRef("subject_id"), BigIntegerField()))


@dataclass(slots=True)
class Tally:
    """How many 户 and 人 stand in which state."""

    states: dict[str, Sums] = field(default_factory=dict)

    def add(self, state: str, households: int, persons: int) -> None:
        n, p = self.states.get(state, (0, 0))
        self.states[state] = (n + households, p + persons)

    def of(self, states: Iterable[str]) -> Sums:
        found = [self.states.get(state, (0, 0)) for state in states]
        return sum(n for n, _p in found), sum(p for _n, p in found)

    @property
    def all(self) -> Sums:
        return self.of(self.states)

    @property
    def granted(self) -> Sums:
        return self.of([End.GRANTED])

    @property
    def ended(self) -> Sums:
        return self.of([end for end in ENDS if end != End.GRANTED])

    @property
    def under_way(self) -> Sums:
        return self.of([state for state in self.states if state not in ENDS])


@dataclass(frozen=True, slots=True)
class Tile:
    """One village and how its lists stand, the worst first."""

    village: Region
    pace: Pace
    households: int
    batch: int | None  # the one to open
    stage: str = ""


def plans_counted(scope: Scope) -> list[Programme]:
    """The plans of which this person's regions have cases, the newest first."""
    counted = StageCount.objects.filter(village__in=scope.regions()).values("programme")
    return list(Programme.objects.filter(pk__in=counted).order_by("-pk"))


def by_village(scope: Scope, plan: Programme, region: str) -> dict[str, Tally]:
    """Village → its tally, out of the ledger the moves keep: one query."""
    found: dict[str, Tally] = {}
    rows = StageCount.objects.filter(
        programme=plan, village__in=scope.regions(), village__gte=region, village__lt=f"{region}~"
    )
    counted = rows.values("village", "state").annotate(n=Sum("households"), p=Sum("persons"))
    for one in counted.order_by():
        if one["n"] or one["p"]:
            tally = found.setdefault(one["village"], Tally())
            tally.add(one["state"], one["n"], one["p"])
    return found


def together(tallies: Iterable[Tally]) -> Tally:
    """Several as one."""
    found = Tally()
    for tally in tallies:
        for state, (n, p) in tally.states.items():
            found.add(state, n, p)
    return found


def order_of(plan: Programme) -> list[str]:
    """Every state a case of the plan may stand in, from the first to the ends."""
    return [LISTED, *plan.rules.keys, *ENDS]


def weeks_until(today: date) -> list[date]:
    """The Mondays of the last weeks, the current one last."""
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=at) for at in reversed(range(WEEKS))]


def by_week(
    scope: Scope, plan: Programme, region: str, weeks: Sequence[date]
) -> dict[str, dict[date, Sums]]:
    """Stage → Monday → how many 户 and 人 passed it in that week, by the day on the paper.

    What was sent back later has passed all the same. One query.
    """
    rows = entries_of(scope, plan, region).filter(act=Act.PASS, done_on__gte=weeks[0].isoformat())
    counted = rows.annotate(size=Subquery(CASE.values("persons")[:1], BigIntegerField()))
    found: dict[str, dict[date, Sums]] = {}
    for one in counted.values("stage", "done_on").annotate(n=Count("pk"), p=Sum("size")).order_by():
        day = date.fromisoformat(one["done_on"])
        monday = day - timedelta(days=day.weekday())
        n, p = found.setdefault(one["stage"], {}).get(monday, (0, 0))
        found[one["stage"]][monday] = (n + one["n"], p + (one["p"] or 0))
    return found


def cases_of(scope: Scope, plan: Programme, region: str) -> QuerySet[Case]:
    """A plan's cases in a region, as far as this person sees them."""
    cases = scope.filter(Case.objects.filter(batch__programme=plan))
    return cases.filter(village__gte=region, village__lt=f"{region}~").order_by()


def entries_of(scope: Scope, plan: Programme, region: str) -> QuerySet[Entry]:
    """What the journal says of them."""
    keys = cases_of(scope, plan, region).annotate(key=Cast("pk", CharField())).values("key")
    chains = {code[:CHAIN] for code in _districts(scope, region)}
    return Entry.objects.filter(chain__in=chains, subject="case", subject_id__in=keys)


def tiles(scope: Scope, plan: Programme, villages: Sequence[Region], today: date) -> list[Tile]:
    """How each of these villages stands under a plan: two queries."""
    rows = queries.batches(scope).filter(programme=plan, village__in=[one.pk for one in villages])
    of_village: dict[str, list[Batch]] = {}
    for batch in rows.order_by("part"):
        of_village.setdefault(batch.village_id, []).append(batch)
    return [_tile(village, of_village.get(village.pk, []), today) for village in villages]


def _tile(village: Region, batches: Sequence[Batch], today: date) -> Tile:
    households = sum(getattr(batch, "households", 0) for batch in batches)
    open_ = [batch for batch in batches if batch.stage != CLOSED]
    if not batches:
        return Tile(village, Pace.TODO, 0, None)
    if not open_:
        return Tile(village, Pace.DONE, households, batches[0].pk)
    late = [batch for batch in open_ if _late(batch, today)]
    shown = (late or open_)[0]
    title = shown.ask().stage.title
    return Tile(village, Pace.LATE if late else Pace.NOW, households, shown.pk, title)


def _late(batch: Batch, today: date) -> bool:
    days = queries.days_left(batch.rules, batch.ask().stage, today)
    return days is not None and days < 0


def _districts(scope: Scope, region: str) -> list[str]:
    """The chains a region's cases stand in: one below the district, several above it."""
    if len(region) >= CHAIN:
        return [region]
    own: Counter[str] = Counter(code for code in scope.codes if len(code) >= CHAIN)
    under = Region.objects.filter(code__gte=region, code__lt=f"{region}~", level="district")
    return [*own, *under.values_list("code", flat=True)]
