from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import End, Ground, Origin, Reason, Role, StageKind
from exitcase.core.errors import NotAllowed, Refused
from exitcase.core.models import Entry
from tests.verification import build
from tests.verification.upper import DAY, officer, on, put, stand
from verification.documents.exceptions import exceptions
from verification.models import Batch, Case, Decision, DecisionItem
from verification.services.correction import send_back
from verification.services.decisions import (
    confirm_decision,
    decide,
    propose,
    refuse_disapproved,
)
from verification.services.rectification import open_rectification

pytestmark = pytest.mark.django_db(transaction=True)
NEXT = DAY + timedelta(days=1)


@pytest.fixture
def world():
    return build.world(villages=2)


def put_up(world, cases, number="请〔2020〕1号", stage="review", by=None):
    on(world)
    return propose(
        cases,
        stage,
        request_number=number,
        proposed_on=DAY,
        region=build.DISTRICT,
        by=by or officer(world),
    )


def approve(world, decision, refused=None, day=NEXT, by=None, **more):
    on(world, day)
    given = {"number": "批〔2020〕9号", "scan": world.file(), "decided_on": day, **more}
    return decide(decision, refused=refused or {}, by=by or officer(world), **given)


def test_the_list_is_frozen_with_exceptions_first(world):
    cases = stand(world, "review", (3, 2))
    on(world)
    last = list(cases)[-1]
    open_rectification(
        last,
        origin=Origin.INSPECTION,
        problem="住房漏雨",
        owner="某人",
        due_on=DAY,
        by=officer(world),
        done_on=DAY,
    )
    decision = put_up(world, cases)
    rows = list(DecisionItem.objects.filter(decision=decision).order_by("seq"))
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert rows[0].case == last
    assert [row.case.village_id for row in rows[1:]] == sorted(
        row.case.village_id for row in rows[1:]
    )
    assert {row.facts_sha256 for row in rows} == {case.facts_sha256 for case in cases}
    assert exceptions(cases) == {last.pk: ("有整改",)}
    assert decision.organ == "district_government"
    assert Entry.objects.filter(act="propose", subject="case").count() == 5


def test_a_case_once_sent_back_is_an_exception(world):
    cases = stand(world, "review")
    on(world)
    home = send_back(
        cases.filter(pk=cases[0].pk),
        "sign_off",
        ground=Ground.PROCEDURE,
        reason="缺日期",
        by=officer(world),
        done_on=DAY,
    )
    put(world, "review", [home])
    assert exceptions(Case.objects.all()) == {cases.model.objects.get(batch=home).pk: ("曾被退回",)}


def test_a_case_is_put_once_and_a_number_used_once(world):
    cases = stand(world, "review")
    put_up(world, cases)
    with pytest.raises(Refused) as told:
        put_up(world, cases, number="请〔2020〕2号")
    assert told.value.message == "有户已列入请示"
    other = put(world, "review", [world.batch(world.villages[1], 1)])
    with pytest.raises(Refused) as told:
        put_up(world, other)
    assert str(told.value) == "请示文号已经用过;填写的是:请〔2020〕1号;要求:一份请示一个文号"


def test_a_case_of_another_region_is_not_put(world):
    cases = stand(world, "review", (1, 1))
    on(world)
    with pytest.raises(Refused, match="请示中有其他地区的户"):
        propose(
            cases,
            "review",
            request_number="1",
            proposed_on=DAY,
            region=world.villages[0],
            by=officer(world),
        )


def test_putting_takes_the_same_statements_for_many(world):
    few = stand(world, "review", (5,))
    many = put(world, "review", [world.batch(world.villages[1], 60)])
    with CaptureQueriesContext(connection) as first:
        put_up(world, few)
    with CaptureQueriesContext(connection) as second:
        put_up(world, many, number="请〔2020〕2号")
    assert len(first) == len(second)


def test_the_decision_counts_when_another_confirms_it(world):
    cases = stand(world, "review")
    decision = approve(world, put_up(world, cases))
    assert set(decision.items.values_list("approved", flat=True)) == {True}
    with pytest.raises(NotAllowed, match="经办人不能审核自己经办的事项"):
        confirm_decision(decision, by=officer(world))
    moved = confirm_decision(decision, by=officer(world, 1))
    decision.refresh_from_db()
    assert (moved.count, decision.confirmed_by) == (0, officer(world, 1))
    with pytest.raises(Refused, match="该批准结果已确认"):
        confirm_decision(decision, by=officer(world, 1))


def test_what_the_organ_refuses_ends_with_its_reason_at_the_confirmation(world):
    cases = stand(world, "review", (3, 2))
    chosen = {cases[0].pk: "收入佐证不足", list(cases)[-1].pk: "住房未完工"}
    decision = approve(world, put_up(world, cases), chosen)
    assert Case.objects.filter(state=End.REFUSED).count() == 0
    assert confirm_decision(decision, by=officer(world, 1)).count == 2
    ended = Case.objects.filter(state=End.REFUSED).order_by("pk")
    assert [(case.pk, case.end_reason, case.end_note) for case in ended] == [
        (key, Reason.DISAPPROVED, note) for key, note in sorted(chosen.items())
    ]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"scan": None}, "缺扫描件;位置:批准文件;要求:先上传盖章原件的扫描件"),
        ({"number": " "}, "请填写:批准文号;位置:批准文号"),
        (
            {"decided_on": date(2020, 11, 1)},
            (
                "日期早于它所依据的事项;填写的是:2020-11-01;要求:不早于请示日期 2020-11-02;"
                "例如:2020-11-02"
            ),
        ),
    ],
)
def test_a_decision_without_paper_or_before_its_request_is_refused(world, more, told):
    decision = put_up(world, stand(world, "review"))
    with pytest.raises(Refused) as refused:
        approve(world, decision, **more)
    assert str(refused.value) == told


def test_a_refusal_needs_its_words_and_a_case_on_the_list(world):
    cases = stand(world, "review")
    decision = put_up(world, cases)
    with pytest.raises(Refused, match="未批准的户须写明原因"):
        approve(world, decision, {cases[0].pk: " "})
    stranger = world.cases(world.batch(world.villages[1], 1))[0]
    with pytest.raises(Refused, match="未批准的户不在请示名单上"):
        approve(world, decision, {stranger.pk: "不符合"})


def test_an_organ_decides_once(world):
    decision = approve(world, put_up(world, stand(world, "review")))
    with pytest.raises(
        Refused, match="该请示已有批准结果;位置:请〔2020〕1号;填写的是:批〔2020〕9号"
    ):
        approve(world, decision)


def test_an_organ_that_logs_in_decides_itself_but_not_who_proposed():
    world = build.world(villages=1, programme="shanxi")
    stage = next(one for one in world.rules.chain if one.kind == StageKind.DECIDE)
    cases = stand(world, stage.key)
    on(world)
    leader = world.user(Role.TOWNSHIP_LEADER)
    decision = Decision.objects.create(
        programme=world.programme,
        stage=stage.key,
        region_id=build.TOWNSHIP,
        organ=stage.act.organ,
        proposed_on=DAY,
        request_number="请1",
        entered_by=leader,
    )
    DecisionItem.objects.create(
        decision=decision, case=cases[0], stage=stage.key, tx="t", seq=1, persons=3
    )
    with pytest.raises(NotAllowed, match="经办人不能审核自己经办的事项"):
        approve(world, decision, by=leader)
    Decision.objects.filter(pk=decision.pk).update(entered_by=world.officer())
    decision = approve(world, decision, by=leader)
    assert decision.decided_on == NEXT


def test_refused_ones_end_after_an_organs_own_decision(world):
    cases = stand(world, "review")
    decision = approve(world, put_up(world, cases), {cases[0].pk: "收入佐证不足"})
    moved = refuse_disapproved(decision, by=officer(world), done_on=NEXT)
    assert moved.count == 1
    assert refuse_disapproved(decision, by=officer(world), done_on=NEXT).count == 0


def test_an_inspector_may_not_decide(world):
    decision = put_up(world, stand(world, "review"))
    with pytest.raises(NotAllowed):
        approve(world, decision, by=world.user(Role.DISTRICT_INSPECTOR))
    assert Batch.objects.filter(stage="review").count() == 1
