"""Who may come in where: every address says it, and the answers keep to it."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from exitcase.core.choices import Role
from exitcase.core.entrance import Who, declared
from exitcase.core.journal import Actor
from exitcase.core.models import Region, User
from exitcase.core.scope import SEE_THEIRS
from exitcase.core.services import people
from tests.verification import build
from tests.views import above, hung, readings, staff, waiting
from tests.views.everything import POSTS, ROUTES, SENT, one_of_everything
from verification.views.questions import READERS

SIGNED_IN = {"home", "logout", "job", "report", "me", "styleguide", *readings.SIGNED_IN}
ANYONE = {"login", "set_language", "size", "keys", "health"}
LISTS = {
    *above.LISTS,
    "todo", "under_way", "done", "news", "households", "batches", "notices", "search", "stats",
    "analysis", "submissions", "glance", *readings.LISTS,
}  # fmt: skip
FORMS = {  # read, filled in and sent at one address
    "upload", "hold_meeting", "ballots", "sign", "submit", "visit",
    "supervise", "judge", *staff.FORMS, *readings.FORMS, *waiting.FORMS,
    *hung.FORMS,
}  # fmt: skip
ABOVE = {"answer_question"}  # a district's: villages and townships do not find it
# Of households none of which is a helper's or inspector's own.
OTHERS = {"ballots", "sign", "visit", "judge", *SENT}


def test_every_address_declares_who_may_come_in():
    assert [str(one.pattern) for one in ROUTES if declared(one.callback) is None] == []


def test_only_these_are_open_to_strangers():
    open_ = {one.name for one in ROUTES if declared(one.callback).who == Who.ANYONE}
    assert open_ == ANYONE


@pytest.fixture
def things(world):
    return one_of_everything(world)


def asked(client, things):
    """Every address but a person's own jobs and the common ones → the answer's status."""
    said = {}
    for name in sorted({one.name for one in ROUTES} - ANYONE - SIGNED_IN):
        url = reverse(name, args=things.get(name, []))
        answer = client.post(url) if name in POSTS else client.get(url)
        said[name] = answer.status_code
        assert shadowed(answer) == set(), name
    return said


def shadowed(answer) -> set[str]:
    """Fields whose name a button of their own form bears: pressed, it takes their place."""
    if not answer["Content-Type"].startswith("text/html"):
        return set()
    found = set()
    for form in re.findall(r"<form\b.*?</form>", answer.content.decode(), re.DOTALL):
        buttons = re.findall(r'<button[^>]* name="([^"]+)"', form)
        fields = re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', form)
        found |= set(buttons) & set(fields)
    return found


@pytest.mark.parametrize("role", [*build.STAFF])
def test_inside_one_sees_what_ones_post_is_for(as_, world, things, role):
    own = asked(as_(world.user(role)), things)
    unseen = set() if role in READERS else ABOVE
    others = OTHERS & set(own) if role in SEE_THEIRS else set()
    not_theirs = unseen | others | above.unseen(role) | hung.unseen(role) | staff.unseen(role)
    assert {name for name, status in own.items() if status == 404} == not_theirs
    assert own["questions"] == (403 if unseen else 200)
    assert {own[name] for name in LISTS} == {200}
    assert {own[name] for name in ("batch", "case", "household", "notice", "paper_pdf")} == {200}


def test_an_auditor_reads_and_moves_nothing(as_, world, things):
    user = User.objects.create_user("audit", "审计甲")
    people.appoint(
        user,
        Role.AUDITOR,
        Region.objects.get(pk=build.DISTRICT),
        by=Actor.system(),
        since=build.SINCE,
        until=date(2021, 3, 31),
        purpose="2020年度退出专项审计",
    )
    said = asked(as_(user), things)
    assert {said[name] for name in LISTS | {"batch", "case", "household", "paper_pdf"}} == {200}
    assert said["questions"] == 200
    assert said["issue_papers"] == said["upload"] == said["answer_question"] == 403
    page = as_(user).get(reverse("batch", args=things["batch"])).content.decode()
    assert "整批送下一环节" not in page


def test_pages_are_not_posted_to_and_moves_are_not_read(as_, world, things):
    client = as_(world.cadre())
    pages = {one.name for one in ROUTES} - POSTS - ANYONE - SIGNED_IN - FORMS - above.FORMS
    posted = {name: client.post(reverse(name, args=things.get(name, []))) for name in pages}
    assert {name: one.status_code for name, one in posted.items()} == dict.fromkeys(pages, 405)
    read = {name: client.get(reverse(name, args=things[name])) for name in POSTS}
    assert {name: one.status_code for name, one in read.items()} == dict.fromkeys(POSTS, 405)


def test_a_form_without_its_token_says_the_session_is_over(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.cadre(), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("size"), {"size": "xl"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
