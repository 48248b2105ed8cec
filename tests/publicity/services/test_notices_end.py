"""How a notice ends: closed after its term, taken down, amended; entries struck out."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import Act, Role
from exitcase.core.errors import NotAllowed, Refused
from exitcase.core.models import Entry
from exitcase.core.verify import verify
from publicity import services
from publicity.choices import NoticeState
from publicity.models import Notice, NoticeItem, Posting
from publicity.payload import NoticePayload
from tests.publicity.desk import entries, fresh, items_of, postings

# ------------------------------------------------------------------ close


def test_a_notice_is_closed_after_its_term_with_its_photos(desk):
    notice = desk.hung()
    desk.end_photos(notice, desk.at(date(2020, 10, 17), 9))
    moved = desk.close(notice)
    assert (moved.count, moved.refused) == (1, {})
    assert fresh(notice).state == NoticeState.CLOSED


def test_nobody_closes_early(desk):
    notice = desk.hung()
    desk.end_photos(notice, desk.at(date(2020, 10, 16), 9))
    desk.at(date(2020, 10, 16), 23, 59)
    for by in (desk.world.cadre(), desk.world.officer()):
        moved = desk.close(notice, by=by)
        assert (moved.count, moved.words()) == (0, ["有 1 份公示期限未满"])
    assert fresh(notice).state == NoticeState.HANGING


def test_a_term_over_is_not_enough_without_photos(desk):
    notice = desk.hung()
    desk.at(date(2020, 10, 17), 9)
    missing = "有 1 份公示缺期满时的照片(每个规定地点一张,最后一日当日或之后拍摄)"
    assert desk.close(notice).words() == [missing]


def test_a_second_closing_finds_it_done(desk):
    notice = desk.hung()
    desk.end_photos(notice, desk.at(date(2020, 10, 17), 9))
    desk.close(notice)
    again = desk.close(notice, by=desk.world.user(Role.HELPER))  # state before right
    assert (again.count, again.already, again.refused) == (0, 1, {})


def test_who_may_not_close_is_told_so(desk):
    notice = desk.hung()
    with pytest.raises(NotAllowed):
        desk.close(notice, by=desk.world.user(Role.HELPER))


def test_a_closing_is_not_dated_before_the_last_day(desk):
    notice = desk.hung()
    desk.end_photos(notice, desk.at(date(2020, 10, 17), 9))
    with pytest.raises(Refused, match="办结日期早于公示最后一日") as caught:
        desk.close(notice, done_on=date(2020, 10, 15))
    assert caught.value.rule == "不早于 2020-10-16"
    assert desk.close(notice, done_on=date(2020, 10, 16)).count == 1


def test_closing_asks_as_often_for_5_as_for_500(desk):
    def asked(size: int) -> int:
        notice = desk.hung(items=desk.items(size))
        desk.end_photos(notice, desk.at(date(2020, 10, 17), 9))
        with CaptureQueriesContext(connection) as seen:
            assert desk.close(notice).count == 1
        desk.at(date(2020, 10, 9))
        return len(seen)

    assert asked(5) == asked(500)


# ------------------------------------------------------------------ take down, amend, strike


def test_taking_down_voids_the_entries(desk):
    notice = desk.hung()
    moved = services.take_down(
        notice, reason="名单有误", by=desk.world.officer(), done_on=desk.world.day
    )
    assert moved.count == 1
    assert fresh(notice).state == NoticeState.TAKEN_DOWN
    assert {row.void_tx for row in items_of(notice)} == {Entry.objects.last().tx}
    assert all(one.down_at for one in postings(notice))
    assert verify("430412") == []


def test_taking_down_wants_a_reason_and_a_right(desk):
    notice = desk.hung()
    at = {"done_on": desk.world.day}
    with pytest.raises(Refused, match="请写明原因"):
        services.take_down(notice, reason=" ", by=desk.world.officer(), **at)
    with pytest.raises(NotAllowed):
        services.take_down(notice, reason="有误", by=desk.world.cadre(), **at)
    assert fresh(notice).state == NoticeState.HANGING


def test_who_may_draft_may_throw_a_draft_away(desk):
    notice = desk.draft()
    at = {"by": desk.world.cadre(), "done_on": desk.world.day}
    assert services.take_down(notice, reason="有误", **at).count == 1
    assert services.take_down(notice, reason="有误", **at).already == 1


def test_taking_down_asks_as_often_for_5_as_for_500(desk):
    def asked(size: int) -> int:
        notice = desk.draft(desk.items(size))
        with CaptureQueriesContext(connection) as seen:
            services.take_down(notice, reason="有误", by=desk.world.cadre(), done_on=desk.world.day)
        return len(seen)

    assert asked(5) == asked(500)


def test_an_edited_list_begins_anew_as_the_next_round(desk):
    items = desk.items(3)
    notice = desk.hung(items=items)
    desk.at(date(2020, 10, 14))
    again = services.amend(
        notice,
        items[:2],
        reason="第三户户主姓名有误",
        by=desk.world.officer(),
        done_on=desk.world.day,
    )
    assert (again.round, again.state, again.starts_at) == (2, NoticeState.DRAFT, None)
    assert [one.place_name for one in postings(again)] == ["村部门口", "老井坪"]
    assert fresh(notice).state == NoticeState.TAKEN_DOWN
    assert NoticePayload.of(again.payload).contacts == NoticePayload.of(notice.payload).contacts
    assert len(set(Entry.objects.filter(reason="第三户户主姓名有误").values_list("tx"))) == 1
    services.release_notice(again, by=desk.world.officer(1), done_on=desk.world.day)
    for posting in postings(again):
        desk.hang(posting, desk.at(date(2020, 10, 14), 11))
    assert fresh(again).closes_at.astimezone().date() > fresh(notice).closes_at.date()


def test_what_has_closed_is_not_edited(desk):
    notice = desk.hung()
    desk.end_photos(notice, desk.at(date(2020, 10, 17), 9))
    desk.close(notice)
    with pytest.raises(Refused, match="不能再改"):
        services.amend(
            notice, desk.items(1), reason="有误", by=desk.world.officer(), done_on=desk.world.day
        )
    assert Notice.objects.count() == 1


def test_striking_out_leaves_the_term_of_the_others(desk):
    notice = desk.hung()
    before = fresh(notice)
    struck, *_others = items_of(notice)
    rows = NoticeItem.objects.filter(pk=struck.pk)
    at = {"by": desk.world.cadre(), "done_on": desk.world.day}
    assert services.strike_out(rows, reason="异议成立", **at) == 1
    after = fresh(notice)
    assert (after.closes_at, after.state, after.round) == (before.closes_at, before.state, 1)
    assert [bool(row.struck_tx) for row in items_of(notice)] == [True, False, False]
    assert entries(Act.STRIKE_OUT) == [("case", str(struck.case_key))]
    assert services.strike_out(rows, reason="异议成立", **at) == 0


def test_a_draft_is_not_struck_but_drafted_again(desk):
    notice = desk.draft()
    with pytest.raises(Refused, match="没有张贴"):
        services.strike_out(
            items_of(notice), reason="有误", by=desk.world.cadre(), done_on=desk.world.day
        )


def test_entries_of_several_notices_are_not_struck_at_once(desk):
    desk.draft()
    desk.draft()
    with pytest.raises(Refused, match="在同一份公示上"):
        services.strike_out(
            NoticeItem.objects.all(), reason="有误", by=desk.world.cadre(), done_on=desk.world.day
        )


def test_striking_asks_as_often_for_5_as_for_500(desk):
    def asked(size: int) -> int:
        notice = desk.hung(items=desk.items(size))
        with CaptureQueriesContext(connection) as seen:
            services.strike_out(
                items_of(notice), reason="有误", by=desk.world.cadre(), done_on=desk.world.day
            )
        return len(seen)

    assert asked(5) == asked(500)


def test_an_announcement_hangs_without_a_term_and_leaves_the_web_in_time(desk):
    notice = desk.announced()
    assert notice.days is None
    at = desk.at(date(2020, 10, 9))
    officer = desk.world.user(Role.DISTRICT_OFFICER)
    for posting in Posting.objects.filter(notice=notice):
        desk.hang(posting, at, by=officer)
    hung = fresh(notice)
    assert hung.state == NoticeState.HANGING
    days = desk.world.rules.web.days
    assert (hung.closes_at - at).days == days
    leader = desk.world.user(Role.DISTRICT_OFFICER, n=1)
    assert desk.close(hung, by=leader).words() == ["有 1 份公示期限未满"]
