"""催办: somebody above asks whose turn it is to go on."""

from django.db import models
from django.db.models import UniqueConstraint

from verification.models.batch import Batch


class Reminder(models.Model):
    """One a working day for a batch at its stage, whoever asks: the second would be noise."""

    chain_path = "batch__district"

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="reminders")
    stage = models.CharField(max_length=30)
    day = models.DateField()
    by = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    tx = models.CharField(max_length=32)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["batch", "stage", "day"], name="one_reminder_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.batch_id} {self.stage} {self.day}"
