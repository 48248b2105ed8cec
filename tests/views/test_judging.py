"""Indicators judged by a village's meeting, or by the organs answering for them, on a page."""

import pytest
from django.urls import reverse

from exitcase.core.choices import Role
from tests.verification import build, upper
from tests.verification.services.test_assessments import of
from verification.models import Assessment, Batch

DAY = "2020-10-09"


@pytest.fixture
def batch(world):
    made = world.batch(size=2)
    upper.put(world, "appraisal", [made])
    return Batch.objects.get(pk=made.pk)


@pytest.fixture
def case(world, batch):
    return world.cases(batch).first()


def judged(keys, **more):
    return {"done_on": DAY} | {f"i-{key}": "met" for key in keys} | more


def press(client, case, said):
    return client.post(reverse("judge", args=[case.pk]), said)


def text(response) -> str:
    return response.content.decode()


def test_the_village_judges_and_the_next_household_comes(as_, world, batch, case):
    client, keys = as_(world.cadre()), world.rules.indicator_keys
    page = client.get(reverse("judge", args=[case.pk]))
    assert " checked" not in text(page)
    assert len(page.context["questions"]) == len(keys)
    short = {"i-water": "short", "f-water": "枯水期缺水", "draft": "a-draft"}
    answer = press(client, case, judged(keys, **short))
    assert answer.status_code == 302, answer.context["page"].sent.problems
    rows = Assessment.objects.filter(case=case, stage="appraisal", void_tx="")
    assert dict(rows.values_list("indicator", "met")) == {key: key != "water" for key in keys}
    assert rows.get(indicator="water").facts == "枯水期缺水"
    other = world.cases(batch).last()
    assert answer["Location"] == reverse("judge", args=[other.pk])
    page = client.get(answer["Location"])
    assert [one.extra_tags for one in page.context["messages"]] == ["a-draft"]
    assert press(client, other, judged(keys))["Location"] == reverse("batch", args=[batch.pk])


def test_part_of_it_may_wait_but_not_all(as_, world, batch, case):
    client = as_(world.cadre())
    said = {"done_on": DAY, "f-water": "缺水"}
    blank = press(client, case, said)
    assert blank.status_code == 422
    assert "还没有认定任何一项" in text(blank)
    assert 'value="缺水"' in text(blank)
    assert press(client, case, said | {"i-water": "short"}).status_code == 302
    assert Assessment.objects.get(case=case, stage="appraisal").indicator == "water"
    page = text(client.get(reverse("batch", args=[batch.pk])))
    assert "认定指标(还有 2 户)" in page
    assert reverse("judge", args=[case.pk]) in page


def test_rights_and_places(as_, world, case):
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert press(leader, case, judged(["water"])).status_code == 403
    stranger = as_(world.cadre(world.villages[1]))
    assert stranger.get(reverse("judge", args=[case.pk])).status_code == 404
    early = world.cases(world.batch(size=1)).get()
    client = as_(world.cadre())
    assert client.get(reverse("judge", args=[early.pk])).status_code == 404
    assert not Assessment.objects.filter(stage="appraisal").exists()


@pytest.fixture
def street(db):
    made = build.world(programme="hetu-2018")
    made.waiting = list(upper.stand(made, "lead_review", sizes=(2,)))
    upper.on(made)
    return made


def test_an_organ_judges_its_own_and_no_other(as_, street):
    case, client = street.waiting[0], as_(of("water"))
    page = client.get(reverse("judge", args=[case.pk]))
    assert [one.indicator.key for one in page.context["questions"]] == ["water"]
    said = {"done_on": upper.DAY.isoformat(), "i-water": "met", "i-housing": "met"}
    answer = press(client, case, said)
    assert answer.status_code == 302, answer.context["page"].sent.problems
    rows = Assessment.objects.filter(case=case, stage="lead_review")
    assert [one.indicator for one in rows] == ["water"]
    assert answer["Location"] == reverse("judge", args=[street.waiting[1].pk])


def test_who_is_of_no_organ_is_told(as_, street):
    case = street.waiting[0]
    assert as_(street.officer()).get(reverse("judge", args=[case.pk])).status_code == 403
    visits = reverse("visits", args=[case.batch_id])
    assert reverse("judge", args=[case.pk]) in text(as_(of("school")).get(visits))
    assert reverse("judge", args=[case.pk]) not in text(as_(street.officer()).get(visits))
