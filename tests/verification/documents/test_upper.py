"""The papers of district and city: their figures, and that each of them prints."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import End, Fact, Finding, Origin, PaperKind, Reason
from exitcase.core.papers.render import render
from exitcase.core.papers.sheets import Count, Facts, Imprint, Prose, Table
from tests.verification import build
from tests.verification.services.test_city import (
    DAY,
    NEXT,
    SEED,
    draw_it,
    framed,
    freeze,
    outside,
    visit,
)
from tests.verification.services.test_decisions import approve, put_up
from tests.verification.upper import officer, on, stand
from verification.documents.acts import announcement_sheet, decision_sheet, request_sheet
from verification.documents.city import city_sheets, rectification_report, sample_list
from verification.documents.district import (
    bureau_answer,
    check_result,
    inspection_summary,
    mark_list,
)
from verification.documents.letters import letter, letters
from verification.models import Batch, Case, Hit, Inspection
from verification.services import city, marks
from verification.services.announce import announce
from verification.services.comparison import answer, ask_bureaux, judge, refuse_by_hits
from verification.services.decisions import confirm_decision
from verification.services.ending import refuse, withdraw
from verification.services.rectification import open_rectification, recheck, report_rectification
from verification.services.specs import HitSpec

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    made = build.world(villages=2)
    on(made)
    return made


def of_kind(sheet, kind):
    return [one for one in sheet.sections if isinstance(one, kind)]


def facts(sheet):
    return {pair.label: pair.value for part in of_kind(sheet, Facts) for pair in part.pairs}


def prints(sheet):
    """As the store issues it: with the plan's title."""
    return render(replace(sheet, imprint=Imprint(title="文书"))).startswith(b"%PDF")


def test_request_and_decision_count_what_was_put_and_what_was_said(world):
    cases = stand(world, "review", (4, 2))
    out = cases.filter(pk=cases[3].pk)
    refuse(out, reason=Reason.INSPECTION_FAILED, note="住房", by=officer(world), done_on=DAY)
    live = Case.objects.exclude(state=End.REFUSED).order_by("pk")
    decision = put_up(world, live)
    sheet = request_sheet(decision)
    assert (sheet.kind, sheet.granted) == (PaperKind.REQUEST, Count(5, 15))
    assert [(one.reason, one.count) for one in sheet.ungranted] == [("抽查不达标", Count(1, 3))]
    assert sheet.scope == "南岳镇第1村等2个村（社区）"
    assert sheet.steps[0] == world.rules.stage("collection").title
    assert sheet.document_number == "请〔2020〕1号"
    assert prints(sheet)
    decided = approve(world, decision, {live[0].pk: "佐证不足"})
    confirm_decision(decided, by=officer(world, 1))
    sheet = decision_sheet(decided)
    assert (sheet.kind, sheet.verb) == (PaperKind.REVIEW_DECISION, "审批退出")
    assert (sheet.granted, sheet.document_number) == (Count(4, 12), "批〔2020〕9号")
    assert [row.seq for row in sheet.rows] == [1, 2, 3, 4]
    assert [(one.reason, one.count) for one in sheet.ungranted] == [("审批未批准", Count(1, 3))]
    assert prints(sheet)


def test_the_second_decision_is_the_approval(world):
    decision = put_up(world, stand(world, "approval"), stage="approval")
    sheet = decision_sheet(decision)
    assert (sheet.kind, sheet.verb, sheet.document_number) == (PaperKind.APPROVAL, "批准退出", "")


def test_the_announcement_prints_the_released_list(world):
    cases = stand(world, "announcement", (2, 1))
    notice = announce(
        cases,
        "announcement",
        region=build.DISTRICT,
        by=officer(world),
        releaser=officer(world, 1),
        done_on=DAY,
    )
    sheet = announcement_sheet(notice)
    assert sheet.granted == Count(3, 9)
    assert [row.village for row in sheet.rows] == ["第1村", "第1村", "第2村"]
    assert prints(sheet)


def answered(world, hits):
    cases = stand(world, "comparison")
    (run, *_rest) = ask_bureaux(
        cases, "comparison", number="比对1号", asked_on=DAY, by=officer(world)
    )
    return cases, answer(
        run,
        answered_on=DAY,
        number="复7号",
        answered_by="联络员",
        file=None,
        hits=[HitSpec(cases[0], Fact.CAR, "名下有小型汽车")] if hits else [],
        by=officer(world),
    )


def test_a_bureau_answers_on_paper(world):
    cases, run = answered(world, hits=True)
    sheet = bureau_answer(run)
    known = facts(sheet)
    assert (known["比对户数"], known["比对人数"], known["反馈日期"]) == (3, 9, DAY)
    (table,) = of_kind(sheet, Table)
    assert table.rows[0][1:5] == (
        cases[0].household.number, cases[0].head_name, "机动车辆", "名下有小型汽车",
    )  # fmt: skip
    assert prints(sheet)


def test_a_nil_answer_says_so(world):
    _cases, run = answered(world, hits=False)
    (prose,) = of_kind(bureau_answer(run), Prose)
    assert prose.paragraphs == ("比对无异常。",)


def test_the_summary_counts_by_village(world):
    cases = list(stand(world, "district_inspection", (3, 2)))
    findings = (Finding.MET, Finding.SHORT, Finding.NOT_MET_HOME)
    for case, finding in zip(cases, findings, strict=False):
        Inspection.objects.create(
            case=case,
            stage="district_inspection",
            tx="t",
            mode="home",
            done_on=DAY,
            finding=finding,
            visitors=2,
        )
    sheet = inspection_summary(world.programme, "district_inspection", build.DISTRICT)
    (table,) = of_kind(sheet, Table)
    assert table.rows == (("第1村", 3, 9, 2, 1, 1, 1), ("第2村", 2, 6, 0, 0, 0, 0))
    assert table.total == ("合计", 5, 15, 2, 1, 1, 1)
    assert prints(sheet)


def test_the_mark_list_keeps_errors(world):
    cases = stand(world, "mark")
    marks.mark(cases, "mark", by=officer(world), done_on=DAY)
    marks.confirm_marks(
        cases.exclude(pk=cases[2].pk), "mark", marked_on=DAY, by=officer(world), done_on=DAY
    )
    marks.fail_marks({cases[2].pk: "身份不符"}, "mark", by=officer(world), done_on=DAY)
    sheet = mark_list(world.programme, "mark", build.DISTRICT, on=DAY)
    (table,) = of_kind(sheet, Table)
    assert sorted(row[4:] for row in table.rows if row[5]) == [(DAY, True, "")] * 2
    assert [row[4:] for row in table.rows if not row[5]] == [(None, False, "身份不符")]
    assert table.total[3] == 9
    assert prints(sheet)


def test_the_result_counts_every_end(world):
    cases = stand(world, "review", (3, 2))
    one, other = cases.filter(pk=cases[0].pk), cases.filter(pk=cases[1].pk)
    refuse(one, reason=Reason.INSPECTION_FAILED, note="住房", by=officer(world), done_on=DAY)
    withdraw(
        other,
        reason=Reason.HOUSEHOLD_WITHDREW,
        note="自愿",
        by=world.cadre(world.villages[0]),
        done_on=DAY,
    )
    Case.objects.filter(village=world.villages[1]).update(state=End.GRANTED)
    sheet = check_result(world.programme, build.TOWNSHIP, on=DAY)
    (table,) = of_kind(sheet, Table)
    assert table.rows == (("第1村", 3, 9, 0, 0, 1, 1, 0, 1), ("第2村", 2, 6, 2, 6, 0, 0, 0, 0))
    assert prints(sheet)


def test_the_sample_list_shows_what_is_published_and_then_the_sample(world):
    framed(world)
    draw = freeze(world)
    assert facts(sample_list(draw))["公开种子"] == ""
    draw = draw_it(world, draw)
    item = draw.items.filter(drawn=True, stratum="poor_village").get()
    city.replace(item, reason="全家外出", by=officer(world), done_on=NEXT)
    sheet = sample_list(draw)
    assert facts(sheet)["公开种子"] == SEED
    frame, drawn = of_kind(sheet, Table)
    assert [row[:6] for row in frame.rows] == [
        ("非贫困村", 9, 27, "2至2人", 1, 3), ("贫困村", 15, 45, "3至4人", 1, 3),
    ]  # fmt: skip
    assert drawn.total[5] == 6
    assert len(of_kind(sheet, Prose)) == 1
    assert prints(sheet)


def test_a_list_from_outside_says_so(world):
    cases = framed(world, (3,))
    assert sample_list(outside(world, [cases[0].number])).note == "非本系统抽取，不能复算。"


def test_a_sheet_for_every_drawn_case_before_and_after_its_visit(world):
    framed(world)
    draw = draw_it(world, freeze(world))
    with CaptureQueriesContext(connection) as asked:
        blank = city_sheets(draw)
    assert len(blank) == 2
    assert len(asked) == 5
    visit(world, draw, NEXT)
    for sheet in city_sheets(draw).values():
        assert facts(sheet)["核查结论"] == "达标"
        assert prints(sheet)


def test_the_report_says_what_became_of_it(world):
    case = stand(world, "city_check").first()
    by = officer(world)
    one = open_rectification(
        case,
        origin=Origin.CITY_CHECK,
        problem="资助没有落实",
        owner="龙德清",
        due_on=DAY + timedelta(days=7),
        by=by,
        done_on=DAY,
    )
    one = report_rectification(
        one, measure="补发", same_fault="未发现", file=None, by=world.officer(), done_on=DAY
    )
    one = recheck(one, passed=True, by=by, done_on=DAY)
    sheet = rectification_report([one])
    (table,) = of_kind(sheet, Table)
    assert table.rows[0][1:4] == ("市级核查", "资助没有落实", "补发")
    assert table.rows[0][-1] == "合格"
    assert prints(sheet)


def test_a_refusal_says_why_by_which_clause_and_how_to_appeal(world):
    cases, _run = answered(world, hits=True)
    judge(Hit.objects.get(), verdict=Hit.Verdict.NOT_MET, by=officer(world, 1), done_on=DAY)
    refuse_by_hits(cases, by=officer(world), done_on=DAY)
    sheet = letter(Case.objects.get(state=End.REFUSED), on=DAY)
    bar = next(one for one in world.rules.bars if one.fact == Fact.HIT_NOT_MET)
    assert sheet.kind == PaperKind.REFUSAL_LETTER
    assert sheet.reason == f"有方案所列不予退出情形：{bar.title}"
    assert sheet.finding == "比对发现的疑点经核实,未达到标准"
    assert sheet.clause.startswith(f"《{world.rules.title}》")
    assert (sheet.stage, sheet.appeal.days) == ("信息比对", 60)
    assert sheet.appeal.offices[0].phone == world.rules.hotline.number
    assert prints(sheet)


@pytest.mark.parametrize("end", list(End))
def test_every_end_has_its_letter(world, end):
    cases = stand(world, "filing")
    Case.objects.filter(pk=cases[0].pk).update(
        state=end, end_reason="" if end == End.GRANTED else Reason.PROCEDURE
    )
    sheet = letter(cases[0])
    assert sheet.kind.value.endswith("letter")
    assert prints(sheet)


def test_letters_take_the_same_queries_for_many(world):
    cases = stand(world, "filing", (5, 40))
    Case.objects.update(state=End.GRANTED)
    assert Batch.objects.count() == 2
    counts = []
    for village in world.villages:
        with CaptureQueriesContext(connection) as asked:
            assert len(letters(cases.filter(village=village))) in {5, 40}
        counts.append(len(asked))
    assert counts[0] == counts[1] == 4
