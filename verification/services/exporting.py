"""导出 Excel: a list as it is filtered, written in the background by who may see it, for a purpose.

Numbers of people are masked. Who took it, when and for what stands in the workbook and in the log
of reads, row by row.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final, TypeAlias

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from exitcase.core import clock, files, jobs
from exitcase.core.choices import DeploymentKind, FileKind
from exitcase.core.errors import NotAllowed, Refused
from exitcase.core.models import Deployment, Job, User
from exitcase.core.papers.store import MARK, XLSX
from exitcase.core.papers.workbook import Cell, Page, Row, write
from exitcase.core.scope import Scope
from exitcase.core.services.reads import log_reads, need_purpose

EXPORT: Final = "export_list"
A_PART: Final = 200  # rows read as one unit of the job
MOST: Final = 20_000  # rows of one workbook
Asked: TypeAlias = Mapping[str, str]
Rows: TypeAlias = "QuerySet[Any] | Sequence[Any]"
Word: TypeAlias = "str | Promise"


@dataclass(frozen=True, slots=True)
class Source:
    """One list: its rows as a person sees them filtered, and how they are written."""

    title: Word
    filters: tuple[str, ...]  # the names of its filters, as in the page's address
    columns: tuple[tuple[Word, int], ...]  # heading, width in characters
    rows: Callable[[Scope, Asked], Rows]
    lines: Callable[[Sequence[Any]], Iterable[tuple[Cell, ...]]]
    subject: Callable[[Any], tuple[str, int]]  # of a row: what is written into the log of reads


SOURCES: dict[str, Source] = {}


def count(source: Source, scope: Scope, asked: Asked) -> int:
    """How many rows the list has as it is filtered."""
    rows = source.rows(scope, asked)
    return rows.count() if isinstance(rows, QuerySet) else len(rows)


def enqueue_list(what: str, asked: Asked, *, by: User, purpose: str, back: str = "") -> Job:
    """Write a list in the background.

    Raises `NotAllowed` for who sees no case; `Refused` without a purpose, for an empty list, and
    for more rows than one workbook takes.
    """
    scope, source = Scope.of(by), SOURCES[what]
    if not scope.codes:
        raise NotAllowed(_("您目前没有可查看户案的职务"))
    said = need_purpose(by, purpose)
    n = count(source, scope, asked)
    if not n:
        raise Refused(_("当前筛选没有可导出的内容"))
    if n > MOST:
        rule = _("一次不超过 %d 行,请缩小筛选范围") % MOST
        raise Refused(_("导出的行数过多"), value=str(n), rule=rule)
    args = {"what": what, "asked": dict(asked), "purpose": said, "back": back}
    keys = map(str, range(ceil(n / A_PART)))
    return jobs.enqueue(EXPORT, keys, args=args, by=by, region=scope.codes[0])


def read_part(job: Job, key: str) -> jobs.Result:
    """Read one part of the list as who asked sees it now."""
    source, scope = _of(job)
    at = int(key) * A_PART
    return {"rows": len(list(source.rows(scope, job.args["asked"])[at : at + A_PART]))}


def write_list(job: Job) -> jobs.Result:
    """The workbook, stored; every row of it is in the log of reads before it can be taken."""
    source, scope = _of(job)
    assert job.by  # noqa: S101  # a list is somebody's
    found = list(source.rows(scope, job.args["asked"])[:MOST])
    for subject, keys in _by_subject(source, found).items():
        log_reads(job.by, scope.codes[0], "export", subject, keys, purpose=job.args["purpose"])
    kept = files.put(
        _workbook(job, source, found),
        name=f"{source.title}-{clock.today()}-{job.pk}.xlsx",
        mime=XLSX,
        kind=FileKind.REGISTER,
        region=scope.codes[0],
        private=True,
        by=job.by.name,
    )
    return {"rows": len(found), "report": kept.pk}


def _of(job: Job) -> tuple[Source, Scope]:
    scope = Scope.of(job.by) if job.by else Scope(())
    if not scope.codes:
        raise NotAllowed(_("您目前没有可查看户案的职务"))
    return SOURCES[job.args["what"]], scope


def _by_subject(source: Source, rows: Iterable[Any]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in rows:
        subject, key = source.subject(row)
        found.setdefault(subject, []).append(key)
    return found


def _workbook(job: Job, source: Source, rows: Sequence[Any]) -> bytes:
    page = Page(str(source.title)[:31], tuple(width for _title, width in source.columns))
    page.landscape = True
    page.title(str(source.title))
    page.rows.append(Row((_mark(job),), "note", merged=True))
    page.head(*(str(title) for title, _width in source.columns))
    for line in source.lines(rows):
        page.add(*line)
    page.rows.append(Row((_mark(job),), "note", merged=True))
    return write([page])


def _mark(job: Job) -> str:
    """Who took it, when and for what: the watermark, over and under the list."""
    by = job.by
    told = _("导出人 %(name)s(%(username)s),%(at)s,用途:%(purpose)s。证件号码和电话已遮盖。") % {
        "name": by.name if by else "",
        "username": by.username if by else "",
        "at": f"{clock.read().astimezone(clock.PLACE):%Y-%m-%d %H:%M}",
        "purpose": job.args["purpose"],
    }
    latest = Deployment.objects.order_by("pk").last()
    demo = latest is not None and latest.kind == DeploymentKind.DEMO
    return f"{told} {MARK}" if demo else told
