"""Who joins and who leaves a household. A member is never deleted: the row keeps the day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core import clock, crypto, identity, journal
from exitcase.core.choices import Act, Status
from exitcase.core.errors import Refused
from exitcase.core.models import StoredFile, User
from households.choices import JOINING, LEAVING, Change, ChangeReason, Relation
from households.models import Household, Member, MemberChange
from households.register.numbers import SAYS
from households.services.year import acting, locked

FIRST_END_IT = gettext_lazy("先撤回或终止该户的退出办理,再办分户、整户迁出或销户")
ID = "identity"  # the kind of a member's blind index


def id_index(number: str, district: str) -> str:
    """Equal for equal numbers of one district, useless without the key."""
    return crypto.blind_index(ID, number, district)


def add_member(
    household: Household,
    values: Mapping[str, Any],
    *,
    reason: ChangeReason,
    happened_on: date,
    by: User | None = None,
    done_on: date | None = None,
    file: StoredFile | None = None,
    during_case: bool = False,
    late_reason: str = "",
) -> Member:
    """增加: a birth, a marriage, a return. `values` are Member's own; its number is the next.

    A number that another member of the district holds is kept as an anomaly. Raises `Refused`
    for a number that cannot be, a second head, and a household on a list.
    """
    _refuse_reason(reason, JOINING)
    with acting(by, Act.CHANGE_MEMBER, household.village_id, done_on, reason=late_reason):
        held = locked(household, during_case=during_case)
        _refuse_day(held, happened_on)
        member = _new(held, values)
        _note(member, Change.ADDED, reason, happened_on, file)
        return member


def remove_member(
    member: Member,
    *,
    reason: ChangeReason,
    happened_on: date,
    new_head: Member | None = None,
    new_relations: Mapping[int, Relation] | None = None,
    by: User | None = None,
    done_on: date | None = None,
    file: StoredFile | None = None,
    during_case: bool = False,
    late_reason: str = "",
) -> Member:
    """减少 or 转移: a death, a marriage, a move. The head leaves only when another takes over.

    `new_relations` says, by member id, how the others stand to the new head. Raises `Refused`
    for somebody who has left already, the last person, and a household on a list.
    """
    _refuse_reason(reason, LEAVING)
    with acting(by, Act.CHANGE_MEMBER, member.household.village_id, done_on, reason=late_reason):
        held = locked(member.household, during_case=during_case)
        _refuse_day(held, happened_on)
        _refuse_split(held, reason)
        left = _leave(held, member, happened_on)
        if left.relation == Relation.HEAD:
            _take_over(held, left, new_head, new_relations or {})
        change = Change.MOVED if reason == ChangeReason.SPLIT else Change.LEFT
        _note(left, change, reason, happened_on, file)
        return left


def _refuse_reason(reason: ChangeReason, known: frozenset[str]) -> None:
    if reason not in known:
        raise Refused(_("变更原因不对"), value=str(reason.label), rule=_("增加与减少各有其原因"))


def _refuse_day(household: Household, happened_on: date) -> None:
    if happened_on > clock.today():
        raise Refused(
            _("变更日期不能晚于今天"), place=household.number, value=happened_on.isoformat()
        )


def _refuse_split(household: Household, reason: ChangeReason) -> None:
    """分户 makes two households of one: whose case it would be nobody can say (DESIGN 8)."""
    if reason == ChangeReason.SPLIT and household.status == Status.EXITING:
        raise Refused(
            _("该户正在办理退出,不能分户"), place=household.number, rule=str(FIRST_END_IT)
        )


def _new(household: Household, values: Mapping[str, Any]) -> Member:
    number = checked_number(str(values["id_number"]), household.number)
    if values.get("relation") == Relation.HEAD:
        raise Refused(_("本户已有户主"), place=household.number, rule=_("每户只有一个户主"))
    index = id_index(number, household.district)
    member = Member(
        household=household,
        **{**values, "id_number": number, "born": identity.birth_date(number)},
        sex=identity.sex(number).value,
        number=_next_number(household),
        id_index=index,
        duplicate=_mark_twins(index),
    )
    member.save()
    _count(household)
    return member


def checked_number(text: str, place: str) -> str:
    """An identity number in its one writing. Raises `Refused` for one that cannot be."""
    number = identity.clean_number(text)
    flaw = identity.number_flaw(number, clock.today())
    if flaw:
        rule = SAYS.get(flaw, _("出生日期在将来"))
        raise Refused(_("证件号码有误"), place=place, rule=str(rule))
    return number


def _mark_twins(index: str) -> bool:
    """Whether somebody present holds the number already; then both are an anomaly."""
    return bool(Member.objects.filter(id_index=index, left_on=None).update(duplicate=True))


def _next_number(household: Household) -> str:
    """Two digits after the household's number; numbers of those who left are not given again."""
    taken = set(household.members.values_list("number", flat=True))
    free = (f"{household.number}{n:02}" for n in range(1, 100))
    return next(number for number in free if number not in taken)


def _leave(household: Household, member: Member, day: date) -> Member:
    present = list(household.members.filter(left_on=None).select_for_update(of=("self",)))
    found = next((one for one in present if one.pk == member.pk), None)
    if found is None:
        raise Refused(_("此人已不在本户"), place=household.number, value=member.number)
    if len(present) == 1:
        rule = FIRST_END_IT if household.status == Status.EXITING else _("请办理整户销户")
        raise Refused(_("户内最后一人减少后须销户"), place=household.number, rule=str(rule))
    found.left_on = day
    found.save(update_fields=["left_on"])
    _count(household)
    return found


def _take_over(
    household: Household, left: Member, new_head: Member | None, relations: Mapping[int, Relation]
) -> None:
    if new_head is None or new_head.household_id != household.pk or new_head.pk == left.pk:
        raise Refused(
            _("户主减少时须指定新户主"), place=household.number, rule=_("新户主是户内成员")
        )
    taken = household.members.filter(pk=new_head.pk, left_on=None)
    if not taken.update(relation=Relation.HEAD):
        raise Refused(_("新户主已不在本户"), place=household.number)
    for key, relation in relations.items():
        household.members.filter(pk=key, left_on=None).exclude(pk=new_head.pk).update(
            relation=relation
        )
    household.head_name = taken.values_list("name", flat=True).get()
    household.save(update_fields=["head_name"])


def _count(household: Household) -> None:
    household.persons = household.members.filter(left_on=None).count()
    household.version += 1
    household.save(update_fields=["persons", "version"])


def _note(
    member: Member, change: Change, reason: ChangeReason, day: date, file: StoredFile | None
) -> None:
    acting_now = journal.current()
    MemberChange.objects.create(
        member=member, change=change, reason=reason, happened_on=day, file=file, tx=acting_now.tx
    )
    facts = {"member": member.number, "name": member.name, "day": day.isoformat()}
    household = member.household
    before = household.persons - 1 if change == Change.ADDED else household.persons + 1
    journal.record(
        Act.CHANGE_MEMBER,
        household,
        str(before),
        str(household.persons),
        reason=f"{change.value} {reason.value}",
        facts=facts,
    )
