"""Whoever writes into the journal behind the application's back is found, and the place named."""

import json
import re
import sqlite3
from collections import Counter
from contextlib import closing

import pytest

from tests.journeys.conftest import NANYUE, python

pytestmark = pytest.mark.slow

CHAIN = NANYUE[:6]
TIMES = 200
TAIL = 3  # blocks


@pytest.fixture
def spoilt(walk, tmp_path):
    """A copy of a walk's installation, to be falsified."""
    return walk(3, papers=True).copy(tmp_path / "data")


def by_hand(walked, *statements: str) -> None:
    """What somebody with the database file can do: drop every trigger, then write."""
    with closing(sqlite3.connect(walked.data / "exitcase.sqlite3")) as database, database:
        named = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in named.fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            database.execute(statement)


def falsified(walked, seed: int) -> list[dict]:
    done = python(
        walked.data,
        "-m",
        "tests.journeys.tamper",
        str(TIMES),
        str(seed),
        CHAIN,
        temp=walked.temp,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def names(one: dict) -> bool:
    """Does a finding say one of the places? `entry 71` does not say `entry 7`."""
    said = "\n".join(one["findings"])
    return any(re.search(rf"\b{re.escape(name)}(?!\d)", said) for name in one["named"])


def fewest(tried: list[dict]) -> int:
    """How often the rarest way to falsify was tried."""
    return min(Counter(one["way"] for one in tried).values())


def unfound(tried: list[dict]) -> list[dict]:
    return [one for one in tried if not one["findings"]]


def unnamed(tried: list[dict]) -> list[dict]:
    return [one for one in tried if not names(one)]


def test_the_journal_of_a_walk_verifies(forty):
    done = forty.manage("verify_journal")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "完好" in done.stdout


def test_two_hundred_falsifications_are_found_and_named(spoilt):
    tried = falsified(spoilt, seed=20)
    assert len(tried) == TIMES
    assert fewest(tried) >= TIMES // 10
    assert unfound(tried) == []
    assert len(unnamed(tried)) <= TIMES // 100, unnamed(tried)
    # Each was undone.
    assert spoilt.manage("verify_journal").returncode == 0


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(5))
def test_two_hundred_in_a_longer_journal(forty, tmp_path, seed):
    tried = falsified(forty.copy(tmp_path / "data"), seed)
    assert (len(tried), unfound(tried)) == (TIMES, [])
    assert len(unnamed(tried)) <= TIMES // 100, unnamed(tried)


def test_a_tail_cut_off_clean_is_found_against_a_checkpoint_only(spoilt, tmp_path):
    kept = tmp_path / "checkpoint.json"
    assert spoilt.manage("verify_journal", "--chain", CHAIN, "--save", str(kept)).returncode == 0
    last = f"SELECT max(seq) - {TAIL} FROM core_block WHERE chain = '{CHAIN}'"
    tail = f"chain = '{CHAIN}' AND seq > ({last})"
    by_hand(
        spoilt,
        f"DELETE FROM core_entry WHERE tx IN (SELECT tx FROM core_block WHERE {tail})",
        f"DELETE FROM core_block WHERE {tail}",
    )
    alone = spoilt.manage("verify_journal", "--chain", CHAIN)
    assert alone.returncode == 0
    assert f"流水 {CHAIN} 未与任何纸质检查点核对" in alone.stdout
    held = spoilt.manage("verify_journal", "--checkpoint", str(kept))
    assert held.returncode == 1
    seq = json.loads(kept.read_text())["seq"]
    assert (
        f"{CHAIN} 被截断 (cut: the chain ends at {seq - TAIL}, a paper says {seq})" in held.stdout
    )


def test_a_checkpoint_holds_while_the_journal_grows(walk, spoilt, tmp_path):
    kept = tmp_path / "checkpoint.json"
    spoilt.manage("verify_journal", "--chain", CHAIN, "--save", str(kept))
    held = walk(3, papers=True).manage("verify_journal", "--checkpoint", str(kept))
    assert held.returncode == 0, held.stdout


def test_a_checkpoint_that_was_touched_is_refused(spoilt, tmp_path):
    kept = tmp_path / "checkpoint.json"
    spoilt.manage("verify_journal", "--chain", CHAIN, "--save", str(kept))
    kept.write_text(kept.read_text().replace('"seq": ', '"seq": 1'))
    held = spoilt.manage("verify_journal", "--checkpoint", str(kept))
    assert held.returncode != 0
    assert "签名" in held.stderr


def test_the_triggers_stand_in_the_way_of_every_row(spoilt):
    with closing(sqlite3.connect(spoilt.data / "exitcase.sqlite3")) as database:
        for statement in (
            "UPDATE core_entry SET reason = 'x'",
            "DELETE FROM core_entry",
            "UPDATE core_block SET hash = 'x'",
            "DELETE FROM core_block",
        ):
            with pytest.raises(sqlite3.DatabaseError):
                database.execute(statement)
