"""统计: how many 户 and 人 stand where, by plan, out of the ledger the moves keep."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exitcase.core.choices import ENDS, LISTED
from exitcase.core.entrance import Visitor, cases
from exitcase.core.models import Programme
from exitcase.core.scope import Scope
from exitcase.core.screens import Empty, Link
from exitcase.core.templatetags.page import stage_title
from verification.models import StageCount


@dataclass(frozen=True, slots=True)
class Row:
    """One state of a plan's cases."""

    title: str
    households: int
    persons: int
    ended: bool


@cases()
@require_safe
def stats(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Each plan of this person's regions: its states in order, with 户 and 人."""
    context = {
        "section": "stats",
        "plans": _plans(visitor.scope),
        "empty": Empty(_("还没有列入名单的户,没有可统计的数。"), Link(_("看农户"), "/households/")),
    }
    return render(request, "verification/stats.html", context)


def _plans(scope: Scope) -> list[tuple[Programme, Sequence[Row], int, int]]:
    counted = (
        StageCount.objects.filter(village__in=scope.regions())
        .values("programme", "state")
        .annotate(n=Sum("households"), p=Sum("persons"))
    )
    by_plan: dict[int, dict[str, tuple[int, int]]] = {}
    for one in counted.order_by("programme"):
        if one["n"]:
            by_plan.setdefault(one["programme"], {})[one["state"]] = (one["n"], one["p"])
    plans = Programme.objects.in_bulk(by_plan)
    return [_plan(plans[key], states) for key, states in by_plan.items()]


def _plan(
    plan: Programme, states: dict[str, tuple[int, int]]
) -> tuple[Programme, Sequence[Row], int, int]:
    order = [LISTED, *plan.rules.keys, *ENDS]
    rows = [
        Row(stage_title(plan.rules, state), *states[state], ended=state in ENDS)
        for state in order
        if state in states
    ]
    return plan, rows, sum(row.households for row in rows), sum(row.persons for row in rows)
