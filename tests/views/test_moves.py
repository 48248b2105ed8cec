"""The forms of a batch: what may happen happens once, what may not says why and changes nothing."""

from datetime import date

import pytest
from django.urls import reverse

from exitcase.core.choices import Ground, Reason, Role
from exitcase.core.models import Entry
from tests.verification.facts import Giver
from verification.models import Batch, Case

# The plan's preparation is over on the day of these tests, and nothing is on record of it.
SOFT = {"why_within_window": "培训推迟", "why_records_noted": "已口头布置"}


def press(client, batch, name="advance", **more):
    said = {"stage": batch.stage, "version": batch.version, "done_on": "2020-10-09", **more}
    return client.post(reverse(name, args=[batch.pk]), said)


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def batch(world):
    return world.batch(size=3)


@pytest.fixture
def ready(world, batch):
    Giver(world).give(world.cases(batch), "collection")
    return batch


def test_a_batch_with_everything_leaves_its_stage(as_, world, ready):
    answer = press(as_(world.cadre()), ready, **SOFT)
    assert answer.status_code == 302, answer.context["answer"]
    assert Batch.objects.get(pk=ready.pk).stage == "appraisal"
    assert Entry.objects.filter(act="give_reason", reason="培训推迟").count() == 1


def test_what_is_missing_is_said_by_household_and_nothing_changes(as_, world, batch):
    cases = world.cases(batch)
    Giver(world).give(cases[:1], "collection")
    before = Entry.objects.count()
    answer = press(as_(world.cadre()), batch, **SOFT)
    assert answer.status_code == 409
    assert "还有 2 户没有入户调查记录" in text(answer)
    summary = text(answer).partition('class="error-summary"')[2].partition("</div>")[0]
    assert cases[1].head_name in summary
    assert cases[0].head_name not in summary
    assert "培训推迟" in text(answer)  # what was typed is still there
    assert set(cases.values_list("state", flat=True)) == {"listed"}
    assert Entry.objects.count() == before


def test_a_soft_gate_wants_a_word(as_, world, ready):
    answer = press(as_(world.cadre()), ready)
    assert answer.status_code == 422
    assert "已过方案规定的时间段" in text(answer)
    assert Batch.objects.get(pk=ready.pk).stage == "collection"


def test_the_second_of_two_reads_that_it_is_done(as_, world, ready):
    client = as_(world.cadre())
    press(client, ready, **SOFT)
    answer = press(client, ready, **SOFT)
    assert answer.status_code == 409
    assert "这件事刚才已有人办理" in text(answer)
    assert Entry.objects.filter(act="close", subject="batch").count() == 1


def test_who_has_not_the_right_is_told_so(as_, world, ready):
    client = as_(world.user(Role.DISTRICT_LEADER))
    answer = press(client, ready, **SOFT)
    assert answer.status_code == 403
    assert "您的职务不能办理此事" in text(answer)
    assert Batch.objects.get(pk=ready.pk).stage == "collection"


def test_chosen_households_pass_and_the_batch_stays(as_, world, batch):
    cases = world.cases(batch)
    Giver(world).give(cases[:2], "collection")
    client = as_(world.cadre())
    keys = [case.pk for case in cases]
    assert press(client, batch, "pass_chosen", cases=keys).status_code == 409
    assert set(cases.values_list("state", flat=True)) == {"listed"}  # all of them or none
    assert press(client, batch, "pass_chosen", cases=keys[:2]).status_code == 302
    assert cases.filter(state="collection").count() == 2
    assert Batch.objects.get(pk=batch.pk).stage == "collection"


def test_nobody_chosen_is_said(as_, world, batch):
    answer = press(as_(world.cadre()), batch, "pass_chosen")
    assert answer.status_code == 422
    assert "请先在名单中勾选户" in text(answer)


def test_one_household_is_split_off(as_, world, batch):
    case = world.cases(batch).first()
    client = as_(world.cadre())
    said = {"cases": [case.pk], "split_reason": "户主外出,月底返乡"}
    answer = press(client, batch, "split_off", **said)
    home = Batch.objects.get(split_from=batch)
    assert answer["Location"] == reverse("batch", args=[home.pk])
    assert Case.objects.get(pk=case.pk).batch_id == home.pk
    again = press(client, batch, "split_off", **said)
    assert again.status_code == 422
    assert "可能刚有人办理" in text(again)


def test_a_reason_is_asked_for_and_what_was_chosen_is_kept(as_, world, batch):
    case = world.cases(batch).first()
    answer = press(as_(world.cadre()), batch, "split_off", cases=[case.pk], split_reason="")
    assert answer.status_code == 422
    assert f'value="{case.pk}"' in text(answer)
    assert " checked" in text(answer).partition(f'value="{case.pk}"')[2].partition(">")[0]


def test_a_household_is_sent_back(as_, world, batch):
    giver = Giver(world)
    giver.give(world.cases(batch), "collection")
    client = as_(world.cadre())
    press(client, batch, **SOFT)
    batch.refresh_from_db()
    case = world.cases(batch).first()
    said = {
        "cases": [case.pk],
        "to_stage": "collection",
        "ground": Ground.PROCEDURE,
        "back_reason": "收入表缺页",
    }
    client = as_(world.officer())
    assert press(client, batch, "send_back", **said).status_code == 302
    home = Batch.objects.get(split_from=batch)
    assert home.stage == "collection"
    assert Case.objects.get(pk=case.pk).state == "listed"


@pytest.mark.parametrize(
    ("reason", "end"),
    [
        (Reason.PROCEDURE, "refused"),
        (Reason.HOUSEHOLD_WITHDREW, "withdrawn"),
        (Reason.DIED, "ceased"),
    ],
)
def test_a_household_ends(as_, world, batch, reason, end):
    case = world.cases(batch).first()
    said = {"cases": [case.pk], "end_reason": reason, "end_note": "说明一句"}
    assert press(as_(world.cadre()), batch, "end", **said).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.end_reason) == (end, reason)
    page = text(as_(world.cadre()).get(reverse("case", args=[case.pk])))
    assert "说明一句" in page


def test_a_bar_names_its_clause(as_, world, batch):
    case = world.cases(batch).first()
    said = {"cases": [case.pk], "end_reason": Reason.BAR, "end_note": "说明一句"}
    answer = press(as_(world.cadre()), batch, "end", **said)
    assert answer.status_code == 422
    assert "须指明是哪一条" in text(answer)


def test_a_day_long_past_wants_a_reason(as_, world, ready):
    world.on(date(2020, 10, 28))
    ready.refresh_from_db()
    client = as_(world.cadre())
    answer = press(client, ready, **SOFT)
    assert answer.status_code == 422
    done = press(client, ready, **SOFT, late_reason="停电,补录")
    assert done.status_code == 302


def test_papers_are_issued_and_downloaded(as_, world, ready):
    case = world.cases(ready).first()
    client = as_(world.cadre())
    assert client.post(reverse("issue_papers", args=[case.pk])).status_code == 302
    page = client.get(reverse("case", args=[case.pk]))
    paper = page.context["papers"][0]
    pdf = client.get(reverse("paper_pdf", args=[paper.pk]))
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Content-Disposition"].startswith("attachment")
    other = as_(world.cadre(world.villages[1]))
    assert other.get(reverse("paper_pdf", args=[paper.pk])).status_code == 404
