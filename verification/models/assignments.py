"""Who is sent to which household: an inspector sees no other."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Q, QuerySet, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from verification.models.case import Case


class Assignment(models.Model):
    """指派: an inspector is sent to a case at a stage, from a day to a day.

    Several may be sent together; a plan that asks for two visitors is served by two rows. Not
    evidence: sending a case back takes nobody off it.
    """

    chain_path = "case__district"

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments")
    stage = models.CharField(max_length=30)
    user = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True)  # set when it is ended, on that day
    tx = models.CharField(max_length=32)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["case", "stage", "user"],
                condition=Q(until=None),
                name="assigned_once",
            ),
            CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="assignment_ends_after"
            ),
        )
        indexes = (models.Index(fields=["user", "until"], name="assignment_by_user"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.stage} {self.user_id}"

    @classmethod
    def open(cls, **more: Any) -> "QuerySet[Assignment]":
        """Those that have not been ended."""
        return cls._default_manager.filter(until=None, **more)
