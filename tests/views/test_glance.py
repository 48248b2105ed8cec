"""一览: what a township and a district see at a glance, in as many queries for ten as for two."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exitcase.core.choices import Role
from tests.verification import build, upper
from tests.verification.facts import Giver
from verification.models import Batch
from verification.services import submissions

VILLAGE, CHECK = "village_submission", "township_check"


def text(response) -> str:
    return response.content.decode()


def plan_of(client, url=""):
    page = client.get(url or reverse("glance"))
    assert page.status_code == 200
    (plan,) = page.context["plans"]
    return plan


def test_the_township_sees_who_has_sent_what(as_, world):
    first, second = (world.batch(village, 2) for village in world.villages)
    upper.put(world, VILLAGE, [first, second])
    rows = Batch.objects.filter(pk=first.pk)
    sent = submissions.submit(
        rows, VILLAGE, region=world.villages[0], sent_on=world.day, by=world.cadre()
    )
    client = as_(world.officer())
    plan = plan_of(client)
    assert [(unit.name, unit.households) for unit in plan.units] == [("第1村", 2), ("第2村", 2)]
    assert plan.units[0].sent == [("now", "待接收", reverse("submission", args=[sent.pk]))]
    assert plan.units[1].sent == []
    assert plan.unsent == [("村送审", ["第2村"])]
    page = text(client.get(reverse("glance")))
    assert reverse("submission", args=[sent.pk]) in page
    submissions.recall(sent, by=world.cadre(), done_on=world.day, reason="填报日期有误")
    assert plan_of(client).unsent == [("村送审", ["第1村", "第2村"])]


def test_a_village_without_a_list_is_named_too(as_, world):
    world.batch(world.villages[0], 1)
    plan = plan_of(as_(world.officer()))
    assert plan.unsent == [("村送审", ["第1村", "第2村"])]
    assert (plan.units[1].households, plan.units[1].href) == (0, "")


def test_who_is_stuck_where_and_why_is_named(as_, world):
    made = world.batch(size=2)
    case = world.cases(made).first()
    client = as_(world.officer())
    plan = plan_of(client)
    (held,) = plan.held
    assert (held.place.words, held.stage) == ("第1村 第1批", world.rules.first.title)
    assert case.pk in {row.case for one in held.blockers for row in one.households}
    assert plan.units[0].stuck == 2
    assert reverse("case", args=[case.pk]) in text(client.get(reverse("glance")))


def test_coverage_is_told_by_name(as_, world):
    made = world.batch(size=3)
    upper.put(world, CHECK, [made])
    cases = list(world.cases(made))
    Giver(world).visit(cases[:1], world.rules.stage(CHECK))
    client = as_(world.officer())
    (cover,) = plan_of(client).covers
    assert (cover.done, cover.due, cover.more) == (1, 3, 0)
    assert {one.case for one in cover.missing} == {case.pk for case in cases[1:]}
    assert "1/3 已入户" in text(client.get(reverse("glance")))


def test_the_district_sees_its_townships_and_goes_down(as_, world):
    upper.put(world, VILLAGE, [world.batch(size=2)])
    client = as_(world.user(Role.DISTRICT_OFFICER))
    plan = plan_of(client)
    (unit,) = plan.units
    assert (unit.name, unit.households, unit.stuck) == ("南岳镇", 2, 2)
    assert plan.held == ()
    assert plan.unsent == [("乡镇送审", ["南岳镇"])]
    down = plan_of(client, unit.href)
    assert [one.name for one in down.units] == ["第1村", "第2村"]


def test_a_supervision_beside_the_chain_is_found_here(as_, db):
    world = build.world(programme="shanxi")
    upper.on(world)
    world.batch(size=1)
    client = as_(world.user(Role.DISTRICT_OFFICER))
    place = reverse("supervise", args=[world.programme.pk, "supervision", build.TOWNSHIP])
    assert place in text(client.get(reverse("glance_at", args=[build.TOWNSHIP])))


def test_an_empty_region_and_a_strange_one(as_, world):
    client = as_(world.officer())
    assert "还没有列出名单" in text(client.get(reverse("glance")))
    assert client.get(reverse("glance_at", args=[build.DISTRICT])).status_code == 404
    sibling = as_(world.cadre(world.villages[1]))
    assert sibling.get(reverse("glance_at", args=[world.villages[0]])).status_code == 404
    assert sibling.get(reverse("glance")).status_code == 200


def test_an_inspector_reads_no_names_but_those_assigned(as_, world):
    upper.put(world, CHECK, [world.batch(size=2)])
    client = as_(world.user(Role.DISTRICT_INSPECTOR))
    plan = plan_of(client, reverse("glance_at", args=[build.TOWNSHIP]))
    assert all(one.households == () for held in plan.held for one in held.blockers)
    assert plan.covers[0].missing == []


@pytest.mark.parametrize("role", [Role.TOWNSHIP_OFFICER, Role.DISTRICT_OFFICER])
def test_many_villages_ask_no_more_than_two(as_, db, role):
    world = build.world(villages=12)
    world.on(build.OPENING)
    client, url = as_(world.user(role)), reverse("glance")
    stages = (VILLAGE, CHECK)
    upper.put(world, VILLAGE, [world.batch(world.villages[0], 1)])
    upper.put(world, CHECK, [world.batch(world.villages[1], 1)])
    few = asked(client, url)
    for at, village in enumerate(world.villages[2:]):
        upper.put(world, stages[at % 2], [world.batch(village, 2)])
    assert asked(client, url) == few


def asked(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
