"""What may be done to one household from its case's page, beside the work of its stage."""

from django.urls import reverse
from django.utils.translation import gettext as _

from exitcase.core import access
from exitcase.core.choices import LIVE, Act, Level, Status
from exitcase.core.scope import Scope
from exitcase.core.screens import Link
from households.models import Household
from verification.models import Case


def deeds_of_household(scope: Scope, household: Household, last: Case | None) -> list[Link]:
    """The same from the page of a household; `last` is its last case."""
    found, village = [], household.village_id
    if household.status == Status.EXITED and access.may(
        scope, Act.SET_STATUS, Level.VILLAGE, village
    ):
        found.append(Link(_("登记返贫"), reverse("relapse", args=[household.pk])))
    if last and access.may(scope, Act.OBJECT, Level.VILLAGE, village):
        found.append(Link(_("登记异议、申诉"), reverse("lodge", args=[last.pk])))
    return found


def deeds(scope: Scope, case: Case) -> list[Link]:
    """The pages of these acts that this person may open; no query."""
    offered = [
        (Act.CORRECT, _("更正"), "correct", case.state in LIVE),
        (Act.WITHDRAW, _("反悔"), "retract", case.state in LIVE),
        (Act.OBJECT, _("登记异议、申诉"), "lodge", True),
    ]
    found = [
        Link(words, reverse(name, args=[case.pk]))
        for act, words, name, stands in offered
        if stands and access.may(scope, act, Level.VILLAGE, case.village_id)
    ]
    if case.state in LIVE and _finds_faults(scope, case):
        found.append(Link(_("提出整改"), reverse("open_rectification", args=[case.pk])))
    return found


def _finds_faults(scope: Scope, case: Case) -> bool:
    """Whether this person may open a rectification by any of the plan's rows."""
    rules = case.batch.rules
    levels = {
        rules.stage(row.raised_at).level if row.raised_at else rules.organ(row.recheck).level
        for row in rules.rectifications
    }
    return any(access.may(scope, Act.RECHECK, level, case.village_id) for level in levels)
