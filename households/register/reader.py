"""Read a workbook of the register: every cell as a value or a fault, no database.

The reader looks at one cell, one row at a time; what concerns several rows is `checks`' work.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from exitcase.core import masking
from exitcase.core.errors import Refused
from households.register import cells, layout, upload
from households.register.layout import Column, Sheet

HEADING_ROWS = 5  # a title may stand above the headings
NAMED = 20  # merged ranges or hidden rows told one by one


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong (or, as a warning, doubtful), where it stands and what would be right."""

    sheet: str
    cell: str  # "C7", or "" where it concerns the whole row or sheet
    row: int
    heading: str
    value: str  # masked where the column is secret
    message: str
    example: str = ""
    code: str = "cell"

    def __str__(self) -> str:
        where = self.cell or _("第%s行") % self.row
        place = f"{self.sheet} {where if self.row else self.sheet}"
        told = f"「{self.value}」" if self.value else _("空")
        example = _(";例如:%s") % self.example if self.example else ""
        return f"{place} {self.heading}:{told} {self.message}{example}"


@dataclass(slots=True)
class Row:
    """One row: values by (what they are about, field)."""

    sheet: Sheet
    number: int
    at: dict[str, int]  # field → column number, for naming cells
    values: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)  # as typed, for messages
    bad: bool = False

    def about(self, *subjects: layout.Of) -> dict[str, Any]:
        """The values of the columns that are about these, by field."""
        return {
            column.field: self.values[key_of(column)]
            for column in self.sheet.columns
            if column.of in subjects and key_of(column) in self.values
        }

    def get(self, of: layout.Of, name: str) -> Any:
        return self.values.get(f"{of}.{name}")

    def fault(
        self, column: Column, message: str, *, code: str = "cell", example: str = ""
    ) -> Fault:
        """A fault of this row's cell in a column; the value is masked where it is secret."""
        typed = self.shown.get(key_of(column), "")
        where = self.at.get(key_of(column), 0)
        return Fault(
            sheet=self.sheet.title,
            cell=f"{upload.column_letters(where)}{self.number}" if where else "",
            row=self.number,
            heading=column.heading,
            value=masked(typed) if column.secret else typed,
            message=message,
            example=example,
            code=code,
        )


@dataclass(slots=True)
class Book:
    """What a workbook says, row by row, and what is wrong with single cells."""

    rows: dict[str, list[Row]] = field(default_factory=dict)  # by the sheet's title of ours
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unfit: bool = False  # formulas or lacking columns: nothing of it may go in
    titles: dict[str, str] = field(default_factory=dict)  # our title → the file's


def key_of(column: Column) -> str:
    return f"{column.of}.{column.field}"


def masked(text: str) -> str:
    """By the one rule of masking, with the length, which is what is often wrong."""
    return masking.number(text) + _("(%s位)") % len(text) if text else ""


def read(data: bytes) -> Book:
    """Raises `Refused` for a file that is no register; single cells' faults are in the book."""
    looked = upload.look_through(data)
    book = Book()
    for sheet, title, grid in _sheets(looked):
        book.titles[sheet.title] = title
        _tell_layout(book, sheet, looked.sheets[title])
        _read_sheet(book, sheet, grid)
    return book


Grid = list[list[Any]]  # of cells.Raw, as calamine gives it


def _sheets(looked: upload.Upload) -> Iterable[tuple[Sheet, str, Grid]]:
    """Our sheets that the file has; the people's may have any title."""
    try:
        grids = _grids(looked)
    except (CalamineError, ValueError, OSError) as error:
        raise Refused(
            _("文件已损坏,打不开"), place=_("文件"), rule=_("请用 Excel 或 WPS 另存为 .xlsx 后再传")
        ) from error
    found = {sheet.title: _title(sheet, grids) for sheet in layout.SHEETS}
    if not found[layout.PEOPLE.title]:
        raise _no_register(grids)
    wanted = [(sheet, found[sheet.title]) for sheet in layout.SHEETS]
    return [(sheet, title, grids[title]) for sheet, title in wanted if title]


def _grids(looked: upload.Upload) -> dict[str, Grid]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(looked.data))
    return {
        title: book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        for title in book.sheet_names
        if title in looked.sheets
    }


def _title(sheet: Sheet, grids: dict[str, Grid]) -> str:
    for title in (sheet.title, *sheet.aliases):
        if title in grids:
            return title
    if sheet is not layout.PEOPLE:
        return ""
    others = {title for other in layout.SHEETS[1:] for title in (other.title, *other.aliases)}
    fits = (title for title, grid in grids.items() if title not in others and _fits(sheet, grid))
    return next(fits, "")


def _fits(sheet: Sheet, grid: Grid) -> bool:
    row = _heading_row(sheet, grid)
    return row is not None and len(_columns(sheet, grid[row])) >= len(_musts(sheet)) // 2


def _musts(sheet: Sheet) -> list[Column]:
    return [column for column in sheet.columns if column.must]


def _no_register(grids: dict[str, Grid]) -> Refused:
    return Refused(
        _("这个工作簿里没有贫困人口名单"),
        place=_("文件"),
        value=_("工作表:%s") % "、".join(list(grids)[:NAMED]),
        rule=_("要有一张表,每行一人,表头含:%s")
        % "、".join(column.heading for column in _musts(layout.PEOPLE)),
        example=layout.PEOPLE.title,
    )


def _heading_row(sheet: Sheet, grid: Grid) -> int | None:
    """The first of the top rows with the most of our headings."""
    counts = [len(_columns(sheet, row)) for row in grid[:HEADING_ROWS]]
    best = max(counts, default=0)
    return counts.index(best) if best > 1 else None


def _columns(sheet: Sheet, row: list[cells.Raw]) -> dict[int, Column]:
    known = sheet.by_heading()
    headings = {place: layout.plain(_text(raw)) for place, raw in enumerate(row)}
    return {place: known[text] for place, text in headings.items() if text in known}


def _text(raw: cells.Raw) -> str:
    try:
        return cells.as_text(raw)
    except cells.Wrong:
        return ""


def _tell_layout(book: Book, sheet: Sheet, facts: upload.SheetFacts) -> None:
    """Formulas are refused, since what they show may change; merged and hidden parts are told."""
    book.unfit |= bool(facts.formulas)
    for name in facts.formulas:
        book.faults.append(
            Fault(sheet.title, name, _row_of(name), "", _("公式"),
                  _("不能用公式:请复制后选择性粘贴为数值"), "1234.50", "formula")
        )  # fmt: skip
    if facts.merged:
        book.notes.append(
            _("%(sheet)s:有合并单元格 %(cells)s,只有左上角一格的内容会被读取")
            % {"sheet": sheet.title, "cells": "、".join(facts.merged[:NAMED])}
        )
    if facts.hidden_rows:
        rows = "、".join(str(row) for row in facts.hidden_rows[:NAMED])
        book.notes.append(
            _("%(sheet)s:有 %(count)s 个隐藏行(%(rows)s),也会被导入")
            % {"sheet": sheet.title, "count": len(facts.hidden_rows), "rows": rows}
        )
    if facts.hidden_columns:
        book.notes.append(_("%s:有隐藏列,也会被读取") % sheet.title)


def _row_of(cell: str) -> int:
    return int("".join(char for char in cell if char.isdigit()) or 0)


def _read_sheet(book: Book, sheet: Sheet, grid: Grid) -> None:
    book.rows[sheet.title] = []
    top = _heading_row(sheet, grid)
    columns = _columns(sheet, grid[top]) if top is not None else {}
    if not _headings_hold(book, sheet, columns):
        return
    _tell_unknown(book, sheet, grid[top or 0], columns)
    for number, values in enumerate(grid[(top or 0) + 1 :], (top or 0) + 2):
        if any(value not in {"", None} for place, value in enumerate(values) if place in columns):
            book.rows[sheet.title].append(_read_row(book, sheet, number, columns, values))


def _headings_hold(book: Book, sheet: Sheet, columns: dict[int, Column]) -> bool:
    """All headings that must be there, none twice."""
    given = [column.heading for column in columns.values()]
    lacking = [column.heading for column in _musts(sheet) if column.heading not in given]
    twice = sorted({heading for heading in given if given.count(heading) > 1})
    for heading in lacking:
        book.faults.append(_sheet_fault(sheet, heading, _("缺少这一列"), "heading_missing"))
    for heading in twice:
        book.faults.append(_sheet_fault(sheet, heading, _("这一列出现了两次"), "heading_twice"))
    book.unfit |= bool(lacking or twice)
    return not (lacking or twice)


def _sheet_fault(sheet: Sheet, heading: str, message: str, code: str) -> Fault:
    return Fault(sheet.title, "", 0, heading, "", message, heading, code)


def _tell_unknown(
    book: Book, sheet: Sheet, row: list[cells.Raw], columns: dict[int, Column]
) -> None:
    known = {layout.plain(heading) for heading in (*sheet.ignored, layout.ERRORS)}
    unknown = [
        text
        for place, raw in enumerate(row)
        if place not in columns and (text := _text(raw)) and layout.plain(text) not in known
    ]
    if unknown:
        book.notes.append(
            _("%(sheet)s:不认识的列未导入:%(headings)s")
            % {"sheet": sheet.title, "headings": "、".join(unknown[:NAMED])}
        )


def _read_row(
    book: Book, sheet: Sheet, number: int, columns: dict[int, Column], values: list[cells.Raw]
) -> Row:
    row = Row(sheet, number, {key_of(column): place + 1 for place, column in columns.items()})
    for place, column in columns.items():
        _read_cell(book, row, column, values[place] if place < len(values) else None)
    return row


def _read_cell(book: Book, row: Row, column: Column, raw: cells.Raw) -> None:
    key = key_of(column)
    row.shown[key] = _text(raw)
    try:
        cleaned = cells.clean(raw, strict=column.type.strict)
        row.values[key] = _value(column, cleaned.text)
    except cells.Wrong as wrong:
        row.bad = True
        book.faults.append(row.fault(column, str(wrong), example=column.example))
        return
    book.warnings += [row.fault(column, note, code="folded") for note in cleaned.notes]


def _value(column: Column, text: str) -> Any:
    if not text and column.must:
        raise cells.Wrong(_("不能为空:%s") % column.says)
    return column.type.read(text) if text else column.type.empty
