"""大红榜: red A3 with the whole list on its face, whatever its length, and nothing cut off."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from exitcase.core.choices import PaperKind
from exitcase.core.leaks import find_numbers
from exitcase.core.papers.posters import MANY_VILLAGES, ONE_PLACE, boards
from exitcase.core.papers.render import DoesNotFit, MissingGlyph, as_html, render
from exitcase.core.papers.sheets import DayKind, TermDay
from tests.core.papers import more_samples as more
from tests.core.papers import other_samples as other
from tests.core.papers import reading
from tests.core.papers.plan_samples import LONG, RARE

A3, A4 = (420, 297), (210, 297)
PLACES = ("红旗社区", "白果坪土家族村", "第1村", "欧家湾村")
GROUPS = ("第三村民小组", "十一组", "1组")
READABLE = 4.5  # WCAG 2: the least contrast of text


def poster(count=68, **changes):
    return replace(more.notice(count), poster=True, **changes)


def crowded(count=68):
    """Long names, rare characters, marks and groups in every row."""
    rows = tuple(
        replace(
            row,
            head=(LONG, RARE, "古丽米热·阿卜杜克里木·麦麦提", "王桂")[at % 4],
            group=GROUPS[at % 3],
            mark=("", "本村其他组", "尾号0317")[at % 3],
        )
        for at, row in enumerate(more.public_rows(count))
    )
    return poster(count, rows=rows)


def spanning(sheet):
    """The same list over several villages."""
    rows = enumerate(sheet.rows)
    return replace(sheet, rows=tuple(replace(row, village=PLACES[at % 4]) for at, row in rows))


def wordy(sheet):
    """A long plan, many steps, places and offices, and a term with holidays and gaps."""
    day = sheet.term.hung_on
    table = (
        TermDay(on=day, kind=DayKind.HUNG),
        *(TermDay(on=day + timedelta(n), kind=DayKind.COUNTED, number=n) for n in range(1, 21)),
    )
    return replace(
        sheet,
        basis="云岭区2020年度建档立卡贫困人口脱贫退出工作实施方案（试行）",
        steps=("数据采集", *other.STEPS, "信息比对", "区级抽查"),
        places=sheet.places * 3,
        contacts=sheet.contacts * 3,
        term=replace(sheet.term, table=table),
    )


def colours(page):
    """The fills of a page, as 0–255."""
    found = re.findall(rb"(?m)([\d.]+) ([\d.]+) ([\d.]+) rg", page.get_contents().get_data())
    return {tuple(round(float(part) * 255) for part in one) for one in found}


def contrast(one, other):
    """The ratio of WCAG 2."""

    def light(colour):
        parts = [part / 255 for part in colour]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(p * share for p, share in zip(parts, (0.2126, 0.7152, 0.0722), strict=True))

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def places(pdf):
    """Where each run of text begins, in mm from the lower left corner of its page."""
    found = []

    def note(text, cm, tm, _font, _size):
        if text.strip():
            x, y = tm[4], tm[5]
            at = (cm[0] * x + cm[2] * y + cm[4], cm[1] * x + cm[3] * y + cm[5])
            found.append(tuple(part / 72 * 25.4 for part in at))

    for page in PdfReader(BytesIO(pdf)).pages:
        page.extract_text(visitor_text=note)
    return found


@pytest.mark.parametrize(
    ("count", "sheets"), [(1, 1), (3, 1), (16, 1), (36, 1), (68, 1), (69, 2), (150, 3)]
)
def test_every_household_stands_on_a_sheet_of_a3(count, sheets):
    sheet = poster(count)
    pdf = render(sheet)
    assert reading.sides(pdf) == [A3] * sheets
    told = reading.pages(pdf)
    for board, page in zip(boards(sheet.rows), told, strict=True):
        for one in (entry.row for table in board.tables for entry in table):
            assert f"{one.seq}{one.group}{one.head}{one.persons}" in page
    listed = [e.row for board in boards(sheet.rows) for table in board.tables for e in table]
    assert tuple(listed) == sheet.rows


@pytest.mark.parametrize("count", [3, 150])
def test_every_sheet_says_all_that_the_a4_notice_says(count):
    sheet = poster(count)
    total = f"{sheet.total.households}户{sheet.total.persons}人"
    for at, page in enumerate(reading.pages(render(sheet)), 1):
        for words in (
            "2020年度贫困户脱贫村级公示",
            "石桥村公示〔2020〕1号名单校验值：9f3c2a71e0b4d6c1",
            f"根据《{sheet.basis}》，经入户调查、村民主评议、贫困户签字认可，我村拟脱贫贫困户{total}",
            "2020年10月11日至2020年10月19日（不少于7天）",
            "村公示公告栏、石桥小学门口、三组晒谷坪",
            "实名或匿名向村民委员会或镇人民政府反映，也可以扫描右下方二维码反映",
            f"2020年度贫困户脱贫名单共{total}",
            "第7天10月17日周六",
            "最早结束10月19日24时",
            "末日为星期六，顺延至2020年10月19日24时",
            "区扶贫办监督电话0000-0000100",
            "石桥村村民委员会（盖章）2020年10月10日",
            "公示期满后取下，交村民委员会存档",
            "GS-2020-0203-01·第1版",
            "流水1234·9f3c2a71e0b4d6c1",
            "演示·数据均为虚构",
            f"第{at}页共{3 if count > 68 else 1}页",
        ):
            assert words in page
        assert ("第2张，共3张（第51至100号）" in page) is (at == 2)
        assert find_numbers(page) == []


def test_each_sheet_has_a_code_of_its_own():
    html = as_html(poster(150))
    codes = re.findall(r'<img src="([^"]+)" alt="二维码">', html)
    assert len(set(codes)) == 3
    assert codes[0] in as_html(more.notice())


def test_black_on_red_can_be_read():
    for page in PdfReader(BytesIO(render(poster(69)))).pages:
        found = colours(page)
        (red,) = found - {(0, 0, 0), (255, 255, 255)}
        assert red[0] > 200
        assert max(red[1:]) < 100
        assert contrast(red, (0, 0, 0)) >= READABLE


def test_the_a4_notice_stays_as_it_was():
    pdf = render(more.notice(68))
    assert reading.sides(pdf) == [A4] * 3
    assert all(max(colour) == min(colour) for colour in colours(PdfReader(BytesIO(pdf)).pages[0]))


@pytest.mark.parametrize(
    "sheet",
    [
        crowded(),
        spanning(crowded(51)),
        spanning(crowded(7)),
        wordy(poster()),
        wordy(crowded()),
        wordy(spanning(crowded(52))),
        poster(term=None, on=None, document_number=""),
        poster(0),
        replace(
            spanning(crowded(36)),
            rows=tuple(replace(row, seq=row.seq + 2900) for row in spanning(crowded(36)).rows),
        ),
    ],
)
def test_nothing_leaves_the_sheet(sheet):
    pdf = render(sheet)
    assert reading.sides(pdf) == [A3] * len(boards(sheet.rows))
    for x, y in places(pdf):
        assert 9 < x < 411
        assert 4 < y < 287
    text = reading.text(pdf)
    for row in sheet.rows:
        assert reading.squeezed(row.head) in text
        assert row.village + row.group in text
        assert row.mark in text
    assert f"{sheet.sealer}（盖章）" in text


@pytest.mark.parametrize(
    "sheet",
    [
        poster(contacts=more.notice().contacts * 25),
        poster(places=more.notice().places * 60),
        poster(rows=tuple(replace(row, head="阿" * 50) for row in more.public_rows(68))),
    ],
)
def test_what_does_not_fit_is_an_error_and_not_cut_off(sheet):
    with pytest.raises(DoesNotFit):
        render(sheet)


def test_a_character_no_font_has_is_an_error():
    with pytest.raises(MissingGlyph):
        render(poster(3, sealer="村\U0010fffd"))


@pytest.mark.parametrize("grids", [ONE_PLACE, MANY_VILLAGES])
def test_fewer_names_are_never_smaller(grids):
    assert [grid.holds for grid in grids] == sorted(grid.holds for grid in grids)
    assert [grid.points for grid in grids] == sorted((g.points for g in grids), reverse=True)


def test_sheets_are_even():
    for count in (69, 150, 205, 1000):
        held = [sum(map(len, board.tables)) for board in boards(more.public_rows(count))]
        assert max(held) - min(held) < len(held)
        assert sum(held) == count


def test_an_announcement_as_a_poster_says_what_its_act_says():
    sheet = spanning(replace(other.act(PaperKind.ANNOUNCEMENT), poster=True))
    pdf = render(sheet)
    assert reading.sides(pdf) == [A3] * 2
    for page in reading.pages(pdf):
        for words in (
            "关于白果镇2020年度贫困户脱贫退出的公告",
            "云岭区人民政府公告云政发〔2020〕15号",
            f"根据《{sheet.basis}》，经村民主评议",
            "并经批准（《云岭区扶贫办关于白果镇2020年度贫困户退出的请示》（云扶办〔2020〕28号））",
            "确定白果镇石桥村等8个村（社区）60户240人为2020年脱贫户，现予以公告（名单如下）",
            "可向区扶贫开发领导小组办公室（电话：0000-0000100）反映",
            "特此公告",
            "白果镇2020年度贫困户脱贫名单共60户240人",
            "云岭区人民政府（盖章）2020年11月12日",
            "PZ-2020-0001·第1版",
        ):
            assert words in page
    text = reading.text(pdf)
    for row in sheet.rows:
        assert f"{row.seq}{row.village}{row.group}{row.head}{row.persons}" in text


def test_only_what_is_hung_is_a_poster():
    with pytest.raises(ValueError, match="no 大红榜"):
        replace(other.act(PaperKind.APPROVAL), poster=True)
