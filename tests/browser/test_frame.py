"""The frame in a real browser: keys, the bulk bar, reminders without reloading."""

from datetime import date

import pytest
from django.test import override_settings
from django.urls import reverse

from exitcase.core.choices import Role
from tests.browser.conftest import PASSWORD, fill_in
from tests.verification import build
from verification.models import Reminder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def world(transactional_db):
    made = build.world(villages=2)
    made.on(date(2020, 10, 9))
    made.batch(size=3)
    made.batch(made.villages[1], 2)
    return made


def test_keys_lead_to_search_and_lists_and_can_be_switched_off(world, enter, live_server):
    page = enter(world.officer())
    page.keyboard.press("/")
    page.keyboard.type("gh")  # letters, while something is typed
    assert page.input_value(".find input") == "gh"
    page.goto(live_server.url + reverse("todo"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = "document.querySelector('[data-rows] > li').contains(document.activeElement)"
    assert page.evaluate(first) is True
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/households/")
    page.keyboard.press("?")
    page.wait_for_url("**/me/#keys")
    page.click("text=关闭快捷键")
    page.wait_for_selector('html[data-keys="off"]')
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_timeout(300)
    assert page.url.endswith("/me/")


def test_the_bulk_bar_counts_what_is_chosen(world, enter, live_server):
    page = enter(world.officer())
    page.goto(live_server.url + reverse("styleguide"))
    picked = page.locator("[data-picked]")
    assert picked.inner_text() == "0"
    page.check("input[name=cases] >> nth=0")
    assert picked.inner_text() == "1"
    page.check("[data-all]")
    assert picked.inner_text() == "2"


def test_a_refused_form_has_the_focus_on_what_was_wrong(world, enter, live_server):
    page = enter(world.officer())
    page.goto(live_server.url + reverse("styleguide"))
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.click(".error-summary a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_place"


def test_a_reminder_stays_on_the_page(world, enter, live_server):
    page = enter(world.user(Role.DISTRICT_LEADER))
    page.goto(live_server.url + reverse("under_way"))
    page.evaluate("window.same = true")
    page.click("button:has-text('催办') >> nth=0")
    page.wait_for_selector("text=已催办 1 次")
    assert page.evaluate("window.same") is True
    assert Reminder.objects.count() == 1
    page.context.set_offline(True)
    page.click("button:has-text('催办') >> nth=0")
    page.wait_for_selector("#live:has-text('网络断开')")
    page.context.set_offline(False)
    assert Reminder.objects.count() == 1


def test_without_a_script_a_reminder_is_a_plain_form(world, browser, live_server):
    user = world.user(Role.DISTRICT_LEADER)
    user.set_password(PASSWORD)
    user.save()
    with override_settings(ALLOWED_HOSTS=["*"]):
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        fill_in(page, live_server, user)
        page.goto(live_server.url + reverse("under_way"))
        page.click("button:has-text('催办') >> nth=0")
        page.wait_for_selector(".messages")
        assert "已催办,对方的待办里会显示" in page.inner_text(".messages")
        context.close()
    assert Reminder.objects.count() == 1
