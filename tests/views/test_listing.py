"""列入名单 through its pages: chosen, checked with figures and doubts, and only then listed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exitcase.core.choices import Role, Status
from households.models import Household, HouseholdYear
from tests.verification import build
from verification.models import Batch, Case

DAY = "2020-10-09"


@pytest.fixture
def households(world):
    return build.households(world.villages[0], 3)


def text(answer):
    return answer.content.decode()


def address(world, nth=0):
    return reverse("list_cases", args=[world.villages[nth]])


def said(world, households, **more):
    keys = [str(one.pk) for one in households]
    return {"programme": world.programme.key, "cases": keys, "done_on": DAY, **more}


def test_nothing_is_listed_before_the_figures_are_read(as_, world, households):
    client = as_(world.cadre())
    page = client.get(address(world))
    assert [row.household.pk for row in page.context["rows"]] == [one.pk for one in households]
    assert page.context["picked"] == set()
    check = client.post(address(world), said(world, households[:2]))
    assert check.status_code == 200
    assert dict(check.context["check"].figures)["户"] == "2"
    assert dict(check.context["check"].figures)["人"] == "6"
    assert not Batch.objects.exists()
    again = client.get(check.context["check"].back.href)
    assert again.context["picked"] == {one.pk for one in households[:2]}
    sent = said(world, households[:2], confirmed="1")
    answer = client.post(address(world), sent)
    made = Batch.objects.get()
    assert answer["Location"] == reverse("batch", args=[made.pk])
    assert set(Case.objects.values_list("household", flat=True)) == {
        one.pk for one in households[:2]
    }
    assert Household.objects.get(pk=households[0].pk).status == Status.EXITING
    left = client.get(address(world)).context["rows"]
    assert [row.household.pk for row in left] == [households[2].pk]


def test_the_check_page_sends_what_was_chosen(as_, world, households):
    check = as_(world.cadre()).post(address(world), said(world, households))
    page = text(check)
    for one in households:
        assert f'<input type="hidden" name="cases" value="{one.pk}"' in page
    assert 'name="confirmed"' in page


def test_doubts_are_named_before(as_, world, households):
    HouseholdYear.objects.filter(household=households[0]).update(net_fen=None)
    HouseholdYear.objects.filter(household=households[1]).update(net_fen=3 * 400_000)
    HouseholdYear.objects.filter(household=households[2]).update(house_grade=4)
    check = as_(world.cadre()).post(address(world), said(world, households))
    doubts = check.context["check"].exceptions
    assert f"没有本年度收入和核算人口:1 户({households[0].head_name})" in doubts
    assert f"人均纯收入未达到方案标准:1 户({households[1].head_name})" in doubts
    assert any("住房为 C、D 级" in one and households[2].head_name in one for one in doubts)
    confirmed = said(world, households, confirmed="1")
    assert as_(world.cadre()).post(address(world), confirmed).status_code == 302  # they only warn


def test_nobody_chosen_is_said(as_, world, households):
    answer = as_(world.cadre()).post(address(world), said(world, []))
    assert answer.status_code == 422
    assert "请至少勾选一户" in text(answer)


def test_a_second_click_lists_nobody_twice(as_, world, households):
    client = as_(world.cadre())
    sent = said(world, households, confirmed="1")
    assert client.post(address(world), sent).status_code == 302
    again = client.post(address(world), sent)
    assert again.status_code == 422
    assert "可能刚有人办理" in text(again)
    assert Batch.objects.count() == 1


def test_a_late_list_asks_its_reason_on_the_check_page(as_, world, households):
    client = as_(world.cadre())
    sent = said(world, households, done_on="2020-09-01", confirmed="1")
    answer = client.post(address(world), sent)
    assert answer.status_code == 422
    assert not Batch.objects.exists()
    assert client.post(address(world), sent | {"late_reason": "补录"}).status_code == 302


def test_only_a_villages_own_people_list(as_, world, households):
    sent = said(world, households, confirmed="1")
    officer = as_(world.officer())
    assert "名单由村干部列出" in text(officer.get(address(world)))
    assert officer.post(address(world), sent).status_code == 403
    assert as_(world.cadre(world.villages[1])).get(address(world)).status_code == 404
    strange = build.households(world.villages[1], 1)
    answer = as_(world.cadre()).post(address(world), said(world, strange, confirmed="1"))
    assert answer.status_code == 422
    assert not Batch.objects.exists()


def test_a_helper_lists_nobody(as_, world, households):
    assert as_(world.user(Role.HELPER)).get(address(world)).context["rows"] == []
    sent = said(world, households, confirmed="1")
    assert as_(world.user(Role.HELPER)).post(address(world), sent).status_code == 403


def test_the_list_of_households_leads_there(as_, world, households):
    page = text(as_(world.cadre()).get(reverse("households")))
    assert address(world) in page
    assert reverse("village_year", args=[world.villages[0], 2020]) in page
    client = as_(world.officer())
    assert address(world) not in text(client.get(reverse("households")))
    one = text(client.get(reverse("households"), {"village": world.villages[0]}))
    assert reverse("village_year", args=[world.villages[0], 2020]) in one
    for strange in ("4304121002", "430412100/01", "43041210020x"):
        assert client.get(reverse("households"), {"village": strange}).status_code == 200


def test_it_asks_as_often_for_thirty_as_for_two(as_, world):
    counts = []
    for nth, size in enumerate((2, 30)):
        made = build.households(world.villages[nth], size)
        client = as_(world.cadre(world.villages[nth]))
        client.get(address(world, nth))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address(world, nth)).status_code == 200
            assert client.post(address(world, nth), said(world, made)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
