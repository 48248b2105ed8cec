"""更正: two people, one paper at a time, what is refused; one case and many agree."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import Act, Role
from exitcase.core.errors import NotAllowed, OutOfScope, Refused
from exitcase.core.gates import Ask
from exitcase.core.rules import FactClass
from households.choices import ChangeReason, Relation
from households.models import IncomeItem
from households.services import Changes, ItemSpec, Leaves, remove_member
from tests.verification import build
from tests.verification.services.correcting_desk import Desk, incomes, newborn
from verification.gates import BOOK
from verification.models import (
    Case,
    Correction,
)
from verification.services import correcting
from verification.services.correction import send_back
from verification.services.ending import withdraw

pytestmark = pytest.mark.django_db


# ── two people, one at a time ─────────────────────────────────────────────────────────────────


def test_who_entered_it_does_not_confirm_it():
    desk = Desk("village_notice")
    officer = desk.world.officer()
    one = desk.enter(by=officer, household={"group": "9"})
    with pytest.raises(NotAllowed, match="另一人"):
        desk.confirm(one, by=officer)
    with pytest.raises(NotAllowed):
        correcting.reject(one, reason="x", by=officer, done_on=desk.world.day)
    assert desk.confirm(one, by=desk.world.officer(1)).confirmed_by == desk.world.officer(1)
    with pytest.raises(Refused, match="已确认"):
        desk.confirm(one)


@pytest.mark.parametrize(
    ("stage", "role", "may"),
    [
        ("village_notice", Role.TOWNSHIP_OFFICER, True),
        ("village_notice", Role.WORK_TEAM, False),
        ("village_notice", Role.DISTRICT_OFFICER, False),
        ("township_check", Role.TOWNSHIP_OFFICER, True),
        ("township_check", Role.VILLAGE_CADRE, False),
        ("comparison", Role.DISTRICT_OFFICER, True),
        ("comparison", Role.TOWNSHIP_OFFICER, False),
    ],
)
def test_the_level_that_holds_the_case_confirms(stage, role, may):
    desk = Desk(stage)
    one = desk.enter(household={"address": "二组 12 号"})
    by = desk.world.user(role, n=1 if role == Role.VILLAGE_CADRE else 0)
    if may:
        assert desk.confirm(one, by=by).confirmed_on == desk.world.day
    else:
        with pytest.raises(NotAllowed):
            desk.confirm(one, by=by)
        assert "correction_confirmed" in desk.shut()


def test_a_helper_and_a_stranger_enter_nothing():
    desk = Desk("village_notice")
    with pytest.raises(NotAllowed):
        desk.enter(by=desk.world.user(Role.HELPER), household={"group": "9"})
    other = build.user(Role.DISTRICT_OFFICER, build.CITY[:2])
    strange = build.user(Role.VILLAGE_CADRE, desk.world.villages[0])
    strange.appointments.all().delete()
    for by in (strange,):
        with pytest.raises(OutOfScope):
            desk.enter(by=by, household={"group": "9"})
    with pytest.raises(NotAllowed):
        desk.enter(by=other, household={"group": "9"})


def test_one_waits_at_a_time_and_a_rejected_one_holds_until_the_register_is_right():
    desk = Desk("village_notice")
    spouse = desk.members[1]
    old = desk.case.facts_sha256
    wrong = desk.enter(members={spouse.pk: {"name": "石一"}})
    with pytest.raises(Refused, match="未经第二人确认"):
        desk.enter(members={spouse.pk: {"name": "石二"}})
    by, day = desk.second(), desk.world.day
    with pytest.raises(Refused, match="写明原因"):
        correcting.reject(wrong, reason=" ", by=by, done_on=day)
    correcting.reject(wrong, reason="与户口簿不符", by=by, done_on=day)
    assert desk.shut() >= {"correction_confirmed", "facts_unchanged"}
    right = desk.enter(members={spouse.pk: {"name": "石二"}})
    assert (right.old_sha256, right.words) == (old, f"01号成员姓名由{spouse.name}改为石二")
    desk.confirm(right)
    assert not desk.shut() & {"correction_confirmed", "facts_unchanged"}


def test_a_rejected_one_is_taken_back_by_a_second():
    desk = Desk("village_notice")
    before = list(IncomeItem.objects.order_by("pk").values_list("item", "amount_fen", "detail"))
    wrong = desk.enter(items=incomes(900_000))
    correcting.reject(wrong, reason="佐证不足", by=desk.second(), done_on=desk.world.day)
    back = desk.correct(items=[ItemSpec(*one) for one in before])
    assert (back.kind, back.words, back.redone_from) == (FactClass.CLERICAL, "恢复原登记", "")
    assert back.old_sha256 == back.new_sha256
    assert desk.shut() == {"notice_hung", "notice_run", "notice_closed"}
    assert desk.case.batch == desk.batch


# ── what is refused ───────────────────────────────────────────────────────────────────────────


def test_what_cannot_be_is_refused_and_nothing_is_changed():
    desk = Desk("village_notice")
    _head, spouse, _child = desk.members
    known = set(Correction.objects.all()), desk.case.facts_sha256
    with pytest.raises(Refused, match="没有不同"):
        desk.enter(household={"group": desk.case.group})
    with pytest.raises(Refused, match="户主不能"):
        desk.enter(members={spouse.pk: {"relation": Relation.HEAD}})
    with pytest.raises(Refused, match="证件号码有误"):
        desk.enter(members={spouse.pk: {"id_number": "123"}})
    with pytest.raises(Refused, match="不能分户"):
        desk.enter(leaves=[Leaves(spouse, ChangeReason.SPLIT, desk.world.day)])
    with pytest.raises(Refused, match="写明原因"):
        correcting.enter(desk.case, Changes(household={"group": "9"}), reason="",
                         by=desk.world.cadre(), done_on=desk.world.day)  # fmt: skip
    with pytest.raises(Refused, match="正在办理退出"):
        remove_member(spouse, reason=ChangeReason.DIED, happened_on=desk.world.day,
                      by=desk.world.cadre(), done_on=desk.world.day)  # fmt: skip
    with pytest.raises(TypeError, match="status"):
        desk.enter(household={"status": "exited"})
    assert (set(Correction.objects.all()), desk.case.facts_sha256) == known


def test_the_whole_household_moves_out_only_after_its_case():
    desk = Desk("village_notice", persons=1)
    (head,) = desk.members
    moved = Leaves(head, ChangeReason.MOVED_OUT, desk.world.day)
    with pytest.raises(Refused, match="先撤回或终止"):
        desk.enter(leaves=[moved])
    withdraw(Case.objects.all(), reason="household_withdrew", note="整户迁出",
             by=desk.world.cadre(), done_on=desk.world.day)  # fmt: skip
    with pytest.raises(Refused, match="已办结"):
        desk.enter(household={"group": "9"})


def test_a_split_is_refused_while_the_case_is_open_and_done_after_it():
    desk = Desk("village_notice")
    spouse = desk.members[1]
    with pytest.raises(Refused, match="先撤回或终止"):
        desk.enter(leaves=[Leaves(spouse, ChangeReason.SPLIT, desk.world.day)])
    withdraw(Case.objects.all(), reason="household_withdrew", note="分户",
             by=desk.world.cadre(), done_on=desk.world.day)  # fmt: skip
    left = remove_member(spouse, reason=ChangeReason.SPLIT, happened_on=desk.world.day,
                         by=desk.world.cadre(), done_on=desk.world.day)  # fmt: skip
    assert left.changes.get().change == "moved"


# ── one and many, and the order of acts ───────────────────────────────────────────────────────


def test_one_and_all_agree_in_a_constant_number_of_statements():
    desk = Desk("village_notice", size=6)
    by, day = desk.world.cadre(), desk.world.day
    cases = list(Case.objects.select_related("household", "batch__programme").order_by("pk"))
    for nth, case in enumerate(cases[:4]):
        spouse = case.household.members.get(relation=Relation.SPOUSE)
        changes = Changes(members={spouse.pk: {"relation": Relation.OTHER}})
        one = correcting.enter(case, changes, reason="误录", by=by, done_on=day)
        if nth < 2:
            desk.confirm(one)
    ask: Ask = desk.case.ask()
    gates = BOOK[Act.PASS, ask.stage.kind]
    counted = []
    for some in (cases[:1], cases):
        rows = Case.objects.filter(pk__in=[case.pk for case in some])
        with CaptureQueriesContext(
            connection,
        ) as asked:
            shut = gates.shut(rows, ask)
        counted.append(len(asked))
    assert counted == [1, 1]
    waiting = [case.pk for case in cases[2:4]]
    assert shut["facts_unchanged"] == shut["correction_confirmed"] == waiting
    for case in cases:
        one = gates.shut(Case.objects.filter(pk=case.pk), ask)
        assert ("facts_unchanged" in one) is (case.pk in waiting)


def test_sent_back_in_between_it_is_confirmed_where_the_case_then_stands():
    desk = Desk("township_check")
    one = desk.enter(joins=[newborn(desk.case.village_id)])
    home = send_back(
        Case.objects.all(),
        "sign_off",
        ground="procedure",
        reason="签字页缺日期",
        by=desk.world.officer(),
        done_on=desk.world.day,
    )
    assert desk.case.batch == home
    one = desk.confirm(one)
    assert one.redone_from == "appraisal"
    assert desk.case.batch.split_from == home
    assert desk.counted() == {"collection": (1, 4)}
