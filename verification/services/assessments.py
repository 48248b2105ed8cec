"""达标认定: one level's finding on each indicator of each household."""

from collections.abc import Mapping
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exitcase.core import journal
from exitcase.core.choices import Act, StageKind
from exitcase.core.errors import Refused
from exitcase.core.models import User
from exitcase.core.rules import Organ, Rules, Stage
from exitcase.core.rules_words import Judge
from verification.models import Assessment, Batch, Case, Inspection
from verification.services.district import acts_itself
from verification.services.entry import Entry, entry, one_programme, refuse_long, refuse_unknown
from verification.services.specs import AssessSpec

KINDS = (
    StageKind.COLLECT,
    StageKind.MEETING,
    StageKind.CONSENT,
    StageKind.CHECK,
    StageKind.DRAW_CHECK,
)
Results = Mapping[str, AssessSpec]  # indicator → result


def assess(
    cases: QuerySet[Case],
    stage: str,
    results: Mapping[int, Results],
    *,
    by: User,
    done_on: date,
    reason: str = "",
) -> int:
    """Record what this level judged (case pk → indicator → result); gives how many rows.

    An indicator judged again before the stage is left takes the place of the old one. Raises
    Refused for an indicator the plan has not.
    """
    with entry(cases, stage, Act.ASSESS, KINDS, by=by, done_on=done_on, reason=reason) as at:
        refuse_unknown(at.cases, results)
        if by_organs(at.stage):
            raise Refused(
                _("本环节各项指标由其主责部门认定"),
                place=at.stage.title,
                rule=_("由各主责部门登记本部门负责的指标"),
            )
        return write(at, results)


def assess_own(
    cases: QuerySet[Case],
    stage: str,
    organ: str,
    results: Mapping[int, Results],
    *,
    by: User,
    done_on: date,
    reason: str = "",
) -> int:
    """Record what an organ judged of the indicators it answers for, at a stage that leaves it them.

    The right is asked at the organ's own level: a village's committee judges its indicators of a
    township's stage. Raises Refused for another stage, an indicator of another organ, and for
    who holds no post in the organ; gives how many rows.
    """
    rules = one_programme(Batch.objects.filter(pk__in=cases.order_by().values("batch"))).rules
    own = rules.organ(organ)
    level = own.level
    at_ = entry(cases, stage, Act.ASSESS, KINDS, by=by, done_on=done_on, reason=reason, level=level)
    with at_ as at:
        refuse_unknown(at.cases, results)
        if not by_organs(at.stage):
            raise Refused(_("本环节的指标不由主责部门认定"), place=at.stage.title)
        _refuse_others(at.rules, own, {key for row in results.values() for key in row})
        strange = [case for case in at.cases if not acts_itself(by, own, case.village_id)]
        if strange:
            raise Refused(_("您不在该主责部门任职"), place=own.title, value=by.name)
        return write(at, results)


def judged_here(rules: Rules, stage: Stage) -> bool:
    """Whether a stage has the indicators judged by others than visitors.

    By the organs answering for them, or by a meeting whose posts sign the household's form.
    """
    meets = stage.kind == StageKind.MEETING and stage.signers is not None
    return bool(rules.indicator_keys) and (meets or by_organs(stage))


def organs_of(by: User, rules: Rules, village: str) -> list[Organ]:
    """The organs for which somebody may judge the indicators they answer for, in a village."""
    answering = {organ for one in rules.indicators for organ in one.organs}
    own = [organ for organ in rules.organs if organ.key in answering]
    return [organ for organ in own if acts_itself(by, organ, village)]


def by_organs(stage: Stage) -> bool:
    """Whether each indicator is judged by the organ answering for it, not by the visitors."""
    return stage.judges is not None and stage.judges.by == Judge.RESPONSIBLE_ORGAN


def _refuse_others(rules: Rules, organ: Organ, given: set[str]) -> None:
    own = {one.key: one.title for one in rules.indicators if organ.key in one.organs}
    strange = given - set(own)
    if strange:
        titles = {one.key: one.title for one in rules.indicators}
        raise Refused(
            _("有指标不由该部门负责"),
            place=organ.title,
            value="、".join(sorted(titles.get(key, key) for key in strange)),
            rule="、".join(own.values()),
        )


def write(
    at: Entry, results: Mapping[int, Results], visits: Mapping[int, Inspection] | None = None
) -> int:
    """Write assessments inside an entry; `visits` names the visit each case's rest on."""
    by_case = visits or {}
    rows = [
        Assessment(
            region_id=case.village_id,
            case=case,
            stage=at.stage.key,
            indicator=indicator,
            met=result.met,
            facts=result.facts,
            inspection=by_case.get(case.pk),
            tx=at.tx,
        )
        for case in at.cases
        for indicator, result in results.get(case.pk, {}).items()
    ]
    indicators = {row.indicator for row in rows}
    refuse_indicators(at.rules, indicators)
    refuse_long(rows)
    old = Assessment.objects.filter(case__in=at.rows(), stage=at.stage.key, void_tx="")
    for indicator in sorted(indicators):
        judged = [row.case_id for row in rows if row.indicator == indicator]
        old.filter(indicator=indicator, case__in=judged).update(void_tx=at.tx)
    Assessment.objects.bulk_create(rows)
    journal.record_set(Act.ASSESS, at.rows(results), stage=at.stage.key)
    return len(rows)


def refuse_indicators(rules: Rules, given: set[str]) -> None:
    """Refused for an indicator that is none of the plan's for a household."""
    strange = given - set(rules.indicator_keys)
    if strange:
        raise Refused(
            _("方案没有这项指标"),
            value="、".join(sorted(strange)),
            rule="、".join(f"{one.key} {one.title}" for one in rules.indicators),
        )
