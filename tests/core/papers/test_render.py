import os
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256

import pytest

from exitcase.core.choices import PaperKind
from exitcase.core.leaks import find_numbers
from exitcase.core.papers import render as engine
from exitcase.core.papers.render import (
    DoesNotFit,
    MissingGlyph,
    PaperError,
    as_html,
    render,
    render_many,
)
from tests.core.papers import more_samples as more
from tests.core.papers import other_samples as other
from tests.core.papers import reading, samples

FACES = {
    "FandolKai",
    "FandolSong",
    "FandolHei",
    "FandolFang",
    "PaperNum",
    "DejaVu-Sans",
    "HanaMinA-Medium",
    "HanaMinB-Medium",
    "Noto-Serif-CJK-SC",
    "Noto-Serif-CJK-SC-Bold",
}
LETTERS = (
    PaperKind.EXIT_LETTER,
    PaperKind.REFUSAL_LETTER,
    PaperKind.WITHDRAWAL_LETTER,
    PaperKind.CEASE_LETTER,
)


@pytest.mark.parametrize(("count", "expected"), [(1, 2), (8, 2), (9, 3), (12, 3), (38, 3), (39, 4)])
def test_acceptance_has_two_pages_and_a_continuation(count, expected):
    pdf = render(samples.acceptance(count))
    text = reading.pages(pdf)
    assert len(text) == expected
    assert f"第1页共{expected}页" in text[0]
    last = samples.acceptance(count).members[-1]
    assert last.id_number in text[-1 if count > 8 else 0]


def test_acceptance_prints_what_is_known_and_leaves_room():
    front, back = reading.pages(render(samples.finished()))
    assert "阿卜杜热合曼·买买提" in front
    assert "7,315.34" in front
    assert "应到23人，实到21人，回避1人" in back
    assert "☑受委托人" in back
    assert "WT-2020-0003" in back
    assert "廖春桃" in back
    assert "退出：云岭区人民政府批准（云政发〔2020〕15号），2020年11月16日公告" in back
    assert back.count("（签字）") == 4 + 2 + 1 + 3 + 2
    assert "白果镇人民政府（盖章）" in back


def test_blank_form_has_room_for_code_and_values():
    front, back = reading.pages(render(samples.blank()))
    assert "粘贴处" in front
    assert "☑" not in front + back
    assert "空白表" in front


@pytest.mark.parametrize("sheet", [samples.stress(), samples.finished(1), samples.finished(12)])
def test_long_values_keep_to_the_pages(sheet):
    assert len(reading.pages(render(sheet))) == 2 + (len(sheet.members) > 8)


def test_too_long_is_an_error_that_says_so():
    sheet = samples.stress()
    endless = replace(sheet, measures="产业带动、" * 200)
    with pytest.raises(DoesNotFit, match="“YS-2020-000317”内容过长，排不进2页，请缩短文字"):
        render(endless)


def test_rare_characters_are_in_our_fonts():
    for name in ("𣵦", "𬭩", "䶮", "㛃", "鿍"):
        text = reading.text(render(samples.acceptance(head="龙" + name)))
        assert "龙" + name in text


def test_a_character_no_font_has_is_an_error():
    with pytest.raises(MissingGlyph, match=r"“YS-2020-000317”中有字体缺少的字：.*\U0010fffd"):
        render(samples.acceptance(helper="谭\U0010fffd"))


def test_fonts_are_embedded_and_ours():
    found = reading.fonts(render(samples.stress()))
    assert all(found.values())
    assert {name.split("+")[1] for name in found} <= FACES


def test_same_facts_same_bytes_in_two_processes():
    code = (
        "import django, hashlib, sys; django.setup();"
        "from tests.core.papers import samples, more_samples as m;"
        "from exitcase.core.papers.render import render;"
        "from exitcase.core.papers.books import workbook;"
        "sheets = (samples.finished(9), m.official_list(3));"
        "print(*(hashlib.sha256(f(s)).hexdigest() for s in sheets"
        " for f in (render, workbook)))"
    )
    seen = set()
    for seed in ("1", "2"):
        env = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "DJANGO_SETTINGS_MODULE": "exitcase.settings",
        }
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
        )
        seen.add(done.stdout)
    assert len(seen) == 1
    assert sha256(render(samples.finished(9))).hexdigest() == seen.pop().split()[0]


def test_bulk_is_the_same_as_one_by_one():
    sheets = [samples.acceptance(count) for count in (1, 2, 9)]
    assert list(render_many(sheets, 2)) == [render(sheet) for sheet in sheets]


def test_pages_reach_nothing_outside():
    for address in ("file:///etc/passwd", "http://127.0.0.1:1/x.png"):
        press = engine._press()
        page = press.html(
            string=f'<meta charset="utf-8"><img src="{address}">', url_fetcher=press.fetcher
        )
        with pytest.raises(PaperError, match="disallowed protocol"), engine._hear("页面"):
            page.render(font_config=press.font_config)


def test_text_is_never_markup():
    html = as_html(samples.acceptance(helper='<img src="file:///etc/passwd">'))
    assert "<img src=&quot;file" in html.replace("&lt;", "<")
    assert '<img src="file' not in html


def test_a_name_the_template_gets_wrong_is_an_error():
    template = engine._templates().from_string("{{ sheet.nothing }}")
    with pytest.raises(PaperError, match="模板中的“sheet.nothing”在表单数据里没有"):
        template.render(engine.Context({"sheet": samples.acceptance()}))


@pytest.mark.parametrize("kind", [PaperKind.VILLAGE_NOTICE, PaperKind.TOWNSHIP_NOTICE])
def test_notice_has_term_places_and_list(kind):
    first, *annex = reading.pages(render(more.notice(68, kind)))
    assert len(annex) == 2
    assert "拟脱贫贫困户68户267人" in first
    assert "2020年10月11日至2020年10月19日（不少于7天）" in first
    assert "第7天10月17日周六" in first
    assert "最早结束10月19日24时" in first
    assert "村公示公告栏、石桥小学门口、三组晒谷坪" in first
    assert "合计：68户267人" in annex[-1]


def test_notice_without_a_term_says_from_the_day_of_hanging():
    (first, _) = reading.pages(render(replace(more.notice(3), term=None)))
    assert "公示时间：自张贴之日起（不少于7天）" in first


def test_public_papers_hold_no_number_of_a_person():
    for sheet in (
        more.public_list(),
        more.notice(),
        other.act(PaperKind.ANNOUNCEMENT),
    ):
        assert find_numbers(reading.text(render(sheet))) == []
    assert find_numbers(reading.text(render(samples.acceptance())))


def test_official_list_of_500():
    sheet = more.official_list(500)
    text = reading.pages(render(sheet))
    assert sum(page.count("石桥村") for page in text) == 500
    assert f"500户{sheet.total.persons:,}人" in text[-1]
    assert all("户编号" in page for page in text)
    # The sum never stands alone on a page.
    assert text[-1].count("石桥村") >= 4


def test_public_list_of_500():
    sheet = more.public_list(500)
    text = reading.pages(render(sheet))
    assert len(text) == 10
    assert f"合计：500户{sheet.total.persons:,}人" in text[-1]


def test_submission_prints_items_failures_and_bridge():
    form, bridge = reading.pages(render(more.village_submission()))
    assert "合计68户231人" in form
    assert "热依汗古丽·买买提" in form
    assert "减：评议未通过2户8人" in bridge
    assert "得：村送审68户231人" in bridge


def test_many_failures_go_to_an_annex():
    form, bridge, *annex = reading.pages(render(more.township_submission(40)))
    assert "40户160人，见附表" in form
    assert "合计40户" in annex[-1]
    assert "433户1,474人" in bridge


@pytest.mark.parametrize("extra", [0, 1, 2])
@pytest.mark.parametrize("failed", [0, 1, 2, 5, 9])
def test_submission_and_its_receipt_stand_on_one_page(extra, failed):
    """A township's form has two groups of items more than a village's."""
    base = more.village_submission()
    bad = replace(base.failed[0], reason="多次入户未遇，未能核实：3次入户均未遇")
    sheet = replace(base, groups=base.groups + base.groups[2 : 2 + extra], failed=(bad,) * failed)
    form, *_ = reading.pages(render(sheet))
    assert "接收人（签字）" in form
    assert "填表日期" in form


def test_no_failures_says_so():
    form, _ = reading.pages(render(replace(more.village_submission(), failed=())))
    assert "未通过户及原因无" in form


def test_income_statement_sums():
    text = reading.text(render(other.income()))
    for figure in ("9,316.50", "46,800.00", "64,747.70", "6,225.00", "58,522.70", "7,315.34"):
        assert figure in text
    assert "年人均纯收入稳定超过4000元" in text


def test_minutes_name_each_vote_and_who_was_away():
    text = reading.text(render(other.minutes()))
    assert "23／21人" in text
    assert "阳志强1911" in text
    assert "未到：请假" in text
    assert "29户113人" in text


def test_mandate_is_one_page():
    (text,) = reading.pages(render(other.mandate()))
    assert "外出务工" in text
    assert "2020年10月8日至2020年10月31日" in text


@pytest.mark.parametrize("kind", LETTERS)
def test_letters_tell_reason_clause_and_appeal(kind):
    (text,) = reading.pages(render(other.letter(kind)))
    assert "15日内向白果镇人民政府（0000-0000200）或区扶贫办（0000-0000100）" in text
    if kind == PaperKind.EXIT_LETTER:
        assert "以云政发〔2020〕15号文件批准你户退出，并于2020年11月16日公告" in text
    else:
        assert "基本医疗有保障未达标" in text
        assert "三（四）6：核实后未达标的不予退出" in text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (PaperKind.REQUEST, "妥否，请批示"),
        (PaperKind.REVIEW_DECISION, "特此批复"),
        (PaperKind.APPROVAL, "特此批复"),
        (PaperKind.ANNOUNCEMENT, "特此公告"),
    ],
)
def test_acts_count_and_append_the_list(kind, words):
    text = reading.text(render(other.act(kind)))
    assert words in text
    assert "60户240人" in text
    assert "合计：60户240人" in text
    assert "演示·数据均为虚构" in text


@pytest.mark.parametrize("wide", [False, True])
def test_record_prints_its_sections(wide):
    text = reading.text(render(other.record(wide=wide)))
    assert "全国扶贫开发信息系统" in text
    assert "4,200.39" in text
    assert "合计40户162" in text
    assert "区扶贫办（盖章）" in text


def test_demo_and_checkpoint_stand_on_every_page():
    for sheet in (samples.finished(9), more.official_list(30), more.notice(), other.act()):
        for page in reading.pages(render(sheet)):
            assert "演示·数据均为虚构" in page
            assert "流水1234·9f3c2a71e0b4d6c1" in page
