"""整改: what was found short, put right by its owner, looked at again by another person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exitcase.core import access, clock
from exitcase.core.choices import LIVE, Act, FileKind, Level, Origin
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent, sent_in
from exitcase.core.models import Programme
from exitcase.core.rules import Rules
from exitcase.core.rules_tables import Rectification as Rule
from exitcase.core.screens import Filter, Pace
from exitcase.core.uploads import keep
from exitcase.core.words import word
from verification.forms.rectifying import (
    PASSED,
    OpenForm,
    RecheckForm,
    RefuseForm,
    RegionalForm,
    ReportForm,
)
from verification.models import Batch, Case, Rectification
from verification.services import rectification as work
from verification.views.dossier import found as case_found
from verification.views.drafts import draft_of

PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE: Final = 50
STATES: Final[dict[str, Q]] = {
    "opened": Q(reported_on=None),
    "reported": Q(reported_on__isnull=False, passed=None),
    "failed": Q(passed=False),
    "passed": Q(passed=True),
}


@cases()
@require_safe
def rectifications(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Every rectification this person sees, the most urgent open ones first; `state` filters."""
    rows = visitor.scope.filter(Rectification.objects.select_related("case", "region"))
    state = request.GET.get("state", "")
    if state in STATES:
        rows = rows.filter(STATES[state])
    page = Paginator(rows.order_by("-passed", "due_on", "pk"), A_PAGE).get_page(
        request.GET.get("page")
    )
    today = clock.today()
    words = {
        "opened": _("待整改"),
        "reported": _("待复查"),
        "failed": _("复查不合格"),
        "passed": _("复查合格"),
    }
    context = {
        "section": "batches",
        "page": page,
        "rows": [(one, *standing_of(one, today)) for one in page.object_list],
        "filters": [Filter("state", _("状态"), state, list(words.items()))],
        "plans": _regional(visitor),
    }
    return render(request, "verification/rectifications.html", context)


def standing_of(one: Rectification, today: date) -> tuple[Pace, str]:
    """How it stands, with its word."""
    if one.passed is not None:
        return (Pace.DONE, _("复查合格")) if one.passed else (Pace.BACK, _("复查不合格"))
    if one.reported_on:
        return Pace.NOW, _("待复查")
    late = one.due_on < today
    return (Pace.LATE, _("整改逾期")) if late else (Pace.TODO, _("待整改"))


def _regional(visitor: Visitor) -> list[Programme]:
    """The plans in sight that look into a region's work beside the chain."""
    seen = visitor.scope.filter(Batch.objects.all()).order_by().values("programme").distinct()
    plans = Programme.objects.filter(pk__in=seen).order_by("pk")
    return [one for one in plans if _rows(one.rules, regional=True)]


def _rows(rules: Rules, *, regional: bool) -> list[Rule]:
    """The plan's rows for faults of households, or of a region's work."""
    beside = {one.key for one in rules.beside}
    return [row for row in rules.rectifications if (row.raised_at in beside) == regional]


def _titles(rules: Rules) -> dict[str, str]:
    return {one.key: one.title for one in rules.stages}


# ── one rectification ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Page:
    """A rectification and the act that is being entered, and what is wrong with it."""

    one: Rectification
    report: ReportForm
    recheck: RecheckForm
    refuse: RefuseForm
    sent: Sent = field(default_factory=Sent)

    @property
    def bound(self) -> list[BaseForm]:
        return [form for form in (self.report, self.recheck, self.refuse) if form.is_bound]


@cases(Act.RECTIFY, Act.RECHECK, Act.REFUSE)
@PAGE_AND_FORM
def rectification(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Report, re-check, and the end of a household whose re-check failed."""
    one = _found(visitor, pk)
    page = _page(request, one)
    if request.method == "POST":
        told = _take(request, visitor, page)
        if told:
            messages.success(request, told, draft_of(request))
            return redirect("rectification", pk=pk)
    rules = one.programme.rules
    rule = next(iter(_of_origin(rules, one)), None)
    pace, words = standing_of(one, clock.today())
    code = one.region_id
    context = {
        "section": "batches",
        "page": page,
        "one": one,
        "rules": rules,
        "rule": rule,
        "origin": word(Origin(one.origin)),
        "pace": pace,
        "words": words,
        "live": one.case is not None and one.case.state in LIVE,
        "may": {
            "report": rule and _may(visitor, Act.RECTIFY, rules.organ(rule.owner).level, code),
            "recheck": rule and _may(visitor, Act.RECHECK, rules.organ(rule.recheck).level, code),
            "refuse": one.case is not None and _may_refuse(visitor, one.case),
        },
    }
    return render(request, "verification/rectification.html", context, status=page.sent.status)


def _may(visitor: Visitor, act: Act, level: Level, code: str) -> bool:
    return access.may(visitor.scope, act, level, code)


def _may_refuse(visitor: Visitor, case: Case) -> bool:
    rules, stage = case.batch.rules, case.batch.stage
    if stage not in rules.keys:
        return False
    level = rules.level_of(rules.stage(stage))
    return access.may(visitor.scope, Act.REFUSE, level, case.village_id)


def _of_origin(rules: Rules, one: Rectification) -> Sequence[Rule]:
    rows = [row for row in rules.rectifications if row.origin == one.origin]
    return [row for row in rows if row.raised_at in {"", one.raised_at}] or rows


def _found(visitor: Visitor, pk: int) -> Rectification:
    rows = Rectification.objects.select_related(
        "programme", "region", "case__batch__programme", "reported_by", "rechecked_by"
    )
    return visitor.find(rows, pk)


def _page(request: HttpRequest, one: Rectification) -> _Page:
    posted, files = request.POST, request.FILES
    return _Page(
        one,
        ReportForm(
            *((posted, files) if "report" in posted else ()), initial={"measure": one.measure}
        ),
        RecheckForm(posted if "recheck" in posted else None),
        RefuseForm(posted if "refuse" in posted else None, count=1),
    )


def _take(request: HttpRequest, visitor: Visitor, page: _Page) -> str:
    acts: dict[str, Callable[[Visitor, _Page], str]] = {
        "report": _report,
        "recheck": _recheck,
        "refuse": _refuse,
    }
    act = next((name for name in acts if name in request.POST), "")
    if not act:
        raise Http404
    return acts[act](visitor, page)


def _report(visitor: Visitor, page: _Page) -> str:
    def report() -> Rectification:
        said = page.report.cleaned_data
        return work.report_rectification(
            page.one,
            measure=said["measure"],
            same_fault=said["same_fault"],
            file=keep(said["file"], FileKind.SCAN, page.one.region_id, visitor.user),
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    return _("整改情况已报告,等待复查") if page.sent.take([page.report], report) else ""


def _recheck(visitor: Visitor, page: _Page) -> str:
    def recheck() -> Rectification:
        said = page.recheck.cleaned_data
        return work.recheck(
            page.one,
            passed=said["outcome"] == PASSED,
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    return _("复查结果已登记") if page.sent.take([page.recheck], recheck) else ""


def _refuse(visitor: Visitor, page: _Page) -> str:
    def refuse() -> int:
        said = page.refuse.cleaned_data
        day, note = said["done_on"], said["note"]
        return work.refuse_failed(page.one, note=note, by=visitor.user, done_on=day).count

    return _("该户已办结:不予退出") if page.sent.take([page.refuse], refuse) else ""


# ── opening one ───────────────────────────────────────────────────────────────────────────────


@cases(Act.RECHECK)
@PAGE_AND_FORM
def open_rectification(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """What was found short at one household: the problem, its owner, its term."""
    case = case_found(visitor, pk)
    rules = case.batch.rules
    form = OpenForm(
        sent_in(request),
        rows=_rows(rules, regional=False),
        titles=_titles(rules),
        initial={"owner": case.household.helper_name},
    )
    sent = Sent()
    if request.method == "POST":

        def make() -> Rectification:
            said, rule = form.cleaned_data, form.rule
            return work.open_rectification(
                case,
                origin=Origin(rule.origin),
                raised_at=rule.raised_at,
                problem=said["problem"],
                owner=said["owner"],
                due_on=said["due_on"],
                by=visitor.user,
                done_on=said["done_on"],
                reason=said["late_reason"],
            )

        made = sent.take([form], make)
        if made:
            messages.success(request, _("整改 %s 已提出") % made.number, draft_of(request))
            return redirect("rectification", pk=made.pk)
    context = {
        "section": "batches",
        "case": case,
        "form": form,
        "sent": sent,
        "earlier": visitor.scope.filter(Rectification.objects.filter(case=case)).order_by("pk"),
    }
    return render(request, "verification/open_rectification.html", context, status=sent.status)


@cases(Act.RECHECK)
@PAGE_AND_FORM
def open_regional(request: HttpRequest, visitor: Visitor, programme: int) -> HttpResponse:
    """What a supervision found of a region's work, and no one household's."""
    seen = visitor.scope.filter(Batch.objects.filter(programme=programme))
    first = seen.select_related("programme").first()
    rows = _rows(first.programme.rules, regional=True) if first else []
    if first is None or not rows:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    plan = first.programme
    own = visitor.scope.regions().filter(level__in=[Level.TOWNSHIP, Level.VILLAGE])
    form = RegionalForm(
        sent_in(request),
        rows=rows,
        titles=_titles(plan.rules),
        places=list(own.order_by("code").values_list("code", "name")),
    )
    sent = Sent()
    if request.method == "POST":

        def make() -> Rectification:
            said = form.cleaned_data
            return work.open_regional(
                said["region"],
                programme=plan,
                origin=Origin(form.rule.origin),
                problem=said["problem"],
                owner=said["owner"],
                due_on=said["due_on"],
                by=visitor.user,
                done_on=said["done_on"],
                reason=said["late_reason"],
            )

        made = sent.take([form], make)
        if made:
            messages.success(request, _("整改 %s 已提出") % made.number, draft_of(request))
            return redirect("rectification", pk=made.pk)
    context = {"section": "batches", "plan": plan, "form": form, "sent": sent}
    return render(request, "verification/open_rectification.html", context, status=sent.status)
