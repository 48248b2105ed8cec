"""There is one clock and one door: who goes round them is found in the source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import ours

OWN_CLOCKS = {"now", "today", "utcnow", "localtime", "localdate", "time", "fromtimestamp"}
CLOCK = "exitcase/core/clock.py"
BY_FILE_TIME = {"exitcase/core/files.py"}  # left-over files: the disk's own time
DOOR = "exitcase/core/moves.py"
# Jobs are not cases: their claim is a guarded UPDATE of its own, without a journal.
JOBS = {"exitcase/core/jobs.py"}
STATES = {"state", "stage"}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def own_clocks(source: str) -> list[str]:
    """Calls of `datetime.now()`, `date.today()`, `timezone.now()`, `time.time()` and their like."""
    found = []
    for call in calls(ast.parse(source)):
        match call.func:
            case ast.Attribute(ast.Name("datetime" | "date" | "timezone" | "time") as of, word):
                found += [f"{of.id}.{word}:{call.lineno}"] if word in OWN_CLOCKS else []
            case ast.Attribute(ast.Attribute(_, "datetime" | "date" | "timezone"), word):
                found += [f"{word}:{call.lineno}"] if word in OWN_CLOCKS else []
    return found


def moves_of_state(source: str) -> list[str]:
    """Calls of `….update(state=…)` and `bulk_update(…, ["state"])`: states changed unseen."""
    found = []
    for call in calls(ast.parse(source)):
        word = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        names = {keyword.arg for keyword in call.keywords}
        texts = {node.value for node in ast.walk(call) if isinstance(node, ast.Constant)}
        if (word == "update" and STATES & names) or (word == "bulk_update" and STATES & texts):
            found.append(f"{word}:{call.lineno}")
    return found


def guilty(rule, but: set[str]) -> dict[str, list[str]]:
    sources = {ours.name(path): path.read_text(encoding="utf-8") for path in ours.code()}
    found = {name: rule(source) for name, source in sources.items() if name not in but}
    return {name: places for name, places in found.items() if places}


def test_time_is_asked_of_the_clock_alone():
    assert guilty(own_clocks, but={CLOCK, *BY_FILE_TIME}) == {}


def test_states_change_in_moves_alone():
    assert guilty(moves_of_state, but={DOOR, *JOBS}) == {}


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "date.today()",
        "timezone.now()",
        "datetime.datetime.now()",
        "time.time()",
    ],
)
def test_the_rule_about_clocks_sees(source):
    assert own_clocks(source)


@pytest.mark.parametrize(
    "source", ["Case.objects.update(state=1)", "qs.filter(a=1).update(stage=x)",
               'Case.objects.bulk_update(rows, ["state"])'],
)  # fmt: skip
def test_the_rule_about_states_sees(source):
    assert moves_of_state(source)


def test_no_source_names_a_folder_of_this_machine():
    """Where a checkout or a home lies on somebody's disk does not belong in the repository."""
    private = {str(ours.ROOT) + "/", str(Path.home()) + "/"} - {"//"}
    watched = ours.files(".py", ".md", ".toml", ".html", ".lock", ".txt", "Makefile")
    texts = {ours.name(path): path.read_text("utf-8") for path in watched}
    assert [name for name, text in texts.items() if any(one in text for one in private)] == []
