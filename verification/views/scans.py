"""The scan behind a row: whoever may see the row may read its paper; who did is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exitcase.core.downloads import attachment
from exitcase.core.entrance import Visitor, cases
from exitcase.core.models import StoredFile
from exitcase.core.services.reads import log_reads
from verification.models import (
    ComparisonRun,
    Decision,
    Draw,
    Hit,
    Original,
    Rectification,
    StageRecord,
)


@dataclass(frozen=True, slots=True)
class Behind:
    """In which column of which table, and by what way it lies in a region."""

    model: type[Model]
    column: str = "file"
    way: str = ""


SHOWN: Final[Mapping[str, Behind]] = {
    "request": Behind(ComparisonRun),
    "hit": Behind(Hit, way="case"),
    "decision": Behind(Decision, "scan"),
    "draw": Behind(Draw),
    "result": Behind(Draw, "result_file"),
    "rectification": Behind(Rectification),
    "original": Behind(Original, way="batch"),
    "record": Behind(StageRecord, way="batch"),
}


@cases()
@require_safe
def scan(_request: HttpRequest, visitor: Visitor, of: str, pk: int) -> HttpResponse:
    """The file of one row, decrypted."""
    behind = SHOWN.get(of)
    if behind is None:
        raise Http404
    rows = behind.model._default_manager.all()
    keys = visitor.scope.filter(rows, via=behind.way).filter(pk=pk)
    file = StoredFile.objects.filter(pk__in=keys.values(behind.column)).first()
    if file is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    log_reads(visitor.user, file.region_id, "file", "storedfile", [file.pk])
    return attachment(file)
