"""The one guarded UPDATE: whatever changes a state, one row or fifty thousand, goes through it."""

from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet

from exitcase.core import journal, machine
from exitcase.core.choices import Act
from exitcase.core.gates import Ask, by_gate

M = TypeVar("M", bound=Model)
ELSEWHERE = "elsewhere"  # not a gate: the row has not come to the stage it was to leave


@dataclass(frozen=True, slots=True)
class Step:
    """One act at one stage, as the set sees it. `state` is the column that moves."""

    act: Act
    ask: Ask
    state: str
    source: frozenset[str]
    target: str
    done: frozenset[str] = frozenset()  # states that mean: somebody was faster


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of the rows: moved, moved before, or refused by which gate."""

    count: int = 0
    already: int = 0
    refused: dict[str, list[int]] = field(default_factory=dict)
    mark: str = ""

    def __add__(self, other: "Moved") -> "Moved":
        gates = {**self.refused, **other.refused}
        both = {key: self.refused.get(key, []) + other.refused.get(key, []) for key in gates}
        return Moved(self.count + other.count, self.already + other.already, both)


def move(rows: QuerySet[M], step: Step) -> Moved:
    """Move the rows that stand at the source and pass the gates; tell what became of the rest.

    The UPDATE comes first and marks; journal and milestones read the marked rows, refusals the
    others, so they cannot disagree with it, as two evaluations of one WHERE can.
    """
    gates = machine.gates_of(rows.model, step.act, step.ask.stage.kind)
    lawful = step.source & machine.sources(rows.model, step.act, step.ask.stage.kind)
    standing = rows.filter(**{f"{step.state}__in": sorted(lawful)})
    ready = gates.open_rows(standing, step.ask)
    mark = journal.current().next_mark()
    count = update(ready, mark, step.state, **{step.state: step.target})
    write(step.act, rows.filter(mark=mark), step.state, count)
    return replace(_tell(rows.exclude(mark=mark), step), count=count, mark=mark)


def update(rows: QuerySet[M], mark: str, state: str, /, **changes: Any) -> int:
    """The UPDATE itself: remembers where each row came from and marks it."""
    _refuse_joins(rows)
    return rows.update(**changes, came_from=F(state), mark=mark, version=F("version") + 1)


def write(act: Act, marked: QuerySet[M], state: str, count: int) -> None:
    """A journal row per moved row; and none missing, or nothing has happened."""
    written = journal.record_set(act, marked, state) if count else 0
    if written != count:
        raise RuntimeError(f"{count} rows moved, {written} written: filter by what does not move")


def _refuse_joins(rows: QuerySet[M]) -> None:
    # With a join Django writes `id IN (SELECT …)`, and PostgreSQL does not look at that WHERE
    # again for a row it had to wait for: two clicks would both win.
    if sum(map(bool, rows.query.alias_refcount.values())) > 1:
        raise ValueError("a moved queryset may not join: use own columns, Exists, pk__in")


def _tell(left: QuerySet[M], step: Step) -> Moved:
    """Sort what did not move, in one query: done already, elsewhere, or shut out by gates."""
    gates = machine.gates_of(left.model, step.act, step.ask.stage.kind)
    answers = gates.answers(left, step.ask, step.state)
    here = [row for row in answers if row[step.state] in step.source]
    away = [row for row in answers if row[step.state] not in step.source | step.done]
    refused = by_gate(gates.keys(), here)
    if away:
        refused[ELSEWHERE] = [row["pk"] for row in away]
    return Moved(already=len(answers) - len(here) - len(away), refused=refused)
