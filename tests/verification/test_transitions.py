"""`docs/reference/transitions.md` says what the machines do; here it is held against the code."""

import re
from pathlib import Path

import pytest

from exitcase.core import machine
from exitcase.core.choices import CATALOGUE, CLOSED, LIVE, Act, End, StageKind, keys_of
from publicity.models import Notice
from verification.models import Batch, Case

PAGE = Path("docs/reference/transitions.md").read_text(encoding="utf-8")
ANY = "any stage"


def table(title: str) -> list[dict[str, str]]:
    """The rows of the table below a heading, by column."""
    body = PAGE.split(f"### {title}\n", 1)[1].split("\n### ", 1)[0]
    lines = [line.strip("| ") for line in body.splitlines() if line.startswith("|")]
    heads = [cell.strip() for cell in lines[0].split("|")]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines[2:]]
    return [dict(zip(heads, row, strict=True)) for row in rows]


def keys(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def declared(model) -> dict[str, list]:
    moves: dict[str, list] = {}
    for move in machine.transitions(model):
        moves.setdefault(move.name, []).append(move)
    return moves


def gates_at(model, act: str, kinds) -> set[str]:
    return {g.key for kind in kinds for g in machine.gates_of(model, Act(act), kind).gates}


def kinds_of(cell: str) -> list[StageKind]:
    return list(StageKind) if cell in {ANY, "any"} else [StageKind(cell)]


def test_page_and_batch_have_the_same_transitions():
    assert {keys(row["transition"])[0] for row in table("Batch")} == set(declared(Batch))


@pytest.mark.parametrize("row", table("Batch"), ids=lambda row: row["transition"])
def test_a_batch_transition_is_as_the_page_says(row):
    (name,) = keys(row["transition"])
    moves = declared(Batch)[name]
    kinds = kinds_of(row["from (kind)"])
    wanted = set(CATALOGUE) if row["from (kind)"] == ANY else set(keys_of(kinds[0]))
    assert {str(move.source) for move in moves} == wanted
    door = machine.opens_in(moves[0])[0]
    assert (door.act, door.kinds) == (Act(row["act"]), frozenset(kinds))
    assert gates_at(Batch, row["act"], kinds) == set(keys(row["gates"]))
    assert row["clause"]


def test_a_batch_goes_where_the_page_says():
    ends = {keys(row["transition"])[0]: row["to"] for row in table("Batch")}
    for name, moves in declared(Batch).items():
        target = moves[0].target
        if ends[name] == "closed":
            assert target == CLOSED
        else:
            allowed = set(target.allowed_states)
            assert allowed == {*CATALOGUE, CLOSED} - ({CLOSED} if name == "send_back" else set())


def test_page_and_case_have_the_same_transitions():
    found = {(keys(row["transition"])[0], row["at kind"]) for row in table("Case")}
    wanted = {("pass_stage", kind.value) for kind in StageKind}
    assert found == wanted | {(name, "any") for name in declared(Case) if name != "pass_stage"}


@pytest.mark.parametrize(
    "row", table("Case"), ids=lambda row: f"{row['transition']} {row['at kind']}"
)
def test_a_case_transition_is_as_the_page_says(row):
    (name,) = keys(row["transition"])
    moves = declared(Case)[name]
    assert {str(move.source) for move in moves} == set(LIVE)
    assert gates_at(Case, row["act"], kinds_of(row["at kind"])) == set(keys(row["gates"]))
    target = moves[0].target
    ends = {"refused": End.REFUSED, "withdrawn": End.WITHDRAWN, "ceased": End.CEASED}
    if row["to"] in ends:
        assert target == ends[row["to"]]
    else:
        granted = {End.GRANTED} if name == "pass_stage" else set()
        assert set(target.allowed_states) == {*LIVE, *granted}
    assert row["clause"]


def test_page_and_notice_agree():
    rows = {keys(row["transition"])[0]: row for row in table("Notice")}
    assert set(rows) == set(declared(Notice))
    for name, moves in declared(Notice).items():
        row = rows[name]
        assert {str(move.source) for move in moves} == set(keys(row["from"]))
        assert [str(moves[0].target)] == keys(row["to"])
        kinds = machine.opens_in(moves[0])[0].kinds
        assert gates_at(Notice, row["act"], kinds) == set(keys(row["gates"]))


def test_every_gate_stands_on_the_page_with_its_words():
    found = {keys(row["gate"])[0]: row for row in table("Gates")}
    gates = {
        gate.key: gate
        for model in (Batch, Case, Notice)
        for gate_set in machine.book(model).values()
        for gate in gate_set.gates
    }
    assert set(found) == set(gates)
    for key, gate in gates.items():
        row = found[key]
        assert row["words"] == str(gate.message)
        assert row["table"] == (f"`{gate.table}`" if gate.table else "–")
        assert row["hard"] == ("hard" if gate.hard else "soft")
