"""The one place that changes a household's status after its import."""

from django.db.models import QuerySet

from exitcase.core import journal
from exitcase.core.choices import Act, Status
from households.models import Household


def set_status(households: QuerySet[Household], status: Status, *, basis: str) -> int:
    """Set the status of many households, one journal row each; inside a running act.

    `basis` says why: a batch, an end by the plan, a registered event. Gives how many changed.
    """
    changing = households.exclude(status=status).order_by("pk")
    keys = list(changing.select_for_update(of=("self",)).values_list("pk", "status"))
    for was in sorted({before for _key, before in keys}):
        rows = Household.objects.filter(pk__in=[key for key, before in keys if before == was])
        rows.update(status=status, status_basis=basis)
        journal.record_set(Act.SET_STATUS, rows, was=was, became=status)
    return len(keys)
