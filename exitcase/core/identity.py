"""Numbers and names of people: are they well formed, and what do they tell. Pure.

Identity numbers by GB 11643-1999 (18 characters, ISO 7064 MOD 11-2); disability cards of 20 digits.
An address code is never refused: it is that of the first registration, perhaps of a county long
gone. A `Flaw` says what is wrong; its words for the screen are the caller's.
"""

from datetime import date
from enum import StrEnum
from re import ASCII, compile, fullmatch, sub  # noqa: A004  # re's own name
from typing import Final
from unicodedata import normalize

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "10X98765432"
LENGTH: Final = 18
OLD_LENGTH: Final = 15
ADULT: Final = 18  # full years
NAME_LENGTHS: Final = (2, 25)  # characters
DOT: Final = "·"  # U+00B7, between the parts of a minority name

CARD: Final = compile(r"\d{17}[\dX][1-7][1-4](B\d+)?", ASCII)
MOBILE: Final = compile(r"1\d{10}", ASCII)
LANDLINE: Final = compile(r"0\d{2,3}-?[1-9]\d{6,7}(-\d{1,5})?", ASCII)
DOTS: Final = dict.fromkeys(map(ord, "•‧・･∙⋅．.●"), DOT)
INVISIBLE: Final = dict.fromkeys([*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0x00AD])
PRIVATE: Final = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
HAN: Final = (
    (0x3007, 0x3007),  # 〇
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)


class Sex(StrEnum):
    """GB/T 2261.1, as far as a number tells."""

    MALE = "1"
    FEMALE = "2"


class Flaw(StrEnum):
    """What is wrong with a number or a name."""

    EMPTY = "empty"
    OLD = "old"  # 15 digits, first generation
    LENGTH = "length"
    CHARACTERS = "characters"
    NO_SUCH_DAY = "no_such_day"
    FUTURE = "future"
    CHECK = "check"  # the last character does not fit the others
    OTHER_PERSON = "other_person"  # a disability card of another identity number
    PRIVATE_USE = "private_use"  # a character only one computer knows


# ------------------------------------------------------------------ cleaning


def clean_number(text: str) -> str:
    """As typed or pasted → as stored: half-width, no spaces or invisible marks, upper-case X."""
    plain = normalize("NFKC", text).translate(INVISIBLE)
    return sub(r"[\s'`]+", "", plain).upper()


def clean_name(text: str) -> str:
    """One dot for all dots, no spaces or invisible marks; compatibility characters unified."""
    plain = normalize("NFC", text).translate(INVISIBLE).translate(DOTS)
    return sub(r"\s+", "", plain)


def has_private_use(text: str) -> bool:
    """Characters of a private area: they print as another one, or not at all."""
    return any(_within(character, PRIVATE) for character in text)


def _within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)


# ------------------------------------------------------------------ identity numbers


def check_character(first17: str) -> str:
    """The eighteenth character that the first seventeen digits ask for."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True))
    return CHECKS[total % 11]


def number_flaw(number: str, today: date) -> Flaw | None:
    """What is wrong with an identity number, cleaned before; None if nothing is."""
    shape = _shape_flaw(number)
    if shape:
        return shape
    born = birth_date(number)
    if born is None:
        return Flaw.NO_SUCH_DAY
    if born > today:
        return Flaw.FUTURE
    return None if check_character(number[:17]) == number[17] else Flaw.CHECK


def _shape_flaw(number: str) -> Flaw | None:
    if not number:
        return Flaw.EMPTY
    if is_old(number):
        return Flaw.OLD
    if len(number) != LENGTH:
        return Flaw.LENGTH
    return None if fullmatch(r"\d{17}[\dX]", number, ASCII) else Flaw.CHARACTERS


def is_old(number: str) -> bool:
    """A number of the first generation: 15 digits, no century, no check."""
    return bool(fullmatch(rf"\d{{{OLD_LENGTH}}}", number, ASCII))


def birth_date(number: str) -> date | None:
    """The day of birth in an 18-character number; None if there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex(number: str) -> Sex:
    """Odd is male: the third digit of the sequence, the seventeenth in all."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


# ------------------------------------------------------------------ ages


def age_on(born: date, day: date) -> int:
    """Full years (周岁) on a day, below 0 before birth.

    A year is full on the birthday itself (「十八周岁以上」, 民法典 17); who was born on 29 February
    has the birthday of a common year on 1 March.
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def adult_on(born: date, day: date, age: int = ADULT) -> bool:
    return age_on(born, day) >= age


def birthday(born: date, age: int) -> date:
    """The first day on which somebody is so many full years old: what SQL compares with."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:  # 29 February, in a common year
        return date(born.year + age, 3, 1)


# ------------------------------------------------------------------ cards, phones, names


def card_flaw(card: str, number: str) -> Flaw | None:
    """A disability card: the holder's number, category 1–7, grade 1–4, suffix of a reissue."""
    if not card:
        return Flaw.EMPTY
    if not CARD.fullmatch(card):
        return Flaw.LENGTH if len(card) < LENGTH + 2 else Flaw.CHARACTERS
    return None if card[:LENGTH] == number else Flaw.OTHER_PERSON


def phone_flaw(phone: str) -> Flaw | None:
    """Eleven digits from 1, or a landline with its area code."""
    if not phone:
        return Flaw.EMPTY
    if fullmatch(r"[\d-]+", phone, ASCII) is None:
        return Flaw.CHARACTERS
    return None if MOBILE.fullmatch(phone) or LANDLINE.fullmatch(phone) else Flaw.LENGTH


def name_flaw(name: str) -> Flaw | None:
    """2–25 characters, Chinese, with `·` inside at most; rare characters are welcome."""
    if not name:
        return Flaw.EMPTY
    if has_private_use(name):
        return Flaw.PRIVATE_USE
    if not NAME_LENGTHS[0] <= len(name) <= NAME_LENGTHS[1]:
        return Flaw.LENGTH
    parts = name.split(DOT)
    fine = all(part and all(_within(character, HAN) for character in part) for part in parts)
    return None if fine else Flaw.CHARACTERS
