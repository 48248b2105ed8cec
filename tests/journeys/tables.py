"""Two installations, table by table: what was played through the services, and by hand.

Rows are compared without what is thrown anew each time (transactions, salts, keys and what is
encrypted with them, hashes of those, the second at which something was recorded) and without which
file it is: a page takes one scan for each household, a walk one for a list. Whether there is one
is compared.
"""

import re
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

# Of the pages alone: who read what, jobs and sendings; whatever is told of time and files; and
# what the worker notes of pictures and asks by night.
BESIDE = {
    "core_accesslog", "core_block", "core_deployment", "core_job", "core_jobunit", "core_salt",
    "core_sending", "core_storedfile", "verification_print", "verification_question",
}  # fmt: skip
FRAMEWORK = ("sqlite_", "django_", "auth_", "axes_")
ANEW = (
    "tx", "sha256", "_at", "id_index", "mark", "commitment", "old", "new",
)  # fmt: skip
SEALED = "INTL."
HASH = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{32}|\d+ \\u00b7 [0-9a-f]{16})\b")
OF_A_FILE = ("file_id", "scan_id", "photo_id", "minutes_id", "paper_id", "result_file_id")
OF_ONE = {"core_user": {"password", "last_login"}}  # an account that logs in


def rows(database: Path) -> dict[str, Counter[tuple[Any, ...]]]:
    """Table → its rows, as far as they can be the same."""
    with sqlite3.connect(database) as line:
        asked = "SELECT name FROM sqlite_master WHERE type='table'"
        names = [name for (name,) in line.execute(asked)]
        kept = [name for name in names if not name.startswith(FRAMEWORK) and name not in BESIDE]
        return {name: _of(line, name) for name in kept}


def _of(line: sqlite3.Connection, table: str) -> Counter[tuple[Any, ...]]:
    found = line.execute(f"SELECT * FROM {table}")  # a name of the schema's own
    columns = [one[0] for one in found.description]
    left = OF_ONE.get(table, set()) | {"id"}
    return Counter(
        tuple(
            (name, _same(name, value))
            for name, value in zip(columns, row, strict=True)
            if name not in left
        )
        for row in found
    )


def _same(column: str, value: Any) -> Any:
    """The value; of what is thrown anew whether it is there."""
    thrown = column.endswith(ANEW) or column in OF_A_FILE or str(value).startswith(SEALED)
    if thrown:
        return bool(value)
    return HASH.sub("#", value) if isinstance(value, str) else value


def differing(one: Path, other: Path) -> dict[str, list[str]]:
    """Table → rows that only one of them has (+ the first, - the second)."""
    first, second = rows(one), rows(other)
    found = {}
    for table in sorted(first.keys() | second.keys()):
        more, less = first[table] - second[table], second[table] - first[table]
        told = [f"+ {dict(row)}" for row in more] + [f"- {dict(row)}" for row in less]
        if told:
            found[table] = told
    return found
