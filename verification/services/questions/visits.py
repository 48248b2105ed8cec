"""One visitor in two villages at once, or in more villages or homes than a day allows.

Where a paper gives the hours, they say what is at once; where it gives the day alone, its number
of villages is asked about.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator
from datetime import date, time
from typing import Final, NamedTuple

from exitcase.core.choices import Finding, Mode
from exitcase.core.rules_words import Warn
from verification.models import Question, Visitor
from verification.services.questions.found import Figures, Found, Row

Kind = Question.Kind
# Where the visitor was there in person; by video or from files one is everywhere.
THERE: Final = (Mode.HOME, Mode.CARE_HOME, Mode.HOSPITAL, Mode.ONSITE, Mode.NEIGHBOURS)


class Call(NamedTuple):
    """One visit of one visitor."""

    row: Row
    village: str
    household: int
    mode: str
    began_at: time | None
    ended_at: time | None


Days = dict[tuple[Hashable, date], list[Call]]


def villages_a_day(district: str, figures: Figures) -> Iterator[Found]:
    """Visitors who were in two villages at one hour, or in more on one day than the figure."""
    most = figures.most(Warn.VILLAGES_A_DAY)
    if most is None:
        return iter(())

    def too_far(calls: list[Call]) -> Collection[Call]:
        many = len({one.village for one in calls}) > most
        return calls if many else _at_once(calls)

    return _asked(Kind.VILLAGES_A_DAY, district, too_far)


def homes_a_day(district: str, figures: Figures) -> Iterator[Found]:
    """Visitors who were in more homes on one day than the plan's figure."""
    most = figures.most(Warn.HOMES_A_DAY)
    if most is None:
        return iter(())

    def too_many(calls: list[Call]) -> Collection[Call]:
        homes = {one.household for one in calls if one.mode == Mode.HOME}
        return calls if len(homes) > most else ()

    return _asked(Kind.HOMES_A_DAY, district, too_many)


def _at_once(calls: list[Call]) -> set[Call]:
    """Those of one day that took place while another village was being visited."""
    timed = [(one, one.began_at, one.ended_at) for one in calls]
    known = [(one, began, ended) for one, began, ended in timed if began and ended]
    return {
        call
        for one, began, ended in known
        for other, start, end in known
        if one.village != other.village and began < end and start < ended
        for call in (one, other)
    }


def _asked(
    kind: Question.Kind, district: str, wrong: Callable[[list[Call]], Collection[Call]]
) -> Iterator[Found]:
    """Who went together is asked together: one question for the same visits."""
    together: dict[tuple[date, frozenset[Row]], list[Hashable]] = defaultdict(list)
    names, days = _calls(district)
    for (who, day), calls in days.items():
        if found := wrong(calls):
            together[day, frozenset(call.row for call in found)].append(who)
    for (day, rows), people in together.items():
        told = f"{'、'.join(sorted(names[who] for who in people))} {day.isoformat()}"
        yield Found.of(kind, (day, *sorted(map(str, people))), told, rows)


def _calls(district: str) -> tuple[dict[Hashable, str], Days]:
    """Who is an account, or a name with its post; each one's visits by day, attempts left out."""
    seen = Visitor.objects.filter(
        inspection__case__district=district, inspection__void_tx="", inspection__mode__in=THERE
    ).exclude(inspection__finding=Finding.NOT_MET_HOME)
    path = (
        *("pk", "case_id", "done_on", "case__village_id", "case__household_id"),
        *("mode", "began_at", "ended_at"),
    )
    columns = [f"inspection__{name}" for name in path]
    names: dict[Hashable, str] = {}
    days: Days = defaultdict(list)
    rows = seen.order_by("pk").values_list("user_id", "name", "post", *columns)
    for user, name, post, pk, case, day, *told in rows.iterator():
        who: Hashable = user or (name, post)
        names[who] = name
        days[who, day].append(Call(Row("inspection", pk, case), *told))
    return names, days
