"""Which papers there are: of cases, of a region's meetings, notices, lists, decisions and draws.

Drafts only, from what is on record; `core.papers.store` issues them, outside any act. The same
facts give the same paper again, so a draft may be made at any time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from exitcase.core.choices import PaperKind
from exitcase.core.fields import inside
from exitcase.core.models import Programme
from exitcase.core.models.region import above
from exitcase.core.papers.sheets import Sheet
from exitcase.core.papers.store import Draft
from exitcase.core.rules import Rules
from exitcase.core.rules_papers import LISTS, form_of_household, has_request
from households.documents import income_sheets
from households.models import HouseholdYear
from publicity.choices import NoticeKind, NoticeState
from publicity.documents import notice_sheet
from publicity.models import Notice, Objection
from verification.documents.acceptance import acceptance_forms
from verification.documents.acts import announcement_sheet, decision_sheet, request_sheet
from verification.documents.appeals import reply_sheet
from verification.documents.cards import clear_cards
from verification.documents.common import title
from verification.documents.corrections import correction_sheet
from verification.documents.letters import letters
from verification.documents.lists import meeting_list, official_list, public_list
from verification.documents.township import submission_sheet
from verification.documents.transfers import transfer_sheet
from verification.documents.village import mandate_sheet, minutes_sheet, vote_sheets
from verification.models import (
    Batch,
    Case,
    ComparisonRun,
    Correction,
    Decision,
    Draw,
    Mandate,
    Meeting,
    Submission,
    Vote,
)
from verification.services.upper_papers import Made, of_run, of_sample, of_upper

OF_CASE: Final = ("case__household", "case__batch__programme", "entered_by", "confirmed_by")


@dataclass(frozen=True, slots=True)
class OfCase:
    """A paper of one household."""

    household: str  # its number
    draft: Draft


def of_cases(cases: QuerySet[Case]) -> Iterator[OfCase]:
    """The household's form, vote, income, mandate, 更正单, replies and letter, of each case."""
    rows = list(cases.select_related("household", "batch__programme").order_by("pk"))
    if not rows:
        return
    rules = rows[0].batch.rules
    card = form_of_household(rules) == PaperKind.CLEAR_CARD
    for case, sheet in zip(
        rows, clear_cards(rows) if card else acceptance_forms(rows), strict=True
    ):
        yield _of_case(case, sheet, rules)
    yield from _votes(rows, rules)
    yield from _incomes(rows, rules)
    for mandate in Mandate.valid(case__in=rows).select_related("case__household"):
        yield _of_case(mandate.case, mandate_sheet(mandate), rules, ("mandate", mandate.pk))
    for one in Correction.objects.filter(case__in=rows, void_tx="").select_related(*OF_CASE):
        sheet_of_it = correction_sheet(one)
        yield _of_case(one.case, sheet_of_it, rules, ("correction", one.pk), one.number)
    yield from _replies(rows, rules)
    told = letters(Case.objects.filter(pk__in=[case.pk for case in rows]))
    for case in rows:
        if case.pk in told:
            yield _of_case(case, told[case.pk], rules)


def _votes(rows: list[Case], rules: Rules) -> Iterator[OfCase]:
    """A slip for each vote of a meeting whose papers name one."""
    stages = [stage.key for stage in rules.chain if PaperKind.VOTE_SHEET in stage.papers]
    votes = Vote.valid(case__in=rows, stage__in=stages).order_by("pk")
    by_key = {case.pk: case for case in rows}
    for vote, sheet in zip(votes, vote_sheets(votes), strict=True):
        yield _of_case(by_key[vote.case_id], sheet, rules)


def _incomes(rows: list[Case], rules: Rules) -> Iterator[OfCase]:
    by_household = {case.household_id: case for case in rows}
    records = list(
        HouseholdYear.objects.filter(household__in=by_household, year=rules.year)
        .select_related("household")
        .order_by("pk")
    )
    for record, sheet in zip(records, income_sheets(records, rules), strict=True):
        yield _of_case(by_household[record.household_id], sheet, rules)


def _replies(rows: list[Case], rules: Rules) -> Iterator[OfCase]:
    by_key = {case.pk: case for case in rows}
    answered = Objection.objects.filter(case_key__in=by_key, open=False).order_by("pk")
    for one in answered.select_related("item__notice"):
        case = by_key[one.case_key]
        sheet = reply_sheet(one, case)
        yield _of_case(case, sheet, rules, ("objection", one.pk), one.number)


def _of_case(
    case: Case,
    sheet: Sheet,
    rules: Rules,
    subject: tuple[str, int] | None = None,
    number: str = "",
) -> OfCase:
    about = (case.village_id, number or case.number, subject or ("case", case.pk))
    return OfCase(case.household.number, _draft(sheet, rules, *about))


def of_region(programme: Programme, region: str) -> Iterator[Draft]:
    """Every paper of the meetings, notices, submissions, decisions and draws in a region."""
    rules = programme.rules
    for meeting in _in(Meeting.objects.all(), programme, region):
        sheet: Sheet = minutes_sheet(meeting)
        about = (meeting.village_id, meeting.number, ("meeting", meeting.pk))
        yield _draft(sheet, rules, *about)
        if any(kind in LISTS for kind in rules.stage(meeting.stage).papers):
            yield _draft(meeting_list(meeting), rules, *about)
    yield from _notices(programme, region)
    for submission in _in(Submission.objects.filter(recalled_tx=""), programme, region):
        yield from _submission(submission, rules)
    yield from _decisions(programme, region)
    yield from _transfers(programme, region)
    yield from (_made(one, rules) for one in of_upper(programme, region))


def of_request(run: ComparisonRun) -> Iterator[Draft]:
    """A bureau's answer, once there is one."""
    yield from (_made(one, run.programme.rules) for one in of_run(run))


def of_draw(draw: Draw) -> Iterator[Draft]:
    """The list of a draw, and the sheet of each household drawn."""
    yield from (_made(one, draw.programme.rules) for one in of_sample(draw))


def _made(made: Made, rules: Rules) -> Draft:
    return Draft(
        subject=made.subject,
        region=made.region,
        sheet=made.sheet,
        title=title(rules, PaperKind(made.sheet.kind)),
        number=made.number,
    )


def _notices(programme: Programme, region: str) -> Iterator[Draft]:
    hung = (NoticeState.HANGING, NoticeState.CLOSED)
    for notice in _in(Notice.objects.filter(state__in=hung), programme, region):
        asks = notice.kind == NoticeKind.NOTICE
        sheet: Sheet = notice_sheet(notice) if asks else announcement_sheet(notice)
        number = f"{notice.get_kind_display()}-{notice.pk}"
        about = (notice.region_id, number, ("notice", notice.pk))
        yield _draft(sheet, programme.rules, *about)


def _decisions(programme: Programme, region: str) -> Iterator[Draft]:
    for decision in _in(Decision.objects.all(), programme, region):
        yield from of_decision(decision)


def of_decision(decision: Decision) -> Iterator[Draft]:
    """The request where the plan has one; the decision, once there is one."""
    subject = ("decision", decision.pk)
    rules, code = decision.programme.rules, decision.region_id
    if has_request(rules.stage(decision.stage)):
        yield _draft(request_sheet(decision), rules, code, decision.request_number, subject)
    if decision.decided_on:
        yield _draft(decision_sheet(decision), rules, code, decision.number, subject)


def _transfers(programme: Programme, region: str) -> Iterator[Draft]:
    for batch in _in(Batch.objects.all(), programme, region):
        if sheet := transfer_sheet(batch):
            number = f"PZ-{programme.rules.year}-{batch.village_id}-{batch.part}"
            yield _draft(sheet, programme.rules, batch.village_id, number, ("batch", batch.pk))


def of_submission(submission: Submission) -> Iterator[Draft]:
    """The papers of one submission: 附件2, and 附件3 where it names anybody."""
    yield from _submission(submission, submission.programme.rules)


def _submission(submission: Submission, rules: Rules) -> Iterator[Draft]:
    """附件2; and 附件3, which is not made of nobody."""
    number = f"{submission.region_id}-{submission.number}"
    about = (submission.region_id, number)
    yield _draft(submission_sheet(submission), rules, *about, ("submission", submission.pk))
    if submission.households:
        official = ("submission", submission.pk)
        yield _draft(official_list(submission), rules, *about, official)
        public = ("submission_public", submission.pk)
        yield _draft(public_list(submission), rules, *about, public)


def _in(rows: QuerySet[Any], programme: Programme, region: str) -> QuerySet[Any]:
    """Of the region, of what lies in it and what it lies in: a district tells its townships."""
    own = inside(region) | Q(**{f"{_place(rows)}__in": [*above(region), region]})
    return rows.filter(own, programme=programme).order_by("pk")


def _place(rows: QuerySet[Any]) -> str:
    names = {field.name for field in rows.model._meta.concrete_fields}
    return "region" if "region" in names else "village"


def _draft(sheet: Sheet, rules: Rules, region: str, number: str, subject: tuple[str, int]) -> Draft:
    kind, key = subject
    return Draft(
        subject=(kind, str(key)),
        region=region,
        sheet=sheet,
        title=title(rules, PaperKind(sheet.kind)),
        number=number,
    )
