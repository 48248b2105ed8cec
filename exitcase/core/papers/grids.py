"""How facts of a sheet are laid out in rows of cells; templates only print what comes from here."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from exitcase.core.papers.filters import shown, yuan
from exitcase.core.papers.sheets import (
    Bridge,
    Column,
    Facts,
    Item,
    Prose,
    RecordSheet,
    ReportSheet,
    Signing,
    SubmissionSheet,
    Table,
    Value,
)

# 附件2 stands on one page, receipt included: the height (mm) that its items, and the households
# that did not get through, may take before these go to an annex. A reason may run to two lines.
ROOM, ITEM_ROW, FAILED_ROW = 120, 9, 8
PARTS: Final[dict[type, str]] = {
    Facts: "_record_facts.html",
    Table: "_record_table.html",
    Prose: "_record_prose.html",
    Signing: "_record_signing.html",
    Bridge: "_record_bridge.html",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A label and its value, which takes `span` columns and looks like `look` (CSS classes)."""

    label: str
    text: str
    look: str
    span: int = 1


def rows_of(cells: Iterable[tuple[Cell, bool]], across: int) -> list[list[Cell]]:
    """Fill rows of `across` cells; a wide one, or the last of a row, takes the room that is left.

    Two columns (label and value) stand for each cell, so a value may take 1, 3, 5 … of them.
    """
    rows: list[list[Cell]] = []
    room = 0
    for cell, wide in cells:
        if not room or (wide and room < across):
            rows.append([])
            room = across
        rows[-1].append(cell)
        room = 0 if wide else room - 1
    return [[*row[:-1], _stretched(row[-1], across - len(row))] for row in rows]


def _stretched(cell: Cell, room: int) -> Cell:
    """The last cell of a row; a number in the room of several is centred, not lost at its end."""
    look = "num c" if room and cell.look == "num" else cell.look
    return replace(cell, look=look, span=2 * room + 1)


def item_text(item: Item) -> str:
    """「68 户 231 人」, 「7 天」, or the words."""
    if item.count is not None:
        return f"{item.count.households:,} 户 {item.count.persons:,} 人"
    return f"{item.number:,} {item.unit}" if item.number is not None else item.text


def _item(item: Item) -> tuple[Cell, bool]:
    look = "l" if item.wide else "num" if not item.text else ""
    return Cell(item.label, item_text(item), look), item.wide


def submission(sheet: SubmissionSheet) -> dict[str, Any]:
    """附件2: three items to a row; a long list of those who fell out becomes an annex."""
    groups = [
        {"title": group.title, "rows": rows_of(map(_item, group.items), 3)}
        for group in sheet.groups
    ]
    taken = ITEM_ROW * sum(len(group["rows"]) for group in groups)
    return {
        "groups": groups,
        "annex": taken + FAILED_ROW * len(sheet.failed) > ROOM,
        "failed_persons": sum(row.persons for row in sheet.failed),
        "annex_page": 3 if sheet.bridge else 2,
    }


def report(sheet: ReportSheet) -> dict[str, Any]:
    """The figures of 附件2 as sentences; whoever fell out, and the bridge, on annexes."""
    lines = [
        (group.title, "，".join(_said(item) for item in group.items)) for group in sheet.groups
    ]
    met = "，".join(f"{one.title}{one.households}户" for one in sheet.indicators)
    return {
        "report_lines": [*lines, ("指标达标户数", met)] if met else lines,
        "enclosed": "，".join(
            f"{one.title}{one.number}{one.unit}" for one in sheet.enclosures if one.number
        ),
        "annex": bool(sheet.failed),
        "failed_persons": sum(row.persons for row in sheet.failed),
        "annex_page": 3 if sheet.bridge else 2,
    }


def _said(item: Item) -> str:
    """「未脱贫总数11户26人」; an item without a value is left out of no sentence."""
    return f"{item.label}{item_text(item).replace(' ', '') or '无'}"


def _look(value: Value, column: Column) -> str:
    if column.left:
        return "l"
    if column.money:
        return "num"
    return "num c" if isinstance(value, int) else "song" if isinstance(value, date) else ""


def _text(value: Value, column: Column) -> Any:
    return yuan(value) if column.money and isinstance(value, int) else shown(value)


def _line(columns: tuple[Column, ...], values: tuple[Value, ...]) -> list[tuple[str, Any]]:
    pairs = zip(values, columns, strict=True)
    return [(_look(value, column), _text(value, column)) for value, column in pairs]


def _table(table: Table) -> dict[str, Any]:
    whole = sum(column.width for column in table.columns)
    return {
        "title": table.title,
        "columns": table.columns,
        "widths": [f"{100 * column.width / whole:.2f}" for column in table.columns],
        "rows": [_line(table.columns, row) for row in table.rows],
        "total": _line(table.columns, table.total) if table.total else None,
    }


def _facts(facts: Facts) -> dict[str, Any]:
    cells = (
        (Cell(pair.label, str(shown(pair.value)), "l" if pair.wide else ""), pair.wide)
        for pair in facts.pairs
    )
    return {"title": facts.title, "rows": rows_of(cells, 2)}


def _part(section: Any) -> tuple[str, Any]:
    template = PARTS[type(section)]
    if isinstance(section, Table):
        return template, _table(section)
    return template, _facts(section) if isinstance(section, Facts) else section


def record(sheet: RecordSheet) -> dict[str, Any]:
    """Each section with the template that prints it."""
    return {"parts": [_part(section) for section in sheet.sections]}
