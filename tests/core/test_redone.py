"""From which stage a wrong fact is done anew: read off every plan's classes and papers."""

from pathlib import Path

import pytest

from exitcase.core.choices import Fact, PaperKind, StageKind
from exitcase.core.rules import FactClass, Rules
from exitcase.core.rules_read import parse

PLANS = Path(__file__).parents[2] / "fixtures/programmes"
HOUSE = (PLANS / "house.toml").read_text("utf-8")
KEYS = sorted(path.stem for path in PLANS.glob("*.toml") if path.stem != "house")


def plan(key: str) -> Rules:
    return parse((PLANS / f"{key}.toml").read_text("utf-8"), HOUSE)


NANYUE = plan("nanyue-2020")


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({Fact.RELATION}, ""),
        ({Fact.PHONE, Fact.ADDRESS}, ""),
        ({Fact.NAME}, ""),  # of who is not head: no notice prints it
        ({Fact.HEAD, Fact.NAME}, "village_notice"),
        ({Fact.GROUP}, "village_notice"),
        ({Fact.MEMBERS}, "appraisal"),
        ({Fact.INDICATORS}, "appraisal"),
        ({Fact.INCOME_ITEMS}, "collection"),
        ({Fact.MEMBERS, Fact.HEAD, Fact.HOUSEHOLD_PERSONS}, "appraisal"),
        ({Fact.PHONE, Fact.GROUP, Fact.INCOME_ITEMS}, "collection"),
        (set(), ""),
    ],
)
def test_the_earliest_stage_of_them_all(facts, stage):
    assert NANYUE.redone_from(facts) == stage


@pytest.mark.parametrize("key", KEYS)
def test_every_plan_says_it_of_every_printed_fact(key):
    rules = plan(key)
    notices = [stage.key for stage in rules.chain if stage.kind == StageKind.NOTICE]
    assert rules.redone_from({Fact.HEAD}) == (notices[0] if notices else "")
    assert rules.redone_from({Fact.MEMBERS}) in rules.keys
    assert rules.redone_from({Fact.RELATION}) == ""
    for row in rules.printings:
        assert all(rules.class_of(fact) for fact in row.facts), row.paper


def test_a_notice_prints_what_is_public_and_nothing_else():
    hung = {PaperKind.VILLAGE_NOTICE, PaperKind.TOWNSHIP_NOTICE, PaperKind.ANNOUNCEMENT}
    for row in NANYUE.printings:
        if row.paper in hung:
            assert {NANYUE.class_of(fact) for fact in row.facts} == {FactClass.PUBLIC}


def test_of_what_no_class_names_the_plan_says_nothing():
    assert NANYUE.class_of(Fact.RIGID_COSTS) is None
    assert NANYUE.redone_from({Fact.RIGID_COSTS}) == ""
