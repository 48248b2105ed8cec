"""What is entered late has its reason: every act with a day of its own can be given one."""

import ast
from collections.abc import Iterator

from tests.architecture import ours

DAYS = {
    "done_on", "sent_on", "received_on", "asked_on", "answered_on", "marked_on", "decided_on",
    "proposed_on", "frozen_on", "filed_on", "delivered_on",
}  # fmt: skip
REASONS = {"reason", "reasons", "late_reason"}
# An end's own words are the reason, which no end goes without.
BY_THEIR_NOTE = {"refuse_failed", "refuse_disapproved", "refuse_by_hits"}
# Opens an act: the door alone, and what the house does by itself on the very day.
OPENERS = {
    "exitcase/core/services/door.py",
    "exitcase/core/services/people.py",  # inside the door of `appointing`
    "exitcase/core/services/programmes.py",
    "exitcase/core/services/reads.py",
    "exitcase/core/services/regions.py",
    "exitcase/core/papers/store.py",
    "households/services/imports.py",
    "verification/services/questions/asking.py",
}


def services() -> Iterator[tuple[str, ast.FunctionDef, set[str]]]:
    for path in ours.code():
        if "services" not in path.parts:
            continue
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                names = {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}
                yield ours.name(path), node, names


def test_who_enters_an_act_late_can_say_why():
    dated = [(file, node.name, names) for file, node, names in services() if "by" in names]
    dated = [row for row in dated if row[2] & DAYS]
    assert len(dated) > 60
    mute = {name for _file, name, names in dated if not names & REASONS}
    assert mute == BY_THEIR_NOTE


def test_acts_open_at_the_door():
    """The door marks what is late; who went round it would not."""
    found = {
        ours.name(path)
        for path in ours.code()
        if any(
            isinstance(node, ast.Call) and ast.unparse(node.func) == "journal.act"
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
        )
    }
    assert found == OPENERS
