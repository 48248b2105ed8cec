"""例外先看: what a decider should look at first, and why."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Case as When_
from django.db.models import CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_noop as _

from exitcase.core.choices import Act, Finding
from exitcase.core.models import Entry
from publicity.models import Objection
from verification.models import Assessment, Case, Correction, Hit, Inspection, Rectification

# In the order in which they are told; screens say them in the reader's language.
REASONS: Final[Mapping[str, str]] = {
    "had_hit": _("有比对疑点"),
    "had_rectification": _("有整改"),
    "was_returned": _("曾被退回"),
    "had_objection": _("有异议或申诉"),
    "had_failed_visit": _("核查曾未遇或未达标"),
    "had_short_indicator": _("有指标曾认定未达标"),
    "had_correction": _("有更正"),
}


def flagged(cases: QuerySet[Case]) -> QuerySet[Any]:
    """The cases with one boolean for each reason, and `rank`: 0 for an exception, 1 for others."""
    marked = cases.annotate(
        had_hit=Exists(Hit.objects.filter(case=OuterRef("pk"))),
        had_rectification=Exists(Rectification.objects.filter(case=OuterRef("pk"))),
        was_returned=Exists(_returns()),
        had_objection=Exists(Objection.objects.filter(case_key=OuterRef("pk"))),
        had_failed_visit=Exists(
            Inspection.objects.filter(
                case=OuterRef("pk"), finding__in=[Finding.NOT_MET_HOME, Finding.SHORT]
            )
        ),
    )
    marked = marked.annotate(
        had_short_indicator=Exists(
            Assessment.objects.filter(case=OuterRef("pk"), met=False, void_tx="")
        ),
        had_correction=Exists(Correction.objects.filter(case=OuterRef("pk"))),
    )
    any_of = Q()
    for name in REASONS:
        any_of |= Q(**{name: True})
    first = When_(When(any_of, then=Value(0)), default=Value(1), output_field=IntegerField())
    return marked.annotate(rank=first)


def exceptions(cases: QuerySet[Case]) -> dict[int, tuple[str, ...]]:
    """Case id → why it is an exception, in the words of the paper; one query."""
    rows = flagged(cases).filter(rank=0).order_by("pk").values("pk", *REASONS)
    return {row["pk"]: _words(row) for row in rows}


def _words(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(word for name, word in REASONS.items() if row[name])


def _returns() -> QuerySet[Entry]:
    """Returned is an event in the journal, not a state."""
    entries = Entry.objects.filter(act=Act.SEND_BACK, subject="case")
    return entries.filter(subject_id=Cast(OuterRef("pk"), CharField()))


# Exceptions first, then as lists are read: village, group, number.
ORDER: Final = (F("rank"), F("village"), F("group"), F("number"))
