"""What every paper has: its imprint, counts of 户 and 人, places for signatures.

A *sheet* is all that a template and a workbook writer may print, and nothing else: plain frozen
values, no Django, no query. Builders in the apps' `documents` fill it from the models. Money is
whole 分, days are `date`, words are Chinese text; `None` or "" prints a blank to be filled by pen.
"""

from dataclasses import dataclass
from datetime import date
from typing import Self

from exitcase.core.choices import PaperKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What the store adds when a paper is issued; not part of its facts."""

    title: str = ""  # the programme's title of the paper; as the head of the page
    number: str = ""  # 编号 of this paper
    version: int = 1
    mark: str = ""  # 演示 on a demo database, else empty
    checkpoint: str = ""  # chain head: seq and 16 hex digits, e.g. 「1234 · 9f3c2a71e0b4d6c1」
    link: str = ""  # address before the number in the QR code, e.g. https://…/p/


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The facts of one paper."""

    kind: PaperKind
    label: str = ""  # 附件1, 附件2 …: the programme's number of this kind of paper
    organ: str = ""  # who makes it; author in the file's properties
    imprint: Imprint = Imprint()


@dataclass(frozen=True, slots=True)
class Count:
    """So many households (户) and persons (人)."""

    households: int = 0
    persons: int = 0

    def __add__(self, other: Self) -> "Count":
        return Count(self.households + other.households, self.persons + other.persons)

    def __sub__(self, other: Self) -> "Count":
        return Count(self.households - other.households, self.persons - other.persons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """One place for a signature; name and day are printed small when already known."""

    role: str  # 村支部书记, 核实人 …
    name: str = ""
    on: date | None = None
    note: str = ""  # 捺手印, 缺位, 受委托 …


@dataclass(frozen=True, slots=True, kw_only=True)
class Locality:
    """Where: names as printed before 县（市、区）, 乡（镇）, 村（社区）, 组."""

    county: str = ""
    township: str = ""
    village: str = ""
    group: str = ""


def known_sum(rows: tuple[int, ...], total: int, what: str) -> None:
    """Refuse a sum that is not the sum of its rows. Raises ValueError naming `what`."""
    if sum(rows) != total:
        raise ValueError(f"{what}合计为{total}，但各行相加为{sum(rows)}")
