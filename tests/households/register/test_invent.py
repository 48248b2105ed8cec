"""The invented register: as many as asked, plausible, of nobody, and the same for a seed."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitcase.core import identity
from exitcase.core.choices import Item
from households.choices import SEX_OF, Cause
from households.register import drafts, reader
from households.register.invent import Plan, invent, names
from tests.households.conftest import LINE, VILLAGES, places, register

DAY = date(2020, 10, 1)


def read(data: bytes) -> drafts.Drafts:
    book = reader.read(data)
    assert book.faults == book.notes == []
    return drafts.drafts(book, lambda code, *_names: code, 2020, DAY)


def people(found: drafts.Drafts) -> list[dict]:
    return [member.values for one in found.households for member in one.members]


BIG = read(register(1521, seed=5))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 200), st.integers(0, 2**31))
def test_exactly_as_many_as_asked_and_nothing_wrong(persons, seed) -> None:
    found = read(register(persons, seed))
    assert sum(one.persons for one in found.households) == persons
    assert [fault for one in found.households for fault in one.faults] == found.faults == []


def test_same_seed_same_bytes() -> None:
    assert register(40, seed=4) == register(40, seed=4)
    assert register(40, seed=4) != register(40, seed=5)


def test_numbers_are_of_nobody() -> None:
    numbers = [one["id_number"] for one in people(BIG)]
    assert len(set(numbers)) == 1521
    assert {number[:2] for number in numbers} == {"99"}
    assert all(identity.number_flaw(number, DAY) is None for number in numbers)
    phones = {one["phone"][:3] for one in people(BIG)} - {""}
    assert phones == {"100"}


def test_names_are_rare_and_dotted_too() -> None:
    text = "".join(one["name"] for one in people(BIG))
    assert all(rare in text for rare in names.RARE)
    assert "·" in text


def test_all_causes_and_all_sizes() -> None:
    assert {one.values["main_cause"] for one in BIG.households} == set(Cause)
    assert {one.persons for one in BIG.households} == set(range(1, 9))


def test_all_kinds_of_people() -> None:
    found = people(BIG)
    assert any(identity.age_on(one["born"], DAY) >= 80 for one in found)
    assert {"primary", "grade_7", "senior_1", "preschool"} <= {one["schooling"] for one in found}
    cards = [one["disability_card"] for one in found if one["disability_card"]]
    assert len(cards) > 20
    assert {len(card) for card in cards} == {20}
    assert any(one.values["address"] == "敬老院" for one in BIG.households)
    assert {one.values["kind"] for one in BIG.households} == {"ordinary", "low_income", "destitute"}


def test_relations_agree_with_ages_and_sex() -> None:
    for one in BIG.households:
        head = next(m.values for m in one.members if m.values["relation"] == "02")
        for member in one.members:
            values = member.values
            assert SEX_OF.get(values["relation"], values["sex"]) == values["sex"]
            older = (values["born"] - head["born"]).days / 365
            if values["relation"] in {"20", "30"}:
                assert older > 18
            if values["relation"] in {"51", "52", "53", "54", "55", "56"}:
                assert older < -18


def test_incomes_lie_above_on_and_below_the_line() -> None:
    sides = Counter()
    for one in BIG.households:
        costs = sum(i["amount_fen"] for i in one.items if i["item"] == Item.BUSINESS_COST)
        net = sum(i["amount_fen"] for i in one.items) - 2 * costs
        line = LINE * one.persons
        sides["above" if net > line else "on" if net == line else "below"] += 1
    assert sides["above"] > 0.85 * sides.total()
    assert sides["on"] > 5
    assert sides["below"] > 5


def test_few_helpers_have_more_than_five_households() -> None:
    load = Counter(one.values["helper_phone"] for one in BIG.households)
    over = [count for count in load.values() if count > 5]
    assert 1 <= len(over) <= 2


def test_last_village_is_empty_unless_another_is_asked_for() -> None:
    used = {one.village for one in BIG.households}
    assert used == set(VILLAGES[:-1])
    other = read(register(300, empty=frozenset({VILLAGES[0]})))
    assert {one.village for one in other.households} == set(VILLAGES[1:])
    assert len(other.villages) == 4


def test_no_place_for_anybody_is_refused() -> None:
    plan = Plan(places(), 3, 1, 2020, LINE, frozenset(Item), frozenset(VILLAGES))
    with pytest.raises(ValueError, match="no place for anybody"):
        invent(plan)
