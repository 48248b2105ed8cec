"""Which regions a person may see and work in, on the database's day. It fails closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from exitcase.core import clock
from exitcase.core.choices import DIGITS, Level, Role
from exitcase.core.models import Appointment, Region, RegionUserObjectPermission, User

M = TypeVar("M", bound=Model)
# 三员分立: they run the house and see no case.
ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
PREFIXES = {
    DIGITS[Level.TOWNSHIP]: "township",
    DIGITS[Level.DISTRICT]: "district",
    DIGITS[Level.CITY]: "city",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """The appointments that hold today; made anew for every request and every act."""

    held: tuple[Appointment, ...]

    @classmethod
    def of(cls, user: User) -> "Scope":
        """Guardian's grants ∩ appointments valid today: each without the other gives nothing."""
        if not user.is_active:
            return cls(())
        grant = RegionUserObjectPermission.objects.filter(
            user=user, content_object=OuterRef("region"), permission__codename=OuterRef("role")
        )
        held = user.appointments.on(clock.today()).filter(Exists(grant))
        return cls(tuple(held.select_related("region").order_by("pk")))

    def of_role(self, roles: Iterable[Role]) -> "Scope":
        """The part of it that is held in these roles."""
        wanted = set(roles)
        return Scope(tuple(one for one in self.held if one.role in wanted))

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(one.role) for one in self.held)

    @property
    def codes(self) -> list[str]:
        """The regions whose cases are seen: none by an administrator's post."""
        return sorted({one.region_id for one in self.held if one.role not in ADMINS})

    def covers(self, code: str) -> bool:
        """Whether a region lies in one of ours, or is it."""
        return any(code.startswith(own) for own in self.codes)

    def filter(self, rows: QuerySet[M], via: str = "") -> QuerySet[M]:
        """Those rows that lie in our regions; `via` names the way to a row that lies in one.

        `scope.filter(Member.objects.all(), via="household")`.
        """
        return rows.filter(self._inside(rows.model, f"{via}__" if via else ""))

    def regions(self) -> QuerySet[Region]:
        """Our regions and all below them."""
        inside = Q(pk__in=())
        for code in self.codes:
            inside |= Q(code__gte=code, code__lt=f"{code}~")
        return Region.objects.filter(inside)

    def _inside(self, model: type[Model], way: str) -> Q:
        place = _place(model, way)
        inside = Q(pk__in=())
        for code in self.codes:
            column = PREFIXES.get(len(code), place)
            if len(code) < DIGITS[Level.CITY]:  # a province: no column of its own
                inside |= Q(**{f"{way}city__gte": code, f"{way}city__lt": f"{code}~"})
            else:
                inside |= Q(**{f"{way}{column}": code})
        return inside


def _place(model: type[Model], way: str) -> str:
    """The column with the whole code: `village` or `region`."""
    found: Any = model
    for step in way.split("__")[:-1]:
        found = found._meta.get_field(step).related_model
    names = {field.name for field in found._meta.concrete_fields}
    for name in ("village", "region"):
        if name in names and "district" in names:
            return name
    raise TypeError(f"{found.__name__} lies in no region: filter it `via` a row that does")
