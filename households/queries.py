"""Reading the register: always within a scope; and the hash of what a paper rests on."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.db.models import Q, QuerySet

from exitcase.core import merkle
from exitcase.core.models import Appointment
from exitcase.core.scope import Scope
from households.models import Household, HouseholdYear, IncomeItem, Member

# What the signers of 附件1 see and vouch for (DESIGN 8: public and material facts).
OF_HOUSEHOLD = ("number", "group", "head_name", "persons", "kind")
OF_MEMBER = ("number", "name", "id_index", "relation")
OF_YEAR = (
    "persons", "gross_fen", "cost_fen", "net_fen", "income_stable", "staple_food",
    "seasonal_clothes", "dropouts", "insured", "house_grade", "lives_there", "water_safe",
    "measures",
)  # fmt: skip
OF_ITEM = ("item", "detail", "amount_fen")


def in_scope(scope: Scope) -> QuerySet[Household]:
    """The households a person may see."""
    return scope.filter(Household.objects.all())


def of_helper(held: Appointment, way: str) -> Q:
    """What a helper sees of the register: the households that are the helper's own."""
    return Q(**{f"{way}helper": held.user_id})


def successor(household: int, head: int) -> Member | None:
    """Who follows a head where nobody is named: the oldest of the others, so a child only last.

    A child signs by its guardian: that is asked when it signs.
    """
    others = Member.objects.filter(household=household, left_on=None).exclude(pk=head)
    return others.order_by("born", "number").first()


def facts_shas(households: Iterable[int], year: int) -> dict[int, str]:
    """Household id → SHA-256 of the facts its papers of `year` rest on; four queries in all.

    Canonical: length-prefixed texts in fixed order; what nobody has recorded is told apart from
    an empty text.
    """
    keys = list(households)
    facts: dict[int, list[str]] = {key: [] for key in keys}
    _gather(facts, Household.objects.filter(pk__in=keys), "pk", OF_HOUSEHOLD)
    present = Member.objects.filter(household__in=keys, left_on=None)
    _gather(facts, present.order_by("number"), "household", OF_MEMBER)
    records = HouseholdYear.objects.filter(household__in=keys, year=year)
    _gather(facts, records, "household", OF_YEAR)
    items = IncomeItem.objects.filter(record__household__in=keys, record__year=year)
    _gather(facts, items.order_by(*OF_ITEM, "pk"), "record__household", OF_ITEM)
    return {key: sha256(merkle.canonical(texts)).hexdigest() for key, texts in facts.items()}


def _gather(
    facts: dict[int, list[str]], rows: QuerySet[Any], by: str, columns: tuple[str, ...]
) -> None:
    for key, *values in rows.values_list(by, *columns):
        facts[key].append(f"[{len(values)}]")
        facts[key] += ["-" if value is None else f"={value}" for value in values]
