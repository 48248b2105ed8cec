"""A fact that a gate reads, and the move that asks for it, at the same moment on two connections.

Whichever comes first, the other waits for its commit: the move sees the fact and is refused, or
the fact finds the case gone on. What must never be: both, each as if the other were not there.
"""

import pytest

from exitcase.core.choices import Act, StageKind
from exitcase.core.errors import Refused
from exitcase.core.gates import Gate, GateSet
from exitcase.core.verify import verify
from tests.verification.bench import Bench
from tests.verification.race_facts import EXEMPT, FACTS, Fact, unraced
from tests.verification.racing import Race, leave, on_two_connections
from verification.gates import BOOK
from verification.models import Batch


@pytest.fixture
def race(monkeypatch):
    return Race(monkeypatch)


def at(fact: Fact) -> Bench:
    """The case stands at the fact's stage, with what its gates ask and earlier ones brought."""
    bench = Bench(fact.plan)
    for stage in (*fact.rests_on, fact.stage):
        bench.before(stage)
    fact.setting(bench)
    return bench


def stage_of(bench):
    return Batch.objects.get(pk=bench.batch.pk).stage


def name(fact):
    return fact.name


@pytest.mark.parametrize("fact", FACTS, ids=name)
@on_two_connections
def test_fact_written_first_stops_a_move_that_waits(race, fact):
    bench = at(fact)
    wrote, moved = race.run(lambda: fact.write(bench), leave(bench, fact.stage))
    assert not isinstance(wrote, Exception), wrote
    assert not isinstance(moved, Exception), moved
    assert fact.gate in moved.refused
    assert moved.count == 0
    assert stage_of(bench) == fact.stage
    assert verify("430412") == []


@pytest.mark.parametrize("fact", [one for one in FACTS if not one.waits_for], ids=name)
@on_two_connections
def test_fact_that_waits_finds_the_case_gone_on(race, fact):
    bench = at(fact)
    moved, wrote = race.run(leave(bench, fact.stage), lambda: fact.write(bench))
    assert not isinstance(moved, Exception), moved
    assert (moved.count, moved.refused) == (1, {})
    assert stage_of(bench) == bench.rules.next_after(fact.stage)
    if fact.afterwards:
        assert not isinstance(wrote, Exception), wrote
    else:
        assert isinstance(wrote, Refused), wrote
    assert verify("430412") == []


@pytest.mark.parametrize("fact", [one for one in FACTS if one.waits_for], ids=name)
@on_two_connections
def test_move_that_comes_before_what_it_asks_for_is_not_made(race, fact):
    bench = at(fact)
    moved, wrote = race.run(leave(bench, fact.stage), lambda: fact.write(bench))
    assert not isinstance(moved, Exception), moved
    assert fact.waits_for in moved.refused
    assert fact.gate not in moved.refused
    assert moved.count == 0
    assert not isinstance(wrote, Exception), wrote
    assert verify("430412") == []


# ── none left out ─────────────────────────────────────────────────────────────────────────────


def test_every_hard_gate_is_raced_or_says_why_not():
    assert unraced(BOOK) == set()
    hard = {gate.key for gates in BOOK.values() for gate in gates.gates if gate.hard}
    raced = {fact.gate for fact in FACTS}
    assert (raced | EXEMPT.keys()) - hard == set()  # no gate that is gone
    assert raced & EXEMPT.keys() == set()
    assert all(EXEMPT.values())


def test_a_new_hard_gate_is_missed():
    def new(*, hard):
        return Gate("new", "case", "", lambda ask: None, hard=hard)

    at_filing = (Act.CLOSE, StageKind.FILE)
    before = BOOK[at_filing].gates
    assert unraced({**BOOK, at_filing: GateSet(*before, new(hard=True))}) == {"new"}
    assert unraced({**BOOK, at_filing: GateSet(*before, new(hard=False))}) == set()
