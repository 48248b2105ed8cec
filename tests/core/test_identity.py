"""Numbers, ages and names, with python-stdnum as a second opinion."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from exitcase.core import identity
from exitcase.core.identity import Flaw, adult_on, clean_name, clean_number, number_flaw

TODAY = date(2020, 10, 9)
BIRTHDAYS = st.dates(date(1900, 1, 1), TODAY)


def made(born: date, sequence: int, county: str = "990412") -> str:
    """A number under the impossible prefix 99."""
    first = f"{county}{born:%Y%m%d}{sequence:03}"
    return first + identity.check_character(first)


numbers = st.builds(made, BIRTHDAYS, st.integers(1, 999))


@pytest.mark.parametrize(
    ("first", "check"),
    [
        ("11010519491231002", "X"),
        ("43041219600101001", "1"),
        ("43041219620215002", "9"),
        ("43041220080901003", "X"),
    ],
)
def test_check_characters_of_the_standard(first: str, check: str) -> None:
    assert identity.check_character(first) == check


@given(numbers)
def test_agrees_with_stdnum(number: str) -> None:
    assert number_flaw(number, TODAY) is None
    assert ric.calc_check_digit(number) == number[-1]
    assert ric.get_birth_date(number) == identity.birth_date(number)


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_found(number: str, place: int, by: int) -> None:
    wrong = str((int(number[place]) + by) % 10)
    assert number_flaw(number[:place] + wrong + number[place + 1 :], TODAY) is not None


@pytest.mark.parametrize(
    ("number", "flaw"),
    [
        ("", Flaw.EMPTY),
        ("990412600101001", Flaw.OLD),
        ("99041219600101001", Flaw.LENGTH),
        ("9904121960010100123", Flaw.LENGTH),
        ("99041219600101001A", Flaw.CHARACTERS),
        ("X90412196001010011", Flaw.CHARACTERS),
        ("990412196002300015", Flaw.NO_SUCH_DAY),
        (made(TODAY + timedelta(days=1), 1), Flaw.FUTURE),
    ],
)
def test_each_flaw_is_named(number: str, flaw: Flaw) -> None:
    assert number_flaw(number, TODAY) == flaw


def test_who_is_born_today_has_a_number() -> None:
    assert number_flaw(made(TODAY, 1), TODAY) is None


def test_a_wrong_check_character_is_named() -> None:
    good = made(date(1960, 1, 1), 1)
    other = "0" if good[-1] != "0" else "1"
    assert number_flaw(good[:-1] + other, TODAY) == Flaw.CHECK


def test_sex_is_in_the_sequence() -> None:
    assert identity.sex(made(date(1960, 1, 1), 1)) == identity.Sex.MALE
    assert identity.sex(made(date(1960, 1, 1), 2)) == identity.Sex.FEMALE


def test_cleaning_a_number() -> None:
    assert clean_number(" \uff11\uff11010519491231002x\u200b") == "11010519491231002X"
    assert clean_number("'110105 19491231 002X") == "11010519491231002X"


@pytest.mark.parametrize(
    ("born", "day", "adult"),
    [
        (date(2002, 10, 12), date(2020, 10, 11), False),  # DOMAIN 10.6
        (date(2002, 10, 12), date(2020, 10, 12), True),
        (date(2004, 2, 29), date(2022, 2, 28), False),
        (date(2004, 2, 29), date(2022, 3, 1), True),
        (date(2004, 2, 29), date(2024, 2, 29), True),
    ],
)
def test_full_age_begins_with_the_birthday(born: date, day: date, adult: bool) -> None:
    assert adult_on(born, day) is adult


@given(BIRTHDAYS, st.integers(0, 40_000))
def test_age_equals_counted_birthdays(born: date, days: int) -> None:
    day = born + timedelta(days=days)
    birthdays = 0
    for year in range(born.year + 1, day.year + 1):
        try:
            birthday = born.replace(year=year)
        except ValueError:
            birthday = date(year, 3, 1)
        birthdays += birthday <= day
    assert identity.age_on(born, day) == birthdays


NUMBER = made(date(1960, 1, 1), 1)


@pytest.mark.parametrize(
    ("card", "flaw"),
    [
        (f"{NUMBER}42", None),
        (f"{NUMBER}11B1", None),
        ("", Flaw.EMPTY),
        (NUMBER, Flaw.LENGTH),
        (f"{NUMBER}82", Flaw.CHARACTERS),
        (f"{NUMBER}45", Flaw.CHARACTERS),
        (f"{made(date(1961, 1, 1), 1)}42", Flaw.OTHER_PERSON),
    ],
)
def test_disability_cards(card: str, flaw: Flaw | None) -> None:
    assert identity.card_flaw(card, NUMBER) == flaw


@pytest.mark.parametrize(
    ("phone", "flaw"),
    [
        ("13800000000", None),
        ("10000000000", None),
        ("0734-5660000", None),
        ("07345660000", None),
        ("", Flaw.EMPTY),
        ("1380000000", Flaw.LENGTH),
        ("138000000000", Flaw.LENGTH),
        ("138 0000 0000", Flaw.CHARACTERS),
    ],
)
def test_phones(phone: str, flaw: Flaw | None) -> None:
    assert identity.phone_flaw(phone) == flaw


@pytest.mark.parametrize(
    ("name", "flaw"),
    [
        ("张三", None),
        ("欧阳修文", None),
        ("阿依古丽·买买提", None),
        ("张𨟠", None),
        ("〇二三", None),
        ("", Flaw.EMPTY),
        ("张", Flaw.LENGTH),
        ("张" * 26, Flaw.LENGTH),
        ("张3", Flaw.CHARACTERS),
        ("张·", Flaw.CHARACTERS),
        ("·张", Flaw.CHARACTERS),
        ("张?", Flaw.CHARACTERS),
        ("张\ue863", Flaw.PRIVATE_USE),
    ],
)
def test_names(name: str, flaw: Flaw | None) -> None:
    assert identity.name_flaw(name) == flaw


def test_cleaning_a_name() -> None:
    assert clean_name(" 张 三\u3000") == "张三"
    assert clean_name("阿依古丽•买买提") == "阿依古丽·买买提"
    assert clean_name("\uf9e4") == "理"


@pytest.mark.parametrize("character", ["\ue000", "\uf8ff", "\U000f0000", "\U0010fffd"])
def test_private_use_is_seen(character: str) -> None:
    assert identity.has_private_use(f"张{character}")


@pytest.mark.parametrize("character", ["\ud7ff", "\uf900", "\U000efffd", "龘"])
def test_neighbours_of_private_use_are_not(character: str) -> None:
    assert not identity.has_private_use(character)


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.integers(0, 80))
def test_a_birthday_is_the_first_day_of_that_age(born, age):
    day = identity.birthday(born, age)
    assert identity.age_on(born, day) == age
    assert identity.age_on(born, day - timedelta(days=1)) == age - 1
