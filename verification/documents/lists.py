"""附件3 脱贫名单: printed from the frozen rows of a submission, public and for officials."""

from collections import Counter

from exitcase.core import clock, income, masking
from exitcase.core.choices import DIGITS, Level, PaperKind
from exitcase.core.papers.sheets import (
    Count,
    OfficialListSheet,
    OfficialRow,
    PublicListSheet,
    PublicRow,
)
from households.choices import Cause, Kind, Relation
from households.models import HouseholdYear, Member
from households.register.cells import labels
from verification.documents.common import Places, label, locality, places_of
from verification.models import Submission, SubmissionItem

PRINTED = 16  # hex digits of the list's hash on paper
MARKS = "甲乙丙丁戊己庚辛壬癸"


def public_list(submission: Submission) -> PublicListSheet:
    """What may be hung: group, head, persons; no number, not even masked."""
    rules, rows = submission.programme.rules, _rows(submission)
    villages = places_of({row.case.village_id for row in rows} | {submission.region_id})
    spans = len(submission.region_id) < DIGITS[Level.VILLAGE]
    marks = _marks(rows)
    return PublicListSheet(
        label=label(rules, PaperKind.EXIT_LIST),
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
    households = {row.case.household_id for row in rows}
    heads = dict(
        Member.objects.filter(
            household__in=households, relation=Relation.HEAD, left_on=None
        ).values_list("household", "id_number")
    )
    persons = dict(
        HouseholdYear.objects.filter(household__in=households, year=rules.year).values_list(
            "household", "persons"
        )
    )
    villages = places_of({row.case.village_id for row in rows})
    return OfficialListSheet(
        label=label(rules, PaperKind.EXIT_LIST),
        organ=sender_of(submission),
        year=rules.year,
        sender=sender_of(submission),
        rows=tuple(
            _official(row, villages, heads, persons.get(row.case.household_id)) for row in rows
        ),
        total=Count(submission.households, submission.persons),
        on=submission.sent_on,
        checksum=submission.list_sha256[:PRINTED],
        reader=f"{reader} {clock.today().isoformat()}" if reader else "",
    )


def _official(
    row: SubmissionItem, villages: Places, heads: dict[int, str], divisor: int | None
) -> OfficialRow:
    household = row.case.household
    known = row.net_fen is not None and divisor
    return OfficialRow(
        seq=row.seq,
        village=villages.get(row.case.village_id, ""),
        group=row.group,
        household_number=row.household_number,
        head=row.head_name,
        id_number=masking.number(heads.get(household.pk, "")),
        persons=row.persons,
        household_kind=labels(Kind)[household.kind],
        main_cause=labels(Cause)[household.main_cause],
        per_head=int(income.per_head(row.net_fen or 0, divisor or 1) * 100) if known else None,
        first_identified_year=household.first_identified_year,
        helper=household.helper_name,
        note="返贫户" if row.case.relapsed else "",
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
