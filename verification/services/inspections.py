"""核查, 入户: who went, when, how, what they found on each indicator; and who was not at home."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from exitcase.core.choices import Act, Finding, Mode, StageKind
from exitcase.core.errors import Overtaken, Refused
from exitcase.core.gates import Ask
from exitcase.core.models import User
from exitcase.core.rules import Rules, Stage
from exitcase.core.rules_words import WHOLE, Matter
from exitcase.core.words import word
from verification.gates.upper import inspected
from verification.gates.village import surveyed
from verification.models import Assessment, Case, DrawItem, Inspection
from verification.services import assessments, visits
from verification.services.entry import (
    Entry,
    entry,
    names,
    refuse_day,
    refuse_unknown,
)
from verification.services.specs import UNASKED, VisitorSpec, VisitSpec
from verification.services.visits import Specs

CHECKS: Final = (StageKind.CHECK, StageKind.DRAW_CHECK)
SURVEYS: Final = (StageKind.COLLECT, StageKind.APPLY)


def inspect(
    case: Case, stage: str, spec: VisitSpec, *, by: User, done_on: date, reason: str = ""
) -> Inspection:
    """Record one visit, or one attempt at which nobody was met; see `inspect_many`."""
    one = Case.objects.filter(pk=case.pk)
    made = inspect_many(one, stage, {case.pk: spec}, by=by, done_on=done_on, reason=reason)
    return made[case.pk]


def inspect_many(
    cases: QuerySet[Case],
    stage: str,
    specs: Specs,
    *,
    by: User,
    done_on: date,
    reason: str = "",
) -> dict[int, Inspection]:
    """Record a visit of each case (case pk → visit), with its judgement on every indicator.

    Made again before the stage is left, a visit and its judgement take the place of the earlier;
    failed attempts stay and are counted. Raises Refused, naming the household, for too few
    visitors, a post or mode the plan does not send, indicators left out, a finding they do not
    bear out, an attempt beyond the plan's number, a case that was not drawn, hours out of order.
    """
    with entry(cases, stage, Act.INSPECT, CHECKS, by=by, done_on=done_on, reason=reason) as at:
        refuse_unknown(at.cases, specs)
        if at.stage.kind == StageKind.DRAW_CHECK and at.stage.sample:
            _refuse_undrawn(at)
        for case in at.cases:
            _refuse_visit(at, case, specs[case.pk], done_on)
            _refuse_finding(at, case, specs[case.pk])
        made = _save(at, specs, Act.INSPECT)
        judged = {pk: spec.results for pk, spec in specs.items() if spec.results}
        if judged:
            assessments.write(at, judged, made)
        return made


def record_surveys(
    cases: QuerySet[Case],
    stage: str,
    specs: Specs,
    *,
    by: User,
    done_on: date,
    reason: str = "",
) -> dict[int, Inspection]:
    """Record who visited each household (case pk → visit) while its facts were collected.

    A survey judges nothing. Raises Refused as a visit does; nobody at home is no survey.
    """
    act = Act.RECORD_SURVEY
    with entry(cases, stage, act, SURVEYS, by=by, done_on=done_on, reason=reason) as at:
        refuse_unknown(at.cases, specs)
        for case in at.cases:
            _refuse_visit(at, case, specs[case.pk], done_on)
            _refuse_survey(case, specs[case.pk])
        return _save(at, specs, act)


def record_survey(
    case: Case, stage: str, spec: VisitSpec, *, by: User, done_on: date, reason: str = ""
) -> Inspection:
    """Record one survey; see `record_surveys`."""
    one = Case.objects.filter(pk=case.pk)
    return record_surveys(one, stage, {case.pk: spec}, by=by, done_on=done_on, reason=reason)[
        case.pk
    ]


def unmet(cases: QuerySet[Case], stage: str, rules: Rules) -> QuerySet[Case]:
    """Those looked for as often as the plan asks and not met: may end as 未核实, never as 达标."""
    missed = Inspection.valid(stage=stage, finding=Finding.NOT_MET_HOME).order_by()
    often = missed.values("case").annotate(n=Count("pk")).filter(n__gte=rules.attempts.most)
    return cases.filter(pk__in=often.values("case"))


def waiting(cases: QuerySet[Case], rules: Rules, stage: Stage) -> QuerySet[Case]:
    """Those of these cases that the stage is to visit and where nobody was met yet.

    Of a stage that draws only the drawn; not those of a class the stage is not for; nobody where
    the plan sends nobody.
    """
    if stage.kind in SURVEYS and not stage.visitors:
        return cases.none()
    met = Inspection.valid(stage=stage.key).exclude(finding=Finding.NOT_MET_HOME)
    rows = cases.filter(state=rules.standing_before(stage.key)).exclude(pk__in=met.values("case"))
    if stage.sample or stage.coverage_rate != WHOLE:
        drawn = DrawItem.valid(stage=stage.key, drawn=True, draw__drawn_on__isnull=False)
        rows = rows.filter(pk__in=drawn.values("case"))
    gate = surveyed if stage.kind in SURVEYS else inspected
    asked = rows.annotate(unasked=gate.known_to_pass(Ask(rules, stage)))
    return asked.filter(unasked=False)


def asks_indicators(stage: Stage) -> bool:
    """Whether the visitors judge every indicator at this stage; else they only conclude."""
    return _judges_standard(stage) and not assessments.by_organs(stage)


# ── writing ───────────────────────────────────────────────────────────────────────────────────


def _save(at: Entry, specs: Specs, act: Act) -> dict[int, Inspection]:
    _refuse_overtaken(at, specs)
    missed = _attempts(at)
    _refuse_exhausted(at, specs, missed)
    _replace(at, specs)
    nth = {case.pk: missed.get(case.pk, 0) + 1 for case in at.cases}
    return visits.keep(at.cases, specs, stage=at.stage.key, act=act, attempts=nth)


def _refuse_overtaken(at: Entry, specs: Specs) -> None:
    """What another found meanwhile is not replaced unseen; a failed attempt replaces nothing."""
    met = Inspection.valid(stage=at.stage.key, case__in=at.rows())
    stands = dict(met.exclude(finding=Finding.NOT_MET_HOME).values_list("case", "pk"))
    later = [
        case
        for case in at.cases
        if specs[case.pk].finding != Finding.NOT_MET_HOME
        and specs[case.pk].seen not in (UNASKED, stands.get(case.pk))
    ]
    if later:
        raise Overtaken(_("别人刚刚登记了这一户的入户,您填的还没有登记"), place=names(later))


def _attempts(at: Entry) -> dict[int, int]:
    """How often each case was looked for in vain."""
    missed = Inspection.valid(stage=at.stage.key, case__in=at.rows(), finding=Finding.NOT_MET_HOME)
    return Counter(missed.values_list("case", flat=True))


def _replace(at: Entry, specs: Specs) -> None:
    """What a new visit found takes the place of what the last one found; attempts stay."""
    met = [pk for pk, spec in specs.items() if spec.finding != Finding.NOT_MET_HOME]
    old = Inspection.valid(stage=at.stage.key, case__in=met)
    old.exclude(finding=Finding.NOT_MET_HOME).update(void_tx=at.tx)
    judged = Assessment.objects.filter(case__in=met, stage=at.stage.key, void_tx="")
    judged.filter(inspection__isnull=False).update(void_tx=at.tx)


# ── refusals ──────────────────────────────────────────────────────────────────────────────────


def _refuse_visit(at: Entry, case: Case, spec: VisitSpec, done_on: date) -> None:
    refuse_day(spec.done_on, done_on, at.rules, _("%s 的入户日期") % case)
    _refuse_visitors(at.stage, case, spec.visitors)
    modes = at.stage.modes.allowed if at.stage.modes else tuple(Mode)
    if spec.mode not in modes:
        raise Refused(
            _("方案在本环节不认这种核查方式"),
            place=str(case),
            value=word(spec.mode),
            rule="、".join(word(mode) for mode in modes),
        )


def _refuse_visitors(stage: Stage, case: Case, visitors: Sequence[VisitorSpec]) -> None:
    people = {one.name for one in visitors}
    if len(people) < len(visitors):
        raise Refused(
            _("同一核查人登记了两次"),
            place=str(case),
            value="、".join(one.name for one in visitors),
            rule=_("每人一行"),
        )
    least = stage.visitors.least if stage.visitors else 1
    if len(people) < least:
        raise Refused(
            _("核查人数不足"),
            place=str(case),
            value=_("%d 人") % len(people),
            rule=_("不少于 %d 人") % least,
        )
    who = stage.visitors.who if stage.visitors else ()
    strange = [one for one in visitors if who and one.post not in who]
    if strange:
        raise Refused(
            _("核查人不属于方案规定的人员"),
            place=str(case),
            value="、".join(f"{one.name} {word(one.post)}" for one in strange),
            rule="、".join(word(post) for post in who),
        )


def _refuse_finding(at: Entry, case: Case, spec: VisitSpec) -> None:
    """达标 exactly when every indicator was judged and met; nobody met, nothing judged."""
    assessments.refuse_indicators(at.rules, set(spec.results))
    if spec.finding == Finding.NOT_MET_HOME:
        if spec.results:
            raise Refused(_("未遇的不能认定指标"), place=str(case), value=word(spec.finding))
        return
    if assessments.by_organs(at.stage):
        _refuse_results(at, case, spec)
    if not asks_indicators(at.stage):
        return
    missing = [one for one in at.rules.indicators if one.key in _unjudged(at.rules, spec)]
    if missing:
        raise Refused(
            _("有指标没有认定"),
            place=str(case),
            value="、".join(one.title for one in missing),
            rule=_("每项指标都要认定达标或未达标"),
        )
    short = [key for key, result in spec.results.items() if not result.met]
    if (spec.finding == Finding.MET) == bool(short):
        raise Refused(
            _("结论与各项指标不一致"),
            place=str(case),
            value=word(spec.finding),
            rule=_("各项都达标的结论为达标,有一项未达标的结论为未达标"),
        )


def _refuse_results(at: Entry, case: Case, spec: VisitSpec) -> None:
    if spec.results:
        raise Refused(
            _("本环节各项指标由其主责部门认定"),
            place=str(case),
            value=at.stage.title,
            rule=_("由各主责部门登记本部门负责的指标"),
        )


def _judges_standard(stage: Stage) -> bool:
    return bool(stage.judges and Matter.STANDARD in stage.judges.on)


def _unjudged(rules: Rules, spec: VisitSpec) -> set[str]:
    return set(rules.indicator_keys) - set(spec.results)


def _refuse_survey(case: Case, spec: VisitSpec) -> None:
    if spec.finding != Finding.MET or spec.results:
        raise Refused(
            _("入户调查只登记见到农户的一次,不作认定"),
            place=str(case),
            value=word(spec.finding),
            rule=_("未遇的改日再访;指标在评议、核查时认定"),
        )


def _refuse_exhausted(at: Entry, specs: Specs, attempts: Mapping[int, int]) -> None:
    most = at.rules.attempts.most
    over = [
        case
        for case in at.cases
        if specs[case.pk].finding == Finding.NOT_MET_HOME and attempts.get(case.pk, 0) >= most
    ]
    if over:
        raise Refused(
            _("已 %d 次入户未遇,可按未核实不予退出") % most,
            place=names(over),
            rule=_("办理「不予退出」,原因选「多次入户未遇,未核实」"),
        )


def _refuse_undrawn(at: Entry) -> None:
    drawn = set(
        DrawItem.valid(stage=at.stage.key, case__in=at.rows(), drawn=True).values_list(
            "case", flat=True
        )
    )
    undrawn = [case for case in at.cases if case.pk not in drawn]
    if undrawn:
        raise Refused(
            _("有 %d 户没有抽中,不在核查之列") % len(undrawn),
            place=names(undrawn),
            rule=_("只核查抽中的户及其替补户"),
        )
