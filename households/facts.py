"""Facts of the register as questions to the database: a programme names a fact, this finds it.

Every question is true only for what is known: NULL, nobody has recorded it, never passes.
"""

from collections.abc import Callable
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from exitcase.core.choices import Fact
from exitcase.core.rules import Test
from exitcase.core.rules_tables import Bar
from households.models import Household, HouseholdYear

# Facts of the household itself; the rest stand in its year.
OF_THE_HOUSEHOLD: Final = {
    Fact.FIRST_IDENTIFIED_YEAR,
    Fact.RELAPSED_YEAR,
    Fact.HOUSEHOLD_PERSONS,
}
COLUMN: Final = {Fact.HOUSEHOLD_PERSONS: "persons"}
# Facts that only another organ's data can show: they are asked of the hits.
OF_HITS: Final = frozenset(
    {
        Fact.HIT_UNVERIFIED,
        Fact.HIT_NOT_MET,
        Fact.COMMERCIAL_HOUSING,
        Fact.CAR,
        Fact.PUBLIC_PAYROLL,
        Fact.BUSINESS,
        Fact.DUPLICATE_NUMBER,
        Fact.FALSE_DISABILITY_CARD,
    }
)
# When a bar does not hit: `year` is the programme's.
FREE: Final[dict[Fact, Callable[[int], Q]]] = {
    Fact.FIRST_IDENTIFIED_YEAR: lambda year: Q(first_identified_year__lt=year),
    # NULL is known here: a household that never relapsed has no such year.
    Fact.RELAPSED_YEAR: lambda year: Q(relapsed_year=None) | Q(relapsed_year__lt=year),
    Fact.EFFECT_EVIDENT: lambda _year: Q(effect_evident=True),
    Fact.DISABLED_NO_STABLE_INCOME: lambda _year: Q(disabled_no_stable_income=False),
    Fact.ILLNESS_SCHOOL_COSTS: lambda _year: Q(illness_school_costs=False),
    Fact.RIGID_COSTS: lambda _year: Q(rigid_costs=False),
}


def of_a_hit(fact: Fact) -> bool:
    """Whether a bar on this fact is asked of the comparison's hits instead."""
    return fact in OF_HITS


def test_passes(test: Test, year: int, household: str = "household") -> Exists:  # noqa: PT028  # no test of ours
    """True for the rows whose household meets one test of an indicator.

    `household` is the column of the row that names the household.
    """
    value = F(column(test.value)) if isinstance(test.value, Fact) else test.value
    holds = Q(**{f"{column(test.fact)}__{test.op.lookup}": value})
    return Exists(_rows(test.fact, year, household).filter(holds))


def bar_absent(bar: Bar, year: int, household: str = "household") -> Exists:
    """True for the rows whose household is known not to be barred by it."""
    return Exists(_rows(bar.fact, year, household).filter(FREE[bar.fact](year)))


def column(fact: Fact) -> str:
    """Where a fact stands; most columns are called like their fact."""
    return COLUMN.get(fact, str(fact))


def _rows(fact: Fact, year: int, household: str) -> "QuerySet[Household] | QuerySet[HouseholdYear]":
    if fact in OF_THE_HOUSEHOLD:
        return Household.objects.filter(pk=OuterRef(household))
    return HouseholdYear.objects.filter(household=OuterRef(household), year=year)
