"""The demo: lists under way, one account a role, and only where the database is one."""

import dataclasses
import re

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

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
    accounts, password = demo.choose_accounts(SMALL), demo.make_password()
    demo.open_accounts(accounts, password)
    assert {one.role for one in accounts} == set(Role)
    assert all(authenticate(None, username=a.username, password=password) for a in accounts)
    chosen = {one.username for one in accounts}
    assert not any(one.has_usable_password() for one in User.objects.exclude(username__in=chosen))
    assert Batch.objects.exclude(stage="closed").exists()
    assert walk.today == SMALL.until


def broken_off(*_args):
    raise KeyboardInterrupt


@pytest.fixture
def told(settings, tmp_path, monkeypatch):
    """The command in a folder of its own, with the small plan."""
    settings.DATA = tmp_path
    monkeypatch.setattr(demo, "plan", lambda: SMALL)
    return tmp_path


def opened():
    return [one.username for one in User.objects.order_by("pk") if one.has_usable_password()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_a_demo_broken_off_is_taken_up_and_its_note_opens_every_account(
    place, told, monkeypatch, settings, tmp_path
):
    """Wherever it breaks, no account has a password that stands in no note."""
    settings.STATIC_ROOT = tmp_path / "static"  # `prepare` collects; other tests share our folder
    build.VillageYear.objects.all().delete()
    with monkeypatch.context() as hurt:
        hurt.setattr(demo, "choose_accounts", broken_off)
        with pytest.raises(KeyboardInterrupt):
            call_command("demo")
    assert (opened(), demo.note().exists(), demo.unfinished().exists()) == ([], False, True)
    with monkeypatch.context() as hurt:
        hurt.setattr(demo, "open_accounts", broken_off)
        with pytest.raises(KeyboardInterrupt):
            call_command("demo")
    assert (opened(), demo.note().exists(), demo.unfinished().exists()) == ([], True, True)
    batches = Batch.objects.count()
    call_command("prepare")
    note = demo.note().read_text("utf-8")
    password = re.search(r"\w{4}-\w{4}-\w{4}-\w{4}", note)[0]
    assert len(opened()) == len(Role)
    assert all(name in note for name in opened())
    assert all(authenticate(None, username=name, password=password) for name in opened())
    assert (Batch.objects.count(), demo.unfinished().exists()) == (batches, False)
    with pytest.raises(CommandError, match="库中已有批次"):
        call_command("demo")


@pytest.mark.django_db
def test_a_demo_broken_off_before_its_first_list_says_what_to_delete(place, told):
    demo.unfinished().touch()
    User.objects.create(username="x", name="x")
    with pytest.raises(CommandError, match="上次的演示数据没有装完") as error:
        call_command("demo")
    assert str(told) in str(error.value)


@pytest.mark.django_db
def test_a_database_for_real_people_takes_no_demo():
    house.open_as(DeploymentKind.PRODUCTION)
    with pytest.raises(Refused, match="只有演示库"):
        demo.play(SMALL)
