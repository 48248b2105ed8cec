from datetime import timedelta

import pytest

from exitcase.core.choices import End, Origin, Reason, Role
from exitcase.core.errors import NotAllowed, OutOfScope, Refused
from exitcase.core.gates import Ask
from exitcase.core.models import Entry
from tests.verification import build
from tests.verification.upper import DAY, officer, on, stand
from verification.gates import upper
from verification.models import Case, Rectification
from verification.services.rectification import (
    open_rectification,
    recheck,
    refuse_failed,
    report_rectification,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    made = build.world()
    on(made)
    return made


@pytest.fixture
def case(world):
    return stand(world, "city_check").first()


def opened(world, case, **more):
    given = {
        "origin": Origin.CITY_CHECK,
        "problem": "教育资助没有落实",
        "owner": "龙德清",
        "due_on": DAY + timedelta(days=7),
        "by": officer(world),
        "done_on": DAY,
        **more,
    }
    return open_rectification(case, **given)


def reported(world, one, **more):
    given = {
        "measure": "补发资助",
        "same_fault": "全镇排查,未发现",
        "file": world.file(),
        "by": world.officer(),
        "done_on": DAY,
        **more,
    }
    return report_rectification(one, **given)


def test_it_knows_its_number_and_the_stage_by_which_it_is_due(world, case):
    one = opened(world, case)
    assert one.number == f"ZG-2020-{case.household.number}-1"
    assert (one.raised_at, one.before, one.region_id) == ("city_check", "approval", case.village_id)


def test_it_holds_the_stage_it_is_due_before_until_another_has_looked_again(world, case):
    ask = Ask(world.rules, world.rules.stage("approval"))
    held = Case.objects.filter(upper.rectified.passes(ask), pk=case.pk)
    assert held.exists()
    one = opened(world, case)
    assert not held.exists()
    one = reported(world, one)
    with pytest.raises(NotAllowed):
        recheck(one, passed=True, by=world.officer(), done_on=DAY)
    Rectification.objects.filter(pk=one.pk).update(reported_by=officer(world))
    with pytest.raises(NotAllowed, match="经办人不能审核自己经办的事项"):
        recheck(one, passed=True, by=officer(world), done_on=DAY)
    assert recheck(one, passed=True, by=officer(world, 1), done_on=DAY).passed is True
    assert held.exists()
    told = Entry.objects.filter(subject="rectification").order_by("pk")
    assert [row.became for row in told] == ["opened", "reported", "passed"]


def test_a_failed_round_may_be_followed_by_another(world, case):
    first = reported(world, opened(world, case))
    with pytest.raises(Refused) as told:
        opened(world, case)
    assert str(told.value) == (
        f"该户还有整改没有复查;位置:{case};填写的是:{first.number};要求:复查后再开下一轮"
    )
    recheck(first, passed=False, by=officer(world), done_on=DAY)
    second = opened(world, case)
    assert second.number.endswith("-2")
    recheck(reported(world, second), passed=True, by=officer(world), done_on=DAY)
    ask = Ask(world.rules, world.rules.stage("approval"))
    assert Case.objects.filter(upper.rectified.passes(ask), pk=case.pk).exists()


@pytest.mark.parametrize(
    ("origin", "stage", "reason"),
    [
        (Origin.CITY_CHECK, "city_check", Reason.CITY_FAILED),
        (Origin.INSPECTION, "district_inspection", Reason.INSPECTION_FAILED),
        (Origin.COMPARISON, "comparison", Reason.CHECK_FAILED),
    ],
)
def test_a_failed_one_may_end_the_case_by_where_it_was_found(world, origin, stage, reason):
    case = stand(world, stage).first()
    one = reported(world, opened(world, case, origin=origin))
    with pytest.raises(Refused, match="该项整改没有复查不合格的结论"):
        refuse_failed(one, note="复查不合格", by=officer(world), done_on=DAY)
    recheck(one, passed=False, by=officer(world), done_on=DAY)
    moved = refuse_failed(one, note="复查不合格", by=officer(world), done_on=DAY)
    case = Case.objects.get(pk=case.pk)
    assert (moved.count, case.state, case.end_reason) == (1, End.REFUSED, reason)
    with pytest.raises(Refused, match="该户已办结"):
        opened(world, case, origin=origin)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"problem": " "}, "请填写:问题"),
        ({"owner": ""}, "请填写:整改责任人"),
        ({"due_on": DAY - timedelta(days=1)}, "不早于提出日期 2020-11-02"),
        ({"origin": Origin.MUTUAL_CHECK}, "方案没有这一来源的整改"),
    ],
)
def test_a_round_without_its_words_is_refused(world, case, more, told):
    with pytest.raises(Refused, match=told):
        opened(world, case, **more)


def test_a_report_asks_for_the_same_fault_elsewhere(world, case):
    one = opened(world, case)
    with pytest.raises(Refused, match="请填写:举一反三情况"):
        reported(world, one, same_fault="")
    with pytest.raises(Refused, match="整改责任人还没有报告;位置:ZG-"):
        recheck(one, passed=True, by=officer(world), done_on=DAY)
    reported(world, one)
    with pytest.raises(Refused, match="整改情况已经报告"):
        reported(world, one)


def test_a_recheck_is_made_once(world, case):
    one = reported(world, opened(world, case))
    recheck(one, passed=True, by=officer(world), done_on=DAY)
    with pytest.raises(Refused, match="该项整改已复查"):
        recheck(one, passed=False, by=officer(world), done_on=DAY)


def test_another_township_does_not_see_it(world, case):
    one = opened(world, case)
    build.Region.objects.create(
        code="430412101", name="别镇", level="township", parent_id=build.DISTRICT, edition="test"
    )
    with pytest.raises(OutOfScope):
        reported(world, one, by=build.user(Role.TOWNSHIP_OFFICER, "430412101"))
