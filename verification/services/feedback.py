"""A bureau's own list, matched with our households by the keyed hash of the identity number."""

from collections.abc import Sequence
from dataclasses import dataclass

from exitcase.core.identity import clean_number
from households.models import Member
from households.services.members import id_index
from verification.models import Case, ComparisonItem, ComparisonRun
from verification.services.specs import FeedbackRow, HitSpec


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a list came to: the hits, and the rows in which nobody of ours was found.

    Only the rows' numbers: the list itself names people who are none of our business.
    """

    hits: tuple[HitSpec, ...]
    unmatched: tuple[int, ...]


def match_feedback(run: ComparisonRun, rows: Sequence[FeedbackRow]) -> Feedback:
    """Find the asked case of each row by its identity number; nothing of the list is kept.

    Three queries for a list of any length. Persons who have left their household match no more.
    """
    district = run.region_id[:6]
    wanted = {row.row: id_index(clean_number(row.id_number), district) for row in rows}
    cases = _cases(run, list(set(wanted.values())))
    hits = [
        HitSpec(cases[wanted[row.row]], row.fact, row.detail)
        for row in rows
        if wanted[row.row] in cases
    ]
    lost = [row.row for row in rows if wanted[row.row] not in cases]
    return Feedback(tuple(dict.fromkeys(hits)), tuple(lost))


def _cases(run: ComparisonRun, indexes: Sequence[str]) -> dict[str, Case]:
    asked = Case.objects.filter(pk__in=ComparisonItem.valid(run=run).values("case"))
    by_household = {case.household_id: case for case in asked}
    members = Member.objects.filter(
        id_index__in=indexes, left_on=None, household__in=asked.values("household")
    )
    return {
        index: by_household[household]
        for index, household in members.values_list("id_index", "household")
    }
