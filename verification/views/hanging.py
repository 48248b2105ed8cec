"""What of a batch hangs, is drafted or still to be drafted at a stage of notices."""

from django.urls import reverse
from django.utils.translation import gettext as _

from exitcase.core.rules import Stage
from exitcase.core.scope import Scope
from exitcase.core.screens import Link
from publicity.choices import NoticeState
from publicity.models import Notice, NoticeItem
from verification.models import Batch
from verification.services import notices


def notices_of(batch: Batch, stage: Stage, scope: Scope) -> list[Link]:
    """The draft to be made, and the notices on which the batch's households hang."""
    found = []
    lists = Batch.objects.filter(pk=batch.pk)
    if notices.waiting(lists, stage.key, batch.rules).exists():
        found.append(Link(_("拟公示"), reverse("draft_notice", args=[batch.pk])))
    items = NoticeItem.valid(case_key__in=batch.cases.values("pk"), stage=stage.key)
    hung = scope.filter(Notice.objects.filter(pk__in=items.values("notice")))
    return found + [Link(_next_of(one), reverse("notice", args=[one.pk])) for one in hung]


def _next_of(notice: Notice) -> str:
    if notice.state == NoticeState.HANGING:
        return _("查看公示、补照片")
    if notice.state != NoticeState.DRAFT:
        return _("查看公示")
    return _("登记张贴") if notice.released_by_id else _("核发公示")
