"""From rows to households: what the register will hold if nothing is wrong with it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from exitcase.core.choices import Status
from households.choices import SEX_OF, Relation
from households.register import layout, numbers
from households.register.cells import Wrong
from households.register.layout import Of
from households.register.reader import Book, Fault, Row

Places = Callable[[str, str, str, str], str]  # code, district, township, village → code, or Wrong


@dataclass(slots=True)
class MemberDraft:
    """One person, with the row it came from."""

    row: Row
    values: dict[str, Any]  # Member's fields


@dataclass(slots=True)
class HouseholdDraft:
    """One household; one bad cell, or one fault, and it stays out, whole."""

    key: str  # its number, or a stand-in where that cannot be read
    rows: list[Row]
    village: str = ""
    values: dict[str, Any] = field(default_factory=dict)  # Household's fields
    members: list[MemberDraft] = field(default_factory=list)
    year: dict[str, Any] | None = None  # HouseholdYear's fields
    measures: tuple[str, ...] = ()
    items: list[dict[str, Any]] = field(default_factory=list)  # IncomeItem's fields, member number
    year_row: Row | None = None
    item_rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    unreadable: bool = False  # a cell could not be read; its fault is the book's

    @property
    def out(self) -> bool:
        return self.unreadable or bool(self.faults)

    @property
    def persons(self) -> int:
        return len(self.rows)

    def wrong(self, row: Row, name: str, message: str, code: str, example: str = "") -> None:
        self.faults.append(_at(row, name, message, code, example))

    def doubt(self, row: Row, name: str, message: str, code: str) -> None:
        self.warnings.append(_at(row, name, message, code))


@dataclass(slots=True)
class VillageDraft:
    """One row of 村信息."""

    row: Row
    code: str
    values: dict[str, Any]  # VillageYear's fields
    bad: bool = False


@dataclass(slots=True)
class Drafts:
    """All that a workbook says; `faults` concern no household."""

    households: list[HouseholdDraft] = field(default_factory=list)
    villages: list[VillageDraft] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def _at(row: Row, name: str, message: str, code: str, example: str = "") -> Fault:
    column = row.sheet.column(name)
    return row.fault(column, message, code=code, example=example)


def drafts(book: Book, places: Places, year: int, today: date) -> Drafts:
    """Group the rows and ask what no single cell can answer; faults go to their household."""
    made = Drafts(households=_households(book))
    by_number = {draft.key: draft for draft in made.households}
    _hang(made, book, layout.CONDITIONS, by_number, _hang_year)
    _hang(made, book, layout.INCOME, by_number, _hang_item)
    for draft in made.households:
        _fill(draft, places, year, today)
    _tell_twins(made.households)
    made.villages = [_village(row, made, places, year) for row in book.rows.get("村信息", [])]
    _tell_village_twins(made)
    return made


def _households(book: Book) -> list[HouseholdDraft]:
    """In the order of the file; a row without a readable number is a household of its own."""
    found: dict[str, HouseholdDraft] = {}
    for row in book.rows.get(layout.PEOPLE.title, []):
        key = row.get(Of.HOUSEHOLD, "number") or f"?{row.number}"
        found.setdefault(key, HouseholdDraft(key, [])).rows.append(row)
    return list(found.values())


def _hang(
    made: Drafts,
    book: Book,
    sheet: layout.Sheet,
    by_number: dict[str, HouseholdDraft],
    hang: Callable[[HouseholdDraft, Row], None],
) -> None:
    for row in book.rows.get(sheet.title, []):
        number = row.values.get(f"{sheet.columns[0].of}.number", "")
        if number in by_number:
            hang(by_number[number], row)
        elif number and not book.unfit:
            message = _("人口信息表里没有这一户")
            made.faults.append(row.fault(sheet.columns[0], message, code="unknown_household"))


def _hang_year(draft: HouseholdDraft, row: Row) -> None:
    if draft.year_row:
        draft.wrong(row, "number", _("本户在条件表里出现了两次"), "year_twice")
    draft.year_row = row


def _hang_item(draft: HouseholdDraft, row: Row) -> None:
    draft.item_rows.append(row)


def _fill(draft: HouseholdDraft, places: Places, year: int, today: date) -> None:
    """Nothing is asked of a household with unreadable cells but what can still be told."""
    rows = [*draft.rows, *draft.item_rows, *([draft.year_row] if draft.year_row else [])]
    draft.unreadable = any(row.bad for row in rows)
    _ask_same(draft)
    _ask_village(draft, places)
    draft.members = [_member(draft, row, today) for row in draft.rows]
    _ask_heads(draft)
    _ask_persons(draft)
    _ask_same_person(draft)
    _ask_years(draft, year)
    draft.year, draft.measures = _year(draft)
    draft.items = [_item(draft, row) for row in draft.item_rows]
    if not draft.out:
        draft.values = _values(draft)


def _ask_same(draft: HouseholdDraft) -> None:
    """The household's columns are repeated: they must say the same in each row."""
    first = draft.rows[0]
    for row in draft.rows[1:]:
        for column in layout.PEOPLE.columns:
            key = f"{column.of}.{column.field}"
            if column.of not in {Of.HOUSEHOLD, Of.PLACE, Of.CHECK} or key not in row.values:
                continue
            if key in first.values and row.values[key] != first.values[key]:
                message = _("与本户第一行(第%s行)不一致") % first.number
                draft.faults.append(row.fault(column, message, code="household_differs"))


def _ask_village(draft: HouseholdDraft, places: Places) -> None:
    row = draft.rows[0]
    given = row.about(Of.PLACE)
    if "village_name" not in given:
        return
    try:
        draft.village = _place(places, given)
    except Wrong as wrong:
        draft.wrong(row, "village_name", str(wrong), "unknown_village")


def _place(places: Places, given: dict[str, Any]) -> str:
    names = ("village_code", "district_name", "township_name", "village_name")
    code, district, township, village = (str(given.get(name) or "") for name in names)
    return places(code, district, township, village)


def _member(draft: HouseholdDraft, row: Row, today: date) -> MemberDraft:
    values = row.about(Of.MEMBER)
    if values.get("id_number"):
        _ask_number(draft, row, values, today)
    relation, sex = values.get("relation", ""), values.get("sex")
    if sex and SEX_OF.get(relation, sex) != sex:
        draft.wrong(row, "relation", _("与性别不符"), "relation_sex")
    return MemberDraft(row, values)


def _ask_number(draft: HouseholdDraft, row: Row, values: dict[str, Any], today: date) -> None:
    """Sex and birth stand in the number; what is typed beside it must agree."""
    number = values["id_number"]
    for name, said in (("sex", numbers.sex(number)), ("born", numbers.born(number))):
        typed = values.get(name)
        if typed and typed != said:
            column = row.sheet.column(name)
            right = str(column.type.show(said))
            draft.wrong(row, name, _("与证件号码不符"), f"{name}_conflict", right)
        values[name] = said
    if values["born"] > today:
        draft.wrong(row, "id_number", _("出生日期在将来"), "born_in_future")
    card = values.get("disability_card") or ""
    if card and not card.startswith(number):
        draft.wrong(row, "disability_card", _("前 18 位应与本人证件号码相同"), "card_mismatch")


def _ask_heads(draft: HouseholdDraft) -> None:
    heads = [m.row for m in draft.members if m.values.get("relation") == Relation.HEAD]
    if not heads and all("relation" in m.values for m in draft.members):
        draft.wrong(draft.rows[0], "relation", _("本户没有户主"), "no_head", _("户主"))
    for row in heads[1:]:
        message = _("本户有两个户主,第%s行已是户主") % heads[0].number
        draft.wrong(row, "relation", message, "two_heads", _("配偶"))


def _ask_persons(draft: HouseholdDraft) -> None:
    row = draft.rows[0]
    said = row.get(Of.CHECK, "persons")
    if said is not None and said != draft.persons:
        message = _("本户在表里有 %s 行") % draft.persons
        draft.wrong(row, "persons", message, "persons_differ", str(draft.persons))


def _ask_same_person(draft: HouseholdDraft) -> None:
    for name, message, code in (
        ("id_number", _("同一人在本户出现了两次(第%s行)"), "same_person"),
        ("number", _("人编号在本户出现了两次(第%s行)"), "member_number_twice"),
    ):
        seen: dict[str, Row] = {}
        for member in draft.members:
            value = member.values.get(name, "")
            if value and value in seen:
                column = next(
                    c for c in layout.PEOPLE.columns if c.of == Of.MEMBER and c.field == name
                )
                told = message % seen[value].number
                draft.faults.append(member.row.fault(column, told, code=code))
            seen.setdefault(value, member.row)


def _ask_years(draft: HouseholdDraft, year: int) -> None:
    row = draft.rows[0]
    given = row.about(Of.HOUSEHOLD)
    for name in ("first_identified_year", "relapsed_year"):
        if (given.get(name) or 0) > year:
            draft.wrong(row, name, _("晚于导入年度 %s") % year, "future_year", str(year))
    if (given.get("first_identified_year") or 0) > (given.get("relapsed_year") or 9999):
        draft.wrong(row, "relapsed_year", _("早于首次识别时间"), "relapsed_before_first")
    if given.get("main_cause") in (given.get("other_causes") or ()):
        draft.wrong(row, "other_causes", _("与主要致贫原因重复"), "cause_twice")


_COUNTS = (
    "dropouts",
    "not_in_higher_school",
    "contracted_doctor",
    "pension_eligible",
    "pension_insured",
)


def _year(draft: HouseholdDraft) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """The year's facts: those of 条件, and what the persons' rows say of insurance and age."""
    row = draft.year_row
    if row is None:
        return ({"persons": draft.persons} if draft.item_rows else None), ()
    values = row.about(Of.YEAR)
    values.pop("number", None)
    measures = values.pop("measure_kinds", ())
    for name in _COUNTS:
        if (values.get(name) or 0) > draft.persons:
            message = _("多于本户人数 %s") % draft.persons
            draft.wrong(row, name, message, "more_than_persons", str(draft.persons))
    values["persons"] = values.get("persons") or draft.persons
    values["measures"] = len(measures) if "year.measure_kinds" in row.values else None
    _compare(draft, row)
    return {name: _plain(name, value) for name, value in values.items()}, measures


def _plain(name: str, value: Any) -> Any:
    return int(value) if name == "house_grade" and value else value


def _compare(draft: HouseholdDraft, row: Row) -> None:
    """The national export says two things shortly that 条件 says exactly: they should agree."""
    first = draft.rows[0]
    unsafe, safe = first.get(Of.CHECK, "unsafe_house"), first.get(Of.CHECK, "safe_water")
    grade, water = row.get(Of.YEAR, "house_grade"), row.get(Of.YEAR, "water_safe")
    if unsafe is not None and grade and unsafe != (int(grade) > 2):  # noqa: PLR2004  # C and D
        draft.doubt(first, "unsafe_house", _("与条件表的住房等级不一致"), "house_differs")
    if safe is not None and water is not None and safe != water:
        draft.doubt(first, "safe_water", _("与条件表的饮水安全不一致"), "water_differs")


def _item(draft: HouseholdDraft, row: Row) -> dict[str, Any]:
    values = row.about(Of.ITEM)
    values.pop("number", None)
    known = {member.values.get("number") for member in draft.members}
    if values.get("member") and values["member"] not in known:
        draft.wrong(row, "member", _("不是本户成员的人编号"), "unknown_member")
    return values


def _values(draft: HouseholdDraft) -> dict[str, Any]:
    """Household's own fields, of a draft in which every cell could be read."""
    values = draft.rows[0].about(Of.HOUSEHOLD)
    status, enjoys = values.pop("exit_state")
    head = next(m for m in draft.members if m.values["relation"] == Relation.HEAD)
    return {
        **values,
        "status": Status(status),
        "enjoys_policy": enjoys,
        "other_causes": ",".join(values.get("other_causes") or ()),
        "head_name": head.values["name"],
        "persons": draft.persons,
    }


def _tell_twins(households: list[HouseholdDraft]) -> None:
    """The same number in two households is an anomaly to be asked about, not a typing error."""
    holders: dict[str, list[tuple[HouseholdDraft, Row]]] = defaultdict(list)
    for draft in households:
        for member in draft.members:
            if member.values.get("id_number"):
                holders[member.values["id_number"]].append((draft, member.row))
    for found in holders.values():
        for draft, row in found:
            other = next((d for d, _row in found if d is not draft), None)
            if other:
                message = _("证件号码与户 %s 的成员相同,记为身份证重复") % other.key
                draft.doubt(row, "id_number", message, "duplicate_number")


def _village(row: Row, made: Drafts, places: Places, year: int) -> VillageDraft:
    values = row.about(Of.VILLAGE)
    code, bad = "", row.bad
    try:
        code = _place(places, row.about(Of.PLACE)) if not bad else ""
    except Wrong as wrong:
        made.faults.append(_at(row, "village_name", str(wrong), "unknown_village"))
        bad = True
    if (values.get("year_out") or 0) > year:
        made.faults.append(_at(row, "year_out", _("晚于导入年度 %s") % year, "future_year"))
        bad = True
    return VillageDraft(row, code, values, bad)


def _tell_village_twins(made: Drafts) -> None:
    seen: dict[str, Row] = {}
    for village in made.villages:
        if village.code and village.code in seen:
            message = _("与第%s行是同一个村") % seen[village.code].number
            made.faults.append(_at(village.row, "village_name", message, "village_twice"))
            village.bad = True
        seen.setdefault(village.code, village.row)
