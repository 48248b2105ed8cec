"""Writes a workbook of plain values: numbers as numbers, everything else as text, no formula.

The same pages give the same bytes: openpyxl's clock (docProps and zip entries) is set to a fixed
day. Text is written as text even where it begins with `=`, so nothing runs when it is opened.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FIXED: Final = datetime(2000, 1, 1)  # noqa: DTZ001  # workbooks know no time zone
STAMPED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
MONEY: Final = "#,##0.00"
Cell = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line; `style` is one of STYLES, `merged` spreads the first cell over the width."""

    cells: tuple[Cell, ...]
    style: str = "plain"
    merged: bool = False


@dataclass(slots=True)
class Page:
    """One worksheet: its name, the widths of its columns in characters, its rows."""

    name: str
    widths: tuple[int, ...]
    rows: list[Row] = field(default_factory=list)
    landscape: bool = False
    heading: int = 0  # rows repeated at the head of each printed page

    def add(self, *cells: Cell, style: str = "plain") -> None:
        self.rows.append(Row(cells, style))

    def title(self, text: str) -> None:
        self.rows.append(Row((text,), "title", merged=True))

    def head(self, *cells: str) -> None:
        """The line of column titles; it and what stands above repeat on paper."""
        self.rows.append(Row(cells, "head"))
        self.heading = len(self.rows)


def yuan(fen: int | None) -> Decimal | None:
    """分 to 元, exactly."""
    return None if fen is None else Decimal(fen) / 100


def write(pages: list[Page]) -> bytes:
    """The workbook's bytes."""
    from openpyxl import Workbook  # noqa: PLC0415  # a heavy import, only for papers

    book = Workbook()
    book.remove(book.active)
    book.properties.creator = ""
    book.properties.created = FIXED
    for page in pages:
        _fill(book.create_sheet(page.name), page)
    raw = BytesIO()
    book.save(raw)
    return _stilled(raw.getvalue())


def _fill(target: Any, page: Page) -> None:
    target.page_setup.paperSize = target.PAPERSIZE_A4
    target.page_setup.orientation = "landscape" if page.landscape else "portrait"
    target.page_setup.fitToWidth, target.page_setup.fitToHeight = 1, 0
    target.sheet_properties.pageSetUpPr.fitToPage = True
    target.print_title_rows = f"1:{page.heading}" if page.heading else None
    for at, width in enumerate(page.widths):
        target.column_dimensions[chr(ord("A") + at)].width = width
    for at, row in enumerate(page.rows, 1):
        _fill_row(target, at, row, len(page.widths))


def _fill_row(target: Any, at: int, row: Row, width: int) -> None:
    looks = _looks()[row.style]
    for column, value in enumerate(row.cells, 1):
        cell = target.cell(at, column)
        _put(cell, value)
        for name, look in looks.items():
            setattr(cell, name, look)
    if row.merged and width > 1:
        target.merge_cells(start_row=at, end_row=at, start_column=1, end_column=width)


def _put(cell: Any, value: Cell) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"  # openpyxl makes a formula of what begins with =
        return
    cell.value = value
    if isinstance(value, Decimal):
        cell.number_format = MONEY


def _looks() -> dict[str, dict[str, Any]]:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # noqa: PLC0415

    thin = Side(style="thin")
    box = Border(left=thin, right=thin, top=thin, bottom=thin)
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    wrap = Alignment(vertical="center", wrap_text=True)
    grey = PatternFill("solid", fgColor="EEEEEE")
    song, bold = Font(name="宋体", size=10), Font(name="宋体", size=10, bold=True)
    return {
        "title": {"font": Font(name="宋体", size=16, bold=True), "alignment": middle},
        "note": {"font": Font(name="宋体", size=9)},
        "section": {"font": Font(name="黑体", size=11)},
        "head": {"font": bold, "alignment": middle, "border": box, "fill": grey},
        "plain": {"font": song, "alignment": wrap, "border": box},
        "sum": {"font": bold, "alignment": wrap, "border": box},
    }


def _stilled(raw: bytes) -> bytes:
    """The same archive without the time of its making."""
    out = BytesIO()
    with ZipFile(BytesIO(raw)) as made, ZipFile(out, "w", ZIP_DEFLATED) as stilled:
        for name in sorted(made.namelist()):
            entry = ZipInfo(name, FIXED.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            when = FIXED.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
            content = made.read(name)
            if name == "docProps/core.xml":
                content = STAMPED.sub(rb"\g<1>" + when + rb"\g<2>", content)
            stilled.writestr(entry, content)
    return out.getvalue()
