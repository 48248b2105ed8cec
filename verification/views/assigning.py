"""指派: who is sent to which household, whose a household is to help, whose a request is."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from exitcase.core import access, clock
from exitcase.core.choices import CLOSED, DIGITS, LIVE, Act, Level, Role
from exitcase.core.entrance import Visitor, cases
from exitcase.core.fields import inside
from exitcase.core.forms import Sent, sent_in
from exitcase.core.models import Appointment, Region, User
from exitcase.core.rules import Stage
from exitcase.core.rules_words import Warn
from exitcase.core.screens import Filter, Tab
from households.models import Household
from households.services import helpers
from households.services.programme import house_rules
from verification.forms.assigning import (
    END,
    INSTEAD,
    HelperForm,
    InspectorsForm,
    LiaisonForm,
)
from verification.models import Assignment, Batch, Case, ComparisonRun
from verification.services import assigning
from verification.services.handing_over import UNHELPED
from verification.views.batches import found

A_PAGE: Final = 50
PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])


# ── inspectors ────────────────────────────────────────────────────────────────────────────────


@cases(Act.ASSIGN)
@PAGE_AND_FORM
def inspectors(request: HttpRequest, visitor: Visitor, pk: int, key: str = "") -> HttpResponse:
    """Who is sent to which household of a list, for one of the checks it has yet to pass."""
    batch = found(visitor, pk)
    stages = _checks(batch)
    stage = next((one for one in stages if one.key == key or not key), None)
    if stage is None:
        raise Http404(_("本批次没有待办的核查环节"))
    access.require(visitor.user, Act.ASSIGN, stage.level, [batch.village_id])
    people = assigning.inspectors_at(stage.level, batch.village_id)
    sent = Sent()
    form = InspectorsForm(sent_in(request), batch=batch, people=people)
    if request.method == "POST":
        n = sent.take([form], _sending(request, visitor, stage, form))
        if n is not None:
            messages.success(request, ngettext("已办理 %d 项指派", "已办理 %d 项指派", n) % n)
            return redirect("assign_inspectors", pk=pk, key=stage.key)
    context = {
        "section": "batches",
        "batch": batch,
        "stage": stage,
        "tabs": [
            Tab(one.title, reverse("assign_inspectors", args=[pk, one.key]), here=one == stage)
            for one in stages
        ],
        "rows": _assigned(batch, stage),
        "form": form,
        "picked": _picked(request, "cases"),
        "problems": sent.problems,
    }
    return render(request, "verification/inspectors.html", context, status=sent.status)


def _checks(batch: Batch) -> list[Stage]:
    """The checks before a list, the one it stands at first."""
    rules = batch.rules
    if batch.stage == CLOSED:
        return []
    ahead = rules.chain[rules.keys.index(batch.stage) :]
    return [one for one in ahead if one.kind in assigning.CHECKS]


def _sending(
    request: HttpRequest, visitor: Visitor, stage: Stage, form: InspectorsForm
) -> Callable[[], int]:
    """The one call of a service that the pressed button means."""
    pressed = request.POST.get("act", "")

    def send() -> int:
        said = form.cleaned_data
        way: dict[str, Any] = {"by": visitor.user, "done_on": said["done_on"]}
        way["reason"] = said["late_reason"]
        if pressed == END:
            return assigning.end_assignments(form.chosen, stage.key, inspectors=form.people, **way)
        instead = pressed == INSTEAD
        return assigning.assign_inspectors(
            form.chosen, stage.key, form.people, instead=instead, **way
        )

    return send


def _assigned(batch: Batch, stage: Stage) -> list[tuple[Case, list[str]]]:
    """The households under way, each with who is sent there; two queries."""
    names: dict[int, list[str]] = {}
    rows = Assignment.open(case__batch=batch, stage=stage.key).order_by("pk")
    for case, name in rows.values_list("case", "user__name"):
        names.setdefault(case, []).append(name)
    listed = Case.objects.filter(batch=batch, state__in=LIVE).order_by("group", "number")
    return [(case, names.get(case.pk, [])) for case in listed]


# ── helpers ───────────────────────────────────────────────────────────────────────────────────


@cases(Act.ASSIGN)
@PAGE_AND_FORM
def assign_helpers(request: HttpRequest, visitor: Visitor, region: str) -> HttpResponse:
    """Which helper the households of a region have; more than the plan advises want a reason."""
    place = place_of(visitor, region)
    access.require(visitor.user, Act.ASSIGN, Level.VILLAGE, [region])
    listed = visitor.scope.filter(Household.objects.filter(inside(region)))
    listed = listed.exclude(status__in=UNHELPED)
    sent, form = Sent(), HelperForm(sent_in(request), listed=listed, people=_helpers(region))
    if request.method == "POST":
        n = sent.take([form], _helping(request, visitor, form))
        if n is not None:
            messages.success(request, ngettext("已调整 %d 户", "已调整 %d 户", n) % n)
            return redirect(request.get_full_path())
    asked = {name: request.GET.get(name, "").strip() for name in ("text", "village", "helper")}
    page = Paginator(_asked(listed, asked), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "households",
        "region": place,
        "page": page,
        "filters": _filters(place, asked),
        "form": form,
        "most": _most(),
        "picked": _picked(request, "households"),
        "problems": sent.problems,
    }
    return render(request, "verification/helpers.html", context, status=sent.status)


def place_of(visitor: Visitor, code: str) -> Region:
    """A region of this person's. Raises Http404."""
    place = visitor.scope.regions().filter(pk=code).first()
    if place is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    return place


def _helpers(region: str) -> QuerySet[User]:
    """The helpers of a region today, each with how many households they have already."""
    held = Appointment.objects.on(clock.today()).filter(role=Role.HELPER)
    here = held.filter(region__gte=region[: DIGITS[Level.TOWNSHIP]], region__lt=f"{region}~")
    own = Household.objects.filter(helper=OuterRef("pk")).order_by()
    count = own.values("helper").annotate(n=Count("pk")).values("n")
    people = User.objects.filter(pk__in=here.values("user"), is_active=True)
    helped = Coalesce(Subquery(count, output_field=IntegerField()), 0)
    return people.annotate(helped=helped).order_by("name", "pk")


def _helping(request: HttpRequest, visitor: Visitor, form: HelperForm) -> Callable[[], int]:
    ends = request.POST.get("act") == END

    def give() -> int:
        said = form.cleaned_data
        way: dict[str, Any] = {"by": visitor.user, "done_on": said["done_on"]}
        way["reason"] = said["late_reason"]
        if ends:
            return helpers.end_helper(form.chosen, **way)
        return helpers.assign_helper(form.chosen, form.spec, **way)

    return give


def _asked(listed: QuerySet[Household], asked: dict[str, str]) -> QuerySet[Household]:
    rows = listed.select_related("village").order_by("village", "group", "number")
    if asked["text"]:
        rows = rows.filter(head_name__contains=asked["text"])
    if asked["village"]:
        rows = rows.filter(village=asked["village"])
    if asked["helper"] == "none":
        rows = rows.filter(helper_name="")
    elif asked["helper"]:
        rows = rows.filter(helper_name__contains=asked["helper"])
    return rows


def _filters(place: Region, asked: dict[str, str]) -> list[Filter]:
    villages = Region.objects.under(place.pk).of_level(Level.VILLAGE)
    choices = list(villages.order_by("code").values_list("code", "name"))
    choose = [Filter("village", _("村"), asked["village"], choices)] if len(choices) > 1 else []
    return [
        Filter("text", _("户主姓名"), asked["text"]),
        *choose,
        Filter("helper", _("帮扶责任人"), asked["helper"], [("none", _("没有帮扶责任人"))]),
    ]


def _most() -> int | None:
    """How many households the plan advises a helper to have at most; None where it says nothing."""
    rules = house_rules()
    if rules is None:
        return None
    return next((one.most for one in rules.warns if one.key == Warn.HELPER_LOAD), None)


# ── requests to bureaux ───────────────────────────────────────────────────────────────────────


@cases(Act.ASSIGN)
@PAGE_AND_FORM
def liaison(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Whose a request to a bureau is; nobody's: any of its liaisons'."""
    run = _run(visitor, pk)
    rules = run.programme.rules
    stage = rules.stage(run.stage)
    access.require(visitor.user, Act.ASSIGN, stage.level, [run.region_id])
    sent = Sent()
    people = assigning.liaisons_of(run)
    form = LiaisonForm(sent_in(request), people=people, now=run.liaison)

    def give() -> ComparisonRun:
        said = form.cleaned_data
        return assigning.assign_liaison(
            run,
            said["liaison"],
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    if request.method == "POST":
        kept = sent.take([form], give)
        if kept:
            messages.success(request, _("%s 的联络员已登记") % run.number)
            return redirect("staffing", region=run.region_id)
    context = {
        "section": "batches",
        "run": run,
        "bureau": rules.organ(run.bureau).title,
        "form": form,
        "problems": sent.problems,
    }
    return render(request, "verification/liaison.html", context, status=sent.status)


def _run(visitor: Visitor, pk: int) -> ComparisonRun:
    rows = visitor.scope.filter(ComparisonRun.objects.select_related("programme", "liaison"))
    run: ComparisonRun | None = rows.filter(pk=pk).first()
    if run is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    return run


def _picked(request: HttpRequest, name: str) -> set[int]:
    return {int(key) for key in request.POST.getlist(name) if key.isdecimal()}
