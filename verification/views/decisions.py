"""审批, 批准: what an organ said of each household of a request; two officers for one outside."""

from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from exitcase.core import access
from exitcase.core.choices import LIVE, Act, FileKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import CountedForm, Sent
from exitcase.core.rules import Rules
from exitcase.core.uploads import keep
from verification.forms.choosing import Known, reasons
from verification.forms.deciding import DecideForm, ExceptionForm, Others
from verification.models import Case, Decision, DecisionItem
from verification.services import decisions
from verification.views.deciding import standing_of
from verification.views.drafts import draft_of
from verification.views.printing import issued
from verification.views.seen import Exceptional, exceptional, open_one, unseen

A_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class _Page:
    """A request and its answer as it is being entered, and what is wrong with it."""

    decision: Decision
    first: list[Exceptional]
    put: int  # households on the request
    form: DecideForm
    each: list[ExceptionForm]
    others: Any
    confirm: CountedForm
    ending: CountedForm
    to_end: int  # under way though not approved
    sent: Sent = field(default_factory=Sent)

    @property
    def forms(self) -> list[BaseForm]:
        """Those that were sent: what nobody filled in has no faults to tell."""
        every = [self.form, *self.each, *self.others, self.confirm, self.ending]
        return [one for one in every if one.is_bound]

    @property
    def pairs(self) -> list[tuple[Exceptional, ExceptionForm]]:
        return list(zip(self.first, self.each, strict=True))


@cases(Act.DECIDE, Act.REFUSE)
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Exceptions one by one, the rest in one act, and how many is typed."""
    one = _found(visitor, pk)
    put = Case.objects.filter(pk__in=DecisionItem.valid(decision=one).values("case"))
    matter = f"decide-{pk}"
    first = exceptional(request, matter, put)
    if "open" in request.POST:
        return open_one(request, matter, first, request.POST["open"], by=visitor.user)
    page = _page(request, one, put, first)
    if request.method == "POST":
        told = _take(request, visitor, page)
        if told:
            messages.success(request, told, draft_of(request))
            return redirect("decision", pk=pk)
    rules = one.programme.rules
    stage = rules.stage(one.stage)
    pace, words = standing_of(one, rules)
    rows = DecisionItem.valid(decision=one).select_related("case__village").order_by("seq")
    context = {
        "section": "batches",
        "entry_page": one.decided_on is None,
        "page": page,
        "decision": one,
        "rules": rules,
        "stage": stage,
        "organ": rules.organ(one.organ),
        "pace": pace,
        "words": words,
        "items": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "refused": list(rows.filter(approved=False)),
        "left": sum(not one.seen for one in first),
        "to_confirm": bool(one.decided_on) and _outside(one, rules) and not one.confirmed_by_id,
        "papers": issued(visitor.scope, "decision", pk),
        "may": {
            "issue": access.may(visitor.scope, Act.ISSUE_PAPER, stage.level, one.region_id),
            "decide": access.may(visitor.scope, Act.DECIDE, stage.level, one.region_id),
            "refuse": access.may(visitor.scope, Act.REFUSE, stage.level, one.region_id),
        },
    }
    return render(request, "verification/decision.html", context, status=page.sent.status)


def _found(visitor: Visitor, pk: int) -> Decision:
    rows = Decision.objects.select_related("programme", "entered_by", "confirmed_by", "region")
    return visitor.find(rows, pk)


def _outside(one: Decision, rules: Rules) -> bool:
    return rules.organ(one.organ).outside


def _page(request: HttpRequest, one: Decision, put: Any, first: list[Exceptional]) -> _Page:
    posted = request.method == "POST"
    confirming, ending = "confirm" in request.POST, "end" in request.POST
    deciding = posted and not confirming and not ending
    data = request.POST if deciding else None
    known = list(put.select_related("household")) if one.decided_on is None else []
    not_approved = DecisionItem.valid(decision=one, approved=False, case__state__in=LIVE)
    count, to_end = put.count(), not_approved.count()
    return _Page(
        one,
        first,
        count,
        DecideForm(data, request.FILES if deciding else None, count=count),
        [ExceptionForm(data, case=each.case) for each in first],
        Others(data, prefix="other", form_kwargs={"known": Known(known)}),
        CountedForm(request.POST if confirming else None, count=count),
        CountedForm(request.POST if ending else None, count=to_end),
        to_end,
    )


def _take(request: HttpRequest, visitor: Visitor, page: _Page) -> str:
    if "confirm" in request.POST:
        return _confirm(visitor, page)
    if "end" in request.POST:
        return _end(visitor, page)
    return _decide(visitor, page)


def _decide(visitor: Visitor, page: _Page) -> str:
    """The organ's answer as the service takes it; the words of what was done, or nothing."""
    one = page.decision
    filled = [line for line in page.others if line.filled]
    page.sent.problems += unseen(page.first)

    def decide() -> Decision:
        said = page.form.cleaned_data
        refused = {each.case.pk: each.cleaned_data["why"] for each in page.each if each.refused}
        return decisions.decide(
            one,
            number=said["number"],
            decided_on=said["done_on"],
            scan=keep(said["scan"], FileKind.SCAN, one.region_id, visitor.user),
            refused={**reasons(filled), **refused},
            by=visitor.user,
            reason=said["late_reason"],
        )

    done = page.sent.take([page.form, *page.each, *filled], decide)
    if done is None:
        return ""
    if _outside(done, one.programme.rules):
        return _("批准结果已登记,须由另一人确认后生效")
    return _("批准结果已登记")


def _confirm(visitor: Visitor, page: _Page) -> str:
    def confirm() -> int:
        said = page.confirm.cleaned_data
        moved = decisions.confirm_decision(
            page.decision, by=visitor.user, done_on=said["done_on"], reason=said["late_reason"]
        )
        return moved.count

    n = page.sent.take([page.confirm], confirm)
    if n is None:
        return ""
    if n:
        return ngettext(
            "批准结果已确认,未批准的 %d 户已办结", "批准结果已确认,未批准的 %d 户已办结", n
        ) % n  # fmt: skip
    return _("批准结果已确认")


def _end(visitor: Visitor, page: _Page) -> str:
    def end() -> int:
        day = page.ending.cleaned_data["done_on"]
        return decisions.refuse_disapproved(page.decision, by=visitor.user, done_on=day).count

    n = page.sent.take([page.ending], end)
    return ngettext("%d 户已办结", "%d 户已办结", n) % n if n else ""
