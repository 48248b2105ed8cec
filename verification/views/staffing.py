"""人员与交接: what nobody holds, who holds what, and the handing over of all that is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exitcase.core import access, clock
from exitcase.core.choices import Act, Role
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent, sent_in
from exitcase.core.models import Appointment, Region
from exitcase.core.models.region import level_of
from exitcase.core.scope import ADMINS
from exitcase.core.words import word
from verification.forms.assigning import HandOverForm
from verification.models import ComparisonRun
from verification.services import handing_over
from verification.services.handing_over import HandedOver, WithoutHolder
from verification.views.assigning import place_of

A_PAGE: Final = 50
SHOWN: Final = 30  # of each kind that nobody holds
HELD_BY = [role for role in Role if role not in ADMINS | {Role.AUDITOR}]


@dataclass(frozen=True, slots=True)
class Left:
    """What nobody holds, as the page shows it: how many of each kind, the first of them."""

    households: int
    without: WithoutHolder
    assignments: int
    requests: int
    objections: int

    @property
    def any(self) -> bool:
        return bool(self.households or self.assignments or self.requests or self.objections)


@cases(Act.HAND_OVER)
@require_safe
def staffing(request: HttpRequest, visitor: Visitor, region: str) -> HttpResponse:
    """What is open in a region and in nobody's hands; requests; appointments to be handed over."""
    place = place_of(visitor, region)
    left = _left(handing_over.without_holder(visitor.user, region))
    held = visitor.scope.filter(Appointment.objects.filter(role__in=HELD_BY))
    under = held.filter(region__gte=region, region__lt=f"{region}~")
    rows = under.select_related("user", "region").order_by("region", "role", "pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    today = clock.today()
    context = {
        "section": "batches",
        "region": place,
        "left": left,
        "shown": f":{SHOWN}",
        "requests": _requests(visitor, region),
        "page": page,
        "held": [(one, one.until is not None and one.until < today) for one in page.object_list],
    }
    return render(request, "verification/staffing.html", context)


def _left(found: WithoutHolder) -> Left:
    return Left(
        households=found.households.count(),
        without=WithoutHolder(
            found.households.select_related("village")[:SHOWN],
            found.assignments.select_related("case__batch")[:SHOWN],
            found.requests[:SHOWN],
            found.objections.select_related("household")[:SHOWN],
        ),
        assignments=found.assignments.count(),
        requests=found.requests.count(),
        objections=found.objections.count(),
    )


def _requests(visitor: Visitor, region: str) -> Sequence[tuple[ComparisonRun, str]]:
    """The requests nobody has answered, each with its bureau; the latest first."""
    rows = visitor.scope.filter(ComparisonRun.objects.filter(entered_on=None))
    here = rows.filter(region__gte=region, region__lt=f"{region}~")
    latest = here.select_related("programme", "liaison", "region").order_by("-pk")[:A_PAGE]
    return [(run, run.programme.rules.organ(run.bureau).title) for run in latest]


# ── handing over ──────────────────────────────────────────────────────────────────────────────


@cases(Act.HAND_OVER)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """All that is open of one appointment goes to a successor in the same role, in one act."""
    held = _appointment(visitor, pk)
    level = level_of(held.region_id)
    access.require(visitor.user, Act.HAND_OVER, level, [held.region_id])
    sent = Sent()
    people = handing_over.successors(held)
    data = sent_in(request)
    form = HandOverForm(data, people=people, regions=_regions(held))

    def give() -> HandedOver:
        said = form.cleaned_data
        return handing_over.hand_over(
            held,
            said["successor"],
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["why"],
            region=said["region"],
        )

    if request.method == "POST":
        moved = sent.take([form], give)
        if moved is not None:
            told = "、".join(f"{words} {n}" for words, n in _counts(moved) if n) or _(
                "没有在办事项"
            )
            messages.success(request, _("已交接:%s") % told)
            return redirect("staffing", region=held.region_id)
    context = {
        "section": "batches",
        "held": held,
        "role": word(Role(held.role)),
        "counts": _counts(handing_over.in_hand(held)),
        "nobody": not people.exists(),
        "form": form,
        "problems": sent.problems,
    }
    return render(request, "verification/hand_over.html", context, status=sent.status)


def _appointment(visitor: Visitor, pk: int) -> Appointment:
    rows = visitor.scope.filter(Appointment.objects.filter(role__in=HELD_BY))
    held: Appointment | None = rows.select_related("user", "region").filter(pk=pk).first()
    if held is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    return held


def _regions(held: Appointment) -> list[tuple[str, str]]:
    """The whole of an appointment's region, or one of its parts."""
    parts = Region.objects.filter(Q(pk=held.region_id) | Q(parent=held.region_id)).order_by("code")
    names = list(parts.values_list("code", "name"))
    return [
        (code, _("%s(全部)") % name if code == held.region_id else name) for code, name in names
    ]


def _counts(moved: HandedOver) -> list[tuple[str, int]]:
    return [
        (_("帮扶户"), moved.households),
        (_("核查户"), moved.cases),
        (_("比对来函"), moved.requests),
        (_("异议申诉"), moved.objections),
        (_("整改"), moved.rectifications),
    ]
