"""送审: what goes up, how it adds up, who takes it in, and how it comes back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import Act, Reason, Role
from exitcase.core.errors import NotAllowed, OutOfScope
from exitcase.core.models import Entry
from households.models import Household
from tests.verification import build
from tests.verification.services.refusals import refused
from verification.models import Batch, Case, Submission, SubmissionItem
from verification.services import advance, correction, ending, submissions

pytestmark = pytest.mark.django_db
VILLAGE, UP = "village_submission", "township_submission"


@pytest.fixture
def world():
    return build.world(villages=2)


def ready(world, size=3, stage=VILLAGE, village=""):
    batch = world.bring(world.batch(village, size), stage)
    world.later()
    return batch


def send(world, *batches, stage=VILLAGE, region="", **more):
    region = region or (batches[0].village_id if stage == VILLAGE else build.TOWNSHIP)
    by = more.pop("by", None) or (world.cadre(region) if stage == VILLAGE else world.officer())
    told = {"region": region, "sent_on": world.day, "by": by, **more}
    rows = Batch.objects.filter(pk__in=[batch.pk for batch in batches])
    return submissions.submit(rows, stage, **told)


def receive(world, sent, **more):
    by = world.officer() if sent.stage == VILLAGE else world.user(Role.DISTRICT_OFFICER)
    return submissions.receive(sent, **{"by": by, "received_on": world.day, **more})


def column(sent, key):
    at = sent.bridge["columns"].index(key)
    found = [row["counts"][at] for row in sent.bridge["rows"]]
    return [sum(pair[0] for pair in found), sum(pair[1] for pair in found)]


def balance(sent):
    """The first column less all between makes the last, in 户 and in 人; and that is the list."""
    keys = sent.bridge["columns"]
    for at in (0, 1):
        out = sum(column(sent, key)[at] for key in keys[1:-1])
        assert column(sent, keys[0])[at] - out == column(sent, "submitted")[at]
    assert column(sent, "submitted") == [sent.households, sent.persons]
    assert sent.items.count() == sent.households


def test_a_list_is_frozen_in_order_with_its_counts(world):
    batch = ready(world)
    sent = send(world, batch)
    rows = list(sent.items.order_by("seq"))
    assert [row.seq for row in rows] == [1, 2, 3]
    assert [row.group for row in rows] == sorted(row.group for row in rows)
    assert (sent.number, sent.households, sent.persons) == (1, 3, 9)
    assert (sent.total_households, sent.total_persons) == (3, 9)
    assert sent.bridge["remaining"] == [0, 0]
    assert (sent.sender, sent.receiver) == ("village_committee", "township_government")
    assert len(sent.list_sha256) == 64
    balance(sent)
    told = Entry.objects.filter(act=Act.SUBMIT)
    assert told.filter(subject="case").count() == 3
    assert told.get(subject="submission").became == f"3/9 {sent.list_sha256}"


def test_group_2_stands_before_group_10(world):
    batch = ready(world)
    for case, group in zip(world.cases(batch), ("10", "2", "1"), strict=True):
        Case.objects.filter(pk=case.pk).update(group=group)
    assert [row.group for row in send(world, batch).items.order_by("seq")] == ["1", "2", "10"]


def test_the_hash_is_of_what_the_list_says(world):
    batch = ready(world)
    cases = sorted(world.cases(batch).select_related("household"), key=lambda one: one.pk)
    first = submissions.list_sha256(cases)
    cases[0].persons += 1
    assert submissions.list_sha256(cases) != first
    assert submissions.list_sha256(cases[::-1]) != submissions.list_sha256(cases)


def test_what_ended_otherwise_stands_in_the_bridge(world):
    batch = world.bring(world.batch(size=5), "sign_off")
    one, two, *_rest = world.cases(batch)
    at = {"by": world.cadre(), "done_on": world.day}
    rows = Case.objects.filter(pk=one.pk)
    ending.refuse(rows, reason=Reason.NOT_CONSENTED, note="不同意", **at)
    rows = Case.objects.filter(pk=two.pk)
    ending.withdraw(rows, reason=Reason.HOUSEHOLD_WITHDREW, note="户申请", **at)
    world.bring(batch, VILLAGE)
    world.later()
    sent = send(world, batch)
    assert column(sent, "listed") == [5, 15]
    assert column(sent, "not_consented") == column(sent, "withdrawn") == [1, 3]
    balance(sent)


def test_in_parts_the_numbers_go_on(world):
    batch = world.bring(world.batch(size=4), "village_notice")
    late = world.cases(batch).first()
    home = correction.split_off(
        Case.objects.filter(pk=late.pk),
        reason="异议未结",
        by=world.cadre(),
        done_on=world.day,
    )
    world.bring(batch, VILLAGE)
    world.later()
    first = send(world, batch)
    assert column(first, "waiting") == [1, 3]
    assert first.bridge["remaining"] == [1, 3]
    world.bring(home, VILLAGE)
    world.later()
    second = send(world, home)
    assert (second.number, second.households) == (2, 1)
    assert (second.total_households, second.total_persons) == (4, 12)
    assert column(second, "sent_before") == [3, 9]
    for sent in (first, second):
        balance(sent)


def test_a_township_sends_all_its_villages_at_once(world):
    batches = [
        ready(world, size, UP, village)
        for size, village in zip((2, 3), world.villages, strict=True)
    ]
    sent = send(world, *batches, stage=UP)
    assert [row["code"] for row in sent.bridge["rows"]] == world.villages
    assert column(sent, "sent_below") == [5, 15]
    balance(sent)


def test_what_the_village_did_not_send_the_township_cannot(world):
    batch = ready(world, 2, UP)
    one = world.cases(batch).first()
    Case.objects.filter(pk=one.pk).update(persons=9)
    with refused(
        "有 1 户与下级送审的名单或人口对不上,衔接表不平",
        place=str(one),
        rule="只送下级已送审的户,人口与其名单一致;人口有变的,退回重新送审",
    ):
        send(world, batch, stage=UP)


def test_a_zero_report_is_an_act_too(world):
    sent = send(world, region=world.villages[1], programme=world.programme)
    assert (sent.number, sent.households, sent.items.count()) == (1, 0, 0)
    receive(world, sent)
    assert Submission.objects.get().received_by == world.officer()


# ── refusals ──


def test_sent_is_not_sent_again(world):
    batch = ready(world)
    send(world, batch)
    with refused(
        "所选批次的户都已送审",
        place=batch.named,
        rule="要更正的,先撤回送审,或由上级退回",
    ):
        send(world, batch)


def test_a_region_sends_at_its_own_level(world):
    batch = ready(world)
    with refused(
        "送审单位与环节的级别不符",
        place="村送审",
        value=build.TOWNSHIP,
        rule="村送审按村,乡镇送审按乡镇",
    ):
        send(world, batch, region=build.TOWNSHIP, by=world.officer())


def test_a_village_sends_its_own_batches_from_where_they_stand(world):
    batch = ready(world)
    with refused("有批次不在送审的地区内", place="", value=world.villages[1]):
        send(world, batch, region=world.villages[1])
    early = world.batch(size=1)
    with refused("批次不在本环节", place=early.named, value="数据采集"):
        send(world, early)


def test_without_persons_there_is_no_count(world):
    batch = ready(world)
    one = world.cases(batch).first()
    Case.objects.filter(pk=one.pk).update(persons=None)
    with refused("有户没有家庭人口数", place=str(one), rule="先补录家庭人口数"):
        send(world, batch)


def test_another_village_cannot_send_it(world):
    batch = ready(world)
    with pytest.raises(OutOfScope):
        send(world, batch, by=world.cadre(world.villages[1]))


# ── what becomes of it ──


def test_received_it_lets_the_cases_pass(world):
    batch = ready(world)
    sent = send(world, batch)
    at = {"by": world.cadre(), "done_on": world.day}
    assert "received" in advance.advance(world.cases(batch), VILLAGE, **at).refused
    receive(world, sent)
    assert advance.advance(world.cases(batch), VILLAGE, **at).count == 3
    assert Entry.objects.filter(act=Act.RECEIVE, subject="case").count() == 3


def test_the_sender_does_not_receive(world):
    batch = ready(world)
    sent = send(world, batch)
    with pytest.raises(NotAllowed):
        receive(world, sent, by=world.cadre())
    Submission.objects.update(sent_by=world.officer())
    with pytest.raises(NotAllowed):
        receive(world, sent)
    receive(world, sent, by=world.officer(1))


def test_it_is_received_once_and_not_before_it_was_sent(world):
    batch = ready(world)
    sent = send(world, batch)
    with refused("接收日期早于送审日期", rule=f"不早于 {sent.sent_on}"):
        receive(world, sent, received_on=build.OPENING, reason="补录")
    receive(world, sent)
    with refused(
        "这份送审材料已经接收",
        place="第 1 次送审",
        value=world.day.isoformat(),
        rule="接收后要退回的,按户或按批次退回",
    ):
        receive(world, sent)
    with refused("这份送审材料已经接收"):
        submissions.recall(sent, by=world.cadre(), done_on=world.day)


def test_recalled_its_rows_no_longer_count_and_it_is_sent_anew(world):
    batch = ready(world)
    sent = send(world, batch)
    submissions.recall(sent, by=world.cadre(), done_on=world.day)
    assert not SubmissionItem.valid(submission=sent).exists()
    with refused("这份送审材料已撤回或退回", rule="请办理重新送来的一份"):
        receive(world, sent)
    again = send(world, batch)
    assert (again.number, again.total_households) == (2, 3)
    assert again.list_sha256 == sent.list_sha256
    balance(again)


def test_returned_it_says_why(world):
    batch = ready(world)
    sent = send(world, batch)
    at = {"by": world.officer(), "done_on": world.day}
    with refused("请写明退回原因", example="名单缺第3页"):
        submissions.return_submission(sent, reason=" ", **at)
    submissions.return_submission(sent, reason="名单缺第2页", **at)
    assert not SubmissionItem.valid(submission=sent).exists()
    with refused("这份送审材料已撤回或退回", value="名单缺第2页"):
        receive(world, sent)
    assert send(world, batch).number == 2


def test_each_has_one_state_and_the_list_of_a_state_has_just_those(world):
    """The word on a row and the filter of a list are one rule."""
    states, rows = submissions.State, {}
    rows[states.RECEIVED] = sent = send(world, ready(world, 1))
    receive(world, sent)
    rows[states.RECALLED] = sent = send(world, ready(world, 1))
    submissions.recall(sent, by=world.cadre(), done_on=world.day)
    rows[states.RETURNED] = sent = send(world, ready(world, 1))
    at = {"by": world.officer(), "done_on": world.day}
    submissions.return_submission(sent, reason="缺页", **at)
    rows[states.PENDING] = send(world, ready(world, 1))
    assert set(rows) == set(states)
    for state, row in rows.items():
        row.refresh_from_db()
        assert submissions.state_of(row) == state
        assert list(Submission.objects.filter(submissions.of_state(state))) == [row]


def test_only_who_has_exited_is_off_the_register(world):
    ready(world, 1)
    other = build.households(world.villages[0], 2)
    Household.objects.filter(pk=other[0].pk).update(status="exited")
    batch = Batch.objects.get()
    assert send(world, batch).bridge["remaining"] == [1, 3]


def test_many_households_take_as_many_statements_as_few(world):
    counts = []
    for size, village in zip((5, 60), world.villages, strict=True):
        batch = ready(world, size, village=village)
        with CaptureQueriesContext(connection) as seen:
            sent = send(world, batch)
            receive(world, sent)
        counts.append(sum(not one["sql"].startswith('INSERT INTO "verification_') for one in seen))
        world.on(build.OPENING)
    assert counts[0] == counts[1]
