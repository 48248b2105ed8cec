"""Which papers a plan prints, by which of its own names, and that none is without a title."""

from pathlib import Path

import pytest

from exitcase.core.choices import PaperKind, StageKind
from exitcase.core.rules_papers import (
    HUNG,
    LISTS,
    SENT,
    form_of_household,
    is_poster,
    printed,
    printed_as,
)
from exitcase.core.rules_read import ProgrammeError, accepted, parse
from tests.core.broken_programmes import SMALL, swapped

ROOT = Path(__file__).resolve().parents[2]
HOUSE = (ROOT / "fixtures" / "programmes" / "house.toml").read_text("utf-8")
PLANS = [
    *(one for one in ROOT.glob("fixtures/programmes/*.toml") if one.name != "house.toml"),
    *ROOT.glob("tests/programmes/*.toml"),
]


def house_without(*kinds):
    """The house's words, with these papers' rows taken out."""
    head, *rows = HOUSE.split("[[paper]]\n")
    return "[[paper]]\n".join([head, *(row for row in rows if row.split('"')[1] not in kinds)])


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_plan_gives_every_paper_it_prints_a_title(path):
    rules = accepted(path.read_text("utf-8"), HOUSE, file=path.name)
    kinds = {kind for _where, kind in printed(rules)}
    assert kinds >= {PaperKind.CORRECTION_SHEET, form_of_household(rules)}
    for kind in kinds:
        assert rules.paper(kind).title.strip()


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("submission_form", "stage[2] village_submission.papers"),
        ("village_notice", "stage[1] village_notice.papers"),
        ("minutes", "stage[0] appraisal.papers"),
        ("income_statement", "programme"),
        ("acceptance_form", "programme"),
    ],
)
def test_a_plan_that_prints_a_paper_without_a_title_is_refused(kind, where):
    house = house_without(kind)
    with pytest.raises(ProgrammeError) as refused:
        accepted(SMALL, house, file="small.toml")
    assert refused.value.file == "small.toml"
    assert refused.value.reason == f"prints the paper {kind}, which no [[paper]] gives a title"
    assert refused.value.key == where


def test_who_puts_cases_up_to_another_organ_needs_a_request():
    text = swapped('act = { organ = "', 'act = { proposer = "village", organ = "')
    with pytest.raises(ProgrammeError, match="prints the paper request"):
        accepted(text, HOUSE, file="small.toml")


def test_a_version_pinned_before_that_was_asked_is_still_read():
    assert parse(SMALL, house_without("submission_form")).chain


def test_a_stage_prints_under_its_own_name_and_else_under_the_houses():
    henan = parse((ROOT / "fixtures/programmes/henan.toml").read_text("utf-8"), HOUSE)
    sent = [stage for stage in henan.chain if stage.kind == StageKind.SUBMIT]
    assert [printed_as(SENT, stage) for stage in sent] == ["village_report", "township_report"]
    assert [printed_as(LISTS, stage) for stage in sent] == ["exit_list"] * 2
    assert form_of_household(henan) == "clear_card"
    small = parse(SMALL, HOUSE)
    (stage,) = [one for one in small.chain if one.kind == StageKind.SUBMIT]
    assert (printed_as(SENT, stage), printed_as(LISTS, stage)) == ("submission_form", "list")
    assert form_of_household(small) == "acceptance_form"


@pytest.mark.parametrize(("plan", "posters"), [("henan", HUNG), ("nanyue-2020", ())])
def test_a_plan_says_which_of_its_papers_are_red_posters(plan, posters):
    rules = parse((ROOT / f"fixtures/programmes/{plan}.toml").read_text("utf-8"), HOUSE)
    assert tuple(kind for kind in PaperKind if is_poster(rules, kind)) == posters


def test_a_paper_that_is_never_hung_has_no_form():
    text = SMALL + (
        '\n[[paper]]\nkey = "minutes"\ntitle = "会议记录"\nform = "red_poster"\n'
        'clause = "x"\nbasis = "reconstructed"\n'
    )
    with pytest.raises(ProgrammeError) as refused:
        accepted(text, HOUSE, file="small.toml")
    assert refused.value.key == "paper minutes.form"
    assert "only village_notice, township_notice, announcement are hung" in refused.value.reason
    assert parse(text, HOUSE).paper(PaperKind.MINUTES).form
