"""`manage.py travel`: a demo's clock goes on, and nowhere else."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from exitcase.core import clock
from exitcase.core.choices import DeploymentKind
from exitcase.core.services import house

pytestmark = pytest.mark.django_db


def test_a_demo_goes_to_noon_of_a_later_day(capsys):
    house.open_as(DeploymentKind.DEMO)
    call_command("travel", "2100-03-01")
    assert clock.today() == date(2100, 3, 1)
    assert clock.read().astimezone(clock.PLACE).hour == 12
    assert "2100-03-01" in capsys.readouterr().out


def test_it_never_goes_back():
    house.open_as(DeploymentKind.DEMO)
    call_command("travel", "2100-03-02")
    with pytest.raises(CommandError, match="只能往后拨:2100-03-01 早于今天 2100-03-02"):
        call_command("travel", "2100-03-01")
    assert clock.today() == date(2100, 3, 2)


def test_a_house_in_use_keeps_the_real_time():
    house.open_as(DeploymentKind.PRODUCTION)
    before = clock.today()
    with pytest.raises(CommandError, match="只有演示系统可以调整时钟"):
        call_command("travel", "2100-03-01")
    assert clock.today() == before
