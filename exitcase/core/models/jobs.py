"""Work that takes longer than a request: rows first, the queue second."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from exitcase.core.choices import JobState

STATES = list(JobState)


class Job(models.Model):
    """One piece of work. Times are real ones: a lease does not move with the demo clock.

    `args` and `result` hold keys and counts, never personal data.
    """

    kind = models.CharField(max_length=40)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=8, default=JobState.QUEUED)
    by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey("core.Region", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("提交时间"))
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)
    expires_at = models.DateTimeField(null=True)  # after it the result's files may go

    class Meta:
        constraints = (CheckConstraint(condition=Q(state__in=STATES), name="job_state_known"),)
        indexes = (models.Index(fields=["state", "lease_until"], name="job_to_claim"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class JobUnit(models.Model):
    """One part of a job, done whole or not at all; `key` names what it works on."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="units")
    key = models.CharField(max_length=60)
    state = models.CharField(max_length=8, default=JobState.QUEUED)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(state__in=STATES), name="unit_state_known"),
            UniqueConstraint(fields=["job", "key"], name="unit_once"),
        )
        indexes = (models.Index(fields=["job", "state", "lease_until"], name="unit_to_claim"),)

    def __str__(self) -> str:
        return self.key
