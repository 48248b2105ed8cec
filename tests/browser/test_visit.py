"""A visit on a phone: answers by thumb, photos made smaller first, a draft that comes back."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from exitcase.core import files
from tests.verification import build, upper
from verification.models import Inspection, VisitPhoto

TALL = {"width": 390, "height": 4000}  # the save bar covers nothing of it
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def world(transactional_db):
    made = build.world()
    made.on(date(2020, 10, 9))
    made.listed = made.batch(size=2)
    upper.put(made, "township_check", [made.listed])
    return made


@pytest.fixture
def device():
    return {"viewport": TALL, "has_touch": True}


@pytest.fixture
def phone(enter, live_server, world):
    """A township officer's phone, logged in, at the door of the first household."""
    page = enter(world.officer())
    case = world.cases(world.listed).first()
    page.goto(live_server.url + reverse("visit", args=[case.pk]))
    return page


def photo(nth: int) -> dict:
    """A camera's file: large, and different each time."""
    out = BytesIO()
    noise = Image.effect_noise((750, 500), 90 + nth).resize((3000, 2000)).convert("RGB")
    noise.save(out, "JPEG", quality=95)
    return {"name": f"IMG_{nth}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def answer(page, world):
    page.tap("label.pick:has-text('见到了')")
    page.tap("label.pick:has-text('入户')")
    for key in world.rules.indicator_keys:
        page.tap(f"label[for=id_i-{key}_0]")
    page.fill("#id_who-0-name", "龙德清")
    page.fill("#id_who-1-name", "阳春桃")


def test_photos_one_after_another_are_made_smaller_and_kept(phone, world):
    answer(phone, world)
    sizes = []
    for nth in (1, 2):
        one = photo(nth)
        sizes.append(len(one["buffer"]))
        phone.set_input_files("#id_photos", one)
        phone.wait_for_function(
            "n => document.getElementById('id_photos').files.length === n", arg=nth
        )
    sent = "[...document.getElementById('id_photos').files].map(file => file.size)"
    assert sum(phone.evaluate(sent)) < sum(sizes) / 3
    assert "2 张" in phone.inner_text("[data-shrunk]")
    phone.tap(".savebar .btn-primary")
    phone.wait_for_selector(".notice-ok")
    assert Inspection.objects.get().visitors == 2
    kept = [files.get(row.file) for row in VisitPhoto.objects.select_related("file")]
    assert [max(Image.open(BytesIO(one)).size) for one in kept] == [1600, 1600]
    assert phone.said == []


def test_an_unsent_visit_comes_back_as_it_was_typed(phone, world):
    answer(phone, world)
    phone.fill("#id_note", "院坝已硬化")
    phone.wait_for_function("() => document.querySelector('[data-save]').textContent !== ''")
    phone.reload()
    assert not phone.is_checked("#id_i-water_0")
    phone.click("[data-draft=take]")
    assert phone.is_checked("#id_i-water_0")
    assert phone.input_value("#id_note") == "院坝已硬化"
