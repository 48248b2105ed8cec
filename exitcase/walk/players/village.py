"""Collection, the appraisal meeting, the household's signature."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from exitcase.core.choices import (
    Act,
    Capacity,
    Level,
    Mode,
    PaperKind,
    Post,
    Reason,
    Record,
)
from exitcase.core.models import PostHolder, StoredFile, User
from exitcase.core.rules import Stage
from exitcase.walk import props
from exitcase.walk.agenda import open_day
from exitcase.walk.players.corrections import head_died
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import Trouble
from verification.models import Batch, Case, Mandate, Meeting
from verification.services import assessments, ending, inspections, mandates, signatures
from verification.services import village as work
from verification.services.specs import (
    AssessSpec,
    AttendanceSpec,
    Ballot,
    MandateSpec,
    SignSpec,
    VisitorSpec,
    VisitSpec,
)

AGENT_AWAY, AGENT_IS = "在外务工,节前不能返乡", "侄子"
MANDATE_TERM = timedelta(days=90)
FEW = 3
BESIDE_THE_FORM = (PaperKind.MINUTES, PaperKind.MANDATE)


# ── collection ────────────────────────────────────────────────────────────────────────────────


def collect(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """Records of the stage, and a survey of every household by those the plan sends."""
    walk = wave.walk
    for batch in wave.standing(stage):
        team = walk.actor(Act.RECORD_SURVEY, stage, batch.village_id)
        for asked in stage.record:
            _record(wave, batch, stage, asked.key)
        cases = wave.cases(stage).filter(batch=batch)
        specs = {
            case.pk: VisitSpec(
                mode=Mode.HOME,
                done_on=walk.today,
                visitors=_surveyors(wave, stage, case),
            )
            for case in cases
        }
        inspections.record_surveys(cases, stage.key, specs, by=team, done_on=walk.today)
    yield open_day(walk.today + timedelta(days=1))


def _record(wave: WaveOfLists, batch: Batch, stage: Stage, key: Record) -> None:
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
    down = walk.fate.those(cases, Trouble.VOTED_DOWN) if stage.vote else []
    present = meeting.present or 0
    few = present // 2
    ballots = {
        case.pk: Ballot(yes=few, no=present - few) if case in down else Ballot(yes=present)
        for case in cases
    }
    work.vote(meeting, ballots, by=by, done_on=walk.today)
    for case in down:
        end(
            wave,
            case,
            stage,
            Trouble.VOTED_DOWN,
            reason=Reason.VOTED_DOWN,
            note=f"到会{present}人,同意{few}票",
        )


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
    scan = props.scan(stage.title, batch.village_id, by)
    signatures.sign(
        wave.cases(stage).filter(batch=batch),
        stage.key,
        {case.pk: _marks(wave, case, stage, scan, ()) for case in cases},
        by=by,
        done_on=walk.today,
    )


# ── consent ───────────────────────────────────────────────────────────────────────────────────


def consent(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """The household signs, by itself or by an agent, or will not; the helper signs too."""
    walk = wave.walk
    for batch in list(wave.standing(stage)):
        for asked in stage.record:
            _record(wave, batch, stage, asked.key)
        cases = list(wave.cases(stage).filter(batch=batch))
        for case in walk.fate.those(cases, Trouble.DIED_OUT):
            _died(wave, case, stage)
        for case in walk.fate.those(cases, Trouble.WITHDREW):
            _withdrew(wave, case, stage)
        _sign_households(wave, batch, stage)
        for case in walk.fate.those(wave.cases(stage).filter(batch=batch), Trouble.HEAD_DIED):
            head_died(wave, case, stage)
    yield walk.today


def _sign_households(wave: WaveOfLists, batch: Batch, stage: Stage) -> None:
    walk = wave.walk
    by = walk.actor(Act.SIGN, stage, batch.village_id)
    cases = list(wave.cases(stage).filter(batch=batch))
    if not cases:
        return  # its only household died or withdrew
    scan = props.scan(stage.title, batch.village_id, by)
    refusing = walk.fate.those(cases, Trouble.REFUSES_TO_SIGN)
    specs = {case.pk: _marks(wave, case, stage, scan, refusing) for case in cases}
    signatures.sign(
        wave.cases(stage).filter(batch=batch), stage.key, specs, by=by, done_on=walk.today
    )
    for case in refusing:
        end(
            wave,
            case,
            stage,
            Trouble.REFUSES_TO_SIGN,
            reason=Reason.NOT_CONSENTED,
            note="户主认为收入核算偏高,不同意签字",
        )


def _marks(
    wave: WaveOfLists, case: Case, stage: Stage, scan: StoredFile, refusing: Sequence[Case]
) -> list[SignSpec]:
    day = wave.walk.today
    by_agent = case in wave.walk.fate.those([case], Trouble.SIGNED_BY_AGENT)
    marks = []
    for slot in stage.need("signers").slots:
        if slot == Post.HOUSEHOLD and by_agent:
            marks.append(_by_agent(wave, case, stage, scan))
        elif slot == Post.HOUSEHOLD:
            marks.append(
                SignSpec(
                    slot=slot,
                    paper=form_of(stage),
                    signer=case.head_name,
                    capacity=Capacity.HEAD,
                    signed_on=day,
                    scan=scan,
                    refused=case in refusing,
                )
            )
        else:
            marks.append(
                SignSpec(
                    slot=slot,
                    paper=form_of(stage),
                    signer=_signer(wave, case, slot),
                    signed_on=day,
                    scan=scan,
                )
            )
    return marks


def _signer(wave: WaveOfLists, case: Case, slot: Post) -> str:
    if slot == Post.HELPER:
        return case.household.helper_name
    cast = wave.walk.cast
    return cast.holders(cast.place_of(case.village_id, slot), slot)[0].name


def form_of(stage: Stage) -> PaperKind:
    """Which of the stage's papers is signed for a household."""
    forms = [kind for kind in stage.papers if kind not in BESIDE_THE_FORM]
    return forms[0] if forms else PaperKind.ACCEPTANCE_FORM


def _by_agent(wave: WaveOfLists, case: Case, stage: Stage, scan: StoredFile) -> SignSpec:
    walk = wave.walk
    name, number = props.stranger(case.pk)
    mandate = Mandate.valid(case=case).first() or _mandate(wave, case, stage, name, number)
    return SignSpec(
        slot=Post.HOUSEHOLD,
        paper=form_of(stage),
        signer=name,
        capacity=Capacity.AGENT,
        relation=AGENT_IS,
        mandate=mandate,
        signed_on=walk.today,
        scan=scan,
    )


def _mandate(wave: WaveOfLists, case: Case, stage: Stage, name: str, number: str) -> Mandate:
    walk = wave.walk
    by = walk.actor(Act.GIVE_MANDATE, stage, case.village_id)
    spec = MandateSpec(
        number=f"WT-{case.number}",
        agent=name,
        agent_id_number=number,
        relation=AGENT_IS,
        reason=AGENT_AWAY,
        valid_from=walk.today,
        valid_until=walk.today + MANDATE_TERM,
        witness=walk.cast.holders(case.village_id, Post.VILLAGE_REP)[0].name,
        file=props.scan("委托书", case.village_id, by),
    )
    mandate = mandates.give_mandate(case, stage.key, spec, by=by, done_on=walk.today)
    whose = case.household.number
    walk.fate.tell(Trouble.SIGNED_BY_AGENT, whose, stage.key, Capacity.AGENT, PaperKind.MANDATE)
    return mandate


def _died(wave: WaveOfLists, case: Case, stage: Stage) -> None:
    walk = wave.walk
    by = walk.cast.one(Act.CEASE, Level.VILLAGE, case.village_id)
    one = Case.objects.filter(pk=case.pk)
    ending.cease(one, reason=Reason.DIED, note="户主病故,一人户,已销户", by=by, done_on=walk.today)
    walk.fate.tell(
        Trouble.DIED_OUT, case.household.number, stage.key, Reason.DIED, PaperKind.CEASE_LETTER
    )


def _withdrew(wave: WaveOfLists, case: Case, stage: Stage) -> None:
    walk = wave.walk
    by = walk.cast.one(Act.WITHDRAW, Level.VILLAGE, case.village_id)
    ending.withdraw(
        Case.objects.filter(pk=case.pk),
        reason=Reason.HOUSEHOLD_WITHDREW,
        note="户主申请本年度不退出,继续发展产业",
        by=by,
        done_on=walk.today,
    )
    walk.fate.tell(
        Trouble.WITHDREW,
        case.household.number,
        stage.key,
        Reason.HOUSEHOLD_WITHDREW,
        PaperKind.WITHDRAWAL_LETTER,
    )


def end(
    wave: WaveOfLists, case: Case, stage: Stage, trouble: Trouble, *, reason: Reason, note: str
) -> None:
    """End one case as refused, by the level that holds it."""
    by = wave.walk.actor(Act.REFUSE, stage, case.village_id)
    one = Case.objects.filter(pk=case.pk)
    ending.refuse(one, reason=reason, note=note, by=by, done_on=wave.walk.today)
    wave.walk.fate.tell(trouble, case.household.number, stage.key, reason, PaperKind.REFUSAL_LETTER)
