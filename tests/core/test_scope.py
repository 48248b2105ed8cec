from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from exitcase.core import access
from exitcase.core.choices import Act, Level, Post, Role
from exitcase.core.errors import NotAllowed, OutOfScope
from exitcase.core.journal import Actor
from exitcase.core.models import (
    PostHolder,
    RegionUserObjectPermission,
    User,
)
from exitcase.core.scope import ADMINS, Scope
from exitcase.core.services.people import appoint, dismiss
from tests.core.conftest import CLERK

ROLES_PAGE = Path(__file__).parents[2] / "docs" / "reference" / "roles.md"
SINCE = date(2019, 1, 1)


def give(user, role, region, **more):
    return appoint(user, role, region, by=CLERK, **{"since": SINCE, **more})


@pytest.fixture
def rows(regions):
    """One row in every region that is there."""
    return PostHolder.objects.bulk_create(
        PostHolder(region=region, post=Post.VILLAGER, name=code, since=SINCE)
        for code, region in regions.items()
    )


def seen(user):
    scope = Scope.of(user)
    return sorted(scope.filter(PostHolder.objects.all()).values_list("name", flat=True))


def test_without_appointment_nothing_is_seen(user, rows):
    assert seen(user) == []
    assert Scope.of(user).roles == frozenset()
    assert Scope.of(user).regions().count() == 0
    assert not Scope.of(user).covers("430412")


@pytest.mark.parametrize(
    "code", ["43", "4304", "430412", "430412100", "430412100218", "110101", "1101"]
)
def test_region_is_seen_with_all_below_and_nothing_else(user, rows, regions, code):
    give(user, Role.DISTRICT_OFFICER, regions[code])
    assert seen(user) == sorted(other for other in regions if other.startswith(code))
    below = Scope.of(user).regions().values_list("pk", flat=True)
    assert list(below) == sorted(other for other in regions if other.startswith(code))
    assert Scope.of(user).covers(f"{code}0" if len(code) < 12 else code)


def test_two_regions_are_seen_together(user, rows, regions):
    for code in ("430412100218", "430412101"):
        give(user, Role.TOWNSHIP_OFFICER, regions[code])
    assert seen(user) == ["430412100218", "430412101", "430412101200"]


def test_rows_are_reached_through_another_row(user, rows, regions):
    give(user, Role.TOWNSHIP_OFFICER, regions["430412100"])
    with pytest.raises(TypeError, match="User lies in no region"):
        Scope.of(user).filter(User.objects.all())
    one = PostHolder.objects.get(name="430412100218")
    PostHolder.objects.filter(pk=one.pk).update(user=user)
    assert list(Scope.of(user).filter(User.objects.all(), via="posts")) == [user]


def test_appointment_without_grant_and_grant_without_appointment_give_nothing(
    user, rows, regions, today
):
    held = give(user, Role.TOWNSHIP_OFFICER, regions["430412100"])
    RegionUserObjectPermission.objects.all().delete()
    assert seen(user) == []
    give(user, Role.TOWNSHIP_LEADER, regions["430412100"])
    RegionUserObjectPermission.objects.update(content_object=regions["430412101"])
    assert seen(user) == []  # the grant is for another region
    assert held.pk


def test_appointment_counts_from_its_first_to_its_last_day(user, rows, regions, today):
    day = timedelta(days=1)
    give(user, Role.HELPER, regions["430412100218"], since=today + day)
    assert seen(user) == []
    held = give(user, Role.HELPER, regions["430412100219"], since=today)
    assert seen(user) == ["430412100219"]
    dismiss(held, by=CLERK, until=today)
    assert seen(user) == ["430412100219"]
    dismiss(give(user, Role.VILLAGE_CADRE, regions["430412100219"]), by=CLERK, until=today - day)
    assert [one.role for one in Scope.of(user).held] == [Role.HELPER]


def test_inactive_account_sees_nothing(user, rows, regions):
    give(user, Role.TOWNSHIP_OFFICER, regions["430412100"])
    user.is_active = False
    assert seen(user) == []


@pytest.mark.parametrize("role", sorted(ADMINS))
def test_administrators_see_no_case(user, rows, regions, role):
    give(user, role, regions["430412"])
    assert seen(user) == []
    assert Scope.of(user).roles == {role}


def test_part_of_a_scope_by_role(user, rows, regions):
    give(user, Role.HELPER, regions["430412100218"])
    give(user, Role.TOWNSHIP_OFFICER, regions["430412101"])
    helper = Scope.of(user).of_role([Role.HELPER])
    assert helper.codes == ["430412100218"]


# ── rights ───────────────────────────────────────────────────────────────────────────────────


def test_outside_is_404_inside_without_the_right_403(user, regions):
    held = give(user, Role.VILLAGE_CADRE, regions["430412100218"])
    wanted = (user, Act.HOLD_MEETING, Level.VILLAGE)
    assert access.require(*wanted, ["430412100218"]) == held
    for codes in (["430412100219"], ["430412100218", "430412100219"], ["430412100"], []):
        with pytest.raises(OutOfScope):
            access.require(*wanted, codes)
    for act, level in [(Act.RECEIVE, Level.VILLAGE), (Act.HOLD_MEETING, Level.TOWNSHIP)]:
        with pytest.raises(NotAllowed):
            access.require(user, act, level, ["430412100218"])
    assert access.may(Scope.of(user), Act.VOTE, Level.VILLAGE, "430412100218")
    assert not access.may(Scope.of(user), Act.DECIDE, Level.DISTRICT, "430412100218")


def test_right_must_be_held_over_every_region(user, regions):
    give(user, Role.VILLAGE_CADRE, regions["430412100218"])
    give(user, Role.WORK_TEAM, regions["430412100219"])
    both = ["430412100218", "430412100219"]
    access.require(user, Act.SIGN, Level.VILLAGE, both)
    with pytest.raises(NotAllowed):
        access.require(user, Act.SUBMIT, Level.VILLAGE, both)


def test_act_is_written_in_the_post_that_allows_it(user, regions):
    give(user, Role.HELPER, regions["430412100218"])
    give(user, Role.TOWNSHIP_OFFICER, regions["430412100"])
    held = access.require(user, Act.RECEIVE, Level.VILLAGE, ["430412100218"])
    assert Actor.of(user, held) == Actor("王五", "南岳镇乡镇经办人")
    assert Actor.of(user, "430412100218") == Actor("王五", "樟树桥村帮扶责任人")  # the nearest
    assert Actor.of(user, "110101") == Actor("王五", "")


def test_administrator_has_the_right_of_the_post_alone(user, regions):
    give(user, Role.SECURITY_ADMIN, regions["430412"])
    access.require(user, Act.APPOINT, Level.DISTRICT, ["430412"])
    with pytest.raises(NotAllowed):
        access.require(user, Act.DECIDE, Level.DISTRICT, ["430412"])


@pytest.mark.parametrize(("maker", "checker"), [(1, 1), (None, 1), (1, None), (None, None)])
def test_maker_is_not_the_checker(maker, checker):
    access.two_people(1, 2)
    with pytest.raises(NotAllowed, match="另一人"):
        access.two_people(maker, checker)


def test_auditors_and_helpers_of_order_change_nothing():
    assert access.RIGHTS[Role.AUDITOR] == access.RIGHTS[Role.AUDIT_ADMIN] == frozenset()
    assert set(access.RIGHTS) == set(Role)


def test_roles_page_is_the_table():
    out = StringIO()
    call_command("show_rights", stdout=out)
    assert out.getvalue().strip() in ROLES_PAGE.read_text(encoding="utf-8")
