"""Surveys, visits and what they judged; attempts at which nobody was met."""

from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import Act, Finding, Mode, Post, Role
from exitcase.core.errors import NotAllowed
from exitcase.core.models import Entry
from tests.verification import build, play
from tests.verification.services.refusals import refused
from verification.models import Assessment, Case, Inspection
from verification.services import advance, assessments, inspections
from verification.services.specs import AssessSpec, VisitorSpec, VisitSpec

pytestmark = pytest.mark.django_db
TWO = [
    VisitorSpec(name="龙德清", post=Post.TOWNSHIP_CADRE),
    VisitorSpec(name="阳春桃", post=Post.TEAM_MEMBER),
]


@pytest.fixture
def world():
    return build.world()


@pytest.fixture
def case(world):
    batch = world.bring(world.batch(size=1), "township_check")
    return world.cases(batch).get()


def visit(world, case, finding=Finding.MET, **more):
    told = {
        "mode": Mode.HOME,
        "done_on": world.day,
        "finding": finding,
        "visitors": TWO,
        "results": {} if finding == Finding.NOT_MET_HOME else play.results(world),
        **more,
    }
    day = told["done_on"]
    by, reason = told.pop("by", None) or world.officer(), told.pop("reason", "")
    spec = VisitSpec(**told)
    return inspections.inspect(case, "township_check", spec, by=by, done_on=day, reason=reason)


def test_a_visit_keeps_who_when_how_and_every_indicator(world, case):
    made = visit(world, case, mode=Mode.HOSPITAL, place="镇卫生院")
    assert (made.attempt, made.visitors, made.mode) == (1, 2, Mode.HOSPITAL)
    assert made.facts_sha256 == case.facts_sha256
    assert sorted(made.visitor_rows.values_list("name", flat=True)) == ["阳春桃", "龙德清"]
    assert made.assessments.filter(met=True).count() == len(world.rules.indicator_keys)
    told = Entry.objects.get(act=Act.INSPECT)
    assert (told.subject_id, told.became) == (str(case.pk), Finding.MET)


def test_the_hours_of_a_visit_are_kept_both_or_neither_and_in_order(world, case):
    for began, ended in ((time(9), None), (None, time(9)), (time(9), time(9)), (time(10), time(9))):
        with refused("入户的起止时间不对"):
            visit(world, case, began_at=began, ended_at=ended)
    made = visit(world, case, began_at=time(9), ended_at=time(9, 40))
    assert (made.began_at, made.ended_at) == (time(9), time(9, 40))


def test_visited_again_the_new_finding_counts_whole(world, case):
    visit(world, case)
    short = play.results(world, short=["water"])
    made = visit(world, case, Finding.SHORT, results=short)
    assert Inspection.valid(case=case, stage="township_check").get() == made
    judged = Assessment.objects.filter(case=case, stage="township_check")
    assert judged.filter(void_tx="").count() == len(short)
    assert judged.exclude(void_tx="").count() == len(short)
    assert judged.filter(void_tx="", met=False).get().indicator == "water"


def test_found_short_a_case_does_not_pass(world, case):
    visit(world, case, Finding.SHORT, results=play.results(world, short=["water"]))
    rows = Case.objects.filter(pk=case.pk)
    moved = advance.advance(rows, "township_check", by=world.officer(), done_on=world.day)
    assert (moved.count, moved.refused["inspected"]) == (0, [case.pk])


# ── refusals ──


def kept(case) -> int:
    """How much was written of visits at the stage."""
    visits = Inspection.objects.filter(case=case, stage="township_check").count()
    return visits + Assessment.objects.filter(case=case, stage="township_check").count()


def test_too_few_visitors(world, case):
    with refused("核查人数不足", place=str(case), value="1 人", rule="不少于 2 人"):
        visit(world, case, visitors=TWO[:1])
    assert kept(case) == 0


def test_one_visitor_is_not_two(world, case):
    with refused("同一核查人登记了两次", place=str(case), rule="每人一行"):
        visit(world, case, visitors=[TWO[0], TWO[0]])
    assert kept(case) == 0


def test_visitors_are_those_the_plan_sends(world, case):
    stranger = VisitorSpec(name="王五", post=Post.VILLAGER)
    with refused("核查人不属于方案规定的人员", value="王五 村民", rule="乡镇干部、驻村工作队员"):
        visit(world, case, visitors=[*TWO, stranger])
    assert kept(case) == 0


def test_the_plan_says_in_which_ways_a_household_is_visited(world, case):
    with refused(
        "方案在本环节不认这种核查方式",
        place=str(case),
        value="查阅档案",
        rule="入户、敬老院、医院、视频、邻居见证",
    ):
        visit(world, case, mode=Mode.FILE)
    assert kept(case) == 0


def test_every_indicator_is_judged(world, case):
    results = play.results(world)
    del results["water"], results["food"]
    with refused(
        "有指标没有认定",
        place=str(case),
        value="不愁吃、饮水安全有保障",
        rule="每项指标都要认定达标或未达标",
    ):
        visit(world, case, results=results)
    assert kept(case) == 0


def test_only_the_plans_indicators_are_judged(world, case):
    with refused("方案没有这项指标", value="weather"):
        visit(world, case, results={**play.results(world), "weather": AssessSpec(met=True)})
    assert kept(case) == 0


@pytest.mark.parametrize(("finding", "short"), [(Finding.MET, ["water"]), (Finding.SHORT, [])])
def test_the_finding_is_what_the_indicators_say(world, case, finding, short):
    with refused(
        "结论与各项指标不一致",
        place=str(case),
        rule="各项都达标的结论为达标,有一项未达标的结论为未达标",
    ):
        visit(world, case, finding, results=play.results(world, short))
    assert kept(case) == 0


def test_nobody_met_nothing_judged(world, case):
    with refused("未遇的不能认定指标", place=str(case), value="未遇"):
        visit(world, case, Finding.NOT_MET_HOME, results=play.results(world))
    assert kept(case) == 0


@pytest.mark.parametrize("day", [date(2020, 12, 31), date(2019, 12, 31)])
def test_a_visit_lies_between_the_plans_year_and_today(world, case, day):
    with refused("日期不可能", place=f"{case} 的入户日期", value=day.isoformat()):
        spec = play.visit(world, done_on=day)
        rows = Case.objects.filter(pk=case.pk)
        at = {"by": world.officer(), "done_on": world.day}
        inspections.inspect_many(rows, "township_check", {case.pk: spec}, **at)
    assert kept(case) == 0


def test_a_village_does_not_check_for_the_township(world, case):
    with pytest.raises(NotAllowed):
        visit(world, case, by=world.cadre())
    assert kept(case) == 0


# ── attempts ──


def test_after_the_plans_attempts_the_way_out_is_named(world, case):
    cases = Case.objects.filter(pk=case.pk)
    for attempt in (1, 2, 3):
        assert not inspections.unmet(cases, "township_check", world.rules).exists()
        assert visit(world, case, Finding.NOT_MET_HOME).attempt == attempt
    assert inspections.unmet(cases, "township_check", world.rules).get() == case
    with refused(
        "已 3 次入户未遇,可按未核实不予退出",
        place=str(case),
        rule="办理「不予退出」,原因选「多次入户未遇,未核实」",
    ):
        visit(world, case, Finding.NOT_MET_HOME)


def test_a_visit_after_failed_attempts_counts_on(world, case):
    visit(world, case, Finding.NOT_MET_HOME)
    assert visit(world, case).attempt == 2
    assert Inspection.valid(case=case, stage="township_check").count() == 2


# ── survey and village judgement ──


def test_a_survey_only_tells_who_was_there(world):
    batch = world.batch(size=1)
    case = world.cases(batch).get()
    helper = [VisitorSpec(name=build.HELPER, post=Post.HELPER)]
    spec = VisitSpec(mode=Mode.HOME, done_on=world.day, visitors=helper)
    at = {"by": world.user(Role.WORK_TEAM), "done_on": world.day}
    made = inspections.record_survey(case, "collection", spec, **at)
    assert (made.stage, made.visitors) == ("collection", 1)
    again = inspections.record_survey(case, "collection", spec, **at)
    assert Inspection.valid(case=case).get() == again
    away = VisitSpec(
        mode=Mode.HOME, done_on=world.day, visitors=helper, finding=Finding.NOT_MET_HOME
    )
    with refused("入户调查只登记见到农户的一次,不作认定", place=str(case), value="未遇"):
        inspections.record_survey(case, "collection", away, **at)


def test_judged_again_one_indicator_takes_the_place_of_its_own(world):
    batch = world.bring(world.batch(size=1), "appraisal")
    case = world.cases(batch).get()
    at = {"by": world.cadre(), "done_on": world.day}
    rows = world.cases(batch)
    assessments.assess(rows, "appraisal", {case.pk: play.results(world)}, **at)
    assessments.assess(rows, "appraisal", {case.pk: {"water": AssessSpec(met=False)}}, **at)
    valid = Assessment.objects.filter(case=case, void_tx="")
    assert valid.count() == len(world.rules.indicator_keys)
    assert valid.filter(met=False).get().indicator == "water"
    assert Assessment.objects.exclude(void_tx="").get().met


def test_many_visits_take_as_many_statements_as_few(world):
    counts = []
    for size in (5, 60):
        batch = world.bring(world.batch(size=size), "township_check")
        cases = world.cases(batch)
        world.later()
        specs = {one.pk: play.visit(world) for one in cases}
        at = {"by": world.officer(), "done_on": world.day}
        with CaptureQueriesContext(connection) as seen:
            inspections.inspect_many(cases, "township_check", specs, **at)
        counts.append(sum(not one["sql"].startswith('INSERT INTO "verification_') for one in seen))
        world.on(build.OPENING)
    assert counts[0] == counts[1]
