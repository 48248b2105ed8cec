"""The year of a household: its conditions, its measures, its income statement."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from exitcase.core import access, income, journal
from exitcase.core.choices import Act, Item, Level, Status
from exitcase.core.errors import Overtaken, Refused
from exitcase.core.models import User
from exitcase.core.rules import Rules
from exitcase.core.services.door import door
from exitcase.core.services.parents import lock_parents
from households.models import Household, HouseholdYear, IncomeItem, Measure, Member
from households.services.programme import rules_of
from households.services.values import put

# What a person may record; the figures are computed, the rest is the row's own.
COMPUTED = frozenset({"gross_fen", "cost_fen", "net_fen"})
OWN = frozenset({"id", "household", "year", "version"})
FIELDS = frozenset(
    field.name for field in HouseholdYear._meta.concrete_fields if field.name not in COMPUTED | OWN
)


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """One line of the income statement; `member` is who earned it."""

    item: Item
    amount_fen: int
    detail: str = ""
    member: Member | None = None
    quantity: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class MeasureSpec:
    """One measure of help that was received."""

    kind: str
    received_on: date | None = None
    amount_fen: int | None = None
    note: str = ""


@contextmanager
def acting(
    by: User | None,
    act: Act,
    village: str,
    done_on: date | None,
    *,
    household: Household | None = None,
    reason: str = "",
) -> Iterator[None]:
    """Through the door as `by`; without, inside an act that has passed its own door.

    `household`: of single households a helper works on the helper's own.
    """
    if by is None:
        journal.current()
        yield
        return
    if done_on is None:
        raise TypeError("who acts says on which day")
    with door(by, act, Level.VILLAGE, [village], done_on=done_on, reason=reason):
        if household:
            one = Household.objects.filter(pk=household.pk)
            access.refuse_others(by, act, Level.VILLAGE, one)
        yield


def refuse_during_case(household: Household, *, during_case: bool) -> None:
    """Facts of a household on a list change by correction only. Raises `Refused`."""
    if household.status == Status.EXITING and not during_case:
        raise Refused(
            _("该户正在办理退出,资料有误须走更正"),
            place=household.number,
            rule=_("户案未结时,登记信息不能直接修改"),
        )


def locked(household: Household, *, during_case: bool) -> Household:
    """The household as it is now, held until the act ends. Raises `Refused` while on a list."""
    lock_parents(household=household.pk)
    found = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
    refuse_during_case(found, during_case=during_case)
    return found


def record_year(
    household: Household,
    year: int,
    data: Mapping[str, Any],
    *,
    items: Sequence[ItemSpec] | None = None,
    measures: Sequence[MeasureSpec] | None = None,
    rules: Rules | None = None,
    by: User | None = None,
    done_on: date | None = None,
    version: int | None = None,
    during_case: bool = False,
    reason: str = "",
) -> HouseholdYear:
    """Record what is known of a year; what `data` does not name stays as it is.

    `items` and `measures` replace those on record; figures are summed anew by `rules`, by default
    those of the year's plan. `version` is that of the form that was filled in; `reason` says why
    it comes late. Raises `Refused` for a household on a list (unless a correction does it), for
    values that cannot be; `Overtaken` when somebody else was faster.
    """
    _refuse_unknown(data)
    one: dict[str, Any] = {"household": household, "reason": reason}
    with acting(by, Act.RECORD_YEAR, household.village_id, done_on, **one):
        held = locked(household, during_case=during_case)
        record = _record(held, year, version)
        put(record, data, held.number)
        if measures is not None:
            _replace_measures(record, measures)
        if items is not None:
            _replace_items(record, items)
            sum_up(record, rules or rules_of(year))
        record.save()
        facts = {name: str(value) for name, value in data.items()}
        was, became = f"v{record.version - 1}", f"v{record.version}"
        journal.record(Act.RECORD_YEAR, held, was, became, facts=facts)
        return record


def record_income(
    household: Household,
    year: int,
    items: Sequence[ItemSpec],
    *,
    rules: Rules | None = None,
    by: User | None = None,
    done_on: date | None = None,
    version: int | None = None,
    during_case: bool = False,
    reason: str = "",
) -> HouseholdYear:
    """The whole income statement of a year anew; refused like `record_year`."""
    at: dict[str, Any] = {"rules": rules, "by": by, "done_on": done_on, "version": version}
    at["reason"] = reason
    return record_year(household, year, {}, items=items, during_case=during_case, **at)


def refresh_figures(household: Household, year: int, rules: Rules | None) -> HouseholdYear | None:
    """Sum a year up again, by other rules; inside a running act. None without a record."""
    journal.current()
    record = HouseholdYear.objects.filter(household=household, year=year).first()
    if record:
        sum_up(record, rules)
        record.save(update_fields=sorted(COMPUTED))
    return record


def sum_up(record: HouseholdYear, rules: Rules | None) -> None:
    """Compute the figures from the items on record, without saving."""
    amounts = [(Item(item), fen) for item, fen in record.items.values_list("item", "amount_fen")]
    set_figures(record, amounts, rules)


def set_figures(record: HouseholdYear, amounts: income.Amounts, rules: Rules | None) -> None:
    counted = rules.income.items if rules and rules.income else None
    found = income.figures(amounts, counted)
    record.gross_fen, record.cost_fen, record.net_fen = found.gross, found.cost, found.net


def _refuse_unknown(data: Mapping[str, Any]) -> None:
    unknown = set(data) - FIELDS
    if unknown:
        raise TypeError(f"a year has no {', '.join(sorted(unknown))} to record")


def _record(household: Household, year: int, version: int | None) -> HouseholdYear:
    """The row to write to, one version on; of a new one the first version."""
    record = HouseholdYear.objects.filter(household=household, year=year).first()
    if version is not None and version != (record.version if record else 0):
        raise Overtaken(_("别人刚刚保存了这份资料,您填的还没有保存"), place=household.number)
    if record is None:
        return HouseholdYear.objects.create(household=household, year=year)
    record.version += 1
    return record


def _replace_measures(record: HouseholdYear, measures: Sequence[MeasureSpec]) -> None:
    record.measure_rows.all().delete()
    Measure.objects.bulk_create(
        Measure(record=record, kind=one.kind, received_on=one.received_on,
                amount_fen=one.amount_fen, note=one.note)
        for one in measures
    )  # fmt: skip
    record.measures = len(measures)


def _replace_items(record: HouseholdYear, items: Sequence[ItemSpec]) -> None:
    _refuse_items(record, items)
    record.items.all().delete()
    IncomeItem.objects.bulk_create(
        IncomeItem(record=record, item=one.item, detail=one.detail, member=one.member,
                   quantity=one.quantity, amount_fen=one.amount_fen, proof=one.proof)
        for one in items
    )  # fmt: skip


def _refuse_items(record: HouseholdYear, items: Sequence[ItemSpec]) -> None:
    for one in items:
        if one.amount_fen < 0:
            raise Refused(
                _("收入金额不能为负"),
                place=f"{record.household.number} {one.detail}",
                value=str(income.yuan(one.amount_fen)),
                rule=_("支出请填入生产经营性支出"),
                example="1200.00",
            )
        if one.member and one.member.household_id != record.household_id:
            raise Refused(_("收入所填的人不是本户成员"), place=record.household.number)
