"""The meeting and the grid of votes: what is typed comes in by one service call, or not at all."""

import struct
import zlib
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from exitcase.core import files
from exitcase.core.choices import Post, Role
from exitcase.core.models import Entry
from tests.verification import play
from tests.verification.facts import Giver
from verification.models import Attendance, Batch, Meeting, Vote
from verification.services.specs import AttendanceSpec

NAMES = ["向光明", "石爱莲", "彭国良", "贺志强", "阳春桃", "欧运生"]


def bomb(side=30_000):
    """A PNG of a few bytes that says it is 900 million pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IDAT"


@pytest.fixture
def batch(world):
    made = world.batch(size=4)
    world.bring(made, "appraisal")
    return Batch.objects.get(pk=made.pk)


@pytest.fixture
def meeting(world, batch):
    return play.meeting(world, batch, present=12)


def sheet(names=NAMES, away=(), **more):
    said = {
        "number": "评议2020-1",
        "held_on": "2020-10-09",
        "place": "村委会会议室",
        "chair": names[0],
        "recorder": names[1],
        "done_on": "2020-10-09",
        "came-TOTAL_FORMS": str(len(names) + 2),
        "came-INITIAL_FORMS": "0",
    }
    for at, name in enumerate(names):
        said |= {f"came-{at}-name": name, f"came-{at}-post": "village_rep"}
        if name not in away:
            said |= {f"came-{at}-present": "on", f"came-{at}-signed": "on"}
    return said | more


def votes(cases, **of_one):
    said = {"done_on": "2020-10-09"}
    for case in cases:
        for name, value in of_one.items():
            said[f"c{case.pk}-{name}"] = value
    return said


def test_a_meeting_is_held_and_the_grid_follows(as_, world, batch):
    client = as_(world.cadre())
    page = client.get(reverse("hold_meeting", args=[batch.pk]))
    assert "向光明" in page.content.decode()  # who holds a post today stands on a line already
    answer = client.post(
        reverse("hold_meeting", args=[batch.pk]), sheet(away=["欧运生"], draft="a-draft")
    )
    held = Meeting.objects.get()
    assert (held.expected, held.present, held.minutes) == (6, 5, None)
    assert set(held.attendances.filter(present=False).values_list("name", flat=True)) == {"欧运生"}
    assert answer["Location"] == reverse("ballots", args=[held.pk])
    grid = client.get(answer["Location"])
    assert [one.extra_tags for one in grid.context["messages"]] == ["a-draft"]


def test_the_minutes_come_as_a_photo_without_where_it_was_taken(as_, world, batch, tmp_path):
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (27.0, 14.0, 0.0)}
    taken = tmp_path / "会议记录.jpg"
    Image.new("RGB", (400, 300), "white").save(taken, exif=exif)
    sent = SimpleUploadedFile("会议记录.png", taken.read_bytes())
    client = as_(world.cadre())
    answer = client.post(reverse("hold_meeting", args=[batch.pk]), sheet(minutes=sent))
    assert answer.status_code == 302
    kept = Meeting.objects.get().minutes
    assert (kept.name, kept.mime, kept.encrypted) == ("会议记录.jpg", "image/jpeg", True)
    assert b"Exif" not in files.get(kept)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"MZ\x90", "不是 PDF、JPG 或 PNG 文件"),
        (b"\xff\xd8\xff\xe0 no picture", "图片已损坏或打不开"),
        (bomb(), "图片已损坏或打不开"),
        (b"%PDF-1.7" + b" " * (20 * 1024 * 1024), "文件超过 20 MB"),
    ],
)
def test_what_is_no_scan_is_said_and_the_sheet_kept(as_, world, batch, data, words):
    sent = SimpleUploadedFile("minutes.pdf", data)
    answer = as_(world.cadre()).post(reverse("hold_meeting", args=[batch.pk]), sheet(minutes=sent))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert words in text
    assert 'value="欧运生"' in text
    assert not Meeting.objects.exists()


def test_a_name_twice_is_refused_with_everything_kept(as_, world, batch):
    answer = as_(world.cadre()).post(
        reverse("hold_meeting", args=[batch.pk]), sheet([*NAMES, "向光明"])
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "同一人登记了两次" in text
    assert 'value="村委会会议室"' in text
    assert not Attendance.objects.exists()


def test_no_meeting_where_the_batch_is_elsewhere(as_, world):
    early = world.batch(size=1)
    client = as_(world.cadre())
    assert client.get(reverse("hold_meeting", args=[early.pk])).status_code == 404


def test_all_in_favour_and_exceptions(as_, world, batch, meeting):
    cases = list(world.cases(batch))
    said = votes(cases[:3], yes="12", no="0", abstained="0", recused="0")
    said |= votes(cases[3:], yes="5", no="6", abstained="1", recused="0", note="收入须再核实")
    client = as_(world.cadre())
    answer = client.post(reverse("ballots", args=[meeting.pk]), said)
    assert answer.status_code == 302, answer.context["problems"]
    assert [vote.yes for vote in Vote.objects.order_by("case")] == [12, 12, 12, 5]
    page = client.get(reverse("ballots", args=[meeting.pk]))
    assert page.context["states"] == {"done": 3, "no": 1, "bad": 0, "todo": 0}
    assert "收入须再核实" in page.content.decode()
    assert Entry.objects.filter(act="vote", subject="case").count() == 4


def test_a_row_left_empty_is_not_yet_entered(as_, world, batch, meeting):
    cases = list(world.cases(batch))
    client = as_(world.cadre())
    answer = client.post(reverse("ballots", args=[meeting.pk]), votes(cases[:1], yes="12"))
    assert answer.status_code == 302
    assert Vote.objects.count() == 1
    page = client.get(reverse("ballots", args=[meeting.pk]))
    assert page.context["states"] == {"done": 1, "no": 0, "bad": 0, "todo": 3}


def test_a_miscount_is_said_at_its_row_and_nothing_is_entered(as_, world, batch, meeting):
    cases = list(world.cases(batch))
    said = votes(cases[:3], yes="12", no="0", abstained="0")
    said |= votes(cases[3:], yes="8", no="3", abstained="0")
    answer = as_(world.cadre()).post(reverse("ballots", args=[meeting.pk]), said)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "合计 11 票,应为实到 12 人减回避 0 人,即 12 票" in text
    assert answer.context["states"] == {"done": 3, "no": 0, "bad": 1, "todo": 0}
    assert not Vote.objects.exists()


def test_whoever_must_stand_aside_is_named_and_filled_in(as_, world, batch):
    case = world.cases(batch).first()
    came = [
        *play.attendances(present=12),
        AttendanceSpec(name=case.head_name, post=Post.VILLAGER),
    ]
    meeting = play.meeting(world, batch, attendances=came)
    client = as_(world.cadre())
    url = reverse("ballots", args=[meeting.pk])
    row = next(row for row in client.get(url).context["rows"] if row.case == case)
    assert (row.aside, row["recused"].value()) == (1, 1)
    answer = client.post(url, votes([case], yes="13", no="0", abstained="0", recused="0"))
    assert answer.status_code == 422
    assert f"须回避:{case.head_name}" in answer.content.decode()
    assert client.post(url, votes([case], yes="12", recused="1")).status_code == 302


def test_nothing_entered_is_said(as_, world, batch, meeting):
    answer = as_(world.cadre()).post(
        reverse("ballots", args=[meeting.pk]), {"done_on": "2020-10-09"}
    )
    assert answer.status_code == 422
    assert "还没有填写任何一户的票数" in answer.content.decode()


def test_who_has_not_the_right_is_told_and_a_stranger_finds_nothing(as_, world, batch, meeting):
    url = reverse("ballots", args=[meeting.pk])
    cases = list(world.cases(batch))
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert leader.post(url, votes(cases, yes="12")).status_code == 403
    other = as_(world.cadre(world.villages[1]))
    assert other.get(url).status_code == 404
    assert other.get(reverse("hold_meeting", args=[batch.pk])).status_code == 404
    assert not Vote.objects.exists()


def test_votes_of_a_stage_that_is_over_are_not_taken(as_, world, batch, meeting):
    Giver(world).give(world.cases(batch), "appraisal")
    world.on(date(2020, 10, 9))
    Batch.objects.filter(pk=batch.pk).update(stage="sign_off")
    assert as_(world.cadre()).get(reverse("ballots", args=[meeting.pk])).status_code == 404


def test_the_grid_asks_as_often_for_thirty_as_for_three(
    as_, world, django_assert_max_num_queries, django_assert_num_queries
):
    counts = []
    for size in (3, 30):
        made = world.batch(world.villages[len(counts)], size)
        world.bring(made, "appraisal")
        held = play.meeting(world, made, present=12)
        client = as_(world.cadre(world.villages[len(counts)]))
        with django_assert_max_num_queries(25) as asked:
            client.get(reverse("ballots", args=[held.pk]))
        counts.append(len(asked))
    assert counts[0] == counts[1]
