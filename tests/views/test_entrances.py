"""Who may come in where: every address says it, and the answers keep to it."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from exitcase.core import clock, files
from exitcase.core.choices import FileKind, Role
from exitcase.core.entrance import Who, declared
from exitcase.core.journal import Actor
from exitcase.core.models import Paper, Region, User
from exitcase.core.scope import SEE_THEIRS
from exitcase.core.services import people
from households.models import Household
from publicity.models import Notice
from tests.verification import build, play, upper
from tests.verification.facts import Giver
from tests.views import above, hung, readings, staff, waiting
from verification.models import Assignment, Batch, Case, Question, Submission
from verification.services import submissions
from verification.views.questions import READERS

POSTS = {  # of each of a batch's forms
    "advance", "pass_chosen", "split_off", "send_back", "end", "issue_papers", "numbers",
    "answer_question", "remind", *readings.POSTS, *above.POSTS,
    "receive_submission", "return_submission", "recall_submission", "issue_submission",
}  # fmt: skip
SIGNED_IN = {"home", "logout", "job", "report", "me", "styleguide", *readings.SIGNED_IN}
ANYONE = {"login", "set_language", "size", "keys", "health"}
LISTS = {
    *above.LISTS,
    "todo", "under_way", "done", "news", "households", "batches", "notices", "search", "stats",
    "submissions", "glance", *readings.LISTS,
}  # fmt: skip
FORMS = {  # read, filled in and sent at one address
    "upload", "hold_meeting", "ballots", "sign", "submit", "visit",
    "supervise", "judge", *staff.FORMS, *readings.FORMS, *waiting.FORMS,
    *hung.FORMS,
}  # fmt: skip
ABOVE = {"answer_question"}  # a district's: villages and townships do not find it
SENT = {
    "submission", "submission_sent",
    "receive_submission", "return_submission", "recall_submission", "issue_submission",
}  # fmt: skip
# Of households none of which is a helper's or inspector's own.
OTHERS = {"ballots", "sign", "visit", "judge", *SENT}


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one)
        else:
            yield one


ROUTES = list(patterns(get_resolver()))


def test_every_address_declares_who_may_come_in():
    assert [str(one.pattern) for one in ROUTES if declared(one.callback) is None] == []


def test_only_these_are_open_to_strangers():
    open_ = {one.name for one in ROUTES if declared(one.callback).who == Who.ANYONE}
    assert open_ == ANYONE


@pytest.fixture
def things(world):
    """One of everything in the first village; the second is its sibling."""
    giver = Giver(world)
    batch = world.batch(size=1)
    case = world.cases(batch).get()
    giver.give([case], "village_notice")
    theirs(world, giver, case)
    paper = Paper.objects.create(
        kind="acceptance_form",
        title="附件1",
        subject_kind="case",
        subject_id=str(case.pk),
        region_id=world.villages[0],
        facts_sha256="0" * 64,
        issued_on=world.day,
        pdf=kept(world),
        xlsx=kept(world),
    )
    discussing = world.batch(size=1)
    Batch.objects.filter(pk=discussing.pk).update(stage="appraisal")
    discussed = world.cases(discussing).get()
    Case.objects.filter(pk=discussed.pk).update(state="collection")
    keys = {
        "hold_meeting": discussing.pk,
        "ballots": play.meeting(world, discussing).pk,
        "sign": discussed.pk,
        "judge": discussed.pk,
        "household": case.household_id,
        "numbers": case.household_id,
        "case": case.pk,
        "issue_papers": case.pk,
        "notice": Notice.objects.get().pk,
        "paper_pdf": paper.pk,
        "paper_xlsx": paper.pk,
        "answer_question": Question.objects.create(
            region_id=build.DISTRICT, kind="same_photo", key="k", about="x", asked_at=clock.read()
        ).pk,
    }
    checked = world.batch(size=1)
    upper.put(world, "township_check", [checked])
    beside = build.load("shanxi")
    keys |= {"glance_at": world.villages[0]}
    keys |= {"visits": checked.pk, "visit": world.cases(checked).get().pk}
    sent = sent_up(world)
    keys |= dict.fromkeys(SENT, sent.pk)
    to_send = [batch.programme_id, sent.stage, sent.region_id]
    return (
        {name: [batch.pk] for name in ("batch", *POSTS)}
        | {name: [key] for name, key in keys.items()}
        | {"submit": to_send, "supervise": [beside.pk, "supervision", world.villages[0]]}
        | above.things(world, case)
        | staff.things(world)
        | readings.things(case)
        | hung.things(world, case)
        | waiting.things(world, case)
    )


def sent_up(world) -> Submission:
    """A list of the village that waits for its receipt."""
    listed = world.batch(size=1)
    upper.put(world, "village_submission", [listed])
    rows = Batch.objects.filter(pk=listed.pk)
    way = {"region": world.villages[0], "sent_on": world.day, "by": world.cadre()}
    return submissions.submit(rows, "village_submission", **way)


def theirs(world, giver, case):
    """The case is the helper's own, the inspectors were sent to it, the bureaux asked about it."""
    rows = Household.objects.filter(pk=case.household_id)
    rows.update(helper=world.user(Role.HELPER))
    giver.give([case], "comparison")
    for role, stage in (
        (Role.DISTRICT_INSPECTOR, "district_inspection"),
        (Role.CITY_INSPECTOR, "city_check"),
    ):
        sent = {"case": case, "stage": stage, "since": world.day, "tx": "t"}
        Assignment.objects.create(user=world.user(role), **sent)


def kept(world):
    return files.put(
        b"%PDF-",
        name="附件1.pdf",
        mime="application/pdf",
        kind=FileKind.PAPER,
        region=world.villages[0],
        private=True,
        by="test",
    )


def asked(client, things):
    """Every address but a person's own jobs and the common ones → the answer's status."""
    said = {}
    for name in sorted({one.name for one in ROUTES} - ANYONE - SIGNED_IN):
        url = reverse(name, args=things.get(name, []))
        answer = client.post(url) if name in POSTS else client.get(url)
        said[name] = answer.status_code
    return said


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
