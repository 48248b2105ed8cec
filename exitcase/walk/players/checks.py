"""Visits at the door."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from exitcase.core.choices import Act, Finding, Level, Mode, PaperKind, Post, Reason
from exitcase.core.rules import Stage
from exitcase.core.rules_words import WHOLE
from exitcase.walk import records
from exitcase.walk.agenda import open_day
from exitcase.walk.players import appeals, draws, turns
from exitcase.walk.players.sending import SENT, inspector, send
from exitcase.walk.players.village import end, sign_slots
from exitcase.walk.rounds import Who, go_round
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import Trouble
from verification.models import Batch, Case
from verification.services import assessments, inspections
from verification.services.specs import AssessSpec, VisitorSpec, VisitSpec

SEEN, LACKING = "入户查看属实", "入户查看,未达到标准"
# Who goes where the plan names nobody.
VISITOR = {
    Level.VILLAGE: Post.VILLAGE_CADRE,
    Level.TOWNSHIP: Post.TOWNSHIP_CADRE,
    Level.DISTRICT: Post.DISTRICT_INSPECTOR,
    Level.CITY: Post.CITY_INSPECTOR,
}
# Which level's check finds what was dealt to a household.
FOUND_SHORT = {
    Level.TOWNSHIP: (
        (Trouble.SHORT_BY_TOWNSHIP, Trouble.APPEAL_DISMISSED),
        Reason.CHECK_FAILED,
    ),
    Level.DISTRICT: ((Trouble.SHORT_BY_DISTRICT,), Reason.INSPECTION_FAILED),
}


def check(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """Every household is visited, or every drawn one; who falls short ends here."""
    turns.send_back(wave, stage)
    if stage.coverage_rate == WHOLE:
        yield from _visit_all(wave, stage, list(wave.cases(stage)))
    elif wave.cases(stage).exists():
        found = yield from draws.draw(wave, stage)
        if found:
            made, drawn = found
            yield from _visit_all(wave, stage, drawn)
            draws.close(wave, stage, made)
    yield wave.walk.today


def _visit_all(wave: WaveOfLists, stage: Stage, cases: Sequence[Case]) -> Iterator[date]:
    """The visits of one check, each organ's judgement, and the signatures below the others."""
    walk = wave.walk
    troubles, reason = FOUND_SHORT.get(stage.level, ((), Reason.CHECK_FAILED))
    short = records.below(walk.rules, wave.cases(stage))
    for case in walk.fate.those(cases, *troubles):
        short.setdefault(case.pk, {_one_of(walk.rules.indicator_keys, case.pk)})
    send(wave, stage, wave.cases(stage))
    away = _away(wave, stage, cases)
    yield from _look_for(wave, stage, away)

    def visit(some: Sequence[Case]) -> None:
        for code, here in walk.by_village(some):
            _visit_here(wave, stage, code, here, short)

    home = [case for case in cases if case not in away]
    yield from go_round(walk.agenda, walk.diary, home, names(wave, stage), visit)
    for case in [one for one in home if one.pk in short]:
        _end_short(wave, stage, case, reason)
    for batch in Batch.objects.filter(pk__in={case.batch_id for case in cases}).order_by("village"):
        if stage.signers:
            by = inspector(wave, Act.SIGN, stage, batch.village_id)
            sign_slots(wave, batch, stage, by)


def _end_short(wave: WaveOfLists, stage: Stage, case: Case, reason: Reason) -> None:
    """Refused by who found it; one that does not take it appeals."""
    found, _reason = FOUND_SHORT.get(stage.level, ((Trouble.SHORT_BY_TOWNSHIP,), reason))
    appeals_it = bool(wave.walk.fate.those([case], Trouble.APPEAL_DISMISSED))
    told = Trouble.APPEAL_DISMISSED if appeals_it else found[0]
    end(wave, case, stage, told, reason=reason, note="入户核实未达到脱贫标准")
    if appeals_it:
        appeals.against_refusal(wave, case, told)


def _visit_here(
    wave: WaveOfLists,
    stage: Stage,
    code: str,
    cases: Sequence[Case],
    short: Mapping[int, Collection[str]],
) -> None:
    """One village's visits of one day, and what each organ says of them."""
    walk = wave.walk
    visits = {case.pk: _visit(wave, stage, case, short.get(case.pk, ())) for case in cases}
    chosen = Case.objects.filter(pk__in=list(visits))
    by = inspector(wave, Act.INSPECT, stage, code)
    inspections.inspect_many(chosen, stage.key, visits, by=by, done_on=walk.today)
    if assessments.by_organs(stage):
        _judge(wave, stage, cases, short)


def names(wave: WaveOfLists, stage: Stage) -> Who:
    """Of a case: who visits it."""
    return lambda case: [one.name for one in visitors(wave, stage, case)]


def _judge(
    wave: WaveOfLists, stage: Stage, cases: Sequence[Case], short: Mapping[int, Collection[str]]
) -> None:
    """Every organ the plan makes answer for indicators judges its own."""
    walk = wave.walk
    for organ in walk.rules.organs:
        own = [one.key for one in walk.rules.indicators if organ.key in one.organs]
        if not own:
            continue
        results_of = {
            case.pk: {key: _judged(key not in short.get(case.pk, ())) for key in own}
            for case in cases
        }
        by = walk.cast.of_organ(organ, cases[0].village_id)
        chosen = Case.objects.filter(pk__in=list(results_of))
        assessments.assess_own(chosen, stage.key, organ.key, results_of, by=by, done_on=walk.today)


def _judged(met: bool) -> AssessSpec:  # noqa: FBT001  # said by its name
    return AssessSpec(met=met, facts=SEEN if met else LACKING)


def mode(stage: Stage) -> Mode:
    """At the door, where the plan lets them; else in the first way it names."""
    allowed = stage.modes.allowed if stage.modes else (Mode.HOME,)
    return Mode.HOME if Mode.HOME in allowed else allowed[0]


def _one_of(keys: Sequence[str], nth: int) -> str:
    return keys[nth % len(keys)]


def _away(wave: WaveOfLists, stage: Stage, cases: Sequence[Case]) -> list[Case]:
    """Those nobody finds at home at the township's check."""
    if stage.level != Level.TOWNSHIP or mode(stage) != Mode.HOME:
        return []
    return wave.walk.fate.those(cases, Trouble.NOT_MET)


def _look_for(wave: WaveOfLists, stage: Stage, away: Sequence[Case]) -> Iterator[date]:
    """As many attempts as the plan knows, on different days; then 未核实, never 达标."""
    walk = wave.walk
    attempts = walk.rules.attempts.most if away else 0
    for _attempt in range(attempts):
        for case in away:
            by = inspector(wave, Act.INSPECT, stage, case.village_id)
            visit = VisitSpec(
                mode=Mode.HOME,
                done_on=walk.today,
                finding=Finding.NOT_MET_HOME,
                visitors=visitors(wave, stage, case),
                note="家中无人,电话未接通",
            )
            one = Case.objects.filter(pk=case.pk)
            inspections.inspect_many(one, stage.key, {case.pk: visit}, by=by, done_on=walk.today)
        yield open_day(walk.today + timedelta(days=1))
    for case in away:
        note = f"{attempts}次入户均未遇,未能核实"
        end(wave, case, stage, Trouble.NOT_MET, reason=Reason.NOT_MET_HOUSEHOLD, note=note)


def _visit(wave: WaveOfLists, stage: Stage, case: Case, short: Collection[str]) -> VisitSpec:
    walk = wave.walk
    ill = bool(walk.fate.those([case], Trouble.VISITED_IN_HOSPITAL))
    hospital = ill and stage.modes is not None and Mode.HOSPITAL in stage.modes.allowed
    if hospital:
        walk.fate.tell(
            Trouble.VISITED_IN_HOSPITAL,
            case.household.number,
            stage.key,
            Mode.HOSPITAL,
            PaperKind.ACCEPTANCE_FORM,
        )
    return VisitSpec(
        mode=Mode.HOSPITAL if hospital else mode(stage),
        done_on=walk.today,
        finding=Finding.SHORT if short else Finding.MET,
        visitors=_went(wave, stage, case),
        results={} if assessments.by_organs(stage) else results(wave, short),
        place="县人民医院" if hospital else "",
    )


def _went(wave: WaveOfLists, stage: Stage, case: Case) -> list[VisitorSpec]:
    """The visitors; those who were sent are the people of their accounts."""
    walk, found = wave.walk, visitors(wave, stage, case)
    if walk.rules.organ(stage.actor).role not in SENT:
        return found
    return [replace(one, user=walk.cast.account(one.name)) for one in found]


def results(wave: WaveOfLists, short: Collection[str]) -> Mapping[str, AssessSpec]:
    """Every indicator of the plan, judged."""
    return {key: _judged(key not in short) for key in wave.walk.rules.indicator_keys}


def visitors(wave: WaveOfLists, stage: Stage, case: Case) -> list[VisitorSpec]:
    """As many people as the plan asks, of the posts it names, nearest first."""
    who = stage.visitors.who if stage.visitors else (VISITOR[stage.level],)
    least = stage.visitors.least if stage.visitors else 1
    found = wave.walk.cast.visitors(case.village_id, who)
    return [VisitorSpec(name=name, post=post) for name, post in found[:least]]
