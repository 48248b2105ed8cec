"""The register of today as a workbook, in the layout it is read in."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from exitcase.core import income
from exitcase.core.choices import Status
from exitcase.core.models import Region
from households.models import Household, HouseholdYear, IncomeItem, Measure, Member, VillageYear
from households.register import layout
from households.register.cells import Shown
from households.register.layout import Of, Sheet
from households.register.writer import table, workbook

SAFE_GRADES = (1, 2)  # A and B
# Who is in no list of poor people is in no export of it.
IN_REGISTER = (Status.REGISTERED, Status.EXITING, Status.EXITED, Status.RELAPSED)


def export(households: QuerySet[Household], villages: Sequence[str], year: int) -> bytes:
    """These households, and the facts of these villages, in one year.

    It holds numbers and phones in clear: who asks for it needs the right, and it is logged.
    """
    listed = list(households.filter(status__in=IN_REGISTER).order_by("village", "number"))
    keys = [one.pk for one in listed]
    years = {
        one.household_id: one for one in HouseholdYear.objects.filter(household__in=keys, year=year)
    }
    names = _names([one.village_id for one in listed], villages)
    return workbook(
        [
            table(layout.PEOPLE, _people(listed, years, names)),
            table(layout.VILLAGES, _villages(villages, year, names)),
            table(layout.CONDITIONS, _conditions(listed, years)),
            table(layout.INCOME, _income(listed, years)),
        ]
    )


def _names(*codes: Iterable[str]) -> dict[str, str]:
    wanted = {code[:digits] for some in codes for code in some for digits in (6, 9, 12)}
    return dict(Region.objects.filter(pk__in=wanted).values_list("code", "name"))


def _row(sheet: Sheet, values: dict[Of, dict[str, Any]]) -> dict[str, Shown | None]:
    """Show a row's values; what is not known stays empty."""
    shown: dict[str, Shown | None] = {}
    for column in sheet.columns:
        value = values.get(column.of, {}).get(column.field)
        if value not in {None, "", ()}:
            shown[f"{column.of}.{column.field}"] = column.type.show(value)
    return shown


def _place(code: str, names: dict[str, str]) -> dict[str, str]:
    return {
        "village_code": code,
        "village_name": names.get(code, ""),
        "township_name": names.get(code[:9], ""),
        "district_name": names.get(code[:6], ""),
    }


def _fields(row: Any, sheet: Sheet, of: Of) -> dict[str, Any]:
    columns = [column.field for column in sheet.columns if column.of == of]
    return {name: getattr(row, name) for name in columns if hasattr(row, name)}


def _people(
    listed: Sequence[Household], years: dict[int, HouseholdYear], names: dict[str, str]
) -> Iterator[dict[str, Shown | None]]:
    members: dict[int, list[Member]] = {one.pk: [] for one in listed}
    present = Member.objects.filter(household__in=list(members), left_on=None)
    for member in present.order_by("number"):
        members[member.household_id].append(member)
    for one in listed:
        shared = {
            Of.PLACE: _place(one.village_id, names),
            Of.HOUSEHOLD: _household(one),
            Of.CHECK: _check(one, years.get(one.pk)),
        }
        for member in members[one.pk]:
            own = {Of.MEMBER: _fields(member, layout.PEOPLE, Of.MEMBER)}
            yield _row(layout.PEOPLE, shared | own)


def _household(one: Household) -> dict[str, Any]:
    status = Status(one.status)
    if status == Status.EXITING:  # to the outside it has not left the register yet
        status = Status.RELAPSED if one.relapsed_year else Status.REGISTERED
    return {
        **_fields(one, layout.PEOPLE, Of.HOUSEHOLD),
        "other_causes": tuple(filter(None, one.other_causes.split(","))),
        "exit_state": (status, one.enjoys_policy),
    }


def _check(one: Household, year: HouseholdYear | None) -> dict[str, Any]:
    """What the national export says shortly, of the exact facts."""
    known: dict[str, Any] = {"persons": one.persons}
    if year and year.house_grade:
        known["unsafe_house"] = year.house_grade not in SAFE_GRADES
    if year:
        known["safe_water"] = year.water_safe
    if year and year.net_fen is not None and year.net_fen >= 0 and year.persons:
        known["per_head"] = int(income.per_head(year.net_fen, year.persons) * 100)
    return known


def _villages(
    codes: Sequence[str], year: int, names: dict[str, str]
) -> Iterator[dict[str, Shown | None]]:
    found = VillageYear.objects.filter(village__in=codes, year=year)
    for one in found.order_by("village"):
        own = _fields(one, layout.VILLAGES, Of.VILLAGE)
        yield _row(layout.VILLAGES, {Of.PLACE: _place(one.village_id, names), Of.VILLAGE: own})


def _conditions(
    listed: Sequence[Household], years: dict[int, HouseholdYear]
) -> Iterator[dict[str, Shown | None]]:
    kinds: dict[int, set[str]] = {}
    rows = Measure.objects.filter(record__in=[one.pk for one in years.values()])
    for record, kind in rows.values_list("record", "kind"):
        kinds.setdefault(record, set()).add(kind)
    for one in listed:
        year = years.get(one.pk)
        if year:
            own = _fields(year, layout.CONDITIONS, Of.YEAR)
            own["number"] = one.number
            own["house_grade"] = str(year.house_grade) if year.house_grade else None
            own["measure_kinds"] = tuple(sorted(kinds.get(year.pk, ())))
            yield _row(layout.CONDITIONS, {Of.YEAR: own})


def _income(
    listed: Sequence[Household], years: dict[int, HouseholdYear]
) -> Iterator[dict[str, Shown | None]]:
    lines: dict[int, list[IncomeItem]] = {}
    rows = IncomeItem.objects.filter(record__in=[one.pk for one in years.values()])
    for line in rows.select_related("member").order_by("pk"):
        lines.setdefault(line.record_id, []).append(line)
    for one in listed:
        year = years.get(one.pk)
        for line in lines.get(year.pk, []) if year else []:
            own = _fields(line, layout.INCOME, Of.ITEM)
            own |= {"number": one.number, "member": line.member.number if line.member else ""}
            yield _row(layout.INCOME, {Of.ITEM: own})
