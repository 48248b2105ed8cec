"""The demo: lists under way, one account a role, and only where the database is one."""

import dataclasses

import pytest
from django.contrib.auth import authenticate

from exitcase import demo
from exitcase.core.choices import DeploymentKind, Role
from exitcase.core.errors import Refused
from exitcase.core.models import User
from exitcase.core.services import house
from tests.verification import build
from verification.models import Batch

SMALL = dataclasses.replace(demo.plan(), persons=24, turns=2)


@pytest.fixture
def place(db):
    house.open_as(DeploymentKind.DEMO)
    build.regions(villages=3)
    build.load(SMALL.programme)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_every_role_has_an_account_that_logs_in(place):
    build.VillageYear.objects.all().delete()
    walk = demo.play(SMALL)
    accounts, password = demo.open_accounts(walk, SMALL)
    assert {one.role for one in accounts} == set(Role)
    assert all(authenticate(None, username=a.username, password=password) for a in accounts)
    chosen = {one.username for one in accounts}
    assert not any(one.has_usable_password() for one in User.objects.exclude(username__in=chosen))
    assert Batch.objects.exclude(stage="closed").exists()
    assert walk.today == SMALL.until


@pytest.mark.django_db
def test_a_database_for_real_people_takes_no_demo():
    house.open_as(DeploymentKind.PRODUCTION)
    with pytest.raises(Refused, match="只有演示库"):
        demo.play(SMALL)
