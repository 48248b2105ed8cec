"""The one guarded UPDATE: whatever changes a state, one row or fifty thousand, goes through it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet
from django.utils.translation import gettext_lazy as _

from exitcase.core import journal, machine
from exitcase.core.choices import Act
from exitcase.core.gates import Ask, Gate, GateSet, by_gate

M = TypeVar("M", bound=Model)


def _never(ask: Ask) -> Any:
    raise TypeError(f"{ask.stage.key}: where a row stands is asked by the move itself")


# Not a gate of any book: the row has not come to the stage it was to leave.
ELSEWHERE = Gate("elsewhere", "case", _("有 %(n)d 项不在本环节"), _never)


@dataclass(frozen=True, slots=True)
class Step:
    """One act at one stage, as the set sees it.

    `state` is the column that moves, `done` the states that mean: somebody was faster.
    `changes` are columns set in the same UPDATE; `reasons` answer soft gates by their key.
    `right` raises `NotAllowed`; `rollup` gets the moved rows, `came_from` and state in them.
    """

    act: Act
    ask: Ask
    state: str
    source: frozenset[str]
    target: str
    done: frozenset[str] = frozenset()
    changes: Mapping[str, Any] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    right: Callable[[], object] | None = None
    rollup: Callable[[QuerySet[Any]], None] | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of the rows: moved, moved before, or refused by which gate (their keys)."""

    count: int = 0
    already: int = 0
    refused: dict[str, list[int]] = field(default_factory=dict)
    mark: str = ""
    asked: dict[str, Gate] = field(default_factory=dict)

    def __add__(self, other: "Moved") -> "Moved":
        gates = {**self.refused, **other.refused}
        both = {key: self.refused.get(key, []) + other.refused.get(key, []) for key in gates}
        return Moved(
            self.count + other.count,
            self.already + other.already,
            both,
            asked={**self.asked, **other.asked},
        )

    def words(self) -> list[str]:
        """What is missing, one sentence per gate: 「还有 3 户没有户主签字」."""
        return [self.asked[key].words(len(rows)) for key, rows in self.refused.items()]


def move(rows: QuerySet[M], step: Step) -> Moved:
    """Move the rows that stand at the source and pass the gates; tell what became of the rest.

    The order of asking: state, right, gates: a double click never reads "forbidden". The UPDATE
    marks; journal and rollup read the marked rows, refusals the others, so they cannot disagree
    with it, as two evaluations of one WHERE can. A constant number of statements.
    """
    gates = machine.gates_of(rows.model, step.act, step.ask.stage.kind)
    standing = rows.filter(**{f"{step.state}__in": _lawful(rows.model, step)})
    if step.right and standing.exists():
        step.right()
    ready = gates.open_rows(standing, step.ask, step.reasons)
    mark = journal.current().next_mark()
    count = update(ready, mark, step.state, **{step.state: step.target, **step.changes})
    moved = rows.filter(mark=mark)
    write(step.act, moved, step.state, count, stage=step.ask.stage.key)
    if count:
        _keep_reasons(moved, step, gates)
        if step.rollup:
            step.rollup(moved)
    return replace(_tell(rows.exclude(mark=mark), step, gates), count=count, mark=mark)


def _lawful(model: type[Model], step: Step) -> list[str]:
    return sorted(step.source & machine.sources(model, step.act, step.ask.stage.kind))


def update(rows: QuerySet[M], mark: str, state: str, /, **changes: Any) -> int:
    """The UPDATE itself: remembers where each row came from and marks it."""
    _refuse_joins(rows)
    return rows.update(**changes, came_from=F(state), mark=mark, version=F("version") + 1)


def write(act: Act, marked: QuerySet[M], state: str, count: int, *, stage: str = "") -> None:
    """A journal row per moved row; and none missing, or nothing has happened."""
    written = journal.record_set(act, marked, state, stage) if count else 0
    if written != count:
        raise RuntimeError(f"{count} rows moved, {written} written: filter by what does not move")


def _keep_reasons(moved: QuerySet[M], step: Step, gates: GateSet) -> None:
    """Write why somebody passed a soft gate that was shut: one journal row per moved row.

    Asked after the UPDATE, which changed the state alone: a soft gate may not ask for that.
    """
    for gate in gates.asked(step.ask):
        if not gate.hard and gate.key in step.reasons:
            shut = moved.annotate(open_=gate.known_to_pass(step.ask)).filter(open_=False)
            journal.record_set(
                Act.GIVE_REASON,
                shut,
                stage=step.ask.stage.key,
                was=gate.key,
                reason=step.reasons[gate.key],
            )


def _refuse_joins(rows: QuerySet[M]) -> None:
    # With a join Django writes `id IN (SELECT …)`, and PostgreSQL does not look at that WHERE
    # again for a row it had to wait for: two clicks would both win.
    if sum(map(bool, rows.query.alias_refcount.values())) > 1:
        raise ValueError("a moved queryset may not join: use own columns, Exists, pk__in")


def _tell(left: QuerySet[M], step: Step, gates: GateSet) -> Moved:
    """Sort what did not move, in one query: done already, elsewhere, or shut out by gates."""
    if not left.exists():  # most often; asking every gate of nobody costs as much as of many
        return Moved()
    answers = gates.answers(left, step.ask, step.state)
    here = [row for row in answers if row[step.state] in step.source]
    away = [row for row in answers if row[step.state] not in step.source | step.done]
    asked = [gate for gate in gates.asked(step.ask) if gate.hard or gate.key not in step.reasons]
    refused = by_gate([gate.key for gate in asked], here)
    if away:
        refused[ELSEWHERE.key] = [row["pk"] for row in away]
    return Moved(
        already=len(answers) - len(here) - len(away),
        refused=refused,
        asked={gate.key: gate for gate in (*asked, ELSEWHERE)},
    )
