"""One draw: its certificate, the sample, replacements, the result; and the same draw once more."""

from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exitcase.core import access
from exitcase.core.choices import Act, FileKind, Finding
from exitcase.core.entrance import Visitor, cases
from exitcase.core.errors import Refused
from exitcase.core.forms import CountedForm, Sent, sent_in
from exitcase.core.uploads import keep
from verification.documents.city import stratum
from verification.documents.draw_check import program_sha256, redrawn
from verification.documents.draw_export import export_draw
from verification.forms.drawing import ReplaceForm, ResultForm, SeedForm
from verification.models import Draw, DrawItem, Inspection
from verification.services import city
from verification.views.drafts import draft_of
from verification.views.drawing import standing_of
from verification.views.printing import issued

PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE: Final = 100
# Named otherwise than any field of theirs: what a browser presses would take its place.
ACTS: Final = ("draw", "external", "result", "confirm")


@dataclass(frozen=True, slots=True)
class _Page:
    """A draw and the act that is being entered, and what is wrong with it."""

    draw: Draw
    framed: int
    drawn: int
    forms: dict[str, Any]
    sent: Sent = field(default_factory=Sent)

    @property
    def bound(self) -> list[BaseForm]:
        return [one for one in self.forms.values() if one.is_bound]


@cases(Act.DRAW, Act.INSPECT)
@PAGE_AND_FORM
def draw(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The certificate, and the next act: the seed, a second person's word, the result."""
    one = found(visitor, pk)
    page = _page(request, one)
    if request.method == "POST":
        done = _take(request, visitor, page)
        if done:
            return redirect("draw_done", pk=pk, act=done)
    rules = one.programme.rules
    stage = rules.stage(one.stage)
    pace, words = standing_of(one)
    context = {
        "section": "batches",
        "page": page,
        "draw": one,
        "rules": rules,
        "stage": stage,
        "pace": pace,
        "words": words,
        "sizes": [(_(stratum(name)), row) for name, row in sorted(one.sizes.items())],
        "items": Paginator(_sample(visitor, one), A_PAGE).get_page(request.GET.get("page")),
        "first": city.first_day(one),
        "program": program_sha256(),
        "papers": issued(visitor.scope, "draw", pk),
        "may": {
            "issue": access.may(visitor.scope, Act.ISSUE_PAPER, stage.level, one.region_id),
            "draw": access.may(visitor.scope, Act.DRAW, stage.level, one.region_id),
            "inspect": access.may(visitor.scope, Act.INSPECT, stage.level, one.region_id),
        },
    }
    return render(request, "verification/draw.html", context, status=page.sent.status)


def found(visitor: Visitor, pk: int) -> Draw:
    """The draw, if it lies in this person's regions. Raises OutOfScope: 404."""
    rows = Draw.objects.select_related(
        "programme", "region", "frozen_by", "drawn_by", "result_by", "result_confirmed_by"
    )
    return visitor.find(rows, pk)


def _sample(visitor: Visitor, one: Draw) -> QuerySet[DrawItem]:
    """Who was drawn and who was replaced, of this person's own cases, and who was visited."""
    rows = DrawItem.objects.filter(draw=one, void_tx="").exclude(drawn=False, reason="")
    seen = Inspection.valid(
        case=OuterRef("case"), stage=one.stage, finding__in=[Finding.MET, Finding.SHORT]
    )
    found: QuerySet[DrawItem] = visitor.scope.filter(rows, via="case").annotate(
        visited=Exists(seen), short=Exists(seen.filter(finding=Finding.SHORT))
    )
    return found.select_related("case__village", "replaces__case").order_by("stratum", "rank", "pk")


def _page(request: HttpRequest, one: Draw) -> _Page:
    items = DrawItem.valid(draw=one)
    framed, drawn = items.count(), items.filter(drawn=True).count()
    act = next((name for name in ACTS if name in request.POST), "")
    posted, files = request.POST, request.FILES
    return _Page(
        one,
        framed,
        drawn,
        {
            "draw": SeedForm(
                posted if act == "draw" else None, count=framed, rules=one.programme.rules
            ),
            "external": CountedForm(posted if act == "external" else None, count=drawn),
            "result": ResultForm(*((posted, files) if act == "result" else ()), count=drawn),
            "confirm": CountedForm(posted if act == "confirm" else None, count=drawn),
        },
    )


def _take(request: HttpRequest, visitor: Visitor, page: _Page) -> str:
    """What was done, as its confirmation is called; "" where something was wrong."""
    acts = {"draw": _draw, "external": _external, "result": _result, "confirm": _confirm}
    act = next((name for name in ACTS if name in request.POST), "")
    if not act:
        raise Http404
    return acts[act](visitor, page)


def _draw(visitor: Visitor, page: _Page) -> str:
    def draw_it() -> Draw:
        said = page.forms["draw"].cleaned_data
        return city.seed_and_draw(
            page.draw,
            seed=said["seed"],
            source=said["source"],
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    return "drawn" if page.sent.take([page.forms["draw"]], draw_it) else ""


def _external(visitor: Visitor, page: _Page) -> str:
    def confirm() -> Draw:
        said = page.forms["external"].cleaned_data
        day, why = said["done_on"], said["late_reason"]
        return city.confirm_external(page.draw, by=visitor.user, done_on=day, reason=why)

    return "confirmed" if page.sent.take([page.forms["external"]], confirm) else ""


def _result(visitor: Visitor, page: _Page) -> str:
    def close() -> Draw:
        said = page.forms["result"].cleaned_data
        return city.close_result(
            page.draw,
            number=said["number"],
            done_on=said["done_on"],
            file=keep(said["file"], FileKind.SCAN, page.draw.region_id, visitor.user),
            by=visitor.user,
            reason=said["late_reason"],
        )

    done = page.sent.take([page.forms["result"]], close)
    if done is None:
        return ""
    return "closed" if done.result_closed_on else "entered"


def _confirm(visitor: Visitor, page: _Page) -> str:
    def confirm() -> Draw:
        said = page.forms["confirm"].cleaned_data
        day, why = said["done_on"], said["late_reason"]
        return city.confirm_result(page.draw, by=visitor.user, done_on=day, reason=why)

    return "closed" if page.sent.take([page.forms["confirm"]], confirm) else ""


# ── replacing, repeating, taking away ─────────────────────────────────────────────────────────


@cases(Act.DRAW)
@PAGE_AND_FORM
def replace_drawn(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """A drawn household that cannot be checked gives way to the next ticket of its stratum."""
    rows = visitor.scope.filter(DrawItem.objects.filter(drawn=True), via="case")
    item = rows.select_related("case__village", "draw__programme").filter(pk=pk).first()
    if item is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    form = ReplaceForm(sent_in(request))
    sent = Sent()
    if request.method == "POST":

        def replace() -> DrawItem:
            said = form.cleaned_data
            return city.replace(item, reason=said["why"], by=visitor.user, done_on=said["done_on"])

        fresh = sent.take([form], replace)
        if fresh:
            told = _("已由 %s 替换") % fresh.case
            messages.success(request, told, draft_of(request))
            return redirect("draw", pk=item.draw_id)
    context = {
        "section": "batches",
        "item": item,
        "stage": item.draw.programme.rules.stage(item.draw.stage),
        "stratum": _(stratum(item.stratum)),
        "form": form,
        "sent": sent,
    }
    return render(request, "verification/replace.html", context, status=sent.status)


@cases()
@require_safe
def draw_check(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The same frame, the same seed, the same program: what comes out now, beside what was kept."""
    one = found(visitor, pk)
    try:
        again = redrawn(one)
    except LookupError as error:
        raise Http404(_("非本系统抽取或尚未抽取,不能复算")) from error
    context = {
        "section": "batches",
        "draw": one,
        "stage": one.programme.rules.stage(one.stage),
        "again": again,
        "checks": [
            (_("抽样框校验值"), again.frame),
            (_("每户的票号和票序"), again.tickets),
            (_("抽中的户(更换之前)"), again.sample),
        ],
        "program": program_sha256(),
    }
    return render(request, "verification/draw_check.html", context)


@cases()
@require_safe
def draw_export(_request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Frame, seed and sample as data, by case numbers: anybody may repeat it without us."""
    one = found(visitor, pk)
    try:
        data = export_draw(one)
    except Refused as refused:
        raise Http404(str(refused)) from refused
    answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    name = f"draw-{one.region_id}-{one.stage}-{one.number}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
