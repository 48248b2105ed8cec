"""Who is sent, who helps, who takes over: the desk of people, through its pages."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.urls import reverse

from exitcase.core.choices import Role
from exitcase.core.journal import Actor
from exitcase.core.models import Appointment
from exitcase.core.services import people
from households.models import Household
from households.services.helpers import HelperSpec, assign_helper
from tests.verification import build, upper
from tests.verification.services.test_comparison import ask
from verification.models import Assignment, Case, ComparisonRun
from verification.services import assigning

INSPECTION, CITY = "district_inspection", "city_check"
DAY = "2020-11-02"


@pytest.fixture
def world(db):
    made = build.world(villages=2)
    upper.on(made)
    return made


def text(response) -> str:
    return response.content.decode()


def problems(answer):
    return answer.context["problems"]


def pressed(act, **more):
    return {"done_on": DAY, "act": act, **more}


# ── inspectors ──


@pytest.fixture
def cases(world):
    return list(upper.stand(world, INSPECTION, sizes=(3,)))


def inspector(world, n=0):
    return world.user(Role.DISTRICT_INSPECTOR, n=n)


def sending(cases, *people, act="give", **more):
    keys = {"cases": [case.pk for case in cases], "inspectors": [one.pk for one in people]}
    return pressed(act, **keys, **more)


def url_of(cases, stage=INSPECTION):
    return reverse("assign_inspectors", args=[cases[0].batch_id, stage])


def sent_to(case):
    return set(Assignment.open(case=case).values_list("user__name", flat=True))


def test_two_are_sent_to_the_chosen_households(as_, world, cases):
    client = as_(upper.officer(world))
    both = inspector(world), inspector(world, 1)
    page = client.get(url_of(cases))
    assert set(page.context["form"].fields["inspectors"].queryset) >= set(both)
    answer = client.post(url_of(cases), sending(cases[:2], *both))
    assert answer.status_code == 302, problems(answer)
    assert [len(sent_to(case)) for case in cases] == [2, 2, 0]
    page = text(client.get(url_of(cases)))
    assert any("、".join(names) in page for names in permutations(one.name for one in both))
    assert page.count("未指派") == 1


def test_instead_and_off_want_a_reason(as_, world, cases):
    client = as_(upper.officer(world))
    client.post(url_of(cases), sending(cases, inspector(world)))
    for act in ("instead", "end"):
        said = sending(cases[:1], inspector(world, 1), act=act)
        answer = client.post(url_of(cases), said)
        assert answer.status_code == 422
        assert "请写明原因" in text(answer)
        assert answer.context["picked"] == {cases[0].pk}
    said = sending(cases[:1], inspector(world, 1), act="instead", late_reason="回避")
    assert client.post(url_of(cases), said).status_code == 302
    assert sent_to(cases[0]) == {inspector(world, 1).name}
    off = sending(cases[1:2], act="end", late_reason="改期")
    assert client.post(url_of(cases), off).status_code == 302
    assert sent_to(cases[1]) == set()


def test_nobody_chosen_is_said(as_, world, cases):
    client = as_(upper.officer(world))
    answer = client.post(url_of(cases), sending(cases))
    assert answer.status_code == 422
    assert "请选择核查人" in text(answer)
    answer = client.post(url_of(cases), sending([], inspector(world)))
    assert "请先在名单中勾选户" in text(answer)
    assert not Assignment.objects.exists()


def test_each_check_ahead_has_its_tab_and_its_people(as_, world, cases):
    client = as_(upper.officer(world))
    page = client.get(reverse("assign_inspectors", args=[cases[0].batch_id]))
    assert [tab.words for tab in page.context["tabs"]] == ["区抽查", "市级核查"]
    city = client.get(url_of(cases, CITY))
    offered = set(city.context["form"].fields["inspectors"].queryset)
    assert world.user(Role.CITY_INSPECTOR) in offered
    assert inspector(world) not in offered
    assert client.get(url_of(cases, "township_check")).status_code == 404


def test_who_may_not_assign_and_a_stranger(as_, world, cases):
    assert as_(world.officer()).get(url_of(cases)).status_code == 403
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert leader.post(url_of(cases), sending(cases, inspector(world))).status_code == 403
    stranger = as_(world.cadre(world.villages[1]))
    assert stranger.get(url_of(cases)).status_code == 404
    assert not Assignment.objects.exists()


def test_the_page_of_visits_leads_to_it(as_, world, cases):
    url = reverse("visits", args=[cases[0].batch_id])
    assert url_of(cases) in text(as_(upper.officer(world)).get(url))
    assert url_of(cases) not in text(as_(world.officer()).get(url))


# ── helpers ──


def helpers_at(region=build.TOWNSHIP):
    return reverse("assign_helpers", args=[region])


def helping(rows, act="give", **more):
    return pressed(act, households=[one.pk for one in rows], **more)


def test_households_get_a_helper_and_too_many_want_a_reason(as_, world):
    rows = build.households(world.villages[0], 6)
    helper, client = world.user(Role.HELPER), as_(world.officer())
    page = client.get(helpers_at())
    assert page.context["most"] == 5
    assert f"{helper.name}(现帮 0 户)" in text(page)
    answer = client.post(helpers_at(), helping(rows, helper=helper.pk))
    assert answer.status_code == 422
    assert "帮扶责任人所帮户数偏多" in text(answer)
    assert answer.context["picked"] == {one.pk for one in rows}
    assert not Household.objects.filter(helper=helper).exists()
    said = helping(rows, helper=helper.pk, late_reason="原帮扶责任人调离,暂由其兼帮")
    assert client.post(helpers_at(), said).status_code == 302
    assert Household.objects.filter(helper=helper).count() == 6
    assert f"{helper.name}(现帮 6 户)" in text(client.get(helpers_at()))


def test_a_helper_without_an_account_is_written_by_name(as_, world):
    (one,) = build.households(world.villages[0], 1)
    client = as_(world.officer())
    said = helping([one], name="谢小满", organ="镇财政所")
    assert client.post(helpers_at(), said).status_code == 302
    one.refresh_from_db()
    assert (one.helper_name, one.helper_organ, one.helper) == ("谢小满", "镇财政所", None)
    blank = client.post(helpers_at(), helping([one]))
    assert blank.status_code == 422
    assert "请填写帮扶责任人姓名" in text(blank)


def test_a_helper_is_taken_off_with_a_reason_and_found_by_the_filter(as_, world):
    first, second = build.households(world.villages[0], 2)
    client = as_(world.officer())
    client.post(helpers_at(), helping([first, second], name="谢小满"))
    blank = client.post(helpers_at(), helping([first], act="end"))
    assert blank.status_code == 422
    said = helping([first], act="end", late_reason="调离")
    assert client.post(helpers_at(), said).status_code == 302
    page = client.get(helpers_at(), {"helper": "none", "village": world.villages[0]})
    assert list(page.context["page"].object_list) == [first]


def test_only_households_of_the_region_and_only_who_may(as_, world):
    (away,) = build.households(world.villages[1], 1)
    url = helpers_at(world.villages[0])
    answer = as_(world.officer()).post(url, helping([away], name="谢小满"))
    assert answer.status_code == 422
    assert "勾选的户已不在本地区" in text(answer)
    assert as_(world.cadre()).get(url).status_code == 403
    assert as_(world.cadre(world.villages[1])).get(url).status_code == 404


# ── requests ──


@pytest.fixture
def run(world):
    cases = upper.stand(world, "comparison", sizes=(1,))
    ask(world, cases)
    return ComparisonRun.objects.order_by("pk").first()


def test_a_request_becomes_one_liaisons(as_, world, run):
    liaison, client = upper.bureau(world, run.bureau), as_(upper.officer(world))
    url = reverse("assign_liaison", args=[run.pk])
    assert liaison in client.get(url).context["form"].fields["liaison"].queryset
    answer = client.post(url, {"done_on": DAY, "liaison": liaison.pk})
    assert answer["Location"] == reverse("staffing", args=[run.region_id])
    run.refresh_from_db()
    assert run.liaison == liaison
    off = client.post(url, {"done_on": DAY, "liaison": ""})
    assert off.status_code == 422
    assert "请写明原因" in text(off)
    assert as_(world.user(Role.DISTRICT_LEADER)).get(url).status_code == 403
    assert as_(world.cadre()).get(url).status_code == 404


# ── handing over ──


def held_by(user):
    return Appointment.objects.get(user=user)


def over(user):
    return reverse("hand_over", args=[held_by(user).pk])


def handing(successor, **more):
    return {"done_on": DAY, "successor": successor.pk, "why": "工作调动", **more}


def test_all_that_is_open_goes_to_the_successor(as_, world, cases):
    leaver, successor = inspector(world), inspector(world, 1)
    rows = Case.objects.filter(pk__in=[case.pk for case in cases])
    by = upper.officer(world)
    assigning.assign_inspectors(rows, INSPECTION, [leaver], by=by, done_on=world.day)
    client = as_(by)
    page = client.get(over(leaver))
    assert dict(page.context["counts"])["核查户"] == 3
    assert list(page.context["form"].fields["successor"].queryset) == [successor]
    blank = client.post(over(leaver), handing(successor, why=""))
    assert blank.status_code == 422
    answer = client.post(over(leaver), handing(successor))
    assert answer["Location"] == reverse("staffing", args=[build.DISTRICT])
    assert sent_to(cases[0]) == {successor.name}
    assert "已交接:核查户 3" in text(client.get(answer["Location"]))


def test_part_of_a_region_may_go_over(as_, world):
    leaver = build.user(Role.HELPER, build.TOWNSHIP)
    successor = build.user(Role.HELPER, build.TOWNSHIP)
    for village in world.villages:
        made = build.households(village, 1)
        one = Household.objects.filter(pk__in=[row.pk for row in made])
        how = {"by": world.officer(), "done_on": world.day, "reason": "分工"}
        assign_helper(one, HelperSpec.of(leaver), **how)
    client = as_(world.officer())
    said = handing(successor, region=world.villages[1])
    assert client.post(over(leaver), said).status_code == 302
    left = Household.objects.filter(helper=leaver)
    assert set(left.values_list("village", flat=True)) == {world.villages[0]}


def test_nobody_to_take_over_is_said(as_, world):
    page = as_(world.officer()).get(over(world.user(Role.HELPER)))
    assert page.context["nobody"]
    assert "没有同样任职的其他账号可以接手" in text(page)


def test_what_nobody_holds_is_listed(as_, world, cases):
    rows = Case.objects.filter(pk__in=[case.pk for case in cases])
    by = upper.officer(world)
    assigning.assign_inspectors(rows, INSPECTION, [inspector(world)], by=by, done_on=world.day)
    Household.objects.update(helper_name="谭建成")
    client, url = as_(by), reverse("staffing", args=[build.DISTRICT])
    assert not client.get(url).context["left"].any
    until = world.day - timedelta(days=1)
    people.dismiss(held_by(inspector(world)), by=Actor.system(), until=until, reason="调离")
    Household.objects.filter(pk=cases[0].household_id).update(helper_name="")
    page = client.get(url)
    left = page.context["left"]
    assert (left.households, left.assignments) == (1, 3)
    assert reverse("hand_over", args=[held_by(inspector(world)).pk]) in text(page)
    assert f"{helpers_at(build.DISTRICT)}?helper=none" in text(page)


def test_who_may_see_the_desk(as_, world):
    url = reverse("staffing", args=[world.villages[0]])
    assert as_(world.officer()).get(url).status_code == 200
    assert as_(world.cadre()).get(url).status_code == 403
    assert as_(world.cadre(world.villages[1])).get(url).status_code == 404
    helper = over(world.user(Role.HELPER))
    assert as_(world.cadre()).get(helper).status_code == 403
    assert as_(world.cadre(world.villages[1])).get(helper).status_code == 404
    page = text(as_(world.officer()).get(reverse("glance")))
    assert reverse("staffing", args=[build.TOWNSHIP]) in page
