"""What only a browser knows: nothing sideways, nothing the policy forbids, buttons that press."""

from datetime import date

import pytest
from django.urls import reverse

from publicity.models import Notice
from tests.verification import build
from tests.verification.facts import Giver
from verification.models import Batch

SIZES = {"office": (1366, 768), "phone": (390, 844), "small": (320, 640)}
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def world(transactional_db):
    made = build.world(villages=2)
    made.on(date(2020, 10, 9))
    return made


@pytest.fixture
def batch(world):
    made = world.batch(size=12)
    Giver(world).give(world.cases(made)[:1], "village_notice")
    return made


@pytest.fixture
def page(enter, world):
    """A page of the township's officer."""
    return enter(world.officer())


def places(world, batch):
    case = world.cases(batch).first()
    return [
        *(reverse(name) for name in ("todo", "households", "batches", "notices", "upload")),
        reverse("batch", args=[batch.pk]),
        *(reverse(name, args=[case.pk]) for name in ("case", "correct", "retract", "lodge")),
        *(reverse(name, args=[batch.pk]) for name in ("send_back_all", "merge")),
        reverse("relapse", args=[case.household_id]),
        reverse("household", args=[case.household_id]),
        reverse("notice", args=[Notice.objects.get().pk]),
        "/no-such-page/",
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_runs_sideways_and_nothing_is_forbidden(page, live_server, world, batch, language):
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": live_server.url}]
    )
    wide = {}
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for place in places(world, batch):
            page.goto(live_server.url + place)
            over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            wide |= {(name, place): over} if over > 0 else {}
    assert wide == {}
    assert [text for text in page.said if "Content Security Policy" in text] == []


def test_one_household_is_split_off_by_hand(page, live_server, world, batch):
    """Several moves share one form: the browser must not ask for the fields of the others."""
    page.goto(live_server.url + reverse("batch", args=[batch.pk]))
    page.click("input[name=cases] >> nth=0")
    page.click("text=分出到补充批次")
    page.fill("#id_split_reason", "户主外出,月底返乡")
    page.click("text=分出勾选的户")
    page.wait_for_selector("#check-title")
    page.click("button:has-text('分出 1 户')")
    page.wait_for_selector(".messages")
    home = Batch.objects.get(split_from=batch)
    assert page.url.endswith(reverse("batch", args=[home.pk]))
