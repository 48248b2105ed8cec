"""The bureaux' comparison: who is asked, what they find, who explains it, who keeps silent."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from exitcase.core.choices import Act, Fact, Level, PaperKind, Role
from exitcase.core.rules import Stage
from exitcase.walk import props
from exitcase.walk.agenda import open_day
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import Trouble
from verification.models import Case, ComparisonRun, Hit
from verification.services import comparison
from verification.services.specs import HitSpec


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
        hit = [case for i, case in enumerate(found) if i % len(runs) == nth]
        if hit or not _by_letter(wave, stage, run):
            _answer(wave, run, hit)
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


def _by_letter(wave: WaveOfLists, stage: Stage, run: ComparisonRun) -> bool:
    """A bureau that never logs in writes that it found nothing: one registers, another confirms."""
    walk = wave.walk
    if not walk.rules.organ(run.bureau).outside or not walk.fate.take(Trouble.NIL_BY_LETTER):
        return False
    by = walk.cast.one(Act.RAISE_HIT, stage.level, run.region_id, first=Role.DISTRICT_OFFICER)
    number = f"{run.number}-{run.bureau}函"
    comparison.answer(
        run,
        answered_on=walk.today,
        number=number,
        answered_by=walk.rules.organ(run.bureau).title,
        file=props.scan("复函", run.region_id, by),
        hits=[],
        by=by,
    )
    second = walk.other(by, Act.COMPARE, stage, run.region_id)
    comparison.confirm_answer(run, by=second, done_on=walk.today)
    where, paper = run.region_id, PaperKind.BUREAU_ANSWER
    walk.fate.tell(Trouble.NIL_BY_LETTER, where, stage.key, comparison.NIL, paper)
    return True


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
        comparison.expire_hits(walk.township.code, done_on=walk.today, by=by)
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
