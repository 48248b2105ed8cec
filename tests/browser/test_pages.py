"""What only a browser knows: buttons that press."""

from datetime import date

import pytest
from django.urls import reverse

from tests.verification import build
from tests.verification.facts import Giver
from verification.models import Batch

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
