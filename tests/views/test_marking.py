"""Marks: a list to work through, confirmed by a day, kept with an error, and taken back."""

import pytest
from django.urls import reverse

from exitcase.core.choices import Role
from tests.verification.upper import DAY, marked, officer, on, stand
from verification.models import SystemMark
from verification.services import marks

DONE = DAY.isoformat()


@pytest.fixture
def cases(world):
    found = stand(world, "mark", (3, 2))
    on(world)
    return found


@pytest.fixture
def listed(world, cases):
    marks.mark(cases, "mark", by=officer(world), done_on=DAY)
    return cases


def desk(world):
    return reverse("mark", args=[world.programme.pk, "mark"])


def confirmed(keys, **more):
    return {"confirm": "1", "cases": keys, "marked_on": DONE, "done_on": DONE} | more


def test_lists_are_put_on_the_mark_list_once(as_, world, cases):
    client = as_(officer(world))
    page = client.get(desk(world))
    assert [line.waiting for line in page.context["lines"]] == [3, 2]
    said = {"list": "1", "lists": [cases[0].batch_id], "done_on": DONE}
    assert client.post(desk(world), said).status_code == 302
    assert SystemMark.objects.count() == 3
    again = client.post(desk(world), said)
    assert again.status_code == 422
    assert SystemMark.objects.count() == 3


def test_the_chosen_are_confirmed_and_the_others_wait(as_, world, listed):
    client = as_(officer(world))
    keys = [listed[0].pk, listed[1].pk]
    assert client.post(desk(world), confirmed(keys)).status_code == 302
    done = SystemMark.objects.filter(confirmed=True, marked_on=DAY, confirmed_by=officer(world))
    assert set(done.values_list("case", flat=True)) == set(keys)
    page = client.get(desk(world)).content.decode()
    assert "已标识 2 / 5 户" in page
    second = client.post(desk(world), confirmed(keys))
    assert second.status_code == 422
    assert "勾选的户已不在这份清单上" in second.content.decode()


def test_nobody_chosen_and_a_day_ahead_are_said(as_, world, listed):
    client = as_(officer(world))
    nobody = client.post(desk(world), confirmed([]))
    assert nobody.status_code == 422
    assert "请先在清单中勾选户" in nobody.content.decode()
    ahead = client.post(desk(world), confirmed([listed[0].pk], marked_on="2020-11-09"))
    assert ahead.status_code == 422
    assert "标识日期晚于办理日期" in ahead.content.decode()
    assert f'value="{listed[0].pk}"' in ahead.content.decode()
    assert " checked" in ahead.content.decode()
    assert not SystemMark.objects.filter(confirmed=True).exists()


def test_what_the_system_said_instead_is_kept(as_, world, listed):
    client = as_(officer(world))
    silent = client.post(desk(world), {"fail": "1", "done_on": DONE})
    assert silent.status_code == 422
    assert "还没有填写任何一户的失败原因" in silent.content.decode()
    said = {"fail": "1", "done_on": DONE, f"error-{listed[0].pk}": "身份信息与公安库不符"}
    bad_day = client.post(desk(world), said | {"done_on": "2030-01-01"})
    assert bad_day.status_code == 422
    assert 'value="身份信息与公安库不符"' in bad_day.content.decode()
    assert client.post(desk(world), said).status_code == 302
    mark = SystemMark.objects.get(case=listed[0])
    assert (mark.error, mark.confirmed) == ("身份信息与公安库不符", False)
    page = client.get(desk(world), {"state": "failed"})
    assert [one.case for one in page.context["page"]] == [listed[0]]


def test_marks_are_taken_back_by_a_day(as_, world, cases):
    marked(world, cases)
    SystemMark.objects.filter(case__in=[cases[0].pk, cases[1].pk]).update(unmark_due=True)
    client = as_(officer(world))
    page = client.get(reverse("unmark"))
    assert [one.case for one in page.context["page"]] == [cases[0], cases[1]]
    said = {"cases": [cases[0].pk], "marked_on": DONE, "done_on": DONE}
    assert client.post(reverse("unmark"), said | {"cases": []}).status_code == 422
    assert client.post(reverse("unmark"), said).status_code == 302
    mark = SystemMark.objects.get(case=cases[0])
    assert (mark.unmarked_on, mark.unmark_due) == (DAY, False)
    again = client.post(reverse("unmark"), said)
    assert again.status_code == 422


def test_who_has_not_the_right_is_told_and_a_stranger_finds_nothing(as_, world, listed):
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert leader.post(desk(world), confirmed([listed[0].pk])).status_code == 403
    SystemMark.objects.update(confirmed=True, marked_on=DAY, unmark_due=True)
    said = {"cases": [listed[0].pk], "marked_on": DONE, "done_on": DONE}
    assert leader.post(reverse("unmark"), said).status_code == 403
    other = as_(world.cadre(world.villages[1]))
    assert [one.case for one in other.get(reverse("unmark")).context["page"]] == list(listed[3:])
    assert other.post(reverse("unmark"), said).status_code == 422  # not on the list they see
    assert not SystemMark.objects.exclude(unmarked_on=None).exists()


def test_the_batch_leads_to_the_desk_and_the_desk_to_the_unmark_list(as_, world, cases):
    client = as_(officer(world))
    page = client.get(reverse("batch", args=[cases[0].batch_id])).content.decode()
    assert f'href="{desk(world)}"' in page
    assert f'href="{reverse("unmark")}"' in client.get(desk(world)).content.decode()
