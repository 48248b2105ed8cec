"""A form that is sent again under its key is taken once and answered alike."""

import pytest
from django.test import Client
from django.urls import reverse

from exitcase.core import once
from exitcase.core.errors import Refused
from exitcase.core.models import Sending
from verification.models import Meeting

KEY, OTHER = "0" * 31 + "1", "0" * 31 + "2"


@pytest.fixture
def batch(world):
    made = world.bring(world.batch(size=1), "appraisal")
    Meeting.objects.all().delete()
    return made


@pytest.fixture
def said(as_, world, batch):
    """The meeting's page as it is offered."""
    page = as_(world.cadre()).get(reverse("hold_meeting", args=[batch.pk]))
    sheet = page.context["sheet"]
    fields = [one for form in (*sheet.forms, sheet.lines.management_form) for one in form]
    values = {one.html_name: one.value() for one in fields if one.name != "minutes"}
    given = {"place": "村部", "chair": "甲", "recorder": "乙"}
    return {name: value for name, value in values.items() if value not in (None, False)} | given


def send(client, batch, said, key=KEY):
    where = reverse("hold_meeting", args=[batch.pk])
    return client.post(where, said, headers={"Idempotency-Key": key} if key else {})


def held() -> int:
    return Meeting.objects.count()


def test_what_is_sent_twice_is_done_once_and_answered_alike(as_, world, batch, said):
    client, before = as_(world.cadre()), held()
    first, second = send(client, batch, said), send(client, batch, said)
    assert (first.status_code, second.status_code) == (200, 200)
    where = reverse("ballots", args=[Meeting.objects.latest("pk").pk])
    assert first["X-Taken"] == second["X-Taken"] == where
    assert held() == before + 1
    assert Sending.objects.get().answer == where


def test_without_a_key_it_is_a_plain_form(as_, world, batch, said):
    answer = send(as_(world.cadre()), batch, said, key="")
    assert (answer.status_code, Sending.objects.count()) == (302, 0)


def test_what_was_refused_is_shown_and_may_come_again_under_its_key(as_, world, batch, said):
    client, before = as_(world.cadre()), held()
    wrong = send(client, batch, said | {"place": ""})
    assert (wrong.status_code, Sending.objects.count(), held()) == (422, 0, before)
    late = send(client, batch, said | {"done_on": "2020-09-01", "held_on": "2020-09-01"})
    assert (late.status_code, Sending.objects.count(), held()) == (422, 0, before)
    assert "X-Taken" in send(client, batch, said).headers
    assert held() == before + 1


def test_another_person_s_key_is_another_key(as_, world, batch, said):
    before = held()
    send(as_(world.cadre()), batch, said)
    answer = send(as_(world.cadre(n=1)), batch, said | {"number": "评议2020-9"})
    assert (answer.status_code, held()) == (200, before + 2)


def test_whoever_was_logged_out_keeps_it(client, batch, said):
    client.logout()
    before = held()
    answer = send(client, batch, said)
    assert (answer.status_code, held()) == (401, before)


def test_what_is_no_key_is_not_taken(as_, world, batch, said):
    before = held()
    assert send(as_(world.cadre()), batch, said, key="x").status_code == 400
    assert held() == before


def test_an_answer_that_never_got_out_leads_home(as_, world, batch, said):
    user, before = world.cadre(), held()
    Sending.objects.create(user=user, key=KEY, taken_at=once.clock.read())
    assert send(as_(user), batch, said)["X-Taken"] == "/"
    assert held() == before


def test_of_two_at_a_time_one_is_taken(world, batch):
    """The other has looked before the first was through: the key stands in its way."""
    user = world.cadre()
    with once.keyed(user.pk, KEY) as form:
        Sending.objects.create(user=user, key=KEY, taken_at=once.clock.read())
        with pytest.raises(Refused, match="没有重复办理"):
            world.batch(size=1)
    assert (form.twice, form.written) == (True, False)


def test_keys_of_last_month_are_forgotten(as_, world, batch, said):
    user = world.cadre()
    old = once.clock.read() - once.KEPT - once.timedelta(seconds=1)
    Sending.objects.create(user=user, key=OTHER, taken_at=old)
    send(as_(user), batch, said)
    assert [one.key for one in Sending.objects.all()] == [KEY]


def test_a_stranger_s_form_without_its_token_is_not_taken(world, batch, said):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.cadre(), backend="django.contrib.auth.backends.ModelBackend")
    assert send(client, batch, said).status_code == 403
    assert not Sending.objects.exists()
