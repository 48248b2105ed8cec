"""For each hard gate of the book: a fact somebody may write against it, or why there is no race."""

from collections.abc import Callable
from dataclasses import dataclass

from exitcase.core.gates import GateBook
from tests.verification import race_writers as they
from tests.verification.bench import Bench

Doing = Callable[[Bench], object]


@dataclass(frozen=True)
class Fact:
    """Something written at a stage, and the gate it shuts there."""

    name: str
    stage: str
    gate: str
    write: Doing
    setting: Doing = lambda _bench: None  # what stands before, beside what the stage's gates ask
    rests_on: tuple[str, ...] = ()  # earlier stages whose facts are asked for too
    afterwards: bool = False  # it may be written when the case has gone on, and holds it there
    waits_for: str = ""  # a gate that only this fact opens: without it the move is not made
    plan: str = "nanyue-2020"


FACTS = [
    Fact("year emptied", "collection", "year_recorded", they.year_emptied),
    Fact(
        "village's facts emptied",
        "collection",
        "village_recorded",
        they.village_recorded(poor_village=None),
        afterwards=True,
    ),
    Fact(
        "corrected facts voted anew",
        "appraisal",
        "discussed",
        they.correction_confirmed,
        setting=they.corrected(year={"dropouts": 1}),
        waits_for="correction_confirmed",
    ),
    Fact(
        "votes without a quorum",
        "appraisal",
        "quorate",
        they.voted_at_the_second,
        setting=they.second_meeting(present=3),
    ),
    Fact("votes recounted", "appraisal", "carried", they.recounted),
    Fact(
        "votes without minutes",
        "appraisal",
        "minutes_kept",
        they.voted_at_the_second,
        setting=they.second_meeting(minutes=False),
    ),
    Fact(
        "minutes not signed by all",
        "appraisal",
        "minutes_signed",
        they.voted_at_the_second,
        setting=they.second_meeting(signed=False),
    ),
    Fact(
        "village has a team",
        "appraisal",
        "slots_signed",
        they.village_recorded(has_team=True),
        setting=they.no_team_signs,
        afterwards=True,
    ),
    Fact("signed too early", "appraisal", "signed_after_meeting", they.signed_the_day_before),
    Fact("household refuses to sign", "sign_off", "household_signed", they.household_refuses),
    Fact("consent taken back", "sign_off", "household_signed", they.taken_back, afterwards=True),
    Fact(
        "appeal where nothing hung", "sign_off", "no_open_objection", they.appealed, afterwards=True
    ),
    Fact("appeal taken in", "sign_off", "no_open_objection", they.taken_in, afterwards=True),
    Fact("correction waits", "sign_off", "correction_confirmed", they.next_group, afterwards=True),
    Fact("objection", "village_notice", "no_open_objection", they.objected, afterwards=True),
    Fact("entry struck out", "village_notice", "notice_hung", they.struck, afterwards=True),
    Fact(
        "submission recalled",
        "village_submission",
        "on_the_list",
        they.recalled,
        setting=they.unreceived,
        waits_for="received",
    ),
    Fact(
        "corrected: not helped visibly",
        "village_submission",
        "no_bar",
        they.corrected(year={"effect_evident": False}),
        setting=they.of_the_plans_year,
        afterwards=True,
        plan="henan",
    ),
    Fact("facts corrected", "township_check", "facts_unchanged", they.next_group, afterwards=True),
    Fact(
        "township finds it short",
        "township_check",
        "inspected",
        they.visited("township_check", short=True),
    ),
    Fact("township judges anew", "township_check", "indicators_met", they.judged_short),
    Fact(
        "visited before the list came",
        "township_check",
        "visited_after_receipt",
        they.visited("township_check", before=1),
        rests_on=("village_submission",),
    ),
    Fact(
        "last bureau answers",
        "comparison",
        "no_open_hit",
        they.bureau_answers,
        setting=they.one_bureau_silent,
        waits_for="bureaux_answered",
    ),
    Fact(
        "hit judged",
        "comparison",
        "hits_cleared",
        they.hit_judged,
        setting=they.a_hit,
        waits_for="no_open_hit",
    ),
    Fact(
        "district finds it short",
        "district_inspection",
        "inspected",
        they.visited("district_inspection", short=True),
    ),
    Fact(
        "marked before the decision",
        "mark",
        "marked_after_decision",
        they.marked_too_early,
        setting=they.on_the_mark_list,
        rests_on=("review",),
        waits_for="marked",
    ),
    Fact(
        "city finds it short",
        "city_check",
        "drawn_inspected",
        they.visited("city_check", short=True),
        setting=they.drawn_and_met,
    ),
    Fact(
        "supervised after the decision",
        "township_decision",
        "decided_after_checks",
        they.supervised,
        setting=they.the_day_after_with_income,
        rests_on=("township_check",),
        afterwards=True,
        plan="shanxi",
    ),
    Fact(
        "income corrected",
        "approval",
        "income_above_line",
        they.poorer,
        rests_on=("district_inspection",),
        afterwards=True,
    ),
    Fact(
        "indicator corrected",
        "approval",
        "tests_pass",
        they.corrected(year={"dropouts": 1}),
        rests_on=("district_inspection",),
        afterwards=True,
    ),
    Fact(
        "fault to put right",
        "approval",
        "rectified",
        they.fault_found,
        rests_on=("district_inspection",),
        afterwards=True,
    ),
    Fact("announcement struck out", "announcement", "announced", they.struck, afterwards=True),
    Fact(
        "fault of who has exited", "filing", "granted_done", they.fault_found, setting=they.granted
    ),
]

STAYS = "once on record it stays: what voids it (sent back, done anew) moves the case, and is raced"
EXEMPT = {
    "surveyed": STAYS,
    "received": STAYS,
    "bureaux_answered": STAYS,
    "proposed": STAYS,
    "approved": STAYS,
    "marked": STAYS,
    "framed": STAYS,
    "records_kept": STAYS,
    "conveyed": STAYS,
    "originals_filed": STAYS,
    "letters_delivered": STAYS,
    "draw_closed": "a result is never opened again",
    "notice_run": "what has closed has run its term, and `notice_closed` is asked beside it",
    "notice_closed": "a closed notice is not opened again, nor taken down",
    "hung_after_signing": "at a notice's stage nobody can enter a signature",
    "scanned": "at a submission's stage nobody can enter a signature",
    "sent_after_notice": "the notices of earlier stages are closed: their ends stand",
    "standard_met": "at a decision's stage nobody can enter a judgement",
    "announced_after_decision": "a decision is entered once, and before its stage is left",
    "all_passed": "its cases come and go by moves alone: end, split and merger are raced as moves",
}


def unraced(book: GateBook) -> set[str]:
    """The hard gates of a book of which neither list speaks."""
    hard = {gate.key for gates in book.values() for gate in gates.gates if gate.hard}
    return hard - {fact.gate for fact in FACTS} - EXEMPT.keys()
