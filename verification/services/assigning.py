"""指派: who is sent to which case, and whose a request to a bureau is. Scope follows at once."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exitcase.core import access, clock, journal
from exitcase.core.choices import ENDS, Act, Level, Role, StageKind
from exitcase.core.errors import Refused
from exitcase.core.models import Appointment, User
from exitcase.core.models.region import above
from exitcase.core.scope import Scope
from exitcase.core.services.door import door
from verification.models import Assignment, Batch, Case, ComparisonRun
from verification.services.entry import names, one_programme, stage_of
from verification.services.locks import lock

CHECKS: Final = (StageKind.CHECK, StageKind.DRAW_CHECK)
OF_BUREAUX: Final = (Role.BUREAU, Role.TOWNSHIP_STATION)


def assign_inspectors(
    cases: QuerySet[Case],
    stage: str,
    inspectors: Sequence[User],
    *,
    by: User,
    done_on: date,
    instead: bool = False,
    reason: str = "",
) -> int:
    """Send inspectors to these cases, for a stage they have yet to pass; gives how many rows.

    Beside those sent before, or `instead` of them, which wants a reason. Who is sent twice is
    sent once. Raises OutOfScope, NotAllowed; Refused for a stage without visits, ended cases,
    nobody to send, and who may not inspect there at that level.
    """
    if instead:
        _refuse_blank(reason)
    batches = Batch.objects.filter(pk__in=cases.order_by().values("batch"))
    rules = one_programme(batches).rules
    at = stage_of(rules, stage, CHECKS)
    codes = set(batches.order_by().values_list("village", flat=True))
    with door(
        by, Act.ASSIGN, at.level, codes, rules=rules, done_on=done_on, reason=reason
    ) as running:
        lock(batches)
        found = list(cases.order_by("pk"))
        _refuse_ended(found)
        _refuse_nobody(inspectors)
        refuse_strange_inspectors(inspectors, at.level, codes)
        if instead:
            others = Assignment.open(case__in=found, stage=stage).exclude(user__in=inspectors)
            end(others, done_on)
        return give(found, stage, inspectors, done_on, running.tx)


def end_assignments(
    cases: QuerySet[Case],
    stage: str,
    *,
    by: User,
    done_on: date,
    reason: str,
    inspectors: Sequence[User] = (),
) -> int:
    """Take inspectors off these cases, by default all of them; gives how many rows.

    Raises OutOfScope, NotAllowed; Refused without a reason.
    """
    _refuse_blank(reason)
    batches = Batch.objects.filter(pk__in=cases.order_by().values("batch"))
    rules = one_programme(batches).rules
    at = stage_of(rules, stage, CHECKS)
    codes = set(batches.order_by().values_list("village", flat=True))
    with door(by, Act.ASSIGN, at.level, codes, rules=rules, done_on=done_on, reason=reason):
        lock(batches)
        rows = Assignment.open(case__in=list(cases.values_list("pk", flat=True)), stage=stage)
        return end(rows.filter(user__in=inspectors) if inspectors else rows, done_on)


def inspectors_at(level: Level, code: str) -> QuerySet[User]:
    """Who may be sent to a check of a level in a village today."""
    roles = access.roles_for(Act.INSPECT, level)
    held = Appointment.objects.on(clock.today()).filter(
        role__in=roles, region__in=[code, *above(code)]
    )
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name", "pk")


def liaisons_of(run: ComparisonRun) -> QuerySet[User]:
    """Who may have a request: the liaisons of its bureau there today."""
    held = Appointment.objects.on(clock.today()).filter(
        role__in=OF_BUREAUX,
        organ__in=[run.bureau, ""],
        region__in=[run.region_id, *above(run.region_id)],
    )
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name", "pk")


def refuse_strange_inspectors(
    inspectors: Iterable[User], level: Level, codes: Collection[str]
) -> None:
    """Refused for who may not inspect today, at this level, in one of these villages."""
    for user in inspectors:
        scope = Scope.of(user)
        away = [code for code in sorted(codes) if not access.may(scope, Act.INSPECT, level, code)]
        if away:
            raise Refused(
                _("该账号当日不能在这里核查"),
                place="、".join(away),
                value=user.name,
                rule=_("先任职,再指派"),
            )


def give(
    cases: Sequence[Case], stage: str, inspectors: Iterable[User], done_on: date, tx: str
) -> int:
    """Write who is sent where; inside a running act. Gives how many rows are new."""
    made = 0
    for user in inspectors:
        sent = Assignment.open(case__in=cases, stage=stage, user=user)
        known = set(sent.values_list("case", flat=True))
        fresh = [case.pk for case in cases if case.pk not in known]
        Assignment.objects.bulk_create(
            Assignment(case_id=pk, stage=stage, user=user, since=done_on, tx=tx) for pk in fresh
        )
        rows = Case.objects.filter(pk__in=fresh)
        made += journal.record_set(Act.ASSIGN, rows, stage=stage, became=user.name)
    return made


def end(rows: QuerySet[Assignment], done_on: date) -> int:
    """Write that these are over, and to each case who was taken off; inside a running act."""
    groups: dict[tuple[str, str], list[Assignment]] = {}
    for row in rows.select_related("user").order_by("pk"):
        groups.setdefault((row.stage, row.user.name), []).append(row)
    for (stage, was), found in groups.items():
        for row in found:
            row.until = max(done_on, row.since)
        Assignment.objects.bulk_update(found, ["until"], batch_size=500)
        cases = Case.objects.filter(pk__in=[row.case_id for row in found])
        journal.record_set(Act.ASSIGN, cases, stage=stage, was=was)
    return sum(map(len, groups.values()))


def _refuse_ended(cases: Sequence[Case]) -> None:
    ended = [case for case in cases if case.state in ENDS]
    if ended:
        raise Refused(_("有户已办结,不再指派"), place=names(ended))


def _refuse_nobody(inspectors: Sequence[User]) -> None:
    if not inspectors:
        raise Refused(_("请选择核查人"), rule=_("至少一人"))


def _refuse_blank(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("请写明原因"), example=_("工作调动"))


# ── requests to bureaux ───────────────────────────────────────────────────────────────────────


def assign_liaison(
    run: ComparisonRun, liaison: User | None, *, by: User, done_on: date, reason: str = ""
) -> ComparisonRun:
    """Make a request one liaison's of its bureau; of nobody it is again any of theirs.

    Raises OutOfScope, NotAllowed; Refused for an answered request, for who is no liaison of this
    bureau, and for taking it off somebody without a reason.
    """
    rules = run.programme.rules
    level, codes = rules.stage(run.stage).level, [run.region_id]
    with door(by, Act.ASSIGN, level, codes, rules=rules, done_on=done_on, reason=reason):
        kept = _locked(run)
        if kept.entered_on is not None:
            raise Refused(_("该部门已经反馈过"), place=kept.number)
        if liaison is None:
            _refuse_blank(reason)
        else:
            refuse_strange_liaison(liaison, kept)
        hand(kept, liaison)
        return kept


def _locked(run: ComparisonRun) -> ComparisonRun:
    rows = ComparisonRun.objects.select_for_update(of=("self",))
    found: ComparisonRun = rows.select_related("programme").get(pk=run.pk)
    return found


def refuse_strange_liaison(liaison: User, run: ComparisonRun) -> None:
    """Refused for who is no liaison of the run's bureau there today."""
    held = Scope.of(liaison).of_role(OF_BUREAUX).held
    if not any(
        one.organ in {run.bureau, ""} and run.region_id.startswith(one.region_id) for one in held
    ):
        raise Refused(
            _("该账号当日不是该部门的联络员"),
            place=run.programme.rules.organ(run.bureau).title,
            value=liaison.name,
            rule=_("先任职,再指派"),
        )


def hand(run: ComparisonRun, liaison: User | None) -> None:
    """Write whose it is; inside a running act."""
    was = run.liaison.name if run.liaison else ""
    run.liaison = liaison
    run.save(update_fields=["liaison"])
    became = liaison.name if liaison else ""
    journal.record(Act.ASSIGN, run, was, became, stage=run.stage)
