"""An import as a job: the upload is a stored file, the result figures and a marked workbook."""

from typing import Final

from exitcase.core import files, jobs
from exitcase.core.choices import FileKind
from exitcase.core.models import Job, StoredFile, User
from exitcase.core.papers.store import XLSX
from households.services.imports import ImportResult, import_register

IMPORT: Final = "import_register"
_FIGURES: Final = ("year", "programme", "dry_run", "all_or_nothing")


def enqueue_import(
    file: StoredFile,
    *,
    year: int,
    by: User,
    programme: str = "",
    dry_run: bool = False,
    all_or_nothing: bool = False,
) -> Job:
    """Import an upload in the background."""
    given = (year, programme, dry_run, all_or_nothing)
    args = dict(zip(_FIGURES, given, strict=True))
    return jobs.enqueue(IMPORT, [str(file.pk)], args=args, by=by, region=file.region_id)


def run_import(job: Job, key: str) -> jobs.Result:
    """One file. Met again after a worker's death it finds its work done: all is unchanged."""
    file = StoredFile.objects.get(pk=key)
    data = files.get(file)
    options = {name: job.args[name] for name in _FIGURES}
    result = import_register(data, name=file.name, by=job.by, **options)
    report = _report(file, data, result) if result.faults or result.warnings else None
    return {
        **result.counts(),
        "faults": len(result.faults),
        "warnings": len(result.warnings),
        "report": report.pk if report else None,
    }


def _report(file: StoredFile, data: bytes, result: ImportResult) -> StoredFile:
    """Private, like the upload it shows again."""
    return files.put(
        result.report(data),
        name=f"错误-{file.name}"[:120],
        mime=XLSX,
        kind=FileKind.REGISTER,
        region=file.region_id,
        private=True,
        by=file.uploaded_by,
    )
