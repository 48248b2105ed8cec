from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core import journal
from exitcase.core.choices import Reason, Status
from exitcase.core.errors import NotAllowed, Refused
from exitcase.core.models import Entry
from tests.verification import build
from tests.verification.upper import DAY, officer, on, put, stand
from verification.models import Case, SystemMark
from verification.services.ending import refuse
from verification.services.marks import (
    confirm_marks,
    confirm_unmark,
    fail_marks,
    flag_unmark,
    mark,
    unmark_list,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return build.world(villages=2)


def listed(world, sizes=(3,)):
    cases = stand(world, "mark", sizes)
    on(world)
    assert mark(cases, "mark", by=officer(world), done_on=DAY) == sum(sizes)
    return cases


def confirm(world, cases, marked_on=DAY):
    return confirm_marks(cases, "mark", marked_on=marked_on, by=officer(world), done_on=DAY)


def test_marks_are_listed_once(world):
    cases = listed(world)
    with pytest.raises(Refused) as told:
        mark(cases.filter(pk=cases[1].pk), "mark", by=officer(world), done_on=DAY)
    assert str(told.value) == f"有户已在标识清单上;位置:{cases[1]};要求:每户只标识一次"


def test_each_mark_has_its_own_day(world):
    cases = listed(world)
    days = {cases[0].pk: DAY, cases[1].pk: DAY - timedelta(days=1)}
    assert confirm(world, cases.filter(pk__in=days), days) == 2
    found = SystemMark.objects.filter(confirmed=True).values_list("case", "marked_on")
    assert dict(found) == days
    assert SystemMark.objects.get(confirmed=False).case == cases[2]


def test_a_mark_later_than_the_day_or_without_a_day_is_refused(world):
    cases = listed(world)
    with pytest.raises(Refused) as told:
        confirm(world, cases, date(2020, 11, 3))
    assert str(told.value) == ("标识日期晚于办理日期;填写的是:2020-11-03;要求:不晚于 2020-11-02")
    with pytest.raises(Refused, match="所选的每一户都须有日期;填写的是:缺 2 户"):
        confirm(world, cases, {cases[0].pk: DAY})


def test_a_mark_is_confirmed_once(world):
    cases = listed(world)
    confirm(world, cases)
    with pytest.raises(Refused, match="有户不在待办的标识清单上"):
        confirm(world, cases)


def test_the_error_is_kept_and_the_mark_stays_open(world):
    cases = listed(world)
    fail_marks({cases[0].pk: "身份信息不符"}, "mark", by=officer(world), done_on=DAY)
    failed = SystemMark.objects.get(error__gt="")
    assert (failed.case, failed.error, failed.confirmed) == (cases[0], "身份信息不符", False)
    assert Entry.objects.get(became="failed").reason == "身份信息不符"
    with pytest.raises(Refused, match="请写明系统提示的失败原因"):
        fail_marks({cases[1].pk: " "}, "mark", by=officer(world), done_on=DAY)
    assert confirm(world, cases.filter(pk=cases[0].pk)) == 1


def test_marking_takes_the_same_statements_for_many(world):
    few = stand(world, "mark", (5,))
    many = put(world, "mark", [world.batch(world.villages[1], 60)])
    on(world)
    counts = []
    for cases in (few, many):
        with CaptureQueriesContext(connection) as asked:
            mark(cases, "mark", by=officer(world), done_on=DAY)
            confirm(world, cases)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_case_refused_after_its_mark_is_to_be_unmarked(world):
    cases = listed(world)
    confirm(world, cases)
    one = cases.filter(pk=cases[0].pk)
    refuse(one, reason=Reason.CITY_FAILED, note="不达标", by=officer(world), done_on=DAY)
    (due,) = unmark_list(build.DISTRICT)
    assert due.case_id == cases[0].pk
    assert unmark_list(world.villages[1]).count() == 0
    count = confirm_unmark(one, unmarked_on=DAY, by=officer(world), done_on=DAY)
    assert count == 1
    due.refresh_from_db()
    assert (due.unmarked_on, due.unmark_due) == (DAY, False)
    told = Entry.objects.filter(act="unmark").order_by("pk").values_list("was", "became")
    assert list(told) == [("confirmed", "unmark_due"), ("unmark_due", "unmarked")]


def test_only_the_unmark_list_is_unmarked(world):
    cases = listed(world)
    confirm(world, cases)
    with pytest.raises(Refused, match="有户不在待办的标识清单上"):
        confirm_unmark(cases, unmarked_on=DAY, by=officer(world), done_on=DAY)


def test_a_mark_before_the_stage_sent_back_to_stays(world):
    cases = listed(world)
    confirm(world, cases)
    with journal.act(journal.Actor.system(), DAY):
        assert flag_unmark(cases, ("city_check", "approval")) == 0
        assert flag_unmark(cases, ("mark", "city_check")) == 3
        assert flag_unmark(cases) == 0


def test_a_village_may_not_mark(world):
    cases = stand(world, "mark")
    on(world)
    with pytest.raises(NotAllowed):
        mark(cases, "mark", by=world.cadre(), done_on=DAY)
    assert Case.objects.filter(systemmarks__isnull=False).count() == 0


def test_a_final_mark_cannot_be_taken_back():
    world = build.world(villages=1, programme="hetu-2018-relapse")
    stage = next(one for one in world.rules.chain if one.system and one.system.final)
    cases = stand(world, stage.key, status=Status.EXITED)
    on(world)
    by = world.officer()  # the township's: in this plan it sets the mark
    SystemMark.objects.bulk_create(
        SystemMark(case=case, stage=stage.key, tx="t", confirmed=True, unmark_due=True)
        for case in cases
    )
    with pytest.raises(Refused, match="该系统的标识录入后不能撤销"):
        confirm_unmark(cases, unmarked_on=DAY, by=by, done_on=DAY)
