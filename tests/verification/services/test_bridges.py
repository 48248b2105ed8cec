"""衔接表 of the district: sent up, approved, announced; every household in one column."""

import pytest

from exitcase.core.choices import End, Reason
from tests.verification import build
from tests.verification.facts import Giver
from tests.verification.services.refusals import refused
from tests.verification.upper import on, put
from verification.models import Case, DecisionItem, SubmissionItem
from verification.services import bridges

pytestmark = pytest.mark.django_db
SENT = "township_submission"


@pytest.fixture
def world():
    made = build.world(villages=2)
    on(made)
    return made


@pytest.fixture
def cases(world):
    """Five households of two villages, all sent up by the township."""
    batches = [
        world.batch(village, size) for village, size in zip(world.villages, (3, 2), strict=True)
    ]
    rows = put(world, "approval", batches)
    Giver(world).give(rows, SENT)
    return list(rows)


def figures(world, region=build.DISTRICT):
    bridge = bridges.decided(world.programme, region)
    sums = {
        key: [sum(row["counts"][at][unit] for row in bridge["rows"]) for unit in (0, 1)]
        for at, key in enumerate(bridge["columns"])
    }
    first, *parts = sums
    assert sums[first] == [sum(sums[key][unit] for key in parts) for unit in (0, 1)]
    return bridge, {key: pair for key, pair in sums.items() if pair[0]}


def test_all_that_was_sent_waits_at_first(world, cases):
    bridge, sums = figures(world)
    assert sums == {"sent_below": [5, 15], "waiting": [5, 15]}
    assert [row["code"] for row in bridge["rows"]] == [build.TOWNSHIP]
    assert "submitted" not in bridge["columns"]


def test_what_is_approved_announced_and_ended_stands_apart_and_sums(world, cases):
    giver, rules = Giver(world), world.rules
    giver.decision(cases[:4], rules.stage("approval"))
    giver.decision(cases[4:], rules.stage("approval"), approved=False)
    giver.announcement(cases[:2], rules.stage("announcement"))
    Case.objects.filter(pk=cases[3].pk).update(
        state=End.REFUSED, end_reason=Reason.OBJECTION_UPHELD
    )
    assert figures(world)[1] == {
        "sent_below": [5, 15],
        "objection_upheld": [1, 3],
        "waiting": [1, 3],
        "approved": [1, 3],
        "announced": [2, 6],
    }


def test_of_a_township_it_is_told_village_by_village(world, cases):
    Giver(world).decision(cases[:1], world.rules.stage("approval"))
    bridge, _sums = figures(world, build.TOWNSHIP)
    at = bridge["columns"].index("approved")
    assert [(row["code"], row["counts"][at]) for row in bridge["rows"]] == [
        (world.villages[0], [1, 3]),
        (world.villages[1], [0, 0]),
    ]


def test_a_decision_that_nobody_confirmed_approves_nothing_yet(world, cases):
    stage = world.rules.stage("approval")
    Giver(world).decision(cases, stage, decided_on=None)
    assert figures(world)[1] == {"sent_below": [5, 15], "waiting": [5, 15]}


def test_nobody_is_announced_without_approval_nor_approved_unsent(world, cases):
    giver, rules = Giver(world), world.rules
    giver.announcement(cases[:1], rules.stage("announcement"))
    message = "有 1 户已批准或公告而没有送审或批准,衔接表不平"
    with refused(message, place=str(cases[0]), rule="公告的户都已批准,批准的户都已送审"):
        bridges.decided(world.programme, build.DISTRICT)
    giver.decision(cases[:1], rules.stage("approval"))
    assert figures(world)[1]["announced"] == [1, 3]
    SubmissionItem.objects.filter(case=cases[0], stage=SENT).update(void_tx="x")
    with refused(message, place=str(cases[0])):
        bridges.decided(world.programme, build.DISTRICT)
    assert DecisionItem.valid(case=cases[0]).count() == 1
