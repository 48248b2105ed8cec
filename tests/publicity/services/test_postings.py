"""When a term begins and ends: hanging, late photos, gaps, a restart."""

from datetime import UTC, date, datetime, timedelta

import pytest

from exitcase.core import clock
from exitcase.core.choices import Act, Place, Role
from exitcase.core.errors import NotAllowed, Refused
from exitcase.core.journal import LateWithoutReason
from exitcase.core.models import Entry
from exitcase.core.verify import verify
from publicity import services
from publicity.choices import Moment, NoticeState
from publicity.models import Gap, PostingPhoto
from publicity.services import PlaceSpec
from tests.publicity.desk import FRIDAY, Desk, fresh, later, postings
from tests.verification import build


def midnight(day: date) -> datetime:
    """24:00 of a day in Asia/Shanghai, as the database gives it."""
    start = datetime(day.year, day.month, day.day, tzinfo=clock.PLACE)
    return (start + timedelta(days=1)).astimezone(UTC)


# ------------------------------------------------------------------ the term


@pytest.mark.parametrize(
    ("hung", "last"),
    [
        (date(2020, 10, 9), date(2020, 10, 16)),  # Friday to Friday
        (date(2020, 10, 10), date(2020, 10, 19)),  # the last day a Saturday: Monday
        (date(2020, 9, 30), date(2020, 10, 9)),  # the last day in the holidays
    ],
)
def test_a_term_ends_as_the_plan_counts(desk, hung, last):
    notice = desk.hung(hung)
    assert notice.state == NoticeState.HANGING
    assert notice.closes_at == midnight(last)
    assert notice.extended_days == 0


@pytest.mark.parametrize(("hour", "minute"), [(0, 1), (23, 59)])
def test_the_hour_of_hanging_changes_nothing(desk, hour, minute):
    moment = desk.at(FRIDAY, hour, minute)
    notice = desk.released()
    for posting in postings(notice):
        desk.hang(posting, moment)
    assert fresh(notice).closes_at == midnight(date(2020, 10, 16))


@pytest.mark.parametrize(
    ("plan", "stage", "kind", "last"),
    [
        ("henan", "village_notice", Place.IN_VILLAGE, date(2020, 10, 24)),
        ("hebei", "village_notice", Place.IN_VILLAGE, date(2020, 10, 19)),
    ],
)
def test_other_plans_count_both_ends(db, plan, stage, kind, last):
    """003b: 15–24 October are its ten days; 003c: 4–8 October its five, in the holidays."""
    desk = Desk(build.world(programme=plan, day=date(2020, 10, 15)))
    assert desk.world.rules.stage(stage).places.kinds == (kind,)
    notice = desk.hung(
        date(2020, 10, 15),
        stage=stage,
        places=[PlaceSpec(kind, "村内", desk.village)],
    )
    assert notice.closes_at == midnight(last)


def test_the_term_starts_when_the_last_required_place_hangs(desk):
    at = desk.at(FRIDAY)
    notice = desk.released()
    first, second = postings(notice)
    desk.hang(first, at)
    assert (fresh(notice).state, fresh(notice).closes_at) == (NoticeState.DRAFT, None)
    monday = desk.at(date(2020, 10, 12))
    desk.hang(second, monday)
    assert fresh(notice).starts_at == monday
    assert fresh(notice).closes_at == midnight(date(2020, 10, 19))


def test_a_place_beside_the_required_ones_waits_for_nobody(desk):
    extra = PlaceSpec(Place.GATHERING_PLACE, "小学门口", desk.village, required=False)
    at = desk.at(FRIDAY)
    notice = desk.released(places=[*desk.places(), extra])
    first, second, third = postings(notice)
    desk.hang(first, at)
    desk.hang(second, at)
    before = fresh(notice)
    assert before.state == NoticeState.HANGING
    desk.hang(third, desk.at(date(2020, 10, 12)))
    assert fresh(notice).closes_at == before.closes_at


def test_a_year_without_known_holidays_is_refused(desk):
    moment = desk.at(date(2041, 10, 9))
    notice = desk.released()
    first, second = postings(notice)
    desk.hang(first, moment)
    with pytest.raises(Refused, match="2041年的节假日安排未载入"):
        desk.hang(second, moment)
    assert fresh(notice).state == NoticeState.DRAFT


# ------------------------------------------------------------------ the photo


@pytest.mark.parametrize(
    ("recorded", "photo", "starts"),
    [
        (timedelta(hours=23, minutes=59), True, "said"),
        (timedelta(hours=24, minutes=1), True, "recorded"),
        (timedelta(minutes=5), False, "recorded"),
    ],
)
def test_hanging_counts_as_said_when_its_photo_came_in_time(desk, recorded, photo, starts):
    said = desk.at(FRIDAY)
    notice = desk.released()
    now = later(said, seconds=recorded.total_seconds())
    desk.at(now.date(), now.hour, now.minute)
    for posting in postings(notice):
        desk.hang(posting, said, photo=desk.photo() if photo else None)
    begun = fresh(notice).starts_at
    if starts == "said":
        assert begun == said
    else:
        assert now <= begun < now + timedelta(minutes=1)


def test_the_photo_of_hanging_is_that_of_the_start(desk):
    desk.hung()
    moments = PostingPhoto.objects.values_list("moment", flat=True)
    assert list(moments) == [Moment.START, Moment.START]


def test_hanging_long_past_wants_a_reason(desk):
    said = desk.at(FRIDAY)
    notice = desk.released()
    desk.at(date(2020, 10, 14))
    (posting, _other) = postings(notice)
    with pytest.raises(LateWithoutReason):
        desk.hang(posting, said)
    hung = desk.hang(posting, said, reason="村里停电")
    assert hung.counts_from == hung.recorded_at
    assert Entry.objects.get(act=Act.HANG).late == "1"


# ------------------------------------------------------------------ what is refused


def test_a_draft_is_not_hung_before_its_release(desk):
    notice = desk.draft()
    with pytest.raises(Refused, match="尚未核发,不能张贴"):
        desk.hang(postings(notice)[0], desk.at(FRIDAY))


def test_a_place_is_hung_once(desk):
    at = desk.at(FRIDAY)
    notice = desk.released()
    posting = postings(notice)[0]
    desk.hang(posting, at)
    with pytest.raises(Refused, match="该地点已登记张贴") as caught:
        desk.hang(posting, at)
    assert caught.value.value == "2020-10-09 10:00"
    assert PostingPhoto.objects.count() == 1


def test_hanging_lies_not_in_time_to_come(desk):
    at = desk.at(FRIDAY)
    notice = desk.released()
    with pytest.raises(Refused, match="时间不能晚于现在"):
        desk.hang(postings(notice)[0], later(at, hours=1))


def test_the_day_on_the_paper_is_that_of_the_hanging(desk):
    at = desk.at(FRIDAY)
    notice = desk.released()
    desk.at(date(2020, 10, 10))
    with pytest.raises(Refused, match="不是同一天"):
        desk.hang(postings(notice)[0], at, done_on=date(2020, 10, 10))


def test_who_may_not_hang_is_told_so(desk):
    notice = desk.released()
    with pytest.raises(NotAllowed):
        desk.hang(postings(notice)[0], desk.at(FRIDAY), by=desk.world.user(Role.HELPER))


def test_the_village_hangs_what_the_district_announces(desk):
    notice = desk.announced()
    at = desk.at(FRIDAY, 11)
    _site, _town, board = postings(notice)
    assert desk.hang(board, at).hung_at == at
    with pytest.raises(Exception, match="不在您的管辖范围内"):
        desk.hang(_site, at)


# ------------------------------------------------------------------ photos


def test_a_photo_of_the_end_is_taken_on_the_last_day_or_later(desk):
    notice = desk.hung()
    early = desk.at(date(2020, 10, 15), 20)
    with pytest.raises(Refused, match="期满照片拍得太早") as caught:
        desk.end_photos(notice, early)
    assert caught.value.rule == "公示最后一日当日或之后拍摄 2020-10-16"
    desk.end_photos(notice, desk.at(date(2020, 10, 16), 0, 1))
    assert PostingPhoto.objects.filter(moment=Moment.END).count() == 2


def test_a_photo_in_between_is_kept_and_told(desk):
    notice = desk.hung()
    at = desk.at(date(2020, 10, 12))
    values = {"file": desk.photo(), "by": desk.world.cadre(), "done_on": at.date()}
    posting = postings(notice)[0]
    services.add_photo(posting, moment=Moment.BETWEEN, taken_at=at, **values)
    entry = Entry.objects.get(act=Act.ADD_EVIDENCE)
    assert (entry.was, entry.became) == (Moment.BETWEEN, "2020-10-12 10:00")
    assert verify("430412") == []
    for wrong, words in (
        (later(at, hours=1), "时间不能晚于现在"),
        (later(at, days=-5), "拍摄时间早于张贴时间"),
    ):
        with pytest.raises(Refused, match=words):
            services.add_photo(posting, moment=Moment.BETWEEN, taken_at=wrong, **values)


def test_nothing_is_photographed_where_nothing_hangs(desk):
    at = desk.at(FRIDAY)
    posting = postings(desk.released())[0]
    with pytest.raises(Refused, match="没有正在张贴的公示"):
        services.add_photo(
            posting,
            moment=Moment.START,
            taken_at=at,
            file=desk.photo(),
            by=desk.world.cadre(),
            done_on=FRIDAY,
        )


# ------------------------------------------------------------------ gaps


def test_a_short_gap_lengthens_the_term_by_the_days_lost(desk):
    notice = desk.hung()
    missing = desk.at(date(2020, 10, 13), 20)
    up = desk.at(date(2020, 10, 14), 9)
    gap = desk.gap(postings(notice)[0], missing, up)
    after = fresh(notice)
    # 13 and 14 lost: seven whole days end on Sunday 18, which moves to Monday.
    assert (gap.restarted, gap.lost_days) == (False, 2)
    assert (after.extended_days, after.closes_at) == (2, midnight(date(2020, 10, 19)))
    assert (after.starts_at, after.round) == (notice.starts_at, 1)


def test_two_places_bare_on_one_day_lose_it_once(desk):
    notice = desk.hung()
    first, second = postings(notice)
    desk.gap(first, desk.at(date(2020, 10, 13), 8), desk.at(date(2020, 10, 13), 9))
    gap = desk.gap(second, desk.at(date(2020, 10, 13), 10), desk.at(date(2020, 10, 13), 11))
    assert gap.lost_days == 0
    assert fresh(notice).extended_days == 1


def test_bare_on_the_day_of_hanging_loses_nothing(desk):
    notice = desk.hung()
    gap = desk.gap(postings(notice)[0], desk.at(FRIDAY, 12), desk.at(FRIDAY, 13))
    assert gap.lost_days == 0
    assert fresh(notice).closes_at == notice.closes_at


@pytest.mark.parametrize(("minutes", "restarted"), [(0, False), (1, True)])
def test_a_gap_of_more_than_the_plans_hours_begins_the_term_anew(desk, minutes, restarted):
    notice = desk.hung()
    missing = desk.at(date(2020, 10, 12), 10)
    up = desk.at(date(2020, 10, 13), 10, minutes)
    gap = desk.gap(postings(notice)[0], missing, up)
    after = fresh(notice)
    assert gap.restarted is restarted
    assert after.round == 1 + restarted
    if restarted:
        assert after.starts_at == up
        assert (after.extended_days, gap.lost_days) == (0, 0)
        assert after.closes_at == midnight(date(2020, 10, 20))
    else:
        assert after.starts_at == notice.starts_at


def test_photos_of_the_end_taken_before_a_restart_do_not_close_it(desk):
    notice = desk.hung()
    desk.end_photos(notice, desk.at(date(2020, 10, 16), 9))
    up = desk.at(date(2020, 10, 16), 20)
    desk.gap(postings(notice)[0], later(up, hours=-30), up)
    desk.at(date(2020, 10, 26))
    words = "有 1 份公示缺期满时的照片(每个规定地点一张,最后一日当日或之后拍摄)"
    assert desk.close(notice).words() == [words]


def test_a_gap_told_too_late_counts_to_the_day_it_was_told(desk):
    notice = desk.hung()
    missing, up = desk.at(date(2020, 10, 12), 8), desk.at(date(2020, 10, 12), 9)
    desk.at(date(2020, 10, 13), 10)  # 25 hours after
    gap = desk.gap(postings(notice)[0], missing, up)
    assert gap.restarted
    assert clock.day_of(fresh(notice).starts_at) == date(2020, 10, 13)


def test_a_gap_at_a_place_beside_the_required_ones_changes_nothing(desk):
    extra = PlaceSpec(Place.GATHERING_PLACE, "小学门口", desk.village, required=False)
    notice = desk.hung(places=[*desk.places(), extra])
    missing, up = desk.at(date(2020, 10, 12)), desk.at(date(2020, 10, 14))
    gap = desk.gap(postings(notice)[2], missing, up)
    assert (gap.restarted, gap.lost_days) == (False, 0)
    assert fresh(notice).closes_at == notice.closes_at


def test_days_lost_beside_the_required_places_stay_uncounted_later_too(desk):
    extra = PlaceSpec(Place.GATHERING_PLACE, "小学门口", desk.village, required=False)
    notice = desk.hung(places=[*desk.places(), extra])
    first, _second, beside = postings(notice)
    desk.gap(beside, desk.at(date(2020, 10, 12), 8), desk.at(date(2020, 10, 12), 9))
    gap = desk.gap(first, desk.at(date(2020, 10, 13), 8), desk.at(date(2020, 10, 13), 9))
    assert gap.lost_days == 1
    assert fresh(notice).extended_days == 1


def test_a_gap_over_before_a_restart_costs_the_new_term_nothing(db):
    """Under a plan that counts the day of hanging, that morning's gap is not in the new term."""
    desk = Desk(build.world(programme="henan", day=date(2020, 10, 12)))
    places = [
        PlaceSpec(Place.IN_VILLAGE, "村部", desk.village),
        PlaceSpec(Place.IN_VILLAGE, "小学", desk.village),
    ]
    notice = desk.hung(date(2020, 10, 12), places=places)
    first, second = postings(notice)
    desk.gap(first, desk.at(date(2020, 10, 15), 8), desk.at(date(2020, 10, 15), 9))
    up = desk.at(date(2020, 10, 15), 20)
    desk.gap(second, later(up, hours=-30), up)
    assert fresh(notice).closes_at == midnight(date(2020, 10, 24))
    assert fresh(notice).extended_days == 0


def test_gaps_that_cannot_be_are_refused(desk):
    notice = desk.hung()
    posting = postings(notice)[0]
    up = desk.at(date(2020, 10, 14), 9)
    with pytest.raises(Refused, match="缺挂的起止时间不对"):
        desk.gap(posting, later(up, hours=1), up)
    with pytest.raises(Refused, match="缺挂的起止时间不对"):
        desk.gap(posting, later(up, days=-9), up)
    desk.gap(posting, later(up, hours=-2), up)
    with pytest.raises(Refused, match="重叠"):
        desk.gap(posting, later(up, hours=-1), up)
    over = desk.at(date(2020, 10, 22), 9)
    with pytest.raises(Refused, match="公示期已满"):
        desk.gap(posting, later(over, hours=-1), over)
    assert Gap.objects.count() == 1


def test_what_does_not_hang_is_not_missing(desk):
    at = desk.at(FRIDAY)
    posting = postings(desk.released())[0]
    with pytest.raises(Refused, match="没有正在张贴的公示"):
        desk.gap(posting, later(at, hours=-1), at)


def test_a_gap_stands_in_the_journal(desk):
    notice = desk.hung()
    missing, up = desk.at(date(2020, 10, 13), 20), desk.at(date(2020, 10, 14), 9)
    desk.gap(postings(notice)[0], missing, up)
    told = Entry.objects.filter(act=Act.HANG).order_by("pk").values_list("subject", "was", "became")
    assert list(told)[-2:] == [
        ("posting", "2020-10-13 20:00", "2020-10-14 09:00"),
        ("notice", "2020-10-17 00:00", "2020-10-20 00:00"),
    ]
    assert verify("430412") == []
