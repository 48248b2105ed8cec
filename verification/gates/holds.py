"""What holds a case at every stage: an open question, or facts that changed under a signature."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from exitcase.core.gates import Ask, Passes
from publicity.models import NoticeItem, Objection
from verification.gates.base import gate
from verification.models import (
    Correction,
    DecisionItem,
    FactStep,
    Hit,
    Inspection,
    Signature,
    SubmissionItem,
)


@gate(_("有 %(n)d 户的异议或申诉尚未办结"), held=True)
def no_open_objection(_ask: Ask) -> Passes:
    return ~Exists(Objection.objects.filter(case_key=OuterRef("pk"), open=True))


@gate(_("有 %(n)d 户的比对疑点尚未作出结论"), held=True)
def no_open_hit(_ask: Ask) -> Passes:
    return ~Exists(Hit.objects.filter(case=OuterRef("pk"), verdict=""))


@gate(_("有 %(n)d 户的更正单尚未由第二人确认"), held=True)
def correction_confirmed(_ask: Ask) -> Passes:
    """A rejected one too, until another that puts the register right is confirmed."""
    later = Correction.objects.filter(
        case=OuterRef("case"), pk__gt=OuterRef("pk"), confirmed_on__isnull=False
    )
    waiting = Correction.objects.filter(case=OuterRef("pk"), confirmed_on=None)
    return ~Exists(waiting.filter(~Exists(later)))


@gate(_("有 %(n)d 户在签字、核查或公示之后事实有变更,须重新签字或更正"), held=True)
def facts_unchanged(_ask: Ask) -> Passes:
    """Signatures, visits and lists rest on facts by their hash, or 更正单 cover it (DESIGN 8)."""
    resting = (
        Signature.valid(case=OuterRef("pk")),
        Inspection.valid(case=OuterRef("pk")),
        SubmissionItem.valid(case=OuterRef("pk")),
        DecisionItem.valid(case=OuterRef("pk")),
        NoticeItem.valid(case_key=OuterRef("pk"), struck_tx=""),
    )
    changed = Q()
    for rows in resting:
        changed &= Q(~Exists(_other_facts(rows)))
    return changed


def _other_facts(rows: QuerySet[Any]) -> QuerySet[Any]:
    # Not `exclude`: a negated comparison passes what it does not know.
    now = OuterRef("facts_sha256")
    covered = FactStep.objects.filter(
        case=OuterRef(OuterRef("pk")),
        old=OuterRef("facts_sha256"),
        new=OuterRef(OuterRef("facts_sha256")),
    )
    changed = rows.filter(Q(facts_sha256__lt=now) | Q(facts_sha256__gt=now))
    return changed.filter(~Exists(covered))


HOLDS = (no_open_objection, no_open_hit, correction_confirmed, facts_unchanged)
