"""返贫: a household that has exited falls back; from then on it can be listed again."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exitcase.core import journal
from exitcase.core.choices import ENDS, Act, Level, Status
from exitcase.core.errors import Refused
from exitcase.core.models import StoredFile, User
from exitcase.core.services.door import door
from exitcase.core.words import word
from households.models import Household
from households.services import set_status
from verification.models import Case, Statement
from verification.models.statements import StatementKind
from verification.services.district import need_scan, refuse_blank
from verification.services.entry import refuse_long


def relapse(
    households: QuerySet[Household],
    *,
    found_on: date,
    number: str,
    cause: str,
    paper: StoredFile | None,
    by: User,
    done_on: date,
    reason: str = "",
) -> int:
    """Register that households relapsed, by the document that found it; gives how many.

    Each keeps the year and the paper. Raises Refused, naming them, for households that have not
    exited or have a case under way; for a finding without its number, cause or scan, or dated
    after it is entered.
    """
    refuse_blank(number=(number, _("认定文号")), cause=(cause, _("返贫原因")))
    scan = need_scan(paper, _("返贫认定"))
    codes = sorted(set(households.order_by().values_list("village", flat=True)))
    with door(by, Act.SET_STATUS, Level.VILLAGE, codes, done_on=done_on, reason=reason) as running:
        rows = list(households.order_by("pk").select_for_update(of=("self",)))
        _refuse_day(found_on, done_on)
        _refuse_unexited(rows)
        _refuse_open(rows)
        chosen = Household.objects.filter(pk__in=[one.pk for one in rows])
        chosen.update(relapsed_year=found_on.year)
        made = [
            Statement(
                household=one,
                kind=StatementKind.RELAPSE,
                given_on=found_on,
                number=number,
                text=cause,
                file=scan,
                tx=running.tx,
            )
            for one in rows
        ]
        refuse_long(made)
        Statement.objects.bulk_create(made)
        count = set_status(chosen, Status.RELAPSED, basis=f"{number} {found_on.isoformat()}")
        _tell(chosen, number, cause)
        return count


def _tell(chosen: QuerySet[Household], number: str, cause: str) -> None:
    """The document, beside the row of the status itself."""
    told = f"{number} {cause}"
    journal.record_set(
        Act.SET_STATUS, Statement.objects.filter(household__in=chosen, tx=journal.current().tx),
        became=StatementKind.RELAPSE, reason=told,
    )  # fmt: skip


def _refuse_day(found_on: date, done_on: date) -> None:
    if found_on > done_on:
        raise Refused(
            _("认定日期晚于办理日期"),
            value=found_on.isoformat(),
            rule=_("不晚于 %s") % done_on.isoformat(),
        )


def _refuse_unexited(rows: list[Household]) -> None:
    other = [one for one in rows if one.status != Status.EXITED]
    if other:
        raise Refused(
            _("只有已脱贫的户可以认定返贫"),
            place="、".join(str(one) for one in other[:20]),
            value="、".join(sorted({word(Status(one.status)) for one in other})),
        )


def _refuse_open(rows: list[Household]) -> None:
    waiting = Case.objects.filter(household__in=[one.pk for one in rows]).exclude(state__in=ENDS)
    running = list(waiting.order_by("pk")[:20])
    if running:
        raise Refused(
            _("有户的户案尚未办结"),
            place="、".join(str(case) for case in running),
            rule=_("办结后再认定"),
        )
