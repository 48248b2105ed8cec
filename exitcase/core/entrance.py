"""Who may come in at an address. Every view says it with one of these; a test asks all of them.

What lies outside a person's regions does not exist for that person: 404. What lies inside, without
the right: 403. The right itself is asked by the service behind the view.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from exitcase.core import access
from exitcase.core.choices import Act
from exitcase.core.errors import NotAllowed, OutOfScope
from exitcase.core.models import User
from exitcase.core.scope import Scope

# The page of a form that was sent: its service has not been asked yet.
SHOWN_AGAIN = frozenset({HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY})
M = TypeVar("M", bound=Model)
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class Who(StrEnum):
    """The kinds of people at a door."""

    ANYONE = "anyone"
    PEOPLE = "people"  # with an account
    CASES = "cases"  # with an appointment of today that sees cases


@dataclass(frozen=True, slots=True)
class Entrance:
    """What an address declares. `acts`: those of which its service asks for the right."""

    who: Who
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who came in, and what they may see today."""

    user: User
    scope: Scope

    def find(self, rows: QuerySet[M], pk: int, via: str = "") -> M:
        """The one of these rows that lies in this person's regions. Raises OutOfScope: 404."""
        found = self.scope.filter(rows, via=via).filter(pk=pk).first()
        if found is None:
            raise OutOfScope(_("没有找到,或不在您的管辖范围内"))
        return found


def anyone(view: Callable[..., Any]) -> Callable[..., Any]:
    """For everybody, without logging in."""

    @login_not_required
    @wraps(view)
    def inner(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return _declared(inner, Entrance(Who.ANYONE))


def people(view: View[P]) -> View[P]:
    """For whoever has an account, whatever it may see."""
    return cast("View[P]", _declared(view, Entrance(Who.PEOPLE)))


def staff(*acts: Act) -> Callable[[View[P]], View[P]]:
    """For who runs the house: people with an account, whose right the service asks."""

    def declare(view: View[P]) -> View[P]:
        @wraps(view)
        def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            with _answered():
                return view(request, *args, **kwargs)

        return cast("View[P]", _declared(inner, Entrance(Who.PEOPLE, acts)))

    return declare


def cases(
    *acts: Act,
) -> Callable[[Callable[Concatenate[HttpRequest, Visitor, P], HttpResponse]], View[P]]:
    """For people whose posts see cases; the view gets them with their scope.

    Whoever has no such post finds no household and no batch (404), and reads on the pages of
    lists that their post sees none (403). Whose posts could do none of the acts at any level is
    told so (403) instead of what a form of theirs lacks; who could, the service tells.
    """

    def declare(view: Callable[Concatenate[HttpRequest, Visitor, P], HttpResponse]) -> View[P]:
        @wraps(view)
        def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            with _answered():
                visitor = _visitor(request, single=bool(kwargs))
                answer = view(request, visitor, *args, **kwargs)
                if request.method == "POST" and answer.status_code in SHOWN_AGAIN:
                    access.require_ever(visitor.scope, acts)
                return answer

        return cast("View[P]", _declared(inner, Entrance(Who.CASES, acts)))

    return declare


def declared(view: Any) -> Entrance | None:
    """What a view declares; None where it forgot."""
    return getattr(view, "entrance", None)


@contextmanager
def _answered() -> Iterator[None]:
    """What is out of reach is not there; what is there, and not one's right, is forbidden."""
    try:
        yield
    except OutOfScope as away:
        raise Http404(str(away)) from away
    except NotAllowed as denied:
        raise PermissionDenied(str(denied)) from denied


def account(request: HttpRequest) -> User:
    """Who is logged in, behind any door but `anyone`'s."""
    assert isinstance(request.user, User)  # noqa: S101  # who is not has been turned away
    return request.user


def _visitor(request: HttpRequest, *, single: bool) -> Visitor:
    user = account(request)
    scope = Scope.of(user)
    if not scope.codes and single:
        raise OutOfScope(_("没有找到,或不在您的管辖范围内"))
    if not scope.codes:
        raise NotAllowed(_("您目前没有可查看户案的职务"))
    return Visitor(user, scope)


def _declared(view: Callable[..., Any], entrance: Entrance) -> Callable[..., Any]:
    view.entrance = entrance  # type: ignore[attr-defined]  # functions carry notes
    return view
