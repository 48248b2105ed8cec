"""明白卡, 表决票, reports and 批转: their pages, what stands on them, their workbooks."""

from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook

from exitcase.core.choices import PaperKind
from exitcase.core.papers.books import workbook
from exitcase.core.papers.render import as_html, render
from tests.core.papers import plan_samples as plans
from tests.core.papers import reading


def column(sheet, name):
    """Label → value of a worksheet of two columns."""
    page = load_workbook(BytesIO(workbook(sheet)))[name]
    return {row[0]: row[1] for row in page.iter_rows(values_only=True)}


def test_a_card_of_a_common_household_is_one_page():
    (page,) = reading.pages(render(plans.card()))
    for words in ("附件4", "2019年度脱贫核查明白卡", "帮扶责任人（签字）", "第一书记（签字）"):
        assert words in page
    assert plans.RARE in page
    assert column(plans.card(), "明白卡")["户编号"] == "990412100203017"


def test_a_card_with_many_people_and_long_names_takes_the_pages_it_needs():
    sheet = plans.crowded_card()
    first, second = reading.pages(render(sheet))
    assert plans.LONG in first
    assert sheet.members[-1].id_number in first
    assert "户主本人" in second
    book = load_workbook(BytesIO(workbook(sheet)))
    assert [row[0].value for row in book["意见"].iter_rows()][-1] == "核实"


@pytest.mark.parametrize("sheet", [plans.vote(), plans.far_away(plans.vote())])
def test_a_slip_is_one_page_whatever_the_names(sheet):
    (page,) = reading.pages(render(sheet))
    assert plans.LONG in page
    assert plans.RARE in page
    cells = column(sheet, "表决票")
    assert (cells["同意"], cells["不同意"], cells["结果"]) == (18, 1, "通过")


def test_a_slip_before_the_count_has_nothing_ticked():
    blank = plans.vote(yes=None, no=None, abstained=None, withdrew=None, carried=None, note="")
    (page,) = reading.pages(render(blank))
    assert "☑" not in page
    assert column(blank, "表决票")["结果"] is None


def test_more_votes_than_people_are_no_slip():
    with pytest.raises(ValueError, match="表决票共22人，到会21人"):
        plans.vote(yes=19)


@pytest.mark.parametrize(("failed", "pages"), [(0, 2), (1, 3), (12, 3)])
def test_a_report_is_a_letter_with_its_bridge_and_who_fell_out(failed, pages):
    sheet = plans.report(PaperKind.TOWNSHIP_REPORT, failed)
    text = reading.pages(render(sheet))
    assert len(text) == pages
    assert f"{sheet.submitted.households}户{sheet.submitted.persons}人上报" in text[0]
    assert "接收回执" in text[0]
    assert (plans.RARE in text[-1]) is (failed > 1)
    assert {"送审表", "未通过户", "衔接表"} <= set(
        load_workbook(BytesIO(workbook(sheet))).sheetnames
    )


@pytest.mark.parametrize(
    ("masthead", "size"),
    [
        ("云岭区人民政府文件", ""),
        ("县扶贫开发领导小组文件", "narrow"),
        ("乡镇人民政府(街道办事处)文件", "narrower"),
    ],
)
def test_a_long_masthead_is_set_smaller(masthead, size):
    html = as_html(replace(plans.transfer(), masthead=masthead))
    assert f'<div class="mark1 {size}">{masthead}</div>' in html


def test_a_transfer_cites_what_it_passes_on_and_lists_the_village():
    text = reading.text(render(plans.transfer()))
    assert "县扶贫开发领导小组《批复》（云扶领〔2019〕8号）批转给你们" in text
    assert "石桥村村两委：" in text
    assert plans.LONG in text
    assert plans.RARE in text
