"""The clock of a notice, and other terms counted in days. Pure.

Days are whole days in Asia/Shanghai. The day of hanging is counted or not, and a last day that is
a day of rest moves to the next working day or not, as the programme says (民法典 201, 203). A term
ends at 24:00 of its last day, that is at 00:00 of the next. Days are `date`, moments are aware.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

PLACE: Final = ZoneInfo("Asia/Shanghai")
DAY: Final = timedelta(days=1)
LONGEST_REST: Final = 31  # days; a calendar that knows no working day in a month is wrong

RestDay = Callable[[date], bool]


class UnknownYearError(ValueError):
    """The holidays of that year are not known (they are decreed each autumn for the next year)."""

    def __init__(self, year: int) -> None:
        super().__init__(f"{year}年的节假日安排未载入,不能计算期满日;请更新节假日数据后再办理")
        self.year = year


class DayKind(StrEnum):
    """What one day of a term is: 张挂当日不计、计入、顺延、缺挂."""

    HUNG = "hung"
    COUNTED = "counted"
    MOVED = "moved"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Counting:
    """How a term is counted: its days, whether the first counts, whether the last moves."""

    days: int
    counts_first_day: bool
    moves_off_rest_day: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Whole days on which a required place had no notice; both ends are lost."""

    first: date
    last: date


# ------------------------------------------------------------------ the term


def last_day(hung: date, counting: Counting, rest_day: RestDay, gaps: Sequence[Gap] = ()) -> date:
    """The last day of a term that began on `hung`; days lost in gaps are added."""
    return explain(hung, counting, gaps, rest_day)[-1][0]


def closes_at(last: date) -> datetime:
    """24:00 of the last day in Asia/Shanghai, that is 00:00 of the next."""
    return datetime.combine(last + DAY, time(), PLACE)


def next_working_day(day: date, rest_day: RestDay) -> date:
    """The day itself if it is worked, else the first that is."""
    for ahead in range(LONGEST_REST):
        if not rest_day(day + ahead * DAY):
            return day + ahead * DAY
    raise ValueError(f"{day} 之后{LONGEST_REST}天内没有工作日,节假日数据有误")


def working_days_after(day: date, days: int, rest_day: RestDay) -> date:
    """The last day of a term of working days; the day it starts on is not counted."""
    found = day
    for _ in range(days):
        found = next_working_day(found + DAY, rest_day)
    return found


def day_of(moment: datetime) -> date:
    return moment.astimezone(PLACE).date()


# ------------------------------------------------------------------ gaps


def gap_days(down: datetime, up: datetime) -> Gap:
    """The days touched by a gap: a day on which a place was bare for an hour is not whole."""
    return Gap(day_of(down), day_of(up))


def restarts(down: datetime, up: datetime, gap_hours: int) -> bool:
    """A gap longer than the programme's hours begins the term anew from the day of re-hanging."""
    return up - down > timedelta(hours=gap_hours)


def explain(
    hung: date, counting: Counting, gaps: Sequence[Gap], rest_day: RestDay
) -> list[tuple[date, DayKind]]:
    """Each day from hanging to the end, with what it counted as; for the notice's paper."""
    days = _counted(hung, counting, gaps)
    if not counting.moves_off_rest_day:
        return days
    last = days[-1][0]
    end = next_working_day(last, rest_day)
    return days + [(last + n * DAY, DayKind.MOVED) for n in range(1, (end - last).days + 1)]


def _counted(hung: date, counting: Counting, gaps: Sequence[Gap]) -> list[tuple[date, DayKind]]:
    lost = {day for gap in gaps for day in _days(gap)}
    days: list[tuple[date, DayKind]] = []
    day, left = hung, counting.days
    while left or not days:
        kind = _kind(day, hung, lost, counts_first_day=counting.counts_first_day)
        left -= kind == DayKind.COUNTED
        days.append((day, kind))
        day += DAY
    return days


def _kind(day: date, hung: date, lost: set[date], *, counts_first_day: bool) -> DayKind:
    if day == hung and not counts_first_day:
        return DayKind.HUNG
    return DayKind.LOST if day in lost else DayKind.COUNTED


def _days(gap: Gap) -> list[date]:
    return [gap.first + n * DAY for n in range((gap.last - gap.first).days + 1)]
