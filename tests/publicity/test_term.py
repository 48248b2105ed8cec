"""The plan's figures, put to the pure clock; the boundary of the grace hours."""

from datetime import UTC, date, datetime, timedelta

import pytest

from exitcase.core.terms import Counting
from publicity.term import counting, counts_from, last_day
from tests.verification import build

SAID = datetime(2020, 10, 9, 2, tzinfo=UTC)


@pytest.fixture
def rules(db):
    build.regions()
    return build.load("nanyue-2020").rules


@pytest.mark.parametrize(
    ("after", "photo", "said"),
    [
        (timedelta(0), True, True),
        (timedelta(hours=24), True, True),
        (timedelta(hours=24, microseconds=1), True, False),
        (timedelta(0), False, False),
    ],
)
def test_a_photo_within_the_grace_hours_lets_the_paper_count(rules, after, photo, said):
    recorded = SAID + after
    found = counts_from(SAID, recorded, rules, photo=photo)
    assert found == (SAID if said else recorded)


def test_the_plan_says_how_days_are_counted(rules):
    figures = Counting(7, counts_first_day=False, moves_off_rest_day=True)
    assert counting(rules, rules.stage("village_notice")) == figures


def test_the_last_day_is_the_one_at_whose_end_it_closes():
    assert last_day(datetime(2020, 10, 16, 16, tzinfo=UTC)) == date(2020, 10, 16)
