"""Days and waves: several lists are under way at once, each at its own pace, on one clock."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from exitcase.core import clock
from exitcase.core.holidays import rest_day
from exitcase.core.services import house

Wave = Iterator[date]  # a generator that says on which day it wants to go on


def at(day: date, hour: int = 10) -> datetime:
    """A moment of a day, where our users are."""
    return datetime.combine(day, time(hour), clock.PLACE)


def open_day(day: date) -> date:
    """The day itself, or the next on which offices are open."""
    while rest_day(day):
        day += timedelta(days=1)
    return day


@dataclass
class Agenda:
    """Runs the waves in the order of their days, and turns the demo clock to each day.

    The clock never goes back: a wave that asks for a day past goes on at once.
    """

    today: date
    _waiting: list[tuple[date, int, Wave]] = field(default_factory=list)
    _entered: int = 0

    def enter(self, day: date, wave: Wave) -> None:
        heapq.heappush(self._waiting, (max(day, self.today), self._entered, wave))
        self._entered += 1

    def run(self, until: date | None = None) -> None:
        """Until no wave wants to go on, or none on or before a last day: the rest stays under way.

        In the second case the clock stands on that day.
        """
        while self._waiting and (until is None or self._waiting[0][0] <= until):
            day, _entered, wave = heapq.heappop(self._waiting)
            self.turn(day)
            again = next(wave, None)
            if again is not None:
                self.enter(again, wave)
        if until is not None:
            self.turn(until)

    def turn(self, day: date) -> None:
        """To noon of the day, so that whatever happened in its morning lies behind."""
        self.today = max(day, self.today)
        house.travel_to(at(self.today, 12))
