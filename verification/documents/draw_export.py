"""A draw as plain data: what anybody needs to repeat it without us."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from exitcase.core import tickets
from exitcase.core.errors import Refused
from verification.models import Draw, DrawItem


def export_draw(draw: Draw) -> dict[str, Any]:
    """Frame, seed, band, sample and replacements, ready for JSON; nothing of a person.

    Cases are named by their own number. Raises Refused for a draw made elsewhere, or not yet made.
    """
    if draw.external or draw.drawn_on is None:
        raise Refused(_("非本系统抽取或尚未抽取,不能复算"), value=draw.frame_sha256[:16])
    items = list(DrawItem.objects.filter(draw=draw).select_related("case", "replaces__case"))
    return {
        "algorithm": draw.algorithm,
        "frame_sha256": draw.frame_sha256,
        "frozen_on": draw.frozen_on.isoformat(),
        "seed": draw.seed,
        "seed_source": draw.seed_source,
        "drawn_on": draw.drawn_on.isoformat(),
        "band": _band(draw),
        "frame": _frame(items),
        "sample": _sample(items),
        "replacements": _replacements(items),
    }


def _band(draw: Draw) -> dict[str, Any]:
    stage = draw.programme.rules.stage(draw.stage)
    band = tickets.Band.of(stage.sample or stage.need("coverage"))
    return {"least": list(band.least), "most": list(band.most), "unit": band.unit.value}


def _frame(items: Iterable[DrawItem]) -> list[dict[str, Any]]:
    rows = [
        {
            "key": item.case.number,
            "stratum": item.stratum,
            "persons": item.persons,
            "must": item.must_include,
        }
        for item in items
    ]
    return sorted(rows, key=lambda row: (row["stratum"], row["key"]))


def _sample(items: Iterable[DrawItem]) -> dict[str, list[str]]:
    """As it was drawn, before any replacement, in the order of tickets."""
    found: dict[str, list[str]] = {}
    for item in sorted(items, key=lambda item: (item.stratum, item.rank or 0)):
        if item.replaces_id is None and (item.drawn or item.reason):
            found.setdefault(item.stratum, []).append(item.case.number)
    return found


def _replacements(items: Iterable[DrawItem]) -> list[dict[str, str]]:
    fresh = [item for item in items if item.replaces is not None]
    return [
        {
            "out": item.replaces.case.number,
            "in": item.case.number,
            "reason": item.replaces.reason,
        }
        for item in sorted(fresh, key=lambda item: (item.stratum, item.rank or 0))
        if item.replaces is not None
    ]
