"""补录清单: who reads it, what of it, and that it asks a constant number of statements."""

from datetime import timedelta

import pytest
from django.urls import reverse

from exitcase.core import journal
from exitcase.core.choices import Act, Role
from exitcase.core.errors import Refused
from exitcase.core.journal import LateWithoutReason
from exitcase.core.models import Entry, Region, User
from exitcase.core.scope import Scope
from exitcase.core.services import people
from households.models import Household
from tests.verification import build
from verification.queries import late_entries
from verification.services.listing import list_cases

WHY = "村里断网,补录上周的名单"


def listed(world, village, days, reason=""):
    """A list of two households dated so many days before it is entered."""
    made = build.households(village, 2)
    rows = Household.objects.filter(pk__in=[one.pk for one in made])
    day = world.day - timedelta(days=days)
    by = world.cadre(village)
    return list_cases(village, rows, programme=world.programme, by=by, done_on=day, reason=reason)


def text(answer):
    return answer.content.decode()


def test_beyond_the_plans_days_a_reason_is_needed_and_the_row_is_marked(world):
    days = world.rules.clock.late_entry.days
    listed(world, world.villages[0], days)
    assert not Entry.objects.filter(late="1").exists()
    with pytest.raises(LateWithoutReason):
        listed(world, world.villages[0], days + 1)
    batch = listed(world, world.villages[0], days + 1, WHY)
    rows = Entry.objects.filter(late="1")
    assert {row.reason for row in rows} == {WHY}
    assert rows.filter(subject="case").count() == 2
    assert rows.filter(subject="batch", subject_id=str(batch.pk)).count() == 1
    assert {row.done_on < row.recorded_at[:10] for row in rows} == {True}


def test_each_region_reads_its_own(world):
    first, second = world.villages
    own, other = listed(world, first, 9, WHY), listed(world, second, 9, WHY)
    cadre = late_entries(Scope.of(world.cadre(first)))
    assert set(cadre.filter(subject="batch").values_list("subject_id", flat=True)) == {str(own.pk)}
    assert cadre.filter(subject="case").count() == 2
    for user in (world.officer(), world.user(Role.DISTRICT_OFFICER)):
        found = late_entries(Scope.of(user))
        assert set(found.filter(subject="batch").values_list("subject_id", flat=True)) == {
            str(own.pk),
            str(other.pk),
        }
    away = build.user(Role.DISTRICT_OFFICER, "43")
    assert late_entries(Scope.of(away)).count() == found.count()


def test_nobody_of_elsewhere_reads_any(world):
    listed(world, world.villages[0], 9, WHY)
    Region.objects.create(
        code="430405", name="别处", level="district", parent_id="4304", edition="test"
    )
    assert not late_entries(Scope.of(build.user(Role.DISTRICT_OFFICER, "430405"))).exists()


def test_the_page_tells_day_entry_who_and_why(as_, world):
    listed(world, world.villages[0], 9, WHY)
    said = text(as_(world.officer()).get(reverse("late_entries")))
    assert WHY in said
    assert "列入名单" in said
    assert (world.day - timedelta(days=9)).isoformat() in said
    assert world.cadre().name in said


def test_an_auditor_reads_it_and_a_village_does_not(as_, world):
    listed(world, world.villages[0], 9, WHY)
    user = User.objects.create_user("audit", "审计甲")
    region = Region.objects.get(pk=build.DISTRICT)
    people.appoint(
        user,
        Role.AUDITOR,
        region,
        by=journal.Actor.system(),
        since=build.SINCE,
        until=world.day,
        purpose="专项审计",
    )
    assert WHY in text(as_(user).get(reverse("late_entries")))
    assert as_(world.cadre()).get(reverse("late_entries")).status_code == 403


def test_without_any_the_page_says_so(as_, world):
    assert "没有补录" in text(as_(world.officer()).get(reverse("late_entries")))
    with pytest.raises(Refused, match="日期不能晚于今天"):
        listed(world, world.villages[0], -1)
    assert not Entry.objects.filter(act=Act.LIST).exists()
