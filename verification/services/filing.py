"""备案: the township files the originals the plan names, one of each kind for every batch."""

from datetime import date

from django.utils.translation import gettext as _

from exitcase.core import journal
from exitcase.core.choices import Act, PaperKind, StageKind
from exitcase.core.errors import Refused
from exitcase.core.models import StoredFile, User
from exitcase.core.services.door import door
from verification.models import Batch, Original
from verification.services.district import need_scan, refuse_blank
from verification.services.entry import refuse_long, stage_of, title_of
from verification.services.locks import lock

KINDS = (StageKind.FILE,)


def file_original(
    batch: Batch,
    stage: str,
    kind: PaperKind,
    *,
    number: str,
    file: StoredFile | None,
    by: User,
    done_on: date,
    reason: str = "",
) -> Original:
    """File one original of a batch with the receiver the plan names.

    Raises Refused for a kind the plan does not ask, a second original of one kind, no scan, and
    a batch that does not stand at the stage.
    """
    rules = batch.rules
    at = stage_of(rules, stage, KINDS)
    refuse_blank(number=(number, _("备案编号")))
    scan = need_scan(file, str(kind))
    with door(
        by, Act.FILE, at.level, [batch.village_id], rules=rules, done_on=done_on, reason=reason
    ) as running:
        (batch,) = lock(Batch.objects.filter(pk=batch.pk))
        if batch.stage != stage:
            raise Refused(
                _("批次不在备案环节"), place=batch.named, value=title_of(rules, batch.stage)
            )
        _refuse_kind(batch, stage, kind)
        made = Original(batch=batch, stage=stage, paper_kind=kind, number=number, file=scan)
        made.filed_on, made.tx = done_on, running.tx
        refuse_long([made])
        made.save()
        journal.record(Act.FILE, made, "", kind, stage=stage)
        return made


def _refuse_kind(batch: Batch, stage: str, kind: PaperKind) -> None:
    rules = batch.rules
    asked = rules.stage(stage).need("archive").originals
    if kind not in asked:
        titles = [rules.paper(one).title if rules.has_paper(one) else str(one) for one in asked]
        raise Refused(_("方案不要求备案这种文书"), value=kind, rule="、".join(titles))
    if Original.objects.filter(batch=batch, stage=stage, paper_kind=kind).exists():
        raise Refused(_("这种原件已经备案"), place=batch.named, value=kind)
