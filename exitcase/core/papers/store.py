"""Issues papers: renders, stores, hashes, versions them; every issue stands in the journal.

Rendering and files come before the act (no transaction waits for them). The same facts again are
the same paper: no new version. Papers for the public lie in clear and are searched for numbers of
people first; all others lie encrypted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exitcase.core import clock, files, journal, leaks
from exitcase.core.choices import Act, DeploymentKind, FileKind, PaperKind
from exitcase.core.errors import Refused
from exitcase.core.journal import CHAIN, Actor
from exitcase.core.models import Block, Deployment, Paper, StoredFile
from exitcase.core.papers.books import workbook
from exitcase.core.papers.facts import facts_sha256, texts
from exitcase.core.papers.render import render, render_many
from exitcase.core.papers.sheets import (
    ActSheet,
    Imprint,
    NoticeSheet,
    PublicListSheet,
    Sheet,
)

MARK: Final = "演示 · 数据均为虚构"
PDF: Final = "application/pdf"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST: Final = 100  # characters of a file's name; the end of it tells papers apart
IN_FORCE, VOID = "in_force", "void"  # what the journal says a paper was and became
UNSAFE: Final = re.compile(r'[\x00-\x1f\\/:*?"<>|]+')  # in the name of a file, somewhere
AT_ONCE: Final = 40  # papers recorded in one act, and held in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A paper to be issued about a subject, e.g. ("case", "17"), in a region (its code).

    One subject has one line of versions per kind: the public 附件3 beside the official one needs a
    subject of its own. Raises ValueError without a title: nobody could tell what the paper is.
    """

    subject: tuple[str, str]
    region: str
    sheet: Sheet
    title: str  # the programme's title of this kind of paper
    number: str

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ValueError(f"a paper without a title: {self.sheet.kind} of {self.subject}")

    def file_name(self, suffix: str) -> str:
        """「脱贫告知书-GZ-17-1.pdf」: title, number and version, fit for any file system."""
        parts = (self.title, self.number, str(self.sheet.imprint.version))
        stem = UNSAFE.sub("_", "-".join(part for part in parts if part))
        return f"{stem[-LONGEST:]}.{suffix}"

    @property
    def public(self) -> bool:
        """Whether everyone may read it."""
        sheet = self.sheet
        hung = isinstance(sheet, (NoticeSheet, PublicListSheet))
        return hung or (isinstance(sheet, ActSheet) and sheet.public)


def issue(
    kind: PaperKind,
    subject: tuple[str, str],
    region: str,
    sheet: Sheet,
    *,
    title: str,
    number: str,
    by: Actor | None = None,
) -> Paper:
    """Issue one paper, or give the one already issued from the same facts.

    Raises `PaperError` and its kin, ValueError when the sheet is of another kind, `Refused` when a
    public paper holds a number of a person. Not to be called inside a running act.
    """
    if sheet.kind != kind:
        raise ValueError(f"a sheet of kind {sheet.kind} issued as {kind}")
    draft = Draft(subject=subject, region=region, sheet=sheet, title=title, number=number)
    (paper,) = issue_many([draft], by=by, processes=1)
    return paper


def issue_many(
    drafts: Iterable[Draft], *, by: Actor | None = None, processes: int = 2
) -> list[Paper]:
    """Issue papers in bulk, in the drafts' order; some dozens to an act."""
    waiting, papers = iter(drafts), []
    while some := list(islice(waiting, AT_ONCE)):
        papers += _issue_some(some, by or Actor.system(), processes)
    return papers


def void(papers: QuerySet[Paper]) -> int:
    """作废: the papers stay, and say that they hold no longer; inside a running act.

    Gives how many were in force.
    """
    standing = papers.filter(void_tx="")
    count = journal.record_set(Act.ISSUE_PAPER, standing, was=IN_FORCE, became=VOID)
    return standing.update(void_tx=journal.current().tx) if count else 0


def _issue_some(drafts: Sequence[Draft], by: Actor, processes: int) -> list[Paper]:
    found = [_latest(draft) for draft in drafts]
    new = [
        at for at, (draft, old) in enumerate(zip(drafts, found, strict=True)) if _new(draft, old)
    ]
    ready = [_imprinted(drafts[at], found[at]) for at in new]
    stored = [
        _store(draft, pdf, by)
        for draft, pdf in zip(ready, _printed([one.sheet for one in ready], processes), strict=True)
    ]
    made: dict[int, Paper] = {}
    if new:
        with journal.act(by, clock.today()):
            for at, draft, pair in zip(new, ready, stored, strict=True):
                made[at] = _record(draft, found[at], pair)
    return [made.get(at) or _known(old) for at, old in enumerate(found)]


def _known(paper: Paper | None) -> Paper:
    if paper is None:
        raise RuntimeError("a paper neither known nor made")
    return paper


def _latest(draft: Draft) -> Paper | None:
    kind, number = draft.subject
    line = Paper.objects.filter(
        kind=draft.sheet.kind, subject_kind=kind, subject_id=number
    ).order_by("version")
    return line.last()


def _new(draft: Draft, old: Paper | None) -> bool:
    """Whether the facts are not those of the paper in force."""
    return old is None or bool(old.void_tx) or old.facts_sha256 != facts_sha256(draft.sheet)


def _imprinted(draft: Draft, old: Paper | None) -> Draft:
    """The draft with its version, the chain's head, and 演示 where the database is one."""
    imprint = Imprint(
        title=draft.title,
        number=draft.number,
        version=old.version + 1 if old else 1,
        mark=_mark(),
        checkpoint=_checkpoint(draft.region),
        link=settings.EXITCASE_PAPER_LINK,
    )
    ready = replace(draft, sheet=replace(draft.sheet, imprint=imprint))
    if ready.public:
        _refuse_numbers(ready.sheet)
    return ready


def _mark() -> str:
    latest = Deployment.objects.order_by("pk").last()
    return MARK if latest and latest.kind == DeploymentKind.DEMO else ""


def _checkpoint(region: str) -> str:
    """Head of the district's chain: a paper bears witness to all that came before it."""
    head = Block.objects.filter(chain=region[:CHAIN]).order_by("seq").last()
    return f"{head.seq} · {head.hash[:16]}" if head else ""


def _refuse_numbers(sheet: Sheet) -> None:
    for text in texts(sheet):
        found = leaks.find_numbers(text)
        if found:
            raise Refused(
                _("公开文书中不能出现公民身份号码、手机号码、残疾证号或银行账号"),
                place=sheet.imprint.title,
                value=f"…{found[0].digits[-4:]}",
                rule=_("公示名单只列村民小组、户主姓名和家庭人口数;联系电话用办公电话"),
            )


def _printed(sheets: list[Sheet], processes: int) -> Iterator[bytes]:
    if processes > 1 and len(sheets) > 1:
        return render_many(sheets, processes)
    return map(render, sheets)


def _store(draft: Draft, pdf: bytes, by: Actor) -> tuple[StoredFile, StoredFile | None]:
    book = workbook(draft.sheet)
    first = _put(draft, pdf, "pdf", PDF, by)
    return first, _put(draft, book, "xlsx", XLSX, by) if book else None


def _put(draft: Draft, data: bytes, suffix: str, mime: str, by: Actor) -> StoredFile:
    return files.put(
        data,
        name=draft.file_name(suffix),
        mime=mime,
        kind=FileKind.PAPER,
        region=draft.region,
        private=not draft.public,
        by=by.name,
    )


def _record(draft: Draft, old: Paper | None, pair: tuple[StoredFile, StoredFile | None]) -> Paper:
    sheet, (pdf, xlsx) = draft.sheet, pair
    paper = Paper.objects.create(
        kind=sheet.kind,
        title=draft.title,
        number=draft.number,
        version=sheet.imprint.version,
        subject_kind=draft.subject[0],
        subject_id=draft.subject[1],
        region_id=draft.region,
        facts_sha256=facts_sha256(sheet),
        pdf=pdf,
        xlsx=xlsx,
        supersedes=old,
        issued_on=clock.today(),
    )
    hashes = {"facts": paper.facts_sha256, "pdf": pdf.sha256, "xlsx": xlsx.sha256 if xlsx else ""}
    was = f"{sheet.kind} {old.version}" if old else ""
    became = f"{sheet.kind} {paper.version}"
    journal.record(Act.ISSUE_PAPER, paper, was, became, facts=hashes)
    return paper
