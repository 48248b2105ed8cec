"""Meetings and votes: what is taken, what is refused and in which words."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import Act, Ground, Post, Record, Role
from exitcase.core.errors import NotAllowed, OutOfScope
from exitcase.core.models import Entry
from households.models import Household
from tests.verification import build, play
from tests.verification.services.refusals import refused
from verification.models import Batch, Case, StageRecord, Vote
from verification.services import correction, signatures, village
from verification.services.specs import AttendanceSpec, Ballot

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build.world(villages=2)


@pytest.fixture
def batch(world):
    return world.bring(world.batch(size=2), "appraisal")


def cast(world, held, cases, **more):
    ballots = {case.pk: Ballot(yes=held.present) for case in cases}
    told = {"by": world.cadre(), "done_on": world.day, **more}
    return village.vote(held, ballots, **told)


# ── meeting ──


def test_a_meeting_counts_who_was_due_and_who_came(world, batch):
    held = play.meeting(world, batch, present=9, absent=3)
    assert (held.expected, held.present) == (12, 9)
    assert held.attendances.filter(present=False, signed=False).count() == 3
    entry = Entry.objects.get(act=Act.HOLD_MEETING)
    assert (entry.subject, entry.became) == ("meeting", f"{held.number} 9/12")
    assert len(entry.commitment) == 64


def test_the_same_name_twice_is_refused(world, batch):
    rows = [*play.attendances(), AttendanceSpec(name="代表甲", post=Post.VILLAGE_REP)]
    with refused(
        "同一人登记了两次",
        place="参会人员",
        value="代表甲",
        rule="每人一行;两人同名的加以区别",
        example="王建国(三组)",
    ):
        play.meeting(world, batch, attendances=rows)


def test_who_was_away_has_signed_nothing(world, batch):
    rows = [AttendanceSpec(name="代表甲", post=Post.VILLAGE_REP, present=False, signed=True)]
    with refused("未到会的人不能在会议记录本上签字", value="代表甲"):
        play.meeting(world, batch, attendances=rows)


def test_a_meeting_of_nobody_is_refused(world, batch):
    with refused("没有登记应到人员", rule="逐人登记应到人员,注明到会与否"):
        play.meeting(world, batch, attendances=[])


@pytest.mark.parametrize("again", ["评议1", ""])
def test_each_meeting_of_a_village_has_its_own_number(world, batch, again):
    play.meeting(world, batch, number="评议1")
    with refused("会议编号没有填写或已用过", value=again, rule="每村每次会议一个编号"):
        play.meeting(world, batch, number=again)


@pytest.mark.parametrize("held_on", [date(2020, 10, 10), date(2019, 12, 31)])
def test_a_meeting_lies_between_the_plans_year_and_the_day_of_entry(world, batch, held_on):
    with refused(
        "日期不可能",
        place="会议日期",
        value=held_on.isoformat(),
        rule="在 2020 年 1 月 1 日至办理日期 2020-10-09 之间",
        example="2020-10-09",
    ):
        play.meeting(world, batch, held_on=held_on)


def test_a_text_too_long_for_its_column_is_refused(world, batch):
    with refused("文字太长", place="地点", value="81 个字", rule="不超过 80 个字"):
        play.meeting(world, batch, place="村" * 81)


def test_a_meeting_is_held_at_a_meetings_stage_while_the_batch_stands_there(world, batch):
    with refused("方案没有可以这样登记的环节", value="贫困户确认", rule="村民主评议"):
        play.meeting(world, batch, stage="sign_off")
    world.bring(batch, "sign_off")
    with refused(
        "批次不在本环节",
        place=batch.named,
        value="贫困户确认",
        rule="本项须在「村民主评议」环节登记;已过的,退回后再登记",
    ):
        play.meeting(world, batch)


def test_another_village_does_not_see_it_and_a_helper_may_not(world, batch):
    with pytest.raises(OutOfScope):
        play.meeting(world, batch, by=world.cadre(world.villages[1]))
    with pytest.raises(NotAllowed):
        play.meeting(world, batch, by=world.user(Role.HELPER))


def test_minutes_come_later_with_who_signed_them(world, batch):
    rows = [AttendanceSpec(name="代表甲", post=Post.VILLAGE_REP, signed=False)]
    held = play.meeting(world, batch, attendances=rows, minutes=None)
    file = world.file()
    at = {"by": world.cadre(), "done_on": world.day}
    with refused("签字人不在到会人员中", value="代表乙", rule="只登记到会人员的签字"):
        village.attach_minutes(held, file, signed=["代表乙"], **at)
    village.attach_minutes(held, file, signed=["代表甲"], **at)
    held.refresh_from_db()
    assert held.minutes == file
    assert held.attendances.get().signed


# ── votes ──


def test_votes_are_kept_and_told_to_the_journal(world, batch):
    held = play.meeting(world, batch)
    cases = world.cases(batch)
    assert cast(world, held, cases) == 2
    assert [vote.yes for vote in Vote.valid(meeting=held)] == [12, 12]
    told = Entry.objects.filter(act=Act.VOTE)
    assert set(told.filter(subject="case").values_list("subject_id", flat=True)) == {
        str(case.pk) for case in cases
    }
    assert len(told.get(subject="meeting").commitment) == 64


def test_counted_again_the_new_ballot_takes_the_place_of_the_old(world, batch):
    held, case = play.meeting(world, batch), world.cases(batch).first()
    cast(world, held, [case])
    at = {"by": world.cadre(), "done_on": world.day}
    village.vote(held, {case.pk: Ballot(yes=7, no=5)}, **at)
    valid = Vote.valid(case=case).get()
    struck = Vote.objects.exclude(void_tx="").get(case=case)
    assert (valid.yes, struck.yes, struck.void_tx) == (7, 12, valid.tx)


@pytest.mark.parametrize(
    "ballot",
    [Ballot(yes=11), Ballot(yes=12, no=1), Ballot(yes=12, recused=1), Ballot(yes=13, no=-1)],
)
def test_a_miscount_is_refused_with_the_rule(world, batch, ballot):
    held, case = play.meeting(world, batch), world.cases(batch).first()
    with refused(
        "票数与到会人数不符",
        place=str(case),
        value=f"同意 {ballot.yes},不同意 {ballot.no},弃权 0,回避 {ballot.recused}",
        rule="同意 + 不同意 + 弃权 = 到会 12 人 - 回避",
        example="同意 12,不同意 0,弃权 0,回避 0",
    ):
        village.vote(held, {case.pk: ballot}, by=world.cadre(), done_on=world.day)
    assert not Vote.objects.exists()


def test_helper_and_family_stand_aside(world, batch):
    case = world.cases(batch).first()
    rows = [
        *play.attendances(),
        AttendanceSpec(name=build.HELPER, post=Post.TEAM_MEMBER),
        AttendanceSpec(name=case.head_name, post=Post.VILLAGE_REP),
    ]
    held = play.meeting(world, batch, attendances=rows)
    at = {"by": world.cadre(), "done_on": world.day}
    with refused(
        "到会的家庭成员或帮扶责任人须回避本户的表决",
        place=str(case),
        value="回避 1 人",
        rule="须回避:" + "、".join(sorted([build.HELPER, case.head_name])),
        example="回避 2 人",
    ):
        village.vote(held, {case.pk: Ballot(yes=13, recused=1)}, **at)
    village.vote(held, {case.pk: Ballot(yes=12, recused=2)}, **at)


def test_only_cases_of_the_meetings_village_are_voted_on(world, batch):
    other = world.bring(world.batch(world.villages[1], 1), "appraisal")
    held = play.meeting(world, batch)
    with refused("所选的户不属于开会的村或方案", place=str(world.cases(other).get())):
        cast(world, held, world.cases(other), by=world.officer())


def test_a_case_that_has_passed_is_not_voted_on_again(world, batch):
    held, case = play.meeting(world, batch), world.cases(batch).first()
    Case.objects.filter(pk=case.pk).update(state="appraisal")
    with refused(
        "有 1 户不能在本环节登记",
        place=str(case),
        rule="户案须未办结,且尚未通过「村民主评议」;已通过的,退回后再登记",
    ):
        cast(world, held, [case])


def test_a_vote_for_nobody_we_know_is_refused(world, batch):
    held, case = play.meeting(world, batch), world.cases(batch).first()
    ballots = {case.pk: Ballot(yes=12), 10**9: Ballot(yes=12)}
    with refused("登记内容与所选的户不一致", value="所选 1 户,登记 2 户"):
        village.vote(held, ballots, by=world.cadre(), done_on=world.day)
    with refused("没有选中任何户", rule="至少一户"):
        village.vote(held, {}, by=world.cadre(), done_on=world.day)


def test_sent_back_the_vote_is_void_and_given_anew(world, batch):
    cases = world.cases(batch)
    world.bring(batch, "sign_off")
    home = correction.send_back(
        cases.filter(pk=cases.first().pk),
        "appraisal",
        ground=Ground.PROCEDURE,
        reason="会议记录缺页",
        by=world.officer(),
        done_on=world.day,
    )
    case = Case.objects.get(batch=home)
    assert not Vote.valid(case=case).exists()
    cast(world, play.meeting(world, home), [case])
    assert Vote.valid(case=case).count() == 1


def test_a_late_entry_wants_a_reason(world, batch):
    held = play.meeting(world, batch)
    said = world.day
    world.later(5)
    with refused("补录须写明原因"):
        cast(world, held, world.cases(batch), done_on=said)
    cast(world, held, world.cases(batch), done_on=said, reason="下乡途中无网络")
    assert Entry.objects.filter(act=Act.VOTE, late="1").count() == 3


def test_many_votes_take_as_many_statements_as_few(world):
    counts = []
    for size in (5, 60):
        lot = world.bring(world.batch(size=size), "appraisal")
        held = play.meeting(world, lot)
        with CaptureQueriesContext(connection) as seen:
            cast(world, held, world.cases(lot))
        counts.append(sum(not one["sql"].startswith('INSERT INTO "verification_') for one in seen))
    assert counts[0] == counts[1]


# ── records ──


def test_a_stage_keeps_the_records_the_plan_asks_for(world):
    batch = world.batch(size=1)
    at = {"by": world.cadre(), "done_on": world.day}
    village.record_stage(batch, "collection", Record.TRAINING, note="9月25日镇里培训", **at)
    assert StageRecord.objects.get().key == Record.TRAINING
    with refused(
        "方案在本环节没有要求这项记录",
        place="数据采集",
        value=Record.GEO,
        rule="work_plan、training",
    ):
        village.record_stage(batch, "collection", Record.GEO, **at)


def test_a_helper_works_on_no_other_household(world):
    helper = world.user(Role.HELPER)
    batch = world.bring(world.batch(size=2), "sign_off")
    mine, other = world.cases(batch)
    Household.objects.filter(pk=mine.household_id).update(helper=helper)
    at = {"by": helper, "done_on": world.day}
    own = {mine.pk: [play.helper_signs(world, mine)]}
    signatures.sign(Case.objects.filter(pk=mine.pk), "sign_off", own, **at)
    strange = {other.pk: [play.helper_signs(world, other)]}
    with pytest.raises(OutOfScope):
        signatures.sign(Case.objects.filter(pk=other.pk), "sign_off", strange, **at)
    assert Batch.objects.get(pk=batch.pk).stage == "sign_off"
