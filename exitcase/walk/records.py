"""What is on record of the households of a walk, and by whom a plan's standards are not met."""

from django.db.models import QuerySet

from exitcase.core import clock, identity
from exitcase.core.rules import Rules
from households import facts
from households.choices import Health, Relation
from households.models import IncomeItem, Member
from households.queries import successor
from verification.models import Case

FEW = 2  # households of a list


def below(rules: Rules, cases: QuerySet[Case]) -> dict[int, set[str]]:
    """Case → the indicators whose recorded facts do not meet the plan: a visitor sees it."""
    found: dict[int, set[str]] = {}
    rows = cases.order_by("pk")
    for indicator in rules.indicators:
        fails = rows.none()
        for test in indicator.test:
            met = rows.filter(facts.test_passes(test, rules.year))
            fails = fails | rows.exclude(pk__in=met.values("pk"))
        for key in fails.values_list("pk", flat=True):
            found.setdefault(key, set()).add(indicator.key)
    return found


def head(case: Case) -> Member:
    return Member.objects.get(household=case.household_id, relation=Relation.HEAD, left_on=None)


def others(case: Case) -> QuerySet[Member]:
    """Everybody of the household but its head, the oldest first."""
    rows = Member.objects.filter(household=case.household_id, left_on=None)
    return rows.exclude(relation=Relation.HEAD).order_by("born", "pk")


def guardian(case: Case) -> Member | None:
    """The oldest who is grown up and not the head."""
    return next(filter(_grown, others(case)), None)


def alone(case: Case) -> bool:
    return case.persons == 1


def has_successor(case: Case) -> bool:
    """Another may become the head, and is grown up."""
    found = successor(case.household_id, head(case).pk)
    return found is not None and _grown(found)


def has_guardian(case: Case) -> bool:
    """The head cannot act, and somebody grown up in the household can."""
    return head(case).health == Health.DISABLED and guardian(case) is not None


def has_company(case: Case) -> bool:
    """Its list is long enough that others stay on it."""
    listed: int = Case.objects.filter(batch=case.batch_id).count()
    return listed > FEW


def has_income(case: Case) -> bool:
    return IncomeItem.objects.filter(record__household=case.household_id).exists()


def _grown(member: Member) -> bool:
    return identity.birthday(member.born, identity.ADULT) <= clock.today()
