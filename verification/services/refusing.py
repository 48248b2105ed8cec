"""Refusing cases of several batches in one act: ends are told batch by batch."""

from datetime import date

from django.db.models import QuerySet

from exitcase.core.choices import LIVE, Reason
from exitcase.core.models import User
from exitcase.core.moves import Moved
from verification.models import Case
from verification.services.ending import refuse


def refuse_each(
    cases: QuerySet[Case], *, reason: Reason, note: str, by: User, done_on: date, bar: str = ""
) -> Moved:
    """End the live ones of these cases as refused, whatever their batches."""
    total = Moved()
    for part in _by_batch(cases):
        total += refuse(part, reason=reason, note=note, bar=bar, by=by, done_on=done_on)
    return total


def _by_batch(cases: QuerySet[Case]) -> list[QuerySet[Case]]:
    keys = list(cases.filter(state__in=LIVE).values_list("pk", flat=True))
    live = Case.objects.filter(pk__in=keys)
    batches = sorted(set(live.order_by().values_list("batch", flat=True)))
    return [live.filter(batch=batch) for batch in batches]
