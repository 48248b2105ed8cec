"""What every page shows beside its own: who is here, what for, and whether this is a demo."""

from typing import Any

from django.http import HttpRequest

from exitcase.core import clock
from exitcase.core.choices import DeploymentKind, Role
from exitcase.core.models import Deployment, User
from exitcase.core.scope import Scope
from exitcase.core.words import ROLES

SIZE_COOKIE = "size"


def frame(request: HttpRequest) -> dict[str, Any]:
    """For the base template. A page of a stranger asks the database nothing about people."""
    latest = Deployment.objects.order_by("pk").last()
    found: dict[str, Any] = {
        "elder": request.COOKIES.get(SIZE_COOKIE) == "xl",
        "is_demo": latest is not None and latest.kind == DeploymentKind.DEMO,
        "today": clock.today(),
    }
    user = getattr(request, "user", None)
    if isinstance(user, User):
        scope = Scope.of(user)
        found |= {
            "posts": [(one.region.name, ROLES[Role(one.role)]) for one in scope.held],
            "sees_cases": bool(scope.codes),
        }
    return found
