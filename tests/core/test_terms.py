"""The notice clock against its table, its boundaries, and a model written another way."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitcase.core import terms
from exitcase.core.holidays import rest_day
from exitcase.core.terms import Counting, DayKind, Gap, closes_at, last_day

DAY = timedelta(days=1)
NANYUE = Counting(7, counts_first_day=False, moves_off_rest_day=True)


def both_ends(days: int) -> Counting:
    return Counting(days, counts_first_day=True, moves_off_rest_day=False)


def weekend(day: date) -> bool:
    return day.weekday() >= 5


@pytest.mark.parametrize(
    ("hung", "end"),
    [
        (date(2020, 10, 9), date(2020, 10, 16)),  # Friday to Friday
        (date(2020, 10, 10), date(2020, 10, 19)),  # ends on Saturday 17: moves to Monday
        (date(2020, 9, 30), date(2020, 10, 9)),  # ends in the holiday: moves behind it
    ],
)
def test_the_plans_own_dates(hung: date, end: date) -> None:
    last = last_day(hung, NANYUE, rest_day)
    assert last == end
    assert closes_at(last) == datetime(end.year, end.month, end.day, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hung", "days", "end"),
    [
        (date(2020, 10, 15), 10, date(2020, 10, 24)),  # henan: 15–24 October, a Saturday
        (date(2020, 10, 4), 5, date(2020, 10, 8)),  # hebei: 4–8 October, in the holiday
        (date(2020, 10, 9), 7, date(2020, 10, 15)),  # DOMAIN 10.6: 9–15 October are 7 days
    ],
)
def test_both_ends_counted(hung: date, days: int, end: date) -> None:
    assert last_day(hung, both_ends(days), rest_day) == end


def test_six_days_are_not_seven() -> None:
    end = closes_at(last_day(date(2020, 10, 9), both_ends(7), rest_day))
    assert end > closes_at(date(2020, 10, 14))


def test_a_year_without_holidays_is_refused_by_name() -> None:
    with pytest.raises(terms.UnknownYearError, match="2099年") as unknown:
        last_day(date(2099, 1, 1), NANYUE, rest_day)
    assert unknown.value.year == 2099


@pytest.mark.parametrize("machine", ["UTC", "Asia/Shanghai"])
def test_a_moment_belongs_to_the_day_where_our_users_are(
    machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the machine stands."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", machine)
        time.tzset()
        assert terms.day_of(datetime(2020, 10, 9, 15, 59, tzinfo=UTC)) == date(2020, 10, 9)
        assert terms.day_of(datetime(2020, 10, 9, 16, tzinfo=UTC)) == date(2020, 10, 10)
    time.tzset()


def test_a_calendar_without_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="没有工作日"):
        terms.next_working_day(date(2020, 1, 1), lambda _day: True)


def model_last_day(hung, days, counts_first_day, moves_off_rest_day, rest):
    """Walk the calendar one day at a time, ticking off days like a person with a pencil."""
    ticked, day = 0, hung
    if counts_first_day:
        ticked = 1
    while ticked < days:
        day = day + DAY
        ticked = ticked + 1
    while moves_off_rest_day and day in rest:
        day = day + DAY
    return day


@settings(max_examples=10_000, deadline=None)
@given(
    hung=st.dates(date(2005, 1, 1), date(2025, 12, 1)),
    days=st.integers(1, 40),
    counts_first_day=st.booleans(),
    moves_off_rest_day=st.booleans(),
    rest_offsets=st.sets(st.integers(0, 60), max_size=40),
)
def test_equals_the_day_by_day_model(
    hung: date, days: int, counts_first_day: bool, moves_off_rest_day: bool, rest_offsets: set[int]
) -> None:
    rest = {hung + n * DAY for n in rest_offsets}
    counting = Counting(days, counts_first_day, moves_off_rest_day)
    try:
        found = last_day(hung, counting, rest.__contains__)
    except ValueError:
        found = None
    expected = model_last_day(hung, days, counts_first_day, moves_off_rest_day, rest)
    assert found == expected or (found is None and (expected - hung).days - days >= 30)


def test_the_day_of_midnight_is_the_next() -> None:
    end = closes_at(date(2020, 10, 16))
    assert terms.day_of(end) == date(2020, 10, 17)
    assert terms.day_of(end - timedelta(microseconds=1)) == date(2020, 10, 16)


def test_working_days() -> None:
    # Thursday 8 October is holiday, Saturday 10 is worked.
    assert terms.working_days_after(date(2020, 9, 30), 1, rest_day) == date(2020, 10, 9)
    assert terms.working_days_after(date(2020, 9, 30), 2, rest_day) == date(2020, 10, 10)
    assert terms.working_days_after(date(2020, 10, 9), 5, rest_day) == date(2020, 10, 15)


@given(st.dates(date(2005, 1, 1), date(2025, 1, 1)), st.integers(1, 15))
def test_working_days_are_counted_one_by_one(day: date, days: int) -> None:
    end = terms.working_days_after(day, days, weekend)
    worked = [day + n * DAY for n in range(1, (end - day).days + 1)]
    assert sum(not weekend(one) for one in worked) == days
    assert not weekend(end)


# ------------------------------------------------------------------ gaps


def shanghai(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=terms.PLACE)


def test_a_gap_of_its_hours_extends_and_a_longer_one_restarts() -> None:
    down = shanghai(2020, 10, 12, 9)
    assert not terms.restarts(down, down + timedelta(hours=24), 24)
    assert terms.restarts(down, down + timedelta(hours=24, seconds=1), 24)


def test_lost_days_are_added() -> None:
    gap = terms.gap_days(shanghai(2020, 10, 12, 23), shanghai(2020, 10, 13, 1))
    assert gap == Gap(date(2020, 10, 12), date(2020, 10, 13))
    told = terms.explain(date(2020, 10, 9), NANYUE, [gap], rest_day)
    kinds = [kind for _, kind in told]
    assert kinds.count(DayKind.COUNTED) == 7
    assert kinds.count(DayKind.LOST) == 2
    assert told[0] == (date(2020, 10, 9), DayKind.HUNG)
    assert told[-1] == (date(2020, 10, 19), DayKind.MOVED)  # 18 October is a Sunday


def test_a_gap_on_the_uncounted_day_costs_nothing() -> None:
    gap = Gap(date(2020, 10, 9), date(2020, 10, 9))
    assert last_day(date(2020, 10, 9), NANYUE, rest_day, [gap]) == date(2020, 10, 16)


@settings(max_examples=2_000, deadline=None)
@given(
    hung=st.dates(date(2010, 1, 1), date(2020, 1, 1)),
    counting=st.builds(Counting, st.integers(1, 15), st.booleans(), st.booleans()),
    lost=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3)), max_size=3),
)
def test_gaps_equal_the_day_by_day_model(hung: date, counting: Counting, lost: list) -> None:
    gaps = [Gap(hung + n * DAY, hung + (n + m) * DAY) for n, m in lost]
    bare = {
        day for gap in gaps for day in (gap.first + n * DAY for n in range(5)) if day <= gap.last
    }
    day, seen = hung, 0
    if counting.counts_first_day and hung not in bare:
        seen = 1
    while seen < counting.days:
        day += DAY
        seen += day not in bare
    while counting.moves_off_rest_day and weekend(day):
        day += DAY
    assert last_day(hung, counting, weekend, gaps) == day
