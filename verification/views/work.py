"""Where the work of a stage is done: the pages at which its facts are entered."""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from exitcase.core.choices import CLOSED, DIGITS, ENDS, StageKind
from exitcase.core.rules import Stage
from exitcase.core.rules_words import WHOLE
from exitcase.core.scope import Scope
from exitcase.core.screens import Link
from verification.models import Batch, Case, Delivery, Meeting, Submission, SubmissionItem
from verification.services import assessments, inspections, village
from verification.services.submissions import State, of_state
from verification.views.collecting import years_of
from verification.views.hanging import notices_of
from verification.views.judging import unjudged
from verification.views.signing import unsigned

# Desks above the village: one page for all the lists of a plan at the stage.
ABOVE: Final = {
    StageKind.COMPARE: ("compare", gettext_noop("办理比对")),
    StageKind.DECIDE: ("decide", gettext_noop("办理审批")),
    StageKind.MARK: ("mark", gettext_noop("办理标识")),
    StageKind.DRAW_CHECK: ("draws", gettext_noop("办理抽样")),
    StageKind.ANNOUNCE: ("announce", gettext_noop("办理公告")),
}


def work(batch: Batch, scope: Scope) -> list[Link]:
    """The pages open for a batch at its stage, the next first; none where none is built in.

    Five queries at most.
    """
    if batch.stage == CLOSED:
        return _letters(batch)
    stage = batch.ask().stage
    return [
        *_visits(batch, stage),
        *_meeting(batch, stage, scope),
        *_signing(batch, stage),
        *_desk(batch, stage),
        *_letters(batch),
        *(years_of(batch, stage, scope) if stage.kind in inspections.SURVEYS else ()),
        *(notices_of(batch, stage, scope) if stage.kind == StageKind.NOTICE else ()),
        *(_submissions(batch, stage) if stage.kind == StageKind.SUBMIT else ()),
        *_records(batch, stage),
    ]


def _visits(batch: Batch, stage: Stage) -> list[Link]:
    """Visits at the door, where the plan sends somebody: for the facts, or for a check."""
    survey = stage.kind in inspections.SURVEYS and stage.visitors is not None
    if not survey and stage.kind not in inspections.CHECKS:
        return []
    due = inspections.waiting(Case.objects.filter(batch=batch), batch.rules, stage).count()
    if survey:
        words = _("入户调查(还有 %d 户)") % due if due else _("看入户调查")
    else:
        words = _("入户核查(还有 %d 户)") % due if due else _("看核查记录")
    return [Link(words, reverse("visits", args=[batch.pk]))]


def _meeting(batch: Batch, stage: Stage, scope: Scope) -> list[Link]:
    """The meeting, or the votes of the one that was held; then the village's own finding."""
    if stage.kind != StageKind.MEETING:
        return []
    held = Meeting.objects.filter(
        village=batch.village_id, programme=batch.programme_id, stage=stage.key
    )
    meeting = held.order_by("pk").last()
    if meeting:
        link = Link(_("录入表决"), reverse("ballots", args=[meeting.pk]))
    else:
        link = Link(_("登记会议"), reverse("hold_meeting", args=[batch.pk]))
    return [link, *_judging(batch, stage, scope)]


def _signing(batch: Batch, stage: Stage) -> list[Link]:
    """The next household whose paper lacks a signature of this stage."""
    if not stage.signers:
        return []
    waiting = Case.objects.filter(batch=batch, state=batch.rules.standing_before(stage.key))
    left = unsigned(waiting, stage)
    words = _("登记签字(还有 %d 户)") % len(left)
    return [Link(words, reverse("sign", args=[left[0]]))] if left else []


def _records(batch: Batch, stage: Stage) -> list[Link]:
    """What the stage asks to have on record beside its rules."""
    if not stage.record:
        return []
    n = village.unrecorded(batch)
    words = _("登记环节记录(还有 %d 项)") % n if n else _("看环节记录")
    return [Link(words, reverse("records", args=[batch.pk]))]


def _judging(batch: Batch, stage: Stage, scope: Scope) -> list[Link]:
    """The village's own finding on the indicators, where its meeting signs the form."""
    if not assessments.judged_here(batch.rules, stage):
        return []
    left = unjudged(scope, batch, set(batch.rules.indicator_keys))
    words = _("认定指标(还有 %d 户)") % len(left)
    return [Link(words, reverse("judge", args=[left[0]]))] if left else []


def _letters(batch: Batch) -> list[Link]:
    """Households of the list that have ended and not got their letter; one query."""
    given = Delivery.objects.filter(case__batch=batch).values("case")
    due = Case.objects.filter(batch=batch, state__in=ENDS).exclude(pk__in=given).count()
    words = _("送达告知书(还有 %d 户)") % due
    return [Link(words, reverse("letters", args=[batch.pk]))] if due else []


def _desk(batch: Batch, stage: Stage) -> list[Link]:
    """The desk of a stage above the village."""
    if stage.kind == StageKind.FILE:
        return [Link(_("办理备案"), reverse("file_originals", args=[batch.pk]))]
    if stage.kind == StageKind.RECTIFY:
        return [Link(_("办理整改"), reverse("rectifications"))]
    draws = stage.sample or (stage.coverage and stage.coverage_rate != WHOLE)
    kind = StageKind.DRAW_CHECK if draws else stage.kind
    if kind not in ABOVE or (kind == StageKind.DRAW_CHECK and not draws):
        return []
    name, words = ABOVE[kind]
    return [Link(_(words), reverse(name, args=[batch.programme_id, stage.key]))]


def _submissions(batch: Batch, stage: Stage) -> list[Link]:
    """What of the batch has gone up and waits for its receipt; what is still to be sent."""
    items = SubmissionItem.valid(stage=stage.key, case__batch=batch)
    sent = Submission.objects.filter(pk__in=items.values("submission")).filter(
        of_state(State.PENDING)
    )
    found = [
        Link(
            _("第 %d 次送审待接收") % number,
            reverse("submission", args=[pk]),
        )
        for pk, number in sent.order_by("pk").values_list("pk", "number")
    ]
    waiting = Case.objects.filter(batch=batch, state=batch.rules.standing_before(stage.key))
    if waiting.exclude(pk__in=items.values("case")).exists():
        region = batch.village_id[: DIGITS[stage.level]]
        place = reverse("submit", args=[batch.programme_id, stage.key, region])
        found.append(Link(_("检查并送审"), place))
    return found
