"""Going forward: what passes, what stays and why, and what a second click reads."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import CLOSED, Act, Role
from exitcase.core.errors import NotAllowed, OutOfScope
from exitcase.core.models import Entry, Region
from exitcase.core.verify import verify
from households.models import Household
from tests.verification import build
from tests.verification.facts import Giver
from verification.models import Batch, Case, StageCount, Vote
from verification.services import counts
from verification.services.advance import advance, advance_batches

pytestmark = pytest.mark.django_db
SOFT = {"within_window": "顺延", "records_noted": "已办,补录"}


@pytest.fixture
def world():
    return build.world()


def actor(world, key):
    level = world.rules.level_of(world.rules.stage(key))
    role = {
        "village": Role.VILLAGE_CADRE,
        "township": Role.TOWNSHIP_OFFICER,
        "district": Role.DISTRICT_OFFICER,
        "city": Role.CITY_INSPECTOR,
    }[level]
    return world.user(role)


def leave(world, batches, key):
    return advance_batches(batches, key, by=actor(world, key), done_on=world.day, reasons=SOFT)


def through(world, batch, *keys):
    for key in keys:
        Giver(world).give(open_cases(batch), key)
        moved = leave(world, Batch.objects.filter(pk=batch.pk), key)
        assert (moved.count, moved.refused) == (1, {}), (key, moved.words())


def open_cases(batch):
    return Case.objects.filter(batch=batch).select_related("batch__programme", "household")


def test_a_batch_walks_the_whole_plan(world):
    batch = world.batch(size=3)
    through(world, batch, *world.rules.keys)
    assert Batch.objects.get().stage == CLOSED
    assert set(Case.objects.values_list("state", flat=True)) == {"granted"}
    assert set(Household.objects.values_list("status", flat=True)) == {"exited"}
    assert verify("430412") == []
    assert list(counts.standing()) == [{"state": "granted", "n_households": 3, "n_persons": 9}]
    assert StageCount.objects.filter(state="appraisal", households=3).exists()


def test_every_milestone_is_in_the_journal(world):
    batch = world.batch(size=2)
    through(world, batch, "collection", "appraisal")
    rows = Entry.objects.filter(act=Act.PASS, subject="case").values_list("was", "became", "stage")
    assert sorted(rows) == sorted(
        [("listed", "collection", "collection"), ("collection", "appraisal", "appraisal")] * 2
    )


def test_second_click_reads_that_it_is_done(world):
    batch = world.batch(size=2)
    through(world, batch, "collection")
    again = leave(world, Batch.objects.all(), "collection")
    assert (again.count, again.already, again.refused) == (0, 1, {})


def test_second_click_never_reads_forbidden(world):
    batch = world.batch(size=2)
    through(world, batch, "collection")
    station = build.user(Role.TOWNSHIP_STATION, build.TOWNSHIP)
    done = advance_batches(Batch.objects.all(), "collection", by=station, done_on=world.day)
    assert (done.count, done.already) == (0, 1)


def test_who_has_not_the_right_is_told_so(world):
    batch = world.batch(size=1)
    Giver(world).give(open_cases(batch), "collection")
    station = build.user(Role.TOWNSHIP_STATION, build.TOWNSHIP)
    with pytest.raises(NotAllowed):
        advance_batches(Batch.objects.all(), "collection", by=station, done_on=world.day)


def test_who_is_elsewhere_sees_nothing(world):
    world.batch(size=1)
    elsewhere = Region.objects.create(
        code="430412203", name="邻乡", level="township", parent_id="430412", edition="test"
    )
    stranger = build.user(Role.TOWNSHIP_OFFICER, elsewhere.code)
    with pytest.raises(OutOfScope):
        advance_batches(Batch.objects.all(), "collection", by=stranger, done_on=world.day)
    assert Batch.objects.get().stage == "collection"


def test_a_case_not_ready_stays_and_its_batch_with_it(world):
    batch = world.batch(size=3)
    through(world, batch, "collection")
    Giver(world).give(open_cases(batch)[:2], "appraisal")
    moved = leave(world, Batch.objects.all(), "appraisal")
    assert moved.count == 0
    late = open_cases(batch).last().pk
    assert moved.refused["discussed"] == [late]
    assert moved.refused["all_passed"] == [batch.pk]
    assert moved.words()[-1] == "有 1 个批次还有户未通过本环节,可先分出"
    states = Case.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["appraisal", "appraisal", "collection"]


def test_a_soft_gate_wants_a_word_and_keeps_it(world):
    world.on(date(2020, 11, 2))  # the village's window ended on 28 October
    batch = world.batch(size=1)
    through(world, batch, "collection")
    Giver(world).give(open_cases(batch), "appraisal")
    cadre = actor(world, "appraisal")
    stays = advance_batches(Batch.objects.all(), "appraisal", by=cadre, done_on=world.day)
    assert stays.refused == {"within_window": [batch.pk]}
    goes = leave(world, Batch.objects.all(), "appraisal")
    assert goes.count == 1
    kept = Entry.objects.get(act=Act.GIVE_REASON, was="within_window", stage="appraisal")
    assert kept.reason == "顺延"


def test_advance_of_cases_leaves_the_batch(world):
    batch = world.batch(size=2)
    Giver(world).give(open_cases(batch), "collection")
    moved = advance(
        open_cases(batch).filter(pk=open_cases(batch)[0].pk).order_by(),
        "collection",
        by=world.cadre(),
        done_on=world.day,
    )
    assert moved.count == 1
    assert Batch.objects.get().stage == "collection"


def test_a_late_entry_is_marked(world):
    batch = world.batch(size=1)
    Giver(world).give(open_cases(batch), "collection")
    world.later(10)
    leave_on = world.day - timedelta(days=9)
    advance_batches(
        Batch.objects.all(),
        "collection",
        by=world.cadre(),
        done_on=leave_on,
        reason="山洪断网",
        reasons=SOFT,
    )
    assert Entry.objects.filter(act=Act.CLOSE, late="1", reason="山洪断网").count() == 1


def test_moving_500_takes_as_many_statements_as_5():
    world = build.world(villages=2)
    made = []
    for village, size in zip(world.villages, (5, 500), strict=True):
        batch = world.batch(village, size)
        one = Batch.objects.filter(pk=batch.pk)
        Giver(world).give(open_cases(batch), "collection")
        by = world.cadre(village)
        with CaptureQueriesContext(connection) as statements:
            at = {"by": by, "done_on": world.day, "reasons": SOFT}
            assert advance_batches(one, "collection", **at).count == 1
        made.append(len(statements))
    assert made[0] == made[1] < 40


def test_a_struck_vote_does_not_count(world):
    batch = world.batch(size=1)
    through(world, batch, "collection")
    Giver(world).give(open_cases(batch), "appraisal")
    Vote.objects.update(void_tx="x")
    assert "discussed" in leave(world, Batch.objects.all(), "appraisal").refused
