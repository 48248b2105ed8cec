"""What the end of a case does to its household: the programme says it, by end and status before."""

from django.db.models import QuerySet

from exitcase.core.choices import End, Status
from exitcase.core.rules import Rules
from households.models import Household
from households.services import set_status
from verification.models import Case


def settle(cases: QuerySet[Case], rules: Rules, end: End) -> None:
    """Set the households' status by the outcome of `end`; inside the act that ended the cases."""
    before = cases.order_by().values_list("status_before", flat=True).distinct()
    for status in list(before):
        ended = cases.filter(status_before=status)
        set_status(
            Household.objects.filter(pk__in=ended.order_by().values("household")),
            rules.outcome(end, Status(status)),
            basis=f"{rules.key} {end}",
        )
