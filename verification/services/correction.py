"""Aside and back: what is not ready leaves its batch, so that nobody waits for one household."""

from contextlib import AbstractContextManager
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exitcase.core import journal, moves
from exitcase.core.choices import CLOSED, LIVE, Act, Ground
from exitcase.core.errors import Refused
from exitcase.core.evidence import Evidence
from exitcase.core.gates import Ask
from exitcase.core.journal import Running
from exitcase.core.models import User
from exitcase.core.moves import Step
from exitcase.core.rules import Rules
from exitcase.core.services.door import door
from publicity.models import NoticeItem
from verification.models import (
    Assessment,
    Batch,
    Case,
    ComparisonItem,
    DecisionItem,
    DrawItem,
    Inspection,
    Mandate,
    Signature,
    SubmissionItem,
    SystemMark,
    Vote,
)
from verification.services import counts, marks
from verification.services.listing import next_part
from verification.services.locks import lock

EVIDENCE: tuple[type[Evidence], ...] = (
    Vote,
    Mandate,
    Signature,
    Inspection,
    NoticeItem,
    SubmissionItem,
    ComparisonItem,
    DecisionItem,
    SystemMark,
    DrawItem,
)
# Papers that count the cases of a stage: two batches may not merge when one of them is out.
COUNTED: tuple[type[Evidence], ...] = (Vote, NoticeItem, SubmissionItem, DecisionItem, DrawItem)


def split_off(cases: QuerySet[Case], *, reason: str, by: User, done_on: date) -> Batch:
    """Move open cases, with all they have, to a supplement batch at the same stage.

    Raises Refused when the cases are of several batches or none of them is open.
    """
    batch = the_batch(cases)
    with _at(batch, Act.SPLIT_OFF, by, done_on, reason):
        batch = _locked(batch)
        return _take_out(_open(cases, batch), batch, at=batch.stage)


def send_back(
    cases: QuerySet[Case], to_stage: str, *, ground: Ground, reason: str, by: User, done_on: date
) -> Batch:
    """Move cases to a supplement batch at an earlier stage and strike out what they had since.

    条件不符 or 程序不完整; returned is an event and a badge, not an end (DESIGN 5).
    """
    batch = the_batch(cases)
    with _at(batch, Act.SEND_BACK, by, done_on, f"{ground}: {reason}"):
        batch = _locked(batch)
        _refuse_ground(batch.rules, ground)
        _refuse_later(batch, to_stage)
        return take_back(_open(cases, batch), batch, to_stage)


def take_back(cases: QuerySet[Case], batch: Batch, to_stage: str) -> Batch:
    """The same inside an act that holds the batch's lock: the cases' new batch."""
    home = _take_out(cases, batch, at=to_stage)
    undo(Case.objects.filter(batch=home), home.rules, to_stage)
    return home


def send_back_batch(
    batch: Batch, to_stage: str, *, ground: Ground, reason: str, by: User, done_on: date
) -> None:
    """Do the same with a whole batch, which goes back itself."""
    with _at(batch, Act.SEND_BACK, by, done_on, f"{ground}: {reason}"):
        batch = _locked(batch)
        _refuse_ground(batch.rules, ground)
        _refuse_later(batch, to_stage)
        step = Step(Act.SEND_BACK, batch.ask(), "stage", frozenset({batch.stage}), to_stage)
        moves.move(Batch.objects.filter(pk=batch.pk), step)
        undo(Case.objects.filter(batch=batch, state__in=LIVE), batch.rules, to_stage)


def merge(batch: Batch, into: Batch, *, reason: str, by: User, done_on: date) -> int:
    """Move the open cases of `batch` into `into` and close it; gives how many were moved.

    Only of one village, programme and stage, and until a paper of that stage counts either.
    """
    with _at(batch, Act.MERGE, by, done_on, reason):
        pair = {one.pk: one for one in lock(Batch.objects.filter(pk__in=[batch.pk, into.pk]))}
        batch, into = pair[batch.pk], pair[into.pk]
        _refuse_unlike(batch, into)
        moved = _carry(Case.objects.filter(batch=batch, state__in=LIVE), into, Act.MERGE)
        step = Step(
            Act.MERGE,
            batch.ask(),
            "stage",
            frozenset({batch.stage}),
            CLOSED,
            changes={"merged_into": into},
        )
        moves.move(Batch.objects.filter(pk=batch.pk), step)
        return moved


def mergeable(batch: Batch) -> QuerySet[Batch]:
    """The batches `batch` may go into, as far as place, plan and stage go."""
    found: QuerySet[Batch] = Batch.objects.filter(
        village=batch.village_id, programme=batch.programme_id, stage=batch.stage
    )
    return found.exclude(pk=batch.pk).exclude(stage=CLOSED).order_by("part")


def the_batch(cases: QuerySet[Case]) -> Batch:
    """The one batch these cases are of; Refused when there is none or several."""
    found = list(
        Batch.objects.filter(pk__in=cases.order_by().values("batch")).select_related("programme")[
            :2
        ]
    )
    if len(found) != 1:
        raise Refused(
            _("所选的户须在同一批次"),
            value=_("涉及 %d 个批次") % len(found),
            rule=_("一次只处理一个批次中的户"),
        )
    batch: Batch = found[0]
    return batch


def _at(
    batch: Batch, act: Act, by: User, done_on: date, reason: str
) -> AbstractContextManager[Running]:
    """Enter by the right of the level that holds the batch, with a reason."""
    if not reason.strip(" :"):
        raise Refused(_("请写明原因"), place=batch.named, example=_("户主外出,月底返乡补签"))
    if batch.stage == CLOSED:
        raise Refused(_("该批次已办结"), place=batch.named)
    rules = batch.rules
    level = rules.level_of(rules.stage(batch.stage))
    return door(by, act, level, [batch.village_id], rules=rules, done_on=done_on, reason=reason)


def _locked(batch: Batch) -> Batch:
    (found,) = lock(Batch.objects.filter(pk=batch.pk))
    return found


def _open(cases: QuerySet[Case], batch: Batch) -> QuerySet[Case]:
    chosen = cases.filter(batch=batch, state__in=LIVE)
    if not chosen.exists():
        raise Refused(_("所选的户都已办结或已转出本批次"), place=batch.named)
    found: QuerySet[Case] = Case.objects.filter(pk__in=list(chosen.values_list("pk", flat=True)))
    return found


def _refuse_ground(rules: Rules, ground: Ground) -> None:
    if ground not in {row.ground for row in rules.send_backs}:
        raise Refused(_("方案没有这一退回理由"), value=ground)


def _refuse_later(batch: Batch, to_stage: str) -> None:
    keys = batch.rules.keys
    if to_stage not in keys or keys.index(to_stage) > keys.index(batch.stage):
        raise Refused(
            _("只能退回到已经过的环节"),
            value=to_stage,
            rule=_("当前环节及之前:%s") % "、".join(keys[: keys.index(batch.stage) + 1]),
        )


def _refuse_unlike(batch: Batch, into: Batch) -> None:
    if not mergeable(batch).filter(pk=into.pk).exists():
        raise Refused(
            _("两个批次不能合并"),
            place=f"{batch} / {into}",
            rule=_("须为同村、同一方案版本、同一环节的两个批次"),
        )
    cases = Case.objects.filter(batch__in=[batch, into], state__in=LIVE)
    for model in COUNTED:
        if model.valid(
            stage=batch.stage, **{f"{model.case_field}__in": cases.values("pk")}
        ).exists():
            raise Refused(
                _("本环节已有文书计入其中一个批次,不能再合并"),
                place=f"{batch} / {into}",
                rule=_("合并须在本环节的会议、公示、送审、请示之前"),
            )


def _take_out(cases: QuerySet[Case], batch: Batch, *, at: str) -> Batch:
    """Carry cases over to a new batch; evidence hangs on the case and comes along by itself."""
    home: Batch = Batch.objects.create(
        village_id=batch.village_id,
        programme=batch.programme,
        part=next_part(batch.village_id, batch.programme),
        split_from=batch,
        stage=at,
    )
    journal.record(Act.LIST, home, str(batch), at, stage=at)
    _carry(cases, home, Act.SPLIT_OFF)
    return home


def _carry(cases: QuerySet[Case], home: Batch, act: Act) -> int:
    mark = journal.current().next_mark()
    count = moves.update(cases, mark, "state", batch=home)
    moves.write(act, Case.objects.filter(batch=home, mark=mark), "state", count, stage=home.stage)
    return count


def undo(cases: QuerySet[Case], rules: Rules, to_stage: str) -> None:
    """Stand the cases before `to_stage`; strike out milestones and evidence from there on.

    Evidence too: a vote left valid would let the case pass again without a new meeting.
    """
    undone = rules.from_on(to_stage)
    marks.flag_unmark(cases, undone)
    behind = frozenset({rules.before(to_stage), *undone})
    ask = Ask(rules, rules.stage(to_stage))
    step = Step(Act.SEND_BACK, ask, "state", behind, rules.before(to_stage), rollup=counts.moved)
    moves.move(cases, step)
    strike_out(cases, undone)


def strike_out(cases: QuerySet[Case], stages: tuple[str, ...]) -> None:
    """Void the valid evidence of these stages: kept, and of no effect any more."""
    tx = journal.current().tx
    keys = cases.order_by().values("pk")
    for model in EVIDENCE:
        rows = model.valid(stage__in=stages, **{f"{model.case_field}__in": keys})
        rows.update(void_tx=tx)
    Assessment.objects.filter(case__in=keys, stage__in=stages, void_tx="").update(void_tx=tx)
