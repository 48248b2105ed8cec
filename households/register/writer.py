"""Write workbooks: the register itself, and an upload with its bad cells marked.

The register is written part by part, so the same rows give the same bytes, and fast. All text is
an inline string: no cell of ours is ever a formula, and long numbers keep their digits.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from households.register import layout, upload
from households.register.cells import Shown
from households.register.reader import Fault

_NS = "http://schemas.openxmlformats.org"
_MAIN = f"{_NS}/spreadsheetml/2006/main"
_DOCUMENT = f"{_NS}/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_UNPRINTED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # by XML 1.0
_TEXT, _HEADING, _MONEY = 2, 1, 3  # styles, by place in cellXfs
_STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/>\
<name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts>\
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill \
patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF4"/>\
</patternFill></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/>\
</border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/>\
<xf fontId="1" fillId="2" applyFont="1" applyFill="1"/><xf numFmtId="49" applyNumberFormat="1"/>\
<xf numFmtId="2" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle \
name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet to write: None is an empty cell."""

    title: str
    headings: Sequence[str]
    widths: Sequence[int]
    rows: Iterable[Sequence[Shown | None]]


def table(sheet: layout.Sheet, rows: Iterable[dict[str, Shown | None]]) -> Table:
    """A sheet of the layout; a row names its cells by what they are about and field."""
    keys = [f"{column.of}.{column.field}" for column in sheet.columns]
    return Table(
        sheet.title,
        [column.heading for column in sheet.columns],
        [column.type.width for column in sheet.columns],
        ([row.get(key) for key in keys] for row in rows),
    )


def workbook(tables: Sequence[Table]) -> bytes:
    """The same tables give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in _frame(tables).items():
            _put(archive, name, content)
        for number, one in enumerate(tables, 1):
            _put(archive, f"xl/worksheets/sheet{number}.xml", "".join(_sheet(one)))
    return packed.getvalue()


def _put(archive: zipfile.ZipFile, name: str, content: str) -> None:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # a zip's earliest: bytes without a date
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _frame(tables: Sequence[Table]) -> dict[str, str]:
    numbers = range(1, len(tables) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(one.title)} sheetId="{n}" r:id="rId{n}"/>'
        for n, one in enumerate(tables, 1)
    )
    links = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    kinds = "".join(
        _override(f"/xl/worksheets/sheet{n}.xml", "spreadsheetml.worksheet") for n in numbers
    )
    return {
        upload.TYPES: f'{_HEAD}<Types xmlns="{_NS}/package/2006/content-types"><Default '
        'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + _override("/xl/workbook.xml", "spreadsheetml.sheet.main")
        + _override("/xl/styles.xml", "spreadsheetml.styles")
        + f"{kinds}</Types>",
        "_rels/.rels": _links([("rId1", "officeDocument", "xl/workbook.xml")]),
        upload.MAIN: f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">'
        f"<sheets>{sheets}</sheets></workbook>",
        upload.RELATIONS: _links([*links, ("rIdStyles", "styles", "styles.xml")]),
        "xl/styles.xml": _STYLES,
    }


def _override(part: str, kind: str) -> str:
    content = f"application/vnd.openxmlformats-officedocument.{kind}+xml"
    return f'<Override PartName="{part}" ContentType="{content}"/>'


def _links(links: Iterable[tuple[str, str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="{key}" Type="{_DOCUMENT}/{kind}" Target="{target}"/>'
        for key, kind, target in links
    )
    return f'{_HEAD}<Relationships xmlns="{_NS}/package/2006/relationships">{rows}</Relationships>'


def _sheet(one: Table) -> Iterable[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    yield "</sheetView></sheetViews><cols>"
    for n, width in enumerate(one.widths, 1):
        yield f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
    yield "</cols><sheetData>"
    yield _row(1, one.headings, _HEADING)
    for number, values in enumerate(one.rows, 2):
        yield _row(number, values, _TEXT)
    yield "</sheetData></worksheet>"


def _row(number: int, values: Sequence[Shown | None], style: int) -> str:
    filled = (
        _cell(f"{upload.column_letters(place)}{number}", value, style)
        for place, value in enumerate(values, 1)
        if value not in {None, ""}
    )
    return f'<row r="{number}">{"".join(filled)}</row>'


def _cell(name: str, value: Shown | None, style: int) -> str:
    if isinstance(value, int):
        return f'<c r="{name}"><v>{value}</v></c>'
    if isinstance(value, Decimal):
        return f'<c r="{name}" s="{_MONEY}"><v>{value}</v></c>'
    text = escape(_UNPRINTED.sub("", str(value)))
    return (
        f'<c r="{name}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    )


def marked(data: bytes, faults: Sequence[Fault], titles: dict[str, str]) -> bytes:
    """The uploaded workbook again: bad cells coloured, what is wrong in a column 错误.

    `titles` gives the file's title of each sheet of ours. Reading it in again ignores the column.
    A workbook that can be read but not written again gets a plain list of its faults instead.
    """
    try:
        return _marked(upload.look_through(data).data, faults, titles)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OSError):
        return workbook([_listed(faults)])


def _listed(faults: Sequence[Fault]) -> Table:
    return Table(
        layout.ERRORS,
        ("工作表", "单元格", "列", "填写的是", "要求", "例如"),
        (12, 10, 20, 24, 48, 24),
        ([f.sheet, f.cell, f.heading, f.value, f.message, f.example] for f in faults),
    )


def _marked(data: bytes, faults: Sequence[Fault], titles: dict[str, str]) -> bytes:
    from openpyxl import load_workbook  # noqa: PLC0415  # slow, and needed only for what is wrong

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl cannot keep: we hand on cells
        book = load_workbook(io.BytesIO(data))
    for ours, theirs in titles.items():
        _mark_sheet(book[theirs], [fault for fault in faults if fault.sheet == ours])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _mark_sheet(sheet: Any, faults: Sequence[Fault]) -> None:
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    column, heading_row = _errors_column(sheet)
    told: dict[int, list[str]] = {}
    for fault in faults:
        told.setdefault(fault.row or heading_row, []).append(_told(fault))
        if fault.cell:
            sheet[fault.cell].fill = PatternFill("solid", fgColor="FFFFC7CE")
    for row, messages in told.items():
        cell = sheet.cell(row, column)
        cell.value = "\n".join(messages)
        cell.data_type = "s"  # never a formula, whatever the message quotes


def _told(fault: Fault) -> str:
    example = f";例如:{fault.example}" if fault.example else ""
    return f"{fault.heading}:{fault.message}{example}"


def _errors_column(sheet: Any) -> tuple[int, int]:
    """The column 错误 and the heading row; last time's messages are wiped."""
    for row in sheet.iter_rows(max_row=5):
        for cell in row:
            if cell.value == layout.ERRORS:
                for old in range(cell.row + 1, sheet.max_row + 1):
                    sheet.cell(old, cell.column).value = None
                return cell.column, cell.row
    heading_row = _heading_row(sheet)
    column = sheet.max_column + 1
    sheet.cell(heading_row, column).value = layout.ERRORS
    return column, heading_row


def _heading_row(sheet: Any) -> int:
    known = {layout.plain(name) for one in layout.SHEETS for name in one.by_heading()}
    counts = [
        (sum(layout.plain(str(cell.value)) in known for cell in row), -row[0].row)
        for row in sheet.iter_rows(max_row=5)
    ]
    return -max(counts)[1] if counts else 1
