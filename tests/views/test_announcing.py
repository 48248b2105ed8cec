"""公告: drafted after a count is typed, released by another; papers sent on; letters; originals."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exitcase.core.choices import Role
from publicity.models import Notice, Posting
from tests.verification import build
from tests.verification.upper import DAY, officer, on, stand
from verification.models import Batch, Case, Delivery, Original, StageRecord

DONE = DAY.isoformat()
NEXT = "2020-11-03"


@pytest.fixture
def cases(world):
    found = stand(world, "announcement", (3, 2))
    on(world)
    return found


def desk(world):
    return reverse("announce", args=[world.programme.pk, "announcement"])


def draft(world, region=build.DISTRICT):
    return reverse("draft_announcement", args=[world.programme.pk, "announcement", region])


def places(page, **more):
    names = [name for name in page.context["form"].fields if name.startswith("place-")]
    said = {name: f"地点{at}" for at, name in enumerate(names)}
    return said | {"done_on": DONE} | more


def scan():
    return SimpleUploadedFile("原件.pdf", b"%PDF-1.7 original")


def test_the_announcement_is_drafted_for_another_to_release(as_, world, cases):
    client = as_(officer(world))
    page = client.get(desk(world))
    assert [(one.code, one.households) for one in page.context["places"]] == [(build.DISTRICT, 5)]
    check = client.get(draft(world))
    assert "村部门口" in check.content.decode()
    wrong = client.post(draft(world), places(check, typed_count="4"))
    assert wrong.status_code == 422
    assert 'value="地点0"' in wrong.content.decode()
    assert not Notice.objects.exists()
    made = client.post(draft(world), places(check, typed_count="5"))
    assert made.status_code == 302, made.context["problems"]
    notice = Notice.objects.get()
    assert (notice.state, notice.households, notice.released_by) == ("draft", 5, None)
    assert made["Location"] == reverse("notice", args=[notice.pk])
    hung = Posting.objects.filter(notice=notice)
    assert set(hung.values_list("place_name", flat=True)) == {"地点0", "地点1", "地点2", "地点3"}
    assert notice.title in client.get(desk(world)).content.decode()
    again = client.get(draft(world))
    assert again.status_code == 404  # nobody waits any more


def test_who_may_not_announce_is_told(as_, world, cases):
    client = as_(world.user(Role.DISTRICT_LEADER))
    check = client.get(draft(world))
    assert client.post(draft(world), places(check, typed_count="5")).status_code == 403
    assert not Notice.objects.exists()
    stranger = as_(world.cadre(world.villages[1]))
    assert stranger.get(draft(world, world.villages[0])).status_code == 404


def test_a_paper_is_sent_on_once(as_, world, cases):
    batch = cases[0].batch
    url = reverse("convey", args=[batch.pk, "exit_letter"])
    client = as_(officer(world))
    assert f'href="{url}"' in client.get(desk(world)).content.decode()
    said = {"number": "告〔2020〕1号", "done_on": DONE}
    lacking = client.post(url, said)
    assert lacking.status_code == 422
    assert 'value="告〔2020〕1号"' in lacking.content.decode()
    assert client.post(url, said | {"file": scan()}).status_code == 302
    record = StageRecord.objects.get(batch=batch)
    assert (record.key, record.note) == ("exit_letter", "告〔2020〕1号")
    second = client.post(url, said | {"file": scan()})
    assert second.status_code == 422
    assert "这份文书已经送出" in second.content.decode()
    assert client.get(reverse("convey", args=[batch.pk, "minutes"])).status_code == 404
    assert as_(world.cadre()).post(url, said | {"file": scan()}).status_code == 403


def test_letters_are_handed_over_to_the_chosen(as_, world, cases):
    batch = cases[0].batch
    Case.objects.filter(pk__in=[cases[0].pk, cases[1].pk]).update(state="granted")
    Case.objects.filter(pk=cases[2].pk).update(state="refused", end_reason="bar", end_note="x")
    url = reverse("letters", args=[batch.pk])
    client = as_(world.cadre())
    page = client.get(url)
    assert [(end, len(due)) for end, _kind, due, _form in page.context["groups"]] == [
        ("granted", 2),
        ("refused", 1),
    ]
    said = {"end": "granted", "cases": [cases[0].pk, cases[1].pk], "done_on": DONE}
    named = client.post(url, said | {"receiver": "欧运生"})
    assert named.status_code == 422
    assert "写明签收人时,一次只登记一户" in named.content.decode()
    assert 'value="欧运生"' in named.content.decode()
    assert client.post(url, said).status_code == 302
    given = Delivery.objects.order_by("case")
    batch_page = client.get(reverse("batch", args=[batch.pk])).content.decode()
    assert "送达告知书(还有 1 户)" in batch_page
    assert f'href="{url}"' in batch_page
    assert [(one.case, one.paper_kind, one.receiver) for one in given] == [
        (case, "exit_letter", case.head_name) for case in cases[:2]
    ]
    second = client.post(url, said)
    assert second.status_code == 422
    other = as_(world.cadre(world.villages[1]))
    assert other.get(url).status_code == 404
    refused = {"end": "refused", "cases": [cases[2].pk], "done_on": DONE}
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert leader.post(url, refused).status_code == 403
    assert leader.post(url, refused | {"end": "nonsense"}).status_code == 404


@pytest.fixture
def filed(world):
    found = stand(world, "filing", (2,))
    Case.objects.filter(pk__in=found.values("pk")).update(state="granted")
    on(world)
    return Batch.objects.get(pk=Batch.objects.filter(stage="filing").get().pk)


def test_the_originals_are_filed_one_by_one(as_, world, filed):
    url = reverse("file_originals", args=[filed.pk])
    client = as_(world.officer())
    page = client.get(url)
    assert page.context["missing"] == ["check_result", "approval", "announcement"]
    assert page.content.decode().count("缺原件") == 3
    said = {"kind": "approval", "approval-number": "BA-1", "approval-done_on": DONE}
    lacking = client.post(url, said)
    assert lacking.status_code == 422
    assert 'value="BA-1"' in lacking.content.decode()
    assert client.post(url, said | {"approval-file": scan()}).status_code == 302
    kept = Original.objects.get()
    assert (kept.paper_kind, kept.number, kept.filed_on) == ("approval", "BA-1", DAY)
    assert client.get(reverse("scan", args=["original", kept.pk])).content == b"%PDF-1.7 original"
    again = client.post(url, said | {"approval-file": scan()})
    assert again.status_code == 422
    assert "这种原件已经备案" in again.content.decode()
    leader = as_(world.user(Role.TOWNSHIP_LEADER))
    more = {"kind": "announcement", "announcement-number": "BA-2", "announcement-done_on": DONE}
    assert leader.post(url, more | {"announcement-file": scan()}).status_code == 403
    assert as_(world.cadre(world.villages[1])).get(url).status_code == 404


def test_the_batch_leads_to_its_desks(as_, world, cases, filed):
    client = as_(officer(world))
    page = client.get(reverse("batch", args=[cases[0].batch_id])).content.decode()
    assert f'href="{desk(world)}"' in page
    page = client.get(reverse("batch", args=[filed.pk])).content.decode()
    assert f'href="{reverse("file_originals", args=[filed.pk])}"' in page
