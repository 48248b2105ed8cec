"""What this database is for."""

from django.db import models
from django.db.models import CheckConstraint, Q

from exitcase.core.choices import DeploymentKind


class Deployment(models.Model):
    """Demo or production, and how far a demo's clock is moved. Append-only: the latest counts."""

    append_only = True

    kind = models.CharField(max_length=10)
    offset_seconds = models.BigIntegerField(default=0)
    at = models.DateTimeField()  # the real time, without the offset

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(kind__in=list(DeploymentKind)), name="deployment_known"),
            CheckConstraint(
                condition=Q(kind=DeploymentKind.DEMO) | Q(offset_seconds=0),
                name="only_demo_moves_the_clock",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.offset_seconds:+}"
