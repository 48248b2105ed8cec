"""The invented register as a workbook."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from exitcase.core.choices import Item, Status
from households.choices import Cause, IncomeName, Kind
from households.register import layout
from households.register.cells import Shown
from households.register.invent import living, names, people
from households.register.invent.people import Maker, Person
from households.register.layout import Sheet
from households.register.writer import table, workbook

LOAD = 5  # households of one helper, but for the helper who has more
CARE_HOME = "敬老院"


@dataclass(frozen=True, slots=True)
class Place:
    """A village, with the names above it."""

    code: str
    name: str
    township: str
    district: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is wanted. `line_fen` and `counted` are the programme's; `empty` villages get nobody."""

    places: Sequence[Place]
    persons: int
    seed: int
    year: int
    line_fen: int
    counted: frozenset[Item]
    empty: frozenset[str] = frozenset()


@dataclass(slots=True)
class Home:
    """One invented household."""

    place: Place
    number: str
    group: int
    people: list[Person]
    kind: Kind
    cause: Cause
    others: tuple[Cause, ...]
    status: Status
    first_year: int
    helper: tuple[str, str, str]  # name, organ and post, phone
    in_care: bool
    conditions: dict[str, Any]
    budget: living.Budget


@dataclass(slots=True)
class _Helpers:
    """Hands out helpers: five households each in a village; the very first gets two more."""

    maker: Maker
    left: dict[str, int] = field(default_factory=dict)
    now: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def one(self, village: str) -> tuple[str, str, str]:
        if not self.left.get(village):
            self.left[village] = LOAD if self.now else LOAD + 2
            self.now[village] = self._new()
        self.left[village] -= 1
        return self.now[village]

    def _new(self) -> tuple[str, str, str]:
        random = self.maker.random
        name = random.choice(names.SURNAMES) + names.given(random, male=random.random() < 0.5)
        organ = random.choice(("农业农村局", "教育局", "卫生健康局", "财政局", "中心学校"))
        post = random.choice(("科员", "主任科员", "教师" if organ == "中心学校" else "干部"))
        return name, f"{organ}{post}", self.maker.phone()


def invent(plan: Plan) -> bytes:
    """The workbook: exactly `plan.persons` persons. Raises ValueError without a place for them."""
    homes = list(_homes(plan))
    random = Random(f"{plan.seed} villages")
    return workbook(
        [
            table(layout.PEOPLE, _people_rows(homes)),
            table(layout.VILLAGES, [_village_row(random, plan, place) for place in plan.places]),
            table(
                layout.CONDITIONS, [_row(layout.CONDITIONS, _year_values(home)) for home in homes]
            ),
            table(layout.INCOME, _income_rows(homes)),
        ]
    )


def _homes(plan: Plan) -> Iterator[Home]:
    maker = Maker(Random(f"{plan.seed} people"), plan.year)
    sizes = people.sizes(maker.random, plan.persons)
    helpers = _Helpers(maker)
    count: dict[str, int] = {}
    for place, (size, where) in enumerate(
        zip(sizes, _spread(plan, maker.random, len(sizes)), strict=True)
    ):
        count[where.code] = count.get(where.code, 0) + 1
        yield _home(plan, maker, helpers, (place, size, count[where.code]), where)


def _spread(plan: Plan, random: Random, households: int) -> list[Place]:
    """A village per household: few villages when there are few households, in village order."""
    open_places = [place for place in plan.places if place.code not in plan.empty]
    if len(open_places) > 2 and not plan.empty:
        open_places.pop()  # one village has nobody to list, and says so
    if not open_places:
        raise ValueError("every village is to be empty: there is no place for anybody")
    chosen = open_places[: max(1, households // 3)]
    weights = [random.randrange(6, 14) for _place in chosen]
    rest = random.choices(chosen, weights, k=max(0, households - len(chosen)))
    found = [*chosen[:households], *rest]
    return sorted(found, key=lambda place: place.code)


def _home(
    plan: Plan, maker: Maker, helpers: _Helpers, nths: tuple[int, int, int], where: Place
) -> Home:
    """`nths`: which household of all, how many persons, which of its village."""
    place, size, nth = nths
    random = maker.random
    cause = list(Cause)[place % len(Cause)]
    who = people.household(maker, size, disabled=cause == Cause.DISABILITY)
    kind = _kind(random, who)
    net = living.target(random, plan.line_fen, size, place=place)
    relapsed = place % 45 == 31
    return Home(
        place=where,
        number=f"99{where.code[-6:]}{nth:04}",
        group=random.randint(1, 9),
        people=who,
        kind=kind,
        cause=cause,
        others=tuple(
            one for one in random.sample(list(Cause), random.randrange(3)) if one != cause
        ),
        status=Status.RELAPSED if relapsed else Status.REGISTERED,
        first_year=random.randint(2014, max(2014, plan.year - 2)),
        helper=helpers.one(where.code),
        in_care=kind == Kind.DESTITUTE and random.random() < 0.5,
        conditions=living.conditions(random, who, kind, place=place),
        budget=living.budget(random, who, kind, net, plan.counted),
    )


def _kind(random: Random, who: list[Person]) -> Kind:
    alone = len(who) == 1 and who[0].age >= people.OLD
    if alone and random.random() < 0.6:
        return Kind.DESTITUTE
    return Kind.LOW_INCOME if random.random() < 0.3 else Kind.ORDINARY


Values = dict[str, Any]


def _row(sheet: Sheet, values: Values) -> dict[str, Shown | None]:
    """Show the values of one row; what is not given stays empty."""
    return {
        key: column.type.show(values[key])
        for column in sheet.columns
        if (key := f"{column.of}.{column.field}") in values and values[key] not in {None, "", ()}
    }


def _place_values(place: Place) -> Values:
    return {
        "place.village_code": place.code,
        "place.village_name": place.name,
        "place.township_name": place.township,
        "place.district_name": place.district,
    }


def _people_rows(homes: Sequence[Home]) -> Iterator[dict[str, Shown | None]]:
    for home in homes:
        shared = {**_place_values(home.place), **_home_values(home)}
        for nth, person in enumerate(home.people, 1):
            yield _row(layout.PEOPLE, {**shared, **_person_values(home, nth, person)})


def _home_values(home: Home) -> Values:
    name, organ, phone = home.helper
    persons = len(home.people)
    return {
        "household.group": f"第{home.group}组",
        "household.number": home.number,
        "check.persons": persons,
        "household.kind": home.kind,
        "household.exit_state": (home.status, None),
        "household.main_cause": home.cause,
        "household.other_causes": home.others,
        "household.first_identified_year": home.first_year,
        "household.relapsed_year": home.first_year + 1 if home.status == Status.RELAPSED else None,
        "household.phone": home.people[0].phone,
        "household.address": CARE_HOME if home.in_care else f"第{home.group}组{home.number[-2:]}号",
        "household.helper_name": name,
        "household.helper_organ": organ,
        "household.helper_phone": phone,
        "check.unsafe_house": int(home.conditions["house_grade"]) > 2,  # C and D
        "check.safe_water": home.conditions["water_safe"],
        "check.per_head": (home.budget.net * 2 + persons) // (2 * persons),
    }


def _person_values(home: Home, nth: int, person: Person) -> Values:
    return {
        "member.number": f"{home.number}{nth:02}",
        "member.name": person.name,
        "member.id_number": person.number,
        "member.sex": person.sex,
        "member.born": person.born,
        "member.relation": person.relation,
        "member.nation": person.nation,
        "member.education": person.education,
        "member.schooling": person.schooling,
        "member.health": person.health,
        "member.labour": person.labour,
        "member.work_months": person.work_months,
        "member.insured": person.insured,
        "member.serious_illness_insured": person.insured,
        "member.disability_card": person.card,
        "member.phone": person.phone,
    }


def _year_values(home: Home) -> Values:
    values = {f"year.{name}": value for name, value in home.conditions.items()}
    return {**values, "year.number": home.number}


def _income_rows(homes: Sequence[Home]) -> Iterator[dict[str, Shown | None]]:
    for home in homes:
        for line in home.budget.lines:
            member = "" if line.member is None else f"{home.number}{line.member + 1:02}"
            values = {
                "item.number": home.number,
                "item.item": IncomeName(line.item),
                "item.detail": line.detail,
                "item.member": member,
                "item.quantity": line.quantity,
                "item.amount_fen": line.amount,
                "item.proof": line.proof,
            }
            yield _row(layout.INCOME, values)


def _village_row(random: Random, plan: Plan, place: Place) -> dict[str, Shown | None]:
    poor = random.random() < 0.4
    households = random.randrange(180, 620)
    values = {
        **_place_values(place),
        "village.poor_village": poor,
        "village.year_out": plan.year - random.randint(1, 3) if poor else None,
        "village.representatives": random.randrange(24, 46),
        "village.has_team": poor or random.random() < 0.7,
        "village.board_place": "村务公开栏",
        "village.gathering_place": random.choice(
            ("文化广场", "村口小卖部前", "老祠堂坪", "村小学门口")
        ),
        "village.office_phone": f"0000-{random.randrange(10**6, 10**7)}",
        "village.village_income_fen": random.randrange(30_000, 160_000) * 100,
        "village.total_households": households,
        "village.total_persons": households * random.randrange(31, 39) // 10,
    }
    return _row(layout.VILLAGES, values)
