"""What papers print of a household, before and after: the lines of a 更正单."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import override

from exitcase.core import income
from exitcase.core.choices import Fact
from households.choices import Health, IncomeName, Relation
from households.models import Household, HouseholdYear, IncomeItem, Member

NOBODY: Final = "无"
# Never said in a sentence: what may be joined with other lists to find a person.
UNSAID: Final = frozenset({Fact.ID_NUMBER, Fact.PHONE})
Printed = Mapping[tuple[Fact, str], str]  # fact and its label on the paper → its value there


@dataclass(frozen=True, slots=True)
class Line:
    """One printed fact that is not what it was."""

    fact: Fact
    label: str
    was: str
    became: str

    @property
    def words(self) -> str:
        """「家庭人口数由4改为5」; of a number only that it was changed."""
        if self.fact in UNSAID:
            return f"{self.label}有更正"
        return f"{self.label}由{self.was}改为{self.became}"


def printed(household: int, year: int) -> Printed:
    """The facts of a household as its papers of `year` print them, in Chinese; four queries."""
    with override(None):  # papers are Chinese, whatever the reader's language
        found: dict[tuple[Fact, str], str] = {}
        found.update(_of_household(Household.objects.get(pk=household)))
        found.update(_of_members(household))
        found.update(_of_year(household, year))
        return found


def lines(before: Printed, after: Printed) -> tuple[Line, ...]:
    """What differs. Of people who joined or left only that they did, not all they are."""
    same = _people(before) == _people(after)
    return tuple(
        Line(fact, label, before.get((fact, label), NOBODY), after.get((fact, label), NOBODY))
        for fact, label in dict.fromkeys((*before, *after))
        if before.get((fact, label)) != after.get((fact, label))
        and (fact not in OF_A_MEMBER or {(fact, label)} <= before.keys() & after.keys())
        and not (fact == Fact.MEMBERS and same)  # a retyped name is the same person
    )


def _people(facts: Printed) -> frozenset[str]:
    """Who is in the household, whatever they are called."""
    return frozenset(label for fact, label in facts if fact == Fact.NAME)


def together(first: Sequence[Line], then: Sequence[Line]) -> tuple[Line, ...]:
    """Two corrections in a row as one; what the second takes back drops out."""
    found = {(one.fact, one.label): one for one in first}
    for one in then:
        was = found[one.fact, one.label].was if (one.fact, one.label) in found else one.was
        found[one.fact, one.label] = Line(one.fact, one.label, was, one.became)
    return tuple(one for one in found.values() if one.was != one.became)


OF_A_MEMBER: Final = {
    Fact.NAME: "name",
    Fact.RELATION: "relation",
    Fact.ID_NUMBER: "id_number",
    Fact.HEALTH: "health",
}
WORDS: Final[Mapping[Fact, Any]] = {Fact.RELATION: Relation, Fact.HEALTH: Health}


def _of_household(one: Household) -> dict[tuple[Fact, str], str]:
    return {
        (Fact.HEAD, _("户主姓名")): one.head_name,
        (Fact.GROUP, _("村民小组")): one.group,
        (Fact.HOUSEHOLD_PERSONS, _("家庭人口数")): str(one.persons),
        (Fact.PHONE, _("联系电话")): one.phone or NOBODY,
        (Fact.ADDRESS, _("家庭住址")): one.address or NOBODY,
    }


def _of_members(household: int) -> dict[tuple[Fact, str], str]:
    present = list(Member.objects.filter(household=household, left_on=None).order_by("number"))
    found = {(Fact.MEMBERS, _("家庭成员")): "、".join(one.name for one in present) or NOBODY}
    for one in present:
        for fact, column in OF_A_MEMBER.items():
            name = getattr(Member._meta.get_field(column), "verbose_name", column)
            label = f"{one.number[-2:]}号成员{name}"
            value = str(getattr(one, column))
            found[fact, label] = str(WORDS[fact](value).label) if fact in WORDS else value
    return found


def _of_year(household: int, year: int) -> Iterator[tuple[tuple[Fact, str], str]]:
    record = HouseholdYear.objects.filter(household=household, year=year).first()
    if record is None:
        return
    yield (Fact.PERSONS, _("核算人口")), _said(record.persons)
    for field in HouseholdYear._meta.concrete_fields:
        if field.name not in NOT_INDICATORS:
            yield (Fact.INDICATORS, str(field.verbose_name)), _said(getattr(record, field.name))
    for label, fen in _amounts(record).items():
        yield (Fact.INCOME_ITEMS, label), _yuan(fen)
    yield (Fact.INCOME_ITEMS, _("家庭稳定纯收入")), _yuan(record.net_fen)


NOT_INDICATORS: Final = frozenset(
    {"id", "household", "year", "version", "persons", "gross_fen", "cost_fen", "net_fen"}
)


def _amounts(record: HouseholdYear) -> Mapping[str, int]:
    """The statement's lines by item and detail; those of one name are one sum."""
    found: dict[str, int] = defaultdict(int)
    rows = IncomeItem.objects.filter(record=record).values_list("item", "detail")
    for item, detail, fen in rows.annotate(fen=Sum("amount_fen")).order_by("item", "detail"):
        found[" ".join(filter(None, (str(IncomeName(item).label), detail)))] += fen
    return found


def _said(value: object) -> str:
    if value is None or value == "":
        return NOBODY
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)


def _yuan(fen: int | None) -> str:
    return NOBODY if fen is None else f"{income.yuan(fen)}元"
