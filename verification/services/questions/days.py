"""Papers dated before the act they rest on: what stands later in the plan was done later."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet

from exitcase.core import clock
from exitcase.core.choices import Finding
from exitcase.core.models import Programme
from exitcase.core.rules import Rules
from exitcase.core.rules_words import Warn
from publicity.choices import NoticeState
from publicity.models import NoticeItem
from verification.models import (
    Case,
    ComparisonItem,
    DecisionItem,
    Delivery,
    Inspection,
    Question,
    Signature,
    SubmissionItem,
    Vote,
)
from verification.services.questions.found import Figures, Found, Row

# Within a stage: first what is done, then who signs it, then what is sent or decided on it.
DONE, SIGNED, SENT = range(3)


class Step(NamedTuple):
    """One dated act or paper of a case; `place` is where it stands in the plan."""

    place: tuple[int, int]
    day: date
    row: Row


Dated = Iterator[tuple[int, str, int, date, Row]]  # case, stage, order within it, day, row
PLACE: Final = attrgetter("place")


def before_basis(district: str, figures: Figures) -> Iterator[Found]:
    """Of each case, what is dated earlier than something it follows in its own plan."""
    if not figures.row(Warn.BEFORE_BASIS):
        return
    plans = _plans(district)
    steps: dict[int, list[Step]] = defaultdict(list)
    for case, stage, order, day, row in _dated(district):
        keys = plans[case].keys
        if stage in keys:  # what a region's stage brought runs beside the chain
            steps[case].append(Step((keys.index(stage), order), day, row))
    for of_case in steps.values():
        yield from _early(sorted(of_case))


def _early(steps: list[Step]) -> Iterator[Found]:
    """One question per basis, with all that is dated before it."""
    early: dict[Step, list[Step]] = defaultdict(list)
    latest: Step | None = None
    for _place, group in groupby(steps, key=PLACE):
        here = list(group)
        for one in here:
            if latest and one.day < latest.day:
                early[latest].append(one)
        latest = max((latest, *here) if latest else here, key=attrgetter("day"))
    for basis, papers in early.items():
        first = min(papers, key=attrgetter("day"))
        about = f"{first.day.isoformat()} < {basis.day.isoformat()}"
        rows = [basis.row, *(one.row for one in papers)]
        yield Found.of(Question.Kind.BEFORE_BASIS, (basis.row, basis.day), about, rows)


def _plans(district: str) -> dict[int, Rules]:
    cases = Case.objects.filter(district=district)
    of_case = dict(cases.order_by().values_list("pk", "batch__programme"))
    rules = {one.pk: one.rules for one in Programme.objects.filter(pk__in=set(of_case.values()))}
    return {case: rules[programme] for case, programme in of_case.items()}


def _dated(district: str) -> Dated:
    inside = {"case__district": district}
    met = Inspection.valid(**inside).exclude(finding=Finding.NOT_MET_HOME)
    yield from _rows("inspection", DONE, met, "done_on")
    yield from _rows("meeting", DONE, Vote.valid(**inside), "meeting__held_on", "meeting_id")
    answered = ComparisonItem.valid(run__answered_on__isnull=False, **inside)
    yield from _rows("comparisonrun", DONE, answered, "run__answered_on", "run_id")
    yield from _notices(district)
    yield from _rows("signature", SIGNED, Signature.valid(**inside), "signed_on")
    sent = SubmissionItem.valid(submission__recalled_tx="", **inside)
    yield from _rows("submission", SENT, sent, "submission__sent_on", "submission_id")
    decided = DecisionItem.valid(decision__decided_on__isnull=False, **inside)
    yield from _rows("decision", SENT, decided, "decision__decided_on", "decision_id")
    yield from _rows("delivery", SENT, Delivery.objects.filter(**inside), "delivered_on")


def _rows(subject: str, order: int, rows: QuerySet[Any], day: str, key: str = "pk") -> Dated:
    for case, stage, done, pk in rows.values_list("case_id", "stage", day, key).iterator():
        yield case, stage, order, done, Row(subject, pk, case)


def _notices(district: str) -> Dated:
    """A notice is done when its term is over; nothing that rests on it is older."""
    over = NoticeItem.valid(
        struck_tx="",
        notice__district=district,
        notice__state=NoticeState.CLOSED,
        notice__closes_at__isnull=False,
    )
    path = ("case_key", "stage", "notice__closes_at", "notice_id")
    rows: Iterator[tuple[int, str, datetime, int]] = over.values_list(*path).iterator()
    for case, stage, closes_at, pk in rows:
        yield case, stage, DONE, clock.day_of(closes_at), Row("notice", pk, case)
