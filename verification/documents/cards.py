"""核查明白卡: what the helper fills in after the village's check, and the household agrees to."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from exitcase.core.choices import Level, Mode, PaperKind, Post, StageKind
from exitcase.core.papers.sheets import ClearCardSheet, Signer
from exitcase.core.rules import Stage
from exitcase.core.words import chinese
from verification.documents.acceptance import known
from verification.documents.dossier import Cabinet, Dossier
from verification.models import Case, Inspection, Visitor


def clear_cards(cases: QuerySet[Case] | Sequence[Case]) -> Iterator[ClearCardSheet]:
    """One card per case, in order; a constant number of queries for any number.

    The household's own paper: its numbers stand in full.
    """
    cabinet = Cabinet(cases)
    visitors = _visitors(cabinet.order)
    return (_card(one, visitors) for one in cabinet)


def _visitors(cases: Sequence[int]) -> dict[int, list[Visitor]]:
    """By visit, of all visits of these cases: one query."""
    found: dict[int, list[Visitor]] = {}
    rows = Visitor.objects.filter(inspection__in=Inspection.valid(case__in=cases))
    for row in rows.order_by("pk"):
        found.setdefault(row.inspection_id, []).append(row)
    return found


def _card(one: Dossier, visitors: dict[int, list[Visitor]]) -> ClearCardSheet:
    stage = one.last_stage([StageKind.CHECK], Level.VILLAGE)
    visit = one.visit_at(stage)
    return ClearCardSheet(
        **known(one, PaperKind.CLEAR_CARD, (Level.VILLAGE,)),
        checked_on=visit.done_on if visit else None,
        mode=chinese(Mode(visit.mode)) if visit else "",
        verifiers=tuple(_verifiers(stage, visitors.get(visit.pk, []) if visit else [], visit)),
    )


def _verifiers(
    stage: Stage | None, came: Sequence[Visitor], visit: Inspection | None
) -> Iterator[Signer]:
    """Who came, each under the post; before the visit a place for every post the plan asks for."""
    for row in came:
        yield Signer(
            role=chinese(Post(row.post)), name=row.name, on=visit.done_on if visit else None
        )
    if not came and stage and stage.visitors:
        yield from (Signer(role=chinese(post)) for post in stage.visitors.who)
