"""全套材料 of one household: facts, signed parts, files and their hashes, visits, decisions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exitcase.core import files
from exitcase.core.downloads import attachment
from exitcase.core.entrance import Visitor, cases
from exitcase.core.models import Paper, StoredFile
from exitcase.core.services.reads import log_reads
from publicity.models import Notice, NoticeItem, Objection
from verification import queries
from verification.documents.acceptance import acceptance_forms
from verification.documents.signed import LACKING, Drawer, Sheet
from verification.models import (
    Case,
    Correction,
    DecisionItem,
    Delivery,
    Hit,
    Inspection,
    Rectification,
    SubmissionItem,
    SystemMark,
    Vote,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One file on the page; `whole` is None until somebody asks whether its bytes still are it."""

    sheet: Sheet
    whole: bool | None


def dossier(one: Case, visitor: Visitor, *, verify: bool = False) -> dict[str, Any]:
    """What is on record of a case, the void struck through by the template; a query each."""
    own = {"case": one.pk}
    drawer = Drawer([one])
    papers = list(queries.papers_of_case(visitor.scope, one))
    sheets = drawer.sheets(one)
    kept = [sheet.file for sheet in sheets]
    whole = _whole([*kept, *_files_of(papers)]) if verify else {}
    parts = drawer.parts(one)
    return {
        "facts": next(acceptance_forms([one])),
        "parts": parts,
        "lacking": sum(part.kept in LACKING for part in parts),
        "sheets": [Row(sheet, whole.get(sheet.file.pk)) for sheet in sheets],
        "papers": papers,
        "verified": verify,
        "whole": [paper.pk for paper in papers if all(whole.get(f.pk) for f in _files_of([paper]))],
        "damaged": sorted(file.name for file in kept if whole.get(file.pk) is False),
        "votes": Vote.objects.filter(**own).select_related("meeting").order_by("pk"),
        "visits": Inspection.objects.filter(**own).prefetch_related("visitor_rows").order_by("pk"),
        "fixes": Rectification.objects.filter(**own).order_by("pk"),
        "corrections": Correction.objects.filter(**own).order_by("pk"),
        "hits": Hit.objects.filter(**own).order_by("pk"),
        "submitted": SubmissionItem.objects.filter(**own).select_related("submission"),
        "decided": DecisionItem.objects.filter(**own).select_related("decision").order_by("pk"),
        "marks": SystemMark.objects.filter(**own).order_by("pk"),
        "delivered": Delivery.objects.filter(**own).order_by("pk"),
        "objections": Objection.objects.filter(case_key=one.pk).order_by("pk"),
        **_hung(one, visitor),
    }


@cases()
@require_safe
def kept_file(_request: HttpRequest, visitor: Visitor, pk: int, file: int) -> HttpResponse:
    """One file kept about a case, decrypted; who took it is written down."""
    one = found(visitor, pk)
    mine = {sheet.file.pk: sheet.file for sheet in Drawer([one]).sheets(one)}
    if file not in mine:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    log_reads(visitor.user, one.village_id, "file", "storedfile", [file])
    return attachment(mine[file])


def found(visitor: Visitor, pk: int) -> Case:
    """The case, if this person sees it. Raises Http404."""
    one = queries.cases(visitor.scope).filter(pk=pk).first()
    if one is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    return one


def _hung(one: Case, visitor: Visitor) -> dict[str, Any]:
    items = NoticeItem.objects.filter(case_key=one.pk).select_related("notice")
    # A village's household hangs on the district's announcement too, which the village cannot open.
    within = visitor.scope.filter(Notice.objects.filter(items__in=items))
    return {"hung": items.order_by("pk"), "within": set(within.values_list("pk", flat=True))}


def _files_of(papers: Iterable[Paper]) -> list[StoredFile]:
    return [file for paper in papers for file in (paper.pdf, paper.xlsx) if file]


def _whole(kept: Iterable[StoredFile]) -> dict[int, bool]:
    """Read every file once and hash it anew; a page that several signed is one file."""
    return {file.pk: files.whole(file) for file in {file.pk: file for file in kept}.values()}
