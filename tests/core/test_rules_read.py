"""Every programme loads; every fault is refused with its file, key and reason."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from exitcase.core import rules_read
from exitcase.core.choices import Basis
from exitcase.core.rules import Ratio, Rules
from exitcase.core.rules_read import ProgrammeError, parse
from tests.core.broken_programmes import BROKEN, IN_LINE, SMALL, swapped

FIXTURES = Path(__file__).parents[2] / "fixtures" / "programmes"
HOUSE = (FIXTURES / "house.toml").read_text(encoding="utf-8")
PROGRAMMES = sorted(path for path in FIXTURES.glob("*.toml") if path.name != "house.toml")


def loaded(key: str) -> Rules:
    return parse((FIXTURES / f"{key}.toml").read_text(encoding="utf-8"), HOUSE, version=1)


@pytest.mark.parametrize("path", PROGRAMMES, ids=lambda path: path.stem)
def test_every_programme_loads(path: Path) -> None:
    found = parse(path.read_text(encoding="utf-8"), HOUSE, version=3)
    assert (found.key, found.version) == (path.stem, 3)
    assert found.clock.late_entry.days == 3


def test_nine_programmes_stand_ready() -> None:
    assert len(PROGRAMMES) == 9


def test_small_loads() -> None:
    assert len(parse(SMALL, HOUSE).chain) == 8


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_is_named(name: str) -> None:
    text, key, reason = BROKEN[name]
    with pytest.raises(ProgrammeError) as caught:
        parse(text, HOUSE, file="broken.toml")
    assert caught.value.file == "broken.toml"
    assert key in caught.value.key, caught.value
    assert reason in caught.value.reason, caught.value
    assert str(caught.value) == f"broken.toml: {caught.value.key}: {caught.value.reason}"


@pytest.mark.parametrize("table", ["clock", "marks", "attempts", "objection", "draw", "web"])
def test_what_the_house_says_is_needed(table: str) -> None:
    start = HOUSE.index(f"[{table}")
    house = HOUSE[:start] + HOUSE[start:].replace(f"[{table}", "[off", 1)
    with pytest.raises(ProgrammeError, match=r"missing|unknown key"):
        parse(SMALL, house)


def test_nobody_may_sign_for_the_household() -> None:
    text = swapped("vote = {", f'signers = {{ slots = ["household"], {IN_LINE} }}\nvote = {{')
    house = HOUSE[: HOUSE.index("[[household_signer]]")] + HOUSE[HOUSE.index("# ------") :]
    with pytest.raises(ProgrammeError, match="household_signer: missing"):
        parse(text, house)


def test_an_exit_programme_has_the_letters_of_every_end() -> None:
    house = HOUSE.replace('key = "cease_letter"', 'key = "ledger"')
    with pytest.raises(ProgrammeError, match="paper cease_letter: missing"):
        parse(SMALL, house)


# ------------------------------------------------------------------ file over house


def test_a_file_goes_before_the_house() -> None:
    henan, nanyue = loaded("henan").clock, loaded("nanyue-2020").clock
    assert (bool(henan.counts_first_day), henan.counts_first_day.basis) == (True, Basis.SEED)
    assert (bool(nanyue.counts_first_day), nanyue.counts_first_day.basis) == (False, Basis.LAW)
    assert henan.gap == nanyue.gap


def test_rows_of_the_house_stay_beside_the_files_own() -> None:
    raw = rules_read.merged(
        {"paper": [{"key": "a", "title": "house"}, {"key": "b", "title": "house"}]},
        {"paper": [{"key": "a", "title": "own"}, {"key": "c", "title": "own"}]},
    )
    titles = {row["key"]: row["title"] for row in raw["paper"]}
    assert titles == {"a": "own", "b": "house", "c": "own"}


def test_who_signs_is_the_files_alone_where_it_says_so() -> None:
    house = {"household_signer": [{"capacity": "agent"}]}
    own = {"household_signer": [{"capacity": "head"}]}
    assert rules_read.merged(house, own) == own


def test_the_house_cites_no_plan_as_its_own() -> None:
    assert '"seed"' not in HOUSE


def test_values_are_frozen() -> None:
    found = loaded("nanyue-2020")
    with pytest.raises(FrozenInstanceError):
        found.stages[0].key = "other"  # type: ignore[misc]
    assert isinstance(found.stages, tuple)
    assert isinstance(hash(found), int)


def test_ratios_are_read_as_fractions() -> None:
    sample = loaded("nanyue-2020").stage("city_check").need("sample")
    assert (sample.rate_min, sample.rate_max) == (Ratio(3, 50), Ratio(1, 10))


def test_a_window_too_short_for_its_notice_is_doubted() -> None:
    (told,) = rules_read.warnings(loaded("hetu-2018"))
    assert "the window field has 8 days, the notice alone takes 8" in told
    assert rules_read.warnings(loaded("henan")) == []
    assert rules_read.warnings(loaded("nanyue-2020")) == []
