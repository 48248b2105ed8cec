"""全套签字件: the signed papers of cases as one ZIP, made in the background, for a purpose.

Pages as they were signed and scanned, or drawn with a pen: nothing is printed anew. The plain
bytes are only ever in the ZIP, which is kept encrypted until its job is forgotten.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exitcase.core import clock, crypto, files, jobs
from exitcase.core.choices import FileKind
from exitcase.core.errors import OutOfScope, Refused
from exitcase.core.journal import CHAIN
from exitcase.core.models import Block, Job, Paper, User
from exitcase.core.papers.store import UNSAFE
from exitcase.core.papers.workbook import Page, write
from exitcase.core.rules_papers import form_of_household
from exitcase.core.scope import Scope
from exitcase.core.services.reads import errand, log_reads
from verification import queries
from verification.documents.signed import LACKING, Drawer, Part, Sheet, of_batch
from verification.models import Batch, Case

PACK: Final = "pack_papers"
ZIP: Final = "application/zip"
LARGEST: Final = 300 * 1024 * 1024  # bytes: the ZIP is made in memory
LONGEST: Final = 60  # characters of a name inside it
UNREADABLE: Final = (OSError, files.DamagedError, crypto.UnreadableError)
HEADS: Final = (
    "户主", "编号", "文书", "签字部分", "签字人", "身份与签法", "日期", "情况", "文件", "SHA-256",
    "存入时的文件名",
)  # fmt: skip
WIDTHS: Final = (10, 26, 34, 24, 10, 16, 12, 20, 50, 66, 30)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a package would hold: files and their bytes, and the parts that lack."""

    files: int
    size: int  # bytes
    lacking: list[tuple[Case, list[Part]]]


def contents(cases: Sequence[Case], more: Sequence[Sheet] = ()) -> Contents:
    """What is kept of these cases; as many queries for one as for all."""
    drawer = Drawer(cases)
    sheets = [*(sheet for case in cases for sheet in drawer.sheets(case)), *more]
    stored = {sheet.file.pk: sheet.file.size for sheet in sheets}
    lacking = [(case, _lacking(drawer.parts(case))) for case in cases]
    return Contents(len(stored), sum(stored.values()), [row for row in lacking if row[1]])


def enqueue_pack(
    cases: QuerySet[Case], *, by: User, purpose: str, batch: Batch | None = None, back: str = ""
) -> Job:
    """Pack the signed papers of those of these cases that `by` sees; with a batch, its own too.

    Every case is in the access log. Raises `OutOfScope` where none is seen, `Refused` without a
    purpose and for more than can be packed at once.
    """
    seen = list(_of(by, cases))
    if not seen:
        raise OutOfScope(_("没有找到,或不在您的管辖范围内"))
    more = of_batch(Scope.of(by), batch) if batch else ()
    size = contents(seen, more).size
    if size > LARGEST:
        raise Refused(
            _("一次打包的文件过大,请分户下载"),
            value=f"{size // 1024 // 1024} MB",
            rule=_("不超过 %d MB") % (LARGEST // 1024 // 1024),
        )
    region, keys = seen[0].village_id, [case.pk for case in seen]
    log_reads(by, region, "export", "case", keys, purpose=purpose)
    args = {"purpose": purpose or errand(by), "batch": batch.pk if batch else None, "back": back}
    return jobs.enqueue(PACK, map(str, keys), args=args, by=by, region=region)


def read_case(job: Job, key: str) -> jobs.Result:
    """Read and hash every file of one case. Raises `OutOfScope` for who may see it no more."""
    (case,) = _seen(job, [key])
    drawer = Drawer([case])
    stored = {sheet.file.pk: sheet.file for sheet in drawer.sheets(case)}
    damaged = sum(not files.whole(file) for file in stored.values())
    missing = len(_lacking(drawer.parts(case)))
    return {"files": len(stored), "damaged": damaged, "missing": missing}


def seal(job: Job) -> jobs.Result:
    """The ZIP of all cases of a job, stored; and what is in it, in figures."""
    cases = _seen(job, job.units.order_by("pk").values_list("key", flat=True))
    assert job.by  # noqa: S101  # a package is somebody's
    scope, made = Scope.of(job.by), _Package(job)
    papers = queries.papers_of_cases(scope, [case.pk for case in cases])
    drawer = Drawer(cases)
    for number, case in enumerate(cases, 1):
        folder = f"{number:03}-{_safe(case.head_name)}-{_safe(case.number)}"
        made.take_parts(case, drawer.parts(case), drawer.sheets(case), folder)
        made.take_papers(case, papers[case.pk], folder)
    batch = Batch.objects.filter(pk=job.args["batch"]).select_related("programme").first()
    if batch:
        made.take_sheets(None, of_batch(scope, batch), "000-批次")
    kept = files.put(
        made.finish(),
        name=f"签字件-{_safe(str(batch) if batch else cases[0].number)}-{clock.today()}.zip",
        mime=ZIP,
        kind=FileKind.PAPER,
        region=cases[0].village_id,
        private=True,
        by=job.by.name,
    )
    lacking = sum(unit.get("missing", 0) for unit in job.units.values_list("result", flat=True))
    return {
        "households": len(cases),
        "files": len(made.paths),
        "missing": lacking,
        "damaged": made.damaged,
        "report": kept.pk,
    }


@dataclass(slots=True)
class _Package:
    """The ZIP as it grows, and its list: one line per part, signed or not, and per other file."""

    job: Job
    paths: dict[int, str] = field(default_factory=dict)  # stored file → its place in the ZIP
    hashes: dict[str, str] = field(default_factory=dict)  # place → SHA-256
    damaged: int = 0
    _bytes: BytesIO = field(default_factory=BytesIO)
    _lines: list[tuple[str, ...]] = field(default_factory=list)
    _bad: set[int] = field(default_factory=set)
    _archive: ZipFile = field(init=False)

    def __post_init__(self) -> None:
        self._archive = ZipFile(self._bytes, "w", ZIP_STORED)

    def take_parts(
        self, case: Case, parts: Sequence[Part], sheets: Sequence[Sheet], folder: str
    ) -> None:
        """Every part of every form: its page, or that there is none."""
        pages = {sheet.file.pk: sheet for sheet in sheets if sheet.parts}
        for page in pages.values():
            self._put(page, folder)
        for part in parts:
            sheet = pages.get(part.signature.scan_id or 0) if part.signature else None
            self._lines.append((*_of_case(case), *_of_part(part, case), *self._of_file(sheet)))
        self.take_sheets(case, [sheet for sheet in sheets if not sheet.parts], folder)

    def take_sheets(self, case: Case | None, sheets: Iterable[Sheet], folder: str) -> None:
        for sheet in sheets:
            self._put(sheet, folder)
            said = _("作废") if sheet.void else _("已存")
            about = (f"{sheet.folder} {sheet.title}", "", "", "", sheet.on.isoformat(), said)
            self._lines.append((*_of_case(case), *about, *self._of_file(sheet)))

    def take_papers(self, case: Case, papers: Iterable[Paper], folder: str) -> None:
        """What the house itself printed, but for the form that is signed: of that, the pages."""
        form = form_of_household(case.batch.rules)
        for one in papers:
            if one.pdf and not one.void_tx and one.kind != form:
                title = f"{one.title} {one.number}"
                sheet = Sheet(one.pdf, _("系统出具的文书"), title, one.issued_on)
                self.take_sheets(case, [sheet], folder)

    def finish(self) -> bytes:
        """The ZIP's bytes, with its list, the hashes for `sha256sum -c`, and what it is."""
        page = Page("清单", WIDTHS, landscape=True)
        page.title(_("签字件清单"))
        page.head(*HEADS)
        for line in self._lines:
            page.add(*line)
        beside = {"清单.xlsx": write([page]), "说明.txt": self._about().encode("utf-8-sig")}
        for name, data in beside.items():
            self._write(name, data)
            self.hashes[name] = sha256(data).hexdigest()
        sums = "".join(f"{hash_}  {path}\n" for path, hash_ in self.hashes.items())
        self._write("SHA256SUMS.txt", sums.encode())
        self._archive.close()
        return self._bytes.getvalue()

    def _about(self) -> str:
        by, region = self.job.by, self.job.region_id or ""
        head = Block.objects.filter(chain=region[:CHAIN]).order_by("seq").last()
        lines = (
            f"下载人:{by.name if by else ''}({by.username if by else ''})",
            f"时间:{clock.read().astimezone(clock.PLACE):%Y-%m-%d %H:%M}",
            f"用途:{self.job.args['purpose']}",
            f"流水检查点:{head.seq} · {head.hash}" if head else "",
            "各页为签字时存入的扫描件或手写笔迹,未重新打印;「缺」为没有签字或没有扫描件的部分。",
            "核对:在本文件夹运行 sha256sum -c SHA256SUMS.txt",
        )
        return "\r\n".join(line for line in lines if line)

    def _put(self, sheet: Sheet, folder: str) -> None:
        """Once per file, however many papers show it."""
        file = sheet.file
        if file.pk in self.paths or file.pk in self._bad:
            return
        try:
            data = files.get(file)
        except UNREADABLE:
            self._bad.add(file.pk)
            self.damaged += 1
            return
        path = self._place(f"{folder}/{_safe(sheet.folder)}/{_name(sheet)}")
        self._write(path, data)
        self.paths[file.pk], self.hashes[path] = path, file.sha256

    def _place(self, wanted: str) -> str:
        path, again = PurePosixPath(wanted), 1
        found = path
        while str(found) in self.hashes:
            again += 1
            found = path.with_name(f"{path.stem}-{again}{path.suffix}")
        return str(found)

    def _write(self, path: str, data: bytes) -> None:
        now = clock.read().astimezone(clock.PLACE)
        entry = ZipInfo(path, now.timetuple()[:6])
        entry.external_attr = 0o600 << 16
        self._archive.writestr(entry, data)

    def _of_file(self, sheet: Sheet | None) -> tuple[str, str, str]:
        if sheet is None:
            return "", "", ""
        file = sheet.file
        if file.pk in self._bad:
            return _("损坏或丢失,未放入"), file.sha256, file.name
        return self.paths[file.pk], file.sha256, file.name


def _of(by: User, cases: QuerySet[Case]) -> QuerySet[Case]:
    rows = queries.cases(Scope.of(by)).filter(pk__in=cases.order_by().values("pk"))
    return rows.order_by("group", "number")


def _seen(job: Job, keys: Iterable[str]) -> list[Case]:
    """The cases, if whoever asked still sees them all."""
    wanted = [int(key) for key in keys]
    found = list(_of(job.by, Case.objects.filter(pk__in=wanted))) if job.by else []
    if len(found) != len(wanted):
        raise OutOfScope(_("没有找到,或不在您的管辖范围内"))
    return found


def _lacking(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.kept in LACKING]


def _of_case(case: Case | None) -> tuple[str, str]:
    return (case.head_name, case.number) if case else ("", "")


def _of_part(part: Part, case: Case) -> tuple[str, ...]:
    one, rules = part.signature, case.batch.rules
    form = rules.paper(part.form).title if rules.has_paper(part.form) else ""
    if one is None:
        return form, part.title, "", "", "", part.word
    return form, part.title, one.signer, part.how, one.signed_on.isoformat(), part.word


def _name(sheet: Sheet) -> str:
    """「贫困户确认-农户-向大勇-2020-10-10.jpg」, fit for any file system."""
    people = (f"{part.title}-{part.signature.signer}" for part in sheet.parts if part.signature)
    told = next(people, sheet.title)
    more = f"等{len(sheet.parts)}处" if len(sheet.parts) > 1 else ""
    suffix = PurePosixPath(sheet.file.name).suffix
    return f"{_safe(told)}{more}-{sheet.on.isoformat()}{suffix}"


def _safe(text: str) -> str:
    return UNSAFE.sub("_", text).strip(". ")[:LONGEST] or "_"
