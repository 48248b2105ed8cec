"""Pages in a real Chromium, on the test's own server."""

import pytest
from django.test import override_settings
from django.urls import reverse

PASSWORD = "mian-bao-2020-shu"  # noqa: S105  # of nobody


@pytest.fixture
def device() -> dict:
    """What the browser is told of its screen; a phone's tests say otherwise."""
    return {"viewport": {"width": 1366, "height": 768}}


@pytest.fixture
def enter(browser, live_server, device):
    """Log somebody in: a page that remembers what the console said; all in one browser context."""
    with override_settings(ALLOWED_HOSTS=["*"]):
        context = browser.new_context(locale="zh-CN", **device)

        def log_in(user):
            user.set_password(PASSWORD)
            user.save()
            page = context.new_page()
            page.said = []
            page.on("console", lambda message: page.said.append(message.text))
            fill_in(page, live_server, user)
            page.wait_for_url("**/todo/")
            return page

        yield log_in
        context.close()


def fill_in(page, live_server, user):
    """The page of log-in, sent."""
    page.goto(live_server.url + reverse("login"))
    page.fill("#id_username", user.username)
    page.fill("#id_password", PASSWORD)
    page.click(".card .btn-primary")
