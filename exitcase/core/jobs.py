"""Long work as rows: a worker claims units by lease, so losing worker or broker loses nothing.

The queue only rings the bell. Several workers may share a job, unit by unit. A unit that was
cut off is done again: handlers must be able to meet their own work half done or done.
"""

import logging
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from traceback import format_tb
from typing import Any, TypeAlias

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from kombu.exceptions import OperationalError

from exitcase.core import clock, files
from exitcase.core.choices import JobState
from exitcase.core.errors import NotAllowed, OutOfScope, Refused
from exitcase.core.models import Job, JobUnit, StoredFile, User

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)  # longer than any unit takes
TRIES = 3
KEPT = timedelta(days=30)  # how long a finished job is remembered
# They will not change by asking again.
ANSWERS = (Refused, NotAllowed, OutOfScope)
Result = dict[str, Any]
Word: TypeAlias = "str | Promise"


@dataclass(frozen=True, slots=True)
class Handler:
    """How one kind of job is done: unit by unit, then once at the end. Results are counts.

    `title` and `figures` are words for its page: what it is, and what each count is called. The
    key of a stored file that it gives back is called `report`.
    """

    unit: Callable[[Job, str], Result]
    finish: Callable[[Job], Result] | None = None
    title: Word = ""
    figures: Mapping[str, Word] = field(default_factory=dict)


HANDLERS: dict[str, Handler] = {}


def register(
    kind: str,
    unit: Callable[[Job, str], Result],
    finish: Callable[[Job], Result] | None = None,
    *,
    title: Word = "",
    figures: Mapping[str, Word] | None = None,
) -> None:
    """Called in an app's `ready`."""
    HANDLERS[kind] = Handler(unit, finish, title, figures or {})


def title_of(job: Job) -> str:
    """What a kind of job is called on its page."""
    handler = HANDLERS.get(job.kind)
    return str(handler.title) if handler and handler.title else job.kind


def figures_of(job: Job) -> list[tuple[str, int]]:
    """The counts a job came to, by the words for them."""
    handler = HANDLERS.get(job.kind)
    names = handler.figures if handler else {}
    return [(str(names[key]), job.result[key]) for key in names if key in job.result]


def report_of(job: Job) -> StoredFile | None:
    """The file a job gave back, at its end or with one of its parts."""
    results = [job.result, *job.units.order_by("pk").values_list("result", flat=True)]
    keys = [result["report"] for result in results if result.get("report")]
    return StoredFile.objects.filter(pk__in=keys).order_by("-pk").first()


def create(
    kind: str, keys: Iterable[str], *, args: Result, by: User | None, region: str | None
) -> Job:
    """Write a job and its units, without ringing the bell."""
    if kind not in HANDLERS:
        raise LookupError(f"no handler does {kind}")
    units = list(dict.fromkeys(keys))
    moment = clock.read_wall()
    job = Job.objects.create(
        kind=kind,
        args=args,
        by=by,
        region_id=region,
        total=len(units),
        created_at=moment,
        expires_at=moment + KEPT,
    )
    JobUnit.objects.bulk_create((JobUnit(job=job, key=key) for key in units), batch_size=500)
    return job


def enqueue(
    kind: str,
    keys: Iterable[str],
    *,
    args: Result | None = None,
    by: User | None = None,
    region: str | None = None,
    shards: int = 1,
) -> Job:
    """Write a job and ring the bell when it is committed: for `shards` workers at once."""
    with transaction.atomic():
        job = create(kind, keys, args=args or {}, by=by, region=region)
        for _shard in range(shards):
            transaction.on_commit(lambda: ring(job.pk))
    return job


def run_inline(
    kind: str,
    keys: Iterable[str],
    *,
    args: Result | None = None,
    by: User | None = None,
    region: str | None = None,
) -> Job:
    """Do it here and now, in this process: for commands."""
    job = create(kind, keys, args=args or {}, by=by, region=region)
    run(job.pk)
    job.refresh_from_db()
    return job


def ring(pk: int) -> None:
    """Tell a worker. A broker that is away is no loss: the reaper rings again."""
    from exitcase.core.tasks import run_job  # noqa: PLC0415  # tasks stand above

    try:
        run_job.delay(pk)
    except OperationalError:
        log.warning("job %s waits: the broker does not answer", pk)


def run(pk: int) -> None:
    """Work on a job until no unit is left to claim."""
    if not _take_up(pk):
        return
    job = Job.objects.select_related("by", "region").get(pk=pk)
    while unit := _claim(job):
        _do(job, unit)
    _settle(job)


def reap() -> list[int]:
    """Ring again for what waits too long or was cut off; gives the jobs."""
    long_ago = clock.read_wall() - timedelta(seconds=30)
    waiting = Q(state=JobState.QUEUED, created_at__lt=long_ago)
    stuck = Q(state=JobState.RUNNING) & _lapsed()
    found = list(Job.objects.filter(waiting | stuck).order_by("pk").values_list("pk", flat=True))
    for pk in found:
        ring(pk)
    return found


def expire() -> int:
    """Forget jobs whose time is over, and the files they gave back; gives the number of jobs."""
    over = Job.objects.filter(expires_at__lt=clock.wall())
    done = over.filter(state__in=[JobState.DONE, JobState.FAILED])
    reports = [file for job in done if (file := report_of(job))]
    forgotten = done.delete()[1].get(Job._meta.label, 0)
    for file in reports:
        files.drop(file)
    return forgotten


def _lapsed() -> Q:
    return Q(lease_until=None) | Q(lease_until__lt=clock.wall())


def _take_up(pk: int) -> bool:
    """Say that this worker is at it; false when the job is finished."""
    unfinished = Job.objects.filter(pk=pk, state__in=[JobState.QUEUED, JobState.RUNNING])
    return bool(
        unfinished.update(
            state=JobState.RUNNING,
            worker=f"{socket.gethostname()}:{os.getpid()}"[:80],
            lease_until=clock.read_wall() + LEASE,
            tries=F("tries") + 1,
        )
    )


def _claim(job: Job) -> JobUnit | None:
    """Take one unit that waits or was cut off. The UPDATE decides between two workers."""
    while pk := _claimable(job).order_by("pk").values_list("pk", flat=True).first():
        lease = clock.read_wall() + LEASE
        taken = (
            _claimable(job)
            .filter(pk=pk)
            .update(state=JobState.RUNNING, lease_until=lease, tries=F("tries") + 1)
        )
        if taken:
            return JobUnit.objects.get(pk=pk)
    return None


def _claimable(job: Job) -> QuerySet[JobUnit]:
    cut_off = Q(state=JobState.RUNNING) & _lapsed()
    return job.units.filter(Q(state=JobState.QUEUED) | cut_off)


def _do(job: Job, unit: JobUnit) -> None:
    """Do one unit. What fails is tried again by the next claim, and given up after `TRIES`."""
    try:
        result = HANDLERS[job.kind].unit(job, unit.key)
    except Exception as error:  # noqa: BLE001  # whatever it is, the job goes on
        # Where it failed, not with what value: that may be a person's.
        where = "".join(format_tb(error.__traceback__))
        log.error("job %s, unit %s: %s\n%s", job.pk, unit.pk, type(error).__name__, where)  # noqa: TRY400
        final = isinstance(error, ANSWERS) or unit.tries >= TRIES
        said = _said(error)
        state, result = JobState.FAILED if final else JobState.QUEUED, {}
    else:
        state, said = JobState.DONE, ""
    ours = JobUnit.objects.filter(pk=unit.pk, tries=unit.tries)  # nobody has claimed it since
    ours.update(state=state, lease_until=None, result=result, error=said[:300])
    _beat(job)


def _said(error: Exception) -> str:
    """A refusal in its words, without its value, which may be a person's; a fault by its kind."""
    if isinstance(error, Refused):
        return error.message
    return str(error) if isinstance(error, ANSWERS) else type(error).__name__


def _beat(job: Job) -> None:
    """Progress is the heartbeat."""
    done = job.units.filter(state=JobState.DONE).count()
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        done=done, lease_until=clock.read_wall() + LEASE
    )


def _settle(job: Job) -> None:
    """Close the job when no unit is left, queued or in another worker's hands: once."""
    if job.units.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).exists():
        return
    failed = job.units.filter(state=JobState.FAILED).order_by("pk")
    error = failed.values_list("error", flat=True).first() or ""
    state = JobState.FAILED if error else JobState.DONE
    finish = HANDLERS[job.kind].finish
    result = finish(job) if finish and not error else {}
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        state=state,
        error=error,
        result=result,
        done=job.units.filter(state=JobState.DONE).count(),
        lease_until=None,
    )
