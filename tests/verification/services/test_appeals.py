"""申诉: against a refusal, against an exit, also after filing; and objections that come late."""

from datetime import date, timedelta

import pytest

from exitcase.core.choices import Act, End, Reason, Status
from exitcase.core.errors import NotAllowed
from exitcase.core.models import Entry
from exitcase.core.verify import verify
from households.models import Household
from publicity.choices import Channel, ObjectionKind, Outcome
from publicity.models import Notice, Objection
from publicity.services import ObjectionSpec
from tests.verification import build
from tests.verification.services.refusals import refused
from tests.verification.upper import marked, officer, put
from verification.models import Batch, Case, Decision, DecisionItem, StageCount, SystemMark
from verification.queries import wrong_exits
from verification.services import advance, appeals, ending, listing, marks

pytestmark = pytest.mark.django_db
LATER = date(2020, 11, 20)


@pytest.fixture
def world():
    return build.world()


def take_in(world, case, *, reason="", **more):
    told = {
        "received_on": world.day,
        "channel": Channel.WRITTEN,
        "objector": "某某",
        "phone": "10000000009",
        "text": "收入没有那么多,不应退出",
        **more,
    }
    by, day = world.cadre(), world.day
    return appeals.take_in(case, ObjectionSpec(**told), by=by, done_on=day, reason=reason)


def decide(world, appeal, outcome=Outcome.UPHELD, **more):
    told = {
        "outcome": outcome,
        "checkers": ["龙德清", "罗伏生"],
        "conclusion": "入户核查,情况属实",
        "file": world.file(),
        "by": officer(world),
        "done_on": world.day,
        **more,
    }
    return appeals.decide(appeal, **told)


def refuse(world, case):
    """Refused at the appraisal by the village."""
    batch = Batch.objects.get(pk=case.batch_id)
    rows = Case.objects.filter(pk=case.pk)
    at = {"by": world.cadre(), "done_on": world.day}
    ending.refuse(rows, reason=Reason.VOTED_DOWN, note="12 人到会,4 人同意", **at)
    case.refresh_from_db()
    return batch


def grant(world, size=2):
    """Cases granted by the plan's own move, each with its confirmed mark."""
    batch = world.batch(size=size)
    put(world, "announcement", [batch])
    Case.objects.filter(batch=batch).update(state=End.GRANTED)
    Household.objects.filter(cases__batch=batch).update(status=Status.EXITED)
    cases = world.cases(batch)
    marked(world, cases)
    return cases


def counted(state):
    rows = StageCount.objects.filter(state=state)
    return sum(row.households for row in rows), sum(row.persons for row in rows)


# ── against a refusal ─────────────────────────────────────────────────────────────────────────


def test_an_upheld_appeal_against_a_refusal_lists_the_household_again(world):
    one, two = world.cases(world.batch(size=2))
    refuse(world, one)
    world.on(LATER)
    appeal = take_in(world, one)
    assert (appeal.number, appeal.kind, appeal.open) == ("YY-2020-1", ObjectionKind.APPEAL, True)
    decide(world, appeal)
    one.refresh_from_db()
    assert (one.state, one.end_reason) == (End.REFUSED, Reason.VOTED_DOWN)  # an end stays
    new = Case.objects.get(household=one.household_id, state="listed")
    assert (new.number, new.batch.name, new.batch.stage) == (
        f"{one.number}-2",
        "补1",
        "collection",
    )
    assert Household.objects.get(pk=one.household_id).status == Status.EXITING
    assert counted("listed") == (2, two.persons + new.persons)
    assert counted(End.REFUSED) == (1, one.persons)
    told = Entry.objects.get(act=Act.ANSWER_OBJECTION, subject="case")
    assert (told.subject_id, told.was, told.became) == (str(one.pk), "refused", "relisted")
    assert told.reason == f"{appeal.number} {world.rules.remedy(End.REFUSED).clause}"
    assert verify(build.DISTRICT) == []


def test_a_dismissed_appeal_changes_nothing(world):
    (one,) = world.cases(world.batch(size=1))
    refuse(world, one)
    appeal = decide(world, take_in(world, one), Outcome.DISMISSED)
    assert (appeal.open, appeal.outcome) == (False, Outcome.DISMISSED)
    assert Case.objects.count() == 1
    assert Household.objects.get().status == Status.REGISTERED
    assert not Entry.objects.filter(act=Act.ANSWER_OBJECTION, subject="case").exists()


def test_who_was_listed_again_meanwhile_gets_no_second_case(world):
    (one,) = world.cases(world.batch(size=1))
    refuse(world, one)
    appeal = take_in(world, one)
    rows = Household.objects.filter(pk=one.household_id)
    at = {"programme": world.programme, "by": world.cadre(), "done_on": world.day}
    listing.list_cases(one.village_id, rows, **at)
    decide(world, appeal)
    assert Case.objects.filter(household=one.household_id).count() == 2
    assert Entry.objects.get(act=Act.ANSWER_OBJECTION, subject="case").became == "moot"


def test_the_village_does_not_decide_an_appeal(world):
    (one,) = world.cases(world.batch(size=1))
    refuse(world, one)
    appeal = take_in(world, one)
    with pytest.raises(NotAllowed):
        decide(world, appeal, by=world.cadre())
    with pytest.raises(NotAllowed):
        decide(world, appeal, by=world.officer())
    assert Objection.objects.get().open


def test_nobody_appeals_before_the_end_appealed_against(world):
    (one,) = world.cases(world.batch(size=1))
    refuse(world, one)
    with refused("受理日期早于所申诉的决定", place=str(one), rule=f"不早于 {world.day}"):
        take_in(world, one, received_on=world.day - timedelta(days=1))
    assert not Objection.objects.exists()


# ── against an exit ───────────────────────────────────────────────────────────────────────────


def enter_wrong_exit(world, case, outcome=Outcome.UPHELD):
    return decide(world, take_in(world, case), outcome, number="南扶领〔2020〕8号")


def test_a_wrong_exit_is_put_right_when_a_second_person_confirms_it(world):
    one, two = grant(world)
    world.on(date(2021, 3, 1))  # long after filing
    appeal = enter_wrong_exit(world, one)
    assert (appeal.kind, appeal.open) == (ObjectionKind.WRONG_EXIT, True)
    assert Household.objects.get(pk=one.household_id).status == Status.EXITED
    with pytest.raises(NotAllowed):
        appeals.confirm(appeal, by=officer(world), done_on=world.day)
    assert not marks.unmark_list(build.DISTRICT).exists()

    appeals.confirm(appeal, by=officer(world, 1), done_on=world.day)
    one.refresh_from_db()
    household = Household.objects.get(pk=one.household_id)
    assert (one.state, household.status) == (End.GRANTED, Status.REGISTERED)
    assert household.status_basis == f"{one.number} {appeal.number}"
    (due,) = marks.unmark_list(build.DISTRICT)
    assert due.case_id == one.pk
    assert list(wrong_exits(Case.objects.all())) == [one]
    assert Household.objects.get(pk=two.household_id).status == Status.EXITED
    told = Entry.objects.get(act=Act.ANSWER_OBJECTION, subject="case")
    assert (told.was, told.became, told.stage) == ("granted", "restored", "announcement")

    rows = Case.objects.filter(pk=one.pk)
    at = {"by": officer(world), "done_on": world.day}
    assert marks.confirm_unmark(rows, unmarked_on=world.day, **at) == 1
    assert verify(build.DISTRICT) == []


def test_a_relapsed_household_is_relapsed_again(world):
    (one,) = grant(world, 1)
    Case.objects.filter(pk=one.pk).update(status_before=Status.RELAPSED)
    appeals.confirm(enter_wrong_exit(world, one), by=officer(world, 1), done_on=world.day)
    assert Household.objects.get().status == Status.RELAPSED


def test_a_dismissed_appeal_against_an_exit_leaves_it(world):
    (one,) = grant(world, 1)
    appeal = enter_wrong_exit(world, one, Outcome.DISMISSED)
    appeals.confirm(appeal, by=officer(world, 1), done_on=world.day)
    assert Household.objects.get().status == Status.EXITED
    assert not SystemMark.objects.filter(unmark_due=True).exists()
    assert not wrong_exits(Case.objects.all()).exists()


def test_a_household_put_right_can_be_listed_again(world):
    (one,) = grant(world, 1)
    appeals.confirm(enter_wrong_exit(world, one), by=officer(world, 1), done_on=world.day)
    rows = Household.objects.filter(pk=one.household_id)
    at = {"programme": world.programme, "by": world.cadre(), "done_on": world.day}
    batch = listing.list_cases(one.village_id, rows, **at)
    assert [case.number for case in world.cases(batch)] == [f"{one.number}-2"]


def test_a_wrong_exit_is_marked_no_more(world):
    """In a plan that marks after the announcement."""
    (one,) = grant(world, 1)
    SystemMark.objects.update(confirmed=False, marked_on=None)
    appeals.confirm(enter_wrong_exit(world, one), by=officer(world, 1), done_on=world.day)
    assert SystemMark.objects.exclude(void_tx="").count() == 1
    assert not marks.unmark_list(build.DISTRICT).exists()
    put(world, "mark", [Batch.objects.get()])
    Case.objects.update(state=End.GRANTED)
    with refused("有户已认定为错退,不再标识", place=str(one)):
        marks.refuse_wrong_exits(Case.objects.all())


def decided(world, case):
    """Approved by the government, which never logs in; entered, and not yet confirmed."""
    decision = Decision.objects.create(
        programme=world.programme,
        stage="review",
        region_id=build.DISTRICT,
        organ="district_government",
        number="南政〔2020〕3号",
        request_number="南扶〔2020〕3号",
        proposed_on=world.day,
        decided_on=world.day,
        entered_by=officer(world),
    )
    DecisionItem.objects.create(
        decision=decision,
        case=case,
        stage="review",
        tx="t",
        seq=1,
        head_name=case.head_name,
        persons=case.persons,
        approved=True,
        facts_sha256=case.facts_sha256,
    )
    return decision


# ── late objections ───────────────────────────────────────────────────────────────────────────


def test_a_late_objection_holds_the_case_and_reopens_no_notice(world):
    batch = world.bring(world.batch(size=2), "village_submission")
    one = world.cases(batch)[0]
    notice = Notice.objects.get()
    with refused("公示期满后提出的异议,须写明逾期受理的原因"):
        take_in(world, one)
    late = take_in(world, one, reason="提出人在外务工,期满后返乡")
    assert (late.kind, late.late, late.late_reason) == (
        ObjectionKind.OBJECTION,
        True,
        "提出人在外务工,期满后返乡",
    )
    closed = Notice.objects.get()
    assert (closed.state, closed.closes_at) == ("closed", notice.closes_at)
    rows = Case.objects.filter(batch=batch)
    at = {"by": world.cadre(), "done_on": world.day}
    held = advance.advance(rows, "village_submission", **at).refused["no_open_objection"]
    assert held == [one.pk]
    decide(world, late, Outcome.DISMISSED, by=world.officer())
    assert "no_open_objection" not in advance.advance(rows, "village_submission", **at).refused


def test_after_the_decision_an_objection_is_an_appeal(world):
    batch = world.bring(world.batch(size=1), "village_submission")
    (one,) = world.cases(batch)
    decision = decided(world, one)
    assert appeals.kind_of(one) == ObjectionKind.OBJECTION  # entered by one: it does not count
    Decision.objects.filter(pk=decision.pk).update(confirmed_by=officer(world, 1))
    assert take_in(world, one).kind == ObjectionKind.APPEAL


def test_what_never_hung_is_appealed_for(world):
    (one,) = world.cases(world.batch(size=1))
    assert take_in(world, one).kind == ObjectionKind.APPEAL
    at = {"by": world.cadre(), "done_on": world.day}
    assert "no_open_objection" in advance.advance(Case.objects.all(), "collection", **at).refused
