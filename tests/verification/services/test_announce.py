from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import End, PaperKind, Place, Reason
from exitcase.core.errors import NotAllowed, Refused
from exitcase.core.models import Entry
from publicity.choices import NoticeKind, NoticeState
from publicity.models import NoticeItem
from tests.verification import build
from tests.verification.upper import DAY, officer, on, stand
from verification.models import Case, Delivery
from verification.services.announce import announce, deliver
from verification.services.ending import refuse

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    made = build.world(villages=2)
    on(made)
    return made


def tell(world, cases, **more):
    given = {"by": officer(world), "releaser": officer(world, 1), "done_on": DAY, **more}
    return announce(cases, "announcement", region=build.DISTRICT, **given)


def refused(world, sizes=(3,)):
    cases = stand(world, "review", sizes)
    for village in world.villages[: len(sizes)]:
        refuse(
            cases.filter(village=village),
            reason=Reason.CHECK_FAILED,
            note="不达标",
            by=officer(world),
            done_on=DAY,
        )
    return Case.objects.filter(state=End.REFUSED).order_by("pk")


def hand(world, cases, kind=PaperKind.REFUSAL_LETTER, **more):
    given = {"by": world.officer(), "done_on": DAY, **more}
    return deliver(cases, "filing", kind, **given)


def test_it_hangs_at_every_place_of_the_plan(world):
    cases = stand(world, "announcement", (2, 1))
    notice = tell(world, cases)
    assert (notice.kind, notice.state) == (NoticeKind.ANNOUNCEMENT, NoticeState.DRAFT)
    assert (notice.households, notice.released_by) == (3, officer(world, 1))
    places = notice.postings.order_by("place", "region").values_list("place", "region")
    first, second = world.villages
    assert list(places) == [
        (Place.PUBLIC_SITE, build.DISTRICT),
        (Place.TOWNSHIP_BOARD, build.TOWNSHIP),
        (Place.VILLAGE_BOARD, first),
        (Place.VILLAGE_BOARD, second),
    ]
    boards = notice.postings.filter(place=Place.VILLAGE_BOARD)
    assert set(boards.values_list("place_name", flat=True)) == {"村部门口"}
    assert NoticeItem.objects.filter(notice=notice, stage="announcement").count() == 3
    assert Entry.objects.filter(act="announce", subject="case").count() == 3


def test_it_is_released_by_another_person(world):
    cases = stand(world, "announcement")
    with pytest.raises(NotAllowed, match="经办人不能审核自己经办的事项"):
        tell(world, cases, releaser=officer(world))


def test_cases_elsewhere_are_not_announced(world):
    with pytest.raises(Refused, match="批次不在本环节"):
        tell(world, stand(world, "approval"))


def test_every_end_has_its_letter(world):
    ended = refused(world)
    with pytest.raises(Refused) as told:
        hand(world, ended, PaperKind.EXIT_LETTER)
    names = "、".join(map(str, ended))
    assert str(told.value) == (
        f"有户的办理结果与告知书不符;位置:{names};填写的是:不予退出;要求:结果须为:退出"
    )
    with pytest.raises(Refused, match="这不是告知书"):
        hand(world, ended, PaperKind.MINUTES)
    assert hand(world, ended) == 3
    row = Delivery.objects.filter(case=ended[0]).get()
    assert (row.receiver, row.delivered_on, row.file) == (ended[0].head_name, DAY, None)
    assert Entry.objects.filter(act="deliver", became="delivered").count() == 3


def test_a_letter_is_handed_over_once_to_whoever_signs(world):
    one = refused(world).filter(pk=Case.objects.first().pk)
    file = world.file()
    assert hand(world, one, receiver="其子彭某", file=file) == 1
    assert Delivery.objects.get().receiver == "其子彭某"
    assert Delivery.objects.get().file == file
    with pytest.raises(Refused, match="有户已送达过这种告知书"):
        hand(world, one)


def test_an_open_case_has_no_letter(world):
    with pytest.raises(Refused, match="填写的是:在办"):
        hand(world, stand(world, "review"))
    assert hand(world, Case.objects.none()) == 0


def test_no_letter_is_older_than_the_end(world):
    ended = refused(world)
    with pytest.raises(Refused) as told:
        hand(world, ended, done_on=DAY - timedelta(days=1))
    assert str(told.value) == "送达日期早于办理结果;填写的是:2020-11-01;要求:不早于 2020-11-02"


def test_handing_over_takes_the_same_statements_for_many(world):
    refused(world, (5, 60))
    counts = []
    for village in world.villages:
        cases = Case.objects.filter(village=village)
        with CaptureQueriesContext(connection) as asked:
            hand(world, cases)
        counts.append(len(asked))
    assert counts[0] == counts[1]
