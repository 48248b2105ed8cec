"""What happens to a list: random splits, merges, returns, corrections, withdrawals and re-listings.

After every act: nobody is in two open batches, the totals tie with the register, nothing that was
written has gone, and nothing valid is struck out but by a return or a correction. After the last,
everything that is left goes on in the ordinary way, and every batch comes to its end.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from exitcase.core.choices import CLOSED, LIVE, Act, Ground, Item, PaperKind, Reason, Role, Status
from exitcase.core.errors import Refused
from exitcase.core.gates import Ask
from exitcase.core.models import Paper, StoredFile
from exitcase.core.rules import Rules, Stage
from households.choices import ChangeReason
from households.models import Household, Member, MemberChange
from households.services import Changes, ItemSpec, Leaves
from publicity.models import Notice, Objection
from tests.verification import build
from tests.verification.facts import Giver, serial
from tests.verification.machine import Machine, run
from verification.gates import ALWAYS, BOOK
from verification.models import (
    Assessment,
    Batch,
    Case,
    Correction,
    Decision,
    Draw,
    Meeting,
    Rectification,
    Submission,
)
from verification.services import correcting, counts
from verification.services.advance import advance_batches
from verification.services.correction import (
    EVIDENCE,
    merge,
    send_back,
    send_back_batch,
    split_off,
)
from verification.services.ending import refuse, withdraw
from verification.services.listing import list_cases

pytestmark = pytest.mark.django_db
BY_LEVEL = {
    "village": Role.VILLAGE_CADRE,
    "township": Role.TOWNSHIP_OFFICER,
    "district": Role.DISTRICT_OFFICER,
    "city": Role.DISTRICT_OFFICER,
}
SOFT = {"within_window": "顺延", "records_noted": "已办"}
KEPT = (
    *EVIDENCE, Assessment, Meeting, Submission, Decision, Draw, Notice, Paper, StoredFile,
    Objection, Rectification, Correction, MemberChange, Member, Case, Batch,
)  # fmt: skip
VILLAGES, LISTED_FIRST, UNLISTED = 2, 2, 1
STEPS = 15
NTH = st.integers(0, 7)


def changes(case: Case, kind: str, day: date) -> Changes:
    """One thing to put right: a clerical, a public, or one of two material facts."""
    last = case.household.members.filter(left_on=None).order_by("number").last()
    if kind == "name":
        return Changes(members={last.pk: {"name": f"{last.name[:2]}㛃"}})
    if kind == "group":
        return Changes(household={"group": str(int(case.household.group) % 9 + 1)})
    if kind == "leaves":
        return Changes(leaves=(Leaves(last, ChangeReason.DIED, day),))
    more = case.household.years.get().net_fen + 1_000
    costs = ((Item.WAGES, more), (Item.BUSINESS, 100_000), (Item.BUSINESS_COST, 100_000))
    return Changes(items=[ItemSpec(item, fen, "务工") for item, fen in costs])


def pick(rows: list, n: int):
    return rows[n % len(rows)] if rows else None


class Life(Machine):
    """Two villages, in each two households on a list and one that is not."""

    def __init__(self) -> None:
        super().__init__()
        self.giver = Giver(self.world)
        for village in self.world.villages:
            self.world.batch(village, LISTED_FIRST)
            build.households(village, UNLISTED)
        self.filed: dict[str, set[int]] = defaultdict(set)
        self.seen: dict[type, set[int]] = {model: set() for model in KEPT}

    def last(self) -> None:
        self.everything_ends()

    # ── who and where ──

    def open_batches(self) -> list[Batch]:
        return list(Batch.objects.exclude(stage=CLOSED).select_related("programme").order_by("pk"))

    def live(self) -> list[Case]:
        rows = Case.objects.filter(state__in=LIVE).exclude(batch__stage=CLOSED)
        return list(rows.select_related("batch__programme", "household").order_by("pk"))

    def by(self, batch: Batch, level: str = "", n: int = 0):
        level = level or batch.rules.stage(batch.stage).level
        region = batch.village_id if level == "village" else ""
        return self.world.user(BY_LEVEL[level], region, n)

    def call(self, batch: Batch, level: str = "") -> dict:
        return {"by": self.by(batch, level), "done_on": self.world.day, "reason": "见说明"}

    def returner(self, batch: Batch) -> str:
        """A village sends nothing back to itself."""
        return {"village": "township"}.get(level := batch.rules.stage(batch.stage).level, level)

    @contextmanager
    def nothing_struck_out(self) -> Iterator[None]:
        before = self.valid()
        yield
        assert self.valid() >= before

    def valid(self) -> set[tuple[str, int]]:
        found: set[tuple[str, int]] = set()
        for model in EVIDENCE:
            found |= {(model.__name__, pk) for pk in model.valid().values_list("pk", flat=True)}
        return found

    # ── the ordinary way ──

    @initialize(strides=st.integers(0, 12))
    def begin(self, strides: int) -> None:
        for _n in range(strides):
            self.stride(0)

    @rule(n=NTH)
    def stride(self, n: int) -> None:
        batch = pick(self.open_batches(), n)
        if batch:
            self.go_on([batch])

    def go_on(self, batches: list[Batch]) -> str:
        """Give what the gates of their stage miss, and leave it; what still holds, in words."""
        rules, key = batches[0].rules, batches[0].stage
        for batch in batches:
            cases = batch.cases.all()
            rows = self.wanting(cases.select_related("batch__programme"), rules, rules.stage(key))
            self.giver.give(rows.select_related("household"), key)
            self.paper(cases, batch)
        shared = len({batch.village_id for batch in batches}) > 1
        level = "township" if shared and rules.stage(key).level == "village" else ""
        these = Batch.objects.filter(pk__in=[batch.pk for batch in batches])
        way = {"by": self.by(batches[0], level), "done_on": self.world.day, "reasons": SOFT}
        return str(advance_batches(these, key, **way).words())

    def wanting(self, cases, rules: Rules, stage: Stage):
        """The cases some gate of the stage is shut for; behind the decision, all of them once."""
        if rules.keys.index(stage.key) > rules.keys.index(rules.granted_at):
            todo = {one.pk for one in cases} - self.filed[stage.key]
            self.filed[stage.key] |= todo
            return cases.filter(pk__in=todo)
        standing = cases.filter(state=rules.before(stage.key))
        shut = BOOK[Act.PASS, stage.kind].shut(standing, Ask(rules, stage))
        held = {gate.key for gate in ALWAYS}  # shut by what is open, not by a missing fact
        wanted = {pk for key, pks in shut.items() if key not in held for pk in pks}
        return cases.filter(pk__in=wanted)

    def paper(self, cases, batch: Batch) -> None:
        """附件1 of whoever has come to sign it, once."""
        for case in cases.filter(state=batch.rules.before("sign_off")):
            Paper.objects.get_or_create(
                region_id=case.village_id,
                kind=PaperKind.ACCEPTANCE_FORM,
                subject_kind="case",
                subject_id=str(case.pk),
                facts_sha256=case.facts_sha256,
                defaults={
                    "title": "附件1",
                    "version": 1 + Paper.objects.filter(subject_id=str(case.pk)).count(),
                    "issued_on": self.world.day,
                },
            )

    def everything_ends(self) -> None:
        """All that stand at a stage go on together: their gates are asked once."""
        words: Counter[str] = Counter()
        for _round in range(8):
            self.answer_all()
            self.confirm_all()
            for key in self.world.rules.keys:
                here = [batch for batch in self.open_batches() if batch.stage == key]
                if here:
                    words[f"{here} {key}: {self.go_on(here)}"] += 1
        assert self.open_batches() == [], words.most_common(5)
        assert not Case.objects.filter(state__in=LIVE).exists()
        self.totals_tie()

    # ── aside, back and out ──

    @rule(ns=st.sets(NTH, min_size=1, max_size=3))
    def split(self, ns: set[int]) -> None:
        cases = self.live()
        chosen = [cases[n % len(cases)] for n in ns] if cases else []
        if not chosen:
            return
        batch = chosen[0].batch
        keys = [case.pk for case in chosen if case.batch_id == batch.pk]
        with self.nothing_struck_out():
            split_off(Case.objects.filter(pk__in=keys), **self.call(batch))

    @rule(n=NTH, m=NTH)
    def merge_two(self, n: int, m: int) -> None:
        batches = self.open_batches()
        one, into = pick(batches, n), pick(batches, m)
        if not one:
            return
        # of another village or stage, or counted on a paper already
        with self.nothing_struck_out(), suppress(Refused):
            merge(one, into, **self.call(one))

    @rule(n=NTH, back=st.integers(0, 6))
    def return_one(self, n: int, back: int) -> None:
        case = pick(self.live(), n)
        if case:
            call = self.call(case.batch, self.returner(case.batch))
            send_back(
                Case.objects.filter(pk=case.pk),
                self.earlier(case.batch, back),
                ground=Ground.PROCEDURE,
                **call,
            )

    @rule(n=NTH, back=st.integers(0, 6))
    def return_all(self, n: int, back: int) -> None:
        batch = pick(self.open_batches(), n)
        if not batch or batch.stage not in self.before_granting(batch):
            return
        call = self.call(batch, self.returner(batch))
        send_back_batch(batch, self.earlier(batch, back), ground=Ground.PROCEDURE, **call)

    def earlier(self, batch: Batch, back: int) -> str:
        keys = batch.rules.keys
        return keys[max(keys.index(batch.stage) - back, 0)]

    def before_granting(self, batch: Batch) -> tuple[str, ...]:
        keys = batch.rules.keys
        return tuple(keys[: keys.index(batch.rules.granted_at) + 1])

    @rule(n=NTH, ended=st.sampled_from([withdraw, refuse]))
    def end_one(self, n: int, ended) -> None:
        case = pick(self.live(), n)
        if case:
            withdrawn = ended is withdraw
            reason = Reason.HOUSEHOLD_WITHDREW if withdrawn else Reason.CHECK_FAILED
            by = self.by(case.batch, "village" if withdrawn else "")
            call = {"reason": reason, "note": "见说明", "by": by, "done_on": self.world.day}
            with self.nothing_struck_out():
                ended(Case.objects.filter(pk=case.pk), **call)

    @rule(n=NTH)
    def list_another(self, n: int) -> None:
        """A household that stayed off the list, or left it, comes in a supplement batch."""
        rows = Household.objects.filter(status=Status.REGISTERED).order_by("pk")
        one = pick(list(rows), n)
        if one:
            list_cases(
                one.village_id,
                Household.objects.filter(pk=one.pk),
                programme=self.world.programme,
                by=self.world.cadre(one.village_id),
                done_on=self.world.day,
            )

    # ── what is open against it ──

    @rule(n=NTH)
    def object_to(self, n: int) -> None:
        case = pick(self.live(), n)
        if case:
            Objection.objects.create(
                region_id=case.village_id,
                programme=case.batch.programme,
                number=serial("YY"),
                kind="objection",
                case_key=case.pk,
                household_id=case.household_id,
                received_on=self.world.day,
                due_on=self.world.day,
                channel="oral",
                text="不实",
            )

    @rule()
    def answer_all(self) -> None:
        Objection.objects.filter(open=True).update(
            open=False, outcome="dismissed", answered_on=self.world.day
        )

    @rule(n=NTH, kind=st.sampled_from(["name", "group", "leaves", "income"]))
    def correct(self, n: int, kind: str) -> None:
        case = pick(self.live(), n)
        if not case:
            return
        with suppress(Refused):  # another 更正单 waits, or nothing differs
            correcting.enter(
                case, changes(case, kind, self.world.day), **self.call(case.batch, "village")
            )

    @rule()
    def confirm_all(self) -> None:
        rows = Correction.objects.filter(confirmed_on=None, void_tx="")
        for one in rows.select_related("case__batch__programme"):
            batch = one.case.batch
            if one.case.state in LIVE and batch.stage != CLOSED:
                correcting.confirm(
                    one,
                    scan=self.world.file(one.case.village_id),
                    by=self.by(batch, n=1),
                    done_on=self.world.day,
                )

    # ── what always holds ──

    @invariant()
    def nobody_is_in_two_open_batches(self) -> None:
        of = Counter(case.household_id for case in Case.objects.filter(state__in=LIVE))
        assert all(times == 1 for times in of.values())
        assert not Case.objects.filter(state__in=LIVE, batch__stage=CLOSED).exists()

    @invariant()
    def totals_tie(self) -> None:
        """not listed + every end + still open = register, in households and in persons."""
        latest = {one.household_id: one for one in Case.objects.order_by("pk")}
        states = Counter(one.state for one in Case.objects.all())
        told = {row["state"]: row["n_households"] for row in counts.standing()}
        assert told == dict(states)
        register = {one.pk: one for one in Household.objects.all()}
        never = [one for pk, one in register.items() if pk not in latest]
        assert len(never) + len(latest) == len(register)
        for pk, case in latest.items():
            if case.state in LIVE:
                assert case.persons == register[pk].persons
                assert register[pk].status == Status.EXITING
        persons = sum(one.persons for one in never) + sum(register[pk].persons for pk in latest)
        assert persons == Member.objects.filter(left_on=None).count()

    @invariant()
    def nothing_is_lost(self) -> None:
        for model, seen in self.seen.items():
            now = set(model.objects.values_list("pk", flat=True))
            assert seen <= now, model
            self.seen[model] = now


def test_no_order_of_events_loses_anything():
    lives = build.share_of(60)
    assert run(Life, lives, STEPS, villages=VILLAGES) >= lives


@pytest.mark.deep
def test_no_order_of_events_loses_anything_at_length():
    assert run(Life, 1000, STEPS, villages=VILLAGES) >= 1000
