"""What of a batch is still to be recorded while its households' year is collected."""

from django.urls import reverse
from django.utils.translation import gettext as _

from exitcase.core.rules import Stage
from exitcase.core.scope import Scope
from exitcase.core.screens import Link
from verification.models import Batch, Case


def years_of(batch: Batch, stage: Stage, scope: Scope) -> list[Link]:
    """The first household without an income statement, and the village's own facts; two queries."""
    rules = batch.rules
    waiting = scope.filter(Case.objects.filter(batch=batch, state=rules.before(stage.key)))
    bare = waiting.filter(net_fen=None).order_by("group", "number")
    keys = list(bare.values_list("household", flat=True))
    found = []
    if keys:
        words = _("录入收入(还有 %d 户)") % len(keys)
        found.append(Link(words, reverse("statement", args=[keys[0], rules.year])))
    village = reverse("village_year", args=[batch.village_id, rules.year])
    return [*found, Link(_("村信息"), village)]
