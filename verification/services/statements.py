"""Keeping the paper behind a withdrawal, a consent taken back, a relapse."""

from datetime import date

from django.db.models import F, QuerySet, Value

from exitcase.core import journal
from exitcase.core.models import StoredFile
from verification.models import Case, Statement
from verification.models.statements import StatementKind


def keep(
    cases: QuerySet[Case], kind: StatementKind, *, given_on: date, text: str, file: StoredFile
) -> int:
    """One statement per case, inside the act that rests on it; gives how many."""
    return journal.insert_select(
        Statement,
        cases.order_by("pk"),
        household=F("household"),
        case=F("pk"),
        kind=Value(kind),
        given_on=Value(given_on),
        number=Value(""),
        text=Value(text),
        file=Value(file.pk),
        tx=Value(journal.current().tx),
    )
