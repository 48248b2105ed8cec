"""The facts an indicator asks, as 附件1 prints them: labels, figures, boxes.

The paper is Chinese in every language; a screen that shows its words translates them itself.
"""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils import translation
from django.utils.translation import gettext_noop as _

from exitcase.core import choices, income
from exitcase.core.papers.sheets import Fact
from exitcase.core.rules import Indicator
from households.choices import HouseGrade, MeasureKind, Water
from households.models import HouseholdYear, Measure
from households.register.cells import labels

Maker = Callable[[HouseholdYear | None], tuple[Fact, ...]]
YES, NO = _("是"), _("否")


def facts_of(
    indicator: Indicator, year: HouseholdYear | None, measures: list[Measure]
) -> tuple[Fact, ...]:
    """What 附件1 prints of one indicator; without a year's record, blanks for the pen."""
    found: list[Fact] = []
    for fact in indicator.facts:
        if fact in {choices.Fact.MEASURES, choices.Fact.POLICY_DELIVERED}:
            found += _measures(measures)
        else:
            found += MAKERS.get(fact, _column(fact))(year)
    return tuple(dict.fromkeys(found))


def number(label: str, value: object, unit: str = "", *, wide: bool = False) -> Fact:
    return Fact(label=label, value="" if value is None else str(value), unit=unit, wide=wide)


def yes_no(label: str, value: object) -> Fact:
    chosen = () if value is None else (YES if value else NO,)
    return Fact(label=label, options=(YES, NO), chosen=chosen)


def _count(label: str, column: str, unit: str = _("人")) -> Maker:
    return lambda year: (number(label, getattr(year, column, None), unit),)


def _column(fact: choices.Fact) -> Maker:
    """Any other fact of the year: its column's own name, as boxes or as a figure."""

    def make(year: HouseholdYear | None) -> tuple[Fact, ...]:
        names = {field.name: field for field in HouseholdYear._meta.concrete_fields}
        field = names.get(str(fact))
        if field is None:
            return ()
        with translation.override("zh-hans"):
            text = str(field.verbose_name)
        value = getattr(year, field.name, None)
        boxes = field.get_internal_type() == "BooleanField"
        return (yes_no(text, value) if boxes else number(text, value),)

    return make


def _income(year: HouseholdYear | None) -> tuple[Fact, ...]:
    known = year is not None and year.net_fen is not None and bool(year.persons)
    shown = f"{income.per_head(year.net_fen or 0, year.persons or 1):,}" if year and known else ""
    return (number(_("人均纯收入"), shown, _("元")),)


def _stable(year: HouseholdYear | None) -> tuple[Fact, ...]:
    stable = yes_no(_("收入稳定"), year.income_stable if year else None)
    return (stable, number(_("稳定性："), year.stable_note if year else "", wide=True))


def _school(year: HouseholdYear | None) -> tuple[Fact, ...]:
    return (
        number(_("适龄"), year.school_age if year else None, _("人")),
        number(_("失学辍学"), year.dropouts if year else None, _("人")),
    )


def _house(year: HouseholdYear | None) -> tuple[Fact, ...]:
    grades = labels(HouseGrade)
    grade = grades.get(str(year.house_grade), "") if year else ""
    return (
        number(_("结构"), year.house_structure if year else ""),
        Fact(label=_("等级"), options=tuple(grades.values()), chosen=(grade,) if grade else ()),
        number(_("面积"), year.house_area_m2 if year else None, "㎡"),
        number(_("鉴定文号"), year.house_certificate if year else "", wide=True),
    )


def _water(year: HouseholdYear | None) -> tuple[Fact, ...]:
    ways = labels(Water)
    way = ways.get(year.water, "") if year else ""
    return (
        Fact(label="", options=tuple(ways.values()), chosen=(way,) if way else ()),
        yes_no(_("安全"), year.water_safe if year else None),
    )


def _fetching(year: HouseholdYear | None) -> tuple[Fact, ...]:
    return (
        number(_("取水"), year.water_distance_m if year else None, _("米")),
        number("", year.water_minutes if year else None, _("分钟")),
    )


def _measures(measures: list[Measure]) -> tuple[Fact, ...]:
    """「危房改造2019年11月40000.00元；…」, on a line of its own."""
    return (number("", "；".join(_measure(one) for one in measures), wide=True),)


def _measure(one: Measure) -> str:
    day = f"{one.received_on.year}年{one.received_on.month}月" if one.received_on else ""
    amount = f"{income.yuan(one.amount_fen)}元" if one.amount_fen is not None else ""
    return f"{labels(MeasureKind)[one.kind]}{day}{amount}{one.note}"


MAKERS: Final[Mapping[choices.Fact, Maker]] = {
    choices.Fact.PER_HEAD_INCOME: _income,
    choices.Fact.INCOME_STABLE: _stable,
    choices.Fact.DROPOUTS: _school,
    choices.Fact.INSURED: _count(_("参保"), "insured"),
    choices.Fact.PERSONS: _count(_("应参保"), "persons"),
    choices.Fact.SERIOUS_ILLNESS_INSURED: _count(_("大病保险"), "serious_illness_insured"),
    choices.Fact.CONTRACTED_DOCTOR: _count(_("签约"), "contracted_doctor"),
    choices.Fact.NOT_IN_HIGHER_SCHOOL: _count(_("两后生未升学"), "not_in_higher_school"),
    choices.Fact.PENSION_ELIGIBLE: _count(_("应参加养老保险"), "pension_eligible"),
    choices.Fact.PENSION_INSURED: _count(_("已参加"), "pension_insured"),
    choices.Fact.HOUSE_GRADE: _house,
    choices.Fact.WATER_SAFE: _water,
    choices.Fact.WATER_DISTANCE_M: _fetching,
}
