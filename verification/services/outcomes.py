"""What the end of a case does to its household: the programme says it, by end and status before."""

from django.db.models import QuerySet

from exitcase.core.choices import End, Purpose, Status
from exitcase.core.rules import Rules
from households.models import Household
from households.services import set_status
from verification.models import Case


def settle(cases: QuerySet[Case], rules: Rules, end: End) -> None:
    """Set the households' status by the outcome of `end`; inside the act that ended the cases.

    An exit plan took the status when it listed them. Another plan left it: a household that has
    gone on since, by a case of another purpose, stays where it is. Who relapses keeps the year.
    """
    before = cases.order_by().values_list("status_before", flat=True).distinct()
    for status in list(before):
        ended, after = cases.filter(status_before=status), rules.outcome(end, Status(status))
        households = Household.objects.filter(pk__in=ended.order_by().values("household"))
        if rules.purpose != Purpose.EXIT:
            households = households.filter(status=status)
        if after == Status.RELAPSED != status:
            households.update(relapsed_year=rules.year)
        set_status(households, after, basis=f"{rules.key} {end}")
