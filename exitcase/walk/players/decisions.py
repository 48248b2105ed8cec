"""Proposal and decision, marks, announcement, filing."""

from collections.abc import Iterator
from datetime import date, timedelta

from exitcase.core.choices import ENDS, Act, End, Ground, Level, PaperKind, StageKind
from exitcase.core.rules import Stage
from exitcase.walk import props
from exitcase.walk.agenda import open_day
from exitcase.walk.players.notices import hang_all
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import Trouble
from verification.models import Batch, Case, Decision, Delivery
from verification.services import announce as announcing
from verification.services import conveying, correction, filing, marks
from verification.services import decisions as work

LETTERS = {
    End.GRANTED: PaperKind.EXIT_LETTER,
    End.REFUSED: PaperKind.REFUSAL_LETTER,
    End.WITHDRAWN: PaperKind.WITHDRAWAL_LETTER,
    End.CEASED: PaperKind.CEASE_LETTER,
}


def decide(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """The office reports up, the organ decides; an organ outside is registered by two."""
    walk = wave.walk
    _send_back(wave, stage)
    if not wave.cases(stage).exists():
        return
    code = walk.township.code
    number = f"{walk.rules.year}-{walk.rules.keys.index(stage.key)}-{walk.waves.index(wave) + 1}"
    decision = work.propose(
        wave.cases(stage),
        stage.key,
        request_number=f"请〔{number}〕",
        proposed_on=walk.today,
        region=walk.place_of(stage),
        by=walk.actor(Act.PROPOSE, stage, code),
    )
    yield open_day(walk.today + timedelta(days=1))
    entered = walk.actor(Act.DECIDE, stage, code)
    work.decide(
        decision,
        number=f"批〔{number}〕",
        decided_on=walk.today,
        scan=props.scan("批准文件", code, entered),
        refused={},
        by=entered,
    )
    if walk.rules.organ(stage.need("act").organ).outside:
        second = walk.other(entered, Act.DECIDE, stage, code)
        work.confirm_decision(decision, by=second, done_on=walk.today)
        _tell_once(wave, stage, decision)


def _tell_once(wave: WaveOfLists, stage: Stage, decision: Decision) -> None:
    """Of an organ outside every decision comes so; the first is told."""
    fate, trouble = wave.walk.fate, Trouble.DECIDED_BY_LETTER
    if trouble not in {one.trouble for one in fate.told}:
        paper = stage.papers[-1] if stage.papers else ""
        fate.tell(trouble, decision.region_id, stage.key, "confirmed", paper)


def _send_back(wave: WaveOfLists, stage: Stage) -> None:
    """At the first decision one household's papers turn out incomplete: back to its signature."""
    walk = wave.walk
    consent = [one for one in walk.rules.chain if one.kind == StageKind.CONSENT]
    first = next(one for one in walk.rules.chain if one.kind == StageKind.DECIDE)
    if stage != first or not consent:
        return
    for case in walk.fate.those(list(wave.cases(stage)), Trouble.SENT_BACK):
        home = correction.send_back(
            Case.objects.filter(pk=case.pk),
            consent[0].key,
            ground=Ground.PROCEDURE,
            reason="签字页缺日期",
            by=walk.actor(Act.SEND_BACK, stage, case.village_id),
            done_on=walk.today,
        )
        number, form = case.household.number, PaperKind.ACCEPTANCE_FORM
        walk.fate.tell(Trouble.SENT_BACK, number, stage.key, Ground.PROCEDURE, form)
        del walk.fate.of_case[case.pk]
        walk.later(home)


def mark(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """Marks are set in the outer system and confirmed one by one by a second person."""
    walk = wave.walk
    code = walk.township.code
    cases = wave.cases(stage)
    if not cases.exists():
        return
    first = walk.actor(Act.MARK, stage, code)
    marks.mark(cases, stage.key, by=first, done_on=walk.today)
    yield open_day(walk.today + timedelta(days=1))
    second = walk.other(first, Act.MARK, stage, code)
    marks.confirm_marks(
        wave.cases(stage), stage.key, marked_on=walk.today, by=second, done_on=walk.today
    )


def announce(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """The decision is told at every place the plan names."""
    walk = wave.walk
    for place, cases in walk.by_place(stage, wave.cases(stage)):
        drafter = walk.actor(Act.DRAFT_NOTICE, stage, place)
        made = announcing.announce(
            Case.objects.filter(pk__in=[case.pk for case in cases]),
            stage.key,
            region=place,
            by=drafter,
            releaser=walk.other(drafter, Act.RELEASE_NOTICE, stage, place),
            done_on=walk.today,
        )
        hang_all(wave, stage, made)
    yield from _convey(wave, stage)
    yield walk.today


def _convey(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """Papers from organ to organ: each the day after the one before."""
    walk = wave.walk
    for row in stage.delivery:
        for batch in list(wave.standing(stage)):
            level = walk.rules.organ(row.sender).level
            by = walk.cast.one(Act.DELIVER, level, batch.village_id)
            conveying.convey(
                batch,
                stage.key,
                row.paper,
                number=f"{row.paper}〔{walk.rules.year}〕{batch.village_id[-3:]}-{batch.part}",
                file=props.scan(walk.rules.paper(row.paper).title, batch.village_id, by),
                by=by,
                done_on=walk.today,
            )
        yield open_day(walk.today + timedelta(days=1))


def file(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """The township files the originals."""
    walk = wave.walk
    for batch in list(wave.standing(stage)):
        by = walk.actor(Act.FILE, stage, batch.village_id)
        for kind in stage.need("archive").originals:
            filing.file_original(
                batch,
                stage.key,
                kind,
                number=f"BA-{walk.rules.year}-{batch.village_id[-3:]}-{batch.part}-{kind}",
                file=props.scan(str(kind), batch.village_id, by),
                by=by,
                done_on=walk.today,
            )
    yield walk.today


def deliver(wave: WaveOfLists, stage: Stage, batch: Batch) -> None:
    """Every household whose case has ended gets its letter."""
    walk = wave.walk
    told = set(Delivery.objects.filter(case__batch=batch).values_list("case", flat=True))
    ended = Case.objects.filter(batch=batch, state__in=ENDS).exclude(pk__in=told)
    by = walk.cast.one(Act.DELIVER, Level.VILLAGE, batch.village_id)
    for end, kind in LETTERS.items():
        if ended.filter(state=end).exists():
            announcing.deliver(ended.filter(state=end), stage.key, kind, by=by, done_on=walk.today)
