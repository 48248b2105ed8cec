"""环节记录: work plan, training, briefing and whatever else a plan asks for beside its rules."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core.choices import Act, FileKind, Record
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent
from exitcase.core.uploads import keep
from verification.forms.recording import RecordForm
from verification.models import Batch, StageRecord
from verification.services import village
from verification.views.batches import found
from verification.views.desk import may


@cases(Act.ADD_EVIDENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def records(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """What the stage of a batch asks to have on record, one act each: what is there or missing."""
    batch = found(visitor, pk)
    if batch.stage not in batch.rules.keys or not batch.ask().stage.record:
        raise Http404(_("本环节没有要登记的记录"))
    stage = batch.ask().stage
    key = request.POST.get("key", "")
    forms = {
        one.key: RecordForm(
            *((request.POST, request.FILES) if key == one.key else (None, None)), key=one.key
        )
        for one in stage.record
    }
    sent = Sent()
    if request.method == "POST":
        if key not in forms:
            raise Http404
        if _made(visitor, batch, Record(key), forms[Record(key)], sent):
            messages.success(request, _("记录已登记"))
            return redirect("records", pk=pk)
    rows = StageRecord.objects.filter(batch=batch, stage=stage.key).order_by("pk")
    kept = {one.key: one for one in rows.select_related("file")}
    context = {
        "section": "batches",
        "batch": batch,
        "stage": stage,
        "rows": [(one, kept.get(one.key), forms[one.key]) for one in stage.record],
        "missing": [one for one in stage.record if one.key not in kept],
        "forms": list(forms.values()),
        "sent": sent,
        "may": may(visitor.scope, Act.ADD_EVIDENCE, batch),
    }
    return render(request, "verification/records.html", context, status=sent.status)


def _made(
    visitor: Visitor, batch: Batch, key: Record, form: RecordForm, sent: Sent
) -> StageRecord | None:
    def record() -> StageRecord:
        said = form.cleaned_data
        return village.record_stage(
            batch,
            batch.stage,
            key,
            by=visitor.user,
            done_on=said["done_on"],
            note=said["note"],
            file=keep(said["file"], FileKind.SCAN, batch.village_id, visitor.user),
            reason=said["late_reason"],
        )

    return sent.take([form], record)
