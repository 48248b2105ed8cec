"""Whose time is over finds every door shut at once: page, move, act, file, job, queued task.

Each way out is tried: the last day has passed, the appointment was ended, the account closed.
"""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from exitcase.core import files, jobs
from exitcase.core.choices import Act, FileKind, JobState, Role
from exitcase.core.errors import OutOfScope
from exitcase.core.journal import Actor
from exitcase.core.models import Appointment, Entry, Paper, Region
from exitcase.core.services import people
from households.models import Household
from households.services.exports import export_register
from households.services.jobs import IMPORT, enqueue_import
from tests.verification import build
from verification.models import Batch
from verification.services import advance
from verification.services.listing import list_cases

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def run_out(world, user):
    """The last day comes and goes; nobody does anything."""
    Appointment.objects.filter(user=user).update(until=world.day)
    world.later()


def dismissed(world, user):
    """Ended with yesterday as the last day."""
    held = Appointment.objects.get(user=user)
    people.dismiss(held, by=Actor.system(), until=world.day - timedelta(days=1), reason="免职")


WAYS = pytest.mark.parametrize("leave", [run_out, dismissed])


@pytest.fixture
def batch(world):
    return world.batch(size=2)


@pytest.fixture
def quiet(monkeypatch):
    """No bell is rung: the test does the job itself."""
    monkeypatch.setattr(jobs, "ring", lambda _pk: None)


@pytest.fixture
def register(world, tmp_path):
    build.VillageYear.objects.all().delete()
    out = tmp_path / "register.xlsx"
    call_command("make_register", str(out), township=build.TOWNSHIP, persons=12, seed=3)
    return files.put(
        out.read_bytes(),
        name="register.xlsx",
        mime=XLSX,
        kind=FileKind.REGISTER,
        region=build.TOWNSHIP,
        private=True,
        by="test",
    )


def statuses(client, **pages):
    return {name: client.get(reverse(name, args=args)).status_code for name, args in pages.items()}


@WAYS
def test_a_session_opened_before_shows_nothing_any_more(as_, world, batch, leave):
    user, case = world.cadre(), world.cases(batch).first()
    client = as_(user)
    pages = {"batch": [batch.pk], "case": [case.pk], "household": [case.household_id]}
    lists = {"todo": [], "households": [], "batches": [], "notices": []}
    assert set(statuses(client, **pages, **lists).values()) == {200}
    leave(world, user)
    assert set(statuses(client, **pages).values()) == {404}
    assert set(statuses(client, **lists).values()) == {403}


@WAYS
def test_a_form_left_open_moves_nothing(as_, world, batch, leave):
    user = world.cadre()
    world.bring(batch, "village_notice")
    before = Entry.objects.latest("pk").pk
    client = as_(user)
    leave(world, user)
    told = {"stage": batch.stage, "done_on": world.day.isoformat()}
    assert client.post(reverse("advance", args=[batch.pk]), told).status_code == 404
    assert Batch.objects.get(pk=batch.pk).stage == batch.stage
    assert Entry.objects.filter(act=Act.CLOSE, pk__gt=before).count() == 0


@WAYS
def test_a_service_called_by_who_has_left_does_nothing(world, batch, leave):
    user = world.cadre()
    rows = Household.objects.filter(pk__in=[h.pk for h in build.households(world.villages[0], 1)])
    leave(world, user)
    told = {"by": user, "done_on": world.day}
    with pytest.raises(OutOfScope):
        list_cases(world.villages[0], rows, programme=world.programme, **told)
    with pytest.raises(OutOfScope):
        advance.advance(world.cases(batch), "collection", **told)
    assert not Entry.objects.filter(actor=user.name, act=Act.PASS).exists()
    assert Batch.objects.count() == 1


@WAYS
def test_no_file_is_handed_out(as_, world, batch, leave):
    user = world.cadre()
    kept = files.put(
        b"%PDF-",
        name="附件1.pdf",
        mime="application/pdf",
        kind=FileKind.PAPER,
        region=world.villages[0],
        private=True,
        by="test",
    )
    paper = Paper.objects.create(
        kind="acceptance_form",
        title="附件1",
        subject_kind="case",
        subject_id=str(world.cases(batch).first().pk),
        region_id=world.villages[0],
        facts_sha256="0" * 64,
        issued_on=world.day,
        pdf=kept,
        xlsx=kept,
    )
    client = as_(user)
    papers = {"paper_pdf": [paper.pk], "paper_xlsx": [paper.pk]}
    assert set(statuses(client, **papers).values()) == {200}
    leave(world, user)
    assert set(statuses(client, **papers).values()) == {404}
    with pytest.raises(OutOfScope):
        export_register(world.villages[0], 2020, by=user, purpose="核对")


@WAYS
def test_a_job_and_its_report_are_gone_for_who_has_left(as_, world, register, quiet, leave):
    user = world.officer()
    job = jobs.create(IMPORT, [str(register.pk)], args={}, by=user, region=build.TOWNSHIP)
    job.units.update(state=JobState.DONE, result={"report": register.pk})
    client = as_(user)
    own = {"job": [job.pk], "report": [job.pk]}
    assert set(statuses(client, **own).values()) == {200}
    leave(world, user)
    assert set(statuses(client, **own).values()) == {404}


@WAYS
@pytest.mark.parametrize("trial", [False, True])
def test_a_queued_import_of_who_has_left_does_nothing(world, register, quiet, leave, trial):
    user = world.officer()
    plan = {"year": 2020, "programme": "nanyue-2020", "dry_run": trial}
    job = enqueue_import(register, by=user, **plan)
    leave(world, user)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.FAILED, 0)
    assert job.error == "没有找到,或不在您的管辖范围内"
    assert job.units.get().tries == 1  # asking again would change nothing
    assert not Household.objects.exists()
    assert not Entry.objects.filter(act=Act.IMPORT).exists()


def test_of_two_posts_the_other_stays_open(as_, world, batch):
    """Who was cadre and helps households sees those, and the village's others no more."""
    user, (mine, other) = world.cadre(), world.cases(batch)
    region = Region.objects.get(pk=world.villages[0])
    helps = people.appoint(user, Role.HELPER, region, by=Actor.system(), since=build.SINCE)
    Household.objects.filter(pk=mine.household_id).update(helper=user)
    client = as_(user)
    both = [{"household": [one.household_id]} for one in (mine, other)]
    assert [statuses(client, **one) for one in both] == [{"household": 200}] * 2
    cadre = Appointment.objects.exclude(pk=helps.pk).get(user=user)
    people.dismiss(cadre, by=Actor.system(), until=world.day - timedelta(days=1))
    assert [statuses(client, **one) for one in both] == [{"household": 200}, {"household": 404}]


def test_a_closed_account_is_logged_out_and_does_nothing(as_, world, batch, register, quiet):
    user = world.officer()
    client = as_(user)
    job = enqueue_import(register, year=2020, programme="nanyue-2020", by=user)
    before = Household.objects.count()
    assert statuses(client, batch=[batch.pk]) == {"batch": 200}
    build.User.objects.filter(pk=user.pk).update(is_active=False)
    answer = client.get(reverse("batch", args=[batch.pk]))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))
    user.refresh_from_db()
    with pytest.raises(OutOfScope):
        advance.advance(world.cases(batch), "collection", by=user, done_on=world.day)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, Household.objects.count()) == (JobState.FAILED, before)
