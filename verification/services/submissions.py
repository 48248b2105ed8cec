"""送审: 附件2 with the frozen 附件3 it counts, sent one level up; its receipt, recall, return."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from exitcase.core import access, journal, merkle
from exitcase.core.choices import Act, StageKind, Status
from exitcase.core.errors import Refused
from exitcase.core.fields import inside
from exitcase.core.models import Programme, Region, User
from exitcase.core.models.region import level_of
from exitcase.core.rules import Rules, Stage
from exitcase.core.services.door import door
from households.models import Household
from verification.gates import upper
from verification.models import Batch, Case, Submission, SubmissionItem
from verification.services import bridges
from verification.services.entry import (
    names,
    one_programme,
    refuse_day,
    refuse_elsewhere,
    refuse_long,
    stage_of,
)
from verification.services.locks import lock, lock_cases

SUBMITS = (StageKind.SUBMIT,)
UNEXITED = (Status.REGISTERED, Status.EXITING, Status.RELAPSED)
# What sending and receiving itself brings: missing before it, it is no fault of the list.
BROUGHT = frozenset({upper.on_the_list.key, upper.received.key})


class State(StrEnum):
    """What has become of what was sent."""

    PENDING = "pending"
    RECEIVED = "received"
    RETURNED = "returned"
    RECALLED = "recalled"


# An answer, and the field that is empty without it. A submission has one answer or none.
ANSWERS: Final = {
    State.RECEIVED: ("received_on", Q(received_on=None)),
    State.RETURNED: ("returned_reason", Q(returned_reason="")),
    State.RECALLED: ("recalled_tx", Q(recalled_tx="")),
}


def state_of(row: Submission) -> State:
    """What has become of one."""
    return next(
        (state for state, (name, _q) in ANSWERS.items() if getattr(row, name)), State.PENDING
    )


def of_state(state: State) -> Q:
    """The submissions of which state_of says this."""
    if state != State.PENDING:
        return ~ANSWERS[state][1]
    return Q(*(without for _name, without in ANSWERS.values()))


def submit(
    batches: QuerySet[Batch],
    stage: str,
    *,
    region: str,
    sent_on: date,
    by: User,
    programme: Programme | None = None,
    reason: str = "",
) -> Submission:
    """Send the region's list up: the cases of these batches that stand before `stage`.

    Without any it is a zero report (零上报); of no batch at all it names the `programme`. Freezes
    the rows in order, 本次 and 累计, the bridge and the hash of the list. Raises Refused for a
    region of another level, batches elsewhere, cases sent already, households whose number of
    persons is unknown.
    """
    plan = one_programme(batches) if programme is None else programme
    rules = plan.rules
    at = stage_of(rules, stage, SUBMITS)
    _refuse_level(at, region)
    with door(by, Act.SUBMIT, at.level, [region], rules=rules, done_on=sent_on, reason=reason):
        locked = lock(batches)
        # Of two submissions of one region the second counts on from the first.
        Region.objects.select_for_update(no_key=True).get(pk=region)
        _refuse_strange(locked, region)
        refuse_elsewhere(locked, [], rules, at)
        refuse_day(sent_on, sent_on, rules, _("送审日期"))
        cases = _ready(locked, rules, at)
        _refuse_unknown_persons(cases)
        row = _submission(plan, at, region, cases, by=by, sent_on=sent_on)
        return _save(row, cases)


def drafted(
    batches: QuerySet[Batch], stage: str, *, region: str, programme: Programme, by: User, on: date
) -> tuple[Submission, Sequence[Case]]:
    """What `submit` would send on a day: the row as it would be frozen, not kept, and its cases.

    Reads only. Raises Refused where the sending would be refused for its list or its figures.
    """
    at = stage_of(programme.rules, stage, SUBMITS)
    _refuse_level(at, region)
    cases = _ready(list(batches.select_related("village")), programme.rules, at)
    _refuse_unknown_persons(cases)
    return _submission(programme, at, region, cases, by=by, sent_on=on), cases


def _refuse_strange(batches: Sequence[Batch], region: str) -> None:
    """Not by name: the sender may see this region, and perhaps no other."""
    if not all(batch.village_id.startswith(region) for batch in batches):
        raise Refused(_("有批次不在送审的地区内"), value=region)


def _ready(batches: Sequence[Batch], rules: Rules, at: Stage) -> list[Case]:
    """The cases before this stage that no valid submission holds, in the order of the list."""
    standing = Case.objects.filter(batch__in=batches, state=rules.standing_before(at.key))
    sent = SubmissionItem.valid(stage=at.key, case__batch__in=batches)
    fresh = list(standing.exclude(pk__in=sent.values("case")).select_related("household"))
    if not fresh and standing.exists():
        raise Refused(
            _("所选批次的户都已送审"),
            place="、".join(batch.named for batch in batches[:20]),
            rule=_("要更正的,先撤回送审,或由上级退回"),
        )
    return sorted(fresh, key=_order)


def _order(case: Case) -> tuple[str, int, str, str]:
    """By village, group, number; group 2 before group 10."""
    return case.village_id, len(case.group), case.group, case.household.number


def _submission(
    plan: Programme, at: Stage, region: str, cases: Sequence[Case], *, by: User, sent_on: date
) -> Submission:
    before = SubmissionItem.valid(
        stage=at.key, submission__programme__key=plan.key, submission__region=region
    )
    total = before.aggregate(households=Count("pk"), persons=Sum("persons"))
    households, persons = len(cases), sum(case.persons or 0 for case in cases)
    row = Submission(
        region_id=region,
        programme=plan,
        stage=at.key,
        sender=at.actor,
        receiver=at.need("handover").to,
        number=_next_number(plan, at, region),
        sent_on=sent_on,
        sent_by=by,
        households=households,
        persons=persons,
        total_households=total["households"] + households,
        total_persons=(total["persons"] or 0) + persons,
        list_sha256=list_sha256(cases),
    )
    row.bridge = bridges.build(plan, at, region, cases) | {
        "remaining": _remaining(plan, at, region, cases)
    }
    return row


def list_sha256(cases: Sequence[Case]) -> str:
    """The hash of the list as frozen: number, group, head, persons, income, facts of each row."""
    rows = [
        merkle.canonical(
            [
                case.household.number,
                case.group,
                case.head_name,
                str(case.persons),
                str(case.net_fen),
                case.facts_sha256,
            ]
        ).decode()
        for case in cases
    ]
    return sha256(merkle.canonical(rows)).hexdigest()


def _next_number(plan: Programme, at: Stage, region: str) -> int:
    sent = Submission.objects.filter(region=region, programme__key=plan.key, stage=at.key)
    return int(sent.aggregate(last=Max("number"))["last"] or 0) + 1


def _remaining(plan: Programme, at: Stage, region: str, cases: Sequence[Case]) -> list[int]:
    """尚未报: households of the register that have not exited and stand on no list, 户 and 人."""
    sent = SubmissionItem.valid(stage=at.key, submission__programme__key=plan.key)
    left = (
        Household.objects.filter(inside(region), status__in=UNEXITED)
        .exclude(pk__in=sent.values("case__household"))
        .exclude(pk__in=[case.household_id for case in cases])
    )
    found = left.aggregate(households=Count("pk"), heads=Sum("persons"))
    return [found["households"], found["heads"] or 0]


def _save(row: Submission, cases: Sequence[Case]) -> Submission:
    row.save(force_insert=True)
    items = [
        SubmissionItem(
            case=case,
            stage=row.stage,
            tx=journal.current().tx,
            submission=row,
            seq=seq,
            household_number=case.household.number,
            group=case.group,
            head_name=case.head_name,
            persons=case.persons or 0,  # known: asked before
            net_fen=case.net_fen,
            facts_sha256=case.facts_sha256,
        )
        for seq, case in enumerate(cases, 1)
    ]
    SubmissionItem.objects.bulk_create(items)
    became = f"{row.households}/{row.persons} {row.list_sha256}"
    journal.record(Act.SUBMIT, row, "", became, stage=row.stage)
    sent = Case.objects.filter(pk__in=[case.pk for case in cases])
    journal.record_set(Act.SUBMIT, sent, stage=row.stage, became=str(row.number))
    return row


# ── what becomes of it ────────────────────────────────────────────────────────────────────────


def receive(submission: Submission, *, by: User, received_on: date, reason: str = "") -> Submission:
    """Take a submission in, by the level it was sent to and another person than the sender."""
    way: dict[str, Any] = {"by": by, "done_on": received_on, "reason": reason}
    with _pending(submission, Act.RECEIVE, upward=True, **way) as row:
        access.two_people(row.sent_by_id, by.pk)
        if received_on < row.sent_on:
            raise Refused(
                _("接收日期早于送审日期"),
                value=received_on.isoformat(),
                rule=_("不早于 %s") % row.sent_on.isoformat(),
            )
        _set(row, Act.RECEIVE, received_on=received_on, received_by=by)
        return row


def recall(submission: Submission, *, by: User, done_on: date, reason: str = "") -> Submission:
    """Take a submission back before it was received; its rows no longer count."""
    way: dict[str, Any] = {"by": by, "done_on": done_on, "reason": reason}
    with _pending(submission, Act.RECALL, upward=False, **way) as row:
        _set(row, Act.RECALL, recalled_tx=journal.current().tx)
        _void(row)
        return row


def return_submission(
    submission: Submission, *, reason: str, by: User, done_on: date
) -> Submission:
    """Give a submission back unreceived, with the reason; it may be sent again, amended."""
    if not reason.strip():
        raise Refused(_("请写明退回原因"), example=_("名单缺第3页"))
    way: dict[str, Any] = {"by": by, "done_on": done_on, "reason": reason}
    with _pending(submission, Act.SEND_BACK, upward=True, **way) as row:
        row.returned_reason = reason
        refuse_long([row])
        _set(row, Act.SEND_BACK, returned_reason=reason)
        _void(row)
        return row


@contextmanager
def _pending(
    submission: Submission, act: Act, *, upward: bool, by: User, done_on: date, reason: str
) -> Iterator[Submission]:
    """Open the way to a submission that nobody has answered; `upward`: as its receiver."""
    rules = submission.programme.rules
    at = rules.stage(submission.stage)
    level = rules.organ(submission.receiver).level if upward else at.level
    codes = [submission.region_id]
    with door(by, act, level, codes, rules=rules, done_on=done_on, reason=reason):
        lock_cases(Case.objects.filter(submissionitems__submission=submission.pk))
        row = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
        _refuse_answered(row)
        yield row


def _refuse_answered(row: Submission) -> None:
    state = state_of(row)
    if state == State.RECEIVED:
        raise Refused(
            _("这份送审材料已经接收"),
            place=_("第 %d 次送审") % row.number,
            value=str(row.received_on),
            rule=_("接收后要退回的,按户或按批次退回"),
        )
    if state != State.PENDING:
        raise Refused(
            _("这份送审材料已撤回或退回"),
            place=_("第 %d 次送审") % row.number,
            value=row.returned_reason,
            rule=_("请办理重新送来的一份"),
        )


def _set(row: Submission, act: Act, **changes: Any) -> None:
    Submission.objects.filter(pk=row.pk).update(**changes)
    for name, value in changes.items():
        setattr(row, name, value)
    journal.record(act, row, str(row.number), act, stage=row.stage)
    cases = Case.objects.filter(pk__in=SubmissionItem.valid(submission=row).values("case"))
    journal.record_set(act, cases, stage=row.stage, became=str(row.number))


def _void(row: Submission) -> None:
    SubmissionItem.valid(submission=row).update(void_tx=journal.current().tx)


def _refuse_level(at: Stage, region: str) -> None:
    if level_of(region) != at.level:
        raise Refused(
            _("送审单位与环节的级别不符"),
            place=at.title,
            value=region,
            rule=_("村送审按村,乡镇送审按乡镇"),
        )


def _refuse_unknown_persons(cases: Sequence[Case]) -> None:
    unknown = [case for case in cases if case.persons is None]
    if unknown:
        raise Refused(_("有户没有家庭人口数"), place=names(unknown), rule=_("先补录家庭人口数"))
