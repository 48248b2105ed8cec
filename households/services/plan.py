"""What an import would do: each household of the file beside the one on record. Writes nothing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from exitcase.core import identity, income
from exitcase.core.choices import Item, Status
from exitcase.core.rules import Rules
from households.checks import FIRST_SCHOOL, LAST_SCHOOL
from households.choices import Schooling
from households.models import Household, HouseholdYear, IncomeItem, Measure, Member, VillageYear
from households.register.drafts import HouseholdDraft, MemberDraft, VillageDraft
from households.register.layout import Of
from households.services.members import id_index
from households.services.year import set_figures

CHUNK = 5000  # keys in one query
UNGRADED = frozenset({Schooling.NONE, Schooling.PRESCHOOL, Schooling.PRIMARY, Schooling.MASTER})
_ITEM = ("item", "detail", "member_number", "quantity", "amount_fen", "proof")


@dataclass(slots=True)
class Pair:
    """One member of the file and on record; `changed`: the columns that differ."""

    draft: MemberDraft
    row: Member
    new: bool
    changed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Plan:
    """One household that may go in. `new` says that it is not on record yet."""

    draft: HouseholdDraft
    row: Household
    new: bool
    changed: set[str] = field(default_factory=set)
    members: list[Pair] = field(default_factory=list)
    year: HouseholdYear | None = None
    year_new: bool = False
    year_changed: set[str] = field(default_factory=set)
    measures: list[str] | None = None  # None: as on record
    items: list[dict[str, Any]] | None = None

    @property
    def touched(self) -> bool:
        """Whether anything of it is to be written."""
        of_members = any(pair.new or pair.changed for pair in self.members)
        return self.new or bool(self.changed) or of_members or self.year_touched

    @property
    def year_touched(self) -> bool:
        lists = self.measures is not None or self.items is not None
        return self.year_new or bool(self.year_changed) or lists


@dataclass(slots=True)
class OnRecord:
    """What is on record of the households a file names, in a few queries."""

    households: dict[tuple[str, str], Household]  # by district and number
    members: dict[int, list[Member]]
    years: dict[int, HouseholdYear]
    last_years: frozenset[int]  # households with a record of the year before
    measures: dict[int, list[str]]  # by the year's record
    items: dict[int, list[tuple[Any, ...]]]


def on_record(drafts: Iterable[HouseholdDraft], year: int) -> OnRecord:
    """Lock and read; the caller holds the act."""
    wanted = [draft for draft in drafts if not draft.out]
    households: dict[tuple[str, str], Household] = {}
    for district in sorted({draft.village[:6] for draft in wanted}):
        numbers = [draft.key for draft in wanted if draft.village[:6] == district]
        for keys in chunks(numbers):
            rows = Household.objects.filter(district=district, number__in=keys)
            for row in rows.select_for_update(of=("self",)).order_by("pk"):
                households[district, row.number] = row
    pks = [row.pk for row in households.values()]
    years = {one.household_id: one for one in _in(HouseholdYear, "household", pks, year=year)}
    records = [one.pk for one in years.values()]
    return OnRecord(
        households,
        _grouped(_in(Member, "household", pks), "household_id"),
        years,
        frozenset(one.household_id for one in _in(HouseholdYear, "household", pks, year=year - 1)),
        {key: [one.kind for one in rows]
         for key, rows in _grouped(_in(Measure, "record", records), "record_id").items()},
        {key: [_item_key(one) for one in rows]
         for key, rows in _grouped(_items(records), "record_id").items()},
    )  # fmt: skip


def chunks(keys: list[Any]) -> Iterable[list[Any]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def _in(model: Any, column: str, keys: list[int], **more: Any) -> Iterable[Any]:
    for some in chunks(keys):
        yield from model.objects.filter(**{f"{column}__in": some}, **more).order_by("pk")


def _items(records: list[int]) -> Iterable[IncomeItem]:
    for some in chunks(records):
        rows = IncomeItem.objects.filter(record__in=some).select_related("member")
        yield from rows.order_by("pk")


def _grouped(rows: Iterable[Any], column: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found


def _item_key(one: IncomeItem) -> tuple[Any, ...]:
    number = one.member.number if one.member else ""
    return (one.item, one.detail, number, one.quantity, one.amount_fen, one.proof)


def compare(draft: HouseholdDraft, known: OnRecord, year: int, rules: Rules | None) -> Plan:
    """What would change; what may not is added to the draft's faults."""
    district = draft.village[:6]
    row = known.households.get((district, draft.key))
    plan = Plan(draft, row or Household(village_id=draft.village), new=row is None)
    if row:
        _ask_place_and_status(draft, row)
    _compare_household(plan)
    _compare_members(plan, known.members.get(row.pk, []) if row else [], district)
    _compare_year(plan, known, year, rules)
    if row and row.status == Status.EXITING and plan.touched:
        draft.wrong(draft.rows[0], "number", _("该户正在办理退出,资料有误须走更正"), "open_case")
    if row and row.pk in known.last_years and plan.year_new:
        _doubt_same_grade(plan)
    return plan


def _ask_place_and_status(draft: HouseholdDraft, row: Household) -> None:
    first = draft.rows[0]
    if row.village_id != draft.village:
        message = _("本户登记在另一个村(%s),迁移不能由导入完成") % row.village_id
        draft.wrong(first, "village_name", message, "village_differs")
    before = row.status
    if before == Status.EXITING:
        before = Status.RELAPSED if row.relapsed_year else Status.REGISTERED
    if before != draft.values["status"]:
        told = _("与登记的状态不同:状态只由户案或登记的事件改变,不由导入改变")
        draft.wrong(first, "exit_state", told, "status_differs")


def _compare_household(plan: Plan) -> None:
    values = dict(plan.draft.values)
    if not plan.new:
        values.pop("status")  # asked above; never set by a second import
    plan.changed = _set(plan.row, values)


def _set(row: Any, values: dict[str, Any]) -> set[str]:
    """Put the values into a row; gives the columns that differed."""
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _compare_members(plan: Plan, rows: list[Member], district: str) -> None:
    """The persons of the file and of the record are the same, or the household stays out."""
    known = {row.number: row for row in rows}
    for draft in plan.draft.members:
        number = draft.values["number"]
        row = known.pop(number, None)
        if row is None or row.left_on:
            _ask_new_member(plan, draft, row)
        made = row or Member(household=plan.row)
        values = {**draft.values, "id_index": id_index(draft.values["id_number"], district)}
        pair = Pair(draft, made, new=row is None)
        pair.changed = _set(made, values)
        plan.members.append(pair)
    missing = [row.number for row in known.values() if not row.left_on]
    if missing:
        message = _("登记的成员 %s 不在表里:成员减少须办理成员变更") % "、".join(missing)
        plan.draft.wrong(plan.draft.rows[0], "persons", message, "member_missing")


def _ask_new_member(plan: Plan, draft: MemberDraft, row: Member | None) -> None:
    if row:
        message = _("此人已登记为减少(%s)") % row.left_on
        plan.draft.wrong(draft.row, "name", message, "member_left")
    elif not plan.new:
        message = _("登记中没有此人:成员增加须办理成员变更,并写明原因")
        plan.draft.wrong(draft.row, "name", message, "member_new")


def _compare_year(plan: Plan, known: OnRecord, year: int, rules: Rules | None) -> None:
    values = plan.draft.year
    if values is None:
        return
    record = None if plan.new else known.years.get(plan.row.pk)
    plan.year = record or HouseholdYear(household=plan.row, year=year)
    plan.year_new = record is None
    plan.year_changed = _set(plan.year, {**values, **_counted(plan.draft, year)})
    kinds = sorted(plan.draft.measures)
    if kinds != sorted(known.measures.get(plan.year.pk, [])) and plan.draft.year_row:
        plan.measures = list(plan.draft.measures)
    _compare_items(plan, known, rules)


def _counted(draft: HouseholdDraft, year: int) -> dict[str, Any]:
    """What the persons' rows say together: how many are insured, how many of school age."""
    ages = [identity.age_on(one.values["born"], date(year, 9, 1)) for one in draft.members]
    found: dict[str, Any] = {"school_age": sum(FIRST_SCHOOL <= age <= LAST_SCHOOL for age in ages)}
    for name in ("insured", "serious_illness_insured"):
        flags = [member.values.get(name) for member in draft.members]
        if flags and None not in flags:
            found[name] = sum(flags)
    return found


def _compare_items(plan: Plan, known: OnRecord, rules: Rules | None) -> None:
    """Items the file has replace those on record; a file without any leaves them."""
    items = plan.draft.items
    record = plan.year
    if not items or record is None:
        return
    typed = [tuple(_blank(one.get(name), name) for name in
                   ("item", "detail", "member", "quantity", "amount_fen", "proof"))
             for one in items]  # fmt: skip
    if sorted(typed) != sorted(known.items.get(record.pk, [])):
        plan.items = [dict(zip(_ITEM, one, strict=True)) for one in typed]
    before = (record.gross_fen, record.cost_fen, record.net_fen)
    set_figures(record, [(Item(one[0]), one[4]) for one in typed], rules)
    if before != (record.gross_fen, record.cost_fen, record.net_fen):
        plan.year_changed |= {"gross_fen", "cost_fen", "net_fen"}
    _doubt_per_head(plan)


def _blank(value: Any, name: str) -> Any:
    return value if name == "amount_fen" else value or ""


def _doubt_per_head(plan: Plan) -> None:
    """The export's 人均纯收入 is kept nowhere; where it differs somebody should look."""
    first, record = plan.draft.rows[0], plan.year
    said = first.get(Of.CHECK, "per_head")
    if said is None or record is None or record.net_fen is None or not record.persons:
        return
    found = income.per_head(record.net_fen, record.persons)
    if income.yuan(said) != found:
        message = _("与收入表算得的 %s 元不一致,以收入表为准") % found
        plan.draft.doubt(first, "per_head", message, "per_head_differs")


def _doubt_same_grade(plan: Plan) -> None:
    for pair in plan.members:
        schooling = pair.row.schooling
        if not pair.new and "schooling" not in pair.changed and schooling not in UNGRADED:
            message = _("与上年就读同一年级,请核对")
            plan.draft.doubt(pair.draft.row, "schooling", message, "same_grade")


@dataclass(slots=True)
class VillagePlan:
    """One village's year."""

    draft: VillageDraft
    row: VillageYear
    new: bool
    changed: set[str]


def compare_villages(drafts: Iterable[VillageDraft], year: int) -> list[VillagePlan]:
    wanted = [draft for draft in drafts if not draft.bad]
    codes = [draft.code for draft in wanted]
    known = {one.village_id: one for one in _in(VillageYear, "village", codes, year=year)}  # type: ignore[arg-type]
    plans = []
    for draft in wanted:
        row = known.get(draft.code) or VillageYear(village_id=draft.code, year=year)
        plans.append(VillagePlan(draft, row, row.pk is None, _set(row, draft.values)))
    return plans
