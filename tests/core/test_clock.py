from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q

from exitcase.core import clock
from exitcase.core.choices import DeploymentKind
from exitcase.core.errors import Refused
from exitcase.core.models import Deployment, Job
from exitcase.core.services import house

pytestmark = pytest.mark.django_db
OCTOBER = datetime(2020, 10, 9, 2, 0, tzinfo=UTC)


def near(moment, other):
    return abs(moment - other) < timedelta(seconds=5)


def test_clock_is_the_real_one_until_a_demo_moves_it():
    assert near(clock.read(), datetime.now(UTC))
    house.open_as(DeploymentKind.DEMO)
    house.travel_to(OCTOBER)
    assert near(clock.read(), OCTOBER)  # in the same transaction
    assert clock.today() == date(2020, 10, 9)
    assert near(clock.read_wall(), datetime.now(UTC))
    house.travel_to(OCTOBER + timedelta(days=7))
    assert near(clock.read(), OCTOBER + timedelta(days=7))


def test_expression_says_what_the_value_says():
    house.open_as(DeploymentKind.DEMO)
    house.travel_to(OCTOBER)
    job = Job.objects.create(kind="x", created_at=OCTOBER + timedelta(minutes=1))
    jobs = Job.objects.filter(pk=job.pk)
    assert not jobs.filter(created_at__lte=clock.now()).exists()
    assert jobs.filter(created_at__lte=clock.wall()).exists()
    house.travel_to(OCTOBER + timedelta(minutes=2))
    assert jobs.filter(Q(created_at__lte=clock.now())).exists()
    jobs.update(created_at=clock.now())
    job.refresh_from_db()
    assert near(job.created_at, OCTOBER + timedelta(minutes=2))
    (annotated,) = jobs.annotate(at=clock.now()).values_list("at", flat=True)
    assert near(annotated, OCTOBER + timedelta(minutes=2))


def test_day_changes_at_midnight_of_shanghai():
    assert clock.day_of(datetime(2020, 10, 8, 15, 59, 59, tzinfo=UTC)) == date(2020, 10, 8)
    assert clock.day_of(datetime(2020, 10, 8, 16, 0, tzinfo=UTC)) == date(2020, 10, 9)


def test_text_is_of_one_width():
    assert clock.as_text(datetime(2020, 1, 1, tzinfo=clock.PLACE)) == "2019-12-31T16:00:00.000000Z"


@pytest.mark.parametrize("kind", [None, DeploymentKind.PRODUCTION])
def test_only_a_demo_moves_its_clock(kind):
    if kind:
        house.open_as(kind)
    with pytest.raises(Refused, match="只有演示系统"):
        house.travel_to(OCTOBER)


def test_database_itself_refuses_a_moved_clock_in_production():
    with pytest.raises(IntegrityError), transaction.atomic():
        Deployment.objects.create(
            kind=DeploymentKind.PRODUCTION, offset_seconds=1, at=clock.read_wall()
        )


def test_purpose_is_said_once():
    house.open_as(DeploymentKind.DEMO)
    house.open_as(DeploymentKind.DEMO)
    assert Deployment.objects.count() == 1
    with pytest.raises(Refused, match="用途不能更改"):
        house.open_as(DeploymentKind.PRODUCTION)
