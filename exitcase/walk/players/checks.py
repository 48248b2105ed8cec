"""Visits at the door, and the bureaux' comparison."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta

from exitcase.core.choices import Act, Fact, Finding, Level, Mode, PaperKind, Post, Reason
from exitcase.core.rules import Stage
from exitcase.core.rules_words import WHOLE
from exitcase.walk import props
from exitcase.walk.agenda import open_day
from exitcase.walk.players import draws
from exitcase.walk.players.village import end, sign_slots
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import Trouble
from households import facts
from verification.models import Batch, Case, ComparisonRun, Hit
from verification.services import assessments, comparison, inspections
from verification.services.specs import AssessSpec, HitSpec, VisitorSpec, VisitSpec

SEEN, LACKING = "入户查看属实", "入户查看,未达到标准"
# Who goes where the plan names nobody.
VISITOR = {
    Level.VILLAGE: Post.VILLAGE_CADRE,
    Level.TOWNSHIP: Post.TOWNSHIP_CADRE,
    Level.DISTRICT: Post.DISTRICT_INSPECTOR,
    Level.CITY: Post.CITY_INSPECTOR,
}
# Which level's check finds what was dealt to a household.
SHORT = {
    Level.TOWNSHIP: (Trouble.SHORT_BY_TOWNSHIP, Reason.CHECK_FAILED),
    Level.DISTRICT: (Trouble.SHORT_BY_DISTRICT, Reason.INSPECTION_FAILED),
}


def check(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """Every household is visited, or every drawn one; who falls short ends here."""
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
    short_trouble, reason = SHORT.get(stage.level, (None, Reason.CHECK_FAILED))
    short = _below(wave, stage)
    for case in walk.fate.those(cases, *([short_trouble] if short_trouble else [])):
        short.setdefault(case.pk, {_one_of(walk.rules.indicator_keys, case.pk)})
    away = _away(wave, stage, cases)
    yield from _look_for(wave, stage, away)
    for batch in Batch.objects.filter(pk__in={case.batch_id for case in cases}).order_by("village"):
        mine = [case for case in cases if case.batch_id == batch.pk and case not in away]
        by = walk.actor(Act.INSPECT, stage, batch.village_id)
        visits = {case.pk: _visit(wave, stage, case, short.get(case.pk, set())) for case in mine}
        chosen = Case.objects.filter(pk__in=list(visits))
        if visits:
            inspections.inspect_many(chosen, stage.key, visits, by=by, done_on=walk.today)
            if assessments.by_organs(stage):
                _judge(wave, stage, mine, short)
        for case in [one for one in mine if one.pk in short]:
            trouble = short_trouble or Trouble.SHORT_BY_TOWNSHIP
            end(wave, case, stage, trouble, reason=reason, note="入户核实未达到脱贫标准")
        if stage.signers:
            sign_slots(wave, batch, stage, walk.actor(Act.SIGN, stage, batch.village_id))


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


def _below(wave: WaveOfLists, stage: Stage) -> dict[int, set[str]]:
    """Case → the indicators whose recorded facts do not meet the plan: a visitor sees it."""
    rules, found = wave.walk.rules, dict[int, set[str]]()
    cases = wave.cases(stage).order_by("pk")
    for indicator in rules.indicators:
        fails = cases.none()
        for test in indicator.test:
            met = cases.filter(facts.test_passes(test, rules.year))
            fails = fails | cases.exclude(pk__in=met.values("pk"))
        for key in fails.values_list("pk", flat=True):
            found.setdefault(key, set()).add(indicator.key)
    return found


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
            by = walk.actor(Act.INSPECT, stage, case.village_id)
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
        visitors=visitors(wave, stage, case),
        results={} if assessments.by_organs(stage) else results(wave, short),
        place="县人民医院" if hospital else "",
    )


def results(wave: WaveOfLists, short: Collection[str]) -> Mapping[str, AssessSpec]:
    """Every indicator of the plan, judged."""
    return {key: _judged(key not in short) for key in wave.walk.rules.indicator_keys}


def visitors(wave: WaveOfLists, stage: Stage, case: Case) -> list[VisitorSpec]:
    """As many people as the plan asks, of the posts it names, nearest first."""
    who = stage.visitors.who if stage.visitors else (VISITOR[stage.level],)
    least = stage.visitors.least if stage.visitors else 1
    found = wave.walk.cast.visitors(case.village_id, who)
    return [VisitorSpec(name=name, post=post) for name, post in found[:least]]


# ── comparison ────────────────────────────────────────────────────────────────────────────────


def compare(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """Every bureau is asked and answers; what it finds is explained and judged, or is not."""
    walk = wave.walk
    cases = list(wave.cases(stage))
    if not cases:
        return
    asker = walk.actor(Act.COMPARE, stage, walk.township.code)
    runs = comparison.ask_bureaux(
        wave.cases(stage),
        stage.key,
        number=f"比对〔{walk.rules.year}〕{walk.waves.index(wave) + 1}号",
        asked_on=walk.today,
        by=asker,
    )
    yield open_day(walk.today + timedelta(days=2))
    found = walk.fate.those(cases, Trouble.HIT_EXPLAINED, Trouble.HIT_UNANSWERED)
    for nth, run in enumerate(runs):
        _answer(wave, run, [case for i, case in enumerate(found) if i % len(runs) == nth])
    yield open_day(walk.today + timedelta(days=2))
    _explain(wave, stage, cases)
    verify = stage.verify.days if stage.verify else 0
    yield open_day(walk.today + timedelta(days=verify * 2 + 1 if found else 0))
    _expire(wave, stage, cases)


def _answer(wave: WaveOfLists, run: ComparisonRun, hit: Sequence[Case]) -> None:
    walk = wave.walk
    bureau = walk.cast.bureaux[run.bureau]
    comparison.answer(
        run,
        answered_on=walk.today,
        number=f"{run.number}-{run.bureau}",
        answered_by=bureau.name,
        file=props.scan("反馈单", run.region_id, bureau),
        hits=[HitSpec(case, Fact.CAR, "名下有小型汽车登记") for case in hit],
        by=bureau,
    )


def _explain(wave: WaveOfLists, stage: Stage, cases: Sequence[Case]) -> None:
    walk = wave.walk
    for case in walk.fate.those(cases, Trouble.HIT_EXPLAINED):
        for hit in Hit.objects.filter(case=case, verdict=""):
            comparison.explain(
                hit,
                explanation="该车已于2019年转让,有过户凭证",
                file=props.scan("过户凭证", case.village_id, None),
                by=walk.cast.one(Act.EXPLAIN_HIT, Level.VILLAGE, case.village_id),
                done_on=walk.today,
            )
            comparison.judge(
                hit,
                verdict=Hit.Verdict.CLEARED,
                by=walk.actor(Act.JUDGE_HIT, stage, case.village_id),
                done_on=walk.today,
            )
        walk.fate.tell(
            Trouble.HIT_EXPLAINED,
            case.household.number,
            stage.key,
            Hit.Verdict.CLEARED,
            PaperKind.BUREAU_ANSWER,
        )


def _expire(wave: WaveOfLists, stage: Stage, cases: Sequence[Case]) -> None:
    """Unanswered by the deadline is unverified, and bars the exit."""
    walk = wave.walk
    silent = walk.fate.those(cases, Trouble.HIT_UNANSWERED)
    if not silent:
        return
    by = walk.actor(Act.JUDGE_HIT, stage, walk.township.code)
    if stage.verify:
        comparison.expire_hits(region=walk.township.code, done_on=walk.today, by=by)
    else:  # the plan sets no term: a person says that it stands
        for hit in Hit.objects.filter(case__in=silent, verdict=""):
            comparison.judge(hit, verdict=Hit.Verdict.NOT_MET, by=by, done_on=walk.today)
    for case in silent:
        comparison.refuse_by_hits(
            Case.objects.filter(pk=case.pk),
            by=walk.actor(Act.REFUSE, stage, case.village_id),
            done_on=walk.today,
        )
        walk.fate.tell(
            Trouble.HIT_UNANSWERED,
            case.household.number,
            stage.key,
            Case.objects.get(pk=case.pk).end_reason,
            PaperKind.REFUSAL_LETTER,
        )
