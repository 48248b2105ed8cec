"""Gates under other plans: henan's votes and bars, the tail of a plan, a check of a share."""

from dataclasses import replace

import pytest

from exitcase.core.choices import Act, End, Klass, Status
from exitcase.core.gates import Ask
from exitcase.core.rules import Coverage, Ratio
from households.models import Household, HouseholdYear
from tests.verification.bench import Bench
from verification.gates import BOOK
from verification.gates.base import CLASSES
from verification.models import (
    Assessment,
    Batch,
    Case,
    Draw,
    DrawItem,
    Inspection,
    Meeting,
    Rectification,
    Signature,
    StageRecord,
    SystemMark,
    Vote,
)

pytestmark = pytest.mark.django_db


# ── henan: more than half of those present, household by household; nobody of this year ─────────


@pytest.mark.parametrize(("yes", "shut"), [(5, True), (6, False), (10, False), (0, True)])
def test_half_of_those_present_is_not_more_than_half(yes, shut):
    bench = Bench("henan").before("appraisal")
    Meeting.objects.update(expected=12, present=10)
    Vote.objects.update(yes=yes)
    assert ("carried" in bench.shut()) is shut


@pytest.mark.parametrize("stage", ["village_submission", "township_submission", "decision"])
@pytest.mark.parametrize(("year", "shut"), [(2019, True), (2018, False), (2020, True)])
def test_who_was_first_identified_this_year_is_barred(stage, year, shut):
    bench = Bench("henan").before(stage)
    HouseholdYear.objects.update(year=bench.rules.year)
    Household.objects.update(first_identified_year=year)
    assert ("no_bar" in bench.shut()) is shut


# ── henan: 批复 and 批转 ─────────────────────────────────────────────────────────────────────────


def test_a_batch_does_not_leave_before_reply_and_transfer_went_their_way():
    bench = Bench("henan").before("announcement")
    StageRecord.objects.all().delete()
    assert "conveyed" not in hard(bench)  # nobody exits: there is nothing to send
    Case.objects.update(state=End.GRANTED)
    for paper in ("reply", "transfer"):
        assert hard(bench)["conveyed"] == "有 1 个批次的批复、批转等文书没有送齐"
        StageRecord.objects.create(
            batch=Batch.objects.get(), stage="announcement", key=paper, done_on=bench.day, tx="t"
        )
    assert "conveyed" not in hard(bench)


def hard(bench: Bench) -> dict[str, str]:
    shut = bench.shut(Batch, Act.CLOSE)
    return {key: words for key, words in shut.items() if key != "within_window"}


# ── the tail: an ended case moves no more, so what is still due of it holds its batch ───────────


def in_the_tail(stage: str) -> Bench:
    bench = Bench("hebei").before(stage)
    SystemMark.objects.all().delete()
    Case.objects.update(state=End.GRANTED)
    return bench


def test_a_batch_does_not_leave_the_mark_before_its_granted_cases_are_marked():
    bench = in_the_tail("mark")
    assert bench.shut(Batch, Act.CLOSE)["granted_done"] == (
        "有 1 个批次还有已退出的户没有办完本环节"
    )
    bench.giver.mark([bench.case], bench.stage(), confirmed=False)
    assert "granted_done" in bench.shut(Batch, Act.CLOSE)
    SystemMark.objects.update(confirmed=True)
    assert "granted_done" not in bench.shut(Batch, Act.CLOSE)


def test_who_was_refused_is_not_waited_for_in_the_tail():
    bench = in_the_tail("mark")
    Case.objects.update(state=End.REFUSED)
    assert "granted_done" not in bench.shut(Batch, Act.CLOSE)


def test_before_the_grant_cases_answer_for_themselves():
    bench = Bench("hebei").before("announcement", given=False)
    assert "granted_done" not in bench.shut(Batch, Act.CLOSE)
    assert "announced" in bench.shut()


# ── five sign the acceptance, the household among them ──────────────────────────────────────────


def test_the_household_signs_wherever_the_plan_has_it_sign():
    bench = Bench("hebei").before("acceptance")
    assert bench.shut() == {"household_signed": "还有 1 户没有有权签字人的签字"}
    bench.giver.household([bench.case], bench.stage())
    assert bench.shut() == {}
    Signature.objects.filter(slot="township_cadre").delete()
    assert "slots_signed" in bench.shut()


# ── a check of a share: whom the closed draw left out is not asked ──────────────────────────────


def sampled(bench: Bench) -> list[str]:
    """The gates that are shut where a third is checked."""
    rate = Coverage(rate=Ratio(1, 3), clause=bench.stage().clause, basis=bench.stage().basis)
    ask = Ask(bench.rules, replace(bench.stage(), coverage=rate))
    return list(BOOK[Act.PASS, ask.stage.kind].shut(Case.objects.all(), ask))


def test_whom_the_draw_left_out_passes_unvisited():
    bench = Bench().before("district_inspection")
    Inspection.objects.all().delete()
    Assessment.objects.all().delete()
    assert sampled(bench) == ["inspected", "indicators_met"]
    bench.giver.frame([bench.case], bench.stage(), closed=False)
    assert sampled(bench) == ["inspected", "indicators_met"]
    Draw.objects.update(result_closed_on=bench.day)
    assert sampled(bench) == []
    DrawItem.objects.update(drawn=True)
    assert sampled(bench) == ["inspected", "indicators_met"]


# ── a stage for putting right is left when nothing is open any more ─────────────────────────────


@pytest.mark.parametrize(("passed", "shut"), [(None, True), (False, True), (True, False)])
def test_a_fix_is_left_when_everything_is_put_right(passed, shut):
    bench = Bench("hetu-2018").before("department_fix", given=False)
    bench.giver.rectification(
        bench.case, origin="comparison", raised_at="comparison", before="", passed=passed
    )
    assert ("rectified" in bench.shut()) is shut


def test_a_second_round_makes_the_first_good():
    bench = Bench("hetu-2018").before("department_fix", given=False)
    for passed in (False, True):
        bench.giver.rectification(
            bench.case, origin="comparison", raised_at="comparison", before="", passed=passed
        )
    assert Rectification.objects.filter(passed=False).exists()
    assert bench.shut() == {}


# ── a stage for some classes only ────────────────────────────────────────────────────────────────

STANDINGS = {  # where a household stood, and whether it enjoys policies → its class
    (Status.EXITED, True): Klass.ENJOYING,
    (Status.EXITED, False): Klass.NOT_ENJOYING,
    (Status.REGISTERED, None): Klass.INSTANT_HELP,
    (Status.RELAPSED, None): Klass.INSTANT_HELP,
    (Status.APPLICANT, None): Klass.APPLICANT,
    (Status.EXITED, None): None,  # nobody has recorded it
}


@pytest.mark.parametrize(("standing", "klass"), STANDINGS.items())
def test_a_household_is_of_the_class_it_stood_in(standing, klass):
    Bench()
    before, enjoys = standing
    Case.objects.update(status_before=before)
    Household.objects.update(enjoys_policy=enjoys)
    of = {one for one in STANDINGS.values() if one and Case.objects.filter(CLASSES[one][0])}
    outside = {one for one in STANDINGS.values() if one and Case.objects.filter(CLASSES[one][1])}
    assert of == ({klass} if klass else set())
    unknown = set() if klass else {Klass.ENJOYING, Klass.NOT_ENJOYING}
    assert outside == {one for one in STANDINGS.values() if one} - of - unknown


def test_every_class_a_plan_may_name_can_be_asked():
    assert set(CLASSES) == set(Klass)
    cases = Case.objects.all()
    for of, outside in CLASSES.values():
        assert not cases.filter(of, outside)


@pytest.mark.parametrize(
    ("stage", "enjoys", "asked"),
    [
        ("self_helper", True, True),
        ("self_helper", False, False),
        ("self_area", False, True),
        ("self_area", True, False),
    ],
)
def test_a_check_is_asked_of_the_classes_it_is_for(stage, enjoys, asked):
    """002: helpers check who enjoys policies, village and area cadres who does not."""
    bench = Bench("mazhan-review").before(stage, given=False)
    Case.objects.update(status_before=Status.EXITED)
    Household.objects.update(enjoys_policy=enjoys)
    shut = set(bench.shut())
    assert bool(shut - {"within_window"}) is asked, shut
