"""What may be done to one household from its case's page, beside the work of its stage."""

from django.urls import reverse
from django.utils.translation import gettext as _

from exitcase.core import access
from exitcase.core.choices import LIVE, Act, Level
from exitcase.core.scope import Scope
from exitcase.core.screens import Link
from verification.models import Case


def deeds(scope: Scope, case: Case) -> list[Link]:
    """The pages of these acts that this person may open; no query."""
    found = []
    if case.state in LIVE and access.may(scope, Act.CORRECT, Level.VILLAGE, case.village_id):
        found.append(Link(_("更正"), reverse("correct", args=[case.pk])))
    if access.may(scope, Act.OBJECT, Level.VILLAGE, case.village_id):
        found.append(Link(_("登记异议、申诉"), reverse("lodge", args=[case.pk])))
    return found
