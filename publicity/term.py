"""The term of one notice: the plan's figures put to `core.terms`, with the gaps on record."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from exitcase.core import terms
from exitcase.core.errors import Refused
from exitcase.core.holidays import rest_day
from exitcase.core.rules import Rules, Stage
from exitcase.core.terms import Counting, DayKind, UnknownYearError
from publicity.models import Gap, Notice

Days = Sequence[tuple[date, DayKind]]


def counts_from(said: datetime, recorded: datetime, rules: Rules, *, photo: bool) -> datetime:
    """The moment one posting counts as hung.

    As said on the paper, if a photo reached the server within the grace hours; else as recorded.
    """
    grace = timedelta(hours=rules.clock.photo_grace.hours)
    return said if photo and recorded - said <= grace else recorded


def counted_days(notice: Notice, starts_at: datetime) -> Days:
    """Each day of the term that began then, with what it counted as.

    Raises Refused where the holidays of that year are not known.
    """
    rules, stage = notice.programme.rules, notice.ask().stage
    try:
        return terms.explain(
            terms.day_of(starts_at), counting(rules, stage), gaps(notice, starts_at), rest_day
        )
    except UnknownYearError as error:
        message = _("%d年的节假日安排未载入,不能计算期满日;请更新节假日数据后再办理")
        raise Refused(message % error.year, value=str(error.year)) from error


def counting(rules: Rules, stage: Stage) -> Counting:
    days: int = stage.need("term").days
    clock = rules.clock
    return Counting(days, bool(clock.counts_first_day), bool(clock.moves_off_rest_day))


def gaps(notice: Notice, starts_at: datetime) -> list[terms.Gap]:
    """The days lost since then at required places; a gap that restarted the term is over."""
    rows = Gap.objects.filter(
        posting__notice=notice, posting__required=True, restarted=False, rehung_at__gt=starts_at
    )
    return [terms.gap_days(row.missing_from, row.rehung_at) for row in rows]


def closing(notice: Notice, starts_at: datetime) -> tuple[datetime, int]:
    """When it may be closed, and how many days gaps have cost.

    An announcement has no term: its list leaves the web after the plan's days.
    """
    rules, stage = notice.programme.rules, notice.ask().stage
    if stage.term is None:
        last = terms.day_of(starts_at) + timedelta(days=rules.web.days)
        return terms.closes_at(last), 0
    days = counted_days(notice, starts_at)
    lost = sum(kind == DayKind.LOST for _day, kind in days)
    return terms.closes_at(days[-1][0]), lost


def last_day(closes_at: datetime) -> date:
    """The day at whose end a term closes."""
    return terms.day_of(closes_at) - timedelta(days=1)
