"""Gates that take more than one fact: who may sign, what comes before what, what holds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from exitcase.core.choices import Act, StageKind
from exitcase.core.gates import Ask
from households.models import Household, HouseholdYear, VillageYear
from publicity.models import Notice, NoticeItem, Objection
from tests.verification.bench import Bench
from tests.verification.facts import TX
from verification.gates import BOOK
from verification.models import (
    Batch,
    Case,
    Decision,
    DecisionItem,
    Delivery,
    DrawItem,
    Inspection,
    Mandate,
    Meeting,
    Original,
    Signature,
    StageRecord,
    Submission,
    SubmissionItem,
    SystemMark,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def bench():
    return Bench()


# ── who signs for the household ───────────────────────────────────────────────────────────────


def signed(bench, **values) -> bool:
    bench.before("sign_off")
    Signature.objects.filter(slot="household").update(**values)
    return "household_signed" not in bench.shut()


@pytest.mark.parametrize(
    ("values", "enough"),
    [
        ({"capacity": "head"}, True),
        ({"capacity": "head", "adult_on": None}, True),
        ({"capacity": "adult_member"}, True),
        ({"capacity": "adult_member", "adult_on": None}, False),
        ({"capacity": ""}, False),
        ({"refused": True}, False),
        ({"mark": "fingerprint"}, False),
        ({"mark": "fingerprint", "witness": "乙"}, True),
        ({"mark": "seal"}, True),
        ({"void_tx": TX}, False),
        ({"stage": "second_sign_off"}, False),
    ],
)
def test_the_household_signs_by_right(bench, values, enough):
    assert signed(bench, **values) is enough


def test_a_member_signs_from_the_eighteenth_birthday_on(bench):
    assert signed(bench, capacity="adult_member", adult_on=bench.day)
    Signature.objects.filter(slot="household").update(adult_on=bench.day + DAY)
    assert "household_signed" in bench.shut()


@pytest.mark.parametrize(
    ("first", "last", "adult", "enough"),
    [(0, 0, 0, True), (1, 9, 0, False), (-9, -1, 0, False), (0, 0, 1, False), (-9, 9, -999, True)],
)
def test_an_agent_signs_under_a_mandate_of_that_day(bench, first, last, adult, enough):
    bench.before("sign_off")
    mandate = Mandate.objects.create(
        **bench.giver.base(bench.case, bench.stage()),
        number="W1",
        agent="丁",
        agent_id_number="99",
        agent_adult_on=bench.day + adult * DAY,
        relation="侄子",
        reason="务工",
        valid_from=bench.day + first * DAY,
        valid_until=bench.day + last * DAY,
        form="书面",
    )
    Signature.objects.filter(slot="household").update(capacity="agent", mandate=mandate)
    assert ("household_signed" not in bench.shut()) is enough
    Mandate.objects.update(void_tx=TX)
    assert "household_signed" in bench.shut()


@pytest.mark.parametrize(("team", "shut"), [(True, True), (None, True), (False, False)])
def test_a_village_without_a_team_needs_no_signature_of_one(bench, team, shut):
    bench.before("appraisal")
    VillageYear.objects.update(has_team=team)
    Signature.objects.filter(slot="team_leader").delete()
    assert ("slots_signed" in bench.shut()) is shut
    Signature.objects.filter(slot="village_director").delete()
    assert "slots_signed" in bench.shut()


# ── time: no paper before the act it rests on ─────────────────────────────────────────────────


def test_signatures_do_not_come_before_the_meeting(bench):
    bench.before("appraisal")
    Meeting.objects.update(held_on=bench.day + DAY)
    assert bench.shut() == {"signed_after_meeting": "有 1 户的签字日期早于评议会"}
    Meeting.objects.update(held_on=bench.day)
    assert bench.shut() == {}


def test_the_list_does_not_hang_before_it_is_signed(bench):
    bench.before("sign_off").before("village_notice")
    assert bench.shut() == {}
    Signature.objects.update(signed_on=bench.day + DAY)
    assert bench.shut() == {"hung_after_signing": "有 1 户的公示早于其所依据的签字"}


def test_nobody_submits_before_the_term_is_over(bench):
    bench.before("village_notice").before("village_submission")
    assert bench.shut() == {}
    Submission.objects.update(sent_on=bench.day - DAY)
    assert bench.shut() == {"sent_after_notice": "有 1 户在公示期满前送审"}


def test_nobody_visits_before_the_list_has_come(bench):
    bench.before("village_submission").before("township_check")
    assert bench.shut() == {}
    Submission.objects.update(received_on=bench.day + DAY)
    assert bench.shut() == {"visited_after_receipt": "有 1 户的核查日期早于接收送审材料"}


def test_no_decision_before_the_checks(bench):
    bench.before("district_inspection").before("review")
    Decision.objects.update(decided_on=bench.day - DAY)
    assert bench.shut() == {"decided_after_checks": "有 1 户的批准日期早于核查"}


def test_no_mark_before_the_decision(bench):
    bench.before("review").before("mark")
    assert bench.shut() == {}
    SystemMark.objects.update(marked_on=bench.day - DAY)
    assert bench.shut() == {"marked_after_decision": "有 1 户的标识日期早于批准"}


def test_no_announcement_before_the_decision(bench):
    bench.before("approval").before("announcement")
    assert bench.shut() == {}
    Decision.objects.update(decided_on=bench.day + DAY)
    assert bench.shut() == {"announced_after_decision": "有 1 户的公告早于批准"}


def test_the_term_ends_at_its_moment(bench):
    bench.before("village_notice")
    Notice.objects.update(closes_at=Notice.objects.get().closes_at + DAY)
    assert bench.shut() == {"notice_run": "有 1 户公示未满期限"}


# ── papers, bars, rectification, holds ────────────────────────────────────────────────────────


def test_no_paper_without_its_scan_goes_up(bench):
    bench.before("sign_off").before("village_submission")
    Signature.objects.filter(slot="helper").update(scan=None)
    assert bench.shut() == {"scanned": "有 1 户的签字没有扫描件(三无)"}
    Signature.objects.filter(slot="helper").update(refused=True)
    assert bench.shut() == {}


@pytest.mark.parametrize(("year", "barred"), [(2019, False), (2020, True), (None, True)])
def test_who_was_identified_this_year_does_not_exit(year, barred):
    bench = Bench("henan")
    bench.before("village_submission")
    HouseholdYear.objects.update(year=bench.rules.year)
    Household.objects.update(first_identified_year=year and bench.rules.year - 2020 + year)
    assert ("no_bar" in bench.shut()) is barred


@pytest.mark.parametrize(("evident", "barred"), [(True, False), (False, True), (None, True)])
def test_who_was_not_helped_visibly_does_not_exit(evident, barred):
    bench = Bench("henan")
    bench.before("village_submission")
    HouseholdYear.objects.update(effect_evident=evident, year=bench.rules.year)
    assert ("no_bar" in bench.shut()) is barred


@pytest.mark.parametrize(("passed", "shut"), [(None, True), (False, True), (True, False)])
def test_what_was_found_is_put_right_first(bench, passed, shut):
    bench.before("district_inspection").before("approval")
    bench.giver.rectification(bench.case, passed=passed)
    said = {"rectified": "有 1 户的整改尚未复查合格"} if shut else {}
    assert bench.shut() == said


def test_a_later_round_makes_good(bench):
    bench.before("district_inspection").before("approval")
    bench.giver.rectification(bench.case, passed=False)
    bench.giver.rectification(bench.case, passed=True)
    assert bench.shut() == {}
    bench.giver.rectification(bench.case, passed=False)
    assert set(bench.shut()) == {"rectified"}


def test_what_is_due_later_does_not_hold_now(bench):
    bench.before("district_inspection").before("review")
    bench.giver.rectification(bench.case, passed=None, before="approval")
    assert bench.shut() == {}


@pytest.mark.parametrize("stage", ["mark", "city_check", "approval", "announcement"])
@pytest.mark.parametrize(("passed", "shut"), [(None, True), (False, True), (True, False)])
def test_what_is_found_after_its_stage_holds_the_case_where_it_stands(bench, stage, passed, shut):
    bench.before("district_inspection").before(stage)
    bench.giver.rectification(bench.case, passed=passed, raised_at="comparison", before="review")
    said = {"rectified": "有 1 户的整改尚未复查合格"} if shut else {}
    assert bench.shut() == said


def test_a_fault_holds_from_the_stage_it_is_due_before_and_not_earlier(bench):
    """The boundary: one stage too early, the very stage, and the last of the plan's case."""
    held = {}
    bench.before("district_inspection")
    bench.giver.rectification(bench.case, passed=None, before="approval")
    for stage in ("city_check", "approval", "announcement"):
        bench.before(stage)
        held[stage] = "rectified" in bench.shut()
    assert held == {"city_check": False, "approval": True, "announcement": True}


@pytest.mark.parametrize(
    ("finding", "passed", "shut"),
    [("met", None, False), ("short", None, True), ("short", False, True), ("short", True, False)],
)
def test_who_is_drawn_is_visited_and_put_right(bench, finding, passed, shut):
    bench.before("city_check")
    DrawItem.objects.update(drawn=True)
    bench.giver.visit_of(bench.case, bench.stage(), finding=finding)
    if passed is not None:
        bench.giver.rectification(bench.case, passed=passed)
    assert ("drawn_inspected" in bench.shut()) is shut


@pytest.mark.parametrize("verdict", ["not_met", "unverified", "cleared"])
def test_hits_are_cleared_or_bar(bench, verdict):
    bench.before("comparison")
    bench.giver.hit(bench.case, verdict=verdict, judged_on=bench.day)
    words = {"hits_cleared": "有 1 户的疑点核实后未达标或逾期未核实,不予退出"}
    assert bench.shut() == ({} if verdict == "cleared" else words)


@pytest.mark.parametrize("key", ["collection", "sign_off", "mark", "announcement"])
def test_an_open_question_holds_the_case_everywhere(bench, key):
    bench.before(key)
    bench.giver.hit(bench.case)
    objection = Objection.objects.create(
        region_id=bench.case.village_id,
        number="YY-1",
        kind="objection",
        case_key=bench.case.pk,
        household=bench.case.household,
        programme=bench.case.batch.programme,
        received_on=bench.day,
        due_on=bench.day,
        channel="oral",
        text="不实",
    )
    assert bench.shut() == {
        "no_open_hit": "有 1 户的比对疑点尚未作出结论",
        "no_open_objection": "有 1 户的异议或申诉尚未办结",
    }
    Objection.objects.filter(pk=objection.pk).update(
        open=False, outcome="dismissed", answered_on=bench.day
    )
    assert set(bench.shut()) == {"no_open_hit"}


@pytest.mark.parametrize("model", [Inspection, Signature, SubmissionItem, DecisionItem, NoticeItem])
@pytest.mark.parametrize("other", ["0" * 64, "f" * 64])
def test_facts_that_changed_under_a_signature_hold_the_case(bench, model, other):
    for key in ("township_check", "village_notice", "village_submission", "review"):
        bench.before(key)
    bench.before("district_inspection")
    model.objects.update(facts_sha256=other)
    said = "有 1 户在签字、核查或公示之后事实有变更,须重新签字或更正"
    assert bench.shut() == {"facts_unchanged": said}
    model.objects.update(void_tx=TX)
    assert "facts_unchanged" not in bench.shut()


# ── of the batch ──────────────────────────────────────────────────────────────────────────────


def test_a_batch_waits_for_its_cases(bench):
    bench.before("mark")
    said = "有 1 个批次还有户未通过本环节,可先分出"
    assert bench.shut(Batch, Act.CLOSE)["all_passed"] == said
    for done in ("mark", "refused", "withdrawn", "ceased"):
        Case.objects.update(state=done)
        assert "all_passed" not in bench.shut(Batch, Act.CLOSE)


def test_records_the_plan_mentions_are_asked_for_softly(bench):
    bench.before("collection")
    said = "有 1 个批次缺方案提到的记录(工作方案、培训、宣传等)"
    assert bench.shut(Batch, Act.CLOSE)["records_noted"] == said
    for asked in bench.stage().record:
        StageRecord.objects.create(
            batch=bench.batch, stage="collection", key=asked.key, done_on=bench.day, tx=TX
        )
    assert "records_noted" not in bench.shut(Batch, Act.CLOSE)


def test_a_record_the_plan_demands_blocks(bench):
    bench.before("collection")
    asked = tuple(replace(row, hard=True) for row in bench.stage().record)
    ask = Ask(bench.rules, replace(bench.stage(), record=asked))
    gates = BOOK[Act.CLOSE, StageKind.COLLECT]
    assert gates.shut(Batch.objects.all(), ask)["records_kept"] == [bench.batch.pk]
    assert gates.gate("records_kept").words(1) == "有 1 个批次缺方案要求的记录"
    for row in asked:
        StageRecord.objects.create(
            batch=bench.batch, stage="collection", key=row.key, done_on=bench.day, tx=TX
        )
    assert "records_kept" not in gates.shut(Batch.objects.all(), ask)


def test_filing_wants_its_originals_and_the_letters(bench):
    bench.before("filing")
    Case.objects.update(state="granted")
    assert "originals_filed" not in bench.shut(Batch, Act.CLOSE)
    assert "letters_delivered" not in bench.shut(Batch, Act.CLOSE)
    Original.objects.filter(paper_kind="approval").delete()
    Delivery.objects.all().delete()
    found = bench.shut(Batch, Act.CLOSE)
    assert found["originals_filed"] == "有 1 个批次的备案原件不齐"
    assert found["letters_delivered"] == "有 1 个批次还有户没有送达告知书"


def test_filing_wants_nothing_of_a_batch_that_everybody_has_left(bench):
    bench.before("filing", given=False)
    assert "originals_filed" in bench.shut(Batch, Act.CLOSE)
    ask = Ask(bench.rules, bench.stage())
    home = bench.world.batch(size=1)
    Case.objects.update(batch=home)
    shut = BOOK[Act.CLOSE, StageKind.FILE].shut(Batch.objects.all(), ask)
    assert shut["originals_filed"] == [home.pk]


def test_the_calendar_warns_from_the_day_after_its_last(bench):
    bench.before("appraisal")
    last = next(w.last for w in bench.rules.windows if w.key == bench.stage().window)
    bench.world.on(last, hour=23)
    assert "within_window" not in bench.shut(Batch, Act.CLOSE)
    bench.world.on(last + DAY, hour=0)
    assert bench.shut(Batch, Act.CLOSE)["within_window"] == "已过方案规定的时间段"
