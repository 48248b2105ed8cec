"""What the public may read, and until when; what is open; how many days are left."""

import json
from dataclasses import asdict
from datetime import date

import pytest

from exitcase.core.choices import Level
from publicity import queries, services
from publicity.choices import NoticeState, ObjectionKind
from publicity.models import NoticeItem
from publicity.payload import NoticePayload
from publicity.queries import Tombstone, public_view
from tests.publicity.desk import FRIDAY, STAGE, fresh, items_of
from tests.verification import build


def test_a_draft_is_nobodys_to_read(desk):
    assert public_view(desk.draft()) is None
    assert public_view(desk.released()) is None


def test_a_hanging_list_is_read_masked(desk):
    notice = desk.hung()
    seen = public_view(notice)
    assert isinstance(seen, NoticePayload)
    heads = [one.head_name for one in items_of(notice)]
    assert all(one.head_name.endswith("*") or "*" in one.head_name for one in seen.items)
    assert not any(head in seen.as_json() for head in heads)


def test_the_list_vanishes_at_the_end_of_its_term_whether_or_not_it_was_closed(desk):
    notice = desk.hung()
    desk.at(date(2020, 10, 16), 23, 59)
    assert isinstance(public_view(notice), NoticePayload)
    desk.at(date(2020, 10, 17), 0, 0)
    stone = public_view(notice)
    assert stone == Tombstone(
        title=notice.title,
        organ=notice.organ,
        state=NoticeState.HANGING,
        first=FRIDAY,
        last=date(2020, 10, 16),
        households=3,
        persons=9,
        sha256=notice.payload_sha256,
    )


@pytest.mark.parametrize("how", ["closed", "taken_down"])
def test_a_tombstone_names_nobody(desk, how):
    notice = desk.hung()
    heads = [one.head_name for one in items_of(notice)]
    if how == "closed":
        desk.end_photos(notice, desk.at(date(2020, 10, 17), 9))
        desk.close(notice)
    else:
        by = desk.world.officer()
        services.take_down(notice, reason="有误", by=by, done_on=desk.world.day)
    stone = public_view(fresh(notice))
    assert isinstance(stone, Tombstone)
    assert stone.state == how
    text = json.dumps(asdict(stone), ensure_ascii=False, default=str)
    assert not any(head in text for head in heads)


def test_who_was_struck_out_is_shown_no_longer(desk):
    notice = desk.hung()
    first = items_of(notice)[0]
    rows = NoticeItem.objects.filter(pk=first.pk)
    by = desk.world.cadre()
    services.strike_out(rows, reason="异议成立", by=by, done_on=desk.world.day)
    seen = public_view(notice)
    assert [one.seq for one in seen.items] == [2, 3]
    assert (seen.households, seen.persons) == (2, 6)


def test_the_announcement_stays_on_the_web_for_the_plans_days(desk):
    notice = desk.announced()
    at = desk.at(FRIDAY)
    by = desk.world.users["430412", "district_officer"][0]
    for posting in notice.postings.order_by("pk"):
        desk.hang(posting, at, by=by)
    hung = fresh(notice)
    desk.at(date(2020, 11, 8), 23, 59)
    assert isinstance(public_view(hung), NoticePayload)
    desk.at(date(2020, 11, 9), 0, 0)
    assert isinstance(public_view(hung), Tombstone)


def test_days_are_left_until_the_end_of_the_last(desk):
    assert queries.days_left(desk.draft()) is None
    notice = desk.hung()
    left = {}
    for day in (9, 15, 16, 17, 20):
        desk.at(date(2020, 10, day))
        left[day] = queries.days_left(notice)
    assert left == {9: 8, 15: 2, 16: 1, 17: 0, 20: 0}


def test_the_notice_of_a_case_is_the_valid_one(desk):
    items = desk.items(2)
    first = desk.hung(items=items)
    key = items[0].case_key
    assert queries.notice_of(key, STAGE) == first
    assert queries.notice_of(key, "township_notice") is None
    by = desk.world.officer()
    services.take_down(first, reason="有误", by=by, done_on=desk.world.day)
    assert queries.notice_of(key, STAGE) is None
    second = desk.draft(items)
    assert queries.notice_of(key, STAGE) == second


def test_open_objections_are_those_of_the_cases_asked(desk):
    items = items_of(desk.hung())
    first, second, other = [desk.lodge(one) for one in items]
    keys = [items[0].case_key, items[1].case_key]
    assert list(queries.open_objections(keys)) == [first, second]
    desk.answer(first)
    assert list(queries.open_objections(keys)) == [second]
    assert list(queries.open_objections([other.case_key])) == [other]


@pytest.mark.parametrize(
    ("kind", "level"),
    [(ObjectionKind.OBJECTION, Level.TOWNSHIP), (ObjectionKind.APPEAL, Level.DISTRICT)],
)
def test_the_plan_says_at_which_level_an_answer_is_given(db, kind, level):
    build.regions()
    assert queries.answering_level(build.load("nanyue-2020").rules, kind) == level


def test_a_plan_that_names_nobody_leaves_objections_to_the_village_and_appeals_above(db):
    """What was decided is heard by who decided; hetu-2018 names nobody for anything."""
    build.regions()
    rules = build.load("hetu-2018").rules
    assert rules.rechecks == ()
    decided = rules.organ(rules.stage(rules.granted_at).actor).level
    found = {kind: queries.answering_level(rules, kind) for kind in ObjectionKind}
    assert found == dict.fromkeys(ObjectionKind, decided) | {ObjectionKind.OBJECTION: Level.VILLAGE}
    assert decided != Level.VILLAGE
