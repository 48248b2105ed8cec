"""Every address that is read asks the database as often for thirty rows as for one.

Whatever it lists: households, batches, papers, people, days. The routes are the project's own: one
that shows no more when there is thirty of everything has to say why.
"""

from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exitcase.core import clock
from exitcase.core.access import RIGHTS
from exitcase.core.choices import Act, Role
from exitcase.core.entrance import declared
from exitcase.core.models import Appointment, Entry, Job, JobUnit, PostHolder, Programme
from households.models import Household
from households.services.jobs import IMPORT
from publicity.models import Notice
from tests.verification import build, upper
from tests.verification.facts import Giver
from tests.views import hung
from tests.views.everything import ROUTES, one_of_everything
from tests.views.thirty import MORE, thirty_of_everything
from verification.models import Batch, Case, Hit

ENTRANCES = {one.name: declared(one.callback) for one in ROUTES}
NAMES = sorted(ENTRANCES)
# Nothing is shown at a GET.
NOTHING = {
    "login": "who is logged in is sent on",
    "set_language": "a form without a page",
    "report": "a file, and this job made none",
}
# As much is shown however much there is: nothing is listed there.
CHECK = "one check page: counts, not rows"
FILE = "a file as it was kept"
FORM = "one form about one thing"
FIGURES = "figures of a frame, whatever its size"
TOLD = "what was done, in a few lines"
WHY = "one form: for what purpose a file is taken away"
PLAIN = {
    "close_notice": CHECK,
    "convey": FORM,
    "correction": "one slip, with what it changes",
    "draw_check": "one answer, whether the draw comes out again",
    "draw_done": TOLD,
    "draw_export": FILE,
    "end_appointment": FORM,
    "end_post": FORM,
    "export_batches": WHY,
    "export_households": WHY,
    "export_notices": WHY,
    "export_todo": WHY,
    "external_draw": FIGURES,
    "file_originals": "the plan's own kinds of papers",
    "freeze": FIGURES,
    "health": "one word, for machines",
    "hit": "one finding, with its answers",
    "hold_meeting": FORM,
    "home": "one's own account, for who sees no case",
    "judge": "the plan's indicators, of one household",
    "kept_file": FILE,
    "lodge": FORM,
    "me": "one's own account",
    "notice_done": TOLD,
    "pack_batch": WHY,
    "pack_case": WHY,
    "paper_pdf": FILE,
    "paper_xlsx": FILE,
    "posting_photo": FILE,
    "programme": "one plan, as its file has it",
    "records": "the plan's own records of a stage",
    "rectification": FORM,
    "relapse": FORM,
    "replace_drawn": FORM,
    "retract": FORM,
    "scan": FILE,
    "send_back_all": CHECK,
    "styleguide": "examples of parts",
    "submission_sent": TOLD,
    "take_down_notice": CHECK,
    "village_year": FORM,
    "year": FORM,
}
# Whose page it is, where no act says so: who works there first.
ORDER = [Role.DISTRICT_OFFICER, Role.TOWNSHIP_OFFICER, Role.VILLAGE_CADRE, Role.DISTRICT_LEADER,
         Role.CITY_INSPECTOR, Role.BUREAU]  # fmt: skip
WHOSE = {"done": Role.VILLAGE_CADRE}  # who has done something here
ASKED = {
    "search": "?q=户甲",
    "stats": f"?region={build.TOWNSHIP}",
    "analysis": f"?region={build.TOWNSHIP}",
}
SENDING = "submit, with something to send"
PAGED = {"todo": 9}  # by urgency, so that what comes last stands on the last of so many pages


@pytest.fixture
def things(world):
    """One of everything, and what single pages wait for before they list it."""
    made = one_of_everything(world)
    released, hanging = notice(world, "draft"), notice(world, "hanging")
    ended = put(world, "filing")
    Case.objects.filter(batch=ended).update(state="granted")
    marked = put(world, "mark")
    Giver(world).mark(world.cases(marked), world.rules.stage("mark"), unmark_due=True)
    put(world, "mark")
    beside = Programme.objects.get(pk=made["supervise"][0])
    other = Batch.objects.filter(pk=world.batch(size=1).pk)
    other.update(programme=beside, stage=beside.rules.first.key)
    barred(world)
    back(world)
    Household.objects.update(head_name="户甲")  # found by it
    by = world.user(Role.DISTRICT_OFFICER)
    job = Job.objects.create(kind=IMPORT, by=by, created_at=clock.read())
    read = dict.fromkeys(("read", "created", "updated", "unchanged", "rejected"), 1)
    JobUnit.objects.create(job=job, key="1", result={"households": read, "persons": read})
    return made | {
        "amend_notice": [released.pk],
        "release_notice": [released.pk],
        "close_notice": [hanging.pk],
        "take_down_notice": [hanging.pk],
        "letters": [ended.pk],
        "file_originals": [ended.pk],
        "open_regional": [beside.pk],
        "glance_at": [build.TOWNSHIP],
        "programme": [world.programme.pk],
        "end_appointment": [Appointment.objects.get(user=world.cadre()).pk],
        "fill_post": [world.villages[0]],
        "end_post": [PostHolder.objects.order_by("pk")[0].pk],
        "job": [job.pk],
        "report": [job.pk],
    }


def put(world, stage) -> Batch:
    batch = world.batch(size=1)
    upper.put(world, stage, [batch])
    return batch


def unsent(world) -> list:
    """The other village, which has something to send still; the first has sent all."""
    batch = world.batch(world.villages[1], 1)
    upper.put(world, "village_submission", [batch])
    return [batch.programme_id, "village_submission", batch.village_id]


def notice(world, state) -> Notice:
    batch = put(world, "village_notice")
    ends = {"state": state, "closes_at": None}
    made = Giver(world).notice(world.cases(batch), world.rules.stage("village_notice"), **ends)
    Notice.objects.filter(pk=made.pk).update(payload=hung.said(made).as_dict())
    return made


def barred(world) -> None:
    """A household at the comparison that one of the bureaux speaks against."""
    case = world.cases(put(world, "comparison")).get()
    Giver(world).answers([case], world.rules.stage("comparison"))
    Giver(world).hit(case, verdict=Hit.Verdict.NOT_MET, judged_on=world.day)


def back(world) -> None:
    """What somebody sent back, entered late."""
    said = dict.fromkeys(Entry.HASHED, "")
    said |= {"chain": build.DISTRICT, "act": Act.SEND_BACK, "subject": "case", "late": "1",
             "tx": "back", "actor": "别人", "reason": "补录", "done_on": f"{world.day}",
             "recorded_at": clock.as_text(clock.read())}  # fmt: skip
    Entry.objects.create(**said | {"subject_id": str(Case.objects.latest("pk").pk)})


@pytest.fixture
def people(world):
    """A browser for each role; who runs the house last."""
    made = {role: world.user(role) for role in ORDER}
    made[Role.SECURITY_ADMIN] = build.user(Role.SECURITY_ADMIN, build.DISTRICT)
    return {role: entered(user) for role, user in made.items()}


def entered(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def reader(name, url, people) -> tuple[int, Client | None]:
    """What is answered, and to whom: who could do what the page is for, before who only looks."""
    acts = ENTRANCES[name.partition(",")[0]].acts
    may = {role for role in people for act, _level in RIGHTS[role] if act in acts}
    for role in sorted(people, key=lambda one: (one != WHOSE.get(name, one), one not in may)):
        status = people[role].get(url).status_code
        if status in {HTTPStatus.OK, HTTPStatus.METHOD_NOT_ALLOWED}:
            return status, people[role]
    return status, None


def asked(client, url) -> tuple[int, int]:
    """How many queries, and how many elements the page has."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
        assert answer.status_code == 200, url
    return len(queries), b"".join(answer).count(b"<")


def most(name, client, url) -> tuple[int, int]:
    pages = [asked(client, f"{url}?page={n}") for n in range(1, PAGED.get(name, 0) + 1)]
    pages = pages or [asked(client, url)]
    return max(queries for queries, _size in pages), sum(size for _queries, size in pages)


@pytest.mark.slow
def test_thirty_rows_cost_no_more_queries_than_one(world, things, people):
    urls = {name: reverse(name, args=things.get(name, [])) + ASKED.get(name, "") for name in NAMES}
    urls[SENDING] = reverse("submit", args=unsent(world))
    found = {name: reader(name, url, people) for name, url in urls.items()}
    assert {name for name, (_status, client) in found.items() if client is None} == set(NOTHING)
    shown = {name: client for name, (status, client) in found.items() if status == HTTPStatus.OK}
    one = {name: asked(client, urls[name]) for name, client in shown.items()}
    thirty_of_everything(world)
    assert all(plan.rules for plan in Programme.objects.all())  # read once in a process
    many = {name: most(name, client, urls[name]) for name, client in shown.items()}
    more = {name: (one[name][0], many[name][0]) for name in one if many[name][0] > one[name][0]}
    assert more == {}
    assert {name for name in one if many[name][1] < one[name][1] + MORE} == set(PLAIN)
