"""After an end: who appeals, against a refusal or an exit; who falls back and is listed again."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from exitcase.core.choices import Act, End, Level, PaperKind
from exitcase.walk import props
from exitcase.walk.agenda import open_day
from exitcase.walk.players.answering import letter_number
from exitcase.walk.story import Walk, WaveOfLists
from exitcase.walk.troubles import Trouble
from households.models import Household
from publicity.choices import Channel, ObjectionKind, Outcome
from publicity.models import Objection
from publicity.queries import answering_level
from publicity.services import ObjectionSpec
from verification.models import Batch, Case, SystemMark
from verification.models.statements import StatementKind
from verification.services import appeals, marks
from verification.services.listing import list_cases
from verification.services.relapse import relapse

APPEALED_AFTER: Final = timedelta(days=5)
ANSWERED_AFTER: Final = timedelta(days=4)
RELAPSED_AFTER: Final = timedelta(days=10)
OUTCOME: Final = {
    Trouble.APPEAL_UPHELD: Outcome.UPHELD,
    Trouble.APPEAL_DISMISSED: Outcome.DISMISSED,
    Trouble.EXIT_APPEALED: Outcome.DISMISSED,
    Trouble.WRONG_EXIT: Outcome.UPHELD,
}
SAID: Final = {
    Trouble.APPEAL_UPHELD: "评议时未计入新增务工收入,请求复核",
    Trouble.APPEAL_DISMISSED: "认为住房已经修缮,请求复核",
    Trouble.EXIT_APPEALED: "认为收入不稳定,不同意脱贫",
    Trouble.WRONG_EXIT: "核算收入时漏计医疗支出,属错退",
}
UNMARKED: Final = "unmarked"


def against_refusal(wave: WaveOfLists, case: Case, trouble: Trouble) -> None:
    """The household appeals some days after it was refused."""
    walk = wave.walk
    walk.fate.over(case)
    walk.agenda.enter(open_day(walk.today + APPEALED_AFTER), _appeal(walk, case.pk, trouble))


def after_exit(wave: WaveOfLists) -> None:
    """What comes to those who have exited, once their lists are at their end."""
    walk = wave.walk
    exited = Case.objects.filter(batch__in=wave.batches, state=End.GRANTED).order_by("pk")
    for case in walk.fate.those(exited, Trouble.EXIT_APPEALED, Trouble.WRONG_EXIT):
        trouble = walk.fate.of_case[case.pk]
        walk.fate.over(case)
        walk.agenda.enter(open_day(walk.today + APPEALED_AFTER), _appeal(walk, case.pk, trouble))
    for case in walk.fate.those(exited, Trouble.RELAPSED):
        walk.fate.over(case)
        walk.agenda.enter(open_day(walk.today + RELAPSED_AFTER), _fall_back(walk, case.pk))


def unmark(walk: Walk) -> list[SystemMark]:
    """Take back every mark that is due, where the outer system lets it be taken back."""
    due = [one for one in marks.unmark_list(walk.township.code) if not _final(one)]
    for one in due:
        level = one.case.batch.rules.stage(one.stage).level
        by = walk.cast.one(Act.UNMARK, level, one.case.village_id)
        rows = Case.objects.filter(pk=one.case_id)
        marks.confirm_unmark(rows, unmarked_on=walk.today, by=by, done_on=walk.today)
    return due


def _final(one: SystemMark) -> bool:
    return bool(one.case.batch.rules.stage(one.stage).need("system").final)


def _appeal(walk: Walk, key: int, trouble: Trouble) -> Iterator[date]:
    case = _case(key)
    said = ObjectionSpec(
        received_on=walk.today,
        channel=Channel.WRITTEN,
        text=SAID[trouble],
        objector=case.head_name,
    )
    by = walk.cast.one(Act.OBJECT, Level.VILLAGE, case.village_id)
    appeal = appeals.take_in(case, said, by=by, done_on=walk.today)
    yield open_day(walk.today + ANSWERED_AFTER)
    _decide(walk, appeal, OUTCOME[trouble])
    number, stage = case.household.number, _ended_at(walk, case)
    walk.fate.tell(trouble, number, stage, OUTCOME[trouble], PaperKind.APPEAL_REPLY)
    if trouble == Trouble.APPEAL_UPHELD:
        walk.later(_newest(case))
    for one in unmark(walk) if trouble == Trouble.WRONG_EXIT else ():
        walk.fate.tell(trouble, number, one.stage, UNMARKED, PaperKind.MARK_LIST)


def _decide(walk: Walk, appeal: Objection, outcome: Outcome) -> None:
    """By the organ the plan names; of one that never logs in a second officer confirms it."""
    level = answering_level(walk.rules, ObjectionKind(appeal.kind))
    by = walk.cast.one(Act.ANSWER_OBJECTION, level, appeal.region_id)
    found = "调取流水,入户复核,与评议记录核对" if outcome == Outcome.UPHELD else "复核,原结论属实"
    answered = appeals.decide(
        appeal,
        outcome=outcome,
        checkers=walk.cast.checkers(appeal.region_id),
        conclusion=found,
        file=props.scan(f"{appeal.number}-复核", appeal.region_id, by),
        number=letter_number(walk, appeal, "复核"),
        by=by,
        done_on=walk.today,
    )
    if answered.open:
        other = walk.cast.one(Act.ANSWER_OBJECTION, level, appeal.region_id, nth=1)
        appeals.confirm(appeal, by=other, done_on=walk.today)


def _fall_back(walk: Walk, key: int) -> Iterator[date]:
    """返贫 by the township's finding; some days later the village lists the household again."""
    case = _case(key)
    household = Household.objects.filter(pk=case.household_id)
    by = walk.cast.one(Act.SET_STATUS, Level.VILLAGE, case.village_id)
    relapse(
        household,
        found_on=walk.today,
        number=f"返贫认定〔{walk.today.year}〕{case.household.number[-4:]}号",
        cause="家庭成员患大病,自付医疗支出大",
        paper=props.scan("返贫认定", case.village_id, by),
        by=by,
        done_on=walk.today,
    )
    number, stage = case.household.number, _ended_at(walk, case)
    walk.fate.tell(Trouble.RELAPSED, number, stage, StatementKind.RELAPSE)
    yield open_day(walk.today + RELAPSED_AFTER)
    by = walk.cast.one(Act.LIST, Level.VILLAGE, case.village_id)
    batch = list_cases(
        case.village_id, household, programme=walk.programme, by=by, done_on=walk.today
    )
    walk.later(batch)


def _ended_at(walk: Walk, case: Case) -> str:
    return case.ended_at_stage or walk.rules.granted_at


def _newest(case: Case) -> Batch:
    """Of the household's new case."""
    cases = Case.objects.filter(household=case.household_id).order_by("pk")
    found: Batch = cases.select_related("batch").last().batch
    return found


def _case(key: int) -> Case:
    found: Case = Case.objects.select_related("household", "batch__programme").get(pk=key)
    return found
