"""What people write while somebody else moves a case: by the services and roles of real life.

Each acts on the one case of a `Bench`; some only set the scene.
"""

from dataclasses import replace
from datetime import timedelta

from exitcase.core.choices import (
    Capacity,
    End,
    Finding,
    Item,
    Mode,
    Origin,
    PaperKind,
    Post,
    Role,
)
from exitcase.core.choices import Fact as Of
from households.models import HouseholdYear, VillageYear
from households.services import Changes, ItemSpec, record_village
from publicity.choices import Channel, ObjectionKind
from publicity.models import NoticeItem
from publicity.services import CaseSpec, ObjectionSpec, lodge, strike_out
from tests.verification.racing import OFFICERS
from verification.models import (
    Case,
    ComparisonRun,
    Correction,
    DrawItem,
    Hit,
    Meeting,
    Signature,
    Submission,
    SystemMark,
)
from verification.services import appeals, correcting
from verification.services.assessments import assess
from verification.services.comparison import answer, judge
from verification.services.inspections import inspect
from verification.services.listing import record_year
from verification.services.marks import confirm_marks
from verification.services.rectification import open_rectification
from verification.services.retraction import retract
from verification.services.signatures import sign
from verification.services.specs import (
    AssessSpec,
    AttendanceSpec,
    Ballot,
    HitSpec,
    SignSpec,
    VisitorSpec,
    VisitSpec,
)
from verification.services.submissions import recall
from verification.services.supervising import supervise
from verification.services.village import hold_meeting, vote

DAY = timedelta(days=1)


# ── village ───────────────────────────────────────────────────────────────────────────────────


def year_emptied(bench):
    record_year(bench.case, {"persons": None}, by=bench.world.cadre(), done_on=bench.day)


def village_recorded(**data):
    def write(bench):
        village, by = bench.case.village_id, bench.world.cadre()
        record_village(village, bench.rules.year, data, by=by, done_on=bench.day)

    return write


def no_team_signs(_bench):
    VillageYear.objects.update(has_team=False)
    Signature.objects.filter(slot=Post.TEAM_LEADER).delete()


def second_meeting(*, present=10, minutes=True, signed=True):
    """Another meeting of the village, short of something; no vote was taken at it yet."""

    def setting(bench):
        names = [f"代表{at}" for at in range(10)]
        post = Post.VILLAGE_REP
        rows = [
            AttendanceSpec(name=name, post=post, present=at < present, signed=at < present)
            for at, name in enumerate(names)
        ]
        rows[0] = replace(rows[0], signed=signed)
        hold_meeting(
            bench.batch,
            "appraisal",
            number="评议2",
            held_on=bench.day,
            place="会议室",
            chair="甲",
            recorder="乙",
            attendances=rows,
            minutes=bench.world.file() if minutes else None,
            by=bench.world.cadre(),
            done_on=bench.day,
        )

    return setting


def voted(meeting, bench, ballot):
    vote(meeting, {bench.case.pk: ballot}, by=bench.world.cadre(), done_on=bench.day)


def recounted(bench):
    voted(Meeting.objects.get(), bench, Ballot(yes=0, no=10))


def voted_at_the_second(bench):
    meeting = Meeting.objects.get(number="评议2")
    voted(meeting, bench, Ballot(yes=meeting.present))


def signed(stage, **values):
    def write(bench):
        given = {"paper": PaperKind.ACCEPTANCE_FORM, "signed_on": bench.day, **values}
        given.setdefault("signer", bench.case.head_name)
        if given["slot"] == Post.VILLAGE_DIRECTOR:
            given["signed_on"] -= DAY
        specs = {bench.case.pk: [SignSpec(**given)]}
        sign(Case.objects.all(), stage, specs, by=bench.world.cadre(), done_on=bench.day)

    return write


household_refuses = signed("sign_off", slot=Post.HOUSEHOLD, capacity=Capacity.HEAD, refused=True)
signed_the_day_before = signed("appraisal", slot=Post.VILLAGE_DIRECTOR, signer="彭国良")


def taken_back(bench):
    retract(
        bench.case,
        withdraws=False,
        text="当时没有看清收入数",
        paper=bench.world.file(),
        by=bench.world.cadre(),
        done_on=bench.day,
    )


# ── what is said, and corrected ───────────────────────────────────────────────────────────────


def said(bench):
    return ObjectionSpec(received_on=bench.day, channel=Channel.ORAL, text="住房没有达标")


def objected(bench):
    """Against the entry of a notice that is over."""
    lodge(
        NoticeItem.objects.get(),
        said(bench),
        kind=ObjectionKind.OBJECTION,
        by=bench.world.cadre(),
        done_on=bench.day,
        reason="公示期满后返乡",
    )


def appealed(bench):
    """By the service of the floor below, against a case that hung on no notice."""
    case = bench.case
    lodge(
        CaseSpec(case.pk, case.household, bench.world.programme),
        said(bench),
        kind=ObjectionKind.APPEAL,
        by=bench.world.cadre(),
        done_on=bench.day,
    )


def taken_in(bench):
    appeals.take_in(bench.case, said(bench), by=bench.world.cadre(), done_on=bench.day)


def struck(bench):
    by = bench.world.user(OFFICERS[bench.stage().level])
    strike_out(NoticeItem.objects.all(), reason="异议成立", by=by, done_on=bench.day)


def corrected(**changes):
    def write(bench):
        correcting.enter(
            bench.case,
            Changes(**changes),
            reason="核对户口簿发现有误",
            by=bench.world.cadre(),
            done_on=bench.day,
        )

    return write


def next_group(bench):
    corrected(household={"group": "9"})(bench)


def poorer(bench):
    corrected(items=[ItemSpec(Item.WAGES, 100)])(bench)


def correction_confirmed(bench):
    correcting.confirm(
        Correction.objects.get(),
        scan=bench.world.file(),
        by=bench.world.officer(),
        done_on=bench.day,
    )


def of_the_plans_year(bench):
    HouseholdYear.objects.update(year=bench.rules.year)


# ── township, district, city ──────────────────────────────────────────────────────────────────


def unreceived(_bench):
    Submission.objects.update(received_on=None, received_by=None)


def recalled(bench):
    recall(Submission.objects.get(), by=bench.world.cadre(), done_on=bench.day)


CHECKERS = {
    "township_check": (Role.TOWNSHIP_OFFICER, Post.TOWNSHIP_CADRE),
    "district_inspection": (Role.DISTRICT_INSPECTOR, Post.DISTRICT_INSPECTOR),
    "city_check": (Role.CITY_INSPECTOR, Post.CITY_INSPECTOR),
}


def judged(bench, *, short=False):
    results = {key: AssessSpec(met=True) for key in bench.rules.indicator_keys}
    if short:
        results[bench.rules.indicator_keys[0]] = AssessSpec(met=False, facts="收入不足")
    return results


def visited(stage, *, short=False, before=0):
    role, post = CHECKERS[stage]

    def write(bench):
        day = bench.day - before * DAY
        spec = VisitSpec(
            mode=Mode.HOME,
            done_on=day,
            finding=Finding.SHORT if short else Finding.MET,
            visitors=[VisitorSpec(name=name, post=post) for name in ("甲", "乙")],
            results=judged(bench, short=short),
        )
        inspect(bench.case, stage, spec, by=bench.world.user(role), done_on=day)

    return write


def judged_short(bench):
    results = {bench.case.pk: judged(bench, short=True)}
    by = bench.world.officer()
    assess(Case.objects.all(), "township_check", results, by=by, done_on=bench.day)


def one_bureau_silent(bench):
    run = ComparisonRun.objects.order_by("pk").last()
    ComparisonRun.objects.filter(pk=run.pk).update(answered_on=None)


def bureau_answers(bench):
    answer(
        ComparisonRun.objects.get(answered_on=None),
        answered_on=bench.day,
        number="复〔2020〕7号",
        answered_by="联络员",
        file=bench.world.file(),
        hits=[HitSpec(bench.case, Of.CAR, "名下有小型汽车")],
        by=bench.world.user(Role.DISTRICT_OFFICER),
    )


def a_hit(bench):
    bench.giver.hit(bench.case)


def hit_judged(bench):
    by = bench.world.user(Role.DISTRICT_OFFICER)
    judge(Hit.objects.get(), verdict=Hit.Verdict.NOT_MET, by=by, done_on=bench.day)


def drawn_and_met(bench):
    DrawItem.objects.update(drawn=True)
    bench.giver.visit_of(bench.case, bench.stage())


def on_the_mark_list(_bench):
    SystemMark.objects.update(confirmed=False, marked_on=None)


def marked_too_early(bench):
    by = bench.world.user(Role.DISTRICT_OFFICER)
    early = bench.day - DAY
    confirm_marks(Case.objects.all(), "mark", marked_on=early, by=by, done_on=bench.day)


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


def the_day_after_with_income(bench):
    of_the_plans_year(bench)
    Case.objects.update(net_fen=3_000_000, divisor=3)
    bench.world.later()


def supervised(bench):
    day = bench.world.day
    who = [VisitorSpec(name="段运生", post=Post.DISTRICT_INSPECTOR)]
    spec = VisitSpec(mode=Mode.HOME, done_on=day, finding=Finding.MET, visitors=who)
    supervise(
        "supervision",
        {bench.case.pk: spec},
        programme=bench.world.programme,
        region=bench.case.township,
        by=bench.world.user(Role.DISTRICT_OFFICER),
        done_on=day,
    )


def granted(_bench):
    Case.objects.update(state=End.GRANTED)
