"""What Celery calls: thin doors to functions that commands and tests call too."""

from celery import shared_task
from celery.signals import worker_init, worker_ready

from exitcase.core import files, jobs
from exitcase.core.services import house
from exitcase.core.services.reads import seal_reads


@shared_task(name="core.run_job")
def run_job(pk: int) -> None:
    jobs.run(pk)


@shared_task(name="core.reap")
def reap() -> None:
    jobs.reap()
    jobs.expire()
    files.sweep()


@shared_task(name="core.seal_reads")
def seal_day() -> None:
    seal_reads()


@worker_init.connect
def refuse_mixed(**_: object) -> None:
    """No worker serves a demo's data or keys in production."""
    if found := house.faults():
        raise SystemExit("; ".join(found))  # anything milder Celery would log and go on


@worker_ready.connect
def look_round(**_: object) -> None:
    """A worker that starts takes up what another left."""
    jobs.reap()
