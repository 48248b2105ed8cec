"""What follows from an appeal, told before it is answered; a household that falls back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exitcase.core.choices import End, Role, Status
from households.models import Household
from publicity.choices import Channel, ObjectionKind
from publicity.queries import answering_level
from publicity.services import ObjectionSpec
from verification.models import Case, Statement
from verification.models.statements import StatementKind
from verification.services import appeals
from verification.services.ending import refuse


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def case(world):
    return world.cases(world.batch(size=1)).get()


@pytest.fixture
def refused(world, case):
    refuse(
        Case.objects.filter(pk=case.pk),
        reason="procedure",
        note="评议会到会人数不足",
        by=world.cadre(),
        done_on=world.day,
    )
    return Case.objects.get(pk=case.pk)


def granted(case):
    """As after the announcement, of which these tests ask nothing."""
    Case.objects.filter(pk=case.pk).update(state=End.GRANTED)
    Household.objects.filter(pk=case.household_id).update(status=Status.EXITED)
    return Case.objects.get(pk=case.pk)


def appeal(world, case):
    said = ObjectionSpec(received_on=world.day, channel=Channel.WRITTEN, text="请求复核")
    return appeals.take_in(case, said, by=world.cadre(), done_on=world.day)


def answering(as_, world, one):
    level = answering_level(world.rules, ObjectionKind(one.kind))
    role = {"district": Role.DISTRICT_OFFICER, "township": Role.TOWNSHIP_OFFICER}.get(level)
    return as_(world.user(role or Role.VILLAGE_CADRE))


def test_what_upholding_sets_going_stands_over_the_answer(as_, world, refused):
    one = appeal(world, refused)
    page = text(answering(as_, world, one).get(reverse("objection", args=[one.pk])))
    assert "本户重新列入名单,另立一个户案" in page
    assert "原结论不变" in page


def test_a_wrong_exit_is_put_right_and_the_mark_taken_back(as_, world, case):
    one = appeal(world, granted(case))
    assert one.kind == ObjectionKind.WRONG_EXIT
    page = text(answering(as_, world, one).get(reverse("objection", args=[one.pk])))
    assert "错退纠正:本户恢复为退出前的状态" in page


def test_an_open_case_is_not_ended_by_an_answer(world, case):
    assert appeals.foreseen(appeal(world, case)) is None


def test_the_household_s_page_leads_to_an_appeal_and_a_relapse(as_, world, case):
    where = reverse("household", args=[case.household_id])
    lodge, relapse = (
        reverse("lodge", args=[case.pk]),
        reverse("relapse", args=[case.household_id]),
    )
    client = as_(world.officer())
    assert lodge in text(client.get(where))
    assert relapse not in text(client.get(where))
    granted(case)
    assert relapse in text(client.get(where))
    assert relapse not in text(as_(world.cadre()).get(where))  # the township's to enter


# ── 返贫 ──────────────────────────────────────────────────────────────────────────────────────


def fall_back(client, case, **more):
    said = {
        "done_on": "2020-10-09",
        "found_on": "2020-10-08",
        "number": "南扶〔2020〕9号",
        "cause": "户主患重病",
        "paper": SimpleUploadedFile("认定.pdf", b"%PDF-1.7 found"),
        **more,
    }
    return client.post(reverse("relapse", args=[case.household_id]), said)


def test_a_household_falls_back_by_the_document_that_found_it(as_, world, case):
    granted(case)
    client = as_(world.officer())
    page = client.get(reverse("relapse", args=[case.household_id]))
    assert "状态改为返贫,记下返贫年度" in text(page)
    answer = fall_back(client, case)
    assert answer["Location"] == reverse("household", args=[case.household_id])
    one = Household.objects.get(pk=case.household_id)
    assert (one.status, one.relapsed_year) == (Status.RELAPSED, 2020)
    kept = Statement.objects.get(household=one)
    assert (kept.kind, kept.number) == (StatementKind.RELAPSE, "南扶〔2020〕9号")
    again = fall_back(client, case)
    assert again.status_code == 422
    assert "只有已脱贫的户可以认定返贫" in text(again)


def test_what_is_missing_is_said_and_what_was_typed_is_kept(as_, world, case):
    granted(case)
    client = as_(world.officer())
    answer = fall_back(client, case, number="")
    assert answer.status_code == 422
    assert "户主患重病" in text(answer)
    answer = fall_back(client, case, found_on="2020-10-10")
    assert answer.status_code == 422
    assert Household.objects.get(pk=case.household_id).status == Status.EXITED


def test_a_relapse_is_entered_by_who_may_and_only_of_who_exited(as_, world, case):
    page = as_(world.officer()).get(reverse("relapse", args=[case.household_id]))
    assert "只有已脱贫的户可以认定返贫" in text(page)
    assert "<textarea" not in text(page)
    granted(case)
    assert fall_back(as_(world.cadre()), case).status_code == 403
    other = as_(world.cadre(world.villages[1]))
    assert other.get(reverse("relapse", args=[case.household_id])).status_code == 404
    assert Household.objects.get(pk=case.household_id).status == Status.EXITED
