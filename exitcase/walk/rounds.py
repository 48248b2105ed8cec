"""Visits at an honest pace: nobody is in more homes or villages on one day than the plan believes.

The figures are the plan's own, of the questions about what looks made up (`[[warn]]`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self

from exitcase.core.rules import Rules
from exitcase.core.rules_words import Warn
from exitcase.walk.agenda import Agenda, open_day
from verification.models import Case

Who = Callable[[Case], Sequence[str]]  # the names of a case's visitors


@dataclass
class Diary:
    """Where each visitor was on each day of the walk: village and household."""

    homes: int | None
    villages: int | None
    _been: dict[tuple[str, date], set[tuple[str, int]]] = field(
        default_factory=lambda: defaultdict(set)
    )

    @classmethod
    def of(cls, rules: Rules) -> Self:
        """A plan without a figure lets them go as far as they like."""
        most = {row.key: row.most for row in rules.warns}
        return cls(most.get(Warn.HOMES_A_DAY), most.get(Warn.VILLAGES_A_DAY))

    def take(self, day: date, names: Sequence[str], case: Case) -> bool:
        """Whether all of them still have time for this home on that day; then they go there."""
        home = (case.village_id, case.household_id)
        if not all(self._room(self._been[name, day] | {home}) for name in names):
            return False
        for name in names:
            self._been[name, day].add(home)
        return True

    def _room(self, homes: set[tuple[str, int]]) -> bool:
        few_homes = self.homes is None or len(homes) <= self.homes
        return few_homes and (self.villages is None or len({v for v, _ in homes}) <= self.villages)


def go_round(
    agenda: Agenda,
    diary: Diary,
    cases: Sequence[Case],
    who: Who,
    visit: Callable[[Sequence[Case]], None],
) -> Iterator[date]:
    """Visit all of them, on as many open days as it takes; `visit` is given those of one day."""
    waiting = list(cases)
    while waiting:
        today = [case for case in waiting if diary.take(agenda.today, who(case), case)]
        if today:
            visit(today)
        waiting = [case for case in waiting if case not in today]
        if waiting:
            yield open_day(agenda.today + timedelta(days=1))
