"""催办: once a working day, by who stands above, kept in the journal."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from exitcase.core.choices import Act, Role
from exitcase.core.errors import NotAllowed, OutOfScope, Refused
from exitcase.core.models import Entry
from tests.verification import build
from verification.models import Batch, Reminder
from verification.services.reminding import remind

pytestmark = pytest.mark.django_db
FRIDAY, SATURDAY, MONDAY = date(2020, 10, 9), date(2020, 10, 17), date(2020, 10, 19)


@pytest.fixture
def world():
    made = build.world(villages=2)
    made.on(FRIDAY)
    return made


@pytest.fixture
def batch(world):
    return world.batch(size=2)


def test_a_reminder_is_kept_with_its_entry(world, batch):
    officer = world.officer()
    made = remind(batch, batch.stage, by=officer)
    assert (made.batch, made.stage, made.day, made.by) == (batch, "collection", FRIDAY, officer)
    entry = Entry.objects.get(act=Act.REMIND)
    assert (entry.subject, entry.subject_id, entry.stage) == ("batch", str(batch.pk), "collection")
    assert (entry.actor, entry.tx) == (officer.name, made.tx)


def test_the_second_of_a_day_is_refused_whoever_asks(world, batch):
    remind(batch, batch.stage, by=world.officer())
    with pytest.raises(Refused, match="今天已催办过,每个工作日一次"):
        remind(batch, batch.stage, by=world.user(Role.DISTRICT_OFFICER))
    assert Reminder.objects.count() == 1
    world.on(date(2020, 10, 12))
    remind(batch, batch.stage, by=world.officer())
    assert Reminder.objects.count() == 2


def test_nobody_is_reminded_on_a_day_of_rest(world, batch):
    world.on(SATURDAY)
    with pytest.raises(Refused, match="今天是休息日,请在工作日催办"):
        remind(batch, batch.stage, by=world.officer())
    world.on(MONDAY)
    remind(batch, batch.stage, by=world.officer())
    assert Reminder.objects.get().day == MONDAY


def test_a_batch_that_has_moved_on_is_not_asked_for(world, batch):
    world.bring(batch, "appraisal")
    world.on(MONDAY)
    with pytest.raises(Refused, match="本批次已离开这个环节,不必催办"):
        remind(batch, "collection", by=world.officer())
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("role", [Role.VILLAGE_CADRE, Role.HELPER, Role.DISTRICT_INSPECTOR])
def test_who_stands_not_above_may_not(world, batch, role):
    with pytest.raises((NotAllowed, OutOfScope)):
        remind(batch, batch.stage, by=world.user(role))
    assert not Reminder.objects.exists()


def test_outside_the_region_there_is_no_batch(world, batch):
    with pytest.raises(OutOfScope):
        remind(batch, batch.stage, by=build.user(Role.TOWNSHIP_OFFICER, world.villages[1]))


def test_the_database_refuses_a_second_of_a_day(world, batch):
    made = remind(batch, batch.stage, by=world.officer())
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(
            batch=Batch.objects.get(), stage=made.stage, day=made.day, by=made.by, tx="x"
        )
