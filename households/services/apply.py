"""Write what an import has planned: in few statements, inside the import's act."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.db.models import F

from exitcase.core import journal
from exitcase.core.choices import Act
from households.choices import Relation
from households.models import Household, HouseholdYear, IncomeItem, Measure, Member
from households.register import layout
from households.services.plan import Plan, VillagePlan, chunks

BATCH = 200  # rows of one statement: PostgreSQL and SQLite both bound its parameters


def write(
    plans: Sequence[Plan], villages: Sequence[VillagePlan], source: str, twins: Sequence[str]
) -> None:
    """`source` is the file's name; `twins` are indexes whose holders outside it are marked."""
    _households(plans, source)
    _members(plans)
    for keys in chunks(list(twins)):
        Member.objects.filter(id_index__in=keys, left_on=None).update(duplicate=True)
    _years(plans)
    _villages(villages)
    _journal(plans)


def _households(plans: Sequence[Plan], source: str) -> None:
    new = [plan for plan in plans if plan.new]
    for plan in new:
        row = plan.draft.rows[0].number
        plan.row.status_basis = f"{source[:120]} {layout.PEOPLE.title} 第{row}行"
    Household.objects.bulk_create([plan.row for plan in new], batch_size=BATCH)
    old = [plan for plan in plans if plan.touched and not plan.new]
    for plan in old:
        plan.row.version += 1
    names = {"version"}.union(*(plan.changed for plan in old))
    if old:
        Household.objects.bulk_update([plan.row for plan in old], sorted(names), batch_size=BATCH)
        _part([plan.row.pk for plan in old if "helper_name" in plan.changed])


def _part(keys: list[int]) -> None:
    """Where the file names another helper, the account of the former one sees the home no more."""
    for some in chunks(keys):
        rows = Household.objects.filter(pk__in=some, helper__isnull=False)
        others = rows.exclude(helper__name=F("helper_name")).values("pk")
        Household.objects.filter(pk__in=list(others.values_list("pk", flat=True))).update(
            helper=None
        )


def _members(plans: Sequence[Plan]) -> None:
    pairs = [pair for plan in plans for pair in plan.members]
    new = [pair.row for pair in pairs if pair.new]
    changed = [pair for pair in pairs if pair.changed and not pair.new]
    if changed:
        # Heads and numbers may change places: no row may meet another's old value on the way.
        keys = [pair.row.pk for pair in changed]
        for some in chunks(keys):
            Member.objects.filter(pk__in=some).update(duplicate=True, relation=Relation.OTHER)
        names = {"duplicate", "relation"}.union(*(pair.changed for pair in changed))
        Member.objects.bulk_update([pair.row for pair in changed], sorted(names), batch_size=BATCH)
    Member.objects.bulk_create(_linked(new), batch_size=BATCH)


def _linked(members: Sequence[Member]) -> list[Member]:
    """The household was saved after the member was made: take its key again."""
    for member in members:
        member.household = member.household
    return list(members)


def _years(plans: Sequence[Plan]) -> None:
    new, old, names = [], [], {"version"}
    for plan in plans:
        if plan.year is None or not plan.year_touched:
            continue
        plan.year.household = plan.row
        if plan.year_new:
            new.append(plan.year)
        else:
            plan.year.version += 1
            old.append(plan.year)
            names |= plan.year_changed
    HouseholdYear.objects.bulk_create(new, batch_size=BATCH)
    if old:
        HouseholdYear.objects.bulk_update(old, sorted(names), batch_size=BATCH)
    _lists(plans)


def _lists(plans: Sequence[Plan]) -> None:
    """Measures and income lines are replaced whole, where they differ."""
    measured = [plan for plan in plans if plan.measures is not None and plan.year]
    earned = [plan for plan in plans if plan.items is not None and plan.year]
    _clear(Measure, measured)
    _clear(IncomeItem, earned)
    Measure.objects.bulk_create(
        (Measure(record=plan.year, kind=kind) for plan in measured for kind in plan.measures or ()),
        batch_size=BATCH,
    )
    IncomeItem.objects.bulk_create(_items(earned), batch_size=BATCH)


def _clear(model: Any, plans: Sequence[Plan]) -> None:
    keys = [plan.year.pk for plan in plans if plan.year and not plan.year_new]
    for some in chunks(keys):
        model.objects.filter(record__in=some).delete()


def _items(plans: Sequence[Plan]) -> Iterable[IncomeItem]:
    for plan in plans:
        members = {pair.row.number: pair.row for pair in plan.members}
        for one in plan.items or ():
            values = dict(one)
            member = members.get(values.pop("member_number"))
            yield IncomeItem(record=plan.year, member=member, **values)


def _villages(plans: Sequence[VillagePlan]) -> None:
    for plan in plans:
        if plan.new or plan.changed:
            plan.row.version += 0 if plan.new else 1
            plan.row.save()
            was = "" if plan.new else f"v{plan.row.version - 1}"
            journal.record(Act.IMPORT, plan.row, was, f"v{plan.row.version}")


def _journal(plans: Sequence[Plan]) -> None:
    """One row per household that was written: its status, nothing of anybody."""
    touched = sorted((plan for plan in plans if plan.touched), key=_kind)
    for (new, status), group in groupby(touched, key=_kind):
        for keys in chunks([plan.row.pk for plan in group]):
            rows = Household.objects.filter(pk__in=keys)
            journal.record_set(Act.IMPORT, rows, was="" if new else status, became=status)


def _kind(plan: Plan) -> tuple[bool, str]:
    return plan.new, str(plan.row.status)
