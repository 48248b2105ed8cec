"""Each gate: open; shut, with its full message; at its boundary; and with the fact missing."""

from datetime import timedelta

import pytest

from households.models import HouseholdYear, VillageYear
from publicity.models import Notice, NoticeItem
from tests.verification.bench import STAGES, Bench
from tests.verification.facts import TX
from verification.models import (
    Assessment,
    Attendance,
    Case,
    ComparisonRun,
    Decision,
    DecisionItem,
    Draw,
    DrawItem,
    Inspection,
    Meeting,
    Signature,
    Submission,
    SubmissionItem,
    SystemMark,
    Vote,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def bench():
    return Bench()


@pytest.mark.parametrize("key", STAGES)
def test_all_gates_are_open_when_everything_is_there(bench, key):
    if key in ("review", "approval"):
        bench.before("district_inspection")
    assert bench.before(key).shut() == {}


# stage, what is missing at it when nothing has been recorded: gate → message
MISSING = {
    "collection": {"surveyed": "还有 1 户没有入户调查记录"},
    "appraisal": {
        "discussed": "还有 1 户没有上会评议",
        "quorate": "有 1 户的评议会到会人数不足规定比例或没有记录",
        "carried": "有 1 户的同意票没有达到规定比例",
        "minutes_kept": "有 1 户的会议记录没有扫描件",
        "minutes_signed": "有 1 户的评议会还有到会人员没有在会议记录本上签字",
        "slots_signed": "还有 1 户的表上缺签字人",
    },
    "sign_off": {
        "household_signed": "还有 1 户没有有权签字人的签字",
        "slots_signed": "还有 1 户的表上缺签字人",
    },
    "village_notice": {
        "notice_hung": "还有 1 户没有公示,或已从公示中划去",
        "notice_run": "有 1 户公示未满期限",
        "notice_closed": "有 1 户的公示还没有办结(期满后须有张贴时和期满时的照片)",
    },
    "village_submission": {
        "on_the_list": "还有 1 户不在送审名单上",
        "received": "有 1 户的送审材料上级尚未接收",
    },
    "township_check": {
        "inspected": "还有 1 户没有合格的核查记录",
        "indicators_met": "有 1 户不是每项指标都认定达标",
        "slots_signed": "还有 1 户的表上缺签字人",
    },
    "comparison": {"bureaux_answered": "有 1 户还缺部门的比对反馈"},
    "review": {
        "proposed": "还有 1 户没有列入请示",
        "approved": "还有 1 户没有批准(须有文号、日期、扫描件,并由第二人确认登记)",
        "standard_met": "有 1 户在最高一级核查中不是每项指标都达标",
    },
    "mark": {"marked": "还有 1 户没有确认系统标识"},
    "city_check": {
        "framed": "还有 1 户不在抽样框内",
        "draw_closed": "有 1 户所在抽样框的核查结果尚未公布",
        "drawn_inspected": "有 1 户已抽中,没有达标的核查记录,也没有整改复查合格",
    },
    "announcement": {"announced": "还有 1 户没有公告"},
}


@pytest.mark.parametrize("key", MISSING)
def test_what_nobody_has_recorded_is_said_in_full(bench, key):
    assert bench.before(key, given=False).shut() == MISSING[key]


def change(model, where=None, **values):
    return lambda _bench: model.objects.filter(**where or {}).update(**values)


def drop(model, **where):
    return lambda _bench: model.objects.filter(**where).delete()


WATER, MONEY = {"indicator": "water"}, {"bureau": "finance"}


def void(model):
    return change(model, void_tx=TX)


# gate, stage, what is done to the facts, whether the gate is then shut; two lines make a boundary
CASES = [
    ("year_recorded", "collection", change(HouseholdYear, net_fen=None), True),
    ("year_recorded", "collection", change(HouseholdYear, persons=None), True),
    ("year_recorded", "collection", change(HouseholdYear, persons=0), True),
    ("year_recorded", "collection", change(HouseholdYear, persons=1, net_fen=0), False),
    ("year_recorded", "collection", change(HouseholdYear, year=2019), True),
    ("village_recorded", "collection", change(VillageYear, poor_village=None), True),
    ("village_recorded", "collection", change(VillageYear, poor_village=False), False),
    ("village_recorded", "collection", change(VillageYear, representatives=None), True),
    ("village_recorded", "collection", change(VillageYear, representatives=0), True),
    ("village_recorded", "collection", change(VillageYear, representatives=1), False),
    ("surveyed", "collection", change(Inspection, visitors=0), True),
    ("surveyed", "collection", change(Inspection, visitors=1), False),
    ("surveyed", "collection", void(Inspection), True),
    ("surveyed", "collection", change(Inspection, finding="not_met_home"), True),
    ("discussed", "appraisal", void(Vote), True),
    ("discussed", "appraisal", change(Vote, stage="assembly"), True),
    ("quorate", "appraisal", change(Meeting, expected=30, present=20), False),
    ("quorate", "appraisal", change(Meeting, expected=30, present=19), True),
    ("quorate", "appraisal", change(Meeting, present=None), True),
    ("quorate", "appraisal", change(Meeting, expected=0, present=0), True),
    ("carried", "appraisal", change(Vote, yes=6), False),
    ("carried", "appraisal", change(Vote, yes=5), True),
    ("carried", "appraisal", change(Vote, yes=None), True),
    ("carried", "appraisal", change(Meeting, present=None), True),
    ("minutes_kept", "appraisal", change(Meeting, minutes=None), True),
    ("minutes_signed", "appraisal", change(Attendance, signed=False, name="丙"), True),
    ("minutes_signed", "appraisal", change(Attendance, signed=False), False),  # signed the form
    ("minutes_signed", "appraisal", change(Attendance, signed=False, name="丙", present=False),
        False),
    ("slots_signed", "appraisal", drop(Signature, slot="appraisal_leader"), True),
    ("slots_signed", "appraisal", drop(Signature, slot="village_secretary"), True),
    ("slots_signed", "appraisal", drop(Signature, slot="village_director"), True),
    ("slots_signed", "appraisal", drop(Signature, slot="team_leader"), True),
    ("slots_signed", "appraisal", change(Signature, refused=True), True),
    ("slots_signed", "appraisal", void(Signature), True),
    ("slots_signed", "sign_off", drop(Signature, slot="helper"), True),
    ("slots_signed", "township_check", drop(Signature, slot="township_leader"), True),
    ("notice_hung", "village_notice", change(NoticeItem, struck_tx=TX), True),
    ("notice_hung", "village_notice", change(Notice, state="draft"), True),
    ("notice_hung", "village_notice", change(Notice, state="taken_down"), True),
    ("notice_hung", "village_notice", change(Notice, state="hanging"), False),
    ("notice_hung", "village_notice", change(Notice, days=6), True),
    ("notice_hung", "village_notice", change(Notice, days=7), False),
    ("notice_hung", "village_notice", change(Notice, days=None), True),
    ("notice_hung", "village_notice", change(Notice, kind="announcement"), True),
    ("notice_run", "village_notice", change(Notice, closes_at=None, starts_at=None), True),
    ("notice_closed", "village_notice", change(Notice, state="hanging"), True),
    ("on_the_list", "village_submission", void(SubmissionItem), True),
    ("on_the_list", "village_submission", change(SubmissionItem, persons=2), True),
    ("on_the_list", "village_submission", change(SubmissionItem, persons=3), False),
    ("on_the_list", "village_submission", change(Submission, recalled_tx=TX), True),
    ("on_the_list", "village_submission", change(Case, persons=None), True),
    ("received", "village_submission", change(Submission, received_on=None), True),
    ("inspected", "township_check", change(Inspection, visitors=1), True),
    ("inspected", "township_check", change(Inspection, visitors=2), False),
    ("inspected", "township_check", change(Inspection, mode="hospital"), False),
    ("inspected", "township_check", change(Inspection, mode="file"), True),
    ("inspected", "township_check", change(Inspection, finding="short"), True),
    ("inspected", "township_check", change(Inspection, finding="not_met_home"), True),
    ("inspected", "district_inspection", change(Inspection, mode="video"), True),
    ("indicators_met", "township_check", change(Assessment, WATER, met=False), True),
    ("indicators_met", "township_check", drop(Assessment, indicator="policy"), True),
    ("indicators_met", "township_check", void(Assessment), True),
    ("bureaux_answered", "comparison", change(ComparisonRun, MONEY, answered_on=None), True),
    ("proposed", "review", void(DecisionItem), True),
    ("approved", "review", change(DecisionItem, approved=None), True),
    ("approved", "review", change(DecisionItem, approved=False), True),
    ("approved", "review", change(Decision, number=""), True),
    ("approved", "review", change(Decision, decided_on=None), True),
    ("approved", "review", change(Decision, scan=None), True),
    ("approved", "review", change(Decision, confirmed_by=None), True),
    ("income_above_line", "review", change(Case, net_fen=1_600_000, divisor=4), True),
    ("income_above_line", "review", change(Case, net_fen=1_600_001, divisor=4), False),
    ("income_above_line", "review", change(Case, net_fen=None), True),
    ("income_above_line", "review", change(Case, divisor=None), True),
    ("income_above_line", "review", change(Case, net_fen=1, divisor=0), True),
    ("tests_pass", "review", change(HouseholdYear, income_stable=False), True),
    ("tests_pass", "review", change(HouseholdYear, income_stable=None), True),
    ("tests_pass", "review", change(HouseholdYear, staple_food=False), True),
    ("tests_pass", "review", change(HouseholdYear, seasonal_clothes=False), True),
    ("tests_pass", "review", change(HouseholdYear, dropouts=1), True),
    ("tests_pass", "review", change(HouseholdYear, dropouts=None), True),
    ("tests_pass", "review", change(HouseholdYear, insured=2), True),
    ("tests_pass", "review", change(HouseholdYear, house_grade=2), False),
    ("tests_pass", "review", change(HouseholdYear, house_grade=3), True),
    ("tests_pass", "review", change(HouseholdYear, lives_there=False), True),
    ("tests_pass", "review", change(HouseholdYear, water_safe=None), True),
    ("tests_pass", "review", change(HouseholdYear, measures=0), True),
    ("tests_pass", "review", change(HouseholdYear, measures=1), False),
    ("marked", "mark", change(SystemMark, confirmed=False), True),
    ("marked", "mark", change(SystemMark, marked_on=None), True),
    ("marked", "mark", void(SystemMark), True),
    ("framed", "city_check", void(DrawItem), True),
    ("draw_closed", "city_check", change(Draw, result_closed_on=None), True),
    ("drawn_inspected", "city_check", change(DrawItem, drawn=True), True),
    ("announced", "announcement", change(Notice, state="draft"), True),
    ("announced", "announcement", change(Notice, state="closed"), False),
    ("announced", "announcement", change(Notice, kind="notice"), True),
    ("announced", "announcement", change(NoticeItem, struck_tx=TX), True),
    ("announced", "announcement", void(NoticeItem), True),
]  # fmt: skip


@pytest.mark.parametrize(("gate", "key", "worsen", "shut"), CASES)
def test_a_gate_follows_its_fact(bench, gate, key, worsen, shut):
    if key == "review":
        bench.before("district_inspection")
    bench.before(key)
    worsen(bench)
    assert (gate in bench.shut()) is shut
