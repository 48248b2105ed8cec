"""审批, 批准: the office puts cases before an organ, the organ decides, refused ones end."""

from collections.abc import Mapping
from datetime import date

from django.db.models import F, QuerySet, Value, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext as _

from exitcase.core import access, clock, journal
from exitcase.core.choices import Act, Reason, StageKind
from exitcase.core.errors import Refused
from exitcase.core.models import StoredFile, User
from exitcase.core.moves import Moved
from exitcase.core.rules import Organ, Rules, Stage
from exitcase.core.services.door import door
from verification.documents.exceptions import ORDER, flagged
from verification.models import Case, Decision, DecisionItem
from verification.services.district import need_scan, refuse_before, refuse_blank
from verification.services.entry import Entry, entry, names, refuse_long
from verification.services.locks import lock_cases
from verification.services.refusing import refuse_each

KINDS = (StageKind.DECIDE,)


def propose(
    cases: QuerySet[Case],
    stage: str,
    *,
    request_number: str,
    proposed_on: date,
    region: str,
    by: User,
    reason: str = "",
) -> Decision:
    """Put cases before the organ of the stage, exceptions first (例外先看); freezes the list.

    Raises Refused for a case of another region, one put before the organ already, and a
    request's number used before.
    """
    refuse_blank(number=(request_number, _("请示文号")))
    at = entry(cases, stage, Act.PROPOSE, KINDS, by=by, done_on=proposed_on, reason=reason)
    with at as here:
        _refuse_abroad(here, region)
        _refuse_proposed(here, region, request_number)
        decision = Decision(
            programme=here.programme,
            stage=stage,
            region_id=region,
            organ=here.stage.need("act").organ,
            proposed_on=proposed_on,
            request_number=request_number,
            entered_by=by,
        )
        refuse_long([decision])
        decision.save()
        _put(decision, here)
        journal.record(Act.PROPOSE, decision, "", "proposed", stage=stage)
        journal.record_set(Act.PROPOSE, here.rows(), stage=stage, became="proposed")
        return decision


def _put(decision: Decision, here: Entry) -> None:
    """INSERT … SELECT, the numbers given by the database: no list is too long."""
    journal.insert_select(
        DecisionItem,
        flagged(here.rows()).order_by("pk"),
        case=F("pk"),
        decision=Value(decision.pk),
        stage=Value(decision.stage),
        tx=Value(here.tx),
        void_tx=Value(""),
        seq=Window(RowNumber(), order_by=[*ORDER]),
        head_name=F("head_name"),
        persons=Coalesce(F("persons"), 0),
        note=Value(""),
        facts_sha256=F("facts_sha256"),
    )


def decide(
    decision: Decision,
    *,
    number: str,
    decided_on: date,
    scan: StoredFile | None,
    refused: Mapping[int, str],
    by: User,
    reason: str = "",
) -> Decision:
    """Write down what the organ decided: its number, day and scan; case id → why refused.

    An organ that never logs in is registered so by one officer, and `confirm_decision` by
    another makes it count. One that does decides itself, and not who proposed it. Raises Refused
    for a day before the request, no scan, a refusal without its reason or of a case not put.
    """
    refuse_blank(number=(number, _("批准文号")))
    need_scan(scan, _("批准文件"))
    rules, stage, organ = _of(decision)
    refuse_before(decided_on, decision.proposed_on, _("不早于请示日期"))
    at = {decision.region_id}
    with door(by, Act.DECIDE, stage.level, at, rules=rules, done_on=decided_on, reason=reason):
        lock_cases(_cases(decision))
        decision = _undecided(decision)
        if not organ.outside:
            access.two_people(decision.entered_by_id, by.pk)
        _refuse_unput(decision, refused)
        decision.number, decision.decided_on, decision.scan = number, decided_on, scan
        decision.entered_by = by
        refuse_long([decision])
        decision.save()
        _note(decision, refused)
        journal.record(Act.DECIDE, decision, "proposed", "decided", stage=decision.stage)
        return decision


def confirm_decision(
    decision: Decision, *, by: User, done_on: date | None = None, reason: str = ""
) -> Moved:
    """Confirm another officer's entry of an outside organ's decision, and end what it refused.

    Gives what became of the refused cases. Raises NotAllowed for who entered it; Refused for a
    decision not yet entered, or confirmed before. Without `done_on`, today.
    """
    rules, stage, _organ = _of(decision)
    done_on = done_on or clock.today()
    with door(
        by, Act.DECIDE, stage.level, [decision.region_id], rules=rules, done_on=done_on,
        reason=reason,
    ):  # fmt: skip
        lock_cases(_cases(decision))
        decision = Decision.objects.get(pk=decision.pk)
        _refuse_unconfirmable(decision)
        access.two_people(decision.entered_by_id, by.pk)
        refuse_before(done_on, decision.decided_on or done_on, _("不早于批准日期"))
        decision.confirmed_by = by
        decision.save(update_fields=["confirmed_by"])
        journal.record(Act.DECIDE, decision, "decided", "confirmed", stage=decision.stage)
        return refuse_disapproved(decision, by=by, done_on=done_on)


def refuse_disapproved(decision: Decision, *, by: User, done_on: date) -> Moved:
    """End the cases an organ did not approve, each with its reason; inside or after the decision.

    Where the organ logs in and decides itself, an officer of the office ends them afterwards.
    """
    items = DecisionItem.valid(decision=decision, approved=False)
    total = Moved()
    for note in sorted(set(items.values_list("note", flat=True))):
        cases = Case.objects.filter(pk__in=items.filter(note=note).values("case"))
        total += refuse_each(cases, reason=Reason.DISAPPROVED, note=note, by=by, done_on=done_on)
    return total


def _of(decision: Decision) -> tuple[Rules, Stage, Organ]:
    rules = decision.programme.rules
    return rules, rules.stage(decision.stage), rules.organ(decision.organ)


def _cases(decision: Decision) -> QuerySet[Case]:
    put: QuerySet[Case] = Case.objects.filter(
        pk__in=DecisionItem.valid(decision=decision).values("case")
    )
    return put


def _note(decision: Decision, refused: Mapping[int, str]) -> None:
    """Every item is approved but the refused ones, and the journal has a row for each."""
    items = DecisionItem.valid(decision=decision)
    items.update(approved=True)
    for note in sorted(set(refused.values())):
        keys = [key for key, why in refused.items() if why == note]
        items.filter(case__in=keys).update(approved=False, note=note)
        _write(decision, items.filter(case__in=keys), "disapproved", note)
    _write(decision, items.filter(approved=True), "approved")


def _write(
    decision: Decision, items: QuerySet[DecisionItem], became: str, reason: str = ""
) -> None:
    journal.record_set(
        Act.DECIDE,
        items,
        stage=decision.stage,
        was="proposed",
        became=became,
        reason=reason,
        subject="case",
        subject_id="case_id",
    )


def _refuse_abroad(here: Entry, region: str) -> None:
    abroad = [case for case in here.cases if not case.village_id.startswith(region)]
    if abroad:
        raise Refused(_("请示中有其他地区的户"), place=names(abroad), value=region)


def _refuse_proposed(here: Entry, region: str, request_number: str) -> None:
    if Decision.objects.filter(district=region[:6], request_number=request_number).exists():
        raise Refused(_("请示文号已经用过"), value=request_number, rule=_("一份请示一个文号"))
    items = DecisionItem.valid(stage=here.stage.key, case__in=here.rows().values("pk"))
    again = list(Case.objects.filter(pk__in=items.values("case"))[:20])
    if again:
        raise Refused(_("有户已列入请示"), place=names(again), rule=_("同一环节每户只请示一次"))


def _undecided(decision: Decision) -> Decision:
    found = Decision.objects.get(pk=decision.pk)
    if found.decided_on:
        raise Refused(_("该请示已有批准结果"), place=found.request_number, value=found.number)
    return found


def _refuse_unput(decision: Decision, refused: Mapping[int, str]) -> None:
    put = set(DecisionItem.valid(decision=decision).values_list("case_id", flat=True))
    strange = Case.objects.filter(pk__in=[key for key in refused if key not in put])[:20]
    if strange:
        raise Refused(_("未批准的户不在请示名单上"), place=names(strange))
    if not all(why.strip() for why in refused.values()):
        raise Refused(
            _("未批准的户须写明原因,将印在告知书上"), example=_("收入佐证不足,人均收入不能认定")
        )


def _refuse_unconfirmable(decision: Decision) -> None:
    if decision.decided_on is None:
        raise Refused(_("还没有登记批准结果"), place=decision.request_number)
    if decision.confirmed_by_id:
        raise Refused(_("该批准结果已确认"), place=decision.request_number, value=decision.number)
