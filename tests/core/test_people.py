from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from guardian.shortcuts import get_perms

from exitcase.core.choices import Act, Post, Role
from exitcase.core.errors import Refused
from exitcase.core.models import Appointment, Entry, PostHolder, User
from exitcase.core.services.people import appoint, dismiss, hold_post, holder_of
from tests.core.conftest import CLERK

SINCE = date(2019, 1, 1)


def give(user, role, region, **more):
    return appoint(user, role, region, by=CLERK, **{"since": SINCE, **more})


def test_nobody_is_a_superuser(user):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_superuser=True)


def test_appointment_is_mirrored_in_guardian_and_written_down(user, regions):
    town = regions["430412100"]
    held = give(user, Role.TOWNSHIP_OFFICER, town)
    assert get_perms(user, town) == ["township_officer"]
    assert get_perms(user, regions["430412"]) == []
    entry = Entry.objects.get()
    assert (entry.act, entry.became, entry.subject_id) == (
        Act.APPOINT,
        "township_officer",
        str(held.pk),
    )
    assert give(user, Role.TOWNSHIP_OFFICER, town) == held  # twice is once


def test_dismissal_ends_the_grant_unless_another_appointment_needs_it(user, regions, today):
    town = regions["430412100"]
    held = give(user, Role.TOWNSHIP_OFFICER, town)
    other = give(user, Role.TOWNSHIP_OFFICER, town, organ="office")
    dismiss(held, by=CLERK, until=today - timedelta(days=1), reason="调离")
    assert get_perms(user, town) == ["township_officer"]
    dismiss(other, by=CLERK, until=today)  # today is still worked
    assert get_perms(user, town) == ["township_officer"]
    dismiss(other, by=CLERK, until=today - timedelta(days=1))
    assert get_perms(user, town) == []
    assert Entry.objects.filter(act=Act.DISMISS, reason="调离").count() == 1


def test_days_in_the_wrong_order_are_refused(user, regions):
    with pytest.raises(Refused, match="截止日期早于起始日期"):
        give(user, Role.HELPER, regions["430412100218"], until=SINCE - timedelta(days=1))
    held = give(user, Role.HELPER, regions["430412100218"])
    with pytest.raises(Refused, match="免职日期早于任职日期"):
        dismiss(held, by=CLERK, until=SINCE - timedelta(days=1))


def test_auditor_has_an_errand_with_an_end(user, regions):
    for missing in ({"purpose": "专项审计"}, {"until": date(2030, 1, 1)}):
        with pytest.raises(Refused, match="事由和截止日期"):
            give(user, Role.AUDITOR, regions["430412"], **missing)
    give(user, Role.AUDITOR, regions["430412"], purpose="专项审计", until=date(2030, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.update(until=None)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN),
        (Role.SECURITY_ADMIN, Role.DISTRICT_OFFICER),
        (Role.DISTRICT_OFFICER, Role.SECURITY_ADMIN),
    ],
)
def test_administrators_hold_nothing_else_at_the_same_time(user, regions, first, second):
    held = give(user, first, regions["430412"])
    with pytest.raises(Refused, match="不同的人"):
        give(user, second, regions["430412"])
    dismiss(held, by=CLERK, until=date(2020, 1, 31))
    give(user, second, regions["430412"], since=date(2020, 2, 1))


def test_several_posts_in_one_hand_are_allowed(user, regions):
    give(user, Role.VILLAGE_CADRE, regions["430412100218"])
    give(user, Role.HELPER, regions["430412100218"])
    assert user.appointments.count() == 2


def test_post_is_asked_on_a_day(regions):
    village = regions["430412100218"]
    one = hold_post(village, Post.VILLAGE_SECRETARY, "石爱莲", by=CLERK, since=SINCE)
    hold_post(village, Post.VILLAGE_DIRECTOR, "石爱莲", by=CLERK, since=SINCE)  # 一肩挑
    two = hold_post(village, Post.VILLAGE_SECRETARY, "彭国良", by=CLERK, since=date(2020, 7, 1))

    def secretary(day):
        return holder_of(village.pk, Post.VILLAGE_SECRETARY, day)

    assert secretary(date(2018, 12, 31)) is None  # vacant
    assert secretary(SINCE) == secretary(date(2020, 6, 30)) == one
    assert secretary(date(2020, 7, 1)) == two
    assert PostHolder.objects.get(pk=one.pk).until == date(2020, 6, 30)
    assert holder_of(village.pk, Post.VILLAGE_DIRECTOR, date(2020, 8, 1)).name == "石爱莲"


def test_members_of_a_body_stand_beside_each_other(regions):
    for name in ("甲", "乙"):
        hold_post(
            regions["430412100218"], Post.VILLAGE_REP, name, by=CLERK, since=SINCE, beside=True
        )
    assert PostHolder.objects.on(date(2020, 1, 1)).count() == 2
