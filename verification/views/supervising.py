"""监督检查 beside the chain: a share of a region's households is looked at, in one act."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from exitcase.core import access, clock
from exitcase.core.choices import UNGRANTED, Act, Finding, Mode, StageKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.fields import inside
from exitcase.core.forms import Sent, sent_in
from exitcase.core.models import PostHolder, Programme, Region
from exitcase.core.models.region import above
from exitcase.core.rules import Stage
from verification import queries
from verification.forms.supervising import SeenLine, SuperviseForm, seen_lines
from verification.forms.visiting import Known, VisitorLines
from verification.models import Inspection
from verification.services.specs import VisitSpec
from verification.services.supervising import least
from verification.services.supervising import supervise as keep
from verification.views.drafts import draft_of
from verification.views.visiting import FEWEST, posts_of


@dataclass(frozen=True, slots=True)
class _Page:
    """The supervision as it is being entered, and what is wrong with it."""

    plan: Programme
    stage: Stage
    region: Region
    form: SuperviseForm
    people: Any
    lines: list[SeenLine]
    known: dict[str, Known]
    sent: Sent = field(default_factory=Sent)

    @property
    def forms(self) -> list[Any]:
        return [self.form, *self.people, *self.lines]


@cases(Act.INSPECT)
@require_http_methods(["GET", "HEAD", "POST"])
def supervise(
    request: HttpRequest, visitor: Visitor, pk: int, stage: str, region: str
) -> HttpResponse:
    """Who was looked at, by whom, and what was found; the plan says how many at least."""
    page = _page(request, visitor, pk, stage, region)
    if request.method == "POST":
        seen = _kept(visitor, page)
        if seen:
            told = ngettext("已登记 %d 户的检查", "已登记 %d 户的检查", seen) % seen
            messages.success(request, told, draft_of(request))
            return redirect("supervise", pk=pk, stage=stage, region=region)
    _mark_seen(page)
    context = {
        "section": "batches",
        "entry_page": True,
        "page": page,
        "least": least(page.stage, len(page.lines)),
        "may": access.may(visitor.scope, Act.INSPECT, page.stage.level, region),
    }
    return render(request, "verification/supervise.html", context, status=page.sent.status)


def _page(request: HttpRequest, visitor: Visitor, pk: int, key: str, code: str) -> _Page:
    plan = get_object_or_404(Programme, pk=pk)
    stage = next((one for one in plan.rules.beside if one.key == key), None)
    region = visitor.scope.regions().filter(pk=code).first()
    if stage is None or stage.kind != StageKind.CHECK or region is None:
        raise Http404
    sent = sent_in(request)
    rows = queries.cases(visitor.scope).filter(inside(code), batch__programme=plan)
    listed = list(rows.exclude(state__in=UNGRANTED).order_by("village", "group", "number"))
    known = _known(stage, code)
    least = stage.visitors.least if stage.visitors else FEWEST
    people = VisitorLines(
        sent,
        prefix="who",
        initial=[{} for _nth in range(max(least, FEWEST))],
        form_kwargs={"posts": posts_of(stage), "known": known},
    )
    lines = seen_lines(sent, listed)
    return _Page(plan, stage, region, SuperviseForm(sent, stage=stage), people, lines, known)


def _mark_seen(page: _Page) -> None:
    """Tell of each household when it was looked at before."""
    keys = [line.case.pk for line in page.lines]
    rows = Inspection.valid(stage=page.stage.key, case__in=keys)
    days = dict(rows.values_list("case", "done_on"))
    for line in page.lines:
        line.before = days.get(line.case.pk)


def _known(stage: Stage, code: str) -> dict[str, Known]:
    """Who holds one of the posts that look, where the plan names them."""
    held = PostHolder.objects.on(clock.today()).filter(region__in=[code, *above(code)])
    rows = held.filter(post__in=posts_of(stage)).select_related("user").order_by("-pk")
    return {one.name: Known.of(one) for one in rows}


def _kept(visitor: Visitor, page: _Page) -> int:
    """How many households, by one call of the service; 0 where something is wrong."""

    def look() -> dict[int, Inspection]:
        said = page.form.cleaned_data
        people = [line.spec for line in page.people if line.spec]
        specs = {
            line.case.pk: VisitSpec(
                mode=Mode(said["mode"]),
                done_on=said["done_on"],
                visitors=people,
                finding=Finding(line.cleaned_data["finding"]),
                note=line.cleaned_data["note"],
            )
            for line in page.lines
            if line.seen
        }
        return keep(
            page.stage.key,
            specs,
            programme=page.plan,
            region=page.region.pk,
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    return len(page.sent.take(page.forms, look) or ())
