"""请示: the households that wait for an organ, exceptions first, and what was put before it."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core.choices import Act, StageKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent, sent_in
from exitcase.core.rules import Rules
from exitcase.core.screens import Pace
from verification.forms.deciding import ProposeForm
from verification.models import Decision, DecisionItem
from verification.services import decisions
from verification.views.drafts import draft_of
from verification.views.seen import Exceptional, exceptional, open_one, unseen
from verification.views.standing import Standing, lines, standing

KINDS: Final = (StageKind.DECIDE,)


@cases(Act.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, visitor: Visitor, programme: int, stage: str) -> HttpResponse:
    """Exceptions are opened one by one; then they and the rest go up in one request."""
    here = standing(visitor, programme, stage, KINDS)
    waiting = here.without(DecisionItem)
    first = exceptional(request, f"propose-{programme}-{stage}", waiting)
    if "open" in request.POST:
        return open_one(
            request, f"propose-{programme}-{stage}", first, request.POST["open"], by=visitor.user
        )
    places = here.places()
    form = ProposeForm(
        sent_in(request),
        batches=here.batches,
        places=places,
        initial={"lists": [one.pk for one in here.batches]},
    )
    sent = Sent()
    if request.method == "POST":
        made = _propose(visitor, here, form, first, sent)
        if made:
            told = _("请示 %s 已登记,等待批准") % made.request_number
            messages.success(request, told, draft_of(request))
            return redirect("decision", pk=made.pk)
    context = {
        "section": "batches",
        "here": here,
        "organ": here.rules.organ(here.stage.need("act").organ).title,
        "act": here.stage.need("act").name,
        "first": first,
        "left": sum(not one.seen for one in first),
        "lines": lines(here, waiting),
        "waiting": waiting.count(),
        "form": form,
        "single": len(places) == 1,
        "sent": sent,
        "rows": _rows(visitor, here),
        "may": here.may(visitor, Act.PROPOSE),
    }
    return render(request, "verification/decide.html", context, status=sent.status)


def _propose(
    visitor: Visitor, here: Standing, form: ProposeForm, first: list[Exceptional], sent: Sent
) -> Decision | None:
    if form.is_valid():
        chosen = {batch.pk for batch in form.cleaned_data["lists"]}
        sent.problems += unseen(one for one in first if one.case.batch_id in chosen)

    def propose() -> Decision:
        said = form.cleaned_data
        return decisions.propose(
            here.without(DecisionItem).filter(batch__in=said["lists"]),
            here.stage.key,
            request_number=said["number"],
            proposed_on=said["done_on"],
            region=said["region"],
            by=visitor.user,
            reason=said["late_reason"],
        )

    return sent.take([form], propose)


@dataclass(frozen=True, slots=True)
class Row:
    """One request as a line: how it stands, and how many of its households were not approved."""

    decision: Decision
    pace: Pace
    words: str
    households: int
    refused: int


def _rows(visitor: Visitor, here: Standing) -> list[Row]:
    """The requests of the stage in this person's regions, the latest first; two queries."""
    seen = visitor.scope.filter(Decision.objects.all())
    of_stage = list(seen.filter(programme=here.programme, stage=here.stage.key).order_by("-pk"))
    counted = (
        DecisionItem.valid(decision__in=of_stage)
        .order_by()
        .values("decision")
        .annotate(n=Count("pk"), no=Count("pk", filter=Q(approved=False)))
    )
    counts = {row["decision"]: (row["n"], row["no"]) for row in counted}
    return [
        Row(one, *standing_of(one, here.rules), *counts.get(one.pk, (0, 0))) for one in of_stage
    ]


def standing_of(one: Decision, rules: Rules) -> tuple[Pace, str]:
    """How a request stands, with its word."""
    if one.decided_on is None:
        return Pace.TODO, _("等待批准")
    if rules.organ(one.organ).outside and one.confirmed_by_id is None:
        return Pace.NOW, _("批准结果待第二人确认")
    return Pace.DONE, _("%s 已批准") % one.decided_on.isoformat()
