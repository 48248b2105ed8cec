"""The layout and its page in the docs say the same."""

import re
from pathlib import Path

import pytest

from households.register import layout, upload
from households.register.layout import Sheet

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "register.md"


def table_of(sheet: Sheet) -> str:
    """The sheet's columns as the page prints them."""
    lines = ["| heading | must | rule | example | other headings |", "|---|---|---|---|---|"]
    lines += [
        f"| {one.heading} | {'yes' if one.must else ''} | {one.says} | {one.example} "
        f"| {'、'.join(one.aliases)} |"
        for one in sheet.columns
    ]
    return "\n".join(lines)


@pytest.mark.parametrize("sheet", layout.SHEETS, ids=lambda sheet: sheet.title)
def test_page_lists_every_column(sheet) -> None:
    assert table_of(sheet) in PAGE.read_text("utf-8")


def test_page_says_the_limits() -> None:
    text = PAGE.read_text("utf-8")
    for figure in (upload.MAX_ROWS, upload.MAX_COLUMNS, upload.MAX_PARTS, upload.MAX_RATIO):
        assert re.search(rf"\b{figure:,}\b", text)


@pytest.mark.parametrize("sheet", layout.SHEETS, ids=lambda sheet: sheet.title)
def test_headings_are_told_apart(sheet) -> None:
    headings = [h for one in sheet.columns for h in (one.heading, *one.aliases)]
    plain = [layout.plain(heading) for heading in headings]
    assert len(set(plain)) == len(plain)


@pytest.mark.parametrize("sheet", layout.SHEETS, ids=lambda sheet: sheet.title)
def test_examples_are_right(sheet) -> None:
    read = {one.heading: one.type.read(one.example) for one in sheet.columns}
    assert [heading for heading, value in read.items() if value is None] == []
