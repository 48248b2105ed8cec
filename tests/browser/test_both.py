"""Two pages open on one record, in a browser: both values are seen, chosen, and nothing is lost."""

from datetime import date

import pytest
from django.urls import reverse

from households.models import HouseholdYear, VillageYear
from tests.verification import build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def world(transactional_db):
    made = build.world(villages=1)
    made.on(date(2020, 10, 9))
    return made


@pytest.fixture
def device():
    return {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def two(enter, world):
    """Two pages of one browser, as when two people, or one twice, have a form open."""
    first = enter(world.officer())
    return first, first.context.new_page()


def save(page):
    with page.expect_navigation():
        page.locator("main button.btn-primary", has_text="保存").last.click()


def test_both_are_shown_and_what_was_chosen_is_saved(two, live_server, world):
    mine, theirs = two
    code = world.villages[0]
    for page in two:
        page.goto(live_server.url + reverse("village_year", args=[code, 2020]))
    theirs.fill("[name=representatives]", "31")
    theirs.fill("[name=board_place]", "新村部门口")
    save(theirs)
    mine.fill("[name=representatives]", "28")
    mine.fill("[name=office_phone]", "0734-5660001")
    save(mine)
    told = mine.locator(".both")
    assert "31" in told.inner_text()
    assert "28" in told.inner_text()
    assert mine.input_value("[name=office_phone]") == "0734-5660001"
    assert mine.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [one.bounding_box() for one in told.locator("label").all()]
    assert min(box["height"] for box in boxes) >= 44
    mine.check("[name=keep-representatives][value=mine]")
    mine.check("[name=keep-board_place][value=theirs]")
    with mine.expect_navigation():
        mine.click("text=按以上选择保存")
    assert "请逐项选择保留哪一个" in mine.locator(".error-summary").inner_text()  # the telephone
    assert mine.is_checked("[name=keep-representatives][value=mine]")
    mine.check("[name=keep-office_phone][value=mine]")
    with mine.expect_navigation():
        mine.click("text=按以上选择保存")
    record = VillageYear.objects.get(village=code, year=2020)
    kept = (record.representatives, record.board_place, record.office_phone)
    assert kept == (28, "新村部门口", "0734-5660001")


def test_an_entry_page_with_a_draft_shows_both_too(two, live_server, world):
    """Its form goes through the outbox, by script; the answer 409 is shown, not sent again."""
    mine, theirs = two
    (household,) = build.households(world.villages[0], 1)
    for page in two:
        page.goto(live_server.url + reverse("year", args=[household.pk, 2020]))
    theirs.fill("[name=year-water_distance_m]", "300")
    theirs.click(".savebar .btn-primary")
    theirs.wait_for_url("**/households/*/")
    mine.fill("[name=year-water_distance_m]", "800")
    mine.fill("[name=year-stable_note]", "在县城务工")
    mine.click(".savebar .btn-primary")
    mine.wait_for_selector(".both")
    assert mine.input_value("[name=year-stable_note]") == "在县城务工"
    mine.click("text=全部用我填的")
    mine.wait_for_url("**/households/*/")
    record = HouseholdYear.objects.get(household=household, year=2020)
    assert (record.water_distance_m, record.stable_note) == (800, "在县城务工")
