"""The page of questions: who reads it, who answers, what a wrong answer says."""

from datetime import date, time

import pytest
from django.urls import reverse

from exitcase.core.choices import Role
from exitcase.core.journal import Actor
from exitcase.core.models import Region
from exitcase.core.services import people
from tests.verification import build
from tests.verification.forge import FIRST, Forge
from verification.models import Question
from verification.services.questions.asking import ask_district


@pytest.fixture
def forge(world) -> Forge:
    world.on(date(2020, 12, 1))
    return Forge(world, seed=1)


@pytest.fixture
def question(forge) -> Question:
    ask(forge, "甲组")
    return Question.objects.get()


def ask(forge, pair: str) -> None:
    """A pair that was in two villages at once."""
    for village in forge.world.villages:
        (case,) = forge._cases(village, 1)
        forge.visit(case, FIRST, pair, hour=time(9))
    ask_district(build.DISTRICT)


@pytest.fixture
def auditor(world):
    user = build.user(Role.SYSTEM_ADMIN, build.DISTRICT)
    made = type(user).objects.create_user("audit", "审计甲")
    district = Region.objects.get(pk=build.DISTRICT)
    people.appoint(
        made, Role.AUDITOR, district, by=Actor.system(), since=build.SINCE,
        until=date(2021, 3, 31), purpose="2020年度退出专项审计",
    )  # fmt: skip
    return made


def text(response) -> str:
    return response.content.decode()


def test_a_district_reads_and_answers(as_, world, question):
    client = as_(world.user(Role.DISTRICT_OFFICER))
    assert "待答复疑问 1 条" in text(client.get(reverse("todo")))
    page = text(client.get(reverse("questions")))
    assert "同一人同时或一日在多村入户" in page
    assert "甲组甲" in page
    assert all(row.case.head_name in page for row in question.rows.all())
    url = reverse("answer_question", args=[question.pk])
    done = client.post(url, {"answer": "两村相邻,上午下午各一户"}, follow=True)
    assert "答复已记录" in text(done)
    assert "两村相邻,上午下午各一户" in text(done)
    assert url not in text(done)
    assert "待答复疑问 0 条" in text(client.get(reverse("todo")))


def test_an_auditor_reads_and_does_not_answer(as_, auditor, question):
    client = as_(auditor)
    page = text(client.get(reverse("questions")))
    assert "待答复" in page
    url = reverse("answer_question", args=[question.pk])
    assert url not in page
    assert client.post(url, {"answer": "无异常"}).status_code == 403


@pytest.mark.parametrize(
    "role", [Role.VILLAGE_CADRE, Role.TOWNSHIP_OFFICER, Role.DISTRICT_INSPECTOR, Role.BUREAU]
)
def test_those_asked_about_do_not_read_along(as_, world, question, role):
    client = as_(world.user(role))
    assert client.get(reverse("questions")).status_code == 403
    url = reverse("answer_question", args=[question.pk])
    assert client.post(url, {"answer": "无异常"}).status_code == 404
    assert "待答复疑问" not in text(client.get(reverse("todo")))
    question.refresh_from_db()
    assert question.answered_at is None


def test_a_wrong_answer_says_why_and_keeps_what_was_written(as_, world, question):
    client = as_(world.user(Role.DISTRICT_OFFICER))
    url = reverse("answer_question", args=[question.pk])
    assert client.post(url, {"answer": ""}).status_code == 422
    long = client.post(url, {"answer": "字" * 301})
    assert long.status_code == 422
    assert "字" * 301 in text(long)
    client.post(url, {"answer": "已查明"})
    again = client.post(url, {"answer": "再答"})
    assert again.status_code == 422
    assert "已查明" in text(again)


def test_questions_are_filtered(as_, world, question):
    client = as_(world.user(Role.DISTRICT_OFFICER))

    def shown(**asked: str) -> bool:
        return "甲组甲" in text(client.get(reverse("questions"), asked))

    assert shown(kind="villages_a_day", state="open")
    assert not shown(kind="same_photo")
    assert not shown(state="answered")
