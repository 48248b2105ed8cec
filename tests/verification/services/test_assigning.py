"""Inspectors are sent to cases, requests go to liaisons; what either sees follows at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import Act, End, Finding, Mode, Post, Role
from exitcase.core.errors import NotAllowed, OutOfScope
from exitcase.core.models import Entry, Region
from exitcase.core.scope import Scope
from publicity.choices import ObjectionKind, Outcome
from publicity.models import Objection
from publicity.services.handling import assign_handler
from tests.verification import build, play
from tests.verification.facts import Giver
from tests.verification.services.refusals import refused
from tests.verification.services.test_appeals import take_in
from tests.verification.services.test_comparison import ask, enter
from tests.verification.upper import DAY, bureau, officer, on, stand
from verification import queries
from verification.models import Assignment, Batch, Case, ComparisonItem, Draw
from verification.services.assigning import assign_inspectors, assign_liaison, end_assignments
from verification.services.inspections import inspect
from verification.services.specs import VisitorSpec, VisitSpec

pytestmark = pytest.mark.django_db
STAGE = "district_inspection"


@pytest.fixture
def world():
    made = build.world(villages=2)
    on(made)
    return made


def inspector(world, n=0):
    return world.user(Role.DISTRICT_INSPECTOR, n=n)


def assign(world, cases, *inspectors, stage=STAGE, **more):
    told = {"by": officer(world), "done_on": world.day, **more}
    return assign_inspectors(cases, stage, inspectors, **told)


def seen(user):
    return set(queries.cases(Scope.of(user)).values_list("pk", flat=True))


def keys(rows):
    return set(rows.values_list("pk", flat=True))


def visit(world, case, by, stage=STAGE):
    two = [VisitorSpec(name=name, post=Post.DISTRICT_INSPECTOR) for name in ("段运生", "廖新华")]
    spec = VisitSpec(
        mode=Mode.HOME,
        done_on=world.day,
        finding=Finding.MET,
        visitors=two,
        results=play.results(world),
    )
    return inspect(case, stage, spec, by=by, done_on=world.day)


# ── inspectors ──


def test_an_inspector_sees_and_visits_the_cases_assigned_and_no_other(world):
    cases = stand(world, STAGE, (2, 1))
    one, other, *_rest = cases
    own = cases.filter(pk=one.pk)
    assert seen(inspector(world)) == set()
    with pytest.raises(OutOfScope):
        visit(world, one, inspector(world))
    assert assign(world, own, inspector(world)) == 1
    assert seen(inspector(world)) == {one.pk}
    households = queries.households(Scope.of(inspector(world)))
    assert keys(households) == {one.household_id}
    visit(world, one, inspector(world))
    with pytest.raises(OutOfScope):
        visit(world, other, inspector(world))
    assert seen(inspector(world, 1)) == set()


def test_two_are_sent_together_and_who_is_sent_twice_is_sent_once(world):
    cases = stand(world, STAGE)
    both = (inspector(world), inspector(world, 1))
    assert assign(world, cases, *both) == 6
    assert assign(world, cases, *both) == 0
    assert [seen(one) for one in both] == [keys(cases), keys(cases)]
    told = Entry.objects.filter(act=Act.ASSIGN, subject="case", stage=STAGE)
    assert sorted(told.values_list("became", flat=True)) == sorted(
        [both[0].name] * 3 + [both[1].name] * 3
    )


def test_sent_instead_of_another_who_sees_it_no_more(world):
    cases = stand(world, STAGE)
    first, second = inspector(world), inspector(world, 1)
    assign(world, cases, first)
    one = cases.filter(pk=cases[0].pk)
    with refused("请写明原因", example="工作调动"):
        assign(world, one, second, instead=True)
    assert assign(world, one, second, instead=True, reason="回避") == 1
    assert seen(second) == keys(one)
    assert seen(first) == keys(cases) - keys(one)
    kept = Assignment.objects.get(case=one.get(), user=first)
    assert kept.until == world.day
    assert Entry.objects.filter(act=Act.ASSIGN, was=first.name, reason="回避").count() == 1


def test_taken_off_a_case_an_inspector_is_out_of_it(world):
    cases = stand(world, STAGE)
    assign(world, cases, inspector(world), inspector(world, 1))
    told = {"by": officer(world), "done_on": world.day}
    with refused("请写明原因", example="工作调动"):
        end_assignments(cases, STAGE, reason=" ", **told)
    own = [inspector(world)]
    assert end_assignments(cases, STAGE, reason="回避", inspectors=own, **told) == 3
    assert (seen(inspector(world)), seen(inspector(world, 1))) == (set(), keys(cases))
    assert end_assignments(cases, STAGE, reason="改期", **told) == 3
    assert not Assignment.open().exists()
    with pytest.raises(OutOfScope):
        visit(world, cases[0], inspector(world))


def test_only_who_may_inspect_there_is_sent(world):
    cases = stand(world, STAGE)
    with refused(
        "该账号当日不能在这里核查",
        place=world.villages[0],
        value=world.officer().name,
        rule="先任职,再指派",
    ):
        assign(world, cases, world.officer())
    with refused("请选择核查人", rule="至少一人"):
        assign(world, cases)
    with refused("方案没有可以这样登记的环节", value="信息比对"):
        assign(world, cases, inspector(world), stage="comparison")
    assert not Assignment.objects.exists()


def test_an_ended_case_is_nobodys_task(world):
    cases = stand(world, STAGE)
    Case.objects.filter(pk=cases[1].pk).update(state=End.REFUSED)
    with refused("有户已办结,不再指派", place=str(cases[1])):
        assign(world, cases, inspector(world))
    assert not Assignment.objects.exists()


def elsewhere():
    """An officer of another district."""
    Region.objects.create(
        code="430405", name="别处", level="district", parent_id="4304", edition="test"
    )
    return build.user(Role.DISTRICT_OFFICER, "430405")


def test_the_level_of_the_stage_sends(world):
    cases = stand(world, STAGE)
    for nobody in (world.officer(), inspector(world)):
        with pytest.raises(NotAllowed):
            assign(world, cases, inspector(world), by=nobody)
    with pytest.raises(OutOfScope):
        assign(world, cases, inspector(world), by=elsewhere())
    early = stand(world, "township_check", (1,))
    assert assign(world, early, world.officer(1), stage="township_check", by=world.officer()) == 1


def test_what_a_draw_chose_every_inspector_of_the_city_sees(world):
    cases = stand(world, "city_check", (2, 1))
    drawn = list(cases)[:1]
    giver = Giver(world)
    giver.frame(drawn, world.rules.stage("city_check"), drawn=True)
    giver.frame(list(cases)[1:], world.rules.stage("city_check"))
    user = world.user(Role.CITY_INSPECTOR)
    assert seen(user) == set()  # frozen, but not drawn yet
    Draw.objects.update(drawn_on=world.day)
    assert seen(user) == {drawn[0].pk}
    assign_inspectors(
        cases.filter(pk=cases[2].pk),
        "city_check",
        [user],
        by=officer(world),
        done_on=world.day,
    )
    assert seen(user) == {drawn[0].pk, cases[2].pk}


def test_many_are_sent_with_as_many_statements_as_few(world):
    counts = []
    for village, size in zip(world.villages, (3, 40), strict=True):
        batch = world.batch(village, size)
        cases = world.cases(batch)
        with CaptureQueriesContext(connection) as asked:
            assign(world, cases, inspector(world))
        counts.append(len(asked))
    assert counts[0] == counts[1]


# ── bureaux ──


def test_a_bureau_sees_the_cases_of_its_own_requests(world):
    cases = stand(world, "comparison", (2, 1))
    asked, strange = cases.filter(batch=cases[0].batch_id), cases.exclude(batch=cases[0].batch_id)
    first, second, *_others = ask(world, asked)
    one, other = bureau(world, first.bureau), bureau(world, second.bureau)
    assert seen(one) == seen(other) == keys(asked)
    assert not seen(one) & keys(strange)
    assert seen(build.user(Role.BUREAU, "430412100")) == set()  # asked at district level


def test_a_request_is_one_liaisons_and_another_of_the_bureau_finds_it_no_more(world):
    cases = stand(world, "comparison")
    run = ask(world, cases)[0]
    first, second = bureau(world, run.bureau), build.user(Role.BUREAU, build.DISTRICT)
    assert seen(first) == seen(second) == keys(cases)
    told = {"by": officer(world), "done_on": world.day}
    assign_liaison(run, first, **told)
    assert ComparisonItem.valid(case__in=cases).exclude(run=run).exists()  # stay whose they were
    assert seen(first) == seen(second) == keys(cases)  # by the other requests, which name nobody
    with pytest.raises(OutOfScope):
        enter(world, run, by=second)
    enter(world, run, by=first)
    with refused("该部门已经反馈过", place=run.number):
        assign_liaison(run, second, **told)


def test_a_request_goes_to_a_liaison_of_its_bureau(world):
    cases = stand(world, "comparison")
    first, second, *_others = ask(world, cases)
    told = {"by": officer(world), "done_on": world.day}
    strange = bureau(world, second.bureau)
    with refused(
        "该账号当日不是该部门的联络员",
        place=world.rules.organ(first.bureau).title,
        value=strange.name,
        rule="先任职,再指派",
    ):
        assign_liaison(first, strange, **told)
    own = bureau(world, first.bureau)
    assign_liaison(first, own, **told)
    with refused("请写明原因", example="工作调动"):
        assign_liaison(first, None, **told)
    assert assign_liaison(first, None, reason="轮岗", **told).liaison is None
    with pytest.raises(NotAllowed):
        assign_liaison(first, own, by=own, done_on=world.day)
    acts = Entry.objects.filter(act=Act.ASSIGN, subject="comparisonrun").order_by("pk")
    assert list(acts.values_list("was", "became")) == [("", own.name), (own.name, "")]


def test_a_bureau_that_judges_sees_the_cases_that_stand_before_its_judgement():
    world = build.world(programme="hetu-2018")
    stages = [one for one in world.rules.chain if one.judges and one.judges.by != "visitors"]
    indicator = next(one for one in world.rules.indicators if one.organs)
    organ = next(
        one
        for one in world.rules.organs
        if one.key in {key for row in world.rules.indicators for key in row.organs}
        and one.role == Role.BUREAU
    )
    assert stages, indicator
    cases = stand(world, stages[0].key)
    judge, strange = bureau(world, organ.key), bureau(world, "nobody")
    assert (seen(judge), seen(strange)) == (keys(cases), set())
    Batch.objects.update(stage=world.rules.first.key)
    assert seen(judge) == set()


# ── objections ──


def test_an_objection_becomes_somebodys_task(world):
    cases = stand(world, STAGE)
    appeal = take_in(world, cases[0])
    assert appeal.kind == ObjectionKind.APPEAL
    told = {"by": officer(world), "done_on": world.day}
    with refused(
        "该账号当日不能答复这件异议",
        place=appeal.number,
        value=world.user(Role.HELPER).name,
        rule="指派给有权答复的人",
    ):
        assign_handler(appeal, world.user(Role.HELPER), **told)
    assert assign_handler(appeal, officer(world, 1), **told).handler == officer(world, 1)
    with refused("请写明原因", example="工作调动"):
        assign_handler(appeal, None, **told)
    assert assign_handler(appeal, None, reason="回避", **told).handler is None
    with pytest.raises(NotAllowed):
        assign_handler(appeal, officer(world), by=world.cadre(), done_on=world.day)
    acts = Entry.objects.filter(act=Act.ASSIGN, subject="objection").order_by("pk")
    name = officer(world, 1).name
    assert list(acts.values_list("was", "became")) == [("", name), (name, "")]


def test_an_answered_objection_is_nobodys_task(world):
    appeal = take_in(world, stand(world, STAGE)[0])
    Objection.objects.filter(pk=appeal.pk).update(
        open=False, outcome=Outcome.UPHELD, answered_on=DAY + timedelta(days=1)
    )
    with refused("该异议已办结", place=appeal.number):
        assign_handler(appeal, officer(world), by=officer(world), done_on=world.day)
    assert Objection.objects.get().handler is None
