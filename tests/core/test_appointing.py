"""Who gives and ends roles and posts, by what a form sends; and what a vacancy looks like."""

from datetime import date, timedelta

import pytest

from exitcase.core.choices import Act, Post, Role
from exitcase.core.errors import NotAllowed, OutOfScope, Refused
from exitcase.core.models import Appointment, Entry, PostHolder, User
from exitcase.core.scope import Scope
from exitcase.core.services import appointing
from exitcase.core.services.people import appoint, holder_of
from tests.core.conftest import CLERK

SINCE = date(2019, 1, 1)
DISTRICT, TOWNSHIP, VILLAGE = "430412", "430412100", "430412100218"


def account(regions, role, code, name="甲"):
    user = User.objects.create_user(f"{role}-{code}", name)
    appoint(user, role, regions[code], by=CLERK, since=SINCE)
    return user


@pytest.fixture
def admin(regions):
    return account(regions, Role.SECURITY_ADMIN, DISTRICT, "安全管理员")


@pytest.fixture
def officer(regions):
    return account(regions, Role.TOWNSHIP_OFFICER, TOWNSHIP, "经办人")


def give(admin, today, role=Role.HELPER, region=VILLAGE, username="wangwu", **more):
    told = {"by": admin, "since": today, "done_on": today, **more}
    return appointing.give_role(username, role, region, **told)


def end(admin, held, until, reason="调离"):
    told = {"by": admin, "until": until, "done_on": until, "reason": reason}
    return appointing.end_role(held.pk, **told)


def fill(officer, today, name="石爱莲", post=Post.VILLAGE_SECRETARY, **more):
    told = {"by": officer, "since": SINCE, "done_on": today, **more}
    return appointing.fill_post(VILLAGE, post, name, **told)


# ── roles ──


def test_the_security_administrator_gives_and_ends_a_role(admin, user, today):
    held = give(admin, today)
    assert Scope.of(user).codes == [VILLAGE]
    entry = Entry.objects.get(act=Act.APPOINT, subject_id=str(held.pk))
    assert (entry.actor, entry.post, entry.became) == (
        "安全管理员",
        "南岳区安全管理员",
        Role.HELPER,
    )
    ended = end(admin, held, today)
    assert (ended.until, Scope.of(user).codes) == (today, [VILLAGE])  # the last day is worked
    assert Entry.objects.get(act=Act.DISMISS).reason == "调离"


def test_an_appointment_to_come_and_one_that_is_over_show_nothing(admin, user, today):
    give(admin, today, since=today + timedelta(days=1))
    give(
        admin,
        today,
        role=Role.WORK_TEAM,
        since=today - timedelta(days=9),
        until=today - timedelta(days=1),
    )
    assert Scope.of(user).codes == []


def test_nobody_else_appoints_and_nobody_themselves(admin, officer, user, today):
    with pytest.raises(NotAllowed):
        give(officer, today)
    with pytest.raises(NotAllowed, match="另一人"):
        give(admin, today, role=Role.AUDIT_ADMIN, region=DISTRICT, username=admin.username)
    with pytest.raises(OutOfScope):
        give(admin, today, role=Role.DISTRICT_OFFICER, region="110101")
    own = Appointment.objects.get(user=admin)
    with pytest.raises(NotAllowed, match="另一人"):
        end(admin, own, today)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"username": "nobody"}, ("没有这个用户名,或已停用", "先建立账号")),
        ({"region": TOWNSHIP, "role": Role.VILLAGE_CADRE}, ("这一角色不在这一级任职", "村")),
        ({"role": Role.DISTRICT_OFFICER}, ("这一角色不在这一级任职", "县级")),
    ],
)
def test_what_cannot_be_appointed_is_refused(admin, user, today, more, said):
    with pytest.raises(Refused) as refused:
        give(admin, today, **more)
    assert (refused.value.message, refused.value.rule) == said
    assert not Appointment.objects.filter(user=user).exists()


def test_an_account_that_is_closed_gets_no_role(admin, user, today):
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(Refused, match="已停用"):
        give(admin, today)


def test_an_end_wants_a_reason_and_an_appointment_of_ones_own_regions(admin, regions, user, today):
    held = give(admin, today)
    with pytest.raises(Refused, match="请写明原因"):
        end(admin, held, today, reason=" ")
    other = appoint(user, Role.DISTRICT_OFFICER, regions["110101"], by=CLERK, since=SINCE)
    with pytest.raises(OutOfScope):
        end(admin, other, today)
    with pytest.raises(OutOfScope):
        appointing.end_role(0, by=admin, until=today, done_on=today, reason="调离")
    assert not Appointment.objects.filter(until__isnull=False).exists()


def test_the_list_is_of_the_region_asked_and_for_who_appoints(admin, officer, user, today):
    held = give(admin, today)
    assert list(appointing.appointments(admin, VILLAGE)) == [held]
    assert len(appointing.appointments(admin, DISTRICT)) == 3
    with pytest.raises(NotAllowed):
        appointing.appointments(officer, TOWNSHIP)
    with pytest.raises(OutOfScope):
        appointing.appointments(admin, "110101")


# ── posts ──


def test_a_township_writes_down_who_holds_a_village_post(officer, today):
    first = fill(officer, today)
    second = fill(officer, today, "彭国良", since=today)
    first.refresh_from_db()
    assert first.until == today - timedelta(days=1)
    assert holder_of(VILLAGE, Post.VILLAGE_SECRETARY, today) == second
    assert Entry.objects.filter(act=Act.RECORD_POST, subject="postholder").count() == 2


def test_a_vacant_post_is_vacant_until_somebody_acts(officer, today):
    held = fill(officer, today, since=today - timedelta(days=30))
    last = today - timedelta(days=10)
    told = {"by": officer, "until": last, "done_on": today, "reason": "免职"}
    appointing.vacate_post(held.pk, **told)
    assert holder_of(VILLAGE, Post.VILLAGE_SECRETARY, last) == held
    assert holder_of(VILLAGE, Post.VILLAGE_SECRETARY, today) is None
    acting = fill(officer, today, "彭国良", since=last, acting=True, reason="书记空缺")
    assert (acting.acting, acting.name) == (True, "彭国良")
    assert holder_of(VILLAGE, Post.VILLAGE_SECRETARY, today) == acting


def test_who_stands_in_for_a_day_leaves_the_holder_in_the_post(officer, today):
    held = fill(officer, today, since=today - timedelta(days=30))
    with pytest.raises(Refused, match="请写明原因"):
        fill(officer, today, "彭国良", since=today, until=today, acting=True)
    fill(officer, today, "彭国良", since=today, until=today, acting=True, reason="书记外出培训")
    held.refresh_from_db()
    assert held.until is None
    on_the_day = PostHolder.objects.on(today).filter(post=Post.VILLAGE_SECRETARY)
    assert set(on_the_day.values_list("name", flat=True)) == {"石爱莲", "彭国良"}
    after = PostHolder.objects.on(today + timedelta(days=1))
    assert set(after.values_list("name", flat=True)) == {"石爱莲"}


def test_posts_are_written_down_by_the_level_that_staffs_them(regions, admin, officer, today):
    cadre = account(regions, Role.VILLAGE_CADRE, VILLAGE, "村干部")
    for nobody in (cadre, admin):
        with pytest.raises(NotAllowed):
            fill(nobody, today)
    with pytest.raises(OutOfScope):
        appointing.fill_post(
            "430412101200", Post.VILLAGE_SECRETARY, "甲", by=officer, since=SINCE, done_on=today
        )
    held = fill(officer, today)
    told = {"until": today, "done_on": today, "reason": "免职"}
    with pytest.raises(NotAllowed):
        appointing.vacate_post(held.pk, by=cadre, **told)
    with pytest.raises(OutOfScope):
        appointing.vacate_post(0, by=officer, **told)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"name": " "}, "请填写任职人姓名"),
        ({"name": "石爱莲"}, "该人当日已任这一职务"),
        ({"name": "乙", "username": "nobody"}, "没有这个用户名,或已停用"),
        ({"name": "乙"}, "接任日期须晚于现任的任职日期"),
        (
            {"name": "乙", "beside": True, "until": date(2018, 12, 31)},
            "截止日期早于起始日期",
        ),
        ({"name": "乙", "post": Post.TOWNSHIP_LEADER}, "这一职务不在这一级任职"),
        ({"name": "乙", "post": Post.HELPER}, "这一职务不在这一级任职"),
    ],
)
def test_what_cannot_be_a_holder_is_refused(officer, today, more, message):
    fill(officer, today)
    with pytest.raises(Refused) as refused:
        fill(officer, today, **more)
    assert refused.value.message == message
    assert PostHolder.objects.count() == 1


def test_a_post_ends_not_before_it_began(officer, today):
    held = fill(officer, today)
    told = {"until": date(2018, 12, 31), "done_on": today, "reason": "免职"}
    with pytest.raises(Refused, match="免职日期早于任职日期"):
        appointing.vacate_post(held.pk, by=officer, **told)


def test_several_in_a_post_do_not_go_because_one_comes(officer, today):
    rep = {"post": Post.VILLAGE_REP, "beside": True}
    for name in ("甲", "乙"):
        fill(officer, today, name, **rep)
    with pytest.raises(Refused) as refused:
        fill(officer, today, "丙", post=Post.VILLAGE_REP, since=today)
    assert (refused.value.message, refused.value.value) == (
        "这一职务现有 2 人在任,不能由一人接任",
        "甲、乙",
    )
    fill(officer, today, "丙", since=today, **rep)
    assert PostHolder.objects.filter(post=Post.VILLAGE_REP, until=None).count() == 3


def test_a_time_that_is_over_is_not_written_anew(officer, today):
    held = fill(officer, today)
    told = {"by": officer, "done_on": today, "reason": "免职"}
    appointing.vacate_post(held.pk, until=today - timedelta(days=1), **told)
    with pytest.raises(Refused, match="该任职已登记卸任"):
        appointing.vacate_post(held.pk, until=today - timedelta(days=5), **told)
    held.refresh_from_db()
    assert held.until == today - timedelta(days=1)
