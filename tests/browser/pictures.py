"""Takes the pictures of docs/reference/screens.md again; no test, so it runs only by its name:

python -m pytest tests/browser/pictures.py
"""

from datetime import date
from io import BytesIO

import pytest
from django.test import override_settings
from django.urls import reverse
from PIL import Image

from exitcase.core.choices import Role
from exitcase.core.models import Region
from tests.architecture.ours import ROOT
from tests.browser.furnished import Shown, auditor
from tests.browser.test_every_template import OFFICE, PHONE, Desk
from tests.verification import build, play, upper
from tests.verification.facts import Giver
from tests.views import hung
from verification.models import Batch, Case
from verification.services.city import freeze_frame, seed_and_draw

FOLDER = ROOT / "docs" / "images"
VILLAGES = ("白果村", "石坎村", "拖木村", "龙凤村")  # of nobody, like everything here
COLOURS, MOST = 64, 60 * 1024  # bytes
ELDER, ENGLISH = {"size": "xl"}, {"django_language": "en"}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db):
    made = build.world(villages=4)
    for code, name in zip(made.villages, VILLAGES, strict=True):
        Region.objects.filter(pk=code).update(name=name)
    made.on(date(2020, 10, 9))
    first, second, third, fourth = made.villages
    made.visited = made.bring(made.batch(second, 9), "township_check")
    made.on(upper.DAY)
    made.voting = made.batch(first, 14)
    Batch.objects.filter(pk=made.voting.pk).update(stage="appraisal")
    Case.objects.filter(batch=made.voting).update(state="collection")
    made.meeting = play.meeting(made, Batch.objects.get(pk=made.voting.pk))
    asked_about(made, third, fourth)
    made.draw = drawn(made, (made.batch(third, 24), made.batch(fourth, 22)))
    return made


def asked_about(world, third, fourth):
    """A list the bureaux have answered about, and one up for approval with an objection to see."""
    answered = world.batch(fourth, 5)
    upper.put(world, "comparison", [answered])
    Giver(world).give(world.cases(answered), "comparison")
    waiting = world.batch(third, 6)
    upper.put(world, "review", [waiting])
    hung.objection(world, world.cases(waiting)[2])


def drawn(world, lists):
    """The city's sample of two lists, drawn the day after its frame was frozen."""
    upper.marked(world, upper.put(world, "city_check", lists))
    at = {"programme": world.programme, "region": build.DISTRICT}
    frame = freeze_frame("city_check", **at, by=upper.officer(world), done_on=world.day)
    day = world.later()
    told = {"seed": "31415926535897932384", "source": "十面骰子,三方各掷"}
    return seed_and_draw(frame, **told, by=upper.officer(world, 1), done_on=day)


def voted(page):
    """Some households done, one with votes against."""
    page.focus(".vote >> nth=0")
    for key in ("=", "=", "=", "ArrowRight", "7", "Enter", "ArrowLeft", "=", "="):
        page.keyboard.press(key)


def folded(page):
    """The same on a phone, where what is done takes one line."""
    voted(page)
    page.evaluate("scrollBy(0, -320)")


def nothing(page):
    """As it comes."""


def screens(world):
    """Name → who, where, on which screen, told what, and what is done there first."""
    cadre, officer = world.cadre(), world.officer()
    district, city = world.user(Role.DISTRICT_OFFICER), world.user(Role.CITY_INSPECTOR)
    audit, case = auditor(world), world.cases(world.visited).first()
    programme, region = world.programme.pk, build.TOWNSHIP
    signed = world.cases(world.voting).first()
    votes = reverse("ballots", args=[world.meeting.pk])
    return {
        "cadre-todo": (cadre, reverse("todo"), PHONE, {}, nothing),
        "cadre-votes": (cadre, votes, OFFICE, {}, voted),
        "cadre-votes-phone": (cadre, votes, PHONE, {}, folded),
        "cadre-sign": (cadre, reverse("sign", args=[signed.pk]), PHONE, {}, nothing),
        "cadre-todo-elder": (cadre, reverse("todo"), PHONE, ELDER, nothing),
        "township-todo": (officer, reverse("todo"), OFFICE, {}, nothing),
        "township-visit": (officer, reverse("visit", args=[case.pk]), PHONE, {}, nothing),
        "township-batch": (officer, reverse("batch", args=[world.visited.pk]), OFFICE, {}, nothing),
        "township-english": (
            officer, reverse("batch", args=[world.visited.pk]), OFFICE, ENGLISH, nothing,
        ),
        "district-glance": (district, reverse("glance_at", args=[region]), OFFICE, {}, nothing),
        "district-compare": (
            district, reverse("compare", args=[programme, "comparison"]), OFFICE, {}, nothing,
        ),
        "district-decide": (
            district, reverse("decide", args=[programme, "review"]), OFFICE, {}, nothing,
        ),
        "district-stats": (district, reverse("stats"), OFFICE, {}, nothing),
        "city-draw": (city, reverse("draw", args=[world.draw.pk]), OFFICE, {}, nothing),
        "city-check": (city, reverse("draw_check", args=[world.draw.pk]), OFFICE, {}, nothing),
        "auditor-me": (audit, reverse("me"), OFFICE, {}, nothing),
        "auditor-case": (audit, reverse("case", args=[case.pk]), OFFICE, {}, nothing),
        "auditor-past": (
            audit, f"{reverse('past', args=[world.visited.pk])}?on=2020-10-12", OFFICE, {}, nothing,
        ),
    }  # fmt: skip


def kept(name, shot):
    """With few colours: a page needs no more, and the file stays small."""
    image = Image.open(BytesIO(shot)).convert("RGB").quantize(COLOURS)
    path = FOLDER / f"{name}.png"
    image.save(path, optimize=True)
    return path.stat().st_size


def test_pictures_are_taken(world, browser, live_server):
    sizes = {}
    with override_settings(ALLOWED_HOSTS=["*"]):
        for name, (user, url, (width, height), cookies, first) in screens(world).items():
            desk = Desk(browser, live_server, cookies)
            desk.page.set_viewport_size({"width": width, "height": height})
            assert desk.show(Shown(url, user)).status == 200, name
            first(desk.page)
            sizes[name] = kept(name, desk.page.screenshot())
            desk.context.close()
    assert {name: size for name, size in sizes.items() if size > MOST} == {}
    assert {path.stem for path in FOLDER.glob("*.png")} == set(sizes)
