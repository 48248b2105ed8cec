"""The forms of a batch: what may happen happens once, what may not says why and changes nothing."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exitcase.core.choices import Ground, Reason, Role
from exitcase.core.models import Entry
from tests.verification.facts import Giver
from verification.models import Batch, Case, Signature, Statement, Vote
from verification.models.statements import StatementKind

# The plan's preparation is over on the day of these tests, and nothing is on record of it.
SOFT = {"why_within_window": "培训推迟", "why_records_noted": "已口头布置"}


def press(client, batch, name="advance", **more):
    said = {"stage": batch.stage, "version": batch.version, "done_on": "2020-10-09", **more}
    return client.post(reverse(name, args=[batch.pk]), said)


def surely(client, batch, name, **more):
    """Read what follows, type the count where one is asked, and do it."""
    page = press(client, batch, name, **more)
    assert page.status_code == 200, page.context["answer"].problems
    count = page.context["check"].type_count
    typed = {} if count is None else {"typed_count": count}
    return press(client, batch, name, **more, seen="1", **typed)


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
    page = press(client, batch, "split_off", **said)
    assert page.status_code == 200
    figures = dict(page.context["check"].figures)
    assert (figures["带走"], figures["留下"]) == ("1 户 3 人", "2 户 6 人")
    assert "可以:本环节的文书计入任一批次之前" in text(page)
    assert case.head_name in text(page)
    assert not Batch.objects.filter(split_from=batch).exists()
    answer = press(client, batch, "split_off", **said, seen="1")
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
    assert surely(client, batch, "send_back", **said).status_code == 302
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
    assert surely(as_(world.cadre()), batch, "end", **said).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.end_reason) == (end, reason)
    page = text(as_(world.cadre()).get(reverse("case", args=[case.pk])))
    assert "说明一句" in page


def test_what_is_sent_back_is_told_what_becomes_void_and_counted(as_, world):
    batch = world.bring(world.batch(size=3), "village_notice")
    keys = [case.pk for case in world.cases(batch)[:2]]
    said = {
        "cases": keys,
        "to_stage": "appraisal",
        "ground": Ground.PROCEDURE,
        "back_reason": "会议记录缺签字",
    }
    client = as_(world.officer())
    page = press(client, batch, "send_back", **said)
    assert page.status_code == 200
    void = dict(page.context["check"].follows)["作废"]
    n = Signature.valid(case__in=keys).count()
    assert f"表决 2 件、签字 {n} 件" in void
    assert "此事不能撤回。请输入 2 确认" in text(page)
    wrong = press(client, batch, "send_back", **said, seen="1", typed_count="3")
    assert wrong.status_code == 422
    assert "请输入 2 确认" in text(wrong)
    assert 'value="会议记录缺签字"' in text(wrong)
    assert not Batch.objects.filter(split_from=batch).exists()
    assert press(client, batch, "send_back", **said, seen="1", typed_count="2").status_code == 302
    assert Vote.valid(case__in=keys).count() == 0


def test_the_check_page_is_not_for_who_has_not_the_right(as_, world, batch):
    case = world.cases(batch).first()
    client = as_(world.user(Role.DISTRICT_LEADER))
    split = {"cases": [case.pk], "split_reason": "月底返乡"}
    ends = {"cases": [case.pk], "end_reason": Reason.DIED, "end_note": "户主病故,户内无人"}
    back = {"cases": [case.pk], "to_stage": "collection", "ground": Ground.NOT_MET}
    assert press(client, batch, "split_off", **split).status_code == 403
    assert press(client, batch, "end", **ends).status_code == 403
    assert press(client, batch, "send_back", **back, back_reason="不符").status_code == 403


def test_the_paper_of_a_withdrawal_is_kept(as_, world, batch):
    case = world.cases(batch).first()
    client = as_(world.cadre())
    said = {"cases": [case.pk], "end_reason": Reason.HOUSEHOLD_WITHDREW, "end_note": "举家外出"}
    page = press(client, batch, "end", **said)
    assert 'enctype="multipart/form-data"' in text(page)
    assert 'name="paper"' in text(page)
    paper = SimpleUploadedFile("撤回申请.pdf", b"%PDF-1.7 letter")
    answer = press(client, batch, "end", **said, seen="1", typed_count="1", paper=paper)
    assert answer.status_code == 302
    kept = Statement.objects.get(case=case)
    assert (kept.kind, kept.file.name) == (StatementKind.WITHDRAWAL, "撤回申请.pdf")


# ── the whole batch ───────────────────────────────────────────────────────────────────────────


def at(batch, **more):
    batch.refresh_from_db()
    return {"stage": batch.stage, "version": batch.version, "done_on": "2020-10-09", **more}


def test_the_whole_batch_goes_back_after_what_that_undoes_is_told(as_, world):
    batch = world.bring(world.batch(size=2), "village_notice")
    where = reverse("send_back_all", args=[batch.pk])
    client = as_(world.officer())
    assert where in text(client.get(reverse("batch", args=[batch.pk])))
    page = client.get(where)
    assert "民主评议;作废:表决 2 件" in text(page)
    said = at(batch, to_stage="appraisal", ground=Ground.PROCEDURE, back_reason="未回避")
    wrong = client.post(where, said | {"typed_count": "1"})
    assert wrong.status_code == 422
    assert 'value="未回避"' in text(wrong)
    answer = client.post(where, said | {"typed_count": "2"})
    assert answer.status_code == 302, answer.context["page"].sent.problems
    batch.refresh_from_db()
    assert (batch.stage, Vote.valid(case__batch=batch).count()) == ("appraisal", 0)
    again = client.post(where, said | {"typed_count": "2"})
    assert again.status_code == 409
    assert "批次刚刚变动" in text(again)


def test_a_batch_that_was_split_off_is_merged_again(as_, world, batch):
    case = world.cases(batch).first()
    client = as_(world.cadre())
    surely(client, batch, "split_off", cases=[case.pk], split_reason="月底返乡")
    home = Batch.objects.get(split_from=batch)
    where = reverse("merge", args=[home.pk])
    assert where in text(client.get(reverse("batch", args=[home.pk])))
    page = client.get(where)
    assert "第1批:2 户 6 人" in text(page)
    assert " checked" not in text(page).partition('id="id_into"')[2].partition("</fieldset>")[0]
    empty = client.post(where, at(home, merge_reason="补签已齐"))
    assert empty.status_code == 422
    assert "补签已齐" in text(empty)
    answer = client.post(where, at(home, merge_reason="补签已齐", into=batch.pk))
    assert answer["Location"] == reverse("batch", args=[batch.pk])
    home.refresh_from_db()
    assert (home.stage, home.merged_into_id) == ("closed", batch.pk)
    assert client.get(where).status_code == 404
    assert world.cases(batch).count() == 3


def test_a_batch_alone_offers_no_merger(as_, world, batch):
    page = text(as_(world.cadre()).get(reverse("batch", args=[batch.pk])))
    assert reverse("merge", args=[batch.pk]) not in page
    other = world.batch(world.villages[1], 1)
    client = as_(world.officer())
    said = at(batch, merge_reason="一起办", into=other.pk)
    assert client.post(reverse("merge", args=[batch.pk]), said).status_code == 422


def test_the_moves_of_a_whole_batch_are_of_who_has_the_right(as_, world, batch):
    client = as_(world.cadre())  # a village sends nothing back
    said = at(batch, to_stage="collection", ground=Ground.NOT_MET, back_reason="不符")
    where = reverse("send_back_all", args=[batch.pk])
    assert client.post(where, said | {"typed_count": "3"}).status_code == 403
    assert where not in text(client.get(reverse("batch", args=[batch.pk])))


# ── 反悔 ──────────────────────────────────────────────────────────────────────────────────────


def retracted(client, case, **more):
    said = {"done_on": "2020-10-09", "text": "签字时不清楚收入怎样算", **more}
    if "paper" not in said:
        said["paper"] = SimpleUploadedFile("反悔声明.pdf", b"%PDF-1.7 word")
    return client.post(reverse("retract", args=[case.pk]), said)


def test_a_household_takes_its_consent_back_and_signs_anew(as_, world):
    batch = world.bring(world.batch(size=2), "village_notice")
    case = world.cases(batch).first()
    client = as_(world.cadre())
    where = reverse("retract", args=[case.pk])
    assert where in text(client.get(reverse("case", args=[case.pk])))
    page = client.get(where)
    n = Signature.valid(case=case, stage="sign_off").count()
    title = world.rules.stage("sign_off").title
    assert f"重新签字:回到「{title}」,作废:签字 {n} 件" in text(page)
    assert " checked" not in text(page)
    answer = retracted(client, case)
    assert answer.status_code == 422  # nothing is chosen for it
    assert "签字时不清楚收入怎样算" in text(answer)
    answer = retracted(client, case, wants="again")
    assert answer.status_code == 302, answer.context["sent"].problems
    case.refresh_from_db()
    assert (case.batch.stage, case.state) == ("sign_off", "appraisal")
    assert Statement.objects.get(case=case).kind == StatementKind.RETRACTION


def test_a_household_that_takes_its_consent_back_may_leave_the_list(as_, world):
    batch = world.bring(world.batch(size=1), "village_notice")
    case = world.cases(batch).get()
    client = as_(world.cadre())
    assert retracted(client, case, wants="out").status_code == 302
    case.refresh_from_db()
    assert (case.state, case.end_reason) == ("withdrawn", Reason.HOUSEHOLD_WITHDREW)
    assert client.get(reverse("retract", args=[case.pk])).status_code == 404


def test_who_never_signed_has_nothing_to_take_back(as_, world, batch):
    case = world.cases(batch).first()
    client = as_(world.cadre())
    page = client.get(reverse("retract", args=[case.pk]))
    assert "没有签字认可" in text(page)
    assert "<textarea" not in text(page)
    assert retracted(client, case, wants="again").status_code == 422
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert leader.get(reverse("retract", args=[case.pk])).status_code == 200
    signed = world.cases(world.bring(world.batch(size=1), "village_notice")).get()
    assert retracted(leader, signed, wants="out").status_code == 403


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
