"""A gate is one question, asked of one row or of fifty thousand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypeVar

from django.db.models import Case, Exists, Expression, Model, Q, QuerySet, Value, When
from django.db.models.expressions import NegatedExpression
from django.db.models.functions import Now
from django.db.models.lookups import Lookup

from exitcase.core.choices import Act, StageKind
from exitcase.core.rules import Rules, Stage

M = TypeVar("M", bound=Model)
Passes: TypeAlias = "Q | Exists | NegatedExpression[Any] | Lookup[Any]"


@dataclass(frozen=True, slots=True)
class Ask:
    """What a gate may know beside the row: the pinned rules, the stage being left, the clock."""

    rules: Rules
    stage: Stage
    now: Expression = field(default_factory=Now)


@dataclass(frozen=True, slots=True)
class Gate:
    """`passes(ask)` is true for the rows that may go on; a missing fact is not a pass."""

    key: str
    of: Literal["case", "batch"]
    message: str
    passes: Callable[[Ask], Passes]
    hard: bool = True

    def known_to_pass(self, ask: Ask) -> Case:
        # In SQL a comparison with NULL is neither true nor false; WHEN takes only true.
        return Case(When(self.passes(ask), then=Value(value=True)), default=Value(value=False))


class GateSet:
    """All gates of one act at one kind of stage; an empty set is said explicitly."""

    def __init__(self, *gates: Gate) -> None:
        self.gates = gates

    def keys(self, *, hard: bool = True) -> list[str]:
        return [gate.key for gate in self.gates if gate.hard is hard]

    def open_rows(self, rows: QuerySet[M], ask: Ask) -> QuerySet[M]:
        """The rows that every hard gate lets pass; WHERE drops NULL by itself."""
        return rows.filter(*(gate.passes(ask) for gate in self.gates if gate.hard))

    def open_for(self, row: Model, ask: Ask) -> bool:
        """The same question, asked of one row."""
        one = type(row)._default_manager.filter(pk=row.pk)
        return self.open_rows(one, ask).exists()

    def answers(self, rows: QuerySet[M], ask: Ask, *columns: str) -> list[dict[str, Any]]:
        """Each row's pk and columns, with one boolean per gate, named like the gate."""
        asked = rows.annotate(**{gate.key: gate.known_to_pass(ask) for gate in self.gates})
        keys = (gate.key for gate in self.gates)
        return list(asked.order_by("pk").values("pk", *columns, *keys))

    def shut(self, rows: QuerySet[M], ask: Ask, *, hard: bool = True) -> dict[str, list[int]]:
        """Which gate is shut for which rows: one query, however many rows."""
        return by_gate(self.keys(hard=hard), self.answers(rows, ask))


def by_gate(keys: Iterable[str], answers: list[dict[str, Any]]) -> dict[str, list[int]]:
    """Turn answers round, from row → gates to gate → rows; gates shut for nobody drop out."""
    shut = {key: [row["pk"] for row in answers if not row[key]] for key in keys}
    return {key: pks for key, pks in shut.items() if pks}


GateBook = dict[tuple[Act, StageKind], GateSet]
