"""A batch as it stood at 24:00 of a past day, read back from the journal.

By the time at which things were recorded, not by the day on the paper: what was entered late was
not known then. From what is on record now, what came later is undone, the latest first.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from exitcase.core import clock
from exitcase.core.choices import ENDS, LISTED, Act, Fact
from exitcase.core.models import Entry
from verification.models import Batch, Case, Correction

OF_CASE: Final = (
    Act.LIST,
    Act.PASS,
    Act.SPLIT_OFF,
    Act.MERGE,
    Act.SEND_BACK,
    Act.REFUSE,
    Act.WITHDRAW,
    Act.CEASE,
)
OF_BATCH: Final = (Act.LIST, Act.CLOSE, Act.SEND_BACK, Act.MERGE)


@dataclass(frozen=True, slots=True)
class Then:
    """One household of the batch as it was: the stage it had passed, or how it had ended."""

    case: Case
    state: str
    persons: int

    @property
    def ended(self) -> bool:
        return self.state in ENDS


@dataclass(frozen=True, slots=True)
class Past:
    """The batch at the end of a day. `stage` "": it was not yet listed.

    `late`: rows of the journal about its households that tell of that day or before, and were
    recorded after it.
    """

    batch: Batch
    day: date
    stage: str
    rows: list[Then]
    late: int

    @property
    def households(self) -> int:
        return len(self.rows)

    @property
    def persons(self) -> int:
        return sum(row.persons for row in self.rows)

    @property
    def counts(self) -> list[tuple[str, int, int]]:
        """State → 户 and 人, in the order of the plan."""
        sums: dict[str, tuple[int, int]] = {}
        for row in self.rows:
            n, p = sums.get(row.state, (0, 0))
            sums[row.state] = (n + 1, p + row.persons)
        order = [LISTED, *self.batch.rules.keys, *ENDS]
        return [(state, *sums[state]) for state in order if state in sums]


def batch_on(batch: Batch, day: date) -> Past:
    """The batch as of 24:00 of `day`; as many queries for any number of households."""
    until = clock.as_text(datetime.combine(day + timedelta(days=1), time(), clock.PLACE))
    family = Batch.objects.filter(village=batch.village_id, programme=batch.programme_id)
    split_from = dict(family.values_list("pk", "split_from"))
    cases = Case.objects.filter(batch__in=list(split_from)).select_related("household")
    found = {case.pk: case for case in cases.order_by("group", "number")}
    told = _entries("case", found, OF_CASE)
    merged = _merged(split_from)
    rows = [
        (case, state)
        for case in found.values()
        for home, state in [_back(case, told[str(case.pk)], until, split_from, merged)]
        if home == batch.pk and state
    ]
    persons = _persons([case for case, _state in rows], until)
    return Past(
        batch=batch,
        day=day,
        stage=_stage(batch, until),
        rows=[Then(case, state, persons[case.pk]) for case, state in rows],
        late=_late([case for case, _state in rows], day, until),
    )


def _back(
    case: Case,
    told: Sequence[Entry],
    until: str,
    split_from: dict[int, int | None],
    merged: dict[str, int],
) -> tuple[int | None, str]:
    """In which batch a case was, and in which state; "" before it was listed."""
    home: int | None = case.batch_id
    for entry in told:
        if entry.recorded_at < until:
            return home, entry.became
        if entry.act == Act.SPLIT_OFF and home is not None:
            home = split_from[home]
        elif entry.act == Act.MERGE:
            home = merged[entry.tx]
    return home, ""


def _entries(subject: str, keys: Iterable[int], acts: Sequence[Act]) -> dict[str, list[Entry]]:
    """What the journal tells of the moves of each, the latest first."""
    found: dict[str, list[Entry]] = defaultdict(list)
    rows = Entry.objects.filter(subject=subject, subject_id__in=[str(key) for key in keys])
    for entry in rows.filter(act__in=acts).order_by("-pk"):
        found[entry.subject_id].append(entry)
    return found


def _merged(family: Iterable[int]) -> dict[str, int]:
    """The act of a merging → the batch whose households went over."""
    told = _entries("batch", family, (Act.MERGE,))
    return {entry.tx: int(key) for key, entries in told.items() for entry in entries}


def _stage(batch: Batch, until: str) -> str:
    told = _entries("batch", [batch.pk], OF_BATCH)[str(batch.pk)]
    return next((entry.became for entry in told if entry.recorded_at < until), "")


def _persons(cases: Sequence[Case], until: str) -> dict[int, int]:
    """How many persons each counted, with the 更正单 entered since then taken back."""
    found = {case.pk: case.persons or 0 for case in cases}
    for one in _corrected(cases, until):
        was = [line.was for line in one.lines if line.fact == Fact.HOUSEHOLD_PERSONS]
        if was and was[0].isdecimal():
            found[one.case_id] = int(was[0])
    return found


def _corrected(cases: Sequence[Case], until: str) -> list[Correction]:
    since: Any = Entry.objects.filter(act=Act.CORRECT, subject="case", recorded_at__gte=until)
    acts = since.filter(subject_id__in=[str(case.pk) for case in cases]).values("tx")
    return list(Correction.objects.filter(case__in=cases, tx__in=acts).order_by("-pk"))


def _late(cases: Sequence[Case], day: date, until: str) -> int:
    rows = Entry.objects.filter(subject="case", subject_id__in=[str(case.pk) for case in cases])
    return rows.filter(recorded_at__gte=until, done_on__lte=day.isoformat()).count()
