"""Before the first list: the day, the people, the register; then each village's list."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from django.db.models import QuerySet

from exitcase.core import keys
from exitcase.core.choices import Act, DeploymentKind, Level, PaperKind
from exitcase.core.models import Programme, Region
from exitcase.core.rules import Rules
from exitcase.core.services import house
from exitcase.walk.agenda import Agenda, open_day
from exitcase.walk.cast import Cast
from exitcase.walk.fate import Choice, Fate
from exitcase.walk.rounds import Diary
from exitcase.walk.story import Walk, WaveOfLists, WrongTurn
from exitcase.walk.troubles import Trouble
from households import services as register
from households.models import Household, HouseholdYear
from verification.models import Case
from verification.services.listing import list_cases

LATE_BY = timedelta(days=14)
SINCE = timedelta(days=365)  # the people have been in their posts for a year
ROOM_FOR_A_LATE_VILLAGE = 3  # villages with a list


def open_walk(
    programme: Programme,
    township: Region,
    out: Path,
    seed: int,
    register_file: Path,
    *,
    choice: Choice | None = None,
) -> Walk:
    """Set the demo clock to the plan's first day, engage everybody and import the register.

    `choice`: which troubles happen; without one each at least once, where there is room.
    """
    agenda, cast = engage(programme.rules, township)
    villages = list(township.children.at(agenda.today).order_by("code"))
    random = Random(seed)  # noqa: S311  # who meets which trouble is no secret
    fate, diary = Fate(random, choice), Diary.of(programme.rules)
    walk = Walk(programme, township, villages, out, random, agenda, cast, fate, diary)
    _import(walk, register_file)
    return walk


def engage(rules: Rules, township: Region) -> tuple[Agenda, Cast]:
    """A demo on the plan's first day, and everybody who plays in it."""
    keys.create(demo=True)
    house.open_as(DeploymentKind.DEMO)
    first = _first_day(rules)
    agenda = Agenda(first)
    agenda.turn(first)
    cast = Cast(first - SINCE)
    cast.engage(township, list(township.children.at(first).order_by("code")), rules)
    return agenda, cast


def _first_day(rules: Rules) -> date:
    """The first open day of the plan's calendar; a plan without one begins in its autumn."""
    begun = [window.first for window in rules.windows if window.first]
    return open_day(min(begun, default=date(rules.year, 10, 8)))


def _import(walk: Walk, file: Path) -> None:
    by = walk.cast.one(Act.IMPORT, Level.TOWNSHIP, walk.township.code)
    result = register.import_register(
        file, year=walk.rules.year, by=by, programme=walk.programme.key
    )
    if result.faults:
        raise WrongTurn(f"{file.name}: {result.faults[0]} ({len(result.faults)} 处错误)")


def open_lists(walk: Walk) -> None:
    """Each village lists who stands above the line; one of them two weeks late.

    What the plan's tests find wanting besides income the township's visitors will see.
    """
    listed = {village.code: _fit(walk, village.code) for village in walk.villages}
    busy = [code for code, found in listed.items() if found]
    late = ""
    if len(busy) >= ROOM_FOR_A_LATE_VILLAGE and walk.fate.take(Trouble.LATE_VILLAGE):
        late = busy[-1]
    for code in [code for code in listed if code not in busy]:
        walk.empty.append(code)
        walk.fate.tell(
            Trouble.EMPTY_VILLAGE, code, walk.rules.first.key, paper=PaperKind.SUBMISSION_FORM
        )
    first = [code for code in busy if code != late]
    begun = WaveOfLists(walk, [_list(walk, code, listed[code]) for code in first])
    walk.fate.deal(list(_cases(begun.batches)), walk.rules)
    walk.begin(begun, walk.today)
    if late:
        walk.agenda.enter(walk.today + LATE_BY, _late(walk, late, listed[late]))


def open_in_turns(walk: Walk, turns: int, apart: timedelta) -> None:
    """The villages list in several turns, so that their lists stand at different stages."""
    listed = {village.code: _fit(walk, village.code) for village in walk.villages}
    busy = [code for code, found in listed.items() if found]
    for turn in range(turns):
        lists = {code: listed[code] for code in busy[turn::turns]}
        walk.agenda.enter(walk.today + turn * apart, _turn(walk, lists))


def _turn(walk: Walk, lists: dict[str, list[int]]) -> Iterator[date]:
    begun = WaveOfLists(walk, [_list(walk, code, found) for code, found in lists.items()])
    walk.fate.deal(list(_cases(begun.batches)), walk.rules)
    walk.begin(begun, walk.today)
    yield from ()


def _late(walk: Walk, code: str, households: Sequence[int]) -> Iterator[date]:
    walk.fate.tell(
        Trouble.LATE_VILLAGE, code, walk.rules.first.key, paper=PaperKind.SUBMISSION_FORM
    )
    walk.begin(WaveOfLists(walk, [_list(walk, code, households)]), walk.today)
    yield from ()


def _fit(walk: Walk, village: str) -> list[int]:
    """The village's households that a list may hold and whose income the plan's test passes."""
    rules = walk.rules
    status = [one.value for one in rules.listing.status]
    rows = Household.objects.filter(village=village, status__in=status).order_by("number")
    years = HouseholdYear.objects.filter(household__village=village, year=rules.year)
    income = dict(years.values_list("household", "net_fen"))
    persons = dict(years.values_list("household", "persons"))
    return [
        one.pk
        for one in rows
        if rules.income is None or rules.above(income.get(one.pk), persons.get(one.pk))
    ]


def _list(walk: Walk, village: str, households: Sequence[int]) -> int:
    batch = list_cases(
        village,
        Household.objects.filter(pk__in=households),
        programme=walk.programme,
        by=walk.cast.one(Act.LIST, Level.VILLAGE, village),
        done_on=walk.today,
    )
    return int(batch.pk)


def _cases(batches: Sequence[int]) -> QuerySet[Case]:
    rows: QuerySet[Case] = Case.objects.filter(batch__in=batches)
    return rows.select_related("household").order_by("number")
