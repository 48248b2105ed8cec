"""A plain list in a workbook, as another office keeps it: one sheet, headings, one row each."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from exitcase.core.errors import Refused
from households.register import cells, upload

Grid = list[list[Any]]  # of cells.Raw, as calamine gives it
HEADING_ROWS: Final = 5  # a title may stand above the headings


@dataclass(frozen=True, slots=True)
class PlainRow:
    """One row: its number in the sheet, and the texts of the columns asked for."""

    number: int
    texts: Mapping[str, str]


def read_plain(data: bytes, columns: Mapping[str, Sequence[str]], key: str) -> list[PlainRow]:
    """The rows of the first sheet whose `key` is not empty; `columns`: field → its headings.

    Raises `Refused` for what is no workbook, for formulas, and where the key's column is missing.
    """
    looked = upload.look_through(data)
    title = next(iter(looked.sheets), "")
    if any(facts.formulas for facts in looked.sheets.values()):
        raise Refused(_("不能用公式:请复制后选择性粘贴为数值"), place=title)
    grid = _grid(looked, title)
    top, places = _headings(grid, columns)
    if key not in places:
        raise Refused(
            _("名单没有要找的一列"), place=title, rule=_("表头含:%s") % "、".join(columns[key])
        )
    rows = [
        PlainRow(number, {name: _text(row, at) for name, at in places.items()})
        for number, row in enumerate(grid[top + 1 :], top + 2)
    ]
    return [row for row in rows if row.texts[key]]


def _grid(looked: upload.Upload, title: str) -> Grid:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(looked.data))
        return book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError) as error:
        raise Refused(
            _("文件已损坏,打不开"), place=_("文件"), rule=_("请用 Excel 或 WPS 另存为 .xlsx 后再传")
        ) from error


def _headings(grid: Grid, columns: Mapping[str, Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The first row that has most of the headings, and where each field stands in it."""
    found = [_places(row, columns) for row in grid[:HEADING_ROWS]] or [{}]
    best = max(range(len(found)), key=lambda at: len(found[at]))
    return best, found[best]


def _places(row: list[Any], columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    texts = [_text(row, at) for at in range(len(row))]
    return {
        name: texts.index(heading)
        for name, headings in columns.items()
        for heading in headings
        if heading in texts
    }


def _text(row: list[Any], at: int) -> str:
    try:
        return cells.as_text(row[at]).strip() if at < len(row) else ""
    except cells.Wrong as wrong:
        raise Refused(str(wrong)) from wrong
