"""Objections against a list that hangs or hung: lodged, checked, answered, or too late."""

from collections.abc import Iterator
from datetime import date, timedelta

from exitcase.core.choices import Act, Level, PaperKind, Reason
from exitcase.core.rules import Stage
from exitcase.walk import props
from exitcase.walk.agenda import open_day
from exitcase.walk.players.answering import letter_number
from exitcase.walk.players.village import end
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import Trouble
from publicity import services as publicity
from publicity.choices import Channel, ObjectionKind, Outcome
from publicity.models import Notice, NoticeItem, Objection
from publicity.queries import answering_level
from publicity.services import ObjectionSpec
from verification.models import Case
from verification.services import appeals, correction

SAID = "认为该户收入核算与实际不符"
LATE = "提出人在外务工,公示期满后返乡"
CHECKED_IN = timedelta(days=2)


def lodge(wave: WaveOfLists, stage: Stage, notice: Notice) -> list[tuple[Objection, Trouble]]:
    """Somebody objects against those whose trouble it is, at the first notice that names them."""
    walk = wave.walk
    cases = list(Case.objects.filter(pk__in=notice.items.values("case_key")))
    found = []
    for case in walk.fate.those(
        cases,
        Trouble.OBJECTION_UPHELD,
        Trouble.OBJECTION_DISMISSED,
        Trouble.OBJECTION_STILL_OPEN,
    ):
        if Objection.objects.filter(case_key=case.pk).exists():
            continue
        entry = NoticeItem.objects.get(notice=notice, case_key=case.pk)
        lodged = publicity.lodge(
            entry,
            ObjectionSpec(
                received_on=walk.today,
                channel=Channel.WRITTEN,
                text=SAID,
            ),
            kind=ObjectionKind.OBJECTION,
            by=walk.actor(Act.OBJECT, stage, case.village_id),
            done_on=walk.today,
        )
        found.append((lodged, walk.fate.of_case[case.pk]))
    return found


def settle(wave: WaveOfLists, stage: Stage, objection: Objection, trouble: Trouble) -> None:
    if trouble == Trouble.OBJECTION_STILL_OPEN:
        return
    case = Case.objects.select_related("household").get(pk=objection.case_key)
    upheld = trouble == Trouble.OBJECTION_UPHELD
    answer(wave, objection, Outcome.UPHELD if upheld else Outcome.DISMISSED)
    if not upheld:
        number, code = case.household.number, Outcome.DISMISSED
        wave.walk.fate.tell(trouble, number, stage.key, code, _paper(wave, stage))
        return
    by = wave.walk.actor(Act.STRIKE_OUT, stage, case.village_id)
    entries = NoticeItem.objects.filter(objections=objection.pk)
    publicity.strike_out(entries, reason="异议成立", by=by, done_on=wave.walk.today)
    end(wave, case, stage, trouble, reason=Reason.OBJECTION_UPHELD, note="经核查,异议成立")


def _paper(wave: WaveOfLists, stage: Stage) -> PaperKind:
    """The notice objected to."""
    village = wave.walk.rules.level_of(stage) == Level.VILLAGE
    return PaperKind.VILLAGE_NOTICE if village else PaperKind.TOWNSHIP_NOTICE


def answer(wave: WaveOfLists, objection: Objection, outcome: Outcome) -> None:
    walk = wave.walk
    level = answering_level(walk.rules, ObjectionKind(objection.kind))
    by = walk.cast.one(Act.ANSWER_OBJECTION, level, objection.region_id)
    answered = publicity.answer(
        objection,
        outcome=outcome,
        checkers=walk.cast.checkers(objection.region_id),
        conclusion="入户核查,查看收入佐证,走访邻居",
        file=props.scan(f"{objection.number}-answer", objection.region_id, by),
        number=letter_number(walk, objection, "答复"),
        by=by,
        done_on=walk.today,
    )
    if answered.open:  # of an organ that never logs in: a second officer confirms it
        other = walk.cast.one(Act.ANSWER_OBJECTION, level, objection.region_id, nth=1)
        publicity.confirm_answer(objection, by=other, done_on=walk.today)


def split_open(wave: WaveOfLists, stage: Stage) -> None:
    """What is still objected to at the end of the term follows later; the others go on."""
    walk = wave.walk
    cases = list(wave.cases(stage))
    still = {row.case_key for row in Objection.objects.filter(open=True)}
    for case in [one for one in cases if one.pk in still]:
        by = walk.actor(Act.SPLIT_OFF, stage, case.village_id)
        home = correction.split_off(
            Case.objects.filter(pk=case.pk),
            reason="公示期满时异议尚未办结",
            by=by,
            done_on=walk.today,
        )
        walk.fate.tell(
            Trouble.OBJECTION_STILL_OPEN,
            case.household.number,
            stage.key,
            "",
            _paper(wave, stage),
        )
        objection = Objection.objects.get(case_key=case.pk, open=True)
        answer(wave, objection, Outcome.DISMISSED)
        walk.later(home)


def object_late(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """逾期受理: after the term somebody objects all the same; the case waits for the answer."""
    walk = wave.walk
    held = walk.fate.those(list(wave.cases(stage)), Trouble.OBJECTION_LATE)
    lodged = []
    for case in held:
        said = ObjectionSpec(received_on=walk.today, channel=Channel.ORAL, text=SAID)
        by = walk.actor(Act.OBJECT, stage, case.village_id)
        lodged.append(appeals.take_in(case, said, by=by, done_on=walk.today, reason=LATE))
        walk.fate.over(case)
    if lodged:
        yield open_day(walk.today + CHECKED_IN)
    for case, objection in zip(held, lodged, strict=True):
        answer(wave, objection, Outcome.DISMISSED)
        number, paper = case.household.number, PaperKind.APPEAL_REPLY
        walk.fate.tell(Trouble.OBJECTION_LATE, number, stage.key, "late", paper)
