"""What code asks of a plan, answered by the plans as they stand."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitcase.core.choices import CLOSED, LISTED, End, Level, Mode, PaperKind, StageKind, Status
from exitcase.core.rules import Op, Ratio, Rules, Trigger
from exitcase.core.rules_words import FactClass
from tests.core.test_rules_read import PROGRAMMES, loaded

NANYUE = loaded("nanyue-2020")
HENAN = loaded("henan")
SHANXI = loaded("shanxi")
ALL = [loaded(path.stem) for path in PROGRAMMES]
FEN = st.integers(-(10**10), 10**10)

every = pytest.mark.parametrize("rules", ALL, ids=lambda rules: rules.key)


def test_the_chain_of_nanyue() -> None:
    assert " ".join(NANYUE.keys) == (
        "collection appraisal sign_off village_notice village_submission township_check "
        "township_notice township_submission comparison district_inspection review mark "
        "city_check approval announcement filing"
    )
    assert (NANYUE.first.key, NANYUE.granted_at) == ("collection", "announcement")
    assert [stage.key for stage in NANYUE.tail] == ["filing"]


def test_region_stages_run_beside_the_chain() -> None:
    assert [stage.key for stage in SHANXI.beside] == ["supervision"]
    assert "supervision" not in SHANXI.keys
    assert SHANXI.stage("supervision").level == Level.DISTRICT
    assert [stage.key for stage in SHANXI.tail] == ["mark"]


@every
def test_walking_a_chain(rules: Rules) -> None:
    stage, passed = rules.first.key, LISTED
    for key in rules.keys:
        assert (stage, rules.before(key)) == (key, passed)
        assert rules.from_on(key) == rules.keys[rules.keys.index(key) :]
        stage, passed = rules.next_after(key), key
    assert stage == CLOSED


@every
def test_exactly_one_stage_exits(rules: Rules) -> None:
    exits = [stage for stage in rules.stages if stage.exits]
    assert [stage.key for stage in exits] == [rules.granted_at]
    assert exits[0].passed == End.GRANTED
    assert all(stage.passed == stage.key for stage in rules.stages if not stage.exits)


@every
def test_every_end_is_told_for_every_status(rules: Rules) -> None:
    for status in rules.listing.status:
        assert rules.outcome(End.WITHDRAWN, status) == status
        assert rules.outcome(End.CEASED, status) == Status.CEASED
        assert isinstance(rules.outcome(End.GRANTED, status), Status)


def test_outcomes_of_nanyue() -> None:
    assert NANYUE.outcome(End.GRANTED, Status.RELAPSED) == Status.EXITED
    assert NANYUE.outcome(End.REFUSED, Status.RELAPSED) == Status.RELAPSED
    with pytest.raises(LookupError, match="no outcome for granted from applicant"):
        NANYUE.outcome(End.GRANTED, Status.APPLICANT)


def test_a_level_is_the_organs_unless_the_work_is_elsewhere() -> None:
    collection, check = NANYUE.stage("collection"), NANYUE.stage("township_check")
    assert NANYUE.organ(collection.actor).level == Level.TOWNSHIP
    assert NANYUE.level_of(collection) == Level.VILLAGE
    assert NANYUE.level_of(check) == Level.TOWNSHIP


def test_what_is_not_there_is_said() -> None:
    for ask in (NANYUE.stage, NANYUE.organ, NANYUE.paper):
        with pytest.raises(LookupError, match="moon"):
            ask("moon")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="collection has no vote"):
        NANYUE.first.need("vote")
    assert NANYUE.stage("appraisal").need("vote").share == Ratio(1, 2)


def test_coverage_is_whole_where_nothing_is_said() -> None:
    assert NANYUE.stage("township_check").coverage is None
    assert NANYUE.stage("township_check").coverage_rate == Ratio(1, 1)
    assert NANYUE.stage("district_inspection").coverage_rate == Ratio(1, 1)


def test_papers_have_the_plans_titles() -> None:
    assert NANYUE.paper(PaperKind.ACCEPTANCE_FORM).number == "附件1"
    assert NANYUE.paper(PaperKind.MINUTES).title == "会议记录本"
    assert HENAN.paper(PaperKind.VILLAGE_NOTICE).form == "red_poster"
    assert NANYUE.has_paper(PaperKind.CEASE_LETTER)
    assert not NANYUE.has_paper(PaperKind.VOTE_SHEET)


def test_figures_of_nanyue() -> None:
    assert (NANYUE.line_fen, NANYUE.income.line.op) == (400_000, Op.ABOVE)
    assert NANYUE.indicator_keys == (
        "income",
        "food",
        "clothing",
        "education",
        "medical",
        "housing",
        "water",
        "policy",
    )
    assert NANYUE.stage("village_notice").need("term").days == 7
    assert HENAN.stage("village_notice").need("term").days == 10
    assert (NANYUE.attempts.most, NANYUE.objection.days, NANYUE.objection.checkers) == (3, 5, 2)
    assert (NANYUE.clock.photo_grace.hours, NANYUE.clock.gap.hours) == (24, 24)
    assert Mode.VIDEO in NANYUE.stage("township_check").need("modes").allowed
    assert {row.kind for row in NANYUE.corrections} == set(FactClass)


def test_who_looks_again() -> None:
    assert NANYUE.recheck(Trigger.WRONG_EXIT).key == "district_group"
    assert NANYUE.recheck(Trigger.APPEAL).key == "district_office"
    assert HENAN.recheck(Trigger.APPEAL) is None


@given(FEN, st.integers(1, 12))
def test_the_income_test_equals_fractions(net: int, persons: int) -> None:
    assert NANYUE.above(net, persons) == (Fraction(net, persons) > 400_000)


@pytest.mark.parametrize(("net", "persons"), [(None, 4), (10**9, None), (10**9, 0), (None, None)])
def test_unknown_income_never_passes(net: int | None, persons: int | None) -> None:
    assert not NANYUE.above(net, persons)


def test_a_plan_without_an_income_test() -> None:
    rules = loaded("hetu-2018-relapse")
    assert not rules.above(10**9, 1)
    with pytest.raises(LookupError, match="no income test"):
        _ = rules.line_fen


@pytest.mark.parametrize(
    ("op", "holds", "lookup"),
    [
        (Op.ABOVE, (False, False, True), "gt"),
        (Op.AT_LEAST, (False, True, True), "gte"),
        (Op.BELOW, (True, False, False), "lt"),
        (Op.AT_MOST, (True, True, False), "lte"),
        (Op.EQUAL, (False, True, False), "exact"),
    ],
)
def test_operators(op: Op, holds: tuple[bool, ...], lookup: str) -> None:
    assert tuple(op.holds(n, 1) for n in (0, 1, 2)) == holds
    assert op.lookup == lookup


def test_kinds_are_known_to_every_stage() -> None:
    assert {stage.kind for rules in ALL for stage in rules.stages} == set(StageKind)


@given(
    base=st.integers(0, 400),
    den=st.integers(1, 12),
    num=st.integers(0, 12),
    more_than=st.booleans(),
)
def test_the_votes_that_carry_are_the_fewest_the_rule_takes(
    base: int, den: int, num: int, more_than: bool
) -> None:
    known = NANYUE.stage("appraisal").need("vote")
    rule = replace(known, share=Ratio(min(num, den), den), more_than=more_than)

    def carries(yes: int) -> bool:
        part = Fraction(min(num, den), den) * base
        return yes >= 1 and (yes > part if more_than else yes >= part)

    assert rule.least(base) == next(yes for yes in range(base + 2) if carries(yes))
