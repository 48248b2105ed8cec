"""附件3 脱贫名单: from the frozen rows of a submission, or of those a meeting carried.

Under whatever name the plan's stage has for its list.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from exitcase.core import clock, income, masking
from exitcase.core.choices import DIGITS, Level
from exitcase.core.papers.sheets import (
    Count,
    OfficialListSheet,
    OfficialRow,
    PublicListSheet,
    PublicRow,
)
from exitcase.core.rules import Rules
from exitcase.core.rules_papers import LISTS, printed_as
from households.choices import Cause, Kind, Relation
from households.models import HouseholdYear, Member
from households.register.cells import labels
from verification.documents.common import Places, label, locality, places_of
from verification.documents.village import carried_at
from verification.models import Case, Meeting, Submission, SubmissionItem

PRINTED = 16  # hex digits of the list's hash on paper
MARKS = "甲乙丙丁戊己庚辛壬癸"


def public_list(submission: Submission) -> PublicListSheet:
    """What may be hung: group, head, persons; no number, not even masked."""
    rules, rows = submission.programme.rules, _rows(submission)
    villages = places_of({row.case.village_id for row in rows} | {submission.region_id})
    spans = len(submission.region_id) < DIGITS[Level.VILLAGE]
    marks, kind = _marks(rows), printed_as(LISTS, rules.stage(submission.stage))
    return PublicListSheet(
        kind=kind,
        label=label(rules, kind),
        organ=sender_of(submission),
        year=rules.year,
        place=locality(villages, submission.region_id),
        rows=tuple(
            PublicRow(
                seq=row.seq,
                group=row.group,
                head=row.head_name,
                persons=row.persons,
                mark=marks.get(row.pk, ""),
                village=villages.get(row.case.village_id, "") if spans else "",
            )
            for row in rows
        ),
        total=Count(submission.households, submission.persons),
        sealer=sender_of(submission),
        on=submission.sent_on,
        note="说明：此表送审单位、接收单位、村民委员会各存一份。",
    )


def official_list(submission: Submission, reader: str = "") -> OfficialListSheet:
    """For officials, not to be hung; numbers masked. A constant number of queries."""
    rules, rows = submission.programme.rules, _rows(submission)
    known = _known(rules, [row.case for row in rows])
    kind = printed_as(LISTS, rules.stage(submission.stage))
    return OfficialListSheet(
        kind=kind,
        label=label(rules, kind),
        organ=sender_of(submission),
        year=rules.year,
        sender=sender_of(submission),
        rows=tuple(
            _official(
                row.case,
                known,
                seq=row.seq,
                group=row.group,
                household_number=row.household_number,
                head=row.head_name,
                persons=row.persons,
                net=row.net_fen,
            )
            for row in rows
        ),
        total=Count(submission.households, submission.persons),
        on=submission.sent_on,
        checksum=submission.list_sha256[:PRINTED],
        reader=f"{reader} {clock.today().isoformat()}" if reader else "",
    )


def meeting_list(meeting: Meeting) -> OfficialListSheet:
    """Those a meeting carried, as far as the votes still stand: what the village then works from.

    Numbers masked; a constant number of queries.
    """
    rules, stage = meeting.programme.rules, meeting.programme.rules.stage(meeting.stage)
    cases = list(carried_at(meeting).select_related("household").order_by("household__number"))
    known, kind = _known(rules, cases), printed_as(LISTS, stage)
    sender = f"{meeting.village.name}{rules.organ(stage.actor).title}"
    nets = dict(_years(rules, cases).values_list("household", "net_fen"))
    return OfficialListSheet(
        kind=kind,
        label=label(rules, kind),
        organ=sender,
        year=rules.year,
        sender=sender,
        rows=tuple(
            _official(
                case,
                known,
                seq=at,
                group=case.group,
                household_number=case.household.number,
                head=case.head_name,
                persons=case.persons or 0,
                net=nets.get(case.household_id),
            )
            for at, case in enumerate(cases, 1)
        ),
        total=Count(len(cases), sum(case.persons or 0 for case in cases)),
        on=meeting.held_on,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows of a list rest on beside the cases, read once; by household."""

    villages: Places
    heads: Mapping[int, str]  # the head's identity number
    divisors: Mapping[int, int | None]


def _known(rules: Rules, cases: Sequence[Case]) -> _Known:
    heads = Member.objects.filter(
        household__in=_households(cases), relation=Relation.HEAD, left_on=None
    )
    return _Known(
        places_of({case.village_id for case in cases}),
        dict(heads.values_list("household", "id_number")),
        dict(_years(rules, cases).values_list("household", "persons")),
    )


def _households(cases: Sequence[Case]) -> set[int]:
    return {case.household_id for case in cases}


def _years(rules: Rules, cases: Sequence[Case]) -> QuerySet[HouseholdYear]:
    return HouseholdYear.objects.filter(household__in=_households(cases), year=rules.year)


def _official(case: Case, known: _Known, *, net: int | None, **row: Any) -> OfficialRow:
    household, divisor = case.household, known.divisors.get(case.household_id)
    whole = net is not None and divisor
    return OfficialRow(
        **row,
        village=known.villages.get(case.village_id, ""),
        id_number=masking.number(known.heads.get(household.pk, "")),
        household_kind=labels(Kind)[household.kind],
        main_cause=labels(Cause)[household.main_cause],
        per_head=int(income.per_head(net or 0, divisor or 1) * 100) if whole else None,
        first_identified_year=household.first_identified_year,
        helper=household.helper_name,
        note="返贫户" if case.relapsed else "",
    )


def _rows(submission: Submission) -> list[SubmissionItem]:
    """As frozen, also of a submission recalled or returned since."""
    rows = SubmissionItem.objects.filter(submission=submission)
    return list(rows.select_related("case__household").order_by("seq"))


def _marks(rows: list[SubmissionItem]) -> dict[int, str]:
    """Two heads of one name in one group are told apart by 甲, 乙 …, by nothing of their own."""
    place = {row.pk: (row.case.village_id, row.group, row.head_name) for row in rows}
    same, seen = Counter(place.values()), Counter[tuple[str, str, str]]()
    marks = {}
    for row in rows:
        key = place[row.pk]
        if same[key] > 1:
            marks[row.pk] = MARKS[seen[key] % len(MARKS)]
            seen[key] += 1
    return marks


def sender_of(submission: Submission) -> str:
    """「某村村(居)民委员会」; of a township the organ's title as the plan has it."""
    organ = submission.programme.rules.organ(submission.sender)
    village = len(submission.region_id) == DIGITS[Level.VILLAGE]
    return f"{submission.region.name}{organ.title}" if village else organ.title


def receiver_of(submission: Submission) -> str:
    return submission.programme.rules.organ(submission.receiver).title
