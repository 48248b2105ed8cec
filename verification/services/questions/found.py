"""What the finders share: which rows of a district look made up, by which figures."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple, Self

from exitcase.core.models import Programme
from exitcase.core.rules import Rules
from exitcase.core.rules_tables import Doubt
from exitcase.core.rules_words import Warn
from verification.models import Batch, Question


class Row(NamedTuple):
    """One row in question: its model's name, its key, its case's key."""

    subject: str
    pk: int
    case: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to be asked: `about` is read by people, `key` is how it is known again."""

    kind: Question.Kind
    key: str
    about: str
    rows: tuple[Row, ...]

    @classmethod
    def of(
        cls, kind: Question.Kind, what: Iterable[object], about: str, rows: Iterable[Row]
    ) -> Self:
        """`what`: the parts that together make it this question and no other."""
        key = sha256("\n".join(str(part) for part in what).encode()).hexdigest()
        return cls(kind, key, about[:200], tuple(sorted(set(rows))))


@dataclass(frozen=True, slots=True)
class Figures:
    """What a district asks: the `[[warn]]` rows of the plan it began last."""

    rules: Rules

    @classmethod
    def of(cls, district: str) -> Self | None:
        """None where no list was ever begun."""
        plans = Batch.objects.filter(district=district).order_by().values("programme")
        newest = Programme.objects.filter(pk__in=plans).order_by("pk").last()
        return cls(newest.rules) if newest else None

    def row(self, key: Warn) -> Doubt | None:
        """The plan's row of a question; None where the plan does not ask it."""
        return next((one for one in self.rules.warns if one.key == key), None)

    def most(self, key: Warn) -> int | None:
        row = self.row(key)
        return row.most if row else None


class Groups:
    """Things that belong together by pairs (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[Hashable, Hashable] = {}

    def of(self, one: Hashable) -> Hashable:
        """What stands for the group of a thing."""
        while (parent := self._parent.get(one, one)) != one:
            one = self._parent[one] = self._parent.get(parent, parent)
        return one

    def join(self, one: Hashable, other: Hashable) -> None:
        self._parent[self.of(one)] = self.of(other)
