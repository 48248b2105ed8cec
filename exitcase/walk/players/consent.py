"""The household's signature: by whom it is given, refused, entered late, or taken back."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from exitcase.core.choices import Act, Level, PaperKind, Reason
from exitcase.core.rules import Stage
from exitcase.walk import props
from exitcase.walk.agenda import open_day
from exitcase.walk.players import corrections, turns
from exitcase.walk.players.leaving import LEAVING, leave
from exitcase.walk.players.signing import Form, marks, tell
from exitcase.walk.players.village import end, record
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import Trouble
from verification.models import Batch, Case
from verification.models.statements import StatementKind
from verification.services import retraction, signatures

AGENT_AWAY, AGENT_IS = "在外务工,节前不能返乡", "侄子"
MANDATE_TERM = timedelta(days=90)
DOUBTS = "户主回家商量后,对收入核算有疑问,收回签字"
ENTERED_LATE = "签字页当日已签,扫描件随后补交"
# Whose signature is on record only days later: entered late, given again, given after a return.
LATER = (Trouble.ENTERED_LATE, Trouble.CONSENT_TAKEN_BACK, Trouble.SPLIT_AND_MERGED)


def consent(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """The household signs, by itself or by another, or will not; the helper signs too."""
    walk, first = wave.walk, wave.walk.today
    for batch in list(wave.standing(stage)):
        for asked in stage.record:
            record(wave, batch, stage, asked.key)
        for case in walk.fate.those(list(wave.cases(stage).filter(batch=batch)), *LEAVING):
            leave(wave, case, stage)
        turns.split(wave, batch, stage)
        _sign_households(wave, batch, stage)
        _take_back(wave, batch, stage)
        corrections.after_signing(wave, batch, stage)
    yield walk.today
    later = walk.fate.those(wave.cases(stage), *LATER)
    if later:
        yield open_day(first + timedelta(days=walk.rules.clock.late_entry.days + 2))
        for case in later:
            _sign_later(wave, case, stage, first)


def _sign_households(wave: WaveOfLists, batch: Batch, stage: Stage) -> None:
    walk = wave.walk
    cases = list(wave.cases(stage).filter(batch=batch))
    absent = (Trouble.ENTERED_LATE, Trouble.SPLIT_AND_MERGED)
    here = [case for case in cases if not walk.fate.those([case], *absent)]
    if here:  # none where its only household died or withdrew
        _sign(wave, stage, here, walk.today)
    for case in walk.fate.those(here, Trouble.REFUSES_TO_SIGN):
        note = "户主认为收入核算偏高,不同意签字"
        reason = Reason.NOT_CONSENTED
        end(wave, case, stage, Trouble.REFUSES_TO_SIGN, reason=reason, note=note)


def _sign(
    wave: WaveOfLists, stage: Stage, cases: Sequence[Case], day: date, reason: str = ""
) -> None:
    """Enter what households of one village signed on a day; `reason` where that is long ago."""
    code = cases[0].village_id
    by = wave.walk.actor(Act.SIGN, stage, code)
    form = Form(stage, props.scan(stage.title, code, by), day)
    specs = {case.pk: marks(wave, case, form) for case in cases}
    rows = Case.objects.filter(pk__in=list(specs))
    signatures.sign(rows, stage.key, specs, by=by, done_on=day, reason=reason)


# ── later ─────────────────────────────────────────────────────────────────────────────────────


def _take_back(wave: WaveOfLists, batch: Batch, stage: Stage) -> None:
    """反悔: a household takes its signature back by its own paper, and will think it over."""
    walk = wave.walk
    cases = list(wave.cases(stage).filter(batch=batch))
    for case in walk.fate.those(cases, Trouble.CONSENT_TAKEN_BACK):
        by = walk.cast.one(Act.WITHDRAW, Level.VILLAGE, case.village_id)
        paper = props.scan("反悔声明", case.village_id, by)
        retraction.retract(
            case, withdraws=False, text=DOUBTS, paper=paper, by=by, done_on=walk.today
        )
        form = Form(stage, paper, walk.today)
        tell(wave, case, form, StatementKind.RETRACTION)


def _sign_later(wave: WaveOfLists, case: Case, stage: Stage, first: date) -> None:
    """Entered late with the reason; or signed today, after all."""
    fate, number = wave.walk.fate, case.household.number
    if fate.of_case[case.pk] == Trouble.ENTERED_LATE:
        _sign(wave, stage, [case], first, ENTERED_LATE)
        fate.tell(Trouble.ENTERED_LATE, number, stage.key, "late", PaperKind.ACCEPTANCE_FORM)
    else:
        _sign(wave, stage, [case], wave.walk.today)
