"""What an end makes of a household in plans that are not of exits."""

import pytest

from exitcase.core import journal
from exitcase.core.choices import End, Reason, Status
from households.models import Household
from tests.verification import build
from tests.verification.upper import put
from verification.models import Case
from verification.services import ending
from verification.services.outcomes import settle

pytestmark = pytest.mark.django_db


def ended(programme, status, size=2):
    """A world whose households were listed as `status`, one step before the granting."""
    world = build.world(programme=programme)
    batch = world.batch(size=size, status=status)
    put(world, world.rules.granted_at, [batch])
    return world, batch


def settled(world, batch, end):
    with journal.act(journal.Actor.system(), world.day):
        settle(world.cases(batch), world.rules, end)
    return set(Household.objects.values_list("status", "relapsed_year"))


def test_a_household_found_to_relapse_has_relapsed_that_year():
    world, batch = ended("hetu-2018-relapse", Status.EXITED)
    assert settled(world, batch, End.GRANTED) == {(Status.RELAPSED, world.rules.year)}


def test_an_applicant_taken_in_is_registered():
    world, batch = ended("hetu-2018-identify", Status.APPLICANT)
    assert settled(world, batch, End.GRANTED) == {(Status.REGISTERED, None)}


def test_who_has_gone_on_by_another_case_stays_there():
    world, batch = ended("hetu-2018-identify", Status.APPLICANT, 1)
    Household.objects.update(status=Status.CEASED)
    assert settled(world, batch, End.GRANTED) == {(Status.CEASED, None)}


def test_the_end_itself_settles_it():
    world, batch = ended("hetu-2018-relapse", Status.EXITED, 1)
    rows = Case.objects.filter(batch=batch)
    by = world.cadre()
    ending.cease(rows, reason=Reason.DIED, note="已销户", by=by, done_on=world.day)
    assert Household.objects.get().status == Status.CEASED
    assert Household.objects.get().relapsed_year is None
