import pytest
from django.core.exceptions import ImproperlyConfigured

from exitcase.core import keys
from exitcase.core.choices import DeploymentKind
from exitcase.core.services import house

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_keys(settings, tmp_path):
    settings.DATA = tmp_path
    keys.forget()
    yield lambda demo: keys.create(demo=demo)
    keys.forget()


def test_demo_serves_a_demo(settings, own_keys):
    own_keys(True)
    house.open_as(DeploymentKind.DEMO)
    assert house.check_house(None, ["default"]) == []
    house.refuse_mixed()


def test_production_refuses_a_demo_database(settings, own_keys):
    own_keys(False)
    house.open_as(DeploymentKind.DEMO)
    settings.EXITCASE_PRODUCTION = True
    (error,) = house.check_house(None, ["default"])
    assert error.msg == "EXITCASE_PRODUCTION=1, but the database is a demo"
    with pytest.raises(ImproperlyConfigured, match="is a demo"):
        house.refuse_mixed()


def test_production_database_refuses_demo_keys(own_keys):
    own_keys(True)
    house.open_as(DeploymentKind.PRODUCTION)
    (error,) = house.check_house(None, ["default"])
    assert "production wants its own" in error.msg


def test_production_with_its_own_keys_is_fine(settings, own_keys):
    own_keys(False)
    settings.EXITCASE_PRODUCTION = True
    house.open_as(DeploymentKind.PRODUCTION)
    assert house.faults() == []
    assert house.check_house(None) == []  # without databases nothing is asked
