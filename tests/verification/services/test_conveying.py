"""批复 to the township, 批转 to the village: in this order, each once, by its sender."""

from datetime import timedelta

import pytest

from exitcase.core.choices import PaperKind
from exitcase.core.errors import NotAllowed, Refused
from exitcase.core.models import Entry
from tests.verification import build
from tests.verification.upper import officer, on, stand
from verification.models import StageRecord
from verification.services.conveying import convey

pytestmark = pytest.mark.django_db
STAGE = "announcement"


@pytest.fixture
def world():
    made = build.world(programme="henan")
    made.today = on(made)
    made.at = stand(made, STAGE, sizes=(2,))[0].batch
    return made


def send(world, paper, by, *, day=None, file=True, number="批〔2019〕1号"):
    scan = world.file() if file else None
    day = day or world.today
    return convey(world.at, STAGE, paper, number=number, file=scan, by=by, done_on=day)


def test_the_reply_goes_down_and_is_passed_on(world):
    send(world, PaperKind.REPLY, officer(world))
    send(world, PaperKind.TRANSFER, world.officer())
    kept = StageRecord.objects.filter(batch=world.at, stage=STAGE).order_by("pk")
    assert [row.key for row in kept] == ["reply", "transfer"]
    told = Entry.objects.filter(act="deliver").order_by("pk").values_list("became", flat=True)
    assert list(told) == [
        "reply 批〔2019〕1号 district_group > township_government",
        "transfer 批〔2019〕1号 township_government > two_committees",
    ]


def test_nothing_is_passed_on_before_it_came(world):
    with pytest.raises(Refused, match="还没有收到上级的文书") as refused:
        send(world, PaperKind.TRANSFER, world.officer())
    assert "先有:批复" in str(refused.value)
    send(world, PaperKind.REPLY, officer(world))
    early = world.today - timedelta(days=1)
    with pytest.raises(Refused, match="日期早于它所依据的事项"):
        send(world, PaperKind.TRANSFER, world.officer(), day=early)
    assert StageRecord.objects.count() == 1


def test_each_paper_goes_once_with_number_and_scan(world):
    for wanting in ({"number": " "}, {"file": False}):
        with pytest.raises(Refused):
            send(world, PaperKind.REPLY, officer(world), **wanting)
    send(world, PaperKind.REPLY, officer(world))
    with pytest.raises(Refused, match="这份文书已经送出"):
        send(world, PaperKind.REPLY, officer(world))


def test_only_the_sender_sends_and_only_what_the_plan_sends(world):
    with pytest.raises(NotAllowed):
        send(world, PaperKind.REPLY, world.officer())
    with pytest.raises(Refused, match="方案在本环节不送这份文书"):
        send(world, PaperKind.MINUTES, officer(world))
    assert not StageRecord.objects.exists()
