"""Reading batches, cases and households: always within a scope, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from django.apps import apps
from django.db.models import CharField, Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Cast

from exitcase.core import journal, machine
from exitcase.core.choices import CLOSED, ENDS, LIVE, Act, End, Status
from exitcase.core.gates import Ask, Gate
from exitcase.core.models import Entry, Paper
from exitcase.core.moves import Moved
from exitcase.core.rules import Rules, Stage
from exitcase.core.scope import Scope
from households import queries as register
from households.models import Household
from publicity.choices import ObjectionKind, Outcome
from publicity.models import NoticeItem, Objection
from verification.models import (
    Batch,
    Case,
    Correction,
    DecisionItem,
    Mandate,
    SubmissionItem,
    Vote,
)

NAMED: Final = ("batch_id", "number", "group", "head_name")
NOT_LISTED: Final = "none"  # a filter's value: households without a case
# What a batch's own closing asks of its cases is told case by case already.
IMPLIED: Final = frozenset({"all_passed"})


@dataclass(frozen=True, slots=True)
class Stuck:
    """One household that a gate stops."""

    case: int
    number: str
    group: str
    head_name: str


@dataclass(frozen=True, slots=True)
class Blocker:
    """One gate that is shut: what is missing in words, and for which households.

    A soft one lets pass whoever gives a reason. Without households it is the list's own.
    """

    key: str
    words: str
    fix: str
    hard: bool
    households: tuple[Stuck, ...] = ()


def batches(scope: Scope) -> QuerySet[Batch]:
    """The batches a person may see, with how many households and persons are on them."""
    rows = scope.filter(Batch.objects.select_related("programme", "village"))
    counted: QuerySet[Batch] = rows.annotate(
        households=Count("cases"),
        persons=Sum("cases__persons"),
        ended=Count("cases", filter=Q(cases__state__in=ENDS)),
    )
    return counted


def cases(scope: Scope) -> QuerySet[Case]:
    """The cases a person may see."""
    return scope.filter(Case.objects.select_related("batch__programme", "village", "household"))


# ------------------------------------------------------------------ what is in the way


def blockers(rows: Sequence[Batch]) -> dict[int, list[Blocker]]:
    """Batch id → what keeps it at its stage; a few queries per stage, however many batches."""
    found: dict[int, list[Blocker]] = {batch.pk: [] for batch in rows}
    moving = sorted(
        (batch for batch in rows if batch.stage != CLOSED),
        key=lambda batch: (batch.programme_id, batch.stage),
    )
    for _place, group in groupby(moving, lambda batch: (batch.programme_id, batch.stage)):
        together = list(group)
        ask = together[0].ask()
        for gathered in (_of_cases(together, ask), _of_batches(together, ask)):
            for key, shut in gathered.items():
                found[key] += shut
    return found


def blockers_of(case: Case) -> list[Blocker]:
    """What keeps one household at the stage it stands before; nothing where it has passed."""
    ask = case.batch.ask()
    gates = machine.gates_of(Case, Act.PASS, ask.stage.kind)
    waiting = Case.objects.filter(pk=case.pk, state=ask.rules.before(ask.stage.key))
    answers = gates.answers(waiting, ask, *NAMED)
    return list(_shut(gates.asked(ask), answers, _names(answers)))


def told(moved: Moved) -> list[Blocker]:
    """What a move said of those that stayed behind, with their names."""
    pks = {pk for key, pks in moved.refused.items() if _of_case(moved.asked[key]) for pk in pks}
    names = _names(Case.objects.filter(pk__in=pks).values("pk", *NAMED))
    return [
        _blocker(moved.asked[key], pks, names if _of_case(moved.asked[key]) else {})
        for key, pks in moved.refused.items()
    ]


def _of_case(gate: Gate) -> bool:
    return gate.of == "case"


def _of_cases(together: Sequence[Batch], ask: Ask) -> dict[int, list[Blocker]]:
    """The cases that stand before the stage and may not pass it, batch by batch."""
    gates = machine.gates_of(Case, Act.PASS, ask.stage.kind)
    waiting = Case.objects.filter(
        batch__in=[batch.pk for batch in together], state=ask.rules.before(ask.stage.key)
    )
    answers = gates.answers(waiting, ask, *NAMED)
    by_batch: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for answer in answers:
        by_batch[answer["batch_id"]].append(answer)
    return {
        batch: list(_shut(gates.asked(ask), rows, _names(rows))) for batch, rows in by_batch.items()
    }


def _of_batches(together: Sequence[Batch], ask: Ask) -> dict[int, list[Blocker]]:
    gates = machine.gates_of(Batch, Act.CLOSE, ask.stage.kind)
    rows = Batch.objects.filter(pk__in=[batch.pk for batch in together])
    asked = [gate for gate in gates.asked(ask) if gate.key not in IMPLIED]
    return {answer["pk"]: list(_shut(asked, [answer], {})) for answer in gates.answers(rows, ask)}


def _shut(
    gates: Iterable[Gate], answers: Sequence[dict[str, Any]], names: dict[int, Stuck]
) -> Iterable[Blocker]:
    for gate in gates:
        behind = [answer["pk"] for answer in answers if not answer[gate.key]]
        if behind:
            yield _blocker(gate, behind, names)


def _blocker(gate: Gate, pks: Sequence[int], names: dict[int, Stuck]) -> Blocker:
    stuck = tuple(names[pk] for pk in pks if pk in names)
    return Blocker(gate.key, gate.words(len(pks)), str(gate.fix), gate.hard, stuck)


def _names(rows: Iterable[dict[str, Any]]) -> dict[int, Stuck]:
    return {
        row["pk"]: Stuck(row["pk"], row["number"], row["group"], row["head_name"]) for row in rows
    }


# ------------------------------------------------------------------ when it is due


def days_left(rules: Rules, stage: Stage, today: date) -> int | None:
    """Days from `today` to the last day of the stage's time in the plan's calendar; after it < 0.

    None where the plan sets none.
    """
    for window in rules.windows:
        if window.key == stage.window and window.last:
            return int((window.last - today) / timedelta(days=1))
    return None


# ------------------------------------------------------------------ households


def households(
    scope: Scope,
    *,
    text: str = "",
    group: str = "",
    status: str = "",
    stage: str = "",
    village: str = "",
) -> QuerySet[Household]:
    """The households a person may see, by what a list filters: `stage` of the current case."""
    rows = register.in_scope(scope).select_related("village").order_by("village", "group", "number")
    if text:
        rows = rows.filter(Q(head_name__contains=text) | Q(number__contains=text))
    if group:
        rows = rows.filter(group=group)
    if status in set(Status):
        rows = rows.filter(status=status)
    if village:
        rows = rows.filter(village=village)
    return _at_stage(rows, stage) if stage else rows


def _at_stage(rows: QuerySet[Household], stage: str) -> QuerySet[Household]:
    own = Case.objects.filter(household=OuterRef("pk"))
    if stage == NOT_LISTED:
        return rows.filter(~Exists(own))
    current = own.order_by("-pk")
    if stage in ENDS:
        return rows.annotate(now=Subquery(current.values("state")[:1])).filter(now=stage)
    standing = rows.annotate(
        now=Subquery(current.values("state")[:1]), at=Subquery(current.values("batch__stage")[:1])
    )
    return standing.filter(now__in=LIVE, at=stage)


def current_cases(households: Iterable[Household]) -> dict[int, Case]:
    """Household id → its latest case, which is the open one if any is."""
    found = Case.objects.filter(household__in=[one.pk for one in households])
    rows = found.select_related("batch__programme").order_by("pk")
    return {case.household_id: case for case in rows}


def stages_met(scope: Scope) -> list[tuple[str, str]]:
    """The stages at which batches of this scope stand, by the plan's names: for a filter."""
    standing = scope.filter(Batch.objects.exclude(stage=CLOSED)).order_by()
    firsts = standing.values("programme", "stage").annotate(first=Min("pk"))
    samples = list(Batch.objects.filter(pk__in=firsts.values("first")).select_related("programme"))
    titles = {one.stage: one.rules.stage(one.stage).title for one in samples}
    order = {key: at for one in samples for at, key in enumerate(one.rules.keys)}
    return sorted(titles.items(), key=lambda pair: order[pair[0]])


# ------------------------------------------------------------------ what is on record


def wrong_exits(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Of these cases the granted ones whose exit an upheld appeal found wrong: 错退."""
    upheld = Objection.objects.filter(
        case_key=OuterRef("pk"), kind=ObjectionKind.WRONG_EXIT, open=False, outcome=Outcome.UPHELD
    )
    return rows.filter(Exists(upheld), state=End.GRANTED)


def milestones(case: Case) -> list[Entry]:
    """What the journal tells of a case, the latest first."""
    return list(Entry.objects.filter(subject="case", subject_id=str(case.pk)).order_by("-pk"))


def papers_of_case(scope: Scope, case: Case) -> QuerySet[Paper]:
    """The papers about one household that this person may read: forms, mandates, letters."""
    return _papers(scope, {kind: list(keys) for kind, keys in subjects_of([case.pk]).items()})


def papers_of_cases(scope: Scope, cases: Sequence[int]) -> dict[int, list[Paper]]:
    """Case id → its papers that this person may read; as many queries for one as for all."""
    about = subjects_of(cases)
    found: dict[int, list[Paper]] = {key: [] for key in cases}
    for paper in _papers(scope, {kind: list(keys) for kind, keys in about.items()}):
        found[about[paper.subject_kind][int(paper.subject_id)]].append(paper)
    return found


def subjects_of(cases: Sequence[int]) -> dict[str, dict[int, int]]:
    """Kind of subject → key of one that papers of these cases are about → the case's key."""
    mandates = Mandate.objects.filter(case__in=cases).values_list("pk", "case")
    corrections = Correction.objects.filter(case__in=cases).values_list("pk", "case")
    objections = Objection.objects.filter(case_key__in=cases).values_list("pk", "case_key")
    return {
        "case": {key: key for key in cases},
        "mandate": dict(mandates),
        "correction": dict(corrections),
        "objection": dict(objections),
    }


def papers_of_batch(scope: Scope, batch: Batch) -> QuerySet[Paper]:
    """The papers that count cases of a batch: minutes, notices, submissions, decisions."""
    keys = Case.objects.filter(batch=batch).values("pk")
    submitted = list(
        SubmissionItem.objects.filter(case__in=keys).values_list("submission", flat=True).distinct()
    )
    return _papers(
        scope,
        {
            "batch": [batch.pk],
            "meeting": Vote.objects.filter(case__in=keys).values_list("meeting", flat=True),
            "notice": NoticeItem.objects.filter(case_key__in=keys).values_list("notice", flat=True),
            "submission": submitted,
            "submission_public": submitted,
            "decision": DecisionItem.objects.filter(case__in=keys).values_list(
                "decision", flat=True
            ),
        },
    )


def _papers(scope: Scope, subjects: dict[str, Iterable[int]]) -> QuerySet[Paper]:
    about = Q(pk__in=())
    for kind, keys in subjects.items():
        about |= Q(subject_kind=kind, subject_id__in=[str(key) for key in set(keys)])
    rows = scope.filter(Paper.objects.select_related("pdf", "xlsx"))
    return rows.filter(about).order_by("kind", "subject_id", "-version")


# ── 补录 ──────────────────────────────────────────────────────────────────────────────────────


def late_entries(scope: Scope) -> QuerySet[Entry]:
    """What was entered later than the plan allows, with its reason, the latest first."""
    return entries_seen(scope, Entry.objects.filter(late="1")).order_by("-pk")


def entries_seen(scope: Scope, rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Of these rows of the journal those a person may read.

    Of a district or above, the whole journal of its chain; of a smaller region, the rows about
    what lies in it. Two queries and one more for each kind of subject.
    """
    seen = Q(pk__in=())
    for code in scope.codes:
        if len(code) <= journal.CHAIN:
            seen |= Q(chain__startswith=code)
    mine = rows.filter(chain__in={code[: journal.CHAIN] for code in scope.codes})
    for subject in mine.order_by().values_list("subject", flat=True).distinct():
        of = _rows_of(subject, scope)
        if of is not None:
            keys = of.order_by().annotate(key=Cast("pk", CharField())).values("key")
            seen |= Q(subject=subject, subject_id__in=keys)
    return rows.filter(seen)


def _rows_of(subject: str, scope: Scope) -> QuerySet[Any] | None:
    """The rows of a journal's subject that lie in the scope; None of what lies in no region."""
    found = [one for one in apps.get_models() if one._meta.model_name == subject]
    if not found:
        return None
    model = found[0]
    names = {field.name for field in model._meta.concrete_fields}
    way = str(getattr(model, "chain_path", "")).removesuffix("district").removesuffix("__")
    if "district" not in names and not way:
        return None
    return scope.filter(model._default_manager.all(), via="" if "district" in names else way)
