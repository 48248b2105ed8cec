"""A fact that a gate reads, and the move that asks for it, at the same moment on two connections.

Whichever comes first, the other waits for its commit: the move sees the fact and is refused, or
the fact finds the case gone on. What must never be: both, each as if the other were not there.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection

from exitcase.core import journal
from exitcase.core.choices import (
    Capacity,
    End,
    Finding,
    Mode,
    Origin,
    PaperKind,
    Post,
    Reason,
    Role,
)
from exitcase.core.errors import Refused
from exitcase.core.verify import verify
from households.services import Changes
from publicity.choices import Channel, ObjectionKind
from publicity.models import NoticeItem
from publicity.services import lodge, strike_out
from tests.verification.bench import Bench
from verification.models import Batch, Case, Hit, Meeting
from verification.services import correcting
from verification.services.advance import advance_batches
from verification.services.comparison import explain
from verification.services.correction import send_back_batch, split_off
from verification.services.ending import refuse
from verification.services.inspections import inspect
from verification.services.rectification import open_rectification
from verification.services.signatures import sign
from verification.services.specs import AssessSpec, Ballot, SignSpec, VisitorSpec
from verification.services.village import vote

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer"),
]
SOFT = {"within_window": "x", "records_noted": "x"}
FIRST, SECOND = "first", "second"


@dataclass(frozen=True)
class Fact:
    """Something written at a stage, and the gate it shuts there."""

    name: str
    stage: str
    gate: str
    write: Callable[[Bench], object]
    afterwards: bool = False  # it may be written when the case has gone on, and holds it there


def recounted(bench):
    (case,), meeting = Case.objects.all(), Meeting.objects.get()
    vote(meeting, {case.pk: Ballot(yes=0, no=10)}, by=bench.world.cadre(), done_on=bench.day)


def household_refuses(bench):
    spec = SignSpec(
        slot=Post.HOUSEHOLD,
        paper=PaperKind.ACCEPTANCE_FORM,
        signer=bench.case.head_name,
        signed_on=bench.day,
        capacity=Capacity.HEAD,
        refused=True,
    )
    cases = Case.objects.all()
    sign(cases, "sign_off", {bench.case.pk: [spec]}, by=bench.world.cadre(), done_on=bench.day)


def objected(bench):
    lodge(
        NoticeItem.objects.get(),
        kind=ObjectionKind.OBJECTION,
        received_on=bench.day,
        channel=Channel.ORAL,
        objector="",
        phone="",
        text="住房没有达标",
        by=bench.world.cadre(),
        done_on=bench.day,
        reason="公示期满后返乡",  # the bench's notice is over
    )


def struck(bench):
    items = NoticeItem.objects.all()
    strike_out(items, reason="异议成立", by=bench.world.cadre(), done_on=bench.day)


def found_short(bench, stage, who, post):
    case = bench.case
    results = {key: AssessSpec(met=True) for key in bench.rules.indicator_keys}
    results[bench.rules.indicator_keys[0]] = AssessSpec(met=False, facts="收入不足")
    inspect(
        case,
        stage,
        mode=Mode.HOME,
        done_on=bench.day,
        finding=Finding.SHORT,
        visitors=[VisitorSpec(name=name, post=post) for name in ("甲", "乙")],
        results=results,
        by=who,
    )


def township_found_short(bench):
    found_short(bench, "township_check", bench.world.officer(), Post.TOWNSHIP_CADRE)


def district_found_short(bench):
    by = bench.world.user(Role.DISTRICT_INSPECTOR)
    found_short(bench, "district_inspection", by, Post.DISTRICT_INSPECTOR)


def fault_found(bench):
    open_rectification(
        bench.case,
        origin=Origin.CITY_CHECK,
        problem="帮扶措施没有落实",
        owner="谭建成",
        due_on=bench.day,
        by=bench.world.user(Role.CITY_INSPECTOR),
        done_on=bench.day,
    )


def corrected(bench):
    correcting.enter(
        bench.case,
        Changes(household={"group": "9"}),
        reason="组别误录",
        by=bench.world.cadre(),
        done_on=bench.day,
    )


def refused(bench):
    by = bench.world.officer()
    ended = refuse(
        Case.objects.all(), reason=Reason.CHECK_FAILED, note="核实不达标", by=by, done_on=bench.day
    )
    if not ended.count:
        raise Refused("没有可以终止的户")


FACTS = [
    Fact("votes recounted", "appraisal", "carried", recounted),
    Fact("household refuses to sign", "sign_off", "household_signed", household_refuses),
    Fact("objection", "village_notice", "no_open_objection", objected, afterwards=True),
    Fact("entry struck out", "village_notice", "notice_hung", struck, afterwards=True),
    Fact("township finds it short", "township_check", "inspected", township_found_short),
    Fact("district finds it short", "district_inspection", "inspected", district_found_short),
    Fact("correction waits", "sign_off", "correction_confirmed", corrected, afterwards=True),
    Fact("facts corrected", "township_check", "facts_unchanged", corrected, afterwards=True),
    Fact("fault to put right", "approval", "rectified", fault_found, afterwards=True),
]


class Race:
    """`slow` stops before it seals, all its locks and writes in hand, until the other waits."""

    def __init__(self, monkeypatch):
        self.ready, self.ends, self.answers = threading.Event(), [], {}
        seal = journal._seal

        def slowly(tx):
            if threading.current_thread().name == FIRST:
                self.ready.set()
                time.sleep(0.5)
            seal(tx)

        monkeypatch.setattr(journal, "_seal", slowly)

    def run(self, slow, quick):
        def job(name, work):
            try:
                if name == SECOND:
                    assert self.ready.wait(20)
                self.answers[name] = work()
            except Exception as error:  # noqa: BLE001  # the test looks at it
                self.answers[name] = error
            finally:
                self.ends.append(name)
                self.ready.set()
                connection.close()

        threads = [
            threading.Thread(target=job, args=pair, name=pair[0])
            for pair in ((FIRST, slow), (SECOND, quick))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert self.ends == [FIRST, SECOND]  # the second waited
        return self.answers[FIRST], self.answers[SECOND]


@pytest.fixture
def race(monkeypatch):
    return Race(monkeypatch)


@pytest.fixture
def bench():
    return Bench()


def at(bench, stage):
    """The case stands at the stage, with what earlier stages must have brought."""
    if stage == "approval":
        bench.before("district_inspection")
    bench.before(stage)


def leave(bench, stage):
    roles = {"village": Role.VILLAGE_CADRE, "township": Role.TOWNSHIP_OFFICER}
    roles |= {"district": Role.DISTRICT_OFFICER, "city": Role.CITY_INSPECTOR}
    by = bench.world.user(roles[bench.rules.stage(stage).level])
    told = {"by": by, "done_on": bench.day, "reasons": SOFT}
    return lambda: advance_batches(Batch.objects.all(), stage, **told)


def ids(value):
    return getattr(value, "name", None)


@pytest.mark.parametrize("fact", FACTS, ids=ids)
def test_fact_written_first_stops_a_move_that_waits(bench, race, fact):
    at(bench, fact.stage)
    wrote, moved = race.run(lambda: fact.write(bench), leave(bench, fact.stage))
    assert not isinstance(wrote, Exception), wrote
    assert not isinstance(moved, Exception), moved
    assert fact.gate in moved.refused
    assert moved.count == 0
    assert Batch.objects.get().stage == fact.stage
    assert verify("430412") == []


@pytest.mark.parametrize("fact", FACTS, ids=ids)
def test_fact_that_waits_finds_the_case_gone_on(bench, race, fact):
    at(bench, fact.stage)
    moved, wrote = race.run(leave(bench, fact.stage), lambda: fact.write(bench))
    assert not isinstance(moved, Exception), moved
    assert (moved.count, moved.refused) == (1, {})
    assert Batch.objects.get().stage == bench.rules.next_after(fact.stage)
    if fact.afterwards:
        assert not isinstance(wrote, Exception), wrote
    else:
        assert isinstance(wrote, Refused), wrote
    assert verify("430412") == []


def test_end_and_move_have_one_winner(bench, race):
    bench.before("township_check")
    ended, moved = race.run(lambda: refused(bench), leave(bench, "township_check"))
    assert not isinstance(ended, Exception), ended
    assert Case.objects.get().state == End.REFUSED
    assert moved.refused == {}  # nobody waits any more: the batch goes on without it
    assert Case.objects.get().came_from == bench.rules.before("township_check")


def test_move_waits_for_a_split_and_leaves_with_the_rest(bench, race):
    """The waiting move asks for the cases of a batch that has lost one meanwhile."""
    bench.before("village_submission")
    other = Case.objects.get()
    by = bench.world.cadre()
    split, moved = race.run(
        lambda: split_off(Case.objects.filter(pk=other.pk), reason="x", by=by, done_on=bench.day),
        leave(bench, "village_submission"),
    )
    assert not isinstance(split, Exception), split
    assert not isinstance(moved, Exception), moved
    assert Case.objects.get().batch_id == split.pk
    assert Case.objects.get().state == bench.rules.before("village_submission")


def test_send_back_and_move_have_one_winner(bench, race):
    bench.before("township_check")
    (batch,), by = Batch.objects.all(), bench.world.officer()
    told = {"ground": "procedure", "reason": "x", "by": by, "done_on": bench.day}
    back, moved = race.run(
        lambda: send_back_batch(batch, "appraisal", **told), leave(bench, "township_check")
    )
    assert not isinstance(back, Exception), back
    assert moved.count == 0
    assert Batch.objects.get().stage == "appraisal"


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
