"""反悔: consent taken back until the decision; and what a withdrawal leaves on paper."""

from datetime import timedelta

import pytest

from exitcase.core.choices import Act, End, PaperKind, Post, Reason, Status
from exitcase.core.errors import NotAllowed
from exitcase.core.models import Entry
from exitcase.core.verify import verify
from households.models import Household
from publicity.models import NoticeItem
from tests.verification import build
from tests.verification.services.refusals import refused
from tests.verification.upper import officer
from verification.documents.letters import letter
from verification.models import (
    Batch,
    Case,
    Decision,
    DecisionItem,
    Signature,
    StageCount,
    Statement,
    SubmissionItem,
)
from verification.models.statements import StatementKind
from verification.services import ending, retraction

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build.world()


def retract(world, case, **more):
    told = {
        "withdraws": False,
        "text": "当时没有看清收入数",
        "paper": world.file(),
        "by": world.cadre(),
        "done_on": world.day,
        **more,
    }
    return retraction.retract(case, **told)


def listed(world, stage, size=2):
    batch = world.bring(world.batch(size=size), stage)
    world.later()
    return batch, list(world.cases(batch))


def counts():
    found = {}
    for row in StageCount.objects.all():
        found[row.state] = found.get(row.state, 0) + row.households
    return {state: count for state, count in found.items() if count}


def decided(world, case):
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
        confirmed_by=officer(world, 1),
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


def test_the_case_stands_before_the_signing_again(world):
    batch, (one, two) = listed(world, "village_submission")
    now = retract(world, one)
    assert (now.state, now.batch.stage, now.batch.name) == ("appraisal", "sign_off", "补1")
    assert now.batch.split_from == batch
    assert Case.objects.get(pk=two.pk).batch == batch
    assert not Signature.valid(case=one, slot=Post.HOUSEHOLD).exists()
    assert Signature.objects.filter(case=one, slot=Post.HOUSEHOLD).count() == 1  # kept
    assert not NoticeItem.valid(case_key=one.pk).exists()
    assert NoticeItem.valid(case_key=two.pk).exists()
    assert counts() == {"appraisal": 1, "village_notice": 1}
    told = Entry.objects.get(act=Act.WITHDRAW)
    assert (told.subject, told.was, told.became, told.stage) == (
        "signature",
        "signed",
        "retracted",
        "sign_off",
    )
    kept = Statement.objects.get()
    assert (kept.case, kept.kind, kept.given_on) == (one, StatementKind.RETRACTION, world.day)
    assert verify(build.DISTRICT) == []


def test_signed_again_it_goes_on(world):
    _batch, (one, _two) = listed(world, "village_submission")
    home = retract(world, one).batch
    world.bring(home, "village_submission")
    assert Case.objects.get(pk=one.pk).state == "village_notice"
    assert Signature.valid(case=one, slot=Post.HOUSEHOLD).count() == 1


def test_what_was_sent_up_counts_no_more(world):
    _batch, (one, two) = listed(world, "township_check")
    retract(world, one)
    assert list(SubmissionItem.valid().values_list("case", flat=True)) == [two.pk]


def test_while_signatures_are_collected_the_case_stays_in_its_batch(world):
    batch, (one, _two) = listed(world, "sign_off")
    from tests.verification import play  # noqa: PLC0415  # it builds on the world

    play.PLAYERS["consent"](world, batch, world.rules.stage("sign_off"))
    assert retract(world, one).batch == batch
    assert not Signature.valid(case=one, slot=Post.HOUSEHOLD).exists()
    assert Signature.valid(case=one, slot=Post.HELPER).exists()
    assert Batch.objects.count() == 1


def test_or_the_household_withdraws(world):
    batch, (one, _two) = listed(world, "village_submission")
    now = retract(world, one, withdraws=True)
    assert (now.state, now.end_reason, now.batch) == (
        End.WITHDRAWN,
        Reason.HOUSEHOLD_WITHDREW,
        batch,
    )
    assert Household.objects.get(pk=one.household_id).status == Status.REGISTERED
    assert counts() == {"withdrawn": 1, "village_notice": 1}
    kinds = list(Statement.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == [StatementKind.RETRACTION, StatementKind.WITHDRAWAL]
    sheet = letter(Case.objects.select_related("household", "batch__programme").get(pk=one.pk))
    assert (sheet.kind, sheet.finding) == (PaperKind.WITHDRAWAL_LETTER, "当时没有看清收入数")


def test_after_the_decision_the_way_left_is_an_appeal(world):
    _batch, (one, _two) = listed(world, "village_submission")
    decided(world, one)
    organ = world.rules.organ("district_office").title
    with refused("已作出决定,不能再反悔", place=str(one), rule=f"可以申诉,由{organ}办理"):
        retract(world, one)
    assert Signature.valid(case=one, slot=Post.HOUSEHOLD).exists()
    assert not Statement.objects.exists()


def test_what_has_ended_is_not_taken_back(world):
    _batch, (one, two) = listed(world, "village_submission")
    retract(world, one, withdraws=True)
    with refused("已作出决定,不能再反悔", place=str(one)):
        retract(world, one)
    Case.objects.filter(pk=two.pk).update(state=End.GRANTED)
    group = world.rules.organ("district_group").title
    with refused("已作出决定,不能再反悔", place=str(two), rule=f"可以申诉,由{group}办理"):
        retract(world, two)


def test_who_never_signed_has_nothing_to_take_back(world):
    _batch, (one, _two) = listed(world, "sign_off")
    with refused("该户没有签字认可,无须反悔", place=str(one), rule="不同意的,登记拒签"):
        retract(world, one)


@pytest.mark.parametrize(
    ("more", "words"),
    [({"paper": None}, "缺扫描件"), ({"text": " "}, "请填写:反悔的原因")],
)
def test_without_its_paper_and_words_it_is_refused(world, more, words):
    _batch, (one, _two) = listed(world, "village_submission")
    with refused(words):
        retract(world, one, **more)


def test_nobody_takes_back_before_signing(world):
    _batch, (one, _two) = listed(world, "village_submission")
    signed = Signature.valid(case=one, slot=Post.HOUSEHOLD).get().signed_on
    with refused("反悔日期早于签字日期", rule=f"不早于 {signed}"):
        retract(world, one, done_on=signed - timedelta(days=1), reason="补录")


def test_the_district_takes_no_consent_back(world):
    _batch, (one, _two) = listed(world, "village_submission")
    with pytest.raises(NotAllowed):
        retract(world, one, by=officer(world))


# ── withdrawal ────────────────────────────────────────────────────────────────────────────────


def test_a_village_withdraws_with_one_paper_for_several(world):
    batch = world.batch(size=3)
    one, two, three = world.cases(batch)
    rows = Case.objects.filter(pk__in=[one.pk, two.pk])
    scan = world.file()
    at = {"by": world.cadre(), "done_on": world.day, "paper": scan}
    moved = ending.withdraw(rows, reason=Reason.VILLAGE_WITHDREW, note="村民会议要求复核", **at)
    assert moved.count == 2
    kept = Statement.objects.order_by("case")
    assert [(row.case, row.file, row.kind) for row in kept] == [
        (one, scan, StatementKind.WITHDRAWAL),
        (two, scan, StatementKind.WITHDRAWAL),
    ]
    assert Case.objects.get(pk=three.pk).state == "listed"
    again = ending.withdraw(rows, reason=Reason.VILLAGE_WITHDREW, note="又一次", **at)
    assert (again.count, again.already, Statement.objects.count()) == (0, 2, 2)
