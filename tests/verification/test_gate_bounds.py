"""Where gates count and compare: one person, one vote, other rules of voting, a mark not allowed.

And of the register: this household's, this village's, of this year.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from exitcase.core.choices import Act, SignMark
from exitcase.core.gates import Ask
from exitcase.core.rules import Ratio
from exitcase.core.rules_words import Op, VoteBase
from households.models import HouseholdYear, VillageYear
from publicity.models import Notice
from tests.verification import build
from tests.verification.bench import Bench
from tests.verification.facts import TX
from verification.gates import BOOK
from verification.models import (
    Attendance,
    Batch,
    Case,
    DrawItem,
    Inspection,
    Mandate,
    Meeting,
    Rectification,
    Signature,
    Vote,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def bench():
    return Bench()


def shut(bench: Bench, rules=None, **stage) -> set[str]:
    """The hard gates that are shut for the one case, under a stage or rules changed a little."""
    ask = Ask(rules or bench.rules, replace(bench.stage(), **stage))
    return set(BOOK[Act.PASS, ask.stage.kind].shut(Case.objects.all(), ask))


# ── votes ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("out_of", "more_than", "yes", "open_"),
    [
        (VoteBase.MEMBERS, False, 6, True),  # two thirds of nine who were due
        (VoteBase.MEMBERS, False, 5, False),
        (VoteBase.MEMBERS, True, 6, False),
        (VoteBase.MEMBERS, True, 7, True),
        (VoteBase.PRESENT, False, 4, True),  # of the six who came
        (VoteBase.PRESENT, False, 3, False),
        (VoteBase.PRESENT, True, 4, False),
        (VoteBase.PRESENT, True, 5, True),
    ],
)
def test_a_share_of_those_due_or_present_reached_or_passed(bench, out_of, more_than, yes, open_):
    bench.before("appraisal")
    rule = replace(bench.stage().vote, share=Ratio(2, 3), out_of=out_of, more_than=more_than)
    Meeting.objects.update(expected=9, present=6)
    Vote.objects.update(yes=yes)
    assert ("carried" not in shut(bench, vote=rule)) is open_


def test_nobody_is_carried_by_no_vote_and_somebody_by_one(bench):
    bench.before("appraisal")
    rule = replace(bench.stage().vote, share=Ratio(0, 1), more_than=False)
    Meeting.objects.update(expected=1, present=1)
    for yes, open_ in ((0, False), (1, True)):
        Vote.objects.update(yes=yes)
        assert ("carried" not in shut(bench, vote=rule)) is open_
    assert "quorate" not in shut(bench)  # one who was due, one who came


# ── minutes ───────────────────────────────────────────────────────────────────────────────────


def test_who_signed_at_another_stage_or_for_another_has_not_signed_the_minutes(bench):
    bench.before("appraisal")
    Attendance.objects.update(signed=False)
    assert "minutes_signed" not in shut(bench)  # the form of this household bears the name
    form = Signature.objects.filter(signer="甲")
    form.update(stage="sign_off")
    assert "minutes_signed" in shut(bench)
    form.update(stage="appraisal")
    other = bench.world.batch(size=1).cases.get()
    form.update(case=other)
    mine = Case.objects.exclude(pk=other.pk)
    ask = Ask(bench.rules, bench.stage_of(bench.batch))
    assert "minutes_signed" in BOOK[Act.PASS, ask.stage.kind].shut(mine, ask)


def test_another_meetings_sheet_is_not_this_ones(bench):
    bench.before("appraisal")
    there = bench.giver.vote([bench.world.batch(size=1).cases.get()], bench.stage_of(bench.batch))
    Attendance.objects.filter(meeting=there).update(name="丙", signed=False)
    ask = Ask(bench.rules, bench.stage_of(bench.batch))
    rows = Case.objects.filter(batch=bench.batch)
    assert "minutes_signed" not in BOOK[Act.PASS, ask.stage.kind].shut(rows, ask)
    Attendance.objects.exclude(meeting=there).update(name="丁")  # present, signed, not on the form
    assert "minutes_signed" not in BOOK[Act.PASS, ask.stage.kind].shut(rows, ask)


# ── who signs ─────────────────────────────────────────────────────────────────────────────────


def test_a_way_of_signing_the_plan_does_not_know_needs_more_than_a_witness(bench):
    bench.before("sign_off")
    rules = replace(
        bench.rules, marks=replace(bench.rules.marks, allowed=(SignMark.HAND,), witness=())
    )
    mine = Signature.objects.filter(slot="household")
    mine.update(mark="fingerprint", witness="乙")
    assert "household_signed" in shut(bench, rules)
    mine.update(mark="hand", witness="")
    assert "household_signed" not in shut(bench, rules)


def test_a_mandate_makes_nobody_an_agent(bench):
    bench.before("sign_off")
    mandate = Mandate.objects.create(
        **bench.giver.base(bench.case, bench.stage()),
        number="W1", agent="丁", agent_id_number="99", agent_adult_on=bench.day - 9 * DAY,
        relation="侄子", reason="务工", valid_from=bench.day, valid_until=bench.day, form="书面",
    )  # fmt: skip
    mine = Signature.objects.filter(slot="household")
    mine.update(capacity="agent", mandate=mandate)
    assert "household_signed" not in shut(bench)
    mine.update(capacity="")
    assert "household_signed" in shut(bench)


# ── notices ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("spoilt", [{"days": 6}, {"state": "taken_down"}, {"kind": "announcement"}])
def test_a_notice_that_does_not_count_has_neither_run_nor_closed(bench, spoilt):
    bench.before("village_notice")
    Notice.objects.update(**spoilt)
    assert {"notice_hung", "notice_run", "notice_closed"} <= shut(bench)


def test_a_refused_signature_or_one_struck_out_is_none_a_notice_could_precede(bench):
    bench.before("sign_off").before("village_notice")
    for spoilt in ({"refused": True}, {"void_tx": TX}):
        Signature.objects.update(signed_on=bench.day + DAY, refused=False, void_tx="")
        assert "hung_after_signing" in shut(bench)
        Signature.objects.update(**spoilt)
        assert "hung_after_signing" not in shut(bench)


# ── the register ──────────────────────────────────────────────────────────────────────────────


def test_the_register_is_read_of_this_household_this_village_and_this_year():
    bench = Bench()
    bench.before("collection")
    other = build.households(bench.world.villages[0], 1)[0]
    assert not {"year_recorded", "village_recorded"} & shut(bench)
    HouseholdYear.objects.exclude(household=other).update(year=bench.rules.year - 1)
    assert "year_recorded" in shut(bench)
    beside = VillageYear.objects.get()
    beside.pk, beside.village_id, beside.year = None, build.TOWNSHIP, bench.rules.year
    beside.save(force_insert=True)  # of a place that is not this village
    VillageYear.objects.filter(village=bench.batch.village).update(year=bench.rules.year - 1)
    assert "village_recorded" in shut(bench)


def test_a_team_is_missed_in_its_own_village_and_year(bench):
    bench.before("appraisal")
    Signature.objects.filter(slot="team_leader").delete()
    assert "slots_signed" in shut(bench)
    known = VillageYear.objects.get()
    known.pk, known.village_id, known.has_team = None, build.TOWNSHIP, False
    known.save(force_insert=True)
    known.pk, known.village_id, known.year = None, bench.batch.village_id, bench.rules.year - 1
    known.save(force_insert=True)
    assert "slots_signed" in shut(bench)
    VillageYear.objects.filter(village=bench.batch.village, year=bench.rules.year).update(
        has_team=False
    )
    assert "slots_signed" not in shut(bench)


# ── income, draw, calendar ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("op", "open_"), [(Op.ABOVE, False), (Op.AT_LEAST, True)])
def test_the_line_itself_is_above_or_enough_as_the_plan_has_it(bench, op, open_):
    bench.before("district_inspection").before("review")
    income = bench.rules.income
    rules = replace(bench.rules, income=replace(income, line=replace(income.line, op=op)))
    Case.objects.update(net_fen=rules.line_fen, divisor=1)
    assert ("income_above_line" not in shut(bench, rules)) is open_


def test_only_who_was_found_short_is_put_right(bench):
    """A re-check of another case, or of another stage's fault, makes nothing good."""
    bench.before("city_check")
    DrawItem.objects.update(drawn=True)
    visit = bench.giver.visit_of(bench.case, bench.stage(), finding="not_met_home")
    fault = bench.giver.rectification(bench.case, passed=True)
    assert "drawn_inspected" in shut(bench)
    Inspection.objects.filter(pk=visit.pk).update(finding="short")
    assert "drawn_inspected" not in shut(bench)
    faults = Rectification.objects.filter(pk=fault.pk)
    faults.update(raised_at="comparison")
    assert "drawn_inspected" in shut(bench)
    faults.update(raised_at="city_check", case=bench.world.batch(size=1).cases.get())
    ask = Ask(bench.rules, bench.stage_of(bench.batch))
    rows = Case.objects.filter(batch=bench.batch)
    assert "drawn_inspected" in BOOK[Act.PASS, ask.stage.kind].shut(rows, ask)


def test_a_stage_without_a_window_is_never_past_it(bench):
    bench.before("appraisal")
    ask = Ask(bench.rules, replace(bench.stage(), window=""))
    gates = BOOK[Act.CLOSE, ask.stage.kind]
    assert "within_window" not in gates.shut(Batch.objects.all(), ask, hard=False)
