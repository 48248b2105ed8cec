"""How many 户 and 人 stand where: written with the move, read as sums."""

from typing import Any

from django.db.models import Count, F, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce

from exitcase.core.journal import insert_select
from verification.models import Case, StageCount


def moved(marked: QuerySet[Any]) -> None:
    """Two INSERT … SELECT for a move of any size: out of where they came from, into where they are.

    `marked` are cases that one UPDATE has just moved (`came_from` → `state`).
    """
    _add(marked, "came_from", -1)
    _add(marked, "state", 1)


def listed(cases: QuerySet[Case]) -> None:
    """New cases: they come from nowhere."""
    _add(cases, "state", 1)


def recounted(case: Case, persons: int) -> None:
    """A case that stays where it stands with so many persons more, or less."""
    StageCount.objects.create(
        programme=case.batch.programme,
        village_id=case.village_id,
        state=case.state,
        households=0,
        persons=persons,
    )


def _add(cases: QuerySet[Any], state: str, sign: int) -> None:
    grouped = cases.order_by().values("batch__programme", "village", state)
    counted = grouped.annotate(
        n=Count("pk") * Value(sign),
        heads=Coalesce(Sum(Cast("persons", IntegerField())), 0) * Value(sign),
    )
    insert_select(
        StageCount,
        counted,
        programme=F("batch__programme"),
        village=F("village"),
        state=F(state),
        households=F("n"),
        persons=F("heads"),
    )


def standing(**where: Any) -> QuerySet[Any, Any]:
    """户 and 人 per state; `where` filters programme and village, e.g. `village__startswith`."""
    rows = StageCount.objects.filter(**where).values("state").order_by("state")
    summed = rows.annotate(n_households=Sum("households"), n_persons=Sum("persons"))
    return summed.filter(~Q(n_households=0))
