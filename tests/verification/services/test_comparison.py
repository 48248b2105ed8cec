from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import End, Fact, Reason, Role
from exitcase.core.errors import NotAllowed, OutOfScope, Refused
from exitcase.core.models import Entry
from exitcase.core.verify import verify
from households.models import Member
from households.services.members import id_index
from tests.verification import build
from tests.verification.upper import DAY, bureau, officer, on, put, stand
from verification.models import Case, ComparisonItem, ComparisonRun, Hit
from verification.services.comparison import (
    answer,
    ask_bureaux,
    confirm_answer,
    expire_hits,
    explain,
    judge,
    refuse_by_hits,
)
from verification.services.feedback import match_feedback
from verification.services.specs import FeedbackRow, HitSpec

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return build.world(villages=2)


def ask(world, cases, number="比对〔2020〕1号"):
    on(world)
    return ask_bureaux(cases, "comparison", number=number, asked_on=DAY, by=officer(world))


def enter(world, run, hits=(), by=None, day=DAY):
    return answer(
        run,
        answered_on=day,
        number="复〔2020〕7号",
        answered_by="联络员",
        file=world.file(),
        hits=hits,
        by=by or officer(world),
    )


def test_every_bureau_of_the_plan_is_asked_about_every_case(world):
    cases = stand(world, "comparison", (3, 2))
    runs = ask(world, cases)
    assert [run.bureau for run in runs] == list(world.rules.stage("comparison").bureaux.organs)
    assert {run.region_id for run in runs} == {build.DISTRICT}
    items = ComparisonItem.objects.values_list("case", "bureau").order_by("case", "bureau")
    wanted = sorted((case.pk, run.bureau) for case in cases for run in runs)
    assert sorted(items) == wanted
    assert Entry.objects.filter(act="compare", subject="case").count() == 5 * 7


def test_a_case_is_asked_about_once(world):
    cases = stand(world, "comparison")
    ask(world, cases)
    with pytest.raises(Refused) as told:
        ask(world, cases.filter(pk=cases[0].pk), number="比对〔2020〕2号")
    assert str(told.value) == (
        f"有户已经发函比对;位置:{cases[0]};要求:同一环节每户只向每个部门发函一次"
    )


def test_a_number_is_used_once(world):
    ask(world, stand(world, "comparison"))
    late = world.batch(world.villages[1], 1)
    with pytest.raises(Refused, match="发函编号已经用过;填写的是:比对〔2020〕1号"):
        ask(world, put(world, "comparison", [late]))


def test_cases_elsewhere_are_not_compared(world):
    cases = stand(world, "review")
    with pytest.raises(Refused, match="批次不在本环节"):
        ask(world, cases)


def test_a_village_cadre_may_not_ask(world):
    cases = stand(world, "comparison")
    on(world)
    with pytest.raises(NotAllowed):
        ask_bureaux(cases, "comparison", number="1", asked_on=DAY, by=world.cadre())


def test_asking_takes_the_same_statements_for_many(world):
    few = stand(world, "comparison", (5,))
    batch = world.batch(world.villages[1], 60)
    many = put(world, "comparison", [batch])
    with CaptureQueriesContext(connection) as first:
        ask(world, few)
    with CaptureQueriesContext(connection) as second:
        ask(world, many, number="比对〔2020〕2号")
    assert len(first) == len(second)


def test_a_bureau_answers_itself_and_its_answer_counts(world):
    (run, *_rest) = ask(world, stand(world, "comparison"))
    run = enter(world, run, by=bureau(world, run.bureau))
    assert (run.answered_on, run.confirmed_by) == (DAY, None)
    assert Entry.objects.filter(subject="comparisonrun", became="answered").get().reason == "nil"


def test_another_bureaus_request_does_not_exist(world):
    runs = ask(world, stand(world, "comparison"))
    with pytest.raises(OutOfScope):
        enter(world, runs[0], by=bureau(world, runs[1].bureau))


def test_a_registered_answer_counts_when_another_confirms_it(world):
    (run, *_rest) = ask(world, stand(world, "comparison"))
    run = enter(world, run)
    assert run.answered_on is None
    with pytest.raises(NotAllowed, match="经办人不能审核自己经办的事项"):
        confirm_answer(run, by=officer(world), done_on=DAY)
    run = confirm_answer(run, by=officer(world, 1), done_on=DAY)
    assert run.answered_on == DAY
    with pytest.raises(Refused, match="没有待确认的反馈"):
        confirm_answer(run, by=officer(world, 1), done_on=DAY)


def test_a_bureau_answers_once_and_not_before_it_was_asked(world):
    runs = ask(world, stand(world, "comparison"))
    enter(world, runs[0])
    with pytest.raises(Refused, match="该部门已经反馈过"):
        enter(world, runs[0])
    with pytest.raises(Refused) as told:
        enter(world, runs[1], day=DAY - timedelta(days=1))
    assert str(told.value) == (
        "日期早于它所依据的事项;填写的是:2020-11-01;要求:不早于发函日期 2020-11-02;例如:2020-11-02"
    )


def raised(world, cases, verdict_day=DAY):
    (run, *_rest) = ask(world, cases)
    enter(world, run, [HitSpec(cases[0], Fact.CAR, "名下有小型汽车")])
    return Hit.objects.get(run=run)


def test_a_hit_has_a_number_and_a_term(world):
    hit = raised(world, stand(world, "comparison"))
    assert (hit.number, hit.raised_on, hit.due_on) == ("001", DAY, date(2020, 11, 7))
    assert hit.raised_by == officer(world)


def test_a_hit_on_a_stranger_is_refused(world):
    runs = ask(world, stand(world, "comparison"))
    stranger = world.cases(world.batch(world.villages[1], 1))[0]
    with pytest.raises(Refused, match="反馈中有未发函比对的户"):
        enter(world, runs[0], [HitSpec(stranger, Fact.CAR, "名下有小型汽车")])
    assert Hit.objects.count() == 0
    assert ComparisonRun.objects.get(pk=runs[0].pk).entered_on is None


def test_a_hit_explained_is_cleared_by_another_person(world):
    hit = raised(world, stand(world, "comparison"))
    with pytest.raises(Refused, match="还没有户的说明,不能认定为不影响退出"):
        judge(hit, verdict=Hit.Verdict.CLEARED, by=officer(world, 1), done_on=DAY)
    explain(hit, explanation="车已转让", file=world.file(), by=world.cadre(), done_on=DAY)
    with pytest.raises(NotAllowed, match="经办人不能审核自己经办的事项"):
        judge(hit, verdict=Hit.Verdict.CLEARED, by=officer(world), done_on=DAY)
    hit = judge(hit, verdict=Hit.Verdict.CLEARED, by=officer(world, 1), done_on=DAY)
    assert (hit.verdict, hit.judged_by) == (Hit.Verdict.CLEARED, officer(world, 1))
    with pytest.raises(Refused, match="该疑点已有结论"):
        explain(hit, explanation="再说明", file=None, by=world.cadre(), done_on=DAY)
    assert not Entry.objects.filter(reason__contains="车已转让").exists()


def test_a_hit_expires_the_day_after_its_term(world):
    cases = stand(world, "comparison")
    raised(world, cases)
    last = on(world, date(2020, 11, 7))
    with pytest.raises(Refused, match="核实期限未到,不能作逾期处理"):
        judge(Hit.objects.get(), verdict=Hit.Verdict.UNVERIFIED, by=officer(world, 1), done_on=last)
    by = officer(world)
    assert expire_hits(build.TOWNSHIP, by=by, done_on=last) == 0
    after = on(world, date(2020, 11, 8))
    assert expire_hits(build.TOWNSHIP, by=by, done_on=after) == 1
    assert expire_hits(build.TOWNSHIP, by=by, done_on=after) == 0
    hit = Hit.objects.get()
    assert (hit.verdict, hit.judged_by) == (Hit.Verdict.UNVERIFIED, None)


@pytest.mark.parametrize(
    ("verdict", "bar", "note"),
    [
        (Hit.Verdict.UNVERIFIED, Fact.HIT_UNVERIFIED, "比对发现的疑点逾期未能核实"),
        (Hit.Verdict.NOT_MET, Fact.HIT_NOT_MET, "比对发现的疑点经核实,未达到标准"),
    ],
)
def test_a_bad_verdict_refuses_by_the_plans_bar(world, verdict, bar, note):
    cases = stand(world, "comparison")
    raised(world, cases)
    day = on(world, date(2020, 11, 8))
    judge(Hit.objects.get(), verdict=verdict, by=officer(world, 1), done_on=day)
    moved = refuse_by_hits(cases, by=officer(world), done_on=day)
    assert moved.count == 1
    case = Case.objects.get(pk=cases[0].pk)
    keys = {row.fact: row for row in world.rules.bars}
    assert (case.state, case.end_reason) == (End.REFUSED, Reason.BAR)
    assert (case.end_bar, case.end_clause, case.end_note) == (
        keys[bar].key, keys[bar].clause, note,
    )  # fmt: skip
    assert Case.objects.filter(state=End.REFUSED).count() == 1


def test_a_list_is_matched_by_hash_and_not_kept(world):
    cases = stand(world, "comparison")
    (run, *_rest) = ask(world, cases)
    head = Member.objects.filter(household=cases[1].household).first()
    Member.objects.filter(pk=head.pk).update(id_index=id_index(head.id_number, build.DISTRICT))
    rows = [
        FeedbackRow(2, f" {head.id_number[:17]}{head.id_number[17].lower()}", Fact.CAR, "有小汽车"),
        FeedbackRow(3, "990101197001010015", Fact.CAR, "有小汽车"),
    ]
    found = match_feedback(run, rows)
    assert [(hit.case.pk, hit.fact) for hit in found.hits] == [(cases[1].pk, Fact.CAR)]
    assert found.unmatched == (3,)


def test_the_journal_holds(world):
    cases = stand(world, "comparison")
    hit = raised(world, cases)
    explain(hit, explanation="车已转让", file=None, by=world.cadre(), done_on=DAY)
    assert verify(build.DISTRICT) == []


def test_the_helper_role_is_not_asked(world):
    hit = raised(world, stand(world, "comparison"))
    with pytest.raises(NotAllowed):
        judge(hit, verdict=Hit.Verdict.NOT_MET, by=world.user(Role.TOWNSHIP_OFFICER), done_on=DAY)
