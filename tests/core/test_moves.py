"""The engine: one guarded UPDATE, its journal rows, and what it tells of the rest."""

from dataclasses import replace

import pytest
from django.db.models import Q

from exitcase.core import journal, machine, moves
from exitcase.core.choices import Act, StageKind
from exitcase.core.errors import NotAllowed
from exitcase.core.gates import Ask, Gate, GateSet, by_gate
from exitcase.core.journal import Actor
from exitcase.core.models import Block, Entry
from exitcase.core.moves import ELSEWHERE, Moved, Step
from exitcase.core.verify import verify
from tests.verification import build
from verification.models import Batch, Case

pytestmark = pytest.mark.django_db
CLERK = Actor("王五", "乡镇经办人")

MANY = Gate("many", "case", "有 %(n)d 户不足三人", lambda _: Q(persons__gte=3), fix="补人")
RICH = Gate("rich", "case", "有 %(n)d 户收入偏低", lambda _: Q(net_fen__gte=9), hard=False)
VOTED = Gate("voted", "case", "有 %(n)d 户未表决", lambda _: Q(persons=-1), table="vote")


@pytest.fixture
def gates(monkeypatch):
    """The gates of passing a collection stage, chosen by the test."""

    def put(*chosen):
        book = machine.book(Case)
        monkeypatch.setitem(book, (Act.PASS, StageKind.COLLECT), GateSet(*chosen))

    return put


@pytest.fixture
def world():
    made = build.world()
    made.batch(size=3)
    return made


def step(world, **more):
    values = {
        "act": Act.PASS,
        "ask": Ask(world.rules, world.rules.stage("collection")),
        "state": "state",
        "source": frozenset({"listed"}),
        "target": "collection",
        "done": frozenset({"collection"}),
    }
    return Step(**(values | more))


def move(world, rows=None, **more):
    with journal.act(CLERK, world.day):
        return moves.move(Case.objects.all() if rows is None else rows, step(world, **more))


def first():
    return Case.objects.order_by("pk").first().pk


def passed():
    return Entry.objects.filter(act=Act.PASS).order_by("pk")


def test_ready_rows_move_and_the_rest_is_told(world, gates):
    gates(MANY)
    Case.objects.filter(pk=first()).update(persons=2)
    moved = move(world)
    assert (moved.count, moved.already, moved.refused) == (2, 0, {"many": [first()]})
    assert moved.words() == ["有 1 户不足三人"]
    assert Case.objects.filter(state="collection", came_from="listed", version=1).count() == 2
    rows = passed().values_list("was", "became", "stage", "actor")
    assert list(rows) == [("listed", "collection", "collection", "王五")] * 2
    assert verify("430412") == []


def test_missing_fact_does_not_pass(world, gates):
    gates(MANY)
    Case.objects.filter(pk=first()).update(persons=None)
    assert move(world).refused == {"many": [first()]}


def test_second_move_finds_it_done(world, gates):
    gates()
    assert move(world).count == 3
    again = move(world)
    assert (again.count, again.already, again.refused) == (0, 3, {})
    assert passed().count() == 3


def test_row_that_stands_elsewhere_is_told_so(world, gates):
    gates()
    Case.objects.filter(pk=first()).update(state="sign_off")
    moved = move(world)
    assert (moved.count, moved.already, moved.refused) == (2, 0, {"elsewhere": [first()]})
    assert moved.words() == ["有 1 项不在本环节"]
    assert set(Case.objects.filter(mark=moved.mark).values_list("state")) == {("collection",)}
    again = move(world)
    assert (again.count, again.already, again.refused) == (0, 2, {"elsewhere": [first()]})


def test_source_the_machine_does_not_know_moves_nothing(world, gates):
    gates()
    Case.objects.update(state="granted")
    assert move(world, source=frozenset({"granted"})).count == 0


def test_right_is_asked_after_the_state_and_before_the_gates(world, gates):
    def forbidden():
        raise NotAllowed("no")

    gates(Gate("never", "case", "%(n)d", lambda _: Q(pk=0)))
    with pytest.raises(NotAllowed):
        move(world, right=forbidden)
    Case.objects.update(state="collection")
    assert move(world, right=forbidden).already == 3


def test_soft_gate_holds_until_it_is_given_a_reason(world, gates):
    gates(RICH)
    Case.objects.filter(pk=first()).update(net_fen=8)
    moved = move(world)
    assert (moved.count, moved.refused) == (2, {"rich": [first()]})
    assert moved.words() == ["有 1 户收入偏低"]
    moved = move(world, reasons={"rich": "已核实"})
    assert (moved.count, moved.refused) == (1, {})
    kept = Entry.objects.get(act=Act.GIVE_REASON)
    assert (kept.subject_id, kept.was, kept.reason) == (str(first()), "rich", "已核实")
    assert kept.stage == "collection"
    assert verify("430412") == []


def test_a_soft_gate_may_ask_the_plan_and_the_hour(world, gates):
    gates(Gate("asks", "case", "%(n)d", lambda ask: Q(net_fen__gt=ask.rules.year), hard=False))
    Case.objects.filter(pk=first()).update(net_fen=world.rules.year)
    assert move(world, reasons={"asks": "已核实"}).count == 3
    assert Entry.objects.get(act=Act.GIVE_REASON).subject_id == str(first())


def test_reason_for_an_open_gate_is_not_kept(world, gates):
    gates(RICH)
    assert move(world, reasons={"rich": "x"}).count == 3
    assert Entry.objects.filter(act=Act.GIVE_REASON).count() == 0


def test_hard_gate_takes_no_reason(world, gates):
    gates(MANY)
    Case.objects.update(persons=1)
    assert move(world, reasons={"many": "x"}).count == 0


def test_gate_of_a_table_the_stage_lacks_is_not_asked(world, gates):
    gates(VOTED)
    assert world.rules.stage("collection").vote is None
    assert move(world).count == 3
    ask = Ask(world.rules, world.rules.stage("appraisal"))
    assert GateSet(VOTED).shut(Case.objects.all(), ask).keys() == {"voted"}


def test_columns_change_in_the_same_update(world, gates):
    gates()
    move(world, changes={"end_note": "x"})
    assert Case.objects.filter(end_note="x").count() == 3


def test_rollup_sees_the_moved_rows_alone(world, gates):
    gates(MANY)
    Case.objects.filter(pk=first()).update(persons=2)
    seen = []
    move(world, rollup=lambda rows: seen.extend(rows.values_list("came_from", "state")))
    assert seen == [("listed", "collection")] * 2
    move(world, rollup=seen.append)  # nothing moves, nothing is counted
    assert len(seen) == 2


def test_joined_queryset_is_not_moved(world, gates):
    gates()
    with pytest.raises(ValueError, match="^a moved queryset may not join: use own columns, E"):
        move(world, Case.objects.filter(batch__stage="collection"))


def test_journal_that_misses_a_row_undoes_the_move(world, gates):
    gates()
    fleeting = Case.objects.filter(state="listed")  # true before the UPDATE only
    with pytest.raises(RuntimeError, match="3 rows moved, 0 written"):
        move(world, fleeting)
    assert set(Case.objects.values_list("state", flat=True)) == {"listed"}
    assert passed().count() == 0


def test_nested_moves_of_one_act_write_each_row_once(world, gates):
    """Two moves of one tx over the same rows, where the second moves fewer."""
    gates()
    blocks = Block.objects.count()
    with journal.act(CLERK, world.day):
        moves.move(Case.objects.all(), step(world))
        back = {"source": frozenset({"collection"}), "target": "listed", "done": frozenset()}
        gates(MANY)
        Case.objects.filter(pk=first()).update(persons=2)
        moves.move(Case.objects.all(), step(world, **back))
    assert passed().filter(became="collection").count() == 3
    assert passed().filter(became="listed").count() == 2
    assert Block.objects.count() == blocks + 1


def test_results_add_up():
    one = Moved(1, 0, {"many": [1]}, asked={"many": MANY})
    two = Moved(2, 1, {"many": [2], "elsewhere": [3]}, asked={"elsewhere": ELSEWHERE})
    both = one + two
    assert (both.count, both.already) == (3, 1)
    assert both.refused == {"many": [1, 2], "elsewhere": [3]}
    assert both.words() == ["有 2 户不足三人", "有 1 项不在本环节"]
    assert (two + one).refused == {"many": [2, 1], "elsewhere": [3]}


def test_place_is_asked_by_the_move_not_by_a_gate(world):
    with pytest.raises(TypeError, match="asked by the move"):
        ELSEWHERE.passes(step(world).ask)


def test_gate_set_answers_in_every_form(world):
    ask = step(world).ask
    Case.objects.filter(pk=first()).update(persons=2, net_fen=8)
    gates = GateSet(MANY, RICH, VOTED)
    assert (gates.keys(ask), gates.keys(ask, hard=False)) == (["many"], ["rich"])
    assert gates.shut(Case.objects.all(), ask) == {"many": [first()]}
    assert gates.shut(Case.objects.all(), ask, hard=False) == {"rich": [first()]}
    assert [gates.open_for(case, ask) for case in Case.objects.order_by("pk")] == [
        False,
        True,
        True,
    ]
    Case.objects.filter(pk=first()).update(persons=3)
    assert gates.open_for(Case.objects.get(pk=first()), ask)  # a soft gate warns and does not bar
    Case.objects.filter(pk=first()).update(persons=2)
    assert gates.gate("rich") is RICH
    assert gates.open_rows(Case.objects.all(), ask).count() == 2
    assert by_gate(["a"], [{"pk": 1, "a": True}]) == {}


def test_second_click_never_leaves_the_next_stage_too(world):
    """The stage being left is named, so a waiting click finds the batch gone."""
    close = replace(
        step(world),
        act=Act.CLOSE,
        state="stage",
        source=frozenset({"collection"}),
        target="appraisal",
        done=frozenset({"appraisal"}),
    )
    Batch.objects.update(stage="appraisal")
    with journal.act(CLERK, world.day):
        moved = moves.move(Batch.objects.all(), close)
    assert (moved.count, moved.already) == (0, 1)
