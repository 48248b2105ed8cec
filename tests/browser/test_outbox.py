"""A line that is cut in the middle: nothing typed is lost, and nothing arrives twice."""

from datetime import date

import pytest
from django.urls import reverse

from exitcase.core import clock
from exitcase.core.models import Sending
from tests.browser.conftest import fill_in
from tests.verification import build, drawn, play, upper
from verification.models import Batch, Case, Inspection, Meeting, VisitPhoto, Vote

MINUTES = {"name": "会议记录.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 minutes"}
KEPT = "[data-save]:has-text('联网后自动上报')"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def world(transactional_db):
    made = build.world()
    made.on(date(2020, 10, 9))
    return made


@pytest.fixture
def batch(world):
    """Three households that wait for their votes."""
    made = world.batch(size=3)
    Batch.objects.filter(pk=made.pk).update(stage="appraisal")
    Case.objects.filter(batch=made).update(state="collection")
    return Batch.objects.get(pk=made.pk)


@pytest.fixture
def page(enter, world):
    return enter(world.cadre())


@pytest.fixture
def votes(page, live_server, world, batch):
    """The grid, filled in: one key a household."""
    meeting = play.meeting(world, batch)
    page.goto(live_server.url + reverse("ballots", args=[meeting.pk]))
    page.focus(".vote >> nth=0")
    for _n in range(3):
        page.keyboard.press("=")
    return page


@pytest.fixture
def minutes(page, live_server, batch):
    """The meeting, filled in, with the scan of its minutes."""
    page.goto(live_server.url + reverse("hold_meeting", args=[batch.pk]))
    for name, value in {"place": "村部", "chair": "向光明", "recorder": "石爱莲"}.items():
        page.fill(f"#id_{name}", value)
    page.set_input_files("#id_minutes", MINUTES)
    return page


@pytest.fixture
def visit(enter, live_server, world):
    """A visit with a photo, filled in at the door; the shrunken photo is ready."""
    listed = world.batch(size=2)
    upper.put(world, "township_check", [listed])
    case = world.cases(listed).first()
    page = enter(world.officer())
    page.goto(live_server.url + reverse("visit", args=[case.pk]))
    page.click("label.pick:has-text('见到了')")
    page.click("label.pick:has-text('入户')")
    for key in world.rules.indicator_keys:
        page.click(f"label[for=id_i-{key}_0]")
    page.fill("#id_who-0-name", "龙德清")
    page.fill("#id_who-1-name", "阳春桃")
    photo = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": drawn.photo(1)}
    page.set_input_files("#id_photos", photo)
    page.wait_for_function("() => document.getElementById('id_photos').files.length === 1")
    return page


def press(page):
    page.click(".savebar .btn-primary")


def lose_the_answer(page, where):
    """The server does it, and its answer is cut off on the way."""

    def cut(route):
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.route(where, cut)


def come_back(page):
    page.evaluate("window.dispatchEvent(new Event('focus'))")


def test_votes_wait_on_the_device_and_go_up_with_the_line(votes, batch):
    votes.context.set_offline(True)
    typed = votes.eval_on_selector_all(".vote", "all => all.map(one => one.value)")
    press(votes)
    votes.wait_for_selector(KEPT)
    assert votes.eval_on_selector_all(".vote", "all => all.map(one => one.value)") == typed
    assert "已存本机" in votes.inner_text("#outbox")
    press(votes)  # impatience
    votes.wait_for_selector(KEPT)
    assert votes.locator("#outbox p").count() == 1
    assert Vote.objects.count() == 0
    votes.context.set_offline(False)
    votes.wait_for_url(f"**{reverse('batch', args=[batch.pk])}")
    assert "已登记 3 户的表决" in votes.inner_text(".messages")
    assert votes.locator("#outbox").is_hidden()
    assert (Vote.objects.count(), Sending.objects.count()) == (3, 1)


def test_votes_whose_answer_was_lost_arrive_once(votes, batch):
    lose_the_answer(votes, "**/votes/")
    press(votes)
    votes.wait_for_selector(KEPT)
    assert Vote.objects.count() == 3
    votes.unroute("**/votes/")
    come_back(votes)
    votes.wait_for_url(f"**{reverse('batch', args=[batch.pk])}")
    assert (Vote.objects.count(), Sending.objects.count()) == (3, 1)
    assert votes.locator("#outbox").is_hidden()


def test_minutes_survive_a_closed_page(minutes, live_server, batch):
    minutes.context.set_offline(True)
    press(minutes)
    minutes.wait_for_selector(KEPT)
    context = minutes.context
    minutes.close()
    assert Meeting.objects.count() == 0
    context.set_offline(False)
    page = context.new_page()
    page.goto(live_server.url + reverse("todo"))
    page.wait_for_timeout(2000)
    assert page.locator("#outbox").is_hidden()
    meeting = Meeting.objects.get()
    assert (meeting.place, meeting.minutes.name) == ("村部", "会议记录.pdf")
    page.reload()
    assert "会议已登记" in page.inner_text(".messages")
    assert (Meeting.objects.count(), Sending.objects.count()) == (1, 1)


def test_minutes_whose_answer_was_lost_arrive_once(minutes, batch):
    lose_the_answer(minutes, "**/meeting/")
    press(minutes)
    minutes.wait_for_selector(KEPT)
    assert minutes.input_value("#id_place") == "村部"
    minutes.unroute("**/meeting/")
    come_back(minutes)
    minutes.wait_for_url("**/votes/")
    assert (Meeting.objects.count(), Sending.objects.count()) == (1, 1)


def test_a_visit_and_its_photo_wait_on_the_device_and_go_up_with_the_line(visit):
    visit.context.set_offline(True)
    press(visit)
    visit.wait_for_selector(KEPT)
    assert visit.input_value("#id_who-0-name") == "龙德清"
    assert (Inspection.objects.count(), VisitPhoto.objects.count()) == (0, 0)
    visit.context.set_offline(False)
    visit.wait_for_selector(".notice-ok")
    assert visit.locator("#outbox").is_hidden()
    assert (Inspection.objects.count(), VisitPhoto.objects.count()) == (1, 1)


def test_a_visit_whose_answer_was_lost_arrives_once(visit):
    lose_the_answer(visit, "**/visit/")
    press(visit)
    visit.wait_for_selector(KEPT)
    visit.unroute("**/visit/")
    come_back(visit)
    visit.wait_for_selector(".notice-ok")
    assert (Inspection.objects.count(), VisitPhoto.objects.count()) == (1, 1)
    assert Sending.objects.count() == 1


def test_what_is_wrong_is_shown_on_the_page_with_all_that_was_typed(minutes):
    minutes.fill("#id_place", "")
    minutes.evaluate("document.querySelector('form[data-draft]').noValidate = true")
    press(minutes)
    minutes.wait_for_selector(".error-summary")
    assert minutes.input_value("#id_chair") == "向光明"
    assert minutes.locator("#outbox").is_hidden()
    minutes.fill("#id_place", "村部")
    minutes.set_input_files("#id_minutes", MINUTES)
    press(minutes)
    minutes.wait_for_url("**/votes/")
    assert Meeting.objects.count() == 1


def test_what_was_overtaken_meanwhile_is_kept_and_said(votes, batch):
    votes.context.set_offline(True)
    press(votes)
    votes.wait_for_selector(KEPT)
    Batch.objects.filter(pk=batch.pk).update(stage="sign_off")
    votes.context.set_offline(False)
    votes.wait_for_selector("#outbox:has-text('上报失败,需处理(没有找到)')")
    assert "上报失败,需处理" in votes.inner_text("[data-save]")
    assert Vote.objects.count() == 0
    Batch.objects.filter(pk=batch.pk).update(stage="appraisal")
    votes.click("#outbox button:has-text('再报一次')")
    votes.wait_for_url(f"**{reverse('batch', args=[batch.pk])}")
    assert Vote.objects.count() == 3


def test_whoever_was_logged_out_logs_in_and_it_goes_up(votes, live_server, world, batch):
    votes.context.clear_cookies()
    press(votes)
    votes.wait_for_selector("#outbox:has-text('请重新登录')")
    assert Vote.objects.count() == 0
    other = votes.context.new_page()
    fill_in(other, live_server, world.cadre(n=0))
    other.wait_for_url("**/todo/")
    other.wait_for_timeout(1500)
    assert (Vote.objects.count(), Sending.objects.count()) == (3, 1)
    assert Sending.objects.get().taken_at.date() == clock.today()


@pytest.mark.parametrize(("word", "left"), [("留下并退出", 1), ("删除并退出", 0)])
def test_whoever_logs_out_is_told_what_stays(votes, live_server, world, word, left):
    votes.route("**/votes/", lambda route: route.abort())
    press(votes)
    votes.wait_for_selector(KEPT)
    votes.click(".menu > summary")
    votes.click("button:has-text('退出登录')")
    votes.wait_for_selector("#outbox:has-text('还有 1 份没有上报')")
    votes.click(f"#outbox button:has-text('{word}')")
    votes.wait_for_url("**/login/**")
    votes.unroute("**/votes/")
    fill_in(votes, live_server, world.cadre())
    votes.wait_for_url("**/todo/")
    votes.wait_for_timeout(1500)
    assert Vote.objects.count() == 3 * left
    assert votes.locator("#outbox").is_hidden()


def test_another_person_s_forms_do_not_go_up(votes, live_server, world, batch, enter):
    votes.context.set_offline(True)
    press(votes)
    votes.wait_for_selector(KEPT)
    votes.close()
    context = votes.context
    context.clear_cookies()
    context.set_offline(False)
    page = enter(world.officer())
    page.wait_for_timeout(1000)
    assert page.locator("#outbox").is_hidden()
    assert Vote.objects.count() == 0
