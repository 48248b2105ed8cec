"""The draw, against a second implementation written from its description alone."""

import hashlib
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitcase.core import tickets
from exitcase.core.rules_words import Ratio, Unit
from exitcase.core.tickets import Band, DrawError, Entry

CITY = Band(Ratio(3, 50), Ratio(1, 10), Unit.HOUSEHOLDS)
PERSONS = Band(Ratio(3, 50), Ratio(1, 10), Unit.PERSONS)
ENTRIES = st.lists(
    st.builds(
        Entry,
        st.text("0123456789abcdef", min_size=4, max_size=8),
        st.sampled_from(["other_village", "poor_village"]),
        st.integers(1, 8),
        st.integers(0, 9).map(lambda n: n == 0),
    ),
    min_size=1,
    max_size=60,
    unique_by=lambda entry: entry.key,
)


def of(count: int, persons: int = 1) -> list[Entry]:
    return [Entry(f"{n:04}", "all", persons) for n in range(count)]


def rivest(seed: str, key: str) -> Fraction:
    """A ticket as the fraction it stands for, by long division of the hash."""
    value = int(
        hashlib.sha256((hashlib.sha256(seed.encode()).hexdigest() + key).encode()).hexdigest(), 16
    )
    found, scale = Fraction(0), 1
    while value:
        value, digit = divmod(value, 10)
        scale *= 10
        found += Fraction(digit, scale)
    return found


@given(st.text(min_size=1, max_size=30), st.lists(st.text(max_size=8), max_size=10, unique=True))
def test_order_equals_the_order_of_fractions(seed: str, keys: list[str]) -> None:
    assert tickets.in_order(seed, keys) == sorted(keys, key=lambda key: rivest(seed, key))


def model(entries, seed, band):
    """Stratum by stratum, one household at a time, in fractions."""
    sample = {}
    for stratum in {e.stratum for e in entries}:
        rows = [e for e in entries if e.stratum == stratum]
        weight = (lambda e: e.persons) if band.unit == Unit.PERSONS else (lambda e: 1)
        total = sum(map(weight, rows))
        chosen = [e for e in rows if e.must]
        waiting = sorted((e for e in rows if not e.must), key=lambda e: rivest(seed, e.key))
        while not chosen or Fraction(sum(map(weight, chosen)), total) < Fraction(*band.least):
            chosen.append(waiting.pop(0))
        sample[stratum] = {e.key for e in chosen}
    return sample


@settings(max_examples=300, deadline=None)
@given(ENTRIES, st.text("0123456789", min_size=1, max_size=20), st.sampled_from([CITY, PERSONS]))
def test_equals_the_second_implementation(entries: list[Entry], seed: str, band: Band) -> None:
    found = tickets.draw(entries, seed, band)
    assert {one.name: set(one.sample) for one in found} == model(entries, seed, band)
    for one in found:
        rate = Fraction(one.units, one.size.total)
        assert rate >= Fraction(*band.least)
        assert one.over == (rate > Fraction(*band.most))
        assert set(one.sample) | set(one.replacements) == {
            e.key for e in entries if e.stratum == one.name
        }


@pytest.mark.parametrize(
    ("count", "drawn", "over"),
    [
        (15, 1, False),  # 1 household = 6.7 %
        (9, 1, True),  # 1 household = 11.1 %: allowed with a reason
        (5, 1, True),
        (1, 1, True),
        (16, 1, False),
        (17, 2, True),  # 1 = 5.9 % is too few, 2 = 11.8 % too many: no whole number fits
        (34, 3, False),
        (100, 6, False),
    ],
)
def test_small_strata(count: int, drawn: int, over: bool) -> None:
    (one,) = tickets.draw(of(count), "1", CITY)
    assert (one.count, one.over) == (drawn, over)
    assert one.size.possible is not over
    assert one.size.least == max(1, math.ceil(count * 0.06))


def test_persons_are_counted_and_households_drawn() -> None:
    (one,) = tickets.draw(of(100, persons=4), "1", PERSONS)
    assert (one.count, one.units, one.size.total) == (6, 24, 400)


def test_the_last_household_may_go_beyond_and_is_told() -> None:
    (one,) = tickets.draw(of(20, persons=8), "1", PERSONS)  # 160 persons: 10 to 16
    assert (one.units, one.over) == (16, False)
    (one,) = tickets.draw(of(10, persons=8), "1", PERSONS)  # 80 persons: 5 to 8
    assert (one.units, one.over) == (8, False)
    (one,) = tickets.draw(of(9, persons=8), "1", PERSONS)  # 72 persons: 5 to 7
    assert (one.units, one.over, one.size.possible) == (8, True, True)


def test_must_include_are_all_drawn() -> None:
    entries = [*of(30), Entry("must-1", "all", 1, must=True), Entry("must-2", "all", 1, must=True)]
    (one,) = tickets.draw(entries, "1", CITY)
    assert set(one.sample) == {"must-1", "must-2"}


def test_more_only_appends() -> None:
    few = tickets.draw(of(50), "1", CITY)[0]
    more = tickets.draw(of(50), "1", Band(Ratio(1, 5), Ratio(1, 1), Unit.HOUSEHOLDS))[0]
    assert more.sample[: few.count] == few.sample
    assert more.sample[few.count] == few.replacements[0]


@given(ENTRIES, st.randoms())
def test_the_frame_is_its_content_not_its_order(entries: list[Entry], rnd) -> None:
    shuffled = list(entries)
    rnd.shuffle(shuffled)
    assert tickets.frame_sha256(shuffled) == tickets.frame_sha256(entries)


@pytest.mark.parametrize(
    "changed",
    [
        Entry("0001", "all", 2),
        Entry("0001", "other", 1),
        Entry("0001", "all", 1, must=True),
        Entry("0002", "all", 1),
    ],
)
def test_any_change_changes_the_frame(changed: Entry) -> None:
    assert tickets.frame_sha256([changed]) != tickets.frame_sha256([Entry("0001", "all", 1)])


def test_a_case_twice_is_refused() -> None:
    with pytest.raises(DrawError, match="twice"):
        tickets.frame_bytes([Entry("1", "a", 1), Entry("1", "b", 1)])


def test_no_seed_no_draw() -> None:
    with pytest.raises(DrawError, match="seed"):
        tickets.draw(of(3), "", CITY)


def test_an_empty_frame_has_no_strata() -> None:
    assert tickets.draw([], "1", CITY) == []
    assert tickets.sizes([], CITY) == {}


def test_sizes_are_known_before_the_seed() -> None:
    assert tickets.sizes(of(100, persons=3), PERSONS)["all"] == tickets.Size(300, 18, 30)


def test_the_frame_is_written_as_the_description_says() -> None:
    entries = [Entry("b2", "poor", 3, must=True), Entry("a1", "poor", 12), Entry("z", "other", 4)]
    written = b"5:other1:z1:41:0\n4:poor2:a12:121:0\n4:poor2:b21:31:1"
    assert tickets.frame_bytes(entries) == written
    assert tickets.frame_sha256(entries) == hashlib.sha256(written).hexdigest()


def test_the_greatest_rate_need_not_be_one_of_so_many() -> None:
    band = Band(Ratio(3, 50), Ratio(3, 20), Unit.HOUSEHOLDS)
    assert tickets.sizes(of(30), band)["all"] == tickets.Size(30, 2, 4)
