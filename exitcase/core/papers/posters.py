"""大红榜: how the rows of a list are cut into sheets of A3, and how large each stands there."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from exitcase.core.papers.sheets import PublicRow

MM: Final = 72 / 25.4  # points
EDGE: Final = 4  # points of a cell that hold no letter
NARROW: Final = 0.6  # width of a digit, a Latin letter and ·, where a Chinese one has 1
ASCII: Final = 0x2E7F  # the last character that is not a Chinese one
TWO_LINES: Final = 1.7  # how much of two lines a text fills that breaks where it may
PAIR: Final = 2  # characters of a name that is spaced
SIZES: Final = ("", "lg", "xl")  # the classes of a cell's text, large to small


@dataclass(frozen=True, slots=True)
class Grid:
    """So many tables side by side of so many rows; the widths and sizes are those of paper.css."""

    tables: int
    rows: int  # of one table
    place: int  # mm
    head: int  # mm
    points: tuple[int, int, int]  # sizes of text, as in SIZES
    far: bool = False  # whether the place names a village too

    @property
    def holds(self) -> int:
        return self.tables * self.rows

    @property
    def css(self) -> str:
        return f"k{self.tables} r{self.rows}{' far' if self.far else ''}"


# The largest that holds a sheet's share of the list, and each text of it on two lines at most, is
# taken: few names are read from afar.
ONE_PLACE: Final = (
    Grid(1, 4, 90, 196, (44, 34, 26)),
    Grid(1, 8, 90, 196, (30, 24, 18)),
    Grid(2, 8, 38, 95, (30, 24, 18)),
    Grid(3, 12, 25, 60, (21, 17, 13)),
    Grid(4, 17, 17, 46, (17, 13, 10)),
)
MANY_VILLAGES: Final = (
    Grid(1, 4, 150, 136, (44, 34, 26), far=True),
    Grid(1, 8, 150, 136, (30, 24, 18), far=True),
    Grid(2, 12, 66, 67, (21, 17, 13), far=True),
    Grid(3, 12, 44, 45, (21, 17, 13), far=True),
    Grid(3, 17, 44, 45, (17, 13, 10), far=True),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One household as it stands on the poster, and the class of each text by its length."""

    row: PublicRow
    place_size: str
    head_size: str


@dataclass(frozen=True, slots=True)
class Board:
    """One sheet of A3: its tables side by side, and the rows their grid has to spare."""

    grid: Grid
    tables: tuple[tuple[Entry, ...], ...]
    spare: range

    @property
    def first(self) -> int:
        return self.tables[0][0].row.seq

    @property
    def last(self) -> int:
        return self.tables[-1][-1].row.seq


def boards(rows: Sequence[PublicRow]) -> list[Board]:
    """The sheets of a list, as even as can be; one without tables where there is no list."""
    grids = MANY_VILLAGES if any(row.village for row in rows) else ONE_PLACE
    sheets = board_count(rows)
    share = ceil(len(rows) / sheets)
    holding = [one for one in grids if one.holds >= share]
    clear = (one for one in holding if all(_stands(row, one) for row in rows))
    grid = next(clear, holding[-1])
    return [_board(rows[at * share : (at + 1) * share], grid) for at in range(sheets)]


def board_count(rows: Sequence[PublicRow]) -> int:
    """How many sheets of A3 a list takes."""
    grids = MANY_VILLAGES if any(row.village for row in rows) else ONE_PLACE
    return max(1, ceil(len(rows) / grids[-1].holds))


def _board(rows: Sequence[PublicRow], grid: Grid) -> Board:
    high = ceil(len(rows) / grid.tables)
    entries = [_entry(row, grid) for row in rows]
    starts = range(0, len(entries), high or 1)
    return Board(
        grid=grid,
        tables=tuple(tuple(entries[at : at + high]) for at in starts),
        spare=range(grid.rows - high),
    )


def _entry(row: PublicRow, grid: Grid) -> Entry:
    place = f"{row.village} {row.group}" if row.village else row.group
    mark = _width(f"（{row.mark}）") * grid.points[-1] if row.mark else 0
    spaced = " n2" if len(row.head) == PAIR and not row.mark else ""
    return Entry(
        row=row,
        place_size=_size(place, grid.place, grid),
        head_size=_size(row.head, grid.head, grid, mark) + spaced,
    )


def _stands(row: PublicRow, grid: Grid) -> bool:
    """Whether a household takes two lines at most, in the smallest size of a grid."""
    mark = f"（{row.mark}）" if row.mark else ""
    lines = ((row.head + mark, grid.head), (row.village + row.group, grid.place))
    return all(
        _width(text) * grid.points[-1] <= TWO_LINES * (room * MM - EDGE) for text, room in lines
    )


def _size(text: str, room: int, grid: Grid, beside: float = 0) -> str:
    """The largest class at which a text stands on one line; the smallest may take two."""
    wide, left = _width(text), room * MM - EDGE - beside
    fitting = [name for name, pt in zip(SIZES, grid.points, strict=True) if wide * pt <= left]
    return f"nm {fitting[0]}".strip() if fitting else SIZES[-1]


def _width(text: str) -> float:
    """In letters of full width."""
    return sum(NARROW if ord(one) <= ASCII else 1 for one in text)
