"""What this database is for, and a demo's clock. `Deployment` is its own record."""

from datetime import datetime

from django.utils.translation import gettext as _

from exitcase.core import clock
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
    """Set a demo's clock to a moment."""
    set_offset(round((moment - clock.read_wall()).total_seconds()))
