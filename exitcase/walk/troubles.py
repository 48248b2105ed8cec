"""The troubles of life, by name; which of them a household meets, a list, or nobody chooses."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from exitcase.core.choices import StageKind


class Trouble(StrEnum):
    """One thing that goes otherwise than the plan would have it."""

    # who signs, and whether
    VOTED_DOWN = "voted_down"
    REFUSES_TO_SIGN = "refuses_to_sign"
    SIGNED_BY_AGENT = "signed_by_agent"
    SIGNED_BY_FINGERPRINT = "signed_by_fingerprint"
    SIGNED_BY_GUARDIAN = "signed_by_guardian"
    ENTERED_LATE = "entered_late"
    CONSENT_TAKEN_BACK = "consent_taken_back"
    WITHDREW = "withdrew"
    VILLAGE_WITHDREW = "village_withdrew"
    DIED_OUT = "died_out"
    # what was wrong on record
    HEAD_DIED = "head_died"
    BORN = "born"
    MARRIED = "married"
    INCOME_WRONG = "income_wrong"
    RARE_CHARACTER = "rare_character"
    # who objects, and who appeals
    OBJECTION_UPHELD = "objection_upheld"
    OBJECTION_DISMISSED = "objection_dismissed"
    OBJECTION_STILL_OPEN = "objection_still_open"
    OBJECTION_LATE = "objection_late"
    APPEAL_UPHELD = "appeal_upheld"
    APPEAL_DISMISSED = "appeal_dismissed"
    EXIT_APPEALED = "exit_appealed"
    WRONG_EXIT = "wrong_exit"
    RELAPSED = "relapsed"
    # what visitors and bureaux find
    SHORT_BY_TOWNSHIP = "short_by_township"
    VISITED_IN_HOSPITAL = "visited_in_hospital"
    NOT_MET = "not_met"
    HIT_EXPLAINED = "hit_explained"
    HIT_UNANSWERED = "hit_unanswered"
    SHORT_BY_DISTRICT = "short_by_district"
    SENT_BACK = "sent_back"
    SPLIT_AND_MERGED = "split_and_merged"
    # of lists
    LATE_VILLAGE = "late_village"
    EMPTY_VILLAGE = "empty_village"
    SUBMISSION_RECALLED = "submission_recalled"
    BATCH_SENT_BACK = "batch_sent_back"
    NIL_BY_LETTER = "nil_by_letter"
    DECIDED_BY_LETTER = "decided_by_letter"
    DRAWN_REPLACED = "drawn_replaced"
    DRAWN_RECTIFIED = "drawn_rectified"
    DRAWN_NOT_RECTIFIED = "drawn_not_rectified"
    DRAWN_OUTSIDE = "drawn_outside"
    RESULT_BY_LETTER = "result_by_letter"


# Of one household each, in the order in which a small register has room for them.
OF_A_HOUSEHOLD: Final = (
    Trouble.SIGNED_BY_AGENT,
    Trouble.ENTERED_LATE,
    Trouble.VOTED_DOWN,
    Trouble.OBJECTION_DISMISSED,
    Trouble.REFUSES_TO_SIGN,
    Trouble.HEAD_DIED,
    Trouble.OBJECTION_UPHELD,
    Trouble.OBJECTION_STILL_OPEN,
    Trouble.SHORT_BY_TOWNSHIP,
    Trouble.VISITED_IN_HOSPITAL,
    Trouble.NOT_MET,
    Trouble.HIT_EXPLAINED,
    Trouble.HIT_UNANSWERED,
    Trouble.SENT_BACK,
    Trouble.SHORT_BY_DISTRICT,
    Trouble.DIED_OUT,
    Trouble.APPEAL_UPHELD,
    Trouble.WITHDREW,
    Trouble.EXIT_APPEALED,
    Trouble.WRONG_EXIT,
    Trouble.RELAPSED,
    Trouble.CONSENT_TAKEN_BACK,
    Trouble.BORN,
    Trouble.INCOME_WRONG,
    Trouble.SIGNED_BY_FINGERPRINT,
    Trouble.OBJECTION_LATE,
    Trouble.SPLIT_AND_MERGED,
    Trouble.RARE_CHARACTER,
    Trouble.MARRIED,
    Trouble.APPEAL_DISMISSED,
    Trouble.VILLAGE_WITHDREW,
    Trouble.SIGNED_BY_GUARDIAN,
)
# What comes to a household when it has exited.
AFTER_EXIT: Final = (Trouble.EXIT_APPEALED, Trouble.WRONG_EXIT, Trouble.RELAPSED)
# Of a village, a list, a submission, a draw: the first that has room for it.
OF_A_LIST: Final = (
    Trouble.LATE_VILLAGE,
    Trouble.SUBMISSION_RECALLED,
    Trouble.BATCH_SENT_BACK,
    Trouble.NIL_BY_LETTER,
    Trouble.DRAWN_REPLACED,
    Trouble.DRAWN_RECTIFIED,
    Trouble.DRAWN_NOT_RECTIFIED,
    Trouble.DRAWN_OUTSIDE,
    Trouble.RESULT_BY_LETTER,
)
# What comes of the register or the plan: nobody chooses it.
BY_ITSELF: Final = (Trouble.EMPTY_VILLAGE, Trouble.DECIDED_BY_LETTER)
# The kind of stage without which a household does not meet it; one not named here needs none.
NEEDS: Final = {
    **dict.fromkeys((Trouble.VOTED_DOWN, Trouble.APPEAL_UPHELD), StageKind.MEETING),
    **dict.fromkeys(
        (
            Trouble.REFUSES_TO_SIGN,
            Trouble.ENTERED_LATE,
            Trouble.CONSENT_TAKEN_BACK,
            Trouble.WITHDREW,
            Trouble.VILLAGE_WITHDREW,
            Trouble.DIED_OUT,
            Trouble.HEAD_DIED,
            Trouble.MARRIED,
            Trouble.INCOME_WRONG,
            Trouble.RARE_CHARACTER,
            Trouble.SENT_BACK,
            Trouble.SPLIT_AND_MERGED,
        ),
        StageKind.CONSENT,
    ),
    Trouble.BORN: StageKind.COLLECT,
    **dict.fromkeys(
        (
            Trouble.OBJECTION_UPHELD,
            Trouble.OBJECTION_DISMISSED,
            Trouble.OBJECTION_STILL_OPEN,
            Trouble.OBJECTION_LATE,
        ),
        StageKind.NOTICE,
    ),
    **dict.fromkeys((Trouble.HIT_EXPLAINED, Trouble.HIT_UNANSWERED), StageKind.COMPARE),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One trouble as it came out: to whom, at which stage, by which code and paper."""

    trouble: Trouble
    household: str
    stage: str
    code: str = ""
    paper: str = ""
