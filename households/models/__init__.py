from households.models.household import Household, Member, MemberChange
from households.models.village import VillageYear
from households.models.year import HouseholdYear, IncomeItem, Measure

__all__ = [
    "Household",
    "HouseholdYear",
    "IncomeItem",
    "Measure",
    "Member",
    "MemberChange",
    "VillageYear",
]
