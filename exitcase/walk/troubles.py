"""What happens to whom: the troubles of life, each at least once where the register has room."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Final

from exitcase.core import clock, identity
from households.choices import Relation
from households.models import Member
from households.queries import successor
from verification.models import Case


class Trouble(StrEnum):
    """One thing that goes otherwise than the plan would have it."""

    VOTED_DOWN = "voted_down"
    REFUSES_TO_SIGN = "refuses_to_sign"
    SIGNED_BY_AGENT = "signed_by_agent"
    OBJECTION_UPHELD = "objection_upheld"
    OBJECTION_DISMISSED = "objection_dismissed"
    OBJECTION_STILL_OPEN = "objection_still_open"
    LATE_VILLAGE = "late_village"
    EMPTY_VILLAGE = "empty_village"
    SHORT_BY_TOWNSHIP = "short_by_township"
    VISITED_IN_HOSPITAL = "visited_in_hospital"
    NOT_MET = "not_met"
    HIT_EXPLAINED = "hit_explained"
    HIT_UNANSWERED = "hit_unanswered"
    SHORT_BY_DISTRICT = "short_by_district"
    SENT_BACK = "sent_back"
    DRAWN_RECTIFIED = "drawn_rectified"
    DRAWN_NOT_RECTIFIED = "drawn_not_rectified"
    HEAD_DIED = "head_died"
    DIED_OUT = "died_out"
    WITHDREW = "withdrew"


# Of one household each, in the order in which a small register has room for them.
OF_A_HOUSEHOLD: Final = (
    Trouble.SIGNED_BY_AGENT,
    Trouble.VOTED_DOWN,
    Trouble.REFUSES_TO_SIGN,
    Trouble.OBJECTION_UPHELD,
    Trouble.OBJECTION_DISMISSED,
    Trouble.OBJECTION_STILL_OPEN,
    Trouble.SHORT_BY_TOWNSHIP,
    Trouble.VISITED_IN_HOSPITAL,
    Trouble.NOT_MET,
    Trouble.HIT_EXPLAINED,
    Trouble.HIT_UNANSWERED,
    Trouble.SHORT_BY_DISTRICT,
    Trouble.SENT_BACK,
    Trouble.DIED_OUT,
    Trouble.WITHDREW,
    Trouble.HEAD_DIED,
)
ROOM: Final = 2  # listed households for each troubled one: most of a list goes through
AGAIN: Final = 120  # listed households for each further one with the same trouble


@dataclass(frozen=True, slots=True)
class Told:
    """One trouble as it came out: to whom, at which stage, by which code and paper."""

    trouble: Trouble
    household: str
    stage: str
    code: str = ""
    paper: str = ""


@dataclass
class Fate:
    """Which case meets which trouble, drawn once by the seed; and what came of each."""

    random: Random
    of_case: dict[int, Trouble] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)

    def deal(self, cases: Sequence[Case]) -> None:
        """Give troubles out over the listed cases, one each at most."""
        waiting = list(cases)
        self.random.shuffle(waiting)
        rounds = 1 + len(waiting) // AGAIN
        for trouble in list(OF_A_HOUSEHOLD) * rounds:
            if len(waiting) * 1.0 <= len(self.of_case) / ROOM:
                return
            chosen = _fitting(waiting, trouble)
            if chosen:
                waiting.remove(chosen)
                self.of_case[chosen.pk] = trouble

    def those(self, cases: Iterable[Case], *troubles: Trouble) -> list[Case]:
        """Of these cases the ones whose trouble is one of the named."""
        return [case for case in cases if self.of_case.get(case.pk) in troubles]

    def tell(
        self, trouble: Trouble, household: str, stage: str, code: str = "", paper: str = ""
    ) -> None:
        self.told.append(Told(trouble, household, stage, code, paper))


def _fitting(cases: Sequence[Case], trouble: Trouble) -> Case | None:
    """A household that dies out is of one person, a head is followed by somebody grown up.

    Any will do for the rest.
    """
    if trouble == Trouble.DIED_OUT:
        return next((case for case in cases if case.persons == 1), None)
    if trouble == Trouble.HEAD_DIED:
        return next(filter(_has_successor, cases), None)
    return next((case for case in cases if case.persons != 1), None) or next(iter(cases), None)


def _has_successor(case: Case) -> bool:
    head = Member.objects.get(household=case.household_id, relation=Relation.HEAD, left_on=None)
    found = successor(case.household_id, head.pk)
    return found is not None and identity.birthday(found.born, identity.ADULT) <= clock.today()
