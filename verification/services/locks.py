"""The order of locks, everywhere: batches by id, then notices by id, then rows, then the chain.

A fact that a gate reads is written under one of these locks, which the gate's move takes too: so
between the gate's answer and the commit nobody can change the fact. SQLite has one writer and
needs no more.
"""

from typing import Any

from django.db.models import QuerySet

from exitcase.core.choices import CLOSED
from publicity.models import Notice, NoticeItem
from verification.models import Batch, Case


def lock(batches: QuerySet[Batch]) -> list[Batch]:
    """Lock the batches, and every notice on which one of their cases hangs."""
    locked = list(
        batches.select_related("programme", "village")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    lock_notices(Case.objects.filter(batch__in=[batch.pk for batch in locked]))
    return locked


def lock_cases(cases: QuerySet[Case]) -> list[Batch]:
    """Lock the batches of these cases, and what `lock` locks with them."""
    return lock(Batch.objects.filter(pk__in=cases.order_by().values("batch")))


def lock_cases_of(**columns: Any) -> None:
    """How the floors below lock, which know a case by its columns alone (`core.services.parents`).

    A closed batch moves no more, and waits for nobody.
    """
    batches = Case.objects.filter(**columns).order_by().values("batch")
    lock(Batch.objects.filter(pk__in=batches).exclude(stage=CLOSED))


def lock_notices(cases: QuerySet[Case]) -> None:
    items = NoticeItem.objects.filter(case_key__in=cases.order_by().values("pk"))
    notices = Notice.objects.filter(pk__in=items.values("notice")).order_by("pk")
    list(notices.select_for_update(of=("self",)).values_list("pk"))
