"""Collection and the appraisal meeting; how a case is refused, and a form signed by posts."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from exitcase.core.choices import Act, Mode, PaperKind, Post, Reason, Record
from exitcase.core.models import PostHolder, User
from exitcase.core.rules import Stage
from exitcase.walk import props
from exitcase.walk.agenda import open_day
from exitcase.walk.players import appeals
from exitcase.walk.players.corrections import born
from exitcase.walk.players.signing import Form, marks
from exitcase.walk.rounds import go_round
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import Trouble
from verification.models import Batch, Case, Meeting
from verification.services import assessments, ending, inspections, signatures
from verification.services import village as work
from verification.services.specs import (
    AssessSpec,
    AttendanceSpec,
    Ballot,
    VisitorSpec,
    VisitSpec,
)

FEW = 3
BESIDE_THE_FORM = (PaperKind.MINUTES, PaperKind.MANDATE)
# Who is voted down, and whether that is the end of it.
DOWN = (Trouble.VOTED_DOWN, Trouble.APPEAL_UPHELD)


# ── collection ────────────────────────────────────────────────────────────────────────────────


def collect(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """Records of the stage, and a survey of every household by those the plan sends."""
    walk = wave.walk
    for batch in wave.standing(stage):
        for asked in stage.record:
            record(wave, batch, stage, asked.key)
    yield from _survey(wave, stage, list(wave.cases(stage)))
    corrected = walk.fate.those(wave.cases(stage), Trouble.BORN)
    for case in corrected:
        born(wave, case, stage)
    yield open_day(walk.today + timedelta(days=1))
    if corrected:  # what was surveyed before has become void
        keys = [case.pk for case in corrected]
        yield from _survey(wave, stage, list(wave.cases(stage).filter(pk__in=keys)))
        yield open_day(walk.today + timedelta(days=1))


def _survey(wave: WaveOfLists, stage: Stage, cases: Sequence[Case]) -> Iterator[date]:
    walk = wave.walk

    def visit(some: Sequence[Case]) -> None:
        for code, here in walk.by_village(some):
            specs = {
                case.pk: VisitSpec(
                    mode=Mode.HOME, done_on=walk.today, visitors=_surveyors(wave, stage, case)
                )
                for case in here
            }
            team = walk.actor(Act.RECORD_SURVEY, stage, code)
            rows = Case.objects.filter(pk__in=list(specs))
            inspections.record_surveys(rows, stage.key, specs, by=team, done_on=walk.today)

    def who(case: Case) -> list[str]:
        return [one.name for one in _surveyors(wave, stage, case)]

    yield from go_round(walk.agenda, walk.diary, cases, who, visit)


def record(wave: WaveOfLists, batch: Batch, stage: Stage, key: Record) -> None:
    by = wave.walk.actor(Act.RECORD_VILLAGE, stage, batch.village_id)
    work.record_stage(batch, stage.key, key, by=by, done_on=wave.walk.today)


def _surveyors(wave: WaveOfLists, stage: Stage, case: Case) -> list[VisitorSpec]:
    """As many as the plan asks, of the posts it names."""
    least = stage.visitors.least if stage.visitors else 1
    who = stage.visitors.who if stage.visitors else (Post.VILLAGE_CADRE,)
    found = wave.walk.cast.visitors(case.village_id, who)
    return [VisitorSpec(name=name, post=post) for name, post in found[:least]]


# ── meeting ───────────────────────────────────────────────────────────────────────────────────


def meet(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """One meeting of each village; every household is voted on, those carried are signed for."""
    for batch in list(wave.standing(stage)):
        meeting = _hold(wave, batch, stage)
        _vote(wave, batch, stage, meeting)
        if stage.signers:
            _assess(wave, batch, stage)
            _sign_posts(wave, batch, stage)
    yield wave.walk.today


def _hold(wave: WaveOfLists, batch: Batch, stage: Stage) -> Meeting:
    walk, code = wave.walk, batch.village_id
    by = walk.actor(Act.HOLD_MEETING, stage, code)
    body = _body(walk.cast.holders(code, *_posts(stage)))
    present = [AttendanceSpec(name=one.name, post=Post(one.post)) for one in body]
    if len(body) > FEW:  # one of them is away
        present[-1] = AttendanceSpec(
            name=body[-1].name, post=Post(body[-1].post), present=False, signed=False
        )
    return work.hold_meeting(
        batch,
        stage.key,
        number=f"{walk.rules.year}-{batch.part}-{walk.rules.keys.index(stage.key)}",
        held_on=walk.today,
        place="村(居)委会会议室",
        chair=body[0].name,
        recorder=body[1].name,
        attendances=present,
        minutes=props.scan("会议记录", code, by),
        by=by,
        done_on=walk.today,
    )


def _posts(stage: Stage) -> Sequence[Post]:
    """The body's members, and whoever signs the form."""
    slots = stage.signers.slots if stage.signers else ()
    return [*slots, *stage.need("body").members]


def _body(holders: Sequence[PostHolder]) -> list[PostHolder]:
    """One row a person: 一肩挑 is one name in two posts."""
    return list({one.name: one for one in reversed(holders)}.values())[::-1]


def _vote(wave: WaveOfLists, batch: Batch, stage: Stage, meeting: Meeting) -> None:
    walk = wave.walk
    by = walk.actor(Act.VOTE, stage, batch.village_id)
    cases = list(wave.cases(stage).filter(batch=batch))
    down = walk.fate.those(cases, *DOWN) if stage.vote else []
    present = meeting.present or 0
    few = present // 2
    ballots = {
        case.pk: Ballot(yes=few, no=present - few) if case in down else Ballot(yes=present)
        for case in cases
    }
    work.vote(meeting, ballots, by=by, done_on=walk.today)
    for case in down:
        trouble = walk.fate.of_case[case.pk]
        note = f"到会{present}人,同意{few}票"
        end(wave, case, stage, trouble, reason=Reason.VOTED_DOWN, note=note)
        if trouble == Trouble.APPEAL_UPHELD:
            appeals.against_refusal(wave, case, trouble)


def _assess(wave: WaveOfLists, batch: Batch, stage: Stage) -> None:
    """The village's own finding, for its column of the form: what it lists, it holds to be met."""
    walk = wave.walk
    cases = wave.cases(stage).filter(batch=batch)
    found = {key: AssessSpec(met=True) for key in walk.rules.indicator_keys}
    if found and cases.exists():
        by = walk.actor(Act.ASSESS, stage, batch.village_id)
        results = {case.pk: found for case in cases}
        assessments.assess(cases, stage.key, results, by=by, done_on=walk.today)


def _sign_posts(wave: WaveOfLists, batch: Batch, stage: Stage) -> None:
    by = wave.walk.actor(Act.SIGN, stage, batch.village_id)
    sign_slots(wave, batch, stage, by)


def sign_slots(wave: WaveOfLists, batch: Batch, stage: Stage, by: User) -> None:
    """Each post's holder signs every form of the batch, in the holder's own hand."""
    walk = wave.walk
    cases = list(wave.cases(stage).filter(batch=batch))
    if not cases:
        return
    form = Form(stage, props.scan(stage.title, batch.village_id, by), walk.today)
    signatures.sign(
        wave.cases(stage).filter(batch=batch),
        stage.key,
        {case.pk: marks(wave, case, form) for case in cases},
        by=by,
        done_on=walk.today,
    )


def end(
    wave: WaveOfLists, case: Case, stage: Stage, trouble: Trouble, *, reason: Reason, note: str
) -> None:
    """End one case as refused, by the level that holds it."""
    by = wave.walk.actor(Act.REFUSE, stage, case.village_id)
    one = Case.objects.filter(pk=case.pk)
    ending.refuse(one, reason=reason, note=note, by=by, done_on=wave.walk.today)
    wave.walk.fate.tell(trouble, case.household.number, stage.key, reason, PaperKind.REFUSAL_LETTER)
