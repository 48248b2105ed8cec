"""批复, 批转: papers that go from organ to organ when a decision is announced."""

from datetime import date

from django.utils.translation import gettext as _

from exitcase.core import journal
from exitcase.core.choices import Act, PaperKind, StageKind
from exitcase.core.errors import Refused
from exitcase.core.models import StoredFile, User
from exitcase.core.rules import Delivery, Rules, Stage
from exitcase.core.services.door import door
from verification.models import Batch, StageRecord
from verification.services.district import need_scan, refuse_before, refuse_blank
from verification.services.entry import refuse_elsewhere, refuse_long, stage_of
from verification.services.locks import lock

KINDS = (StageKind.ANNOUNCE,)


def convey(
    batch: Batch,
    stage: str,
    paper: PaperKind,
    *,
    number: str,
    file: StoredFile | None,
    by: User,
    done_on: date,
    reason: str = "",
) -> StageRecord:
    """Put on record that the plan's paper for a list went from its sender to its receiver.

    By the sender's level. Raises Refused for a paper the plan does not send at this stage, one
    sent already, no scan, and before the sender has got what it passes on (先批复,后批转).
    """
    rules = batch.rules
    at = stage_of(rules, stage, KINDS)
    row = _row(rules, at, paper)
    refuse_blank(number=(number, _("文号")))
    scan = need_scan(file, _title(rules, row))
    level, codes = rules.organ(row.sender).level, [batch.village_id]
    with door(by, Act.DELIVER, level, codes, rules=rules, done_on=done_on, reason=reason) as act:
        (batch,) = lock(Batch.objects.filter(pk=batch.pk))
        refuse_elsewhere([batch], [], rules, at)
        _refuse_again(batch, stage, row)
        _refuse_early(batch, rules, at, row, done_on)
        made = StageRecord(
            batch=batch, stage=stage, key=paper, done_on=done_on, note=number, file=scan, tx=act.tx
        )
        refuse_long([made])
        made.save(force_insert=True)
        became = f"{paper} {number} {row.sender} > {row.receiver}"
        journal.record(Act.DELIVER, batch, "", became, stage=stage)
        return made


def _row(rules: Rules, stage: Stage, paper: PaperKind) -> Delivery:
    found = next((one for one in stage.delivery if one.paper == paper), None)
    if found is None:
        raise Refused(
            _("方案在本环节不送这份文书"),
            place=stage.title,
            value=paper,
            rule="、".join(_title(rules, one) for one in stage.delivery) or _("无"),
        )
    return found


def _title(rules: Rules, row: Delivery) -> str:
    return rules.paper(row.paper).title


def _refuse_again(batch: Batch, stage: str, row: Delivery) -> None:
    sent = StageRecord.objects.filter(batch=batch, stage=stage, key=row.paper).first()
    if sent:
        raise Refused(_("这份文书已经送出"), place=batch.named, value=sent.note)


def _refuse_early(batch: Batch, rules: Rules, stage: Stage, row: Delivery, done_on: date) -> None:
    """Who passes a paper on has got it: the rows whose receiver is this sender come first."""
    for one in stage.delivery:
        if one.receiver == row.sender:
            got = StageRecord.objects.filter(batch=batch, stage=stage.key, key=one.paper).first()
            if got is None:
                raise Refused(
                    _("还没有收到上级的文书,不能转送"),
                    place=batch.named,
                    value=_title(rules, row),
                    rule=_("先有:%s") % _title(rules, one),
                )
            refuse_before(done_on, got.done_on, _("不早于收到「%s」") % _title(rules, one))
