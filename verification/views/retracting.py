"""反悔: a household takes its consent back; what each of its two choices does stands beside it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core import access
from exitcase.core.choices import LIVE, Act, FileKind, Level
from exitcase.core.entrance import Visitor, cases
from exitcase.core.errors import Refused
from exitcase.core.forms import Sent, sent_in
from verification import queries
from verification.forms.moves import RetractForm
from verification.models import Case
from verification.services import foresight, retraction
from verification.views.drafts import draft_of


@cases(Act.WITHDRAW)
@require_http_methods(["GET", "HEAD", "POST"])
def retract(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """By the household's own statement: signed for again, or off the list."""
    case = queries.cases(visitor.scope).filter(pk=pk, state__in=LIVE).first()
    if case is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    told, shut = _told(case)
    sent = Sent()
    form = RetractForm(
        sent_in(request),
        request.FILES if request.method == "POST" else None,
        told=told,
    )
    if request.method == "POST" and _retracted(visitor, case, form, sent):
        messages.success(request, _("已按反悔声明办理:%s") % case.head_name, draft_of(request))
        return redirect("case", pk=pk)
    context = {
        "section": "batches",
        "case": case,
        "form": form,
        "sent": sent,
        "shut": shut,
        "may": access.may(visitor.scope, Act.WITHDRAW, Level.VILLAGE, case.village_id),
    }
    return render(request, "verification/retract.html", context, status=sent.status)


def _told(case: Case) -> tuple[list[tuple[str, str]], str]:
    """What each choice does; or why there is none."""
    rules = case.batch.rules
    try:
        stage, goes_back = retraction.signed_at(case)
    except Refused as refused:
        return [], str(refused)
    void = _("农户的签字")
    if goes_back:
        void = foresight.in_words(foresight.struck_out([case.pk], rules.from_on(stage)))
    again = _("重新签字:回到「%(stage)s」,作废:%(void)s") % {
        "stage": rules.stage(stage).title,
        "void": void,
    }
    out = _("撤回退出:本户办结,收到撤回告知书,不能恢复,以后可以重新列入名单")
    return [(RetractForm.AGAIN, again), (RetractForm.OUT, out)], ""


def _retracted(visitor: Visitor, case: Case, form: RetractForm, sent: Sent) -> Case | None:
    def act() -> Case:
        said = form.cleaned_data
        return retraction.retract(
            case,
            withdraws=said["wants"] == RetractForm.OUT,
            text=said["text"],
            paper=said["paper"].keep(FileKind.SCAN, case.village_id, visitor.user),
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    return sent.take([form], act)
