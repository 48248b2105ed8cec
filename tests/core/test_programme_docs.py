"""docs/reference/programme.md names every table and key a programme file may have."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from re import findall
from typing import Annotated, Any, get_args, get_origin

from exitcase.core.rules import Rules
from exitcase.core.rules_read import readable

PAGE = (Path(__file__).parents[2] / "docs/reference/programme.md").read_text(encoding="utf-8")
GROUND = {"clause", "basis"}


def documented() -> dict[str, set[str]]:
    """Table → its keys, as the page has them."""
    found: dict[str, set[str]] = {}
    for block in PAGE.split("\n#")[1:]:
        for table in findall(r"^#* `\[+([a-z_.]+)\]+`", block):
            found[table] = set(findall(r"\n\| `(\w+)` \|", block))
    return found


def tables(cls: Any, path: str) -> Iterator[tuple[str, set[str]]]:
    plain = set()
    for name, (_, kind) in readable(cls).items():
        inner = table_in(kind)
        if inner is None:
            plain.add(name)
        else:
            yield from tables(inner, f"{path}.{name}".lstrip("."))
    if path:
        yield path, plain - GROUND


def table_in(kind: Any) -> Any:
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    for part in (kind, *get_args(kind)):
        if isinstance(part, type) and is_dataclass(part):
            return part
    return None


def test_every_table_and_key_is_documented() -> None:
    assert documented() == dict(tables(Rules, ""))
