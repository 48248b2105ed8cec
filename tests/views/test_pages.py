"""Every page answers, says what it should, and asks the database no more for thirty rows."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exitcase.core.choices import Role
from exitcase.core.models import AccessLog
from households.models import Member
from tests.verification import build
from verification.models import Case


def text(response) -> str:
    return response.content.decode()


def test_the_login_page_is_chinese_and_becomes_english(client, db):
    page = client.get(reverse("login"))
    assert page.status_code == 200
    assert '<html lang="zh-Hans">' in text(page)
    client.post(reverse("set_language"), {"language": "en", "next": "/login/"})
    assert '<html lang="en">' in text(client.get(reverse("login")))


def test_larger_letters_are_kept_in_the_browser(client, db):
    answer = client.post(reverse("size"), {"size": "xl", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert 'data-size="xl"' in text(client.get(reverse("login")))


def test_whoever_logs_in_comes_to_what_waits(client, world):
    user = world.cadre()
    user.set_password("mian-bao-2020-shu")
    user.save()
    said = {"username": user.username, "password": "mian-bao-2020-shu"}
    answer = client.post(reverse("login"), said, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("todo")
    assert client.post(reverse("logout")).status_code == 302
    assert client.get(reverse("todo")).status_code == 302


def test_after_five_wrong_passwords_the_account_rests(client, db, settings):
    settings.AXES_ENABLED = True
    get_user_model().objects.create_user("ren", "某人", "right-password-1")
    for _n in range(5):
        page = client.post(reverse("login"), {"username": "ren", "password": "wrong"})
    assert page.status_code == 429
    assert "15 分钟" in text(page)
    assert "5 次" in text(page)


def test_who_sees_no_case_is_told_so_at_home(as_, world):
    page = text(as_(build.user(Role.SYSTEM_ADMIN, build.DISTRICT)).get(reverse("home")))
    assert "不查看户案" in page
    assert reverse("batches") not in page


def test_what_waits_names_what_is_missing(as_, world):
    world.batch(size=2)
    page = text(as_(world.cadre()).get(reverse("todo")))
    assert "还有 2 户没有入户调查记录" in page
    assert "逾期" in page  # the plan's preparation ended on 30 September


def test_what_is_in_other_hands_does_not_wait_for_me(as_, world):
    world.batch(size=1)
    page = text(as_(world.user(Role.DISTRICT_LEADER)).get(reverse("todo")))
    assert "没有待办" in page
    assert "另有 1 个批次在别人手上" in page


def test_the_household_page_masks_numbers_until_asked_for_a_purpose(as_, world):
    batch = world.batch(size=1)
    household = world.cases(batch).get().household
    number = Member.objects.filter(household=household).first().id_number
    client = as_(world.cadre())
    page = text(client.get(reverse("household", args=[household.pk])))
    assert number not in page
    assert f"{number[:6]}********{number[-4:]}" in page
    refused = client.post(reverse("numbers", args=[household.pk]), {"purpose": ""})
    assert refused.status_code == 422
    assert number not in text(refused)
    shown = client.post(reverse("numbers", args=[household.pk]), {"purpose": "核对参保"})
    assert number in text(shown)
    assert AccessLog.objects.filter(subject="member_numbers", purpose="核对参保").count() == 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 5),
        ({"stage": "collection"}, 3),
        ({"stage": "none"}, 2),
        ({"stage": "granted"}, 0),
        ({"status": "exiting"}, 3),
        ({"status": "registered"}, 2),
        ({"text": "没有此人"}, 0),
        ({"group": "no"}, 0),
    ],
)
def test_the_list_of_households_filters(as_, world, asked, found):
    world.batch(size=3)
    build.households(world.villages[0], 2)
    page = as_(world.cadre()).get(reverse("households"), asked)
    assert page.context["page"].paginator.count == found


def test_a_household_is_found_by_name_and_number(as_, world):
    case = world.cases(world.batch(size=2)).first()
    client = as_(world.cadre())
    for said in (case.head_name, case.household.number[-8:]):
        page = client.get(reverse("households"), {"text": said})
        assert case.household.number in text(page)
    assert "信息采集" in text(page) or "采集" in text(page)


def test_the_case_page_tells_its_milestones(as_, world):
    batch = world.batch(size=1)
    case = world.cases(batch).get()
    page = text(as_(world.officer()).get(reverse("case", args=[case.pk])))
    assert "列入名单" in page
    assert world.cadre().name in page
    assert "本户还缺" in page


PAGES = ("todo", "batches", "households", "notices")


def test_reading_changes_nothing_but_the_log_of_reads(as_, world):
    batch = world.batch(size=2)
    case = world.cases(batch).first()
    client = as_(world.cadre())
    urls = [
        *(reverse(name) for name in PAGES),
        reverse("batch", args=[batch.pk]),
        reverse("case", args=[case.pk]),
        reverse("household", args=[case.household_id]),
    ]
    for url in urls:
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        wrote = [q["sql"] for q in asked if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        assert [sql for sql in wrote if "core_accesslog" not in sql and "session" not in sql] == []
    assert Case.objects.filter(batch=batch).count() == 2
