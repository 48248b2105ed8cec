"""Helpers get their households, hand them on and lose them; what they see follows at once."""

import pytest

from exitcase.core.choices import Act, Role
from exitcase.core.errors import NotAllowed, OutOfScope
from exitcase.core.models import Entry
from exitcase.core.scope import Scope
from households.models import Household, HouseholdYear, Member
from households.queries import in_scope
from households.services.helpers import HelperSpec, assign_helper, end_helper
from households.services.year import record_year
from tests.verification import build
from tests.verification.services.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build.world(villages=2)


def some(world, size=2, village=""):
    made = build.households(village or world.villages[0], size)
    return Household.objects.filter(pk__in=[one.pk for one in made]).order_by("pk")


def assign(world, rows, user, **more):
    told = {"by": world.officer(), "done_on": world.day, **more}
    return assign_helper(rows, HelperSpec.of(user), **told)


def seen(user):
    return set(in_scope(Scope.of(user)).values_list("pk", flat=True))


def keys(rows):
    return set(rows.values_list("pk", flat=True))


def test_a_helper_sees_the_households_given_and_no_other(world):
    own, other = some(world), some(world)
    helper = world.user(Role.HELPER)
    assert seen(helper) == set()
    assert assign(world, own, helper) == 2
    assert seen(helper) == keys(own)
    scope = Scope.of(helper)
    members = scope.filter(Member.objects.all(), via="household")
    assert set(members.values_list("household", flat=True)) == keys(own)
    assert scope.covers(other[0].village_id)
    row = Household.objects.get(pk=own[0].pk)
    assert (row.helper, row.helper_name, row.helper_organ) == (helper, helper.name, helper.organ)
    entry = Entry.objects.filter(act=Act.ASSIGN, subject="household").first()
    assert (entry.was, entry.became) == (build.HELPER, helper.name)


def test_given_to_another_the_first_sees_it_no_more_at_once(world):
    rows = some(world)
    first, second = world.user(Role.HELPER), build.user(Role.HELPER, world.villages[0])
    assign(world, rows, first)
    one = rows.filter(pk=rows[0].pk)
    assert assign(world, one, second) == 1
    assert assign(world, one, second) == 0  # theirs already
    assert (seen(first), seen(second)) == ({rows[1].pk}, {rows[0].pk})


def test_taken_off_nobody_holds_it(world):
    rows = some(world)
    helper = world.user(Role.HELPER)
    assign(world, rows, helper)
    told = {"by": world.officer(), "done_on": world.day}
    with refused("请写明原因", example="工作调动"):
        end_helper(rows, reason=" ", **told)
    assert end_helper(rows, reason="调离", **told) == 2
    assert seen(helper) == set()
    assert set(rows.values_list("helper", "helper_name")) == {(None, "")}
    assert set(Entry.objects.filter(act=Act.ASSIGN, became="").values_list("reason")) == {("调离",)}


def test_a_helper_without_an_account_is_a_name(world):
    rows = some(world)
    told = {"by": world.officer(), "done_on": world.day}
    assert assign_helper(rows, HelperSpec(name="田新国", organ="区教育局"), **told) == 2
    assert set(rows.values_list("helper", "helper_name")) == {(None, "田新国")}
    with refused("请填写帮扶责任人姓名", example="李四"):
        assign_helper(rows, HelperSpec(name=" "), **told)


def test_more_than_the_plan_advises_wants_a_reason_which_is_kept(world):
    helper = world.user(Role.HELPER)
    assign(world, some(world, 5), helper)  # five are as the plan advises
    sixth = some(world, 1)
    with refused(
        "帮扶责任人所帮户数偏多",
        place=str(sixth[0]),
        value=helper.name,
        rule="一般不超过 5 户;超过的写明原因",
        example="原帮扶责任人调离,暂由其兼帮",
    ):
        assign(world, sixth, helper)
    assert sixth[0].helper is None
    assign(world, sixth, helper, reason="原帮扶责任人调离")
    kept = Entry.objects.get(act=Act.GIVE_REASON)
    assert (kept.subject_id, kept.was, kept.reason) == (
        str(sixth[0].pk),
        "helper_load",
        "原帮扶责任人调离",
    )
    assert len(seen(helper)) == 6


def test_only_a_helper_of_the_village_gets_a_household_of_it(world):
    rows = some(world, village=world.villages[1])
    helper = world.user(Role.HELPER)
    with refused(
        "该账号当日不是这里的帮扶责任人",
        place=world.villages[1],
        value=helper.name,
        rule="先任职,再指派",
    ):
        assign(world, rows, helper)
    with refused("该账号当日不是这里的帮扶责任人"):
        assign(world, some(world), world.cadre())
    with refused("没有选中任何户", rule="至少一户"):
        assign(world, Household.objects.none(), helper)
    assert not Household.objects.filter(helper=helper).exists()


def test_a_village_does_not_choose_its_helpers_and_a_stranger_finds_nothing(world):
    rows = some(world)
    for nobody in (world.cadre(), world.user(Role.HELPER)):
        with pytest.raises(NotAllowed):
            assign(world, rows, world.user(Role.HELPER), by=nobody)
    with pytest.raises(OutOfScope):
        assign(world, rows, world.user(Role.HELPER), by=world.cadre(world.villages[1]))
    assert assign(world, rows, world.user(Role.HELPER), by=world.user(Role.DISTRICT_OFFICER)) == 2


def test_a_helper_records_the_year_of_the_own_households_only(world):
    own, other = some(world, 2)
    helper = world.user(Role.HELPER)
    assign(world, Household.objects.filter(pk=own.pk), helper)
    told = {"by": helper, "done_on": world.day}
    record_year(own, 2020, {"measures": 3}, **told)
    with pytest.raises(OutOfScope):
        record_year(other, 2020, {"measures": 3}, **told)
    known = dict(HouseholdYear.objects.values_list("household", "measures"))
    assert known == {own.pk: 3, other.pk: 2}
    record_year(other, 2020, {"measures": 4}, by=world.cadre(), done_on=world.day)
