"""统计: 户 and 人 by stage, region and week as drawings in their tables; the villages as tiles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exitcase.core import charts, clock
from exitcase.core.charts import Piece
from exitcase.core.choices import ENDS, LISTED, End, Level
from exitcase.core.entrance import Visitor, cases
from exitcase.core.models import Programme, Region
from exitcase.core.scope import Scope
from exitcase.core.templatetags.page import stage_title
from verification.documents import figures
from verification.documents.figures import Sums, Tally
from verification.views import counted
from verification.views.counted import Chosen


@dataclass(frozen=True, slots=True)
class Row:
    """One state of a plan's cases, or one region, with its bar."""

    title: str
    sums: Sums
    bar: Sequence[Piece]
    ended: bool = False
    tally: Tally | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Weekly:
    """One stage and its last weeks."""

    title: str
    cells: Sequence[Sums]
    columns: Sequence[Piece]
    sums: Sums


@cases()
@require_safe
def stats(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """One plan in one of this person's regions; `plan` and `region` choose."""
    asked = counted.chosen(request, visitor.scope)
    context: dict[str, Any] = {"section": "stats", "asked": asked, "empty": counted.nothing()}
    if asked:
        context |= _shown(visitor.scope, asked)
    return render(request, "verification/stats.html", context)


def _shown(scope: Scope, asked: Chosen) -> dict[str, Any]:
    plan, code = asked.plan, asked.code
    villages = figures.by_village(scope, plan, code)
    whole = figures.together(villages.values())
    today = clock.today()
    weeks = figures.weeks_until(today)
    of_villages = [one for one in asked.below if one.level == Level.VILLAGE]
    tiles = figures.tiles(scope, plan, of_villages, today)
    return {
        "whole": whole,
        "stages": _stages(plan, whole),
        "regions": _regions(asked.below, villages, plan),
        "weeks": weeks,
        "weekly": _weekly(plan, figures.by_week(scope, plan, code, weeks), weeks),
        "tiles": tiles,
        "tile_counts": _paces(tiles),
    }


def _stages(plan: Programme, whole: Tally) -> list[Row]:
    most = max((n for n, _p in whole.states.values()), default=0)
    return [
        Row(
            stage_title(plan.rules, state),
            whole.states[state],
            charts.bar([(_kind(state), whole.states[state][0])], most),
            ended=state in ENDS,
        )
        for state in figures.order_of(plan)
        if state in whole.states
    ]


def _kind(state: str) -> str:
    if state == End.GRANTED:
        return "done"
    return "back" if state in ENDS else "todo" if state == LISTED else "now"


def _regions(below: Sequence[Region], villages: Mapping[str, Tally], plan: Programme) -> list[Row]:
    """Each region below with what is granted, under way and ended otherwise."""
    own = [
        (one, figures.together(t for code, t in villages.items() if code.startswith(one.pk)))
        for one in below
    ]
    most = max((tally.all[0] for _one, tally in own), default=0)
    return [
        Row(
            one.name,
            tally.all,
            charts.bar(
                [
                    ("done", tally.granted[0]),
                    ("now", tally.under_way[0]),
                    ("back", tally.ended[0]),
                ],
                most,
            ),
            tally=tally,
            href=f"?plan={plan.pk}&region={one.pk}" if one.level != Level.VILLAGE else "",
        )
        for one, tally in own
    ]


def _weekly(
    plan: Programme, told: Mapping[str, Mapping[date, Sums]], weeks: Sequence[date]
) -> list[Weekly]:
    most = max((n for row in told.values() for n, _p in row.values()), default=0)
    found = []
    for stage in plan.rules.chain:
        if stage.key in told:
            cells = [told[stage.key].get(week, (0, 0)) for week in weeks]
            sums = sum(n for n, _p in cells), sum(p for _n, p in cells)
            columns = charts.columns([n for n, _p in cells], most)
            found.append(Weekly(stage.title, cells, columns, sums))
    return found


def _paces(tiles: Sequence[figures.Tile]) -> dict[str, int]:
    found: dict[str, int] = {}
    for tile in tiles:
        found[tile.pace.value] = found.get(tile.pace.value, 0) + 1
    return found
