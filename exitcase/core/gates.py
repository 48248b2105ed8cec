"""A gate is one question, asked of one row or of fifty thousand."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypeVar

from django.db.models import Case, Exists, Expression, Model, Q, QuerySet, Value, When
from django.db.models.expressions import NegatedExpression
from django.db.models.lookups import Lookup
from django.utils.functional import Promise

from exitcase.core import clock
from exitcase.core.choices import Act, StageKind
from exitcase.core.rules import Rules, Stage

M = TypeVar("M", bound=Model)
Passes: TypeAlias = "Q | Exists | NegatedExpression[Any] | Lookup[Any]"


@dataclass(frozen=True, slots=True)
class Ask:
    """What a gate may know beside the row: the pinned rules, the stage being left, the clock."""

    rules: Rules
    stage: Stage
    now: Expression = field(default_factory=clock.now)


@dataclass(frozen=True, slots=True)
class Gate:
    """`passes(ask)` is true for the rows that may go on; a missing fact is not a pass.

    A hard gate blocks; a soft one lets pass whoever gives a reason, which is kept. `message`
    counts with `%(n)d` (「还有 %(n)d 户没有户主签字」), `fix` says what to do. `table` is the
    rule table it reads: a stage without that table is not asked.
    """

    key: str
    of: Literal["case", "batch", "notice"]
    message: "str | Promise"
    passes: Callable[[Ask], Passes]
    hard: bool = True
    table: str = ""
    fix: "str | Promise" = ""

    def known_to_pass(self, ask: Ask) -> Case:
        # In SQL a comparison with NULL is neither true nor false; WHEN takes only true.
        return Case(When(self.passes(ask), then=Value(value=True)), default=Value(value=False))

    def applies(self, ask: Ask) -> bool:
        """A table that is absent asks nothing."""
        return not self.table or bool(getattr(ask.stage, self.table))

    def words(self, n: int) -> str:
        """What is missing, for how many, in this reader's language."""
        return str(self.message) % {"n": n}


class GateSet:
    """All gates of one act at one kind of stage; an empty set is said explicitly."""

    def __init__(self, *gates: Gate) -> None:
        self.gates = gates

    def asked(self, ask: Ask) -> list[Gate]:
        return [gate for gate in self.gates if gate.applies(ask)]

    def keys(self, ask: Ask, *, hard: bool = True) -> list[str]:
        return [gate.key for gate in self.asked(ask) if gate.hard is hard]

    def open_rows(
        self, rows: QuerySet[M], ask: Ask, reasons: Container[str] = frozenset()
    ) -> QuerySet[M]:
        """The rows that every hard gate lets pass, and every soft one without a reason given.

        WHERE drops NULL by itself.
        """
        closed = (gate for gate in self.asked(ask) if gate.hard or gate.key not in reasons)
        return rows.filter(*(gate.passes(ask) for gate in closed))

    def open_for(self, row: Model, ask: Ask) -> bool:
        """Whether the hard gates let one row pass: the same question, asked of one row."""
        one = type(row)._default_manager.filter(pk=row.pk)
        return self.open_rows(one, ask, self.keys(ask, hard=False)).exists()

    def answers(self, rows: QuerySet[M], ask: Ask, *columns: str) -> list[dict[str, Any]]:
        """Each row's pk and columns, with one boolean per gate, named like the gate."""
        gates = self.asked(ask)
        asked = rows.annotate(**{gate.key: gate.known_to_pass(ask) for gate in gates})
        return list(asked.order_by("pk").values("pk", *columns, *(gate.key for gate in gates)))

    def shut(self, rows: QuerySet[M], ask: Ask, *, hard: bool = True) -> dict[str, list[int]]:
        """Which gate is shut for which rows: one query, however many rows."""
        return by_gate(self.keys(ask, hard=hard), self.answers(rows, ask))

    def gate(self, key: str) -> Gate:
        return next(gate for gate in self.gates if gate.key == key)


def by_gate(keys: Iterable[str], answers: list[dict[str, Any]]) -> dict[str, list[int]]:
    """Turn answers round, from row → gates to gate → rows; gates shut for nobody drop out."""
    shut = {key: [row["pk"] for row in answers if not row[key]] for key in keys}
    return {key: pks for key, pks in shut.items() if pks}


GateBook = dict[tuple[Act, StageKind], GateSet]
