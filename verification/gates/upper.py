"""What township, district and city must have done."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from exitcase.core.choices import ENDS, End, Finding, StageKind
from exitcase.core.gates import Ask, Passes
from exitcase.core.rules import Stage
from exitcase.core.rules_words import WHOLE, Matter, Op
from households import facts
from publicity.choices import NoticeKind, NoticeState
from publicity.models import NoticeItem
from verification.gates.base import OPEN, at_least, gate, none_later
from verification.models import (
    Assessment,
    Case,
    ComparisonItem,
    DecisionItem,
    Delivery,
    DrawItem,
    Hit,
    Inspection,
    Original,
    Rectification,
    Signature,
    StageRecord,
    SubmissionItem,
    SystemMark,
)

# ── submission ────────────────────────────────────────────────────────────────────────────────


@gate(_("还有 %(n)d 户不在送审名单上"), table="handover")
def on_the_list(ask: Ask) -> Passes:
    same = Q(submission__recalled_tx="", persons=OuterRef("persons"))
    return Exists(SubmissionItem.given_at(ask.stage.key).filter(same))


@gate(_("有 %(n)d 户的送审材料上级尚未接收"), table="handover")
def received(ask: Ask) -> Passes:
    return Exists(SubmissionItem.given_at(ask.stage.key, submission__received_on__isnull=False))


@gate(_("有 %(n)d 户的签字没有扫描件(三无)"), table="handover")
def scanned(_ask: Ask) -> Passes:
    """No paper without its signer, day and scan goes up (DOMAIN 10.3.12)."""
    return ~Exists(Signature.valid(case=OuterRef("pk"), refused=False, scan__isnull=True))


@gate(_("有 %(n)d 户在公示期满前送审"), table="handover")
def sent_after_notice(ask: Ask) -> Passes:
    later = NoticeItem.valid(
        case_key=OuterRef("case"),
        notice__kind=NoticeKind.NOTICE,
        notice__closes_at__date__gt=OuterRef("submission__sent_on"),
    )
    return none_later(SubmissionItem.given_at(ask.stage.key), later)


@gate(_("有 %(n)d 户属于方案规定不得退出的情形"))
def no_bar(ask: Ask) -> Passes:
    """The bars of the plan that rest on the register; those on hits are asked of the hits."""
    free = Q(OPEN)
    for bar in ask.rules.bars:
        if not facts.of_a_hit(bar.fact):
            free &= Q(facts.bar_absent(bar, ask.rules.year))
    return free


# ── check ─────────────────────────────────────────────────────────────────────────────────────


@gate(_("还有 %(n)d 户没有合格的核查记录"))
def inspected(ask: Ask) -> Passes:
    """A record of every case; where the rate is below one, of every case drawn."""
    return Q(visited(ask)) | undrawn(ask)


def undrawn(ask: Ask) -> Q:
    """The draw of a check that visits a share left the case out, and its result is closed."""
    if ask.stage.coverage_rate == WHOLE:
        return Q(pk__in=())
    left = Q(drawn=False, draw__result_closed_on__isnull=False)
    return Q(Exists(DrawItem.given_at(ask.stage.key).filter(left)))


def visited(ask: Ask) -> Exists:
    """One visit of enough people, in a way the plan allows, that found the standard met."""
    visit = Inspection.given_at(ask.stage.key, finding=Finding.MET)
    if ask.stage.visitors:
        visit = visit.filter(visitors__gte=ask.stage.visitors.least)
    if ask.stage.modes:
        visit = visit.filter(mode__in=ask.stage.modes.allowed)
    return Exists(visit)


@gate(_("有 %(n)d 户不是每项指标都认定达标"), table="judges")
def indicators_met(ask: Ask) -> Passes:
    if Matter.STANDARD not in ask.stage.need("judges").on:
        return OPEN
    return Q(all_met(ask, ask.stage.key)) | undrawn(ask)


def all_met(ask: Ask, stage: str) -> Passes:
    """Every indicator of the plan was judged at this stage, and met."""
    keys = ask.rules.indicator_keys
    met = Assessment.objects.filter(
        case=OuterRef("pk"), stage=stage, void_tx="", met=True, indicator__in=keys
    )
    return at_least(met, len(keys)) if keys else OPEN


@gate(_("有 %(n)d 户的核查日期早于接收送审材料"))
def visited_after_receipt(ask: Ask) -> Passes:
    later = SubmissionItem.valid(
        case=OuterRef("case"), submission__received_on__gt=OuterRef("done_on")
    )
    return none_later(Inspection.given_at(ask.stage.key), later)


# ── comparison ────────────────────────────────────────────────────────────────────────────────


@gate(_("有 %(n)d 户还缺部门的比对反馈"), table="bureaux")
def bureaux_answered(ask: Ask) -> Passes:
    wanted = ask.stage.need("bureaux").organs
    answered = ComparisonItem.given_at(
        ask.stage.key, bureau__in=wanted, run__answered_on__isnull=False
    )
    return at_least(answered, len(wanted))


@gate(_("有 %(n)d 户的疑点核实后未达标或逾期未核实,不予退出"), table="bureaux")
def hits_cleared(_ask: Ask) -> Passes:
    standing = [Hit.Verdict.NOT_MET, Hit.Verdict.UNVERIFIED]
    return ~Exists(Hit.objects.filter(case=OuterRef("pk"), verdict__in=standing))


# ── decision ──────────────────────────────────────────────────────────────────────────────────


@gate(_("还有 %(n)d 户没有列入请示"), table="act")
def proposed(ask: Ask) -> Passes:
    return Exists(DecisionItem.given_at(ask.stage.key))


@gate(_("还有 %(n)d 户没有批准(须有文号、日期、扫描件,并由第二人确认登记)"), table="act")
def approved(ask: Ask) -> Passes:
    item = DecisionItem.given_at(
        ask.stage.key,
        approved=True,
        decision__number__gt="",
        decision__decided_on__isnull=False,
        decision__scan__isnull=False,
    )
    if ask.rules.organ(ask.stage.need("act").organ).outside:
        item = item.filter(decision__confirmed_by__isnull=False)
    return Exists(item)


@gate(_("有 %(n)d 户的人均收入没有超过标准或没有记录"), table="act")
def income_above_line(ask: Ask) -> Passes:
    """`net <op> line × divisor`, in whole 分: a gate never divides."""
    if ask.rules.income is None:
        return OPEN
    compare = GreaterThan if ask.rules.income.line.op == Op.ABOVE else GreaterThanOrEqual
    somebody = Q(divisor__gte=1)  # 0 persons need 0 yuan: an empty record would pass
    return somebody & Q(compare(F("net_fen"), F("divisor") * ask.rules.line_fen))


@gate(_("有 %(n)d 户在最高一级核查中不是每项指标都达标"), table="act")
def standard_met(ask: Ask) -> Passes:
    """Met at the highest level that judged every case of it (DOMAIN 10.3.9).

    What a draw found of the few it visited, the draw's own gates ask.
    """
    judged = [stage for stage in _before(ask) if _judges_every_case(stage)]
    return all_met(ask, judged[-1].key) if judged else OPEN


@gate(_("有 %(n)d 户的登记事实不符合指标要求"), table="act")
def tests_pass(ask: Ask) -> Passes:
    """Where the plan names a figure for an indicator, the year's record meets it."""
    passed = Q(OPEN)
    for indicator in ask.rules.indicators:
        for test in indicator.test:
            passed &= Q(facts.test_passes(test, ask.rules.year))
    return passed


@gate(_("有 %(n)d 户的整改尚未复查合格"), held=True)
def rectified(ask: Ask) -> Passes:
    """Everything due by this stage was put right, or put right in a later round.

    Asked at every stage: what is found after the stage it was due before holds the case where
    it stands (DESIGN 12).
    A stage for putting right is left when nothing is open any more, whenever it is due.
    """
    due = [stage.key for stage in (*_before(ask), ask.stage)]
    rounds = Rectification.objects.filter(case=OuterRef("pk"))
    if ask.stage.kind != StageKind.RECTIFY:
        rounds = rounds.filter(before__in=due)
    return ~Exists(_failing(rounds))


@gate(_("有 %(n)d 户的批准日期早于核查"), table="act")
def decided_after_checks(ask: Ask) -> Passes:
    later = Inspection.valid(case=OuterRef("case"), done_on__gt=OuterRef("decision__decided_on"))
    return none_later(DecisionItem.given_at(ask.stage.key), later)


def _failing(rounds: "QuerySet[Rectification]") -> "QuerySet[Rectification]":
    """Rounds not passed that no later round of the same fault has made good."""
    later = Rectification.objects.filter(
        case=OuterRef("case"), raised_at=OuterRef("raised_at"), pk__gt=OuterRef("pk"), passed=True
    )
    unpassed = Q(passed=False) | Q(passed__isnull=True)
    return rounds.filter(unpassed).filter(~Exists(later))


def _before(ask: Ask) -> tuple[Stage, ...]:
    keys = ask.rules.keys
    return ask.rules.chain[: keys.index(ask.stage.key)]


def _judges_every_case(stage: Stage) -> bool:
    whole = stage.kind == StageKind.CHECK and stage.coverage_rate == WHOLE
    return bool(whole and stage.judges and Matter.STANDARD in stage.judges.on)


# ── mark ──────────────────────────────────────────────────────────────────────────────────────


@gate(_("还有 %(n)d 户没有确认系统标识"), table="system")
def marked(ask: Ask) -> Passes:
    return Exists(SystemMark.given_at(ask.stage.key, confirmed=True, marked_on__isnull=False))


@gate(_("有 %(n)d 户的标识日期早于批准"), table="system")
def marked_after_decision(ask: Ask) -> Passes:
    later = DecisionItem.valid(
        case=OuterRef("case"), decision__decided_on__gt=OuterRef("marked_on")
    )
    return none_later(SystemMark.given_at(ask.stage.key), later)


# ── draw ──────────────────────────────────────────────────────────────────────────────────────


@gate(_("还有 %(n)d 户不在抽样框内"))
def framed(ask: Ask) -> Passes:
    return Exists(DrawItem.given_at(ask.stage.key))


@gate(_("有 %(n)d 户所在抽样框的核查结果尚未公布"))
def draw_closed(ask: Ask) -> Passes:
    return Exists(DrawItem.given_at(ask.stage.key, draw__result_closed_on__isnull=False))


@gate(_("有 %(n)d 户已抽中,没有达标的核查记录,也没有整改复查合格"))
def drawn_inspected(ask: Ask) -> Passes:
    """Drawn cases are visited and met, or found short, put right and re-checked."""
    undrawn = Exists(DrawItem.given_at(ask.stage.key, drawn=False))
    short = Exists(Inspection.given_at(ask.stage.key, finding=Finding.SHORT))
    mended = Exists(
        Rectification.objects.filter(case=OuterRef("pk"), raised_at=ask.stage.key, passed=True)
    )
    return Q(undrawn) | Q(visited(ask)) | (Q(short) & Q(mended))


# ── announcement and filing ───────────────────────────────────────────────────────────────────


@gate(_("还有 %(n)d 户没有公告"), table="places")
def announced(ask: Ask) -> Passes:
    standing = Q(
        notice__kind=NoticeKind.ANNOUNCEMENT,
        notice__state__in=[NoticeState.HANGING, NoticeState.CLOSED],
        struck_tx="",
    )
    return Exists(NoticeItem.given_at(ask.stage.key).filter(standing))


@gate(_("有 %(n)d 户的公告早于批准"), table="places")
def announced_after_decision(ask: Ask) -> Passes:
    later = DecisionItem.valid(
        case=OuterRef("case_key"),
        decision__decided_on__gt=OuterRef("notice__starts_at__date"),
    )
    return none_later(NoticeItem.given_at(ask.stage.key, struck_tx=""), later)


@gate(_("有 %(n)d 个批次还有户未通过本环节,可先分出"), of="batch")
def all_passed(ask: Ask) -> Passes:
    waiting = Case.objects.filter(batch=OuterRef("pk")).exclude(state__in=[*ENDS, ask.stage.passed])
    return ~Exists(waiting)


@gate(_("有 %(n)d 个批次缺方案要求的记录"), of="batch")
def records_kept(ask: Ask) -> Passes:
    return _records(ask, hard=True)


@gate(_("有 %(n)d 个批次缺方案提到的记录(工作方案、培训、宣传等)"), of="batch", hard=False)
def records_noted(ask: Ask) -> Passes:
    return _records(ask, hard=False)


def _records(ask: Ask, *, hard: bool) -> Passes:
    kept = Q(OPEN)
    for asked in ask.stage.record:
        if asked.hard is hard:
            rows = StageRecord.objects.filter(
                batch=OuterRef("pk"), stage=ask.stage.key, key=asked.key
            )
            kept &= Q(Exists(rows))
    return kept


@gate(_("有 %(n)d 个批次的批复、批转等文书没有送齐"), of="batch", table="delivery")
def conveyed(ask: Ask) -> Passes:
    """Every paper the plan sends from organ to organ at this stage is on its way's record.

    Of a batch in which nobody exits there is nothing to send.
    """
    sent = Q(OPEN)
    for row in ask.stage.delivery:
        rows = StageRecord.objects.filter(batch=OuterRef("pk"), stage=ask.stage.key, key=row.paper)
        sent &= Q(Exists(rows))
    return sent | Q(~Exists(Case.objects.filter(batch=OuterRef("pk"), state=End.GRANTED)))


@gate(_("有 %(n)d 个批次的备案原件不齐"), of="batch", table="archive")
def originals_filed(ask: Ask) -> Passes:
    """A batch that everybody has left for another one has no papers to file."""
    filed = Q(OPEN)
    for kind in ask.stage.need("archive").originals:
        rows = Original.objects.filter(batch=OuterRef("pk"), stage=ask.stage.key, paper_kind=kind)
        filed &= Q(Exists(rows))
    return filed | Q(~Exists(Case.objects.filter(batch=OuterRef("pk"))))


@gate(_("有 %(n)d 个批次还有户没有送达告知书"), of="batch", table="archive")
def letters_delivered(_ask: Ask) -> Passes:
    """Every end gives the household its letter; the batch is not filed before that."""
    ended = Case.objects.filter(batch=OuterRef("pk"), state__in=ENDS)
    letters = Delivery.objects.filter(case=OuterRef("pk"))
    return ~Exists(ended.filter(~Exists(letters)))
