"""Import: what goes in, what stays out and why, and that nobody is lost count of."""

import pytest

from households.models import Household, HouseholdYear, IncomeItem, Member, VillageYear
from households.services import import_register
from tests.households.conftest import register

pytestmark = pytest.mark.django_db


def test_import_takes_everybody_in(regions) -> None:
    result = import_register(register(40), year=2020, name="a.xlsx")
    assert result.faults == []
    assert (result.persons.read, result.persons.created) == (40, 40)
    assert Member.objects.count() == 40
    assert Household.objects.count() == result.households.created
    assert HouseholdYear.objects.count() == result.households.created
    assert VillageYear.objects.count() == result.villages.created == 4


def test_second_import_changes_nothing(regions) -> None:
    data = register(40)
    import_register(data, year=2020)
    again = import_register(data, year=2020)
    assert again.faults == again.warnings == []
    assert again.persons.unchanged == 40
    assert again.households.unchanged == again.households.read
    assert again.villages.unchanged == 4
    assert IncomeItem.objects.count() > 0
