"""整改: what was found short is put right by its owner and looked at again by another person."""

from contextlib import AbstractContextManager
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from exitcase.core import access, journal
from exitcase.core.choices import CLOSED, LIVE, Act, End, Level, Origin, Reason
from exitcase.core.errors import Refused
from exitcase.core.journal import Running
from exitcase.core.models import Programme, Region, StoredFile, User
from exitcase.core.moves import Moved
from exitcase.core.rules import Rules
from exitcase.core.rules_tables import Rectification as Rule
from exitcase.core.services.door import door
from verification.models import Case, Rectification
from verification.services.district import enter, refuse_before, refuse_blank
from verification.services.entry import refuse_long
from verification.services.refusing import refuse_each

# Why a case ends whose rectification failed, by where the fault was found.
REASON: Final[dict[Origin, Reason]] = {
    Origin.CITY_CHECK: Reason.CITY_FAILED,
    Origin.INSPECTION: Reason.INSPECTION_FAILED,
    Origin.SUPERVISION: Reason.INSPECTION_FAILED,
}


def open_rectification(
    case: Case,
    *,
    origin: Origin,
    problem: str,
    owner: str,
    due_on: date,
    by: User,
    done_on: date,
    raised_at: str = "",
    measure: str = "",
    reason: str = "",
) -> Rectification:
    """Open 整改 of one case: the problem, who puts it right (a name), until when.

    By when it must be closed the plan says for this origin. After a failed re-check this opens
    the next round. Raises Refused for an origin the plan does not know, an ended case, a round
    still open, and a term before the day.
    """
    refuse_blank(problem=(problem, _("问题")), owner=(owner, _("整改责任人")))
    rules = case.batch.rules
    rule = _rule(rules, origin, raised_at)
    stage = rules.stage(rule.raised_at or raised_at or case.batch.stage)
    # Of a fault that no stage of the plan finds (a list from outside) the re-checking organ tells.
    level = stage.level if rule.raised_at else rules.organ(rule.recheck).level
    one = Case.objects.filter(pk=case.pk)
    with enter(one, Act.RECHECK, level, by=by, done_on=done_on, reason=reason):
        case = _live(case)
        refuse_before(due_on, done_on, _("不早于提出日期"))
        made = Rectification(
            case=case,
            region_id=case.village_id,
            programme=case.batch.programme,
            number=_number(case),
            origin=origin,
            raised_at=stage.key,
            before=rule.before,
            problem=problem,
            measure=measure,
            owner=owner,
            raised_on=done_on,
            due_on=due_on,
            tx=journal.current().tx,
        )
        refuse_long([made])
        made.save()
        journal.record(Act.RECTIFY, made, "", "opened", stage=stage.key, reason=problem)
        return made


def open_regional(
    region: str,
    *,
    programme: Programme,
    origin: Origin,
    problem: str,
    owner: str,
    due_on: date,
    by: User,
    done_on: date,
    reason: str = "",
) -> Rectification:
    """Open 整改 of a region: what a supervision found of its work, and no one household's.

    It blocks no case. Raises Refused for an origin the plan does not know at a stage beside the
    chain, and for a term before the day.
    """
    refuse_blank(problem=(problem, _("问题")), owner=(owner, _("整改责任人")))
    rules = programme.rules
    beside = {one.key for one in rules.beside}
    rule = _rule(rules, origin)
    if rule.raised_at not in beside:
        raise Refused(_("该来源的整改须落到户"), value=origin, rule=_("按户提出整改"))
    level = rules.stage(rule.raised_at).level
    refuse_before(due_on, done_on, _("不早于提出日期"))
    with door(by, Act.RECHECK, level, [region], rules=rules, done_on=done_on, reason=reason) as act:
        Region.objects.select_for_update(no_key=True).get(pk=region)  # rounds are counted under it
        of_region = Rectification.objects.filter(region=region, case=None)
        made = Rectification(
            region_id=region,
            programme=programme,
            number=f"ZG-{rules.year}-{region}-{of_region.count() + 1}",
            origin=origin,
            raised_at=rule.raised_at,
            problem=problem,
            owner=owner,
            raised_on=done_on,
            due_on=due_on,
            tx=act.tx,
        )
        refuse_long([made])
        made.save()
        journal.record(Act.RECTIFY, made, "", "opened", stage=rule.raised_at, reason=problem)
        return made


def report_rectification(
    rectification: Rectification,
    *,
    measure: str,
    same_fault: str,
    file: StoredFile | None,
    by: User,
    done_on: date,
    reason: str = "",
) -> Rectification:
    """The owner reports what was done, and what the same fault elsewhere came to (举一反三)."""
    refuse_blank(measure=(measure, _("整改措施")), same_fault=(same_fault, _("举一反三情况")))
    rules = rectification.programme.rules
    level = rules.organ(_rule_of(rectification).owner).level
    with _entered(rectification, Act.RECTIFY, level, by=by, done_on=done_on, reason=reason):
        found = Rectification.objects.get(pk=rectification.pk)
        if found.reported_on:
            raise Refused(_("整改情况已经报告"), place=found.number, value=str(found.reported_on))
        refuse_before(done_on, found.raised_on, _("不早于提出日期"))
        found.measure, found.same_fault, found.file = measure, same_fault, file
        found.reported_on, found.reported_by = done_on, by
        refuse_long([found])
        found.save()
        journal.record(Act.RECTIFY, found, "opened", "reported", stage=found.raised_at)
        return found


def recheck(
    rectification: Rectification, *, passed: bool, by: User, done_on: date, reason: str = ""
) -> Rectification:
    """Look again, by another person than who reported, at the level the plan names.

    Not passed: the case may get another round, or be refused by `refuse_failed`.
    """
    rules = rectification.programme.rules
    level = rules.organ(_rule_of(rectification).recheck).level
    with _entered(rectification, Act.RECHECK, level, by=by, done_on=done_on, reason=reason):
        found = Rectification.objects.get(pk=rectification.pk)
        _refuse_unreported(found)
        access.two_people(found.reported_by_id, by.pk)
        refuse_before(done_on, found.reported_on or done_on, _("不早于整改报告日期"))
        found.passed, found.rechecked_on, found.rechecked_by = passed, done_on, by
        found.save(update_fields=["passed", "rechecked_on", "rechecked_by"])
        became = "passed" if passed else "failed"
        journal.record(Act.RECHECK, found, "reported", became, stage=found.raised_at)
        return found


def refuse_failed(rectification: Rectification, *, note: str, by: User, done_on: date) -> Moved:
    """End the case of a failed rectification as refused. Raises Refused where it has not failed."""
    found = Rectification.objects.get(pk=rectification.pk)
    if found.passed is not False:
        raise Refused(_("该项整改没有复查不合格的结论"), place=found.number)
    reason = REASON.get(Origin(found.origin), Reason.CHECK_FAILED)
    one = Case.objects.filter(pk=found.case_id)
    return refuse_each(one, reason=reason, note=note, by=by, done_on=done_on)


def _entered(
    rectification: Rectification, act: Act, level: Level, *, by: User, done_on: date, reason: str
) -> AbstractContextManager[Running]:
    """The way in: through the household's batch; of a region's, by the region alone."""
    rules = rectification.programme.rules
    if rectification.case_id is None:
        codes = [rectification.region_id]
        return door(by, act, level, codes, rules=rules, done_on=done_on, reason=reason)
    one = Case.objects.filter(pk=rectification.case_id)
    return enter(one, act, level, by=by, done_on=done_on, reason=reason)


def _rule(rules: Rules, origin: Origin, raised_at: str = "") -> Rule:
    """The plan's row for this origin: of several, the one for the stage in question."""
    rows = [row for row in rules.rectifications if row.origin == origin]
    fitting = [row for row in rows if raised_at in {"", row.raised_at} or not row.raised_at]
    if not fitting:
        raise Refused(
            _("方案没有这一来源的整改"),
            value=origin,
            rule="、".join(sorted({row.origin for row in rules.rectifications})),
        )
    return fitting[0]


def _rule_of(rectification: Rectification) -> Rule:
    rules = rectification.programme.rules
    return _rule(rules, Origin(rectification.origin), rectification.raised_at)


def _live(case: Case) -> Case:
    found: Case = Case.objects.select_related("batch__programme", "household").get(pk=case.pk)
    in_the_tail = found.state == End.GRANTED and found.batch.stage != CLOSED
    if found.state not in LIVE and not in_the_tail:
        raise Refused(_("该户已办结"), place=str(found))
    waiting = Rectification.objects.filter(case=found, passed=None)
    if waiting.exists():
        raise Refused(
            _("该户还有整改没有复查"),
            place=str(found),
            value="、".join(waiting.values_list("number", flat=True)),
            rule=_("复查后再开下一轮"),
        )
    return found


def _number(case: Case) -> str:
    """ZG-<年>-<户编号>-<轮次>: rounds are counted under the lock of the case's batch."""
    of_household = Rectification.objects.filter(case__household=case.household_id)
    return f"ZG-{case.batch.rules.year}-{case.household.number}-{of_household.count() + 1}"


def _refuse_unreported(found: Rectification) -> None:
    if found.reported_on is None:
        raise Refused(_("整改责任人还没有报告"), place=found.number, rule=_("先报告,后复查"))
    if found.rechecked_on is not None:
        raise Refused(_("该项整改已复查"), place=found.number, value=str(found.rechecked_on))
