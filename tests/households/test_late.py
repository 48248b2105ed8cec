"""What belongs to no plan is late by the newest of the house: reason, mark, row on the list."""

from datetime import date, timedelta

import pytest

from exitcase.core.choices import Act, Level, Post, Role
from exitcase.core.journal import LateWithoutReason
from exitcase.core.models import Appointment, Entry, Programme
from exitcase.core.scope import Scope
from exitcase.core.services import appointing
from exitcase.core.services.door import door
from households.choices import ChangeReason
from households.models import Household, Member
from households.services import add_member, record_village, record_year, remove_member
from households.services.helpers import HelperSpec, assign_helper
from tests.verification import build
from verification.queries import late_entries
from verification.services.handing_over import hand_over

pytestmark = pytest.mark.django_db
WHY = "村里断网,补录"


@pytest.fixture
def world():
    return build.world()


def home(world):
    return build.households(world.villages[0], 1)[0]


def newborn():
    born = date(2020, 9, 1)
    return {
        "name": "彭小春",
        "born": born,
        "id_number": build.id_number(born, 901),
        "relation": "20",
        "schooling": "none",
        "health": "well",
        "labour": "none",
    }


def a_year(world, day, reason):
    record_year(home(world), 2020, {"measures": 3}, by=world.cadre(), done_on=day, reason=reason)


def a_village(world, day, reason):
    by = world.cadre()
    record_village(
        world.villages[0], 2020, {"representatives": 30}, by=by, done_on=day, reason=reason
    )


def a_birth(world, day, reason):
    how = {"by": world.cadre(), "done_on": day, "late_reason": reason}
    happened = date(2020, 9, 1)
    add_member(home(world), newborn(), reason=ChangeReason.BORN, happened_on=happened, **how)


def a_death(world, day, reason):
    how = {"by": world.cadre(), "done_on": day, "late_reason": reason}
    one = Member.objects.filter(household=home(world)).order_by("born").last()
    happened = date(2020, 9, 1)
    remove_member(one, reason=ChangeReason.DIED, happened_on=happened, **how)


def a_helper(world, day, reason):
    rows = Household.objects.filter(pk=home(world).pk)
    helper = HelperSpec.of(world.user(Role.HELPER))
    assign_helper(rows, helper, by=world.officer(), done_on=day, reason=reason)


def a_post(world, day, reason):
    appointing.fill_post(
        world.villages[0],
        Post.VILLAGE_REP,
        build.person(next(build.SEQUENCE)),
        by=world.officer(),
        since=day,
        done_on=day,
        beside=True,
        reason=reason,
    )


ACTS = {
    Act.RECORD_YEAR: a_year,
    Act.RECORD_VILLAGE: a_village,
    Act.CHANGE_MEMBER: a_birth,
    Act.ASSIGN: a_helper,
    Act.RECORD_POST: a_post,
}


@pytest.mark.parametrize(("act", "enter"), [*ACTS.items(), (Act.CHANGE_MEMBER, a_death)])
def test_beyond_the_houses_days_it_wants_a_reason_and_stands_on_the_list(world, act, enter):
    days = world.rules.clock.late_entry.days
    enter(world, world.day - timedelta(days=days), "")
    assert not Entry.objects.filter(late="1").exists()
    late = world.day - timedelta(days=days + 1)
    with pytest.raises(LateWithoutReason, match="补录须写明原因"):
        enter(world, late, "")
    Member.objects.update(id_index="", duplicate=True)  # the same child is born once more
    enter(world, late, WHY)
    listed = late_entries(Scope.of(world.officer()))
    assert {(row.act, row.done_on) for row in listed} == {(act, late.isoformat())}
    assert {row.reason.split(";")[0] for row in listed} == {WHY}  # before what else it says


def test_a_hand_over_long_past_is_marked(world):
    """It never goes without a reason."""
    leaver, successor = world.user(Role.HELPER), build.user(Role.HELPER, world.villages[0])
    held = Appointment.objects.get(user=leaver)
    late = world.day - timedelta(days=world.rules.clock.late_entry.days + 1)
    hand_over(held, successor, by=world.officer(), done_on=late, reason=WHY)
    (row,) = late_entries(Scope.of(world.officer()))
    assert (row.act, row.reason) == (Act.HAND_OVER, WHY)


def test_the_newest_plan_of_the_house_says_how_many_days(world):
    days = world.rules.clock.late_entry.days
    newest = Programme.objects.order_by("pk").last()
    assert newest.rules.clock.late_entry.days == days
    late = world.day - timedelta(days=days + 1)
    at = (world.officer(), Act.ASSIGN, Level.VILLAGE, world.villages)
    with pytest.raises(LateWithoutReason), door(*at, done_on=late):
        pass
    with door(*at, done_on=late, reason=WHY) as running:
        assert running.late
