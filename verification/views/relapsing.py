"""返贫: a household that has exited falls back, by the document that found it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core import access
from exitcase.core.choices import Act, FileKind, Level, Status
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent
from exitcase.core.services.reads import log_reads
from households.models import Household
from verification.forms.moves import RelapseForm
from verification.services.relapse import relapse as fall_back
from verification.views.drafts import draft_of


@cases(Act.SET_STATUS)
@require_http_methods(["GET", "HEAD", "POST"])
def relapse(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """One household; what follows stands over the form."""
    rows = visitor.scope.filter(Household.objects.select_related("village"))
    one: Household | None = rows.filter(pk=pk).first()
    if one is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    posted = request.method == "POST"
    if not posted:
        log_reads(visitor.user, one.village_id, "page", "household", [pk])
    form = RelapseForm(request.POST if posted else None, request.FILES if posted else None)
    sent = Sent()
    if posted and _registered(visitor, one, form, sent):
        messages.success(request, _("%s 已登记返贫") % one.head_name, draft_of(request))
        return redirect("household", pk=pk)
    context = {
        "section": "households",
        "household": one,
        "form": form,
        "sent": sent,
        "fits": one.status == Status.EXITED,
        "may": access.may(visitor.scope, Act.SET_STATUS, Level.VILLAGE, one.village_id),
    }
    return render(request, "verification/relapse.html", context, status=sent.status)


def _registered(visitor: Visitor, one: Household, form: RelapseForm, sent: Sent) -> int | None:
    def act() -> int:
        said = form.cleaned_data
        return fall_back(
            Household.objects.filter(pk=one.pk),
            found_on=said["found_on"],
            number=said["number"],
            cause=said["cause"],
            paper=said["paper"].keep(FileKind.SCAN, one.village_id, visitor.user),
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    return sent.take([form], act)
