"""标识: a list to work through in the outer system; each mark confirmed, or its error kept."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from exitcase.core.choices import Act, StageKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import DoneForm, Sent, sent_in
from exitcase.core.screens import Filter
from verification.forms.choosing import ListsForm
from verification.forms.marking import MarkedForm, errors_of
from verification.models import Case, SystemMark
from verification.services import marks
from verification.views.drafts import draft_of
from verification.views.standing import Standing, lines, standing

PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])
KINDS: Final = (StageKind.MARK,)
A_PAGE: Final = 100
FAILED: Final = "failed"


@cases(Act.MARK)
@PAGE_AND_FORM
def mark(request: HttpRequest, visitor: Visitor, programme: int, stage: str) -> HttpResponse:
    """Who is to be marked, who was, and what the outer system said instead."""
    here = standing(visitor, programme, stage, KINDS)
    open_ = SystemMark.valid(stage=stage, confirmed=False, case__in=here.cases)
    unlisted = here.without(SystemMark)
    data = sent_in(request)
    kind = next((one for one in ("confirm", "fail") if one in request.POST), "list")
    form = MarkedForm(
        data if kind == "confirm" else None, among=Case.objects.filter(pk__in=open_.values("case"))
    )
    failing = DoneForm(data if kind == "fail" else None)
    listing = ListsForm(
        data if kind == "list" else None,
        batches=here.batches,
        initial={"lists": [one.pk for one in here.batches]},
    )
    sent = Sent()
    if data is not None:
        told = {"confirm": _confirm, "fail": _fail, "list": _list}[kind](
            visitor, here, {"confirm": form, "fail": failing, "list": listing}[kind], sent
        )  # fmt: skip
        if told:
            messages.success(request, told, draft_of(request))
            return redirect("mark", programme=programme, stage=stage)
    shown, filters = _shown(request, open_)
    listed = SystemMark.valid(stage=stage, case__in=here.cases)
    context = {
        "section": "batches",
        "here": here,
        "system": here.stage.need("system"),
        "page": shown,
        "rows": [(one, request.POST.get(f"error-{one.case_id}", "")) for one in shown],
        "picked": {int(key) for key in request.POST.getlist("cases") if key.isdecimal()},
        "filters": filters,
        "form": form,
        "failing": failing,
        "listing": listing,
        "lines": lines(here, unlisted),
        "unlisted": unlisted.count(),
        "done": listed.filter(confirmed=True).count(),
        "all": listed.count(),
        "sent": sent,
        "may": here.may(visitor, Act.MARK),
    }
    return render(request, "verification/mark.html", context, status=sent.status)


def _shown(request: HttpRequest, rows: Any) -> tuple[Page[SystemMark], list[Filter]]:
    """The open marks, those with an error first; `state` filters."""
    state = request.GET.get("state", "")
    if state == FAILED:
        rows = rows.filter(~Q(error=""))
    ordered = rows.select_related("case__village", "case__household").order_by(
        "-error", "case__village", "case__group", "case__number"
    )
    filters = [Filter("state", _("状态"), state, [(FAILED, _("有失败原因"))])]
    return Paginator(ordered, A_PAGE).get_page(request.GET.get("page")), filters


def _list(visitor: Visitor, here: Standing, form: Any, sent: Sent) -> str:
    def put() -> int:
        said = form.cleaned_data
        chosen = here.without(SystemMark).filter(batch__in=said["lists"])
        day, why = said["done_on"], said["late_reason"]
        return marks.mark(chosen, here.stage.key, by=visitor.user, done_on=day, reason=why)

    n = sent.take([form], put)
    return ngettext("%d 户已列入标识清单", "%d 户已列入标识清单", n) % n if n else ""


def _confirm(visitor: Visitor, here: Standing, form: Any, sent: Sent) -> str:
    def confirm() -> int:
        said = form.cleaned_data
        return marks.confirm_marks(
            _by_key(said["cases"]),
            here.stage.key,
            marked_on=said["marked_on"],
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    n = sent.take([form], confirm)
    return ngettext("%d 户已确认标识", "%d 户已确认标识", n) % n if n else ""


def _fail(visitor: Visitor, here: Standing, form: Any, sent: Sent) -> str:
    errors = errors_of(form.data, list(here.cases.values_list("pk", flat=True)))
    if not errors:
        sent.problems.append(_("还没有填写任何一户的失败原因"))

    def fail() -> int:
        said = form.cleaned_data
        return marks.fail_marks(
            errors,
            here.stage.key,
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    n = sent.take([form], fail)
    return ngettext("%d 户已登记失败原因", "%d 户已登记失败原因", n) % n if n else ""


def _by_key(chosen: Any) -> Any:
    """By their keys alone: the act changes what the form's list is filtered by."""
    return Case.objects.filter(pk__in=list(chosen.values_list("pk", flat=True)))


# ── marks to be taken back ────────────────────────────────────────────────────────────────────


@cases(Act.UNMARK)
@PAGE_AND_FORM
def unmark(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """撤销标识清单: whose mark has to be taken back in the outer system."""
    due = visitor.scope.filter(SystemMark.objects.filter(unmark_due=True), via="case")
    form = MarkedForm(
        sent_in(request),
        among=Case.objects.filter(pk__in=due.values("case")),
    )
    sent = Sent()
    if request.method == "POST":

        def confirm() -> int:
            said = form.cleaned_data
            return marks.confirm_unmark(
                _by_key(said["cases"]),
                unmarked_on=said["marked_on"],
                by=visitor.user,
                done_on=said["done_on"],
                reason=said["late_reason"],
            )

        n = sent.take([form], confirm)
        if n:
            told = ngettext("%d 户已确认撤销标识", "%d 户已确认撤销标识", n) % n
            messages.success(request, told, draft_of(request))
            return redirect("unmark")
    rows = due.select_related("case__village", "case__batch__programme")
    context = {
        "section": "batches",
        "page": Paginator(rows.order_by("case__village", "pk"), A_PAGE).get_page(
            request.GET.get("page")
        ),
        "form": form,
        "picked": {int(key) for key in request.POST.getlist("cases") if key.isdecimal()},
        "sent": sent,
    }
    return render(request, "verification/unmark.html", context, status=sent.status)
