"""导入: a register is uploaded here and read in the background."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core import access, clock, files
from exitcase.core.choices import Act, FileKind, Level
from exitcase.core.entrance import Visitor, cases
from exitcase.core.errors import NotAllowed
from exitcase.core.forms import sent_in
from exitcase.core.models.region import level_of
from exitcase.core.papers.store import XLSX
from households.forms.imports import ImportForm
from households.services.jobs import enqueue_import
from households.services.programme import house_rules

LEVELS: Final = (Level.TOWNSHIP, Level.DISTRICT)


@cases(Act.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The form; sent with a workbook it starts a job and leads to its page."""
    region = _place(visitor)
    own = house_rules()
    blank = {"year": own.year, "programme": own.key} if own else {"year": clock.today().year}
    form = ImportForm(sent_in(request), request.FILES or None, initial=blank)
    if request.method == "POST" and form.is_valid():
        return _start(visitor, form, region)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"section": "households", "form": form}
    return render(request, "households/upload.html", context, status=status)


def _place(visitor: Visitor) -> str:
    """For which region this person may import. Raises NotAllowed."""
    for code in visitor.scope.codes:
        if level_of(code) in LEVELS and access.may(visitor.scope, Act.IMPORT, level_of(code), code):
            return code
    raise NotAllowed(_("您的职务不能办理此事"))


def _start(visitor: Visitor, form: ImportForm, region: str) -> HttpResponse:
    said = form.cleaned_data
    kept = files.put(
        said["file"].read(),
        name=said["file"].name[-120:],
        mime=XLSX,
        kind=FileKind.REGISTER,
        region=region,
        private=True,
        by=visitor.user.name,
    )
    job = enqueue_import(
        kept,
        year=said["year"],
        by=visitor.user,
        programme=said["programme"].key,
        dry_run=said["dry_run"],
    )
    return redirect("job", pk=job.pk)
