"""送审 through its pages: checked, sent, taken in, given back, called back; and 零上报."""

import pytest
from django.urls import reverse

from exitcase.core.choices import Role
from exitcase.core.models import Paper
from tests.verification import build, upper
from tests.verification.facts import Giver
from verification.models import Batch, Submission, SubmissionItem
from verification.services import submissions as work

VILLAGE, TOWNSHIP = "village_submission", "township_submission"
DAY = "2020-10-09"


@pytest.fixture
def batch(world):
    made = world.batch(size=3)
    upper.put(world, VILLAGE, [made])
    return Batch.objects.get(pk=made.pk)


def place(world, stage=VILLAGE, region=""):
    return reverse("submit", args=[world.programme.pk, stage, region or world.villages[0]])


def looked_at(page) -> str:
    return page.context["form"]["seen"].value()


def press(client, url, **more):
    said = {"done_on": DAY, "seen": looked_at(client.get(url)), **more}
    return client.post(url, said)


def text(response) -> str:
    return response.content.decode()


def pending(world, region="", stage=VILLAGE):
    """A submission nobody has answered."""
    batches = Batch.objects.filter(stage=stage)
    code = region or world.villages[0]
    by = world.cadre() if stage == VILLAGE else world.officer()
    return work.submit(batches, stage, region=code, sent_on=world.day, by=by)


def test_the_check_page_counts_in_households_and_persons(as_, world, batch):
    build.households(world.villages[0], 2)
    page = as_(world.cadre()).get(place(world))
    persons = sum(case.persons for case in world.cases(batch))
    figures = dict(page.context["check"].figures)
    assert figures["本次送审"] == f"3 户 {persons} 人"
    assert figures["累计送审"] == f"3 户 {persons} 人"
    assert figures["尚未报"].startswith("2 户 ")
    assert page.context["check"].receiver == world.rules.organ("township_government").title
    assert "上级接收前可以撤回" in text(page)
    assert not Submission.objects.exists()


def test_what_is_in_the_way_is_named_but_not_what_sending_brings(as_, world, batch):
    case = world.cases(batch).first()
    giver = Giver(world)
    giver.give([case], "appraisal")
    case.signatures.update(scan=None)
    page = as_(world.cadre()).get(place(world))
    ((_place, blockers),) = page.context["check"].missing
    assert [one.key for one in blockers if one.households] == ["scanned"]
    assert reverse("case", args=[case.pk]) in text(page)
    assert "不在送审名单上" not in text(page)


def test_a_list_is_sent_and_its_number_and_hash_are_shown(as_, world, batch):
    client = as_(world.cadre())
    answer = press(client, place(world))
    row = Submission.objects.get()
    assert answer["Location"] == reverse("submission_sent", args=[row.pk])
    assert (row.households, row.region_id, row.sent_by) == (3, world.villages[0], world.cadre())
    done = text(client.get(answer["Location"]))
    assert row.list_sha256 in done
    assert "第1村「村送审」第 1 次" in done


def test_a_second_click_says_it_has_gone(as_, world, batch):
    client = as_(world.cadre())
    url = place(world)
    said = {"done_on": DAY, "seen": looked_at(client.get(url))}
    assert client.post(url, said).status_code == 302
    again = client.post(url, said)
    assert again.status_code == 422
    assert "所选批次的户都已送审" in text(again)
    assert Submission.objects.count() == 1
    page = client.get(url)
    assert page.status_code == 200
    assert reverse("submission", args=[Submission.objects.get().pk]) in text(page)


def test_a_list_that_has_changed_since_is_not_sent(as_, world, batch):
    client = as_(world.cadre())
    url = place(world)
    seen = looked_at(client.get(url))
    late = world.batch(size=1)
    upper.put(world, VILLAGE, [late])
    answer = client.post(url, {"done_on": DAY, "seen": seen, "late_reason": "留着"})
    assert answer.status_code == 422
    assert "名单在您查看之后有变动" in text(answer)
    assert 'value="留着"' in text(answer)
    assert not Submission.objects.exists()
    said = {"done_on": DAY, "seen": looked_at(answer)}
    assert client.post(url, said).status_code == 302
    assert Submission.objects.get().households == 4


def test_a_batch_may_be_left_for_now(as_, world, batch):
    late = world.batch(size=1)
    upper.put(world, VILLAGE, [late])
    client = as_(world.cadre())
    page = client.get(place(world))
    leave = next(one.without for one in page.context["parts"] if one.batch.pk == late.pk)
    url = place(world) + leave
    page = client.get(url)
    assert dict(page.context["check"].figures)["本次送审"].startswith("3 户 ")
    assert page.context["check"].stays == ["第1村 补1,1 户:本次暂不送"]
    assert press(client, url).status_code == 302
    assert set(SubmissionItem.objects.values_list("case__batch", flat=True)) == {batch.pk}


def test_a_day_that_cannot_be_is_said_and_kept(as_, world, batch):
    answer = press(as_(world.cadre()), place(world), done_on="2020-13-01")
    assert answer.status_code == 422
    assert 'value="2020-13-01"' in text(answer)
    assert not Submission.objects.exists()


def test_nothing_to_send_is_a_report_too(as_, world, batch):
    client = as_(world.cadre(world.villages[1]))
    (zero,) = client.get(reverse("submissions")).context["zero"]
    page = client.get(zero.href)
    assert page.context["check"].act.words == "零上报"
    assert press(client, zero.href).status_code == 302
    row = Submission.objects.get()
    assert (row.households, row.region_id) == (0, world.villages[1])
    # Who has a list has no nothing to report.
    assert as_(world.cadre()).get(reverse("submissions")).context["zero"] == []


def test_the_township_sends_all_its_villages_in_one(as_, world):
    made = [world.batch(village, 2) for village in world.villages]
    for one in made:
        Giver(world).give(world.cases(one), VILLAGE)
    upper.put(world, TOWNSHIP, made)
    client = as_(world.officer())
    url = place(world, TOWNSHIP, build.TOWNSHIP)
    page = client.get(url)
    assert [one.households for one in page.context["parts"]] == [2, 2]
    assert press(client, url).status_code == 302
    assert Submission.objects.get(stage=TOWNSHIP).households == 4


def test_who_may_not_send_is_told_and_a_stranger_finds_nothing(as_, world, batch):
    assert as_(world.user(Role.DISTRICT_LEADER)).get(place(world)).status_code == 403
    assert as_(world.cadre(world.villages[1])).get(place(world)).status_code == 404
    client = as_(world.cadre())
    assert client.get(place(world, "appraisal")).status_code == 404
    assert client.get(place(world, TOWNSHIP)).status_code == 404
    assert client.get(place(world, region="430412100999")).status_code == 404
    strange = reverse("submit", args=[world.programme.pk + 99, VILLAGE, world.villages[0]])
    assert client.get(strange).status_code == 404


# ── the other side ────────────────────────────────────────────────────────────────────────────


def test_the_batch_page_leads_to_the_desk_and_then_to_the_receipt(as_, world, batch):
    client = as_(world.cadre())
    url = reverse("batch", args=[batch.pk])
    assert place(world) in text(client.get(url))
    row = pending(world)
    page = text(client.get(url))
    assert place(world) not in page
    assert reverse("submission", args=[row.pk]) in page


def test_the_township_takes_it_in(as_, world, batch):
    row = pending(world)
    client = as_(world.officer())
    page = client.get(reverse("submission", args=[row.pk]))
    assert page.context["may"]["receive"]
    assert world.cases(batch).first().head_name in text(page)
    url = reverse("receive_submission", args=[row.pk])
    answer = client.post(url, {"receive-done_on": DAY})
    assert answer["Location"] == reverse("submission", args=[row.pk])
    row.refresh_from_db()
    assert (row.received_by, row.received_on.isoformat()) == (world.officer(), DAY)
    again = client.post(url, {"receive-done_on": DAY})
    assert again.status_code == 422
    assert "这份送审材料已经接收" in text(again)


def test_it_is_not_taken_in_before_it_was_sent(as_, world, batch):
    row = pending(world)
    url = reverse("receive_submission", args=[row.pk])
    answer = as_(world.officer()).post(url, {"receive-done_on": "2020-10-08"})
    assert answer.status_code == 422
    assert "接收日期早于送审日期" in text(answer)
    assert 'value="2020-10-08"' in text(answer)


def test_it_is_given_back_with_a_reason(as_, world, batch):
    row = pending(world)
    client = as_(world.officer())
    url = reverse("return_submission", args=[row.pk])
    blank = client.post(url, {"return-done_on": DAY, "return-why": ""})
    assert blank.status_code == 422
    assert SubmissionItem.valid(submission=row).exists()
    said = {"return-done_on": DAY, "return-why": "名单缺第3页"}
    assert client.post(url, said).status_code == 302
    assert "名单缺第3页" in text(client.get(reverse("submission", args=[row.pk])))
    assert not SubmissionItem.valid(submission=row).exists()


def test_the_sender_calls_it_back_until_it_was_received(as_, world, batch):
    row = pending(world)
    client = as_(world.cadre())
    url = reverse("recall_submission", args=[row.pk])
    said = {"recall-done_on": DAY, "recall-why": "填报日期有误"}
    assert client.post(url, said).status_code == 302
    assert not SubmissionItem.valid(submission=row).exists()
    other = pending(world)
    work.receive(other, by=world.officer(), received_on=world.day)
    late = client.post(reverse("recall_submission", args=[other.pk]), said)
    assert late.status_code == 422
    assert "这份送审材料已经接收" in text(late)


def test_sender_and_stranger_may_not_take_it_in(as_, world, batch):
    row = pending(world)
    url = reverse("receive_submission", args=[row.pk])
    assert as_(world.cadre()).post(url, {"receive-done_on": DAY}).status_code == 403
    other = as_(world.cadre(world.villages[1]))
    assert other.post(url, {"receive-done_on": DAY}).status_code == 404
    assert other.get(reverse("submission", args=[row.pk])).status_code == 404
    row.refresh_from_db()
    assert row.received_on is None


def test_the_sender_of_the_level_above_is_told_to_leave_it_to_another(as_, world, batch):
    by = world.officer()  # the township may enter what a village brings
    row = work.submit(
        Batch.objects.filter(pk=batch.pk),
        VILLAGE,
        region=world.villages[0],
        sent_on=world.day,
        by=by,
    )
    page = as_(by).get(reverse("submission", args=[row.pk]))
    assert not page.context["may"]["receive"]
    assert "送审人自己不能接收" in text(page)
    answer = as_(by).post(reverse("receive_submission", args=[row.pk]), {"receive-done_on": DAY})
    assert answer.status_code == 403


def test_its_papers_are_issued_and_stand_in_the_list(as_, world, batch, monkeypatch):
    row = pending(world)
    issued = []

    def issue(drafts, **_more):
        issued.extend(drafts)
        return issued

    monkeypatch.setattr("verification.views.receiving.issue_many", issue)
    client = as_(world.cadre())
    answer = client.post(reverse("issue_submission", args=[row.pk]))
    assert answer.status_code == 302
    assert [one.subject for one in issued] == [
        ("submission", str(row.pk)),
        ("submission", str(row.pk)),
        ("submission_public", str(row.pk)),
    ]
    paper = Paper.objects.create(
        kind="submission_form",
        title="脱贫验收送审表",
        subject_kind="submission",
        subject_id=str(row.pk),
        region_id=world.villages[0],
        facts_sha256="0" * 64,
        issued_on=world.day,
        pdf=world.file(),
    )
    assert reverse("paper_pdf", args=[paper.pk]) in text(client.get(reverse("submissions")))


@pytest.mark.parametrize(
    ("state", "found"), [("", 2), ("pending", 1), ("recalled", 1), ("received", 0), ("returned", 0)]
)
def test_the_list_filters(as_, world, batch, state, found):
    work.recall(pending(world), by=world.cadre(), done_on=world.day, reason="有误")
    pending(world)
    page = as_(world.cadre()).get(reverse("submissions"), {"state": state})
    assert page.context["page"].paginator.count == found
