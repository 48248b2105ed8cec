"""Pages in a real Chromium, on the test's own server."""

import os
import shutil
from collections.abc import Iterator

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator:
    # Playwright's loop runs in this thread; the ORM is used between its calls only.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # heavy

    found = next((path for path in map(shutil.which, CHROMIUM) if path), None)
    if found is None:
        pytest.fail("no Chromium: Debian's comes by `.ci/setup test`, Ubuntu's is a snap")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()
