import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.db import connection
from kombu.exceptions import OperationalError

from exitcase.core import clock, jobs, tasks
from exitcase.core.choices import DeploymentKind, JobState
from exitcase.core.errors import Refused
from exitcase.core.models import Job, JobUnit
from exitcase.core.services import house

KIND = "test-count"


@pytest.fixture
def done(monkeypatch):
    """A kind of job that writes down what it did, and fails or refuses by the key's name."""
    seen = []

    def unit(job, key):
        seen.append(key)
        if key.startswith("fail"):
            raise ValueError("身份证 990000199001011234")
        if key.startswith("refuse"):
            raise Refused("没有公示照片", value="990000199001011234")
        return {"key": key}

    def finish(job):
        return {"units": job.units.count()}

    monkeypatch.setitem(jobs.HANDLERS, KIND, jobs.Handler(unit, finish))
    return seen


@pytest.mark.django_db
def test_job_is_done_unit_by_unit_and_says_so(done, user, regions):
    job = jobs.run_inline(KIND, ["a", "b", "a"], args={"x": 1}, by=user, region="430412")
    assert done == ["a", "b"]
    assert (job.state, job.done, job.total, job.result) == (JobState.DONE, 2, 2, {"units": 2})
    assert (job.lease_until, job.tries, job.by, job.region_id) == (None, 1, user, "430412")
    assert list(job.units.order_by("pk").values_list("result", flat=True)) == [
        {"key": "a"},
        {"key": "b"},
    ]


@pytest.mark.django_db
def test_job_without_units_is_done(done):
    assert jobs.run_inline(KIND, []).state == JobState.DONE


@pytest.mark.django_db
def test_unknown_kind_is_refused(done):
    with pytest.raises(LookupError, match="no handler does nothing"):
        jobs.enqueue("nothing", [])


@pytest.mark.django_db
def test_failed_unit_is_tried_three_times_and_the_others_are_done(done, caplog):
    job = jobs.run_inline(KIND, ["fail", "b"])
    assert done.count("fail") == jobs.TRIES == 3
    assert (job.state, job.done, job.error) == (JobState.FAILED, 1, "ValueError")
    assert job.result == {}
    assert "in unit" in caplog.text  # the place
    assert "ValueError: 身份证" not in caplog.text  # and not the value


@pytest.mark.django_db
def test_refused_unit_is_not_asked_again_and_tells_no_personal_value(done):
    job = jobs.run_inline(KIND, ["refuse"])
    assert done == ["refuse"]
    unit = job.units.get()
    assert (unit.state, unit.error) == (JobState.FAILED, "没有公示照片")
    assert "9900" not in str(Job.objects.values().get()) + str(JobUnit.objects.values().get())


@pytest.mark.django_db
def test_finished_job_is_not_run_again(done):
    job = jobs.run_inline(KIND, ["a"])
    jobs.run(job.pk)
    assert done == ["a"]


@pytest.mark.django_db
def test_bell_rings_when_the_rows_are_there(done, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(tasks.run_job, "delay", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.enqueue(KIND, ["a"], shards=2)
        assert rung == []
    assert rung == [job.pk, job.pk]
    tasks.run_job(job.pk)
    tasks.run_job(job.pk)
    assert done == ["a"]


@pytest.mark.django_db
def test_broker_that_is_away_is_no_loss(
    done, monkeypatch, django_capture_on_commit_callbacks, caplog
):
    def away(_pk):
        raise OperationalError

    monkeypatch.setattr(tasks.run_job, "delay", away)
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.enqueue(KIND, ["a"])
    assert "the broker does not answer" in caplog.text
    assert Job.objects.get().state == JobState.QUEUED
    Job.objects.update(created_at=clock.read_wall() - timedelta(minutes=1))
    rung = []
    monkeypatch.setattr(tasks.run_job, "delay", rung.append)
    tasks.reap()
    assert rung == [job.pk]


@pytest.mark.django_db
def test_reaper_leaves_new_and_living_jobs_alone(done, monkeypatch):
    rung = []
    monkeypatch.setattr(tasks.run_job, "delay", rung.append)
    new, living, dead, over = (jobs.create(KIND, ["a"], args={}, by=None, region=None)
                               for _ in range(4))  # fmt: skip
    now, minute = clock.read_wall(), timedelta(minutes=1)
    for job, lease in ((living, now + minute), (dead, now - minute)):
        Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, lease_until=lease)
    Job.objects.filter(pk=over.pk).update(state=JobState.DONE, expires_at=now - minute)
    tasks.reap()
    assert rung == [dead.pk]
    assert set(Job.objects.values_list("pk", flat=True)) == {new.pk, living.pk, dead.pk}


@pytest.mark.django_db
def test_leases_do_not_move_with_the_demo_clock(done, monkeypatch):
    monkeypatch.setattr(tasks.run_job, "delay", lambda _pk: None)
    job = jobs.create(KIND, ["a"], args={}, by=None, region=None)
    lease = clock.read_wall() + timedelta(minutes=1)
    Job.objects.update(state=JobState.RUNNING, lease_until=lease)
    house.open_as(DeploymentKind.DEMO)
    house.set_offset(365 * 24 * 3600)
    assert jobs.reap() == []
    assert job.units.get().state == JobState.QUEUED


@pytest.mark.django_db
def test_cut_off_unit_is_taken_up_and_another_workers_is_left(done):
    job = jobs.create(KIND, ["a", "b"], args={}, by=None, region=None)
    now, minute = clock.read_wall(), timedelta(minutes=1)
    first, second = job.units.order_by("pk")
    for unit, lease in ((first, now - minute), (second, now + minute)):
        JobUnit.objects.filter(pk=unit.pk).update(
            state=JobState.RUNNING, lease_until=lease, tries=1
        )
    jobs.run(job.pk)
    assert done == ["a"]
    assert Job.objects.get().state == JobState.RUNNING  # the other has not finished
    JobUnit.objects.filter(pk=second.pk).update(lease_until=now - minute)
    jobs.run(job.pk)
    assert done == ["a", "b"]
    assert Job.objects.get().state == JobState.DONE


@pytest.mark.django_db
def test_late_answer_of_a_lost_worker_changes_nothing(done):
    """Its lease ran out, another claimed the unit: the second answer is the one that counts."""
    job = jobs.create(KIND, ["a"], args={}, by=None, region=None)
    slow = jobs._claim(job)
    JobUnit.objects.update(lease_until=clock.read_wall() - timedelta(minutes=1))
    again = jobs._claim(job)
    jobs._do(job, slow)
    assert JobUnit.objects.get().state == JobState.RUNNING
    jobs._do(job, again)
    assert JobUnit.objects.get().state == JobState.DONE


@pytest.mark.django_db(transaction=True)
def test_workers_share_a_job_and_do_each_unit_once(done):
    job = jobs.create(KIND, [str(n) for n in range(12)], args={}, by=None, region=None)

    def work():
        try:
            jobs.run(job.pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done, key=int) == [str(n) for n in range(12)]
    assert Job.objects.get().state == JobState.DONE
    assert Job.objects.get().result == {"units": 12}


KILLED = """
import os, signal, django
django.setup()
from django.conf import settings
from django.db import connection
connection.settings_dict["NAME"] = os.environ["KILLED_DB"]
from exitcase.core import jobs
def unit(job, key):
    if key == "3":
        os.kill(os.getpid(), signal.SIGKILL)
    return {}
jobs.register("test-count", unit)
jobs.run(int(os.environ["KILLED_JOB"]))
"""


@pytest.mark.django_db(transaction=True)
def test_job_of_a_killed_worker_is_finished_by_another(done):
    job = jobs.create(KIND, [str(n) for n in range(6)], args={}, by=None, region=None)
    told = {"KILLED_DB": str(connection.settings_dict["NAME"]), "KILLED_JOB": str(job.pk)}
    told |= {"DJANGO_SETTINGS_MODULE": "exitcase.settings", "PYTHONPATH": "."}
    died = subprocess.run([sys.executable, "-c", KILLED], env=os.environ | told, check=False)
    assert died.returncode == -signal.SIGKILL
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.RUNNING, 3)
    past = clock.read_wall() - timedelta(seconds=1)  # the lease runs out
    Job.objects.update(lease_until=past)
    JobUnit.objects.filter(state=JobState.RUNNING).update(lease_until=past)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert done == ["3", "4", "5"]
    assert (job.state, job.done, job.tries) == (JobState.DONE, 6, 2)
    assert job.units.get(key="3").tries == 2


def test_worker_does_not_start_in_a_wrong_house(monkeypatch):
    monkeypatch.setattr(house, "faults", lambda: ["the keys are a demo's"])
    with pytest.raises(SystemExit, match="demo"):
        tasks.refuse_mixed()
