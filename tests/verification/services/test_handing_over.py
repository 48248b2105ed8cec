"""交接: who leaves gives everything open to a successor in one act; what nobody holds is listed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import Act, End, Origin, Role
from exitcase.core.errors import NotAllowed, OutOfScope
from exitcase.core.journal import Actor
from exitcase.core.models import Appointment, Entry, Region
from exitcase.core.scope import Scope
from exitcase.core.services import people
from exitcase.core.verify import verify
from households.models import Household
from households.queries import in_scope
from households.services.helpers import HelperSpec, assign_helper
from publicity.services.handling import assign_handler
from tests.verification import build
from tests.verification.services.refusals import refused
from tests.verification.services.test_appeals import decide, take_in
from tests.verification.services.test_assigning import assign, inspector
from tests.verification.services.test_comparison import ask, enter
from tests.verification.upper import DAY, bureau, officer, on, stand
from verification import queries
from verification.models import Assignment, Case, ComparisonRun, Rectification
from verification.services.assigning import assign_liaison
from verification.services.handing_over import HandedOver, hand_over, without_holder
from verification.services.rectification import open_rectification

pytestmark = pytest.mark.django_db
STAGE = "district_inspection"


@pytest.fixture
def world():
    made = build.world(villages=2)
    on(made)
    return made


def held_by(user):
    return Appointment.objects.select_related("user", "region").get(user=user)


def go(world, leaver, successor, **more):
    told = {"by": officer(world), "done_on": world.day, "reason": "工作调动", **more}
    return hand_over(held_by(leaver), successor, **told)


def dismiss(world, user, days_ago=1):
    held, until = held_by(user), world.day - timedelta(days=days_ago)
    people.dismiss(held, by=Actor.system(), until=until, reason="调离")


def helped(world, user, size=2, village=""):
    """Households of a helper."""
    made = build.households(village or world.villages[0], size)
    rows = Household.objects.filter(pk__in=[one.pk for one in made]).order_by("pk")
    how = {"by": world.officer(), "done_on": world.day, "reason": "分工"}
    assign_helper(rows, HelperSpec.of(user), **how)
    return rows


def cases_of(user):
    return set(queries.cases(Scope.of(user)).values_list("pk", flat=True))


# ── what goes over ──


def test_a_helpers_households_go_to_the_successor_in_one_act(world):
    leaver, successor = world.user(Role.HELPER), build.user(Role.HELPER, world.villages[0])
    rows = helped(world, leaver, 3)
    before = Entry.objects.count()
    moved = go(world, leaver, successor, by=world.officer())
    assert moved == HandedOver(households=3)
    assert in_scope(Scope.of(leaver)).count() == 0
    assert set(in_scope(Scope.of(successor))) == set(rows)
    assert set(rows.values_list("helper_name", flat=True)) == {successor.name}
    told = Entry.objects.order_by("pk")[before:]
    assert len({row.tx for row in told}) == 1
    assert {row.reason for row in told} == {"工作调动"}
    assert [row.subject for row in told].count("household") == 3
    last = Entry.objects.get(act=Act.HAND_OVER)
    assert (last.subject, last.was, last.became) == (
        "appointment",
        leaver.name,
        f"{successor.name} households:3",
    )
    assert verify(build.DISTRICT) == []


def test_after_the_last_day_it_can_still_be_handed_over(world):
    leaver, successor = world.user(Role.HELPER), build.user(Role.HELPER, world.villages[0])
    rows = helped(world, leaver)
    dismiss(world, leaver)
    assert in_scope(Scope.of(leaver)).count() == 0
    assert go(world, leaver, successor).households == 2
    assert set(in_scope(Scope.of(successor))) == set(rows)


def test_a_successor_with_more_households_than_advised_has_the_reason_on_record(world):
    leaver, successor = world.user(Role.HELPER), build.user(Role.HELPER, world.villages[0])
    helped(world, successor, 5)
    rows = helped(world, leaver, 1)
    go(world, leaver, successor)
    kept = Entry.objects.filter(act=Act.GIVE_REASON, subject_id=str(rows[0].pk))
    assert [(one.was, one.reason) for one in kept] == [("helper_load", "工作调动")]


def test_an_inspectors_open_cases_go_over_and_the_ended_stay(world):
    cases = stand(world, STAGE, (3,))
    leaver, successor = inspector(world), inspector(world, 1)
    assign(world, cases, leaver)
    assign(world, cases.filter(pk=cases[0].pk), successor)  # who was sent along is sent once
    Case.objects.filter(pk=cases[2].pk).update(state=End.REFUSED)
    assert go(world, leaver, successor) == HandedOver(cases=2)
    assert cases_of(successor) == {cases[0].pk, cases[1].pk}
    assert cases_of(leaver) == {cases[2].pk}
    assert Assignment.open(user=successor).count() == 2


def test_a_liaisons_unanswered_requests_go_over(world):
    cases = stand(world, "comparison")
    first, second, *_others = ask(world, cases)
    leaver = bureau(world, first.bureau)
    district = Region.objects.get(pk=build.DISTRICT)
    organ = {"since": build.SINCE, "organ": first.bureau}
    successor = build.User.objects.create_user("next", "接任人")
    people.appoint(successor, Role.BUREAU, district, by=Actor.system(), **organ)
    told = {"by": officer(world), "done_on": world.day}
    assign_liaison(first, leaver, **told)
    assert cases_of(successor) == set()
    assert go(world, leaver, successor) == HandedOver(requests=1)
    first.refresh_from_db()
    assert first.liaison == successor
    assert cases_of(successor) == {case.pk for case in cases}
    enter(world, first, by=successor)
    assert go(world, successor, leaver) == HandedOver()  # answered: nothing is open
    assert ComparisonRun.objects.get(pk=second.pk).liaison is None


def test_objections_and_rectifications_of_an_officer_go_over(world):
    cases = stand(world, "city_check")
    leaver, successor = officer(world), officer(world, 1)
    appeal, answered = take_in(world, cases[0]), take_in(world, cases[1])
    told = {"by": successor, "done_on": world.day}
    for one in (appeal, answered):
        assign_handler(one, leaver, **told)
    decide(world, answered, outcome="dismissed")
    for case, owner in ((cases[0], leaver.name), (cases[1], "龙德清")):
        open_rectification(
            case,
            origin=Origin.CITY_CHECK,
            problem="教育资助没有落实",
            owner=owner,
            due_on=DAY + timedelta(days=7),
            **told,
        )
    assert go(world, leaver, successor, by=successor) == HandedOver(objections=1, rectifications=1)
    appeal.refresh_from_db()
    answered.refresh_from_db()
    assert (appeal.handler, answered.handler) == (successor, leaver)
    owners = Rectification.objects.order_by("pk").values_list("owner", flat=True)
    assert list(owners) == [successor.name, "龙德清"]


def test_only_what_belongs_to_the_role_goes_over(world):
    """Who is a helper and an inspector leaves one of the two posts."""
    leaver = inspector(world)
    village = Region.objects.get(pk=world.villages[0])
    helps = people.appoint(leaver, Role.HELPER, village, by=Actor.system(), since=build.SINCE)
    rows = helped(world, leaver)
    cases = stand(world, STAGE)
    assign(world, cases, leaver)
    successor = build.user(Role.HELPER, village.pk)
    told = {"by": officer(world), "done_on": world.day, "reason": "工作调动"}
    assert hand_over(helps, successor, **told) == HandedOver(households=2)
    assert set(in_scope(Scope.of(successor))) == set(rows)
    assert Assignment.open(user=leaver).count() == 3


def test_a_part_of_the_region_may_go_to_one_and_the_rest_to_another(world):
    district = Region.objects.get(pk=build.DISTRICT)
    leaver, successor = inspector(world), inspector(world, 1)
    cases = stand(world, STAGE, (2, 1))
    assign(world, cases, leaver)
    assert go(world, leaver, successor, region=world.villages[1]) == HandedOver(cases=1)
    assert cases_of(successor) == {cases[2].pk}
    assert cases_of(leaver) == {cases[0].pk, cases[1].pk}
    with refused("该任职不包括这个地区", value="4304", rule=district.pk):
        go(world, leaver, successor, region="4304")


# ── refusals ──


def test_the_successor_holds_the_same_role_there_today(world):
    leaver = world.user(Role.HELPER)
    helped(world, leaver)
    elsewhere = world.user(Role.HELPER, world.villages[1])
    for nobody in (world.cadre(), elsewhere):
        with refused(
            "接手人当日在该地区没有同样的任职",
            place=world.villages[0],
            value=nobody.name,
            rule="帮扶责任人",
        ):
            go(world, leaver, nobody)
    ended = build.user(Role.HELPER, world.villages[0])
    dismiss(world, ended)
    with refused("接手人当日在该地区没有同样的任职"):
        go(world, leaver, ended)
    with refused("不能交接给本人", value=leaver.name):
        go(world, leaver, leaver)
    with refused("请写明原因", example="工作调动"):
        go(world, leaver, build.user(Role.HELPER, world.villages[0]), reason=" ")
    assert not Entry.objects.filter(act=Act.HAND_OVER).exists()


def test_another_bureaus_liaison_is_no_successor(world):
    first, second, *_others = world.rules.stage("comparison").bureaux.organs
    with refused("接手人当日在该地区没有同样的任职", rule="部门联络员"):
        go(world, bureau(world, first), bureau(world, second))
    assert not Entry.objects.filter(act=Act.HAND_OVER).exists()


def test_who_staffs_the_region_hands_over_and_nobody_else(world):
    leaver, successor = world.user(Role.HELPER), build.user(Role.HELPER, world.villages[0])
    for nobody in (world.cadre(), leaver, successor):
        with pytest.raises(NotAllowed):
            go(world, leaver, successor, by=nobody)
    with pytest.raises(OutOfScope):
        go(world, leaver, successor, by=world.cadre(world.villages[1]))
    with pytest.raises(OutOfScope):
        go(world, inspector(world), inspector(world, 1), by=world.officer())


# ── what nobody holds ──


def left(world, region=build.DISTRICT, by=None):
    return without_holder(by or officer(world), region)


def test_what_is_left_without_a_holder_is_listed_and_gone_when_handed_over(world):
    leaver, successor = world.user(Role.HELPER), build.user(Role.HELPER, world.villages[0])
    rows = helped(world, leaver)
    assert list(left(world).households) == []
    dismiss(world, leaver)
    assert list(left(world).households) == list(rows)
    assert list(left(world, world.villages[0], world.officer()).households) == list(rows)
    assert list(left(world, world.villages[1], world.officer()).households) == []
    go(world, leaver, successor)
    assert list(left(world).households) == []


def test_a_household_without_any_helper_is_listed_and_a_named_one_is_not(world):
    made = build.households(world.villages[0], 3)
    none, ceased, _named = made
    Household.objects.filter(pk__in=[none.pk, ceased.pk]).update(helper_name="")
    Household.objects.filter(pk=ceased.pk).update(status="ceased")
    assert list(left(world).households) == [none]


def test_cases_requests_and_objections_of_who_left_are_listed(world):
    cases = stand(world, STAGE)
    assign(world, cases, inspector(world))
    appeal = take_in(world, cases[0])
    assign_handler(appeal, officer(world, 1), by=officer(world), done_on=world.day)
    asked = stand(world, "comparison", (1,))
    run = ask(world, asked)[0]
    liaison = bureau(world, run.bureau)
    assign_liaison(run, liaison, by=officer(world), done_on=world.day)
    found = left(world)
    assert [list(rows) for rows in (found.assignments, found.requests, found.objections)] == [
        [],
        [],
        [],
    ]
    for user in (inspector(world), officer(world, 1), liaison):
        dismiss(world, user)
    found = left(world)
    assert {one.case for one in found.assignments} == set(cases)
    assert list(found.requests) == [run]
    assert list(found.objections) == [appeal]


def test_whose_account_is_closed_holds_nothing(world):
    leaver = world.user(Role.HELPER)
    rows = helped(world, leaver)
    build.User.objects.filter(pk=leaver.pk).update(is_active=False)
    assert list(left(world).households) == list(rows)


def test_the_list_is_for_who_staffs_the_region(world):
    with pytest.raises(NotAllowed):
        without_holder(world.cadre(), world.villages[0])
    with pytest.raises(OutOfScope):
        without_holder(world.officer(), build.DISTRICT)


def test_the_list_takes_four_statements_however_much_there_is(world):
    leaver = world.user(Role.HELPER)
    counts = []
    for size in (2, 30):
        helped(world, leaver, size)
        found = left(world)
        with CaptureQueriesContext(connection) as asked:
            for rows in (
                found.households,
                found.assignments,
                found.requests,
                found.objections,
            ):
                list(rows)
        counts.append(len(asked))
    assert counts == [4, 4]
