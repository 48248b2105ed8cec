"""What holds a case at every stage: an open question, or facts that changed under a signature."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from exitcase.core.gates import Ask, Passes
from publicity.models import NoticeItem, Objection
from verification.gates.base import gate
from verification.models import DecisionItem, Hit, Inspection, Signature, SubmissionItem


@gate(_("有 %(n)d 户的异议或申诉尚未办结"), held=True)
def no_open_objection(_ask: Ask) -> Passes:
    return ~Exists(Objection.objects.filter(case_key=OuterRef("pk"), open=True))


@gate(_("有 %(n)d 户的比对疑点尚未作出结论"), held=True)
def no_open_hit(_ask: Ask) -> Passes:
    return ~Exists(Hit.objects.filter(case=OuterRef("pk"), verdict=""))


@gate(_("有 %(n)d 户在签字、核查或公示之后事实有变更,须重新签字或更正"), held=True)
def facts_unchanged(_ask: Ask) -> Passes:
    """Signatures, visits and lists rest on facts by their hash (DESIGN 8)."""
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
    return rows.filter(Q(facts_sha256__lt=now) | Q(facts_sha256__gt=now))


HOLDS = (no_open_objection, no_open_hit, facts_unchanged)
