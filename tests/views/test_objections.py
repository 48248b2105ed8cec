"""Objections through their pages: lodged, answered, confirmed; who told the village never reads."""

import pytest
from django.urls import reverse

from exitcase.core import clock
from exitcase.core.choices import Role
from publicity import services as board
from publicity.models import Objection
from publicity.queries import answering_level
from tests.verification import play
from tests.views.board import DAY, draft, hang_all, photo, text
from verification.models import Batch
from verification.services import appeals


@pytest.fixture
def batch(world):
    made = world.batch(size=3)
    world.bring(made, "village_notice")
    return Batch.objects.get(pk=made.pk)


@pytest.fixture
def notice(world, batch):
    """A draft of the village's first cadre."""
    return draft(world, batch)


WORDS = {
    "received_on": DAY,
    "channel": "written",
    "text": "该户在城里有商品房",
    "objector": "石玉兰",
    "phone": "0734-5551234",
    "done_on": DAY,
}
CHECKED = {
    "outcome": "dismissed",
    "checkers": "龙德清、罗伏生",
    "conclusion": "入户核查,房屋系租住",
    "done_on": DAY,
}


@pytest.fixture
def hung(as_, world, notice):
    return hang_all(world, notice, as_(world.cadre()))


@pytest.fixture
def objected(as_, world, hung):
    key = hung.items.first().case_key
    answer = as_(world.cadre()).post(reverse("lodge", args=[key]), WORDS)
    assert answer.status_code == 302, answer.context["sent"].problems
    return Objection.objects.get()


def answers(one, **more):
    return {f"answer-{name}": value for name, value in (CHECKED | more).items()} | {"act": "answer"}


def test_an_objection_is_lodged_from_the_notice(as_, world, hung, objected):
    client = as_(world.cadre())
    page = text(client.get(reverse("notice", args=[hung.pk])))
    assert reverse("lodge", args=[objected.case_key]) in page
    assert reverse("objection", args=[objected.pk]) in page
    assert (objected.kind, objected.channel, objected.objector) == (
        "objection",
        "written",
        "石玉兰",
    )


def test_who_objected_is_shown_to_nobody_of_the_village(as_, world, hung, objected):
    url = reverse("objection", args=[objected.pk])
    for role in (Role.VILLAGE_CADRE, Role.WORK_TEAM):
        page = text(as_(world.user(role)).get(url))
        assert objected.number in page
        assert "石玉兰" not in page
        assert "0734-5551234" not in page
    case = reverse("case", args=[objected.case_key])
    for url_of in (case, reverse("notice", args=[hung.pk]), reverse("todo")):
        assert "石玉兰" not in text(as_(world.officer()).get(url_of))
    page = text(as_(answerer(world, objected)).get(url))
    assert "石玉兰" in page
    assert "该户在城里有商品房" in page


def answerer(world, one, n=0):
    """Who answers it by the plan."""
    level = answering_level(world.rules, one.kind)
    role = {"township": Role.TOWNSHIP_OFFICER, "district": Role.DISTRICT_OFFICER}
    return world.user(role.get(level, Role.TOWNSHIP_OFFICER), n=n)


def test_without_facts_or_channel_nothing_is_lodged(as_, world, hung):
    key = hung.items.first().case_key
    client = as_(world.cadre())
    answer = client.post(reverse("lodge", args=[key]), WORDS | {"channel": "", "text": ""})
    assert answer.status_code == 422
    assert 'value="石玉兰"' in text(answer)
    assert not Objection.objects.exists()
    assert as_(world.user(Role.TOWNSHIP_LEADER)).post(
        reverse("lodge", args=[key]), WORDS
    ).status_code == 403  # fmt: skip
    assert as_(world.cadre(world.villages[1])).get(reverse("lodge", args=[key])).status_code == 404


def test_after_the_term_the_reason_is_asked(as_, world, hung):
    world.on(clock.day_of(hung.closes_at))
    key = hung.items.first().case_key
    day = world.day.isoformat()
    client = as_(world.cadre())
    late = WORDS | {"received_on": day, "done_on": day}
    answer = client.post(reverse("lodge", args=[key]), late)
    assert answer.status_code == 422
    assert "须写明逾期受理的原因" in text(answer)
    late["late_reason"] = "在外务工,期满后返乡"
    assert client.post(reverse("lodge", args=[key]), late).status_code == 302
    assert Objection.objects.get().late


def test_it_is_answered_after_a_check_of_two(as_, world, objected):
    client = as_(answerer(world, objected))
    url = reverse("objection", args=[objected.pk])
    answer = client.post(url, answers(objected, checkers="龙德清"))
    assert answer.status_code == 422
    assert "核查人不足" in text(answer)
    assert "房屋系租住" in text(answer)
    assert client.post(url, answers(objected)).status_code == 302
    objected.refresh_from_db()
    assert (objected.open, objected.outcome, objected.checkers) == (
        False,
        "dismissed",
        "龙德清、罗伏生",
    )
    again = client.post(url, answers(objected))
    assert again.status_code == 422
    assert "该异议已办结" in text(again)


def test_no_result_is_ticked_beforehand(as_, world, objected):
    page = as_(answerer(world, objected)).get(reverse("objection", args=[objected.pk]))
    assert page.context["forms"]["answer"]["outcome"].value() is None
    assert "checked" not in text(page)


def test_an_upheld_one_is_struck_out_of_the_list(as_, world, hung, objected):
    client = as_(answerer(world, objected))
    url = reverse("objection", args=[objected.pk])
    client.post(url, answers(objected, outcome="upheld"))
    village = as_(world.cadre())
    sent = {"act": "strike", "strike-why": "异议成立", "strike-done_on": DAY}
    assert village.post(url, sent).status_code == 302
    assert village.post(url, sent).status_code == 302  # a second click is told the same
    item = hung.items.get(case_key=objected.case_key)
    assert item.struck_tx
    assert "已划去" in text(village.get(reverse("notice", args=[hung.pk])))


def test_it_is_given_to_somebody_and_back_with_a_reason(as_, world, objected):
    client = as_(answerer(world, objected))
    url = reverse("objection", args=[objected.pk])
    other = answerer(world, objected, n=1)
    sent = {"act": "assign", "assign-handler": str(other.pk), "assign-done_on": DAY}
    assert client.post(url, sent).status_code == 302
    objected.refresh_from_db()
    assert objected.handler == other
    sent = {"act": "assign", "assign-handler": "", "assign-done_on": DAY}
    assert client.post(url, sent).status_code == 422
    assert client.post(url, sent | {"assign-late_reason": "出差"}).status_code == 302
    objected.refresh_from_db()
    assert objected.handler is None
    stranger = {"act": "assign", "assign-handler": str(world.cadre().pk), "assign-done_on": DAY}
    assert client.post(url, stranger).status_code == 422


def test_an_outer_organs_answer_is_confirmed_by_another(as_, world, batch):
    """An appeal, which this plan's outer organ hears: number and scan, then a second officer."""
    case = world.cases(batch).first()
    play.hang(world, batch, world.rules.stage("village_notice"))
    appeal = appeals.take_in(
        case,
        board.ObjectionSpec(received_on=world.day, channel="oral", text="不同意退出"),
        by=world.cadre(),
        done_on=world.day,
    )
    Objection.objects.filter(pk=appeal.pk).update(kind="wrong_exit")
    url = reverse("objection", args=[appeal.pk])
    first, second = answerer_of_appeal(world)
    client = as_(first)
    answer = client.post(url, answers(appeal))
    assert answer.status_code == 422
    assert "须有文号和扫描件" in text(answer)
    more = answers(appeal, number="区政复〔2020〕1号") | {"answer-scan": photo("答复.jpg")}
    assert client.post(url, more).status_code == 302
    appeal.refresh_from_db()
    assert (appeal.open, appeal.outcome) == (True, "dismissed")
    assert "须由另一人确认" in text(client.get(url))
    confirm = {"act": "confirm", "confirm-done_on": DAY}
    assert client.post(url, confirm).status_code == 403
    assert as_(second).post(url, confirm).status_code == 302
    appeal.refresh_from_db()
    assert (appeal.open, appeal.confirmed_by) == (False, second)


def answerer_of_appeal(world):
    return world.user(Role.DISTRICT_OFFICER), world.user(Role.DISTRICT_OFFICER, n=1)


def test_a_stranger_finds_no_objection(as_, world, objected):
    url = reverse("objection", args=[objected.pk])
    assert as_(world.cadre(world.villages[1])).get(url).status_code == 404
    assert as_(world.user(Role.HELPER)).get(url).status_code == 404
    assert as_(world.officer()).post(url, {"act": "burn"}).status_code == 404
