"""Where the work of a stage is done: the pages at which its facts are entered."""

from django.urls import reverse
from django.utils.translation import gettext as _

from exitcase.core.choices import CLOSED, StageKind
from exitcase.core.screens import Link
from verification.models import Batch, Case, Meeting
from verification.views.signing import unsigned


def work(batch: Batch) -> list[Link]:
    """The pages open for a batch at its stage, the next first; none where none is built in.

    Three queries at most.
    """
    if batch.stage == CLOSED:
        return []
    stage = batch.ask().stage
    found = []
    if stage.kind == StageKind.MEETING:
        held = Meeting.objects.filter(
            village=batch.village_id, programme=batch.programme_id, stage=stage.key
        )
        meeting = held.order_by("pk").last()
        if meeting:
            found.append(Link(_("录入表决"), reverse("ballots", args=[meeting.pk])))
        else:
            found.append(Link(_("登记会议"), reverse("hold_meeting", args=[batch.pk])))
    if stage.signers:
        waiting = Case.objects.filter(batch=batch, state=batch.rules.standing_before(stage.key))
        left = unsigned(waiting, stage)
        if left:
            words = _("登记签字(还有 %d 户)") % len(left)
            found.append(Link(words, reverse("sign", args=[left[0]])))
    return found
