"""The arithmetic of charts drawn on the server: whole numbers in, coordinates out. Pure.

Charts stand in the rows of the table that tells the same in figures; the drawing carries no text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDE: Final = 1000  # units of a drawing across
HIGH: Final = 100  # and upwards


@dataclass(frozen=True, slots=True)
class Piece:
    """One rectangle, by its left upper corner; `kind` is what it stands for, a word of CSS."""

    kind: str
    x: int
    y: int
    width: int
    height: int


def bar(parts: Sequence[tuple[str, int]], whole: int) -> list[Piece]:
    """A lying bar of several parts, as long as their share of `whole`; nothing for nothing.

    The ends are rounded, not the lengths, so that no gap opens and nothing reaches too far.
    """
    found, before = [], 0
    for kind, n in parts:
        left, right = _at(before, whole), _at(before + n, whole)
        before += n
        if n > 0:
            found.append(Piece(kind, left, 0, max(right - left, 1), HIGH))
    return found


def columns(values: Sequence[int], most: int, kind: str = "now") -> list[Piece]:
    """Standing columns side by side, the highest possible being `most`; what is not 0 is seen."""
    if not values:
        return []
    step = WIDE // len(values)
    found = []
    for at, n in enumerate(values):
        height = max(n * HIGH // most, 4) if n > 0 and most > 0 else 0
        if height:
            found.append(Piece(kind, at * step, HIGH - height, step * 4 // 5, height))
    return found


def _at(n: int, whole: int) -> int:
    return n * WIDE // whole if whole > 0 else 0
