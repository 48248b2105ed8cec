"""Numbers of people in a text that should have none: the last guard before publication. Pure.

Finds identity numbers (15 and 18 characters), disability cards (20), mobiles (11) and bank cards
(16–19 digits by Luhn), also in full width, with invisible marks, or cut into groups.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from re import ASCII, Match, compile, finditer  # noqa: A004  # re's own name
from typing import Final

from exitcase.core.identity import CARD, INVISIBLE, birth_date, check_character

WIDE: Final = {0xFF10 + n: str(n) for n in range(10)} | dict.fromkeys((0x78, 0xFF38, 0xFF58), "X")
SPACES: Final = dict.fromkeys([0x00A0, 0x3000, *range(0x2000, 0x200B), 0x202F, 0x205F], " ")
DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−－_"), "-") | {0xFF0E: ".", 0xFF0F: "/"}

RUN: Final = compile(r"\d{17}X[1-7][1-4](?!\d)|\d+X?", ASCII)
GROUP: Final = compile(r"\d+(?:X\d{0,2})?|X(?![A-Z])", ASCII)
SEPARATED: Final = compile(rf"\d+X?(?:(?: ?[-./·] ?| {{1,2}}|\t)(?:{GROUP.pattern}))+", ASCII)
DAY: Final = compile(r"(19|20)\d\d[-./]\d{1,2}([-./]\d{1,2})?(?!\d)", ASCII)
GROUPS: Final = {  # shapes in which people write such numbers
    (3, 4, 4), (3, 3, 5), (4, 4, 3), (6, 6, 3),
    (4, 4, 4, 4), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (4, 4, 4, 4, 3), (6, 10), (6, 13),
}  # fmt: skip


class Leak(StrEnum):
    """What a number found looks like."""

    IDENTITY = "identity"
    OLD_IDENTITY = "old_identity"
    CARD = "card"
    MOBILE = "mobile"
    BANK = "bank"


@dataclass(frozen=True, slots=True)
class Found:
    """One number, squeezed to its characters."""

    kind: Leak
    digits: str


def find_numbers(text: str) -> list[Found]:
    """Every number of a person in the text, each once, in the order of their kinds of writing."""
    plain = text.translate(INVISIBLE).translate(WIDE).translate(SPACES).translate(DASHES)
    found = [*_in_runs(plain), *_in_groups(plain)]
    return list(dict.fromkeys(found))


def _in_runs(plain: str) -> Iterator[Found]:
    for run in finditer(RUN, plain):
        inside = list(_identities(run[0]))
        yield from inside
        rest = run[0]
        for one in inside:
            rest = rest.replace(one.digits, " ")
        for part in dict.fromkeys([run[0], *rest.split()]):
            yield from _exact(part)


def _identities(digits: str) -> Iterator[Found]:
    """Windows that carry their own proof: a day and a check character."""
    place = 0
    while place + 18 <= len(digits):
        card, number = digits[place : place + 20], digits[place : place + 18]
        if not is_identity(number):
            place += 1
            continue
        kind = Leak.CARD if CARD.fullmatch(card) else Leak.IDENTITY
        found = Found(kind, card if kind == Leak.CARD else number)
        yield found
        place += len(found.digits)


def _exact(digits: str) -> Iterator[Found]:
    """Numbers without much proof count only when nothing else touches them."""
    for kind, fits in KINDS:
        if fits(digits):
            yield Found(kind, digits)
            return


def _in_groups(plain: str) -> Iterator[Found]:
    for run in finditer(SEPARATED, plain):
        groups = [group[0] for group in finditer(GROUP, run[0])]
        yield from _identities_over(groups)
        yield from _shaped(groups)
        if not _has_a_day(run) and len({len(group) for group in groups}) == 1:
            yield from _exact("".join(groups))


def _identities_over(groups: list[str]) -> Iterator[Found]:
    """Neighbouring groups that together make exactly one proven number."""
    for first in range(len(groups)):
        joined = ""
        for group in groups[first:]:
            joined += group
            if len(joined) > 20:  # noqa: PLR2004  # the longest number looked for
                break
            if joined != group and len(joined) >= 18:  # noqa: PLR2004
                yield from (one for one in _identities(joined) if one.digits == joined)


def _shaped(groups: list[str]) -> Iterator[Found]:
    """Neighbouring groups of a known shape: no day is written so, but one may stand beside it."""
    for first in range(len(groups)):
        for count in range(2, 6):
            part = groups[first : first + count]
            if len(part) == count and tuple(map(len, part)) in GROUPS:
                yield from _exact("".join(part))


def _has_a_day(run: Match[str]) -> bool:
    return bool(DAY.search(run[0]))


def is_identity(number: str) -> bool:
    """A day of birth and the right check character; no address is refused."""
    if not number[:17].isdigit() or len(number) != 18:  # noqa: PLR2004
        return False
    born = birth_date(number)
    likely = born is not None and 1880 <= born.year <= 2100  # noqa: PLR2004  # else chance alone
    return likely and check_character(number[:17]) == number[17]


def is_old_identity(number: str) -> bool:
    """15 digits with a day of birth in this or the last century."""
    if len(number) != 15 or not number.isdigit():  # noqa: PLR2004
        return False
    try:
        date(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))
    except ValueError:
        return False
    return True


def is_mobile(number: str) -> bool:
    """Eleven digits from 1; 86 may stand before. Wider than what is assigned today."""
    bare = number[2:] if len(number) == 13 and number.startswith("86") else number  # noqa: PLR2004
    return len(bare) == 11 and bare.isdigit() and bare[0] == "1"  # noqa: PLR2004


def is_bank_card(number: str) -> bool:
    """16–19 digits with a right Luhn check."""
    if not 16 <= len(number) <= 19 or not number.isdigit():  # noqa: PLR2004
        return False
    doubled = [int(d) * (1 + n % 2) for n, d in enumerate(reversed(number))]
    return sum(d - 9 * (d > 9) for d in doubled) % 10 == 0  # noqa: PLR2004


KINDS: Final[tuple[tuple[Leak, Callable[[str], bool]], ...]] = (
    (Leak.OLD_IDENTITY, is_old_identity),
    (Leak.MOBILE, is_mobile),
    (Leak.BANK, is_bank_card),
)
