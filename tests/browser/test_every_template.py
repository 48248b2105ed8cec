"""Every page there is, at every size and in both languages: usable, whole, small, and in words."""

import gzip
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlencode, urlparse

import pytest
from django.contrib.staticfiles import finders
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.test import Client, override_settings

from tests.architecture.ours import ROOT
from tests.browser import chinese
from tests.browser.furnished import Shown, furnished, templates
from tests.verification import build

AXE = next((ROOT / "tests" / "vendor").glob("axe-core-*/axe.min.js")).read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What sticks to the window lies over whatever is scrolled beneath it: it is judged in its place.
CHECK = """rules => {
  const stuck = [...document.querySelectorAll('body *')].filter(
    one => /sticky|fixed/.test(getComputedStyle(one).position));
  for (const one of stuck) one.style.position = 'static';
  return axe.run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']}).then(r => {
    for (const one of stuck) one.style.position = '';
    return r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))]);
  });
}"""
OFFICE, PHONE, SMALL = (1366, 768), (390, 844), (320, 640)
# What the server is told of a device, and on which screens axe looks at it; all are measured.
MODES = {
    "": ({}, (OFFICE, PHONE, SMALL)),
    "elder": ({"size": "xl"}, (PHONE,)),
    "english": ({"django_language": "en"}, (PHONE,)),
}
KB = 1024
FIRST_VIEW = 60 * KB
# Of one page, fetched when its charts come into sight on a line that is not slow: test_analysis.py.
LATER = "/static/vendor/echarts-"
SECRET = "k" * CSRF_SECRET_LENGTH
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def world(transactional_db):
    made = build.world(villages=2)
    made.on(date(2020, 10, 9))
    return made


class Desk:
    """One browser context, at which everybody sits down in turn."""

    def __init__(self, browser, live_server, cookies):
        self.context, self.url = browser.new_context(locale="zh-CN"), live_server.url
        self.seat({**cookies, "csrf": SECRET})
        self.context.add_init_script(AXE)  # cheaper than handing it to every page
        self.page = self.context.new_page()
        self.said = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def seat(self, cookies):
        rows = [{"name": k, "value": v, "url": self.url} for k, v in cookies.items()]
        self.context.add_cookies(rows)

    def show(self, one: Shown):
        """The page in the browser, from the server itself: a form's answer by sending the form."""
        self.context.clear_cookies(name="session")
        if one.user:
            client = Client()
            client.force_login(one.user, backend="django.contrib.auth.backends.ModelBackend")
            self.seat({"session": client.cookies["session"].value})
        if one.sent is not None:
            self.page.route(self.url + one.url, lambda route: send(route, one), times=1)
        with one.meanwhile():
            return self.page.goto(self.url + one.url)


def send(route, one: Shown):
    body = urlencode(one.sent | ({"csrfmiddlewaretoken": SECRET} if one.token else {}), doseq=True)
    headers = route.request.headers | {"content-type": "application/x-www-form-urlencoded"}
    route.continue_(method="POST", headers=headers, post_data=body)


def sideways(page, size) -> int:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@cache
def zipped(place: str) -> int:
    """A static file as it goes over the line."""
    found = finders.find(place.removeprefix("/static/"))
    return len(gzip.compress(Path(found).read_bytes(), 9))


def weight(page, answer) -> int:
    """The page and every style, script and picture it pulls in, gzipped."""
    names = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    places = {urlparse(name).path for name in names}
    first = [zipped(place) for place in places if not place.startswith(LATER)]
    return len(gzip.compress(answer.body(), 9)) + sum(first)


def faults_of(desk, one, mode, screens, known):
    """What is wrong with a page in a mode: what, and where or how much."""
    answer, page = desk.show(one), desk.page
    if answer.status != one.status:
        yield "status", answer.status
    if not mode and (size := weight(page, answer)) > FIRST_VIEW:
        yield "first view", size
    if mode == "english" and (left := chinese.untranslated(page.evaluate(chinese.TOLD), known)):
        yield "untranslated", left
    for screen in (OFFICE, PHONE, SMALL):
        if (over := sideways(page, screen)) > 0:
            yield f"sideways at {screen[0]}", over
        if screen in screens and (told := dict(page.evaluate(CHECK, RULES))):
            yield f"axe at {screen[0]}", told


def test_every_template_in_every_mode(world, browser, live_server):
    pages = furnished(world)
    assert templates() - set(pages) == set()  # whoever adds a page lets `furnished` show it
    known, found = chinese.data(), {}
    with override_settings(ALLOWED_HOSTS=["*"]):
        for mode, (cookies, screens) in MODES.items():
            desk = Desk(browser, live_server, cookies)
            for name, one in pages.items():
                if faults := dict(faults_of(desk, one, mode, screens, known)):
                    found[name, mode] = faults
            if told := [text for text in desk.said if "Content Security Policy" in text]:
                found["policy", mode] = told
            desk.context.close()
    assert found == {}
