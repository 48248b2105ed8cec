"""Indicators as a page asks them: what is registered above, one answer and words below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import Form

from exitcase.core.papers.sheets import Fact
from exitcase.core.rules import Indicator
from households.models import HouseholdYear
from verification.documents.facts import facts_of
from verification.models import Case


@dataclass(frozen=True, slots=True)
class Question:
    """One indicator on the page: its standard, what is registered, its answer, its words."""

    indicator: Indicator
    facts: Sequence[Fact]
    answer: Any
    words: Any


def questions_of(case: Case, form: Form, indicators: Sequence[Indicator]) -> list[Question]:
    """Each indicator with the facts of the register; what others judged of it is not shown."""
    year = HouseholdYear.objects.filter(
        household=case.household_id, year=case.batch.rules.year
    ).first()
    measures = list(year.measure_rows.order_by("pk")) if year else []
    return [
        Question(one, facts_of(one, year, measures), form[f"i-{one.key}"], form[f"f-{one.key}"])
        for one in indicators
    ]
