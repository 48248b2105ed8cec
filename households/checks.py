"""Soft checks of the register (DOMAIN 10.4): questions to be looked into, never bars.

Each is a query that gives the households it asks about; figures come from the programme's warnings
(`[[warn]]`), and where the programme has none, the question is not asked. Two of the list are
other people's: an adult child on the public payroll is a finding of the comparison, village and
township judging differently is verification's. The same school grade as last year is asked by the
import, which alone sees both years.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from exitcase.core.rules import Rules
from exitcase.core.rules_words import Warn
from households.choices import HouseGrade, MeasureKind, Schooling
from households.models import Household, HouseholdYear, Measure, Member

FIRST_SCHOOL, LAST_SCHOOL = 6, 15  # full years of compulsory schooling
AWAY = 2  # so many times the village's middle income is far from it


@dataclass(frozen=True, slots=True)
class Asked:
    """For which year, by which plan."""

    year: int
    rules: Rules

    def most(self, key: Warn) -> int | None:
        """The plan's figure of a warning; None where the plan does not ask."""
        return next((one.most for one in self.rules.warns if one.key == key), None)

    def asks(self, key: Warn) -> bool:
        return any(one.key == key for one in self.rules.warns)


Find = Callable[[QuerySet[Household], Asked], QuerySet[Household]]


@dataclass(frozen=True, slots=True)
class Check:
    """One question: its key, its sentence, and which households it asks about."""

    key: str
    message: Any  # a lazy text
    find: Find


@dataclass(frozen=True, slots=True)
class Doubt:
    """One question asked about one household."""

    key: str
    message: str
    household: int
    number: str


def ask_all(households: QuerySet[Household], year: int, rules: Rules) -> list[Doubt]:
    """Every question about these households, in a fixed number of queries."""
    asked = Asked(year, rules)
    return [
        Doubt(check.key, str(check.message), pk, number)
        for check in CHECKS
        for pk, number in check.find(households, asked).order_by("pk").values_list("pk", "number")
    ]


def _record(asked: Asked, **more: Any) -> QuerySet[HouseholdYear]:
    return HouseholdYear.objects.filter(household=OuterRef("pk"), year=asked.year, **more)


def _members(**more: Any) -> QuerySet[Member]:
    return Member.objects.filter(household=OuterRef("pk"), left_on=None, **more)


def same_income(rows: QuerySet[Household], asked: Asked) -> QuerySet[Household]:
    if not asked.asks(Warn.SAME_INCOME):
        return rows.none()
    before = HouseholdYear.objects.filter(
        household=OuterRef("household"), year=asked.year - 1, net_fen=OuterRef("net_fen")
    )
    return rows.filter(Exists(_record(asked).filter(Exists(before))))


def near_line(rows: QuerySet[Household], asked: Asked) -> QuerySet[Household]:
    """Above the line by no more than the plan's percent; in products, nothing is divided."""
    percent = asked.most(Warn.NEAR_LINE)
    if percent is None or asked.rules.income is None:
        return rows.none()
    line = asked.rules.line_fen
    close = (
        _record(asked, persons__gt=0)
        .alias(hundredfold=F("net_fen") * 100)
        .filter(
            net_fen__gt=F("persons") * line,
            hundredfold__lte=F("persons") * (line * (100 + percent)),
        )
    )
    return rows.filter(Exists(close))


def unsafe_house(rows: QuerySet[Household], asked: Asked) -> QuerySet[Household]:
    """Grade C or D, and no repair or resettlement among the measures."""
    repaired = Measure.objects.filter(
        record=OuterRef("pk"), kind__in=(MeasureKind.HOUSE_REPAIR, MeasureKind.RESETTLEMENT)
    )
    unsafe = _record(asked, house_grade__gte=int(HouseGrade.C))
    return rows.filter(Exists(unsafe.filter(~Exists(repaired))))


def out_of_school(rows: QuerySet[Household], asked: Asked) -> QuerySet[Household]:
    """A member of compulsory school age, on 1 September of the year, who is in no school."""
    youngest = date(asked.year - FIRST_SCHOOL, 9, 1)
    oldest = date(asked.year - LAST_SCHOOL - 1, 9, 1)
    age = {"born__lte": youngest, "born__gt": oldest}
    return rows.filter(Exists(_members(schooling=Schooling.NONE, **age)))


def uninsured(rows: QuerySet[Household], _asked: Asked) -> QuerySet[Household]:
    return rows.filter(Exists(_members(insured=False)))


def far_water(rows: QuerySet[Household], asked: Asked) -> QuerySet[Household]:
    metres = asked.most(Warn.FAR_WATER)
    if metres is None:
        return rows.none()
    return rows.filter(Exists(_record(asked, water_distance_m__gt=metres)))


def helper_load(rows: QuerySet[Household], asked: Asked) -> QuerySet[Household]:
    """Households of a helper who has more than the plan advises, in the whole township."""
    most = asked.most(Warn.HELPER_LOAD)
    if most is None:
        return rows.none()
    same = Household.objects.exclude(helper_name="").filter(
        township=OuterRef("township"),
        helper_name=OuterRef("helper_name"),
        helper_organ=OuterRef("helper_organ"),
    )
    # Without the default order, which would be grouped by.
    load = same.order_by().values("helper_name").annotate(n=Count("pk")).filter(n__gt=most)
    return rows.filter(Exists(load))


def duplicate_number(rows: QuerySet[Household], _asked: Asked) -> QuerySet[Household]:
    return rows.filter(Exists(_members(duplicate=True)))


def away_from_village(rows: QuerySet[Household], asked: Asked) -> QuerySet[Household]:
    """Income a head far above or below the middle one of its village."""
    year = asked.year
    records = HouseholdYear.objects.filter(
        household__village__in=rows.order_by().values("village").distinct(), year=year,
        net_fen__isnull=False, persons__gt=0,
    )  # fmt: skip
    heads = records.values_list("household", "household__village", "net_fen", "persons")
    far = _far((pk, village, (net or 0) // (many or 1)) for pk, village, net, many in heads)
    return rows.filter(pk__in=far)


def _far(heads: Iterable[tuple[int, str, int]]) -> list[int]:
    by_village: dict[str, list[tuple[int, int]]] = {}
    for pk, village, amount in heads:
        by_village.setdefault(village, []).append((amount, pk))
    return [
        pk
        for found in by_village.values()
        for amount, pk in found
        if _is_far(amount, sorted(found)[len(found) // 2][0])
    ]


def _is_far(amount: int, middle: int) -> bool:
    return amount > AWAY * middle or amount * AWAY < middle


CHECKS = (
    Check("same_income", _("收入与上年完全相同"), same_income),
    Check("near_line", _("人均纯收入略高于收入线,请核实是否稳定"), near_line),
    Check("unsafe_house", _("住房为 C、D 级,没有危房改造或搬迁"), unsafe_house),
    Check("out_of_school", _("有适龄儿童不在校"), out_of_school),
    Check("uninsured", _("有成员没有参加基本医疗保险"), uninsured),
    Check("far_water", _("取水距离过远"), far_water),
    Check("helper_load", _("帮扶责任人所帮户数偏多"), helper_load),
    Check("duplicate_number", _("有成员的身份证号码与他人重复"), duplicate_number),
    Check("away_from_village", _("人均收入与全村中等水平相差过大"), away_from_village),
)
