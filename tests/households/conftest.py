"""One district of nowhere, its villages, and an invented register."""

import io

import pytest
from openpyxl import load_workbook

from exitcase.core.choices import Item
from exitcase.core.models import Region
from households.register.invent import Plan, invent
from households.register.invent.book import Place

DISTRICT, TOWNSHIP = "990101", "990101100"
NAMES = ("东坪村委会", "西坪村委会", "南坪社区居委会", "北坪村委会")
VILLAGES = tuple(f"{TOWNSHIP}{n}" for n in (201, 202, 203, 204))
LINE = 400_000  # 分


@pytest.fixture
def regions(db) -> None:
    above = None
    for code, name, level in (
        ("99", "某省", "province"),
        ("9901", "某市", "city"),
        (DISTRICT, "某区", "district"),
        (TOWNSHIP, "某镇", "township"),
    ):
        above = Region.objects.create(code=code, name=name, level=level, parent=above, edition="t")
    for code, name in zip(VILLAGES, NAMES, strict=True):
        Region.objects.create(code=code, name=name, level="village", parent=above, edition="t")


def places() -> list[Place]:
    return [Place(c, n, "某镇", "某区") for c, n in zip(VILLAGES, NAMES, strict=True)]


def register(persons: int = 40, seed: int = 1, **more) -> bytes:
    # Without a plan everything counts.
    counted = frozenset(Item) - {Item.BUSINESS_COST}
    return invent(Plan(places(), persons, seed, 2020, LINE, counted, **more))


class Edited:
    """A register with cells changed by heading; people's row 2 is the first person."""

    def __init__(self, data: bytes) -> None:
        self.book = load_workbook(io.BytesIO(data))

    def cell(self, heading: str, row: int = 2, sheet: str = "人口信息"):
        headings = [cell.value for cell in self.book[sheet][1]]
        return self.book[sheet].cell(row, headings.index(heading) + 1)

    def put(self, heading: str, value, row: int = 2, sheet: str = "人口信息"):
        self.cell(heading, row, sheet).value = value
        return self

    def rows_of(self, size: int) -> list[int]:
        """The rows of the first household of that size."""
        found: dict[str, list[int]] = {}
        for row in range(2, self.book["人口信息"].max_row + 1):
            found.setdefault(self.cell("户编号", row).value, []).append(row)
        return next(rows for rows in found.values() if len(rows) == size)

    def data(self) -> bytes:
        written = io.BytesIO()
        self.book.save(written)
        return written.getvalue()
