"""Several people at one desk at once: one wins, the others read that it is done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from exitcase.core.errors import Refused
from exitcase.core.verify import verify
from publicity import services
from publicity.choices import NoticeState
from publicity.models import Notice, Objection, PostingPhoto
from tests.publicity.desk import FRIDAY, STAGE, Desk, fresh, items_of, postings
from tests.verification import build

THREADS = 6


@pytest.fixture
def desk(transactional_db) -> Desk:
    """Threads have connections of their own: nothing is rolled back under them."""
    return Desk(build.world(day=FRIDAY))


def at_once(act: Callable[[int], Any], people: int = THREADS) -> list[Any]:
    """What each of several threads got, or the Refused it read."""
    start = Barrier(people)

    def one(number: int) -> Any:
        start.wait()
        try:
            return act(number)
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(one, range(people)))


def refused(found: list[Any]) -> list[str]:
    return [one.message for one in found if isinstance(one, Refused)]


def test_numbers_of_objections_are_never_given_twice(desk):
    items = items_of(desk.hung(items=desk.items(THREADS)))
    rows = list(items.select_related("notice__programme", "household"))
    found = at_once(lambda number: desk.lodge(rows[number]))
    assert refused(found) == []
    wanted = {f"YY-2020-{n}" for n in range(1, THREADS + 1)}
    assert set(Objection.objects.values_list("number", flat=True)) == wanted
    assert verify("430412") == []


def test_of_two_who_release_one_wins(desk):
    notice, day = desk.draft(), desk.world.day
    by = [desk.world.officer(0), desk.world.officer(1)]

    def release(number: int) -> Notice:
        return services.release_notice(notice, by=by[number], done_on=day)

    assert refused(at_once(release, 2)) == ["该公示已核发或已撤下"]


def test_of_many_who_hang_the_last_place_one_wins(desk):
    at = desk.at(FRIDAY)
    notice = desk.released()
    first, last = postings(notice)
    desk.hang(first, at)
    found = at_once(lambda _: desk.hang(last, at))
    assert refused(found) == ["该地点已登记张贴"] * (THREADS - 1)
    assert fresh(notice).state == NoticeState.HANGING
    assert PostingPhoto.objects.filter(posting=last).count() == 1


def test_two_who_hang_the_last_two_places_begin_one_term(desk):
    at = desk.at(FRIDAY)
    notice = desk.released()
    places = postings(notice)
    assert refused(at_once(lambda number: desk.hang(places[number], at), 2)) == []
    assert fresh(notice).state == NoticeState.HANGING


def test_of_many_who_close_one_wins(desk):
    notice = desk.hung()
    desk.end_photos(notice, desk.at(date(2020, 10, 17), 9))
    moved = at_once(lambda _: desk.close(notice))
    assert sorted(one.count for one in moved) == [0] * (THREADS - 1) + [1]
    assert sum(one.already for one in moved) == THREADS - 1
    assert all(one.refused == {} for one in moved)


def test_of_many_who_answer_one_wins(desk):
    objection = desk.lodge(items_of(desk.hung())[0])
    found = at_once(lambda _: desk.answer(objection))
    assert refused(found) == ["该异议已办结"] * (THREADS - 1)


def test_a_case_is_drafted_into_one_notice(desk):
    items = desk.items(2)
    found = at_once(lambda _: desk.draft(items))
    assert refused(found) == ["名单上有已在公示中的户"] * (THREADS - 1)
    assert Notice.objects.filter(stage=STAGE).count() == 1
