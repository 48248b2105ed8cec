"""更正: what is wrong is put right by two people; the plan says what has to be done anew."""

from datetime import date

import pytest

from exitcase.core.choices import Act, Fact, PaperKind, Post
from exitcase.core.errors import Refused
from exitcase.core.models import Entry, Paper
from exitcase.core.papers.store import issue_many
from exitcase.core.rules import FactClass
from households.choices import ChangeReason, Relation
from households.models import Household, Member, MemberChange
from households.services import Joins, Leaves
from publicity.models import NoticeItem
from tests.verification import build, play
from tests.verification.services.correcting_desk import Desk, incomes, newborn
from verification.models import (
    Assessment,
    Batch,
    Case,
    Correction,
    FactStep,
    Inspection,
    Signature,
    Vote,
)
from verification.services import papers
from verification.services.advance import advance

pytestmark = pytest.mark.django_db


# ── clerical ──────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_relation_is_corrected_in_place_and_everything_goes_on_holding():
    desk = Desk("village_notice")
    spouse = desk.members[1]
    one = desk.enter(members={spouse.pk: {"relation": Relation.OTHER}})
    assert (one.kind, one.stage) == (FactClass.CLERICAL, "village_notice")
    assert one.words == "01号成员与户主关系由配偶改为其他"
    assert desk.shut() >= {"correction_confirmed", "facts_unchanged"}
    desk.confirm(one)
    assert desk.shut() == {"notice_hung", "notice_run", "notice_closed"}
    assert (desk.case.batch, desk.case.state) == (desk.batch, "sign_off")
    assert not Signature.objects.exclude(void_tx="").exists()
    assert desk.counted() == {"sign_off": (1, 3)}
    assert one.new_sha256 == desk.case.facts_sha256
    play.run(desk.world, desk.batch, desk.world.rules.stage("village_notice"))
    assert desk.shut() == set()


def test_what_no_signature_rests_on_is_covered_all_the_same():
    desk = Desk("sign_off")
    one = desk.correct(household={"phone": "10000000077", "address": "二组 12 号"})
    assert one.kind == FactClass.CLERICAL
    assert one.words == "联系电话有更正;家庭住址由无改为二组 12 号"
    assert (
        "10000000077"
        not in Correction.objects.values_list("changed", flat=True).query.sql_with_params()
    )
    assert Household.objects.get().phone == "10000000077"
    assert desk.shut() == {"household_signed", "slots_signed"}


def test_two_corrections_in_a_row_cover_both_steps():
    desk = Desk("village_notice")
    first = desk.case.facts_sha256
    spouse, child = desk.members[1:]
    desk.correct(members={spouse.pk: {"relation": Relation.OTHER}})
    desk.correct(members={child.pk: {"name": "石𬭸"}})
    assert not desk.shut() & {"facts_unchanged", "correction_confirmed"}
    steps = FactStep.objects.filter(old=first).values_list("new", flat=True)
    assert desk.case.facts_sha256 in set(steps)
    assert FactStep.objects.count() == 3


# ── public ────────────────────────────────────────────────────────────────────────────────────


def test_a_rare_character_of_the_head_before_the_notice_asks_for_no_new_signature():
    desk = Desk("village_notice")
    one = desk.correct(members={desk.members[0].pk: {"name": "石𬭸"}})
    assert (one.kind, one.redone_from) == (FactClass.PUBLIC, "village_notice")
    assert {line.fact for line in one.lines} == {Fact.HEAD, Fact.NAME}
    assert (desk.case.head_name, Household.objects.get().head_name) == ("石𬭸", "石𬭸")
    assert Signature.valid().count() == Signature.objects.count()
    assert (desk.case.batch, desk.case.state) == (desk.batch, "sign_off")
    play.run(desk.world, desk.batch, desk.world.rules.stage("village_notice"))
    assert desk.shut() == set()
    assert NoticeItem.valid().get().head_name == "石𬭸"


def test_after_the_notice_the_entry_is_struck_and_hangs_anew():
    desk = Desk("township_check")
    wrong = NoticeItem.objects.get()
    one = desk.correct(members={desk.members[0].pk: {"name": "石𬭸"}})
    assert one.redone_from == "village_notice"
    case, home = desk.case, desk.case.batch
    assert (home.part, home.split_from, home.stage) == (2, desk.batch, "village_notice")
    assert case.state == "sign_off"
    wrong.refresh_from_db()
    assert wrong.void_tx
    # Head and people have signed, and a retyped character makes them no others.
    assert Signature.valid(stage="sign_off").count() == 2
    assert Vote.valid().count() == 1
    assert desk.counted() == {"sign_off": (1, 3)}
    assert Entry.objects.filter(act=Act.SEND_BACK, subject="case").count() == 1
    desk.world.bring(home, "township_notice")
    assert desk.shut() == {"notice_hung", "notice_run", "notice_closed"}


def test_while_it_hangs_only_its_entry_is_struck():
    desk = Desk("village_notice", size=3)
    play.hang(desk.world, desk.batch, desk.world.rules.stage("village_notice"))
    desk.correct(household={"group": "9"})
    assert Batch.objects.count() == 1
    assert NoticeItem.valid().count() == 2
    assert desk.counted() == {"sign_off": (3, 9)}


# ── material ──────────────────────────────────────────────────────────────────────────────────


def test_an_income_item_found_wrong_after_signing_is_collected_and_voted_on_anew():
    desk = Desk("village_submission", size=2)
    issue_many([one.draft for one in papers.of_cases(Case.objects.all())], processes=1)
    one = desk.enter(items=incomes(900_000, 120_000))
    assert one.kind == FactClass.MATERIAL
    assert "家庭稳定纯收入由18000.00元改为10200.00元" in one.words
    assert desk.shut() >= {"facts_unchanged", "correction_confirmed"}
    one = desk.confirm(one)
    case = desk.case
    assert (one.redone_from, case.batch.stage, case.state) == ("collection", "collection", "listed")
    assert case.net_fen == 1_020_000
    for model in (Signature, Vote, Inspection):
        assert not model.valid(case=case).exists()
        assert model.objects.filter(case=case).exists()
    assert not Assessment.objects.filter(case=case, void_tx="").exists()
    assert desk.counted() == {"listed": (1, 3), "village_notice": (1, 3)}
    void = Paper.objects.filter(subject_kind="case", subject_id=str(case.pk)).exclude(void_tx="")
    assert set(void.values_list("kind", flat=True)) == {
        PaperKind.ACCEPTANCE_FORM,
        PaperKind.INCOME_STATEMENT,
    }
    assert Paper.objects.filter(void_tx="").count() == Paper.objects.count() - 2
    made = issue_many([one.draft for one in papers.of_cases(Case.objects.filter(pk=case.pk))],
                      processes=1)  # fmt: skip
    assert {paper.kind: paper.version for paper in made} == {
        "acceptance_form": 2,
        "income_statement": 2,
        "correction_sheet": 1,
    }
    desk.world.bring(case.batch, "township_check")
    assert desk.case.state == "village_submission"


def test_a_birth_sends_the_household_back_to_its_appraisal():
    desk = Desk("village_submission")
    one = desk.correct(joins=[newborn(desk.case.village_id)])
    case = desk.case
    assert (one.kind, one.redone_from) == (FactClass.MATERIAL, "appraisal")
    assert "家庭人口数由3改为4" in one.words
    assert (case.persons, case.batch.stage, case.state) == (4, "appraisal", "collection")
    assert case.divisor == 3  # the year's own figure, a fact of its own
    change = MemberChange.objects.get()
    assert (change.change, change.reason, change.member.name) == ("added", "born", "石小满")
    assert desk.counted() == {"collection": (1, 4)}
    # The survey prints no people: it holds, and the 更正单 covers the step.
    assert Inspection.valid(case=case).count() == 1
    desk.world.bring(case.batch, "village_notice")
    assert desk.case.persons == 4


def test_a_marriage_may_bring_the_divisor_along():
    desk = Desk("sign_off")
    values = newborn("", name="龙菊", relation=Relation.DAUGHTER_IN_LAW,
                     id_number=build.id_number(date(1996, 2, 3), 8)).values  # fmt: skip
    one = desk.correct(
        joins=[Joins(values, ChangeReason.MARRIED_IN, desk.world.day)], year={"persons": 4}
    )
    assert {line.fact for line in one.lines} == {
        Fact.HOUSEHOLD_PERSONS,
        Fact.MEMBERS,
        Fact.PERSONS,
    }
    assert one.redone_from == "collection"  # the statement prints the divisor
    assert (desk.case.persons, desk.case.divisor) == (4, 4)
    assert desk.counted() == {"listed": (1, 4)}


def test_where_nothing_has_been_printed_nothing_is_done_anew():
    desk = Desk("collection")
    one = desk.correct(joins=[newborn(desk.case.village_id)])
    assert (one.kind, one.redone_from) == (FactClass.MATERIAL, "")
    assert (desk.case.batch, desk.case.state) == (desk.batch, "listed")
    assert desk.counted() == {"listed": (1, 4)}


def test_at_the_stage_itself_the_case_stays_in_its_batch():
    desk = Desk("appraisal", size=2)
    stage = desk.world.rules.stage("appraisal")
    play.appraise(desk.world, desk.batch, stage)
    case = desk.case
    advance(Case.objects.filter(pk=case.pk), "appraisal", by=desk.world.cadre(),
            done_on=desk.world.day)  # fmt: skip
    assert desk.case.state == "appraisal"
    desk.correct(joins=[newborn(case.village_id)])
    assert (desk.case.batch, desk.case.state) == (desk.batch, "collection")
    assert not Vote.valid(case=case).exists()
    assert Vote.valid().count() == 1
    assert desk.counted() == {"collection": (2, 7)}


# ── the head dies ─────────────────────────────────────────────────────────────────────────────


def test_the_head_dies_and_the_next_one_signs():
    desk = Desk("village_notice")
    head, spouse, child = desk.members
    one = desk.correct(
        leaves=[Leaves(head, ChangeReason.DIED, desk.world.day, relations={child.pk: Relation.SON})]
    )
    case = desk.case
    assert (one.kind, one.redone_from) == (FactClass.MATERIAL, "appraisal")
    assert (case.head_name, case.persons) == (spouse.name, 2)
    assert (case.batch.stage, case.state) == ("appraisal", "collection")
    head.refresh_from_db()
    assert (head.left_on, Member.objects.count()) == (desk.world.day, 3)
    assert MemberChange.objects.get().reason == "died"
    assert desk.counted() == {"collection": (1, 2)}
    desk.world.bring(case.batch, "village_submission")
    signed = Signature.valid(slot=Post.HOUSEHOLD).get()
    assert (signed.signer, signed.facts_sha256) == (spouse.name, desk.case.facts_sha256)
    assert Signature.objects.filter(signer=head.name).exclude(void_tx="").count() == 1


def test_a_child_becomes_head_only_last_and_its_guardian_signs():
    desk = Desk("sign_off", persons=5)
    head, spouse, grown, *children = desk.members
    day = desk.world.day
    for gone in (spouse, grown):
        desk.correct(leaves=[Leaves(gone, ChangeReason.MARRIED_OUT, day)])
    desk.correct(leaves=[Leaves(head, ChangeReason.DIED, day)])
    case = desk.case
    assert (case.head_name, case.persons) == (children[0].name, 2)
    desk.world.bring(case.batch, "sign_off")
    stage = desk.world.rules.stage("sign_off")
    with pytest.raises(Refused, match="监护人"):
        play.consent(desk.world, case.batch, stage)
    guardian = play.head_signs(
        desk.world,
        case,
        signer="石远",
        capacity="guardian",
        relation="之祖父",
        adult_on=date(1978, 1, 1),
    )
    specs = {case.pk: [guardian, play.helper_signs(desk.world, case)]}
    play.signatures.sign(Case.objects.filter(pk=case.pk), "sign_off", specs,
                         by=desk.world.cadre(), done_on=day)  # fmt: skip
    assert desk.shut() == set()
