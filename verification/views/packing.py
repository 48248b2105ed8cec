"""下载签字件: of one household or a whole batch, as a ZIP made in the background."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent
from exitcase.core.screens import Link
from exitcase.core.services.reads import errand
from exitcase.core.templatetags.page import part
from verification import queries
from verification.documents.signed import of_batch
from verification.forms.packing import PackForm
from verification.models import Batch, Case
from verification.services.packing import contents, enqueue_pack
from verification.views.batches import found as batch_found
from verification.views.dossier import found as case_found

PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])


@cases()
@PAGE_AND_FORM
def pack_case(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """One household's signed papers; what lacks is told before."""
    one = case_found(visitor, pk)
    back = Link(str(one), reverse("case", args=[pk]))
    return _pack(request, visitor, [one], None, back)


@cases()
@PAGE_AND_FORM
def pack_batch(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Those of every household of a batch that this person sees, and the batch's own."""
    batch = batch_found(visitor, pk)
    rows = queries.cases(visitor.scope).filter(batch=pk).order_by("group", "number")
    back = Link(f"{batch.village.name} {part(batch.part)}", reverse("batch", args=[pk]))
    return _pack(request, visitor, list(rows), batch, back)


def _pack(
    request: HttpRequest, visitor: Visitor, rows: list[Case], batch: Batch | None, back: Link
) -> HttpResponse:
    form = PackForm(errand=errand(visitor.user))
    sent = Sent()
    if request.method == "POST":
        form = PackForm(request.POST)
        job = sent.take(
            [form],
            lambda: enqueue_pack(
                Case.objects.filter(pk__in=[one.pk for one in rows]),
                by=visitor.user,
                purpose=form.cleaned_data["purpose"],
                batch=batch,
                back=back.href,
            ),
        )
        if job:
            return redirect("job", pk=job.pk)
    context = {
        "section": "batches",
        "form": form,
        "problems": sent.problems,
        "households": len(rows),
        "contents": contents(rows, of_batch(visitor.scope, batch) if batch else ()),
        "single": rows[0] if batch is None else None,
        "back": back,
    }
    return render(request, "verification/pack.html", context, status=sent.status)
