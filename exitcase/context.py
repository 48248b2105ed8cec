"""What every page shows beside its own: who is here, what for, and whether this is a demo."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from exitcase.core import clock
from exitcase.core.choices import DeploymentKind, Role
from exitcase.core.models import Deployment, User
from exitcase.core.scope import Scope
from exitcase.core.words import ROLES
from verification.views.desk import waiting_count

SIZE_COOKIE = "size"
KEYS_COOKIE = "keys"


def frame(request: HttpRequest) -> dict[str, Any]:
    """For the base template. A page of a stranger asks the database nothing about people."""
    found: dict[str, Any] = {
        "elder": request.COOKIES.get(SIZE_COOKIE) == "xl",
        "keys_off": request.COOKIES.get(KEYS_COOKIE) == "off",
        "is_demo": is_demo(),
        "today": clock.today(),
    }
    user = getattr(request, "user", None)
    if isinstance(user, User):
        scope = Scope.of(user)
        found |= {
            "posts": [(one.region.name, ROLES[Role(one.role)]) for one in scope.held],
            "sees_cases": bool(scope.codes),
            # Only pages with the navigation ask for it.
            "waiting": SimpleLazyObject(lambda: waiting_count(scope)),
        }
    return found


def is_demo() -> bool:
    """Whether everything this database shows is invented."""
    latest = Deployment.objects.order_by("pk").last()
    return latest is not None and latest.kind == DeploymentKind.DEMO
