"""Papers made of a head of facts, tables, prose and signatures, in any order.

标识清单, 抽样清单, 比对反馈单, 抽查汇总表, 市核查单, 整改报告, 核查结果 and other plans' papers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from exitcase.core.papers.sheets.base import Sheet, Signer
from exitcase.core.papers.sheets.submission import Bridge

Value = str | int | date | bool | None  # a bool prints a ticked or an empty box


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A labelled fact."""

    label: str
    value: Value
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Labelled facts, two to a row."""

    title: str = ""
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; `width` in shares of the page's width, `money` means 分."""

    title: str
    width: int = 1
    money: bool = False
    left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of values under their columns; `total` is the row of sums, if any."""

    title: str = ""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...] | None = None

    def __post_init__(self) -> None:
        lines: Iterable[tuple[Value, ...]] = (*self.rows, self.total) if self.total else self.rows
        for line in lines:
            if len(line) != len(self.columns):
                raise ValueError(f"表“{self.title}”有{len(self.columns)}列，一行有{len(line)}格")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Paragraphs under a heading."""

    title: str = ""
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Places for signatures and a seal."""

    title: str = ""
    text: str = ""
    signers: tuple[Signer, ...]
    sealer: str = ""


Section = Facts | Table | Prose | Signing | Bridge


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSheet(Sheet):
    """A paper of sections; `wide` turns the page."""

    subtitle: str = ""
    sections: tuple[Section, ...]
    wide: bool = False
    note: str = ""
