"""The papers a plan has by its own names and numbers: who they tell of, and what they count."""

from dataclasses import replace
from datetime import date

import pytest

from exitcase.core.choices import PLACE_LEVEL, Level, PaperKind, Post
from exitcase.core.papers.books import workbook
from exitcase.core.papers.render import render
from exitcase.core.papers.sheets import Count, Imprint
from households.models import HouseholdYear
from publicity.choices import NoticeKind, NoticeState
from publicity.models import Notice
from publicity.services import PlaceSpec
from tests.core.papers import reading
from tests.publicity.desk import LAST_STAGE, Desk
from tests.verification import build
from tests.verification.bench import Bench
from tests.verification.upper import officer
from verification.documents.acts import announcement_sheet, decision_sheet
from verification.documents.cards import clear_cards
from verification.documents.lists import meeting_list
from verification.documents.township import submission_sheet
from verification.documents.transfers import transfer_sheet
from verification.documents.village import minutes_sheet, vote_sheets
from verification.models import (
    Batch,
    Case,
    Decision,
    DecisionItem,
    Inspection,
    Meeting,
    StageRecord,
    Submission,
    Visitor,
    Vote,
)
from verification.services import papers

pytestmark = pytest.mark.django_db
RARE = "欧阳䶮𠅤"


def standing(stage):
    """One household that has come as far as `stage`, with the facts of every stage on the way."""
    bench = Bench("henan")
    for key in bench.rules.keys[: bench.rules.keys.index(stage) + 1]:
        bench.before(key)
    return bench


def of_region():
    """What is printed of the township, the bench's bare notices and lists made whole."""
    Notice.objects.update(state=NoticeState.DRAFT)
    Submission.objects.update(households=1, persons=3)
    case = Case.objects.get()
    return list(papers.of_region(case.batch.programme, build.TOWNSHIP))


def kinds(drafts):
    return [PaperKind(one.sheet.kind) for one in drafts]


def said(sheet):
    return reading.text(render(sheet))


# ── the meeting ───────────────────────────────────────────────────────────────────────────────


def test_a_slip_for_each_household_says_how_it_was_voted():
    standing("village_check")
    Meeting.objects.update(expected=12, present=10, overseers=RARE)
    Vote.objects.update(yes=6, no=3, abstained=1)
    (sheet,) = vote_sheets(Vote.valid())
    case = Case.objects.get()
    assert (sheet.label, sheet.head, sheet.persons) == ("附件2", case.head_name, case.persons)
    assert (sheet.yes, sheet.no, sheet.abstained, sheet.withdrew) == (6, 3, 1, 0)
    assert (sheet.came, sheet.carried) == (10, True)
    assert sheet.meeting.startswith("村民代表会议 ")
    text = said(sheet)
    assert "☑通过" in text
    assert RARE in text


def test_half_of_those_present_carries_nobody_onto_the_list():
    standing("village_check")
    Meeting.objects.update(expected=12, present=10)
    Vote.objects.update(yes=5, no=5)
    (sheet,) = vote_sheets(Vote.valid())
    assert sheet.carried is False
    assert "☑未通过" in said(sheet)
    assert meeting_list(Meeting.objects.get()).total == Count()


def test_the_list_of_the_meeting_has_whom_it_carried():
    standing("village_check")
    Meeting.objects.update(expected=12, present=10)
    Vote.objects.update(yes=6)
    HouseholdYear.objects.update(year=2019)
    case, sheet = Case.objects.get(), meeting_list(Meeting.objects.get())
    assert (sheet.kind, sheet.label) == (PaperKind.EXIT_LIST, "附件3")
    assert sheet.total == Count(1, case.persons)
    (row,) = sheet.rows
    assert (row.head, row.household_number) == (case.head_name, case.household.number)
    assert row.per_head == 600_000  # 分
    assert minutes_sheet(Meeting.objects.get()).label == "附件1"


# ── the card ──────────────────────────────────────────────────────────────────────────────────


def looked(who):
    visit = Inspection.objects.filter(stage="village_check").get()
    visit.visitor_rows.all().delete()
    Visitor.objects.bulk_create(
        Visitor(inspection=visit, name=name, post=post) for post, name in who
    )
    return visit


def test_the_card_names_who_looked_who_filled_it_in_and_who_agreed():
    standing("village_notice")
    visit = looked([(Post.VILLAGE_CADRE, "石爱莲"), (Post.FIRST_SECRETARY, RARE)])
    (sheet,) = clear_cards(Case.objects.all())
    assert (sheet.kind, sheet.label, sheet.levels) == (PaperKind.CLEAR_CARD, "附件4", ("村",))
    assert [(one.role, one.name) for one in sheet.verifiers] == [
        ("村干部", "石爱莲"),
        ("第一书记", RARE),
    ]
    assert sheet.checked_on == visit.done_on
    assert len(sheet.indicators) == 7
    assert sheet.consent.agreed is True
    assert sheet.helper_signer.name
    text = said(sheet)
    assert "2019年度脱贫核查明白卡" not in text  # the title is the store's
    assert RARE in text
    assert sheet.id_number in text


def test_before_the_check_the_card_has_a_place_for_every_post():
    standing("village_check")
    Inspection.objects.filter(stage="village_check").delete()
    (sheet,) = clear_cards(Case.objects.all())
    assert [(one.role, one.name) for one in sheet.verifiers] == [
        ("村干部", ""),
        ("驻村工作队员", ""),
        ("第一书记", ""),
    ]
    assert sheet.checked_on is None


def test_a_household_has_the_card_and_its_slip_and_no_form_of_another_plan():
    standing("village_notice")
    found = kinds(one.draft for one in papers.of_cases(Case.objects.all()))
    assert found.count(PaperKind.CLEAR_CARD) == 1
    assert found.count(PaperKind.VOTE_SHEET) == 1
    assert PaperKind.ACCEPTANCE_FORM not in found


# ── reports, reply, transfer ──────────────────────────────────────────────────────────────────


def test_each_level_reports_under_its_own_number_with_the_figures_of_the_list():
    bench = standing("decision")
    Submission.objects.update(households=1, persons=3)
    reports = [submission_sheet(one) for one in Submission.objects.order_by("pk")]
    assert [(one.kind, one.label) for one in reports] == [
        (PaperKind.VILLAGE_REPORT, "附件6"),
        (PaperKind.TOWNSHIP_REPORT, "附件8"),
    ]
    for report in reports:
        assert report.signers == ()
        assert report.basis == bench.rules.title
        assert "明白卡（附件4）" in [one.title for one in report.enclosures]
        households, persons = report.submitted.households, report.submitted.persons
        assert f"{households}户{persons}人上报" in said(report)
        assert workbook(report)
    found = of_region()
    assert PaperKind.SUBMISSION_FORM not in kinds(found)
    assert PaperKind.REQUEST not in kinds(found)


def decided(on=date(2019, 11, 7)):
    Decision.objects.update(
        number="扶领〔2019〕8号", request_number="镇报〔2019〕3号", decided_on=on
    )
    DecisionItem.objects.update(approved=True)
    return Decision.objects.get()


def test_the_reply_answers_who_reported():
    standing("announcement")
    sheet = decision_sheet(decided())
    assert (sheet.kind, sheet.label) == (PaperKind.REPLY, "附件10")
    assert sheet.addressee == "乡镇人民政府(街道办事处)"
    assert sheet.title[1] == "关于2019年度贫困户退出的批复"
    assert sheet.reference == "《关于乡级拟退出贫困户的报告》（镇报〔2019〕3号）"
    assert "同意" in said(sheet)


def test_the_township_passes_the_reply_on_to_each_village():
    bench = standing("announcement")
    decided()
    StageRecord.objects.filter(key="transfer").delete()
    batch, case = Batch.objects.get(), Case.objects.get()
    sheet = transfer_sheet(batch)
    assert (sheet.kind, sheet.label) == (PaperKind.TRANSFER, "附件11")
    assert sheet.addressee == f"{batch.village.name}村两委"
    assert (sheet.document_number, sheet.on) == ("", None)
    assert sheet.granted == Count(1, case.persons)
    assert [row.head for row in sheet.rows] == [case.head_name]
    assert "县扶贫开发领导小组《批复》（扶领〔2019〕8号）" in said(sheet)
    StageRecord.objects.create(
        batch=batch, stage="announcement", key="transfer", done_on=bench.day, note="镇转1号", tx="t"
    )
    went = transfer_sheet(batch)
    assert (went.document_number, went.on) == ("镇转1号", bench.day)
    (draft,) = [one for one in of_region() if one.sheet.kind == PaperKind.TRANSFER]
    assert draft.subject == ("batch", str(batch.pk))


def test_nothing_is_passed_on_before_it_is_decided():
    standing("announcement")
    Decision.objects.update(decided_on=None)
    assert transfer_sheet(Batch.objects.get()) is None
    assert PaperKind.TRANSFER not in kinds(of_region())


# ── what is hung ──────────────────────────────────────────────────────────────────────────────


def everywhere(world):
    """Each kind of place that the plan names for its announcement, in every village."""
    regions = {Level.VILLAGE: world.villages, Level.TOWNSHIP: [build.TOWNSHIP]}
    for kind in world.rules.stage(LAST_STAGE).places.kinds:
        for region in regions.get(PLACE_LEVEL[kind], [build.DISTRICT]):
            yield PlaceSpec(kind, "公告栏", region)


@pytest.mark.parametrize(("plan", "side"), [("henan", (420, 297)), ("nanyue-2020", (210, 297))])
def test_an_announcement_is_a_red_poster_where_the_plan_says_so(plan, side):
    desk = Desk(build.world(programme=plan, villages=2, day=date(2020, 10, 15)))
    notice = desk.draft(
        [*desk.items(2), *desk.items(1, desk.world.villages[1])],
        kind=NoticeKind.ANNOUNCEMENT,
        stage=LAST_STAGE,
        region=build.DISTRICT,
        organ="云岭区人民政府",
        places=list(everywhere(desk.world)),
        by=officer(desk.world),
    )
    sheet = announcement_sheet(notice)
    assert sheet.poster is (plan == "henan")
    pdf = render(replace(sheet, imprint=Imprint(title=notice.title, number="GG-1")))
    assert set(reading.sides(pdf)) == {side}
    text = reading.text(pdf)
    for row in sheet.rows:
        assert row.village + row.group + row.head in text
