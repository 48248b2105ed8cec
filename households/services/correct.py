"""A correction of what the register holds of a household, in one go; inside a running act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from exitcase.core import identity, journal
from exitcase.core.choices import Act
from exitcase.core.errors import Refused
from exitcase.core.models import StoredFile
from exitcase.core.rules import Rules
from households.choices import ChangeReason, Relation
from households.models import Household, Member
from households.queries import successor
from households.services.members import add_member, checked_number, id_index, remove_member
from households.services.values import put
from households.services.year import ItemSpec, locked, record_year

OF_HOUSEHOLD: Final = frozenset({"group", "phone", "address"})
OF_MEMBER: Final = frozenset({"name", "id_number", "relation", "health"})


@dataclass(frozen=True, slots=True)
class Joins:
    """增加: `values` are Member's own."""

    values: Mapping[str, Any]
    reason: ChangeReason
    happened_on: date
    file: StoredFile | None = None


@dataclass(frozen=True, slots=True)
class Leaves:
    """减少: a head is followed by `new_head`, without one by whom the house finds first.

    `relations`: member id → how the others stand to the new head.
    """

    member: Member
    reason: ChangeReason
    happened_on: date
    new_head: Member | None = None
    relations: Mapping[int, Relation] = field(default_factory=dict)
    file: StoredFile | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What is put right. `members`: member id → values; `items` replace those of the year."""

    household: Mapping[str, Any] = field(default_factory=dict)
    members: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    joins: Sequence[Joins] = ()
    leaves: Sequence[Leaves] = ()
    year: Mapping[str, Any] = field(default_factory=dict)
    items: Sequence[ItemSpec] | None = None


def correct(household: Household, changes: Changes, rules: Rules) -> None:
    """Write it into the register, though the household is on a list; `rules` say the year.

    Raises `Refused` as the services of members and years do, and for a value that cannot be.
    """
    journal.current()
    held = locked(household, during_case=True)
    _refuse_unknown(changes)
    if changes.household:
        put(held, changes.household, held.number)
        held.version += 1
        held.save(update_fields=[*changes.household, "version"])
        journal.record(Act.CORRECT, held, "", "household", facts=_facts(changes.household))
    for key, values in changes.members.items():
        _member(held, key, values)
    for one in changes.leaves:
        _leave(held, one)
    for new in changes.joins:
        add_member(
            held,
            new.values,
            reason=new.reason,
            happened_on=new.happened_on,
            file=new.file,
            during_case=True,
        )
    if changes.year or changes.items is not None:
        record_year(
            held, rules.year, changes.year, items=changes.items, rules=rules, during_case=True
        )


def _refuse_unknown(changes: Changes) -> None:
    asked = set(changes.household) - OF_HOUSEHOLD
    asked |= {name for values in changes.members.values() for name in values} - OF_MEMBER
    if asked:
        raise TypeError(f"a correction does not set {', '.join(sorted(asked))}")


def _facts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _member(household: Household, key: int, values: Mapping[str, Any]) -> None:
    """The head's name is the household's; who is head does not change by retyping a word."""
    found = household.members.filter(pk=key, left_on=None).first()
    if found is None:
        raise Refused(_("此人不在本户"), place=household.number, value=str(key))
    if Relation.HEAD in {found.relation, values.get("relation")} and "relation" in values:
        raise Refused(
            _("户主不能在更正关系时改换"),
            place=household.number,
            rule=_("换户主须办理成员减少,并指定新户主"),
        )
    put(found, _whole(found, values), found.number)
    found.save()
    if found.relation == Relation.HEAD and "name" in values:
        household.head_name = found.name
        household.save(update_fields=["head_name"])
    journal.record(Act.CORRECT, household, "", found.number, facts=_facts(values))


def _whole(member: Member, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A number brings its day of birth, sex and index."""
    if "id_number" not in values:
        return values
    number = checked_number(str(values["id_number"]), member.number)
    index = id_index(number, member.household.district)
    twins = Member.objects.filter(id_index=index, left_on=None).exclude(pk=member.pk)
    return {
        **values,
        "id_number": number,
        "id_index": index,
        "born": identity.birth_date(number),
        "sex": identity.sex(number),
        "duplicate": bool(twins.update(duplicate=True)),
    }


def _leave(household: Household, one: Leaves) -> None:
    new_head = one.new_head
    if new_head is None and one.member.relation == Relation.HEAD:
        new_head = successor(household.pk, one.member.pk)
    remove_member(
        one.member,
        reason=one.reason,
        happened_on=one.happened_on,
        new_head=new_head,
        new_relations=one.relations,
        file=one.file,
        during_case=True,
    )
