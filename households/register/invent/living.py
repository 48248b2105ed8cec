"""How an invented household lives: its house, water and help, and its income to the 分."""

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from exitcase.core.choices import Item
from households.choices import HouseGrade, Kind, Labour, MeasureKind, Schooling, Water
from households.register.invent.people import OLD, PUPIL, SENIOR, Person

YUAN = 100  # 分


@dataclass(slots=True)
class Line:
    """One line of the income statement; `member` is a place in the household."""

    item: Item
    amount: int  # 分
    detail: str = ""
    member: int | None = None
    quantity: str = ""
    proof: str = ""


@dataclass(slots=True)
class Budget:
    """The lines; their counted sum less costs is exactly what was asked for."""

    counted: Collection[Item]
    lines: list[Line] = field(default_factory=list)

    @property
    def net(self) -> int:
        cost = sum(line.amount for line in self.lines if line.item == Item.BUSINESS_COST)
        return sum(line.amount for line in self.lines if line.item in self.counted) - cost


def target(random: Random, line_fen: int, persons: int, *, place: int) -> int:
    """The household's net income: mostly well above the line, some on it, near it, below it."""
    turn = place % 25
    if turn == 9:  # 「超过」 is not 「达到」: exactly the line is the case to judge
        return line_fen * persons
    if turn == 16:
        return line_fen * persons - random.randrange(1, line_fen // 4) * persons
    if turn == 21:
        return line_fen * persons + random.randrange(1, line_fen // 20)
    return line_fen * persons * random.randrange(108, 260) // 100


def budget(
    random: Random, people: list[Person], kind: Kind, net: int, counted: Collection[Item]
) -> Budget:
    """Regular payments first, then what is earned makes up the rest."""
    made = Budget(counted)
    for one in _payments(random, people, kind):
        if one.item not in counted or made.net + one.amount < net:
            made.lines.append(one)
    earner = _earner(people)
    if earner is not None:
        _farm(random, made, net)
        item, detail = (
            Item.WAGES,
            people[earner].work_months and f"务工{people[earner].work_months}个月",
        )
    else:
        item = Item.DESTITUTE_SUPPORT if kind == Kind.DESTITUTE else Item.PROPERTY
        detail = "集中供养" if kind == Kind.DESTITUTE else "土地流转、分红"
    if item not in counted:
        item = next(one for one in Item if one in counted)
    rest = net - made.net
    if rest > 0:
        made.lines.append(
            Line(
                item,
                rest,
                detail or "零工",
                earner,
                proof="工资流水" if earner is not None else "发放明细",
            )
        )
    _left_out(random, people, made)
    return made


def _earner(people: list[Person]) -> int | None:
    able = (Labour.ORDINARY, Labour.SKILLED, Labour.WEAK)
    places = [place for place, person in enumerate(people) if person.labour in able]
    return max(places, key=lambda place: people[place].work_months) if places else None


def _payments(random: Random, people: list[Person], kind: Kind) -> list[Line]:
    found = [
        Line(Item.PENSION, 12 * 103 * YUAN, "城乡居民养老金", place, "12个月", "存折")
        for place, person in enumerate(people)
        if person.age >= OLD
    ]
    found += [
        Line(Item.DISABILITY_SUBSIDY, 12 * 60 * YUAN, "两项补贴", place, "12个月", "存折")
        for place, person in enumerate(people)
        if person.card and person.card[-1] in "12"
    ]
    if kind == Kind.LOW_INCOME:
        amount = random.choice((150, 180, 210, 240)) * 12 * YUAN
        found.append(Line(Item.LOW_INCOME_ALLOWANCE, amount, "", None, "12个月", "存折"))
    if random.random() < 0.6:
        amount = random.randrange(80, 420) * YUAN
        found.append(Line(Item.FARM_SUBSIDY, amount, "耕地地力保护补贴", None, "", "一卡通"))
    return found


def _farm(random: Random, made: Budget, net: int) -> None:
    """Rice, pigs or bamboo: the costs are a part of what is sold."""
    room = (net - made.net) // YUAN
    if room < 1200 or random.random() < 0.25:
        return
    detail, share = random.choice(
        (("水稻", 40), ("生猪", 40), ("油茶", 15), ("蔬菜", 40), ("土鸡", 40))
    )
    sold = random.randrange(600, min(room, 9000)) * YUAN
    quantity = f"{random.randrange(1, 9)}亩" if detail in {"水稻", "油茶", "蔬菜"} else ""
    made.lines.append(Line(Item.BUSINESS, sold, detail, None, quantity, "销售凭证"))
    made.lines.append(Line(Item.BUSINESS_COST, sold * share // 100, detail, None, "", "票据"))


def _left_out(random: Random, people: list[Person], made: Budget) -> None:
    """What is on record without counting, where the plan leaves it out."""
    found = [
        Line(Item.EDUCATION_AID, 500 * YUAN, "助学补助", place)
        for place, person in enumerate(people)
        if person.schooling not in {Schooling.NONE, Schooling.PRESCHOOL}
    ]
    if random.random() < 0.1:
        found.append(Line(Item.TEMPORARY_AID, 1000 * YUAN, "临时救助"))
    made.lines += [line for line in found if line.item not in made.counted]


def conditions(random: Random, people: list[Person], kind: Kind, *, place: int) -> dict[str, Any]:
    """条件's fields; every thirtieth household or so falls short of something."""
    out = sum(PUPIL <= p.age <= SENIOR and p.schooling == Schooling.NONE for p in people)
    grade = random.choice((HouseGrade.A, HouseGrade.B, HouseGrade.B))
    if place % 37 == 13:
        grade = HouseGrade.C
    water = random.choice((Water.TAP, Water.TAP, Water.WELL, Water.SPRING))
    pension = sum(p.age >= 16 and p.schooling == Schooling.NONE for p in people)
    return {
        "persons": len(people),
        "income_stable": place % 41 != 17,
        "stable_note": "有稳定务工或种养收入"
        if _earner(people) is not None
        else "有政策性保障收入",
        "income_proved": True,
        "staple_food": True,
        "seasonal_clothes": True,
        "dropouts": out,
        "not_in_higher_school": 0,
        "contracted_doctor": len(people),
        "pension_eligible": pension,
        "pension_insured": pension,
        "house_grade": grade,
        "house_certificate": f"建鉴{random.randrange(1, 900):03}号",
        "house_area_m2": Decimal(random.randrange(18, 32) * len(people) + 25),
        "house_structure": random.choice(("砖混", "砖木", "砖混", "土木")),
        "lives_there": True,
        "water": water,
        "water_safe": place % 53 != 29,
        "water_distance_m": 0 if water == Water.TAP else random.randrange(20, 400),
        "water_minutes": 0 if water == Water.TAP else random.randrange(1, 15),
        "measure_kinds": _measures(random, kind, grade),
        "effect_evident": True,
        "policy_delivered": True,
        "tidy_home": True,
        "rigid_costs": False,
        "illness_school_costs": False,
        "disabled_no_stable_income": False,
    }


def _measures(random: Random, kind: Kind, grade: HouseGrade) -> tuple[MeasureKind, ...]:
    chosen = {random.choice((MeasureKind.INDUSTRY, MeasureKind.TRAINING, MeasureKind.TRANSFER))}
    if kind != Kind.ORDINARY:
        chosen.add(MeasureKind.SAFETY_NET)
    if grade == HouseGrade.A:
        chosen.add(MeasureKind.HOUSE_REPAIR)
    return tuple(one for one in MeasureKind if one in chosen)
