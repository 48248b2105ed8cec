"""Two moves, or two acts that undo each other, at the same moment: one wins, the other is told."""

import pytest

from exitcase.core.choices import End, Ground, Reason, Role
from exitcase.core.errors import Refused
from exitcase.core.verify import verify
from tests.verification.bench import Bench
from tests.verification.race_writers import unreceived
from tests.verification.racing import Race, leave, on_two_connections
from verification.models import Batch, Case, Draw, DrawItem, Hit, Submission
from verification.services import submissions
from verification.services.city import close_result, replace
from verification.services.comparison import explain
from verification.services.correction import merge, send_back_batch, split_off
from verification.services.ending import refuse


@pytest.fixture
def race(monkeypatch):
    return Race(monkeypatch)


@pytest.fixture
def bench(transactional_db):
    return Bench()


# ── ends, splits, returns, mergers ────────────────────────────────────────────────────────────


@on_two_connections
def test_end_and_move_have_one_winner(bench, race):
    bench.before("township_check")
    by, why = bench.world.officer(), "核实不达标"

    def end():
        cases = Case.objects.all()
        return refuse(cases, reason=Reason.CHECK_FAILED, note=why, by=by, done_on=bench.day)

    ended, moved = race.run(end, leave(bench, "township_check"))
    assert ended.count == 1
    assert Case.objects.get().state == End.REFUSED
    assert moved.refused == {}  # nobody waits any more: the batch goes on without it
    assert Case.objects.get().came_from == bench.rules.before("township_check")


@on_two_connections
def test_move_waits_for_a_split_and_leaves_with_the_rest(bench, race):
    """The waiting move asks for the cases of a batch that has lost one meanwhile."""
    bench.before("village_submission")
    cases, by = Case.objects.filter(pk=bench.case.pk), bench.world.cadre()
    split, moved = race.run(
        lambda: split_off(cases, reason="x", by=by, done_on=bench.day),
        leave(bench, "village_submission"),
    )
    assert not isinstance(split, Exception), split
    assert not isinstance(moved, Exception), moved
    assert Case.objects.get().batch_id == split.pk
    assert Case.objects.get().state == bench.rules.before("village_submission")


@on_two_connections
def test_send_back_and_move_have_one_winner(bench, race):
    bench.before("township_check")
    (batch,), by = Batch.objects.all(), bench.world.officer()
    told = {"ground": Ground.PROCEDURE, "reason": "x", "by": by, "done_on": bench.day}
    back, moved = race.run(
        lambda: send_back_batch(batch, "appraisal", **told), leave(bench, "township_check")
    )
    assert not isinstance(back, Exception), back
    assert moved.count == 0
    assert Batch.objects.get().stage == "appraisal"


def merging(bench):
    """A batch of one that is not ready is to join the bench's, which is; gives the act."""
    bench.before("township_check")
    other = bench.world.batch(size=1)
    Batch.objects.filter(pk=other.pk).update(stage="township_check")
    before = bench.rules.before("township_check")
    Case.objects.filter(batch=other).update(state=before)
    told = {"reason": "同一天核查", "by": bench.world.officer(), "done_on": bench.day}
    pair = [Batch.objects.get(pk=one.pk) for one in (other, bench.batch)]
    return lambda: merge(*pair, **told)


@on_two_connections
def test_move_that_waits_for_a_merger_asks_for_who_has_come(bench, race):
    merged, moved = race.run(merging(bench), leave(bench, "township_check"))
    assert merged == 1
    assert moved.count == 0
    assert {"inspected", "all_passed"} <= moved.refused.keys()
    assert Batch.objects.get(pk=bench.batch.pk).stage == "township_check"
    assert verify("430412") == []


@on_two_connections
def test_merger_that_waits_finds_the_batch_gone_on(bench, race):
    moved, merged = race.run(leave(bench, "township_check"), merging(bench))
    assert (moved.count, moved.refused) == (1, {})
    assert isinstance(merged, Refused)
    assert merged.message == "两个批次不能合并"
    assert verify("430412") == []


# ── a submission ──────────────────────────────────────────────────────────────────────────────


def answers(bench):
    """How the sender takes a submission back, and how its receiver takes it in."""
    bench.before("village_submission")
    unreceived(bench)
    cadre, officer, day = bench.world.cadre(), bench.world.officer(), bench.day

    def recall():
        return submissions.recall(Submission.objects.get(), by=cadre, done_on=day)

    def receive():
        return submissions.receive(Submission.objects.get(), by=officer, received_on=day)

    return recall, receive


@on_two_connections
def test_submission_recalled_first_is_not_received(bench, race):
    recalled, received = race.run(*answers(bench))
    assert not isinstance(recalled, Exception), recalled
    assert isinstance(received, Refused)
    assert received.message == "这份送审材料已撤回或退回"
    assert Submission.objects.get().received_on is None


@on_two_connections
def test_submission_received_first_is_not_recalled(bench, race):
    received, recalled = race.run(*reversed(answers(bench)))
    assert not isinstance(received, Exception), received
    assert isinstance(recalled, Refused)
    assert recalled.message == "这份送审材料已经接收"
    assert Submission.objects.get().recalled_tx == ""


# ── a draw ────────────────────────────────────────────────────────────────────────────────────


def drawn(bench, *, ended=False):
    """Two in a frame, the first of them drawn and not visited; gives how to replace and close.

    `ended`: the one drawn has been refused meanwhile, and needs no visit.
    """
    world, key = bench.world, "city_check"
    batch = world.batch(size=2)
    Batch.objects.filter(pk=batch.pk).update(stage=key)
    Case.objects.filter(batch=batch).update(state=bench.rules.before(key))
    cases = list(world.cases(batch).select_related("batch__programme", "household"))
    draw = bench.giver.frame(cases, bench.rules.stage(key), closed=False)
    Draw.objects.update(drawn_on=bench.day, drawn_by=world.officer(1))
    for rank, case in enumerate(cases, start=1):
        DrawItem.objects.filter(case=case).update(rank=rank, ticket=str(rank), drawn=rank == 1)
    if ended:
        Case.objects.filter(pk=cases[0].pk).update(state=End.REFUSED)
    by, scan = world.user(Role.CITY_INSPECTOR), world.file()
    item = DrawItem.objects.select_related("draw__programme").get(case=cases[0])

    def change():
        return replace(item, reason="全家外出", by=by, done_on=bench.day)

    def close():
        told = {"number": "衡扶〔2020〕1号", "file": scan, "by": by, "done_on": bench.day}
        return close_result(draw, **told)

    return change, close


@on_two_connections
def test_result_that_waits_for_a_replacement_asks_for_its_visit(bench, race):
    fresh, closed = race.run(*drawn(bench))
    assert not isinstance(fresh, Exception), fresh
    assert isinstance(closed, Refused)
    assert closed.message == "还有 1 户抽中而没有核查"
    assert Draw.objects.get().result_on is None
    assert verify("430412") == []


@on_two_connections
def test_nobody_is_drawn_any_more_when_the_result_is_out(bench, race):
    closed, fresh = race.run(*reversed(drawn(bench, ended=True)))
    assert not isinstance(closed, Exception), closed
    assert isinstance(fresh, Refused)
    assert fresh.message == "核查结果已经登记"
    assert DrawItem.objects.filter(drawn=True).count() == 1
    assert verify("430412") == []


# ── a hit ─────────────────────────────────────────────────────────────────────────────────────


@on_two_connections
def test_explained_hit_still_holds(bench, race):
    """An explanation is no verdict: the move that waits for it is refused all the same."""
    bench.before("comparison")
    hit = bench.giver.hit(bench.case)
    told = {
        "explanation": "车已转让",
        "file": None,
        "by": bench.world.cadre(),
        "done_on": bench.day,
    }
    wrote, moved = race.run(lambda: explain(hit, **told), leave(bench, "comparison"))
    assert not isinstance(wrote, Exception), wrote
    assert "no_open_hit" in moved.refused
    assert Hit.objects.get().explanation == "车已转让"
