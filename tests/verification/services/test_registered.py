"""Acts of organs that never log in: entered by one they open no gate, confirmed by another they do.

Self-confirmation is refused beside each service's own tests; here the gates are asked.
"""

import pytest

from exitcase.core.choices import Role
from exitcase.core.errors import NotAllowed
from publicity import services as publicity
from publicity.choices import Channel, ObjectionKind, Outcome
from publicity.services import CaseSpec, ObjectionSpec
from tests.verification import build
from tests.verification.services import test_city as city
from tests.verification.services import test_comparison as compared
from tests.verification.services import test_decisions as decided
from tests.verification.upper import DAY, officer, on, stand
from verification.services import advance, appeals
from verification.services.city import confirm_external, confirm_result
from verification.services.comparison import confirm_answer
from verification.services.decisions import confirm_decision

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build.world(villages=2)


def shut(world, cases, stage, gate, by=None):
    """How many of the cases this gate stops at the stage."""
    moved = advance.advance(cases, stage, by=by or officer(world), done_on=world.day)
    return len(moved.refused.get(gate, ()))


def test_a_decision(world):
    cases = stand(world, "review")
    decision = decided.approve(world, decided.put_up(world, cases))
    assert shut(world, cases, "review", "approved") == 3
    with pytest.raises(NotAllowed):
        confirm_decision(decision, by=officer(world))
    assert shut(world, cases, "review", "approved") == 3
    confirm_decision(decision, by=officer(world, 1))
    assert shut(world, cases, "review", "approved") == 0


def test_bureaux_that_have_nothing_to_say(world):
    """Each says so: a nil reply is an answer, when it counts."""
    cases = stand(world, "comparison")
    runs = [compared.enter(world, run) for run in compared.ask(world, cases)]
    assert all(run.entered_on and run.answered_on is None for run in runs)
    assert shut(world, cases, "comparison", "bureaux_answered") == 3
    for run in runs[:-1]:
        confirm_answer(run, by=officer(world, 1), done_on=DAY)
    assert shut(world, cases, "comparison", "bureaux_answered") == 3
    with pytest.raises(NotAllowed):
        confirm_answer(runs[-1], by=officer(world), done_on=DAY)
    confirm_answer(runs[-1], by=officer(world, 1), done_on=DAY)
    assert shut(world, cases, "comparison", "bureaux_answered") == 0


def test_a_draw_and_findings_of_the_city(world):
    cases = city.framed(world, (3,))
    draw = city.outside(world, [cases[1].number])
    with pytest.raises(NotAllowed):
        confirm_external(draw, by=officer(world), done_on=DAY)
    draw = confirm_external(draw, by=officer(world, 1), done_on=DAY)
    assert shut(world, cases, "city_check", "draw_closed") == 3
    city.visit(world, draw, city.NEXT)
    draw = city.close(world, draw)
    assert shut(world, cases, "city_check", "draw_closed") == 3
    with pytest.raises(NotAllowed):
        confirm_result(draw, by=officer(world), done_on=city.NEXT)
    confirm_result(draw, by=officer(world, 1), done_on=city.NEXT)
    assert shut(world, cases, "city_check", "draw_closed") == 0


def test_an_answer_of_the_leading_group(world):
    """In a plan that has an outer organ look into objections and appeals."""
    world = build.World(build.load("hebei"), world.villages, world.users)
    cases = stand(world, world.rules.first.key, (1,))
    on(world)
    (case,) = cases
    appeal = publicity.lodge(
        CaseSpec(case.pk, case.household, world.programme),
        ObjectionSpec(received_on=DAY, channel=Channel.WRITTEN, text="不应列入"),
        kind=ObjectionKind.APPEAL,
        by=world.user(Role.TOWNSHIP_OFFICER),
        done_on=DAY,
    )
    told = {
        "outcome": Outcome.DISMISSED,
        "checkers": ["龙德清", "罗伏生"],
        "conclusion": "列入正确",
        "number": "县扶领〔2020〕4号",
        "file": world.file(),
    }
    stage, by = world.rules.first.key, world.cadre()
    appeals.decide(appeal, by=officer(world), done_on=DAY, **told)
    assert shut(world, cases, stage, "no_open_objection", by) == 1
    with pytest.raises(NotAllowed):
        appeals.confirm(appeal, by=officer(world), done_on=DAY)
    assert shut(world, cases, stage, "no_open_objection", by) == 1
    appeals.confirm(appeal, by=officer(world, 1), done_on=DAY)
    assert shut(world, cases, stage, "no_open_objection", by) == 0
