"""The desk of notices through its pages: drafted, released, hung, photographed, closed."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exitcase.core import clock, files
from exitcase.core.choices import Place, Role
from publicity import services as board
from publicity.choices import NoticeState
from publicity.models import Gap, Notice, NoticeItem, Posting
from publicity.services import PlaceSpec
from tests.verification import build
from tests.views.board import DAY, count, draft, hang_all, photo, said, sheet, text
from verification.models import Batch
from verification.services import notices


@pytest.fixture
def batch(world):
    made = world.batch(size=3)
    world.bring(made, "village_notice")
    return Batch.objects.get(pk=made.pk)


@pytest.fixture
def notice(world, batch):
    """A draft of the village's first cadre."""
    return draft(world, batch)


# ── draft and release ─────────────────────────────────────────────────────────────────────────


def test_a_village_drafts_its_one_list(as_, world, batch):
    client = as_(world.cadre())
    page = client.get(reverse("draft_notice", args=[batch.pk]))
    assert [line.place_name.value() for line in map(_line, page.context["page"].places)] == [
        "村部门口",
        "老井坪",
    ]
    assert page.context["page"].form["title"].value() == "2020年度贫困户脱贫村级公示"
    answer = client.post(reverse("draft_notice", args=[batch.pk]), sheet(batch))
    made = Notice.objects.get()
    assert answer["Location"] == reverse("notice_done", args=[made.pk, "drafted"])
    done = client.get(answer["Location"]).context["done"]
    assert done.title == "公示已拟好"
    assert world.cadre(n=1).name in done.told  # who may release it
    assert (made.households, made.persons, made.state) == (3, 9, NoticeState.DRAFT)
    assert made.postings.filter(required=True).count() == 2
    page = text(client.get(reverse("notice", args=[made.pk])))
    assert "您是拟稿人,须由另一人核发。" in page
    assert world.cadre(n=1).name in page


def _line(line):
    line.place_name = line["place_name"]
    return line


def test_what_is_wrong_with_a_draft_is_said_and_everything_kept(as_, world, batch):
    client = as_(world.cadre())
    sent = sheet(batch, title="公示 联系 13812345678")
    answer = client.post(reverse("draft_notice", args=[batch.pk]), sent)
    assert answer.status_code == 422
    assert "公示中不能出现公民身份号码、手机号码" in text(answer)
    assert 'value="公示 联系 13812345678"' in text(answer)
    sent = sheet(batch) | {f"village_board-{batch.village_id}-place_name": ""}
    assert client.post(reverse("draft_notice", args=[batch.pk]), sent).status_code == 422
    answer = client.post(reverse("draft_notice", args=[batch.pk]), sheet(batch, batches=[]))
    assert answer.status_code == 422
    assert not Notice.objects.exists()


def test_a_further_place_and_office_stand_on_the_notice(as_, world, batch):
    more = {"extra1-place_name": "小学门口", "office": "镇扶贫办", "phone": "0734-5660000"}
    client = as_(world.cadre())
    assert (
        client.post(reverse("draft_notice", args=[batch.pk]), sheet(batch, **more)).status_code
        == 302
    )
    place = Posting.objects.get(place_name="小学门口")
    assert (place.required, place.place) == (False, Place.IN_VILLAGE)
    contacts = Notice.objects.get().payload["contacts"]
    assert {"office": "镇扶贫办", "phone": "0734-5660000"} in contacts
    answer = client.post(reverse("draft_notice", args=[batch.pk]), sheet(batch, office="镇扶贫办"))
    assert answer.status_code == 404  # all its households hang already


def test_a_township_chooses_the_lists_that_hang_together(as_, world):
    made = [world.batch(village, 1) for village in world.villages]
    for one in made:
        world.bring(one, "township_notice")
    client = as_(world.officer())
    url = reverse("draft_notice", args=[made[0].pk])
    page = client.get(url).context["page"]
    assert [one.pk for one in page.beside] == [one.pk for one in made]
    done_on = world.day.isoformat()
    assert client.post(url, sheet(made[1], done_on=done_on)).status_code == 302
    first = Notice.objects.get(stage="township_notice")
    assert (first.region_id, first.households) == (build.TOWNSHIP, 1)
    assert [one.pk for one in client.get(url).context["page"].beside] == [made[0].pk]
    assert client.get(reverse("draft_notice", args=[made[1].pk])).status_code == 404


def test_no_draft_elsewhere_for_strangers_or_without_the_right(as_, world, batch):
    early = world.batch(size=1)
    client = as_(world.cadre())
    assert client.get(reverse("draft_notice", args=[early.pk])).status_code == 404
    url = reverse("draft_notice", args=[batch.pk])
    assert as_(world.cadre(world.villages[1])).get(url).status_code == 404
    leader = as_(world.user(Role.TOWNSHIP_LEADER))
    assert "本环节由村有职务的人办理" in text(leader.get(url))
    assert leader.post(url, sheet(batch)).status_code == 403
    assert not Notice.objects.exists()


def test_a_second_person_reads_what_the_public_will_and_releases(as_, world, notice):
    url = reverse("release_notice", args=[notice.pk])
    own = as_(world.cadre()).get(url)
    assert "可以核发的人" in text(own)
    assert 'class="figures"' not in text(own)  # nothing to press
    client = as_(world.cadre(n=1))
    page = text(client.get(url))
    for item in notice.items.all():
        assert item.head_name in page
    assert "只公开村民小组、户主姓名和人口" in page
    answer = client.post(url, {"done_on": DAY})
    assert answer["Location"] == reverse("notice_done", args=[notice.pk, "released"])
    notice.refresh_from_db()
    assert notice.released_by == world.cadre(n=1)
    done = client.get(answer["Location"]).context["done"]
    assert done.digest == notice.payload_sha256
    assert done.follows == "到 2 处张贴并登记:村部门口、老井坪"
    assert done.until == "全部张贴后公示不少于 7 天"
    for never in ("closed", "taken_down", "burnt"):
        assert client.get(reverse("notice_done", args=[notice.pk, never])).status_code == 404
    assert client.get(url).status_code == 302
    again = client.post(url, {"done_on": DAY})
    assert again.status_code == 422
    assert "该公示已核发或已撤下" in text(again)


def test_the_drafter_may_not_release(as_, world, notice):
    answer = as_(world.cadre()).post(reverse("release_notice", args=[notice.pk]), {"done_on": DAY})
    assert answer.status_code == 403
    notice.refresh_from_db()
    assert notice.released_by is None


def test_a_bad_day_is_said_at_the_release(as_, world, notice):
    answer = as_(world.cadre(n=1)).post(reverse("release_notice", args=[notice.pk]), {})
    assert answer.status_code == 422
    assert answer.context["form"].errors["done_on"]


# ── places ────────────────────────────────────────────────────────────────────────────────────


def test_it_hangs_place_by_place_and_the_term_begins(as_, world, notice):
    client = as_(world.cadre())
    board.release_notice(notice, by=world.cadre(n=1), done_on=world.day)
    first, second = notice.postings.order_by("pk")
    page = client.get(reverse("notice", args=[notice.pk]))
    assert page.context["said"] == ["还有 2 处未张贴"]
    sent = said("hang", hung_at="2020-10-09T08:30", photo=photo())
    answer = client.post(reverse("posting", args=[first.pk]), sent)
    assert answer["Location"] == reverse("posting", args=[second.pk])  # the next that waits
    sent = said("hang", hung_at="2020-10-09T08:40")
    client.post(reverse("posting", args=[second.pk]), sent)
    page = client.get(reverse("notice", args=[notice.pk]))
    assert page.context["said"] == ["还差 1 处照片", "公示期至 2020-10-16 24:00"]
    kept = first.photos.get().file
    assert (kept.mime, kept.encrypted, kept.kind) == ("image/jpeg", True, "photo")
    again = client.post(reverse("posting", args=[first.pk]), sent)
    assert again.status_code == 422
    assert "该地点已登记张贴" in text(again)


def test_before_release_nothing_hangs(as_, world, notice):
    place = notice.postings.first()
    client = as_(world.cadre())
    assert "该公示尚未核发,不能张贴" in text(client.get(reverse("posting", args=[place.pk])))
    sent = said("hang", hung_at="2020-10-09T08:30")
    answer = client.post(reverse("posting", args=[place.pk]), sent)
    assert answer.status_code == 422
    assert "由拟稿人以外的另一人核发" in text(answer)
    assert not Posting.objects.exclude(hung_at=None).exists()


def test_a_photo_is_a_photo(as_, world, notice):
    client = as_(world.cadre())
    hang_all(world, notice, client)
    place = notice.postings.first()
    scan = SimpleUploadedFile("a.pdf", b"%PDF-1.7")
    sent = said("photo", moment="between", taken_at="2020-10-09T08:40", photo=scan)
    answer = client.post(reverse("posting", args=[place.pk]), sent)
    assert answer.status_code == 422
    assert "不是照片(JPG 或 PNG)" in text(answer)
    sent = said("photo", moment="end", taken_at="2020-10-09T08:40", photo=photo())
    answer = client.post(reverse("posting", args=[place.pk]), sent)
    assert "期满照片拍得太早" in text(answer)
    sent = said("photo", moment="between", taken_at="2020-10-09T08:40", photo=photo())
    assert client.post(reverse("posting", args=[place.pk]), sent).status_code == 302
    assert [one.moment for one in place.photos.order_by("pk")] == ["start", "between"]


def test_a_photo_can_be_looked_at_by_who_is_inside(as_, world, notice):
    hang_all(world, notice, as_(world.cadre()))
    one = notice.postings.first().photos.get()
    url = reverse("posting_photo", args=[one.pk])
    seen = as_(world.officer()).get(url)
    assert (seen["Content-Type"], seen.content) == ("image/jpeg", files.get(one.file))
    assert as_(world.cadre(world.villages[1])).get(url).status_code == 404


def test_a_gap_makes_the_term_longer(as_, world, notice):
    client = as_(world.cadre())
    hang_all(world, notice, client)
    world.on(date(2020, 10, 13), hour=18)
    place = notice.postings.first()
    sent = said("gap", missing_from="2020-10-12T08:00", rehung_at="2020-10-13T10:00", photo=photo())
    answer = client.post(reverse("posting", args=[place.pk]), sent)
    assert answer.status_code == 302, answer.context["sent"].problems
    assert Gap.objects.get().posting == place
    before = notice.closes_at
    notice.refresh_from_db()
    assert notice.closes_at > before
    assert "缺挂" in text(client.get(reverse("posting", args=[place.pk])))


def test_what_is_above_hangs_in_the_village_which_finds_its_place(as_, world):
    """A list of the township: the village's people have no page of it, but one of their board."""
    made = world.batch(size=1)
    world.bring(made, "township_notice")
    stage = world.rules.stage("township_notice")
    above = notices.draft(
        Batch.objects.filter(pk=made.pk),
        stage.key,
        organ="镇人民政府",
        title="乡镇公示",
        places=[
            *notices.places_of(stage, [made.village_id], 2020),
            PlaceSpec(Place.VILLAGE_BOARD, "村部门口", made.village_id, required=False),
        ],
        by=world.officer(),
        done_on=world.day,
    )
    board.release_notice(above, by=world.user(Role.TOWNSHIP_LEADER), done_on=world.day)
    client = as_(world.cadre())
    assert client.get(reverse("notice", args=[above.pk])).status_code == 404
    (waiting,) = client.get(reverse("notices")).context["to_hang"]
    assert waiting.place_name == "村部门口"
    url = reverse("posting", args=[waiting.pk])
    assert url in text(client.get(reverse("todo")))
    assert url not in text(as_(world.officer()).get(reverse("todo")))
    client = as_(world.cadre())
    assert client.get(url).status_code == 200
    hour = clock.read().astimezone(clock.PLACE) - timedelta(minutes=5)
    sent = said("hang", hung_at=hour.strftime("%Y-%m-%dT%H:%M"), photo=photo())
    assert client.post(url, sent)["Location"] == url
    assert client.get(reverse("notices")).context["to_hang"] == []
    assert url not in text(client.get(reverse("todo")))
    town = above.postings.get(required=True)
    assert client.get(reverse("posting", args=[town.pk])).status_code == 404


def test_who_may_not_hang_is_told(as_, world, notice):
    board.release_notice(notice, by=world.cadre(n=1), done_on=world.day)
    url = reverse("posting", args=[notice.postings.first().pk])
    leader = as_(world.user(Role.TOWNSHIP_LEADER))
    assert "由所在村、乡镇有职务的人登记" in text(leader.get(url))
    assert leader.post(url, said("hang", hung_at="2020-10-09T08:30")).status_code == 403
    assert as_(world.cadre()).post(url, {"act": "burn"}).status_code == 404


# ── the end ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def over(as_, world, notice):
    """Its term is over; the photos of the end are there."""
    client = as_(world.cadre())
    hang_all(world, notice, client)
    world.on(clock.day_of(notice.closes_at))
    for place in notice.postings.all():
        sent = said("photo", moment="end", taken_at="2020-10-16T17:00", photo=photo())
        assert client.post(reverse("posting", args=[place.pk]), sent).status_code == 302
    return notice


def test_it_is_closed_by_typing_the_count(as_, world, over):
    client = as_(world.cadre())
    url = reverse("close_notice", args=[over.pk])
    page = client.get(url)
    assert page.context["check"].type_count == 3
    assert page.context["check"].exceptions == []
    day = world.day.isoformat()
    wrong = client.post(url, {"done_on": day, "typed_count": "4"})
    assert wrong.status_code == 422
    assert "请输入 3 确认" in text(wrong)
    answer = client.post(url, {"done_on": day, "typed_count": "3"}, follow=True)
    assert "公示已结束" in text(answer)
    assert "名单上没有异议的户可送下一环节" in text(answer)
    over.refresh_from_db()
    assert over.state == NoticeState.CLOSED
    second = client.post(url, {"done_on": day, "typed_count": "3"}, follow=True)
    assert "这件事刚才已有人办理" in text(second)
    assert client.get(url).status_code == 302


def test_nobody_closes_early_and_what_is_missing_is_said(as_, world, notice):
    client = as_(world.cadre())
    hang_all(world, notice, client)
    url = reverse("close_notice", args=[notice.pk])
    page = client.get(url)
    assert "有 1 份公示期限未满" in text(page)
    answer = client.post(url, {"done_on": DAY, "typed_count": "3"})
    assert answer.status_code == 409
    assert "有 1 份公示期限未满" in text(answer)
    notice.refresh_from_db()
    assert notice.state == NoticeState.HANGING


def test_a_notice_is_taken_down_with_a_reason_and_drafted_again(as_, world, batch, notice):
    client = as_(world.cadre())
    hang_all(world, notice, client)
    url = reverse("take_down_notice", args=[notice.pk])
    assert client.post(url, {"done_on": DAY, "why": "名单有误"}).status_code == 403
    township = as_(world.officer())
    assert township.post(url, {"done_on": DAY, "why": ""}).status_code == 422
    answer = township.post(url, {"done_on": DAY, "why": "名单有误"}, follow=True)
    assert "取下 2 处的公示:村部门口、老井坪" in text(answer)
    notice.refresh_from_db()
    assert notice.state == NoticeState.TAKEN_DOWN
    assert not NoticeItem.valid(notice=notice).exists()
    assert township.get(url).status_code == 302
    again = as_(world.cadre()).post(reverse("draft_notice", args=[batch.pk]), sheet(batch))
    assert again.status_code == 302
    assert Notice.objects.get(state=NoticeState.DRAFT).round == 2


def test_a_draft_is_thrown_away_by_who_may_draft(as_, world, notice):
    url = reverse("take_down_notice", args=[notice.pk])
    assert as_(world.cadre()).post(url, {"done_on": DAY, "why": "写错了"}).status_code == 302
    notice.refresh_from_db()
    assert notice.state == NoticeState.TAKEN_DOWN


# ── the way there ─────────────────────────────────────────────────────────────────────────────


def test_the_batch_leads_to_the_notice_and_the_task_to_its_release(as_, world, batch):
    client = as_(world.cadre())
    page = text(client.get(reverse("batch", args=[batch.pk])))
    assert reverse("draft_notice", args=[batch.pk]) in page
    made = draft(world, batch)
    page = text(client.get(reverse("batch", args=[batch.pk])))
    assert reverse("draft_notice", args=[batch.pk]) not in page
    assert reverse("notice", args=[made.pk]) in page
    task = text(as_(world.cadre(n=1)).get(reverse("todo")))
    assert reverse("release_notice", args=[made.pk]) in task


def test_pages_ask_as_often_for_thirty_households_as_for_two(as_, world):
    counts = []
    for at, size in enumerate((2, 30)):
        made = world.batch(world.villages[at], size)
        world.bring(made, "village_notice")
        client = as_(world.cadre(world.villages[at], n=1))
        asked = [count(client, reverse("draft_notice", args=[made.pk]))]
        one = draft(world, Batch.objects.get(pk=made.pk))
        asked += [
            count(client, reverse(name, args=[one.pk])) for name in ("release_notice", "notice")
        ]
        asked.append(count(client, reverse("posting", args=[one.postings.first().pk])))
        counts.append(asked)
    assert counts[0] == counts[1]


def test_the_list_asks_as_often_for_many_places_as_for_one(as_, world, batch):
    client = as_(world.officer())
    board.release_notice(draft(world, batch), by=world.cadre(n=1), done_on=world.day)
    client.get(reverse("notices"))
    few = count(client, reverse("notices"))
    for village in world.villages:
        made = world.batch(village, 1)
        world.bring(made, "village_notice")
        one = draft(world, Batch.objects.get(pk=made.pk))
        board.release_notice(one, by=world.cadre(village, n=1), done_on=world.day)
    assert count(client, reverse("notices")) == few
