"""信息比对: bureaux are asked and answer, with hits or nil; each hit gets another's verdict."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from django.db.models import F, QuerySet, Value
from django.utils.translation import gettext as _

from exitcase.core import access, journal
from exitcase.core.choices import LIVE, Act, Fact, Level, Reason, StageKind
from exitcase.core.errors import OutOfScope, Refused
from exitcase.core.fields import inside
from exitcase.core.models import StoredFile, User
from exitcase.core.moves import Moved
from exitcase.core.rules import Rules
from exitcase.core.rules_words import Effect
from exitcase.core.scope import Scope
from exitcase.core.services.door import door
from verification.models import Batch, Case, ComparisonItem, ComparisonRun, Hit
from verification.services.district import (
    acts_itself,
    enter,
    refuse_before,
    refuse_blank,
    region_of,
)
from verification.services.entry import Entry, entry, names, one_programme, refuse_long
from verification.services.locks import lock_cases
from verification.services.refusing import refuse_each
from verification.services.specs import HitSpec

KINDS = (StageKind.COMPARE,)
NIL: Final = "nil"
# Verdict → the fact a plan's bar may rest on, and the words on the letter.
BARRED: Final[dict[Hit.Verdict, tuple[Fact, str]]] = {
    Hit.Verdict.NOT_MET: (Fact.HIT_NOT_MET, "比对发现的疑点经核实,未达到标准"),
    Hit.Verdict.UNVERIFIED: (Fact.HIT_UNVERIFIED, "比对发现的疑点逾期未能核实"),
}


def ask_bureaux(
    cases: QuerySet[Case], stage: str, *, number: str, asked_on: date, by: User, reason: str = ""
) -> list[ComparisonRun]:
    """Ask every bureau of the stage about these cases: one run each, under one number.

    Raises Refused for a number used before and for a case that is already being asked about.
    """
    refuse_blank(number=(number, _("发函编号")))
    at = entry(cases, stage, Act.COMPARE, KINDS, by=by, done_on=asked_on, reason=reason)
    with at as here:
        region = region_of((case.village_id for case in here.cases), here.stage.level)
        _refuse_asked(here, region, number)
        return [
            _ask(here, ComparisonRun(bureau=bureau, number=number, asked_on=asked_on), region)
            for bureau in here.stage.need("bureaux").organs
        ]


def _ask(here: Entry, run: ComparisonRun, region: str) -> ComparisonRun:
    run.programme, run.stage, run.region_id = here.programme, here.stage.key, region
    refuse_long([run])
    run.save()
    journal.record(Act.COMPARE, run, "", "asked", stage=run.stage)
    journal.insert_select(
        ComparisonItem,
        here.rows().order_by("pk"),
        case=F("pk"),
        run=Value(run.pk),
        bureau=Value(run.bureau),
        stage=Value(run.stage),
        tx=Value(here.tx),
        void_tx=Value(""),
    )
    journal.record_set(Act.COMPARE, here.rows(), stage=run.stage, became=f"asked {run.bureau}")
    return run


def answer(
    run: ComparisonRun,
    *,
    answered_on: date,
    number: str,
    answered_by: str,
    file: StoredFile | None,
    hits: Sequence[HitSpec],
    by: User,
    reason: str = "",
) -> ComparisonRun:
    """Take a bureau's answer: its hits, or none (无异常 is an answer too).

    The bureau's own account answers for itself; where it never logs in, an officer registers its
    letter, which counts after `confirm_answer` by another. Hits hold their cases from now on.
    """
    rules, stage = run.programme.rules, run.programme.rules.stage(run.stage)
    refuse_blank(number=(number, _("反馈文号")), name=(answered_by, _("反馈人")))
    with door(
        by, Act.RAISE_HIT, stage.level, [run.region_id], rules=rules, done_on=answered_on,
        reason=reason,
    ):  # fmt: skip
        _refuse_other_bureau(run, by)
        cases = _cases_of(run)
        lock_cases(cases)
        run = _unanswered(run)
        refuse_before(answered_on, run.asked_on, _("不早于发函日期"))
        itself = _itself(run, by)
        run.answer_number, run.answered_by, run.file = number, answered_by, file
        run.entered_on, run.entered_by = answered_on, by
        run.answered_on = answered_on if itself else None
        refuse_long([run])
        run.save()
        _raise(run, hits, cases, by)
        became = "answered" if itself else "entered"
        journal.record(Act.COMPARE, run, "asked", became, stage=run.stage, reason=_count(hits))
        return run


def confirm_answer(
    run: ComparisonRun, *, by: User, done_on: date, reason: str = ""
) -> ComparisonRun:
    """Confirm what another officer registered for a bureau that never logs in: now it counts."""
    rules, stage = run.programme.rules, run.programme.rules.stage(run.stage)
    with door(
        by, Act.COMPARE, stage.level, [run.region_id], rules=rules, done_on=done_on, reason=reason
    ):
        lock_cases(_cases_of(run))
        run = ComparisonRun.objects.select_related("programme").get(pk=run.pk)
        if run.entered_on is None or run.answered_on is not None:
            raise Refused(_("没有待确认的反馈"), place=run.number, rule=_("先登记,尚未确认"))
        access.two_people(run.entered_by_id, by.pk)
        refuse_before(done_on, run.entered_on, _("不早于反馈日期"))
        run.answered_on, run.confirmed_by = run.entered_on, by
        run.save(update_fields=["answered_on", "confirmed_by"])
        journal.record(Act.COMPARE, run, "entered", "answered", stage=run.stage)
        return run


def _cases_of(run: ComparisonRun) -> QuerySet[Case]:
    asked: QuerySet[Case] = Case.objects.filter(pk__in=ComparisonItem.valid(run=run).values("case"))
    return asked


def _itself(run: ComparisonRun, by: User) -> bool:
    organ = run.programme.rules.organ(run.bureau)
    return not organ.outside or acts_itself(by, organ, run.region_id)


def _refuse_other_bureau(run: ComparisonRun, by: User) -> None:
    """A bureau sees its own requests: another's do not exist for it, nor a colleague's (404)."""
    scope = Scope.of(by)
    if not scope.filter(ComparisonRun.objects.filter(pk=run.pk)).exists():
        raise OutOfScope(_("没有找到,或不在您的管辖范围内"))


def _unanswered(run: ComparisonRun) -> ComparisonRun:
    found = ComparisonRun.objects.select_related("programme").get(pk=run.pk)
    if found.entered_on is not None:
        raise Refused(_("该部门已经反馈过"), place=found.number, value=found.entered_on.isoformat())
    return found


def _raise(run: ComparisonRun, specs: Sequence[HitSpec], cases: QuerySet[Case], by: User) -> None:
    """Write the hits, numbered in order; the term runs from the day of the answer."""
    _refuse_strangers(specs, cases)
    verify = run.programme.rules.stage(run.stage).verify
    raised = run.entered_on or run.asked_on
    due = raised + timedelta(days=verify.days) if verify else None
    hits = [
        Hit(
            case=spec.case,
            run=run,
            stage=run.stage,
            number=f"{at:03}",
            fact=spec.fact,
            detail=spec.detail,
            raised_on=raised,
            raised_by=by,
            due_on=due,
        )
        for at, spec in enumerate(specs, 1)
    ]
    refuse_long(hits)
    Hit.objects.bulk_create(hits)
    if hits:
        rows = Hit.objects.filter(run=run)
        journal.record_set(Act.RAISE_HIT, rows, stage=run.stage, became="raised")


def _refuse_strangers(specs: Sequence[HitSpec], cases: QuerySet[Case]) -> None:
    known = set(cases.values_list("pk", flat=True)) if specs else set()
    strange = [spec.case for spec in specs if spec.case.pk not in known]
    if strange:
        raise Refused(
            _("反馈中有未发函比对的户"), place=names(strange), rule=_("只反馈本次发函名单上的户")
        )
    if not all(spec.detail.strip() for spec in specs):
        raise Refused(_("疑点没有写明内容"), example=_("名下有小型汽车,登记日期2019年3月"))


def _count(hits: Sequence[HitSpec]) -> str:
    return f"{len(hits)}" if hits else NIL


def _refuse_asked(here: Entry, region: str, number: str) -> None:
    used = ComparisonRun.objects.filter(district=region[:6], number=number)
    if used.exists():
        raise Refused(_("发函编号已经用过"), value=number, rule=_("一次发函一个编号"))
    asked = ComparisonItem.valid(stage=here.stage.key, case__in=here.rows().values("pk"))
    again = list(Case.objects.filter(pk__in=asked.values("case"))[:20])
    if again:
        raise Refused(
            _("有户已经发函比对"), place=names(again), rule=_("同一环节每户只向每个部门发函一次")
        )


# ── hits ──────────────────────────────────────────────────────────────────────────────────────


def explain(
    hit: Hit,
    *,
    explanation: str,
    file: StoredFile | None,
    by: User,
    done_on: date,
    reason: str = "",
) -> Hit:
    """Write down what the household says to a hit, with its evidence; again until it is judged."""
    refuse_blank(text=(explanation, _("户的说明")))
    case = Case.objects.filter(pk=hit.case_id)
    with enter(case, Act.EXPLAIN_HIT, Level.VILLAGE, by=by, done_on=done_on, reason=reason):
        hit = _open(hit)
        refuse_before(done_on, hit.raised_on, _("不早于疑点提出日期"))
        hit.explanation, hit.explained_on = explanation, done_on
        hit.file = file or hit.file
        refuse_long([hit])
        hit.save(update_fields=["explanation", "explained_on", "file"])
        facts = {"explanation": explanation}
        journal.record(Act.EXPLAIN_HIT, hit, "raised", "explained", stage=hit.stage, facts=facts)
        return hit


def judge(hit: Hit, *, verdict: Hit.Verdict, by: User, done_on: date, reason: str = "") -> Hit:
    """Give the verdict, by another person than who raised the hit.

    Raises NotAllowed for who raised it; Refused for a hit judged before, 已核实不影响 without an
    explanation, 逾期未核实 before the term is over.
    """
    level = hit.case.batch.rules.stage(hit.stage).level
    case = Case.objects.filter(pk=hit.case_id)
    with enter(case, Act.JUDGE_HIT, level, by=by, done_on=done_on, reason=reason):
        hit = _open(hit)
        access.two_people(hit.raised_by_id, by.pk)
        refuse_before(done_on, hit.explained_on or hit.raised_on, _("不早于疑点提出和说明日期"))
        _refuse_verdict(hit, verdict, done_on)
        hit.verdict, hit.judged_on, hit.judged_by = verdict, done_on, by
        hit.save(update_fields=["verdict", "judged_on", "judged_by"])
        was = "explained" if hit.explanation else "raised"
        journal.record(Act.JUDGE_HIT, hit, was, verdict, stage=hit.stage)
        return hit


def expire_hits(*regions: str, done_on: date, by: User, reason: str = "") -> int:
    """Judge every open hit of some regions whose term ended before `done_on`: 逾期未核实.

    It is the calendar's verdict: no person's name stands under it. Each stage's hits in a region
    are an act of their own, of that stage's level. Gives how many.
    """
    found = 0
    for region in regions:
        late = Hit.objects.filter(inside(region, "case__"), verdict="", due_on__lt=done_on)
        for stage in sorted(set(late.values_list("stage", flat=True))):
            found += _expire(late.filter(stage=stage), stage, done_on, by, reason)
    return found


def _expire(late: QuerySet[Hit], stage: str, done_on: date, by: User, reason: str) -> int:
    cases = Case.objects.filter(pk__in=late.values("case"))
    rules = one_programme(Batch.objects.filter(pk__in=cases.values("batch"))).rules
    level = rules.stage(stage).level
    with enter(cases, Act.JUDGE_HIT, level, by=by, done_on=done_on, rules=rules, reason=reason):
        rows = Hit.objects.filter(pk__in=list(late.values_list("pk", flat=True)))
        journal.record_set(
            Act.JUDGE_HIT, rows, stage=stage, was="raised", became=Hit.Verdict.UNVERIFIED
        )
        return rows.update(verdict=Hit.Verdict.UNVERIFIED, judged_on=done_on)


def refuse_by_hits(cases: QuerySet[Case], *, by: User, done_on: date) -> Moved:
    """End the cases whose hits were judged 未达标 or 逾期未核实, by the plan's bar on that fact.

    A plan without such a bar refuses them as 核实不达标. A case with both ends by the first.
    """
    keys = list(cases.filter(state__in=LIVE).values_list("pk", flat=True))
    total = Moved()
    for verdict, (fact, note) in BARRED.items():
        hit = Hit.objects.filter(case__in=keys, verdict=verdict)
        found = Case.objects.filter(pk__in=hit.values("case"), state__in=LIVE)
        for rules, part in _by_rules(found):
            bar = bar_on(fact, rules)
            reason = Reason.BAR if bar else Reason.CHECK_FAILED
            total += refuse_each(part, reason=reason, bar=bar, note=note, by=by, done_on=done_on)
    return total


def bar_on(fact: Fact, rules: Rules) -> str:
    """The key of the plan's bar that refuses for this fact; "" if it has none."""
    named = [bar.key for bar in rules.bars if bar.fact == fact and bar.effect == Effect.REFUSE]
    return named[0] if named else ""


def _by_rules(cases: QuerySet[Case]) -> list[tuple[Rules, QuerySet[Case]]]:
    """The cases by the version of the plan they run under."""
    found: dict[int, tuple[Rules, list[int]]] = {}
    for case in cases.select_related("batch__programme").order_by("pk"):
        group = found.setdefault(case.batch.programme_id, (case.batch.rules, []))
        group[1].append(case.pk)
    return [(rules, Case.objects.filter(pk__in=keys)) for rules, keys in found.values()]


def _open(hit: Hit) -> Hit:
    found = Hit.objects.select_related("case").get(pk=hit.pk)
    if found.verdict:
        raise Refused(
            _("该疑点已有结论"), place=str(found.case), value=str(Hit.Verdict(found.verdict).label)
        )
    return found


def _refuse_verdict(hit: Hit, verdict: Hit.Verdict, done_on: date) -> None:
    if verdict == Hit.Verdict.CLEARED and not hit.explanation:
        raise Refused(
            _("还没有户的说明,不能认定为不影响退出"),
            place=str(hit.case),
            rule=_("先由村、镇登记说明和佐证"),
        )
    if verdict == Hit.Verdict.UNVERIFIED and (hit.due_on is None or done_on <= hit.due_on):
        raise Refused(
            _("核实期限未到,不能作逾期处理"),
            place=str(hit.case),
            value=done_on.isoformat(),
            rule=_("期限为 %s,次日起算逾期") % (hit.due_on.isoformat() if hit.due_on else "-"),
        )
