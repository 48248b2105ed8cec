"""待办, 在途, 已办, 知会: what each shows, to whom, and with how many statements."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exitcase.core.choices import Ground, Role
from publicity.models import Objection
from tests.verification.services.correcting_desk import Desk, incomes
from verification.models import Reminder
from verification.services.correction import send_back
from verification.services.reminding import remind

PAGES = ("todo", "under_way", "done", "news")


def text(response) -> str:
    return response.content.decode()


def asked(client, url) -> int:
    with CaptureQueriesContext(connection) as said:
        assert client.get(url).status_code == 200
    return len(said)


def test_tasks_are_grouped_by_what_is_left_of_their_time(as_, world):
    world.batch(world.villages[0], 1)
    world.bring(world.batch(world.villages[0], 1), "appraisal")
    page = text(as_(world.cadre()).get(reverse("todo")))
    groups = as_(world.cadre()).get(reverse("todo")).context["groups"]
    assert "逾期" in page
    assert sum(count for _title, count, _rows in groups) == 2
    late = groups[0]
    assert late[0] == "逾期"
    assert late[2][0].what == "数据采集"


@pytest.mark.parametrize(
    ("left", "group"), [(4, "未到期"), (3, "三天内到期"), (0, "三天内到期"), (-1, "逾期")]
)
def test_three_days_are_soon_and_the_day_after_the_last_is_late(as_, world, left, group):
    world.bring(world.batch(size=1), "appraisal")
    (last,) = {
        one.last for one in world.rules.windows if one.key == world.rules.stage("appraisal").window
    }
    world.on(last - timedelta(days=left))
    groups = as_(world.cadre()).get(reverse("todo")).context["groups"]
    assert [title for title, _count, _rows in groups] == [group]


def test_the_next_act_stands_on_the_row(as_, world):
    batch = world.bring(world.batch(size=1), "appraisal")
    groups = as_(world.cadre()).get(reverse("todo")).context["groups"]
    ((_title, _count, (row,)),) = groups
    assert row.next_act.words == "录入评议"
    assert row.next_act.href == reverse("batch", args=[batch.pk])


def test_what_is_in_other_hands_stands_under_way(as_, world):
    batch = world.batch(size=1)
    leader = world.user(Role.DISTRICT_LEADER)
    page = as_(leader).get(reverse("under_way"))
    (row,) = page.context["rows"]
    assert row.place.href == reverse("batch", args=[batch.pk])
    assert row.lines == ("1 户 3 人", "现由村办理")
    assert row.remind == reverse("remind", args=[batch.pk])


def test_a_reminder_is_sent_from_the_row_once_a_day(as_, world):
    batch = world.batch(size=1)
    client = as_(world.user(Role.DISTRICT_LEADER))
    answer = client.post(reverse("remind", args=[batch.pk]), follow=True)
    assert answer.redirect_chain == [(reverse("under_way"), 302)]
    assert "已催办,对方的待办里会显示" in text(answer)
    (row,) = answer.context["rows"]
    assert row.remind == ""
    assert row.reminded.startswith("已催办 1 次,最近 2020-10-09")
    again = client.post(reverse("remind", args=[batch.pk]), follow=True)
    assert "今天已催办过,每个工作日一次" in text(again)
    assert Reminder.objects.count() == 1
    mine = text(as_(world.cadre()).get(reverse("todo")))
    assert "已催办 1 次" in mine


def test_a_reminder_by_htmx_gives_the_row_anew(as_, world):
    batch = world.batch(size=1)
    client, htmx = as_(world.user(Role.DISTRICT_LEADER)), {"HX-Request": "true"}
    row = client.post(reverse("remind", args=[batch.pk]), headers=htmx)
    assert text(row).lstrip().startswith("<li>")
    assert "已催办 1 次" in text(row)
    again = client.post(reverse("remind", args=[batch.pk]), headers=htmx)
    assert (again.status_code, text(again)) == (409, "今天已催办过,每个工作日一次")


def test_on_a_day_of_rest_no_reminder_is_offered(as_, world):
    world.batch(size=1)
    world.on(date(2020, 10, 17))
    (row,) = as_(world.user(Role.DISTRICT_LEADER)).get(reverse("under_way")).context["rows"]
    assert row.remind == ""


def test_done_lists_my_own_acts_and_nobody_elses(as_, world):
    batch = world.batch(size=3)
    page = as_(world.cadre()).get(reverse("done"))
    (one,) = page.context["acts"]
    assert (one.entry.act, one.cases, one.batch.pk) == ("list", 3, batch.pk)
    assert as_(world.cadre(n=1)).get(reverse("done")).context["acts"] == []


def test_news_tell_what_others_sent_back_here(as_, world):
    batch = world.bring(world.batch(size=2), "appraisal")
    by = world.user(Role.TOWNSHIP_OFFICER)
    send_back(
        world.cases(batch), "collection", ground=Ground.PROCEDURE, reason="缺收入证明",
        by=by, done_on=world.day,
    )  # fmt: skip
    told = as_(world.cadre()).get(reverse("news")).context["acts"]
    (one,) = told
    assert (one.entry.act, one.entry.actor, one.cases) == ("send_back", by.name, 2)
    assert "程序不完整: 缺收入证明" in text(as_(world.cadre()).get(reverse("news")))
    assert as_(by).get(reverse("news")).context["acts"] == []
    sibling = as_(world.cadre(world.villages[1])).get(reverse("news"))
    assert sibling.context["acts"] == []


def test_a_correction_waits_for_a_second_person(as_, db):
    desk = Desk("village_notice")
    one = desk.enter(items=incomes(900_000))
    groups = as_(desk.second()).get(reverse("todo")).context["groups"]
    rows = [row for _title, _count, rows in groups for row in rows]
    assert [row.place.href for row in rows if row.what == "更正待第二人确认"] == [
        reverse("correction", args=[one.pk])
    ]


def test_an_open_objection_waits_with_its_day(as_, world):
    batch = world.bring(world.batch(size=1), "village_notice")
    case = world.cases(batch).get()
    Objection.objects.create(
        region_id=world.villages[0], number="YY-2020-001", kind="objection", case_key=case.pk,
        household=case.household, programme=batch.programme, received_on=world.day,
        due_on=world.day, channel="oral", text="x",
    )  # fmt: skip
    groups = as_(world.officer()).get(reverse("todo")).context["groups"]
    rows = {row.what: row for _title, _count, rows in groups for row in rows}
    assert rows["异议答复"].due == "今天到期"


def test_the_navigation_counts_the_tasks(as_, world):
    world.batch(size=1)
    page = as_(world.cadre()).get(reverse("batches"))
    assert str(page.context["waiting"]) == "1"
    assert '<span class="count">1</span>' in text(page)
    idle = as_(world.user(Role.DISTRICT_LEADER)).get(reverse("todo"))
    assert str(idle.context["waiting"]) == "0"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", [Role.TOWNSHIP_OFFICER, Role.DISTRICT_LEADER])
def test_thirty_rows_ask_no_more_than_one(as_, world, name, role):
    user = world.user(role)
    first = world.batch(world.villages[0], 1)
    remind(first, first.stage, by=world.user(Role.DISTRICT_OFFICER))
    client = as_(user)
    client.get(reverse(name))  # whatever is kept for the process
    few = asked(client, reverse(name))
    for at in range(29):
        made = world.batch(world.villages[at % 2], 1)
        remind(made, made.stage, by=world.user(Role.DISTRICT_OFFICER))
    assert asked(client, reverse(name)) == few
