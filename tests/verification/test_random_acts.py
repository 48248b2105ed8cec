"""Random acts by random roles, against a model that knows nothing of gates, moves or SQL.

The model keeps for every case where it stands, which stages' facts it has, and what is open
against it; it says what each act must come to. After every act the database says the same, the
counts tie, and no case has been granted whose facts were not whole at every stage.
"""

from dataclasses import dataclass, field

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from exitcase.core.choices import CLOSED, Ground, Reason, Role
from exitcase.core.errors import NotAllowed, Refused
from publicity.models import NoticeItem, Objection
from tests.verification import build
from tests.verification.facts import Giver
from tests.verification.machine import Machine, run
from verification.models import Batch, Case
from verification.services import counts
from verification.services.advance import advance, advance_batches
from verification.services.correction import merge, send_back, split_off
from verification.services.ending import refuse, withdraw

pytestmark = pytest.mark.django_db
ROLES = (Role.VILLAGE_CADRE, Role.TOWNSHIP_OFFICER, Role.DISTRICT_OFFICER, Role.CITY_INSPECTOR)
# Who may move cases at which level: said again here, by hand.
MOVERS = {
    "village": {Role.VILLAGE_CADRE, Role.TOWNSHIP_OFFICER},
    "township": {Role.TOWNSHIP_OFFICER},
    "district": {Role.DISTRICT_OFFICER},
    "city": {Role.DISTRICT_OFFICER, Role.CITY_INSPECTOR},
}
SPLITTERS = {**MOVERS, "city": {Role.DISTRICT_OFFICER}}
RETURNERS = {
    "village": {Role.TOWNSHIP_OFFICER, Role.DISTRICT_OFFICER},
    "township": {Role.TOWNSHIP_OFFICER, Role.DISTRICT_OFFICER},
    "district": {Role.DISTRICT_OFFICER},
    "city": {Role.DISTRICT_OFFICER},
}
WITHDRAWERS = {Role.VILLAGE_CADRE, Role.TOWNSHIP_OFFICER}
COUNTING = {"meeting", "notice", "submit", "decide", "draw_check"}  # kinds whose papers count cases
SOFT = {"within_window": "顺延", "records_noted": "已办"}
SIZE = 3


@dataclass
class Modelled:
    """What the model knows of one case."""

    batch: int
    at: int = 0  # index of the stage it stands before
    end: str = ""
    facts: set[int] = field(default_factory=set)  # stages whose facts it has, valid
    open_question: bool = False


class Acts(Machine):
    """One village, three households, everybody pulls."""

    def __init__(self) -> None:
        super().__init__()
        self.stages = [stage.key for stage in self.world.rules.chain]
        self.granting = self.stages.index(self.world.rules.granted_at)
        batch = self.world.batch(size=SIZE)
        self.cases = {case.pk: Modelled(batch.pk) for case in self.world.cases(batch)}
        self.batches = {batch.pk: 0}
        self.filed: set[int] = set()
        self.giver = Giver(self.world)

    # ── helpers ──

    def level(self, at: int) -> str:
        return self.world.rules.stage(self.stages[at]).level

    def stands(self, batch: int) -> int:
        return self.batches[batch]

    def closed(self, batch: int) -> bool:
        return self.batches[batch] >= len(self.stages)

    def those(self, batch: int) -> dict[int, Modelled]:
        return {pk: one for pk, one in self.cases.items() if one.batch == batch}

    def ready(self, one: Modelled, at: int) -> bool:
        return not one.end and one.at == at and at in one.facts and not one.open_question

    def rows(self, keys) -> "object":
        return Case.objects.filter(pk__in=list(keys))

    def pick(self, n: int) -> int:
        return sorted(self.cases)[n % len(self.cases)]

    # ── the start, somewhere on the way ──

    @initialize(steps=st.integers(0, 15))
    def go_ahead(self, steps: int) -> None:
        for _step in range(steps):
            self.stride(0)

    # ── facts ──

    @rule(n=st.integers(0, 5))
    def stride(self, n: int) -> None:
        """Do everything right for one batch: its facts, then leave the stage."""
        batch = sorted(self.batches)[n % len(self.batches)]
        if self.closed(batch):
            return
        for pk in self.those(batch):
            self.give(pk)
        role = min(MOVERS[self.level(self.stands(batch))])
        self.leave(batch, role, 0)

    @rule(n=st.integers(0, 5))
    def give_facts(self, n: int) -> None:
        self.give(self.pick(n))

    def give(self, pk: int) -> None:
        one = self.cases[pk]
        if self.closed(one.batch):
            return
        at = self.stands(one.batch)
        tail = at > self.granting
        if tail:
            if one.batch not in self.filed:
                self.giver.give(self.rows(self.those(one.batch)), self.stages[at])
                self.filed.add(one.batch)
        elif not one.end and one.at == at and at not in one.facts:
            rows = self.rows([pk]).select_related("batch__programme", "household")
            self.giver.give(rows, self.stages[at])
            one.facts.add(at)

    @rule(n=st.integers(0, 5))
    def object_to(self, n: int) -> None:
        pk = self.pick(n)
        if self.cases[pk].end or self.cases[pk].open_question:
            return
        case = Case.objects.get(pk=pk)
        Objection.objects.create(
            region_id=case.village_id,
            programme=case.batch.programme,
            number=f"YY-{Objection.objects.count() + 1}",
            kind="objection",
            case_key=pk,
            household_id=case.household_id,
            received_on=self.world.day,
            due_on=self.world.day,
            channel="oral",
            text="不实",
        )
        self.cases[pk].open_question = True

    @rule()
    def answer_all(self) -> None:
        Objection.objects.filter(open=True).update(
            open=False, outcome="dismissed", answered_on=self.world.day
        )
        for one in self.cases.values():
            one.open_question = False

    # ── moves ──

    @rule(n=st.integers(0, 5), role=st.sampled_from(ROLES), off=st.sampled_from([-1, 0, 0, 0, 1]))
    def pass_one(self, n: int, role: Role, off: int) -> None:
        pk = self.pick(n)
        one = self.cases[pk]
        at = min(max(one.at + off, 0), len(self.stages) - 1)
        # Somebody has to stand before the stage, or there is nothing to have the right to.
        asks_right = not one.end and one.at == at and at <= self.granting
        allowed = role in MOVERS[self.level(at)]
        call = {"by": self.world.user(role), "done_on": self.world.day}
        if asks_right and not allowed:
            with pytest.raises(NotAllowed):
                advance(self.rows([pk]), self.stages[at], **call)
            return
        moved = advance(self.rows([pk]), self.stages[at], **call)
        expected = asks_right and self.ready(one, at)
        assert moved.count == int(expected)
        if expected:
            self.passed(one, at)

    def passed(self, one: Modelled, at: int) -> None:
        one.at = at + 1
        if at == self.granting:
            one.end = "granted"

    @rule(n=st.integers(0, 5), role=st.sampled_from(ROLES), off=st.sampled_from([-1, 0, 0, 0, 1]))
    def leave_any(self, n: int, role: Role, off: int) -> None:
        self.leave(sorted(self.batches)[n % len(self.batches)], role, off)

    def leave(self, batch: int, role: Role, off: int) -> None:
        at = min(max(self.stands(batch) + off, 0), len(self.stages) - 1)
        here = self.those(batch).values()
        mine = [one for one in here if not one.end and one.at == at and at <= self.granting]
        standing = self.stands(batch) == at
        allowed = role in MOVERS[self.level(at)]
        rows = Batch.objects.filter(pk=batch)
        call = {"by": self.world.user(role), "done_on": self.world.day, "reasons": SOFT}
        if (mine or standing) and not allowed:
            with pytest.raises(NotAllowed):
                advance_batches(rows, self.stages[at], **call)
            return
        moved = advance_batches(rows, self.stages[at], **call)
        for one in mine:
            if self.ready(one, at):
                self.passed(one, at)
        waiting = [one for one in here if not one.end and one.at <= at]
        filed = at <= self.granting or batch in self.filed or not here
        last = self.stages[at] == self.stages[-1]
        leaves = standing and not waiting and (filed or not last)
        if last and standing and not here:  # nothing to file of, but the originals are asked
            leaves = moved.count == 1
        assert moved.count == int(leaves), moved.words()
        if leaves:
            self.batches[batch] = at + 1

    # ── aside, back and out ──

    @rule(ns=st.sets(st.integers(0, 5), min_size=1, max_size=3), role=st.sampled_from(ROLES))
    def split(self, ns: set[int], role: Role) -> None:
        chosen = {self.pick(n) for n in ns}
        homes = {self.cases[pk].batch for pk in chosen}
        call = {"reason": "未到期", "by": self.world.user(role), "done_on": self.world.day}
        (batch,) = homes if len(homes) == 1 else (0,)
        open_ = [pk for pk in chosen if not self.cases[pk].end]
        if not batch or self.closed(batch):
            with pytest.raises(Refused):
                split_off(self.rows(chosen), **call)
        elif role not in SPLITTERS[self.level(self.stands(batch))]:
            with pytest.raises(NotAllowed):
                split_off(self.rows(chosen), **call)
        elif not open_:
            with pytest.raises(Refused):
                split_off(self.rows(chosen), **call)
        else:
            home = split_off(self.rows(chosen), **call)
            self.batches[home.pk] = self.stands(batch)
            for pk in open_:
                self.cases[pk].batch = home.pk

    @rule(n=st.integers(0, 5), back=st.integers(0, 4), role=st.sampled_from(ROLES))
    def return_one(self, n: int, back: int, role: Role) -> None:
        pk = self.pick(n)
        one = self.cases[pk]
        if self.closed(one.batch):
            return
        stands = self.stands(one.batch)
        to = max(stands - back, 0)
        call = {
            "ground": Ground.PROCEDURE,
            "reason": "缺日期",
            "by": self.world.user(role),
            "done_on": self.world.day,
        }
        if role not in RETURNERS[self.level(stands)]:
            with pytest.raises(NotAllowed):
                send_back(self.rows([pk]), self.stages[to], **call)
        elif one.end:
            with pytest.raises(Refused):
                send_back(self.rows([pk]), self.stages[to], **call)
        else:
            home = send_back(self.rows([pk]), self.stages[to], **call)
            self.batches[home.pk] = to
            one.batch, one.at = home.pk, min(one.at, to)
            one.facts = {at for at in one.facts if at < to}

    @rule(n=st.integers(0, 5), role=st.sampled_from(ROLES))
    def refuse_one(self, n: int, role: Role) -> None:
        pk = self.pick(n)
        one = self.cases[pk]
        if self.closed(one.batch):
            return
        call = {
            "reason": Reason.CHECK_FAILED,
            "note": "未达标",
            "by": self.world.user(role),
            "done_on": self.world.day,
        }
        refusers = MOVERS[self.level(self.stands(one.batch))]
        if not one.end and role not in refusers:
            with pytest.raises(NotAllowed):
                refuse(self.rows([pk]), **call)
        elif one.end and role not in refusers:
            return  # ended already: whether it reads "done" or "not yours" is not modelled
        else:
            assert refuse(self.rows([pk]), **call).count == int(not one.end)
            one.end = one.end or "refused"

    @rule(n=st.integers(0, 5), role=st.sampled_from(ROLES))
    def withdraw_one(self, n: int, role: Role) -> None:
        pk = self.pick(n)
        one = self.cases[pk]
        call = {
            "reason": Reason.HOUSEHOLD_WITHDREW,
            "note": "户主申请",
            "by": self.world.user(role),
            "done_on": self.world.day,
        }
        if self.closed(one.batch) or role not in WITHDRAWERS:
            return
        assert withdraw(self.rows([pk]), **call).count == int(not one.end)
        one.end = one.end or "withdrawn"

    @rule(n=st.integers(0, 5), m=st.integers(0, 5))
    def merge_two(self, n: int, m: int) -> None:
        keys = sorted(self.batches)
        one, into = keys[n % len(keys)], keys[m % len(keys)]
        if one == into or self.closed(one) or self.stands(one) != self.stands(into):
            return
        at = self.stands(one)
        role = min(SPLITTERS[self.level(at)])
        call = {"reason": "并批", "by": self.world.user(role), "done_on": self.world.day}
        kind = self.world.rules.stage(self.stages[at]).kind
        open_ = [c for c in (*self.those(one).values(), *self.those(into).values()) if not c.end]
        counted = kind in COUNTING and any(at in c.facts for c in open_)
        announced = kind == "announce" and any(at in c.facts for c in open_)
        pair = (Batch.objects.get(pk=one), Batch.objects.get(pk=into))
        if counted or announced:
            with pytest.raises(Refused):
                merge(*pair, **call)
            return
        merge(*pair, **call)
        for case in self.those(one).values():
            if not case.end:
                case.batch = into
        self.batches[one] = len(self.stages)

    # ── what always holds ──

    @invariant()
    def the_database_says_the_same(self) -> None:
        stages = [*self.stages, CLOSED]
        for pk, stage in Batch.objects.values_list("pk", "stage"):
            assert stage == stages[self.batches[pk]]
        for pk, batch, state in Case.objects.values_list("pk", "batch", "state"):
            one = self.cases[pk]
            before = ["listed", *self.stages][one.at]
            assert (batch, state) == (one.batch, one.end or before)

    @invariant()
    def nobody_is_granted_without_all_facts(self) -> None:
        for one in self.cases.values():
            if one.end == "granted":
                assert one.facts >= set(range(self.granting + 1))
                assert not one.open_question or one.at > self.granting

    @invariant()
    def the_counts_tie(self) -> None:
        told = {row["state"]: row["n_households"] for row in counts.standing()}
        seen: dict[str, int] = {}
        for state in Case.objects.values_list("state", flat=True):
            seen[state] = seen.get(state, 0) + 1
        assert told == seen

    @invariant()
    def no_valid_paper_outlives_a_return(self) -> None:
        for pk, one in self.cases.items():
            valid = NoticeItem.valid(case_key=pk).values_list("stage", flat=True)
            assert {self.stages.index(key) for key in valid} <= one.facts


def test_random_acts_never_reach_what_the_plan_forbids():
    runs = build.share_of(100)
    assert run(Acts, runs, 30) >= runs


@pytest.mark.deep
def test_random_acts_at_length():
    assert run(Acts, 2000, 50) >= 2000
