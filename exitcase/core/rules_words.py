"""Words only a programme file and its readers use; what other floors know too is in `choices`."""

from collections.abc import Callable
from enum import StrEnum
from operator import eq, ge, gt, le, lt
from typing import Final, NamedTuple


class Ratio(NamedTuple):
    """A rate as two integers: gates multiply by them and never divide."""

    num: int
    den: int


WHOLE: Final = Ratio(1, 1)


class Op(StrEnum):
    """「超过」 and 「不低于」 are different rules, so the operator is a figure of the plan."""

    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="
    EQUAL = "=="

    @property
    def lookup(self) -> str:
        """The same comparison as the name of a query lookup."""
        return _LOOKUPS[self]

    def holds(self, left: int, right: int) -> bool:
        return _TESTS[self](left, right)


_LOOKUPS: Final = {
    Op.ABOVE: "gt",
    Op.AT_LEAST: "gte",
    Op.BELOW: "lt",
    Op.AT_MOST: "lte",
    Op.EQUAL: "exact",
}
_TESTS: Final[dict[Op, Callable[[int, int], bool]]] = {
    Op.ABOVE: gt,
    Op.AT_LEAST: ge,
    Op.BELOW: lt,
    Op.AT_MOST: le,
    Op.EQUAL: eq,
}


class Of(StrEnum):
    """What a stage or an indicator is about."""

    CASE = "case"
    REGION = "region"


class How(StrEnum):
    """How a list comes about: the village chooses, or all of a status are on it."""

    CHOSEN = "chosen"
    ALL = "all"


class Notion(StrEnum):
    """Which income is compared with the line: 纯收入 or 可支配收入."""

    NET = "net"
    DISPOSABLE = "disposable"


class HeadCount(StrEnum):
    """By how many persons income is divided: 登记人口, 年底人口, 常住人口."""

    REGISTERED = "registered"
    YEAR_END = "year_end"
    RESIDENT = "resident"


class Effect(StrEnum):
    """What a bar does to the case it hits."""

    REFUSE = "refuse"
    SEND_BACK = "send_back"


class PaperForm(StrEnum):
    """A form the plan prescribes for a paper that is hung; without one it is A4."""

    RED_POSTER = "red_poster"  # 大红榜: red A3, the list on its face


class When(StrEnum):
    """When a capacity may sign for the household."""

    ALWAYS = "always"
    HEAD_AWAY = "head_away"
    HEAD_INCAPABLE = "head_incapable"


class FactClass(StrEnum):
    """What has to be done again when a printed fact was wrong (DESIGN 8)."""

    CLERICAL = "clerical"  # corrected in place
    PUBLIC = "public"  # also a new notice of the entry
    MATERIAL = "material"  # sent back to the earliest stage that prints it


class Trigger(StrEnum):
    """What sets off a re-check of one household."""

    OBJECTION = "objection"
    WRONG_EXIT = "wrong_exit"
    APPEAL = "appeal"
    MISMATCH = "mismatch"


class Redress(StrEnum):
    """What an upheld appeal against an end sets going."""

    RELIST = "relist"  # listed again, from the first stage, in a supplement batch
    RESTORE = "restore"  # 错退纠正: the status before the case, and its mark taken back


class QuorumBase(StrEnum):
    """Of whom a share must be present: the body's members, or those at home who should come."""

    MEMBERS = "members"
    AT_HOME = "at_home"


class VoteBase(StrEnum):
    """Of whom a share must be in favour."""

    PRESENT = "present"
    MEMBERS = "members"


class MinuteSigners(StrEnum):
    """Who signs the minutes: those not on the form, the voters, everybody."""

    OTHERS = "others"
    VOTERS = "voters"
    ALL = "all"


class Judge(StrEnum):
    """Who says whether an indicator is met."""

    VISITORS = "visitors"
    RESPONSIBLE_ORGAN = "responsible_organ"


class Matter(StrEnum):
    """What a check looks at: 标准, 程序, 政策落实."""

    STANDARD = "standard"
    PROCEDURE = "procedure"
    POLICY = "policy"


class Unit(StrEnum):
    """What a rate counts, or a draw draws."""

    PERSONS = "persons"
    HOUSEHOLDS = "households"


class Frame(StrEnum):
    """From which cases a sample is drawn."""

    MARKED = "marked"
    LISTED = "listed"


class LotSide(StrEnum):
    """What a lot pairs with whom."""

    AREAS = "areas"
    OFFICES = "offices"


class Share(StrEnum):
    """Of whom the satisfied are counted."""

    LISTED = "listed"
    ASKED = "asked"


class Warn(StrEnum):
    """Soft questions: of the register (DOMAIN 10.4), and of what looks made up.

    `most` means households, percent, metres, villages or homes.
    """

    HELPER_LOAD = "helper_load"
    HELPER_ABSENT = "helper_absent"
    SAME_INCOME = "same_income"
    SAME_GRADE = "same_grade"
    NEAR_LINE = "near_line"
    FAR_WATER = "far_water"
    # whether somebody made it up: the keys of verification's questions
    SAME_PHOTO = "same_photo"
    SAME_STROKES = "same_strokes"
    VILLAGES_A_DAY = "villages_a_day"
    HOMES_A_DAY = "homes_a_day"
    SAME_TEXT = "same_text"
    BEFORE_BASIS = "before_basis"
