"""监督检查 through its page: a share of the households in one act, the others stay blank."""

import pytest
from django.urls import reverse

from exitcase.core.choices import Finding, Role
from tests.verification import build
from tests.verification.upper import on, stand
from verification.models import Inspection

STAGE, DAY = "supervision", "2020-11-02"


@pytest.fixture
def world(db):
    made = build.world(programme="shanxi", villages=2)
    on(made)
    made.listed = list(stand(made, "announcement", sizes=(11,)))
    return made


def place(world, region=build.TOWNSHIP, stage=STAGE):
    return reverse("supervise", args=[world.programme.pk, stage, region])


def seen(cases, **more):
    said = {
        "mode": "home",
        "done_on": DAY,
        "who-TOTAL_FORMS": "2",
        "who-INITIAL_FORMS": "0",
        "who-0-name": "段运生",
    }
    for case in cases:
        said[f"c{case.pk}-finding"] = "met"
    return said | more


def text(response) -> str:
    return response.content.decode()


def test_a_share_is_looked_at_and_the_others_stay_blank(as_, world):
    client = as_(world.user(Role.DISTRICT_OFFICER))
    page = client.get(place(world))
    assert " checked" not in text(page)
    assert (len(page.context["page"].lines), page.context["least"]) == (11, 2)
    short = world.listed[1]
    more = {f"c{short.pk}-finding": "short", f"c{short.pk}-note": "档案不全"}
    answer = client.post(place(world), seen(world.listed[:2], draft="a-draft", **more))
    assert answer.status_code == 302, answer.context["page"].sent.problems
    kept = Inspection.valid(stage=STAGE).order_by("case")
    assert [(one.finding, one.note) for one in kept] == [
        (Finding.MET, ""),
        (Finding.SHORT, "档案不全"),
    ]
    page = client.get(place(world))
    assert [one.extra_tags for one in page.context["messages"]] == ["a-draft"]
    assert sum(line.before is not None for line in page.context["page"].lines) == 2


def test_too_few_are_said_and_what_was_typed_is_kept(as_, world):
    case = world.listed[0]
    more = {f"c{case.pk}-note": "属实"}
    client = as_(world.user(Role.DISTRICT_OFFICER))
    answer = client.post(place(world), seen([case], **more))
    assert answer.status_code == 422
    assert "监督检查的户数不足" in text(answer)
    assert 'value="属实"' in text(answer)
    assert not Inspection.objects.exists()


def test_words_without_a_finding_are_asked_about(as_, world):
    last = world.listed[-1]
    client = as_(world.user(Role.DISTRICT_OFFICER))
    answer = client.post(place(world), seen(world.listed[:2], **{f"c{last.pk}-note": "缺材料"}))
    assert answer.status_code == 422
    assert f"{last.head_name}:写了情况,还要选结论" in text(answer)


def test_who_looked_must_be_named(as_, world):
    client = as_(world.user(Role.DISTRICT_OFFICER))
    answer = client.post(place(world), seen(world.listed[:2], **{"who-0-name": ""}))
    assert answer.status_code == 422
    assert "监督检查须有检查人" in text(answer)


def test_rights_and_places(as_, world):
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert leader.get(place(world)).status_code == 200
    assert leader.post(place(world), seen(world.listed[:2])).status_code == 403
    assert as_(world.cadre(world.villages[1])).get(place(world)).status_code == 404
    client = as_(world.user(Role.DISTRICT_OFFICER))
    assert client.get(place(world, stage="announcement")).status_code == 404
    assert client.get(place(world, region="4305")).status_code == 404
    assert not Inspection.objects.exists()
