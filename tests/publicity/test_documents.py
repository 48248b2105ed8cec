"""The sheet of a notice: the frozen payload, the term day by day."""

from dataclasses import replace
from datetime import date

import pytest

from exitcase.core.choices import PaperKind, Place
from exitcase.core.papers.render import as_html, render
from exitcase.core.papers.sheets import Count, Imprint
from exitcase.core.papers.sheets.notice import DayKind
from households.models import Household
from publicity.documents import notice_sheet
from publicity.services import PlaceSpec
from tests.core.papers import reading
from tests.publicity.desk import TOWN_STAGE, Desk, fresh, items_of, postings
from tests.verification import build
from tests.verification.build import TOWNSHIP


def test_before_it_hangs_the_days_are_left_to_the_pen(desk):
    sheet = notice_sheet(desk.released())
    assert (sheet.term, sheet.on) == (None, None)
    assert "自张贴之日起" in as_html(sheet)


def test_a_village_notice_prints_its_list_and_how_it_came_about(desk):
    notice = desk.hung()
    sheet = notice_sheet(notice, "第1村公示〔2020〕1号")
    assert sheet.kind == PaperKind.VILLAGE_NOTICE
    assert sheet.steps == ("数据采集", "村民主评议", "贫困户确认")
    assert (sheet.speaker, sheet.organ) == ("我村", "第1村村民委员会")
    assert sheet.objections_to == ("第1村村民委员会", "南岳镇人民政府")
    assert sheet.places == ("村部门口", "老井坪")
    assert sheet.list_title == "2020年度贫困户脱贫名单"
    assert sheet.total == Count(3, 9)
    rows = [(row.seq, row.group, row.head, row.persons) for row in sheet.rows]
    assert rows == [(i.seq, i.group, i.head_name, i.persons) for i in items_of(notice)]
    assert sheet.checksum == notice.payload_sha256[:16]


def test_the_term_is_told_day_by_day(desk):
    term = notice_sheet(desk.hung(date(2020, 10, 10))).term
    assert (term.hung_on, term.first, term.last) == (
        date(2020, 10, 10), date(2020, 10, 11), date(2020, 10, 19),
    )  # fmt: skip
    assert [day.number for day in term.table] == [None, 1, 2, 3, 4, 5, 6, 7, None, None]
    assert [day.kind for day in term.table][-2:] == [DayKind.EXTENDED] * 2
    assert term.rule == "张贴当日不计；末日为星期六，顺延至10月19日"


def test_a_last_day_in_the_holidays_moves_behind_them(desk):
    term = notice_sheet(desk.hung(date(2020, 9, 30))).term
    assert term.rule == "张贴当日不计；末日为法定休假日，顺延至10月9日"


def test_days_lost_in_a_gap_are_told(desk):
    notice = desk.hung()
    missing, up = desk.at(date(2020, 10, 13), 8), desk.at(date(2020, 10, 13), 20)
    desk.gap(postings(notice)[0], missing, up)
    term = notice_sheet(fresh(notice)).term
    kinds = {day.on.day: day.kind for day in term.table}
    assert kinds[13] == DayKind.EXTENDED
    assert term.last == date(2020, 10, 19)
    assert "缺挂1天，期限相应延长" in term.rule


def test_a_plan_that_counts_both_ends_has_no_idle_day(db):
    desk = Desk(build.world(programme="henan", day=date(2020, 10, 15)))
    places = [PlaceSpec(Place.IN_VILLAGE, "村内", desk.village)]
    term = notice_sheet(desk.hung(date(2020, 10, 15), places=places)).term
    assert (term.first, term.last, term.rule) == (date(2020, 10, 15), date(2020, 10, 24), "")
    assert [day.number for day in term.table] == list(range(1, 11))


def test_a_township_notice_speaks_for_its_township(db):
    desk = Desk(build.world(villages=2))
    notice = desk.draft(
        [*desk.items(1), *desk.items(1, desk.world.villages[1])],
        stage=TOWN_STAGE,
        region=TOWNSHIP,
        organ="南岳镇人民政府",
        places=[PlaceSpec(Place.TOWNSHIP_BOARD, "镇公示公告栏", TOWNSHIP)],
        by=desk.world.officer(),
    )
    sheet = notice_sheet(notice)
    assert (sheet.kind, sheet.speaker) == (PaperKind.TOWNSHIP_NOTICE, "我镇")
    assert sheet.objections_to == ("南岳镇人民政府",)
    assert "乡镇入户核实" in sheet.steps
    assert "村送审" not in sheet.steps
    assert [row.village for row in sheet.rows] == ["第1村", "第2村"]


def test_a_plan_that_numbers_its_papers_has_the_number_on_the_sheet(db):
    desk = Desk(build.world(programme="henan", day=date(2020, 10, 15)))
    places = [PlaceSpec(Place.IN_VILLAGE, "村内", desk.village)]
    sheet = notice_sheet(desk.draft(places=places))
    assert sheet.label == desk.world.rules.paper(PaperKind.VILLAGE_NOTICE).number


@pytest.mark.parametrize(
    ("plan", "day", "side", "pages"),
    [
        ("henan", date(2020, 10, 15), (420, 297), 1),
        ("nanyue-2020", date(2020, 10, 9), (210, 297), 2),
    ],
)
def test_a_notice_is_a_red_poster_where_the_plan_says_so(db, plan, day, side, pages):
    desk = Desk(build.world(programme=plan, day=day))
    places = [PlaceSpec(Place.IN_VILLAGE, "村内", desk.village)]
    notice = desk.hung(day, **({"places": places} if plan == "henan" else {}))
    sheet = notice_sheet(notice)
    assert sheet.poster is (plan == "henan")
    pdf = render(replace(sheet, imprint=Imprint(title=notice.title, number="GS-1")))
    assert reading.sides(pdf) == [side] * pages
    text = reading.text(pdf)
    assert sheet.checksum in text
    for row in sheet.rows:
        assert f"{row.seq}{row.group}{row.head}{row.persons}" in text


@pytest.mark.parametrize("size", [1, 60])
def test_no_number_of_a_person_reaches_the_page(desk, size):
    """Canaries: everything else the register knows of these people."""
    items = desk.items(size)
    notice = desk.hung(items=items)
    imprint = Imprint(title=notice.title, number="GS-1")
    html = as_html(replace(notice_sheet(notice), imprint=imprint))
    for one in Household.objects.filter(pk__in=[item.household_id for item in items]):
        people = one.members.all()
        secrets = [one.number, one.phone, one.helper_name, one.helper_phone]
        secrets += [person.id_number for person in people]
        secrets += [person.name for person in people if person.name != one.head_name]
        heads = {item.head_name for item in items}
        assert not [word for word in secrets if word in html and word not in heads]
