"""Which regions a person may see and work in, on the database's day. It fails closed.

Of these regions some roles see only their share: what was assigned to them, drawn or asked. What
the share of a role in a table is, the app says that owns the table (`share`), in its `ready`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from exitcase.core import clock
from exitcase.core.choices import DIGITS, Level, Role
from exitcase.core.models import Appointment, Region, RegionUserObjectPermission, User

M = TypeVar("M", bound=Model)
# Of an appointment, and with the way to the table: `Q(**{f"{way}helper": held.user_id})`.
Share = Callable[[Appointment, str], Q]
# 三员分立: they run the house and see no case.
ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
WORK_ON_THEIRS = frozenset({Role.HELPER, Role.DISTRICT_INSPECTOR, Role.CITY_INSPECTOR})
SEE_THEIRS = WORK_ON_THEIRS | {Role.BUREAU, Role.TOWNSHIP_STATION}
_SHARES: dict[tuple[Role, type[Model]], Share] = {}
NOTHING = Q(pk__in=())
PREFIXES = {
    DIGITS[Level.TOWNSHIP]: "township",
    DIGITS[Level.DISTRICT]: "district",
    DIGITS[Level.CITY]: "city",
}


def share(model: type[Model], of: Mapping[Role, Share]) -> None:
    """Say which rows of a table these roles see. A table without a word shows them nothing."""
    for role, rows in of.items():
        _SHARES[role, model] = rows


def share_all(*models: type[Model]) -> None:
    """Say that these tables are shown whole: they tell of lists and posts, of no household."""
    for model in models:
        share(model, dict.fromkeys(SEE_THEIRS, lambda _held, _way: Q()))


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
        """Those rows that are ours to see; `via` names the way to a row that lies in a region.

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
        place, found = _place(model, way)
        inside = NOTHING
        for one in self.held:
            if one.role not in ADMINS:
                inside |= _in_region(one.region_id, place, way) & _share_of(one, found, way)
        return inside


def _in_region(code: str, place: str, way: str) -> Q:
    if len(code) < DIGITS[Level.CITY]:  # a province: no column of its own
        return Q(**{f"{way}city__gte": code, f"{way}city__lt": f"{code}~"})
    return Q(**{f"{way}{PREFIXES.get(len(code), place)}": code})


def _share_of(held: Appointment, model: type[Model], way: str) -> Q:
    role = Role(held.role)
    if role not in SEE_THEIRS:
        return Q()
    rows = _SHARES.get((role, model))
    return rows(held, way) if rows else NOTHING


def _place(model: type[Model], way: str) -> tuple[str, type[Model]]:
    """The column with the whole code, `village` or `region`, and the table that has it."""
    found: Any = model
    for step in way.split("__")[:-1]:
        found = found._meta.get_field(step).related_model
    names = {field.name for field in found._meta.concrete_fields}
    for name in ("village", "region"):
        if name in names and "district" in names:
            return name, found
    raise TypeError(f"{found.__name__} lies in no region: filter it `via` a row that does")
