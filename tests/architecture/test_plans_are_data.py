"""No place, no plan and no figure of a plan stands in the code: what differs is data (DESIGN 4)."""

import csv
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.architecture.ours import APPS, ROOT, files, name

PLANS = sorted(ROOT.glob("fixtures/programmes/*.toml"))
GENERIC = {"市辖区"}
SURNAMES = {"诸葛"}  # of which a township is called too
LEAST_FIGURE = 1000  # smaller numbers mean many things: seven is a term here and a column there


@cache
def texts() -> dict[str, str]:
    """The product's Python and pages, by name; figures without the grouping underscores."""
    found = [path for path in files(".py", ".html", ".css", ".js") if is_ours(path)]
    return {name(path): re.sub(r"(?<=\d)_(?=\d)", "", path.read_text("utf-8")) for path in found}


def is_ours(path) -> bool:
    return path.relative_to(ROOT).parts[0] in {*APPS, "templates"}


def plans() -> list[dict[str, Any]]:
    found = [tomllib.loads(path.read_text("utf-8")) for path in PLANS]
    return [plan for plan in found if "programme" in plan]


def places() -> set[str]:
    """Names of the regions above the village, and the same without their kind."""
    found = set()
    for path in ROOT.glob("fixtures/regions/*.csv"):
        if path.stem != "villages":
            with path.open(encoding="utf-8") as file:
                found |= {row["name"] for row in csv.DictReader(file)}
    short = {re.sub(r"(省|市|区|县|街道|镇|乡|族|自治)+$", "", one) for one in found - GENERIC}
    return (found - GENERIC) | {one for one in short - SURNAMES if len(one) > 1}


def figures(value: Any) -> Iterator[int]:
    """Every number of a plan, but years, which tables of any plan have."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from () if key == "year" else figures(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from figures(inner)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value


def hits(words: Iterator[str] | set[str], edge: str) -> list[str]:
    pattern = re.compile("|".join(edge % re.escape(word) for word in sorted(words)))
    return [
        f"{where}: {found.group()}"
        for where, text in texts().items()
        for found in pattern.finditer(text)
    ]


def test_there_is_something_to_look_through():
    assert len(texts()) > 200
    assert {"南岳镇", "南岳", "河图街道", "河图"} <= places()
    assert len(plans()) == 9


def test_no_place_stands_in_the_code():
    assert hits(places(), "%s") == []


def test_no_plan_stands_in_the_code():
    keys = {plan["programme"]["key"] for plan in plans()}
    stems = {key for one in keys for key in (one, one.partition("-")[0])}
    common = {"reverification"}  # also the purpose a plan may have
    assert hits(stems - common, r"(?<![A-Za-z])%s(?![a-z])") == []
    titles = {plan["programme"]["title"] for plan in plans()}
    assert hits(titles, "%s") == []


def test_no_figure_of_a_plan_stands_in_the_code():
    found = {number for plan in plans() for number in figures(plan)}
    large = {number for number in found if number >= LEAST_FIGURE}
    assert {400_000, 370_000, 350_000, 3300} <= large
    known = {1000}  # metres in a kilometre, milliseconds in a second, rows of a page
    assert hits({str(number) for number in large - known}, r"(?<![\d.])%s(?!\d)") == []
