"""What this database is for, and a demo's clock. `Deployment` is its own record."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils.translation import gettext as _

from exitcase.core import clock, keys
from exitcase.core.choices import DeploymentKind
from exitcase.core.errors import Refused
from exitcase.core.models import Deployment


def kind() -> DeploymentKind | None:
    """What the latest row says; None before the house was opened."""
    latest = Deployment.objects.order_by("pk").last()
    return DeploymentKind(latest.kind) if latest else None


def open_as(wanted: DeploymentKind) -> None:
    """Say once what this database is for. Raises `Refused` when it says something else."""
    known = kind()
    if known is None:
        Deployment.objects.create(kind=wanted, offset_seconds=0, at=clock.read_wall())
    elif known != wanted:
        raise Refused(_("这个数据库已经启用,用途不能更改"), value=known, rule=str(wanted))


def set_offset(seconds: int) -> None:
    """Move a demo's clock against the real one. Raises `Refused` anywhere else."""
    if kind() != DeploymentKind.DEMO:
        raise Refused(_("只有演示系统可以调整时钟"))
    Deployment.objects.create(
        kind=DeploymentKind.DEMO, offset_seconds=seconds, at=clock.read_wall()
    )


def travel_to(moment: datetime) -> None:
    """Set a demo's clock to a moment, or less than a second after it, never before."""
    set_offset(ceil((moment - clock.read_wall()).total_seconds()))


def faults() -> list[str]:
    """Why this process may not serve this database: a demo's data or keys in production."""
    known = kind()
    production = settings.EXITCASE_PRODUCTION or known == DeploymentKind.PRODUCTION
    found = []
    if settings.EXITCASE_PRODUCTION and known == DeploymentKind.DEMO:
        found.append("EXITCASE_PRODUCTION=1, but the database is a demo")
    if production and keys.is_demo():
        found.append("the keys are a demo's: production wants its own, `manage.py make_keys`")
    return found


def refuse_mixed() -> None:
    """Called where a server or worker starts. Raises ImproperlyConfigured."""
    if found := faults():
        raise ImproperlyConfigured("; ".join(found))


def check_house(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  # the registry's signature
    databases: Sequence[str] | None = None,
    **_: object,
) -> list[CheckMessage]:
    """`check --database default` says the same, once there are tables to ask."""
    if not databases or Deployment._meta.db_table not in connection.introspection.table_names():
        return []
    return [Error(fault, id="core.E004") for fault in faults()]
