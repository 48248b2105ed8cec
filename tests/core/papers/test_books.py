import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl

from exitcase.core.choices import PaperKind
from exitcase.core.papers.books import workbook
from exitcase.core.papers.workbook import Page, write
from tests.core.papers import more_samples as more
from tests.core.papers import other_samples as other
from tests.core.papers import samples


def opened(sheet):
    data = workbook(sheet)
    assert data is not None
    return openpyxl.load_workbook(io.BytesIO(data))


def rows(page):
    return [tuple(cell.value for cell in row) for row in page.iter_rows()]


def under(page, first="序号"):
    """The lines below the one that begins with `first`, as an outsider finds them."""
    lines = rows(page)
    at = next(i for i, line in enumerate(lines) if line[0] == first)
    return [dict(zip(lines[at], line, strict=True)) for line in lines[at + 1 :]]


def test_no_cell_is_a_formula_and_numbers_of_people_are_text():
    for sheet in (samples.finished(12), more.official_list(), other.income()):
        for page in opened(sheet).worksheets:
            for row in page.iter_rows():
                for cell in row:
                    assert cell.data_type != "f"
                    if isinstance(cell.value, str) and cell.value.isdigit():
                        assert cell.data_type == "s"


def test_text_that_looks_like_a_formula_stays_text():
    book = opened(samples.acceptance(head="=cmd|' /C calc'!A0", helper="\x07铃"))
    pairs = dict(row[:2] for row in rows(book["验收表"]))
    assert pairs["户主"] == "=cmd|' /C calc'!A0"
    assert pairs["帮扶责任人"] == "铃"


def test_acceptance_cell_by_cell():
    sheet = samples.finished(12)
    book = opened(sheet)
    assert book.sheetnames == ["验收表", "家庭成员", "收入", "指标", "意见"]
    pairs = dict(row[:2] for row in rows(book["验收表"]))
    assert pairs["编号"] == "YS-2020-000317"
    assert pairs["户编号"] == "990412100203017"
    assert pairs["户主"] == "阿卜杜热合曼·买买提"
    assert pairs["人口"] == 12
    assert pairs["结论"] == "达到脱贫标准"
    assert pairs["结果"] == "退出"
    members = under(book["家庭成员"])
    assert [row["公民身份号码"] for row in members] == [one.id_number for one in sheet.members]
    income = dict(rows(book["收入"]))
    assert Decimal(str(income["家庭纯收入"])) == Decimal("58522.70")
    assert income["核算人口"] == 8
    indicators = under(book["指标"])
    assert [row["区"] for row in indicators] == ["达标"] * 8
    opinions = under(book["意见"], "部分")
    assert [row["签字人"] for row in opinions][:5] == [
        "向光明",
        "石爱莲",
        "彭国良",
        "贺志强",
        "买买提江·阿卜杜热合曼",
    ]
    assert opinions[4]["意见"] == "同意脱贫"


def test_open_form_has_no_conclusion():
    pairs = dict(row[:2] for row in rows(opened(samples.acceptance())["验收表"]))
    assert pairs["结论"] is None
    assert pairs["结果"] is None


def test_submission_recounts():
    sheet = more.township_submission()
    book = opened(sheet)
    items = under(book["送审表"], "栏目")
    counts = {(row["栏目"], row["项目"]): (row["户"], row["人"]) for row in items}
    assert counts["民主评议", "评议通过"] == (69, 235)
    assert counts["拟脱贫", "其中返贫户"] == (0, 0)
    assert counts["送审数", "合计"] == (433, 1474)
    places = [row["内容"] for row in items if row["项目"] == "公示地点"]
    assert places == ["村公示公告栏、石桥小学门口、三组晒谷坪"]
    failed = under(book["未通过户"])
    assert failed[-1]["户编号"] == 12
    assert failed[-1]["人口"] == sum(row["人口"] for row in failed[:-1])
    bridge = under(book["衔接表"])
    total = bridge.pop()
    assert total["序号"] == "合计"
    for row in bridge:
        lost = row["核实未达标（户）"] + row["公示异议成立（户）"]
        assert row["村送审（户）"] - lost == row["镇送审（户）"]
    assert total["镇送审（人）"] == sum(row["镇送审（人）"] for row in bridge) == 1474


def test_official_list_recounts():
    sheet = more.official_list(500)
    lines = under(opened(sheet)["名单"])
    total = lines.pop()
    assert len(lines) == 500
    assert total["序号"] == "合计"
    assert total["户编号"] == 500
    assert total["人口"] == sum(row["人口"] for row in lines) == sheet.total.persons
    first = lines[0]
    assert first["户编号"] == "990412100203000"
    assert first["年人均纯收入（元）"] == 4200
    assert lines[1]["年人均纯收入（元）"] == 4577.13


def test_public_list_has_only_public_columns():
    page = opened(more.public_list())["名单"]
    lines = under(page)
    assert list(lines[0]) == ["序号", "村（社区）", "村民小组", "户主姓名", "人口"]
    assert lines[-1]["村民小组"] == 68
    assert lines[-1]["人口"] == 267


def test_income_cell_by_cell():
    sheet = other.income()
    lines = under(opened(sheet)["收入统计表"], "栏目")
    amounts = {(row["栏目"], row["项目"]): row["金额（元）"] for row in lines}
    assert amounts["一、生产经营性收入", "生产经营性收入"] == 9316.5
    assert amounts["家庭稳定纯收入", None] == 58522.7
    assert amounts["家庭稳定年人均纯收入", None] == 7315.34
    business = [row["金额（元）"] for row in lines if row["栏目"] == "一、生产经营性收入"]
    assert sum(business[:-1]) == business[-1]


def test_minutes_and_records_have_books():
    votes = under(opened(other.minutes())["表决"])
    assert votes[4]["结论"] == "未通过"
    assert [(row["序号"], row["户编号"], row["人口"]) for row in votes[-2:]] == [
        ("通过", 29, 113),
        ("未通过", 1, 1),
    ]
    book = opened(other.record())
    lines = under(book["正文"])
    assert lines[3]["已标识"] == "否"
    assert lines[3]["年人均纯收入"] == 4200.03
    assert book.sheetnames == ["正文", "衔接表"]


def test_kinds_without_a_book():
    assert workbook(other.letter(PaperKind.EXIT_LETTER)) is None


def test_the_same_facts_are_the_same_bytes():
    sheet = samples.finished()
    assert workbook(sheet) == workbook(replace(sheet))
    with zipfile.ZipFile(io.BytesIO(workbook(sheet) or b"")) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2000-01-01T00:00:00Z") == 2


def test_titles_repeat_on_paper():
    page = Page("甲", (5, 5))
    page.title("题")
    page.head("序号", "户")
    page.add(1, 2)
    book = openpyxl.load_workbook(io.BytesIO(write([page])))
    assert book["甲"].print_title_rows == "$1:$2"
    assert book["甲"]["A1"].value == "题"
