"""What moves a case is locked from the floors below, which do not know it."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import CLOSED
from exitcase.core.services.parents import lock_parents
from tests.verification import build
from verification.models import Batch

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build.world(villages=2)


def locked(**columns) -> list[str]:
    """The tables whose rows were locked, in the order of locking; on SQLite, asked for."""
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        lock_parents(**columns)
    asked = [one["sql"] for one in seen if one["sql"].startswith("SELECT")]
    if connection.vendor == "postgresql":
        assert all("FOR UPDATE" in sql for sql in asked)
    return [sql.partition(' FROM "')[2].partition('"')[0] for sql in asked]


def rows(**columns) -> int:
    """How many batches are locked for these columns of a case."""
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        lock_parents(**columns)
        first = next(one["sql"] for one in seen if "verification_batch" in one["sql"])
        with connection.cursor() as cursor:
            cursor.execute(first)
            return len(cursor.fetchall())


def test_batches_first_then_their_notices(world):
    case = world.cases(world.batch(size=1)).get()
    order = ["verification_batch", "publicity_notice"]
    assert locked(pk=case.pk) == order
    assert locked(village=case.village_id) == order
    assert locked(household=case.household_id) == order


def test_the_batches_of_these_cases_and_no_others(world):
    here, there = (world.batch(village, size=1) for village in world.villages)
    world.batch(here.village_id, size=1)
    assert rows(village=here.village_id) == 2
    assert rows(village=there.village_id) == 1
    assert rows(pk=world.cases(there).get().pk) == 1
    assert rows(pk=0) == 0


def test_a_closed_batch_moves_no_more(world):
    batch = world.batch(size=1)
    Batch.objects.filter(pk=batch.pk).update(stage=CLOSED)
    assert rows(village=batch.village_id) == 0
