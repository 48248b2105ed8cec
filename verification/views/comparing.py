"""信息比对: the bureaux are asked; what is open at which of them, and what they found."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from exitcase.core import clock
from exitcase.core.choices import LIVE, Act, StageKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import CountedForm, DoneForm, Sent, sent_in
from exitcase.core.screens import Act as Button
from exitcase.core.screens import Check, Filter, Link, Pace
from verification.forms.comparing import AskForm
from verification.models import Case, ComparisonItem, ComparisonRun, Hit
from verification.services import comparison
from verification.views.drafts import draft_of
from verification.views.standing import Standing, lines, standing

PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE: Final = 50
KINDS: Final = (StageKind.COMPARE,)
OPEN: Final = "open"


# ── the desk ──────────────────────────────────────────────────────────────────────────────────


@cases(Act.COMPARE, Act.JUDGE_HIT)
@PAGE_AND_FORM
def compare(request: HttpRequest, visitor: Visitor, programme: int, stage: str) -> HttpResponse:
    """What was asked of which bureau, what is still open and since when, and what was found."""
    here = standing(visitor, programme, stage, KINDS)
    unasked = here.without(ComparisonItem)
    asking = request.method == "POST" and "expire" not in request.POST
    form = AskForm(
        request.POST if asking else None,
        batches=here.batches,
        initial={"lists": [one.pk for one in here.batches]},
    )
    late = DoneForm(request.POST if request.method == "POST" and not asking else None)
    sent = Sent()
    if request.method == "POST":
        told = _ask(visitor, here, unasked, form, sent) if asking else _expire(
            visitor, here, late, sent)  # fmt: skip
        if told:
            messages.success(request, told, draft_of(request))
            return redirect("compare", programme=programme, stage=stage)
    hits = _hits(visitor, here)
    shown, filters = _filtered(request, hits, here)
    today = clock.today()
    context = {
        "section": "batches",
        "here": here,
        "bureaux": [here.rules.organ(one).title for one in here.stage.need("bureaux").organs],
        "lines": lines(here, unasked),
        "unasked": unasked.count(),
        "form": form,
        "late": late,
        "sent": sent,
        "runs": _runs(visitor, here, today),
        "page": Paginator(shown, A_PAGE).get_page(request.GET.get("page")),
        "filters": filters,
        "today": today,
        "overdue": hits.filter(verdict="", due_on__lt=today).count(),
        "barred": _barred(here).count(),
        "may": {
            "ask": here.may(visitor, Act.COMPARE) and not _is_bureau(visitor, here),
            "judge": here.may(visitor, Act.JUDGE_HIT),
            "refuse": here.may(visitor, Act.REFUSE),
        },
    }
    return render(request, "verification/compare.html", context, status=sent.status)


def _ask(
    visitor: Visitor, here: Standing, unasked: QuerySet[Case], form: AskForm, sent: Sent
) -> str:
    def ask() -> list[ComparisonRun]:
        said = form.cleaned_data
        return comparison.ask_bureaux(
            unasked.filter(batch__in=said["lists"]),
            here.stage.key,
            number=said["number"],
            asked_on=said["done_on"],
            by=visitor.user,
            reason=said["late_reason"],
        )

    runs = sent.take([form], ask)
    n = len(runs or ())
    return ngettext("已向 %d 个部门发函", "已向 %d 个部门发函", n) % n if runs else ""


def _expire(visitor: Visitor, here: Standing, form: DoneForm, sent: Sent) -> str:
    """The calendar's verdict, not a person's."""

    def expire() -> int:
        said = form.cleaned_data
        places = [code for code, _name in here.places()]
        return comparison.expire_hits(
            *places, done_on=said["done_on"], by=visitor.user, reason=said["late_reason"]
        )

    n = sent.take([form], expire)
    return ngettext("%d 条疑点已记为逾期未核实", "%d 条疑点已记为逾期未核实", n) % n if n else ""


@dataclass(frozen=True, slots=True)
class Request:
    """One bureau's request as a line: how it stands, for how many days."""

    run: ComparisonRun
    bureau: str
    pace: Pace
    words: str
    households: int
    found: int


def _runs(visitor: Visitor, here: Standing, today: date) -> list[Request]:
    """The requests of the stage that this person sees, the open ones first; three queries."""
    rows = visitor.scope.filter(ComparisonRun.objects.all())
    runs = list(rows.filter(programme=here.programme, stage=here.stage.key).order_by("pk"))
    keys = [run.pk for run in runs]
    asked = _counted(ComparisonItem.valid(run__in=keys))
    found = _counted(Hit.objects.filter(run__in=keys))
    made = [
        Request(
            run,
            here.rules.organ(run.bureau).title,
            *_state(run, today),
            asked.get(run.pk, 0),
            found.get(run.pk, 0),
        )
        for run in runs
    ]
    return sorted(made, key=lambda one: one.pace == Pace.DONE)


def _counted(rows: QuerySet[Any]) -> dict[int, int]:
    counted = rows.order_by().values("run").annotate(n=Count("pk"))
    return dict(counted.values_list("run", "n"))


def _state(run: ComparisonRun, today: date) -> tuple[Pace, str]:
    if run.answered_on:
        return Pace.DONE, _("%s 已反馈") % run.answered_on.isoformat()
    if run.entered_on:
        return Pace.NOW, _("反馈待第二人确认")
    return Pace.TODO, _("未反馈,已 %d 天") % (today - run.asked_on).days


def _hits(visitor: Visitor, here: Standing) -> QuerySet[Hit]:
    rows = visitor.scope.filter(Hit.objects.filter(stage=here.stage.key), via="case")
    found: QuerySet[Hit] = rows.filter(case__batch__programme=here.programme)
    return found


def _filtered(
    request: HttpRequest, hits: QuerySet[Hit], here: Standing
) -> tuple[QuerySet[Hit], list[Filter]]:
    """The open ones first of all; `verdict` and `bureau` filter."""
    asked = {name: request.GET.get(name, "") for name in ("verdict", "bureau")}
    if asked["verdict"] == OPEN:
        hits = hits.filter(verdict="")
    elif asked["verdict"]:
        hits = hits.filter(verdict=asked["verdict"])
    if asked["bureau"]:
        hits = hits.filter(run__bureau=asked["bureau"])
    organs = here.stage.need("bureaux").organs
    filters = [
        Filter("verdict", _("结论"), asked["verdict"],
               [(OPEN, _("待核实")), *[(key, str(word)) for key, word in Hit.Verdict.choices]]),
        Filter("bureau", _("部门"), asked["bureau"],
               [(key, here.rules.organ(key).title) for key in organs]),
    ]  # fmt: skip
    rows = hits.select_related("case__village", "run")
    return rows.order_by("verdict", "due_on", "pk"), filters


def _barred(here: Standing) -> QuerySet[Case]:
    """Households under way whose finding was judged against them."""
    against = Hit.objects.filter(stage=here.stage.key, verdict__in=list(comparison.BARRED))
    found: QuerySet[Case] = here.cases.filter(pk__in=against.values("case"), state__in=LIVE)
    return found


def _is_bureau(visitor: Visitor, here: Standing) -> bool:
    """A liaison's right to compare is to answer: only the stage's own organ writes the letters."""
    return not here.may(visitor, Act.JUDGE_HIT)


# ── what was judged against them ──────────────────────────────────────────────────────────────


@cases(Act.REFUSE)
@PAGE_AND_FORM
def refuse_hits(request: HttpRequest, visitor: Visitor, programme: int, stage: str) -> HttpResponse:
    """End the households whose finding was judged against them; how many is typed."""
    here = standing(visitor, programme, stage, KINDS)
    barred = list(_barred(here).select_related("village").order_by("village", "number"))
    sent = Sent()
    form = CountedForm(sent_in(request), count=len(barred))
    back = reverse("compare", args=[programme, stage])
    if not barred:  # there is nothing to check; after a second click neither
        return redirect(back)
    if request.method == "POST":
        keys = [case.pk for case in barred]

        def refuse() -> int:
            chosen = Case.objects.filter(pk__in=keys)
            day = form.cleaned_data["done_on"]
            return comparison.refuse_by_hits(chosen, by=visitor.user, done_on=day).count

        done = sent.take([form], refuse)
        if done is not None:
            messages.success(request, ngettext("%d 户已办结", "%d 户已办结", done) % done)
            return redirect(back)
    check = Check(
        title=_("比对疑点未核实或未达标的户,不予退出"),
        figures=[(_("户"), str(len(barred)))],
        receiver=_("户:各收到写明原因和申诉办法的告知书"),
        withdrawal=_("不能撤回"),
        act=Button(_("办结这些户"), request.path, primary=True),
        back=Link(_("返回比对"), back),
        exceptions=[f"{case.village.name} {case}" for case in barred],
        type_count=len(barred),
    )
    context = {"section": "batches", "check": check, "form": form, "problems": sent.problems}
    return render(request, "exitcase/check.html", context, status=sent.status)
