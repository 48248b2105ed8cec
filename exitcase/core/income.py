"""Income of a household in a year, in whole 分. Pure.

What counts is the programme's (`[income.items]`); production costs are always deducted, living
costs, medicine and schooling never (DOMAIN 6.2). Gates compare `net <op> line × persons` in whole
numbers; only printing divides, by Decimal, half up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final
from unicodedata import normalize

from exitcase.core.choices import Item
from exitcase.core.rules_tables import Items

CENT: Final = Decimal("0.01")
MOST_FEN: Final = 10**13  # a sum beyond this is a slip of the keyboard

Amounts = Iterable[tuple[Item, int]]


@dataclass(frozen=True, slots=True)
class Figures:
    """A year's sums in 分: what counts, production costs, what is left out."""

    gross: int
    cost: int
    left_out: int

    @property
    def net(self) -> int:
        """纯收入; below 0 when costs were higher."""
        return self.gross - self.cost


def figures(amounts: Amounts, items: Items | None) -> Figures:
    """The sums of a statement. An item counts when the plan says so; without `items`, always."""
    counted = frozenset(items.counted if items else Item)
    sums = {"gross": 0, "cost": 0, "left_out": 0}
    for item, fen in amounts:
        sums[_side(item, counted)] += fen
    return Figures(**sums)


def _side(item: Item, counted: frozenset[Item]) -> str:
    if item == Item.BUSINESS_COST:
        return "cost"
    return "gross" if item in counted else "left_out"


def per_head(net: int, persons: int) -> Decimal:
    """元 a head, to the cent, half up: for paper only. ZeroDivisionError without persons."""
    if persons < 1:
        raise ZeroDivisionError("income a head of nobody")
    return (Decimal(net) / persons / 100).quantize(CENT, ROUND_HALF_UP)


def yuan(fen: int) -> Decimal:
    """分 as 元, always two decimals."""
    return (Decimal(fen) / 100).quantize(CENT)


def fen(text: str) -> int | None:
    """元 as somebody wrote them (16,000.50元) as 分; None for what is no such sum.

    Parts of a 分, sums below 0 and beyond reason are refused, never rounded.
    """
    plain = normalize("NFKC", text).strip().removesuffix("元").replace(",", "").strip()
    try:
        exact = Decimal(plain) * 100 if plain else Decimal("NaN")
    except InvalidOperation:
        return None
    fine = exact.is_finite() and exact == exact.to_integral_value() and 0 <= exact <= MOST_FEN
    return int(exact) if fine else None
