"""The grid of votes at its full length: what it weighs, how few keys it takes, and on a phone."""

import gzip
from datetime import date

import pytest
from django.urls import reverse

from tests.verification import build, play
from verification.models import Batch, Case, Vote

KB = 1024
HOUSEHOLDS, EXCEPTIONS = 40, {7: (1, 0), 19: (0, 2), 33: (3, 1)}  # row → against, abstained
MOST_KEYS = 60
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def world(transactional_db):
    made = build.world()
    made.on(date(2020, 10, 9))
    return made


@pytest.fixture
def meeting(world):
    """A meeting of twelve about forty households."""
    batch = world.batch(size=HOUSEHOLDS)
    Batch.objects.filter(pk=batch.pk).update(stage="appraisal")
    Case.objects.filter(batch=batch).update(state="collection")
    return play.meeting(world, Batch.objects.get(pk=batch.pk))


@pytest.fixture
def grid(enter, live_server, world, meeting):
    page = enter(world.cadre())
    page.goto(live_server.url + reverse("ballots", args=[meeting.pk]))
    page.focus(".vote >> nth=0")
    return page


def test_forty_households_are_fifteen_kilobytes(client, world, meeting):
    client.force_login(world.cadre(), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("ballots", args=[meeting.pk])).content
    assert page.count(b"data-state=") == HOUSEHOLDS
    assert len(gzip.compress(page, 9)) <= 15 * KB


def test_forty_households_with_three_exceptions_take_sixty_keys(grid, world, meeting):
    pressed = []

    def press(key):
        pressed.append(key)
        grid.keyboard.press(key)

    for row in range(HOUSEHOLDS):
        if row not in EXCEPTIONS:
            press("=")
            continue
        against, abstained = EXCEPTIONS[row]
        for count in (against, abstained):
            press("ArrowRight")
            if count:
                press(str(count))
        press("Enter")  # to the next household, in the same column
        press("ArrowLeft")
        press("ArrowLeft")
    press("Enter")  # the button has the focus after the last household
    grid.wait_for_url("**/batches/*/")
    votes = Vote.objects.filter(meeting=meeting).order_by("case__group", "case__number")
    found = [(one.yes, one.no, one.abstained) for one in votes]
    due = [EXCEPTIONS.get(row, (0, 0)) for row in range(HOUSEHOLDS)]
    assert found == [(12 - no - abstained, no, abstained) for no, abstained in due]
    assert len(pressed) <= MOST_KEYS


class TestOnAPhone:
    @pytest.fixture
    def device(self):
        return {"viewport": {"width": 390, "height": 844}, "has_touch": True}

    def test_a_household_that_is_done_folds_and_can_be_changed(self, grid):
        grid.tap("[data-do=all] >> nth=0")
        first = grid.locator("#grid tbody tr >> nth=0")
        assert first.locator(".vote >> nth=0").is_hidden()
        first.locator("[data-do=edit]").tap()
        assert first.locator(".vote >> nth=0").input_value() == "12"
        first.locator(".vote >> nth=1").fill("2")
        first.locator(".vote >> nth=0").fill("10")
        assert first.locator(".vote >> nth=0").is_visible()  # the row in hand stays open
        grid.locator(".vote >> nth=4").focus()
        assert first.locator(".vote >> nth=0").is_hidden()
        assert first.get_attribute("data-state") == "done"
