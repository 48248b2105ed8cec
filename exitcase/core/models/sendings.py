"""What browsers have sent: a key for each form, so that what is sent twice is taken once."""

from django.db import models
from django.db.models import UniqueConstraint


class Sending(models.Model):
    """One form of one person that has been taken; written in the transaction of its act.

    `answer` is where its sender was led; "" where the answer never got out.
    """

    user = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    key = models.CharField(max_length=32)
    answer = models.CharField(max_length=300, blank=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = (UniqueConstraint(fields=["user", "key"], name="sending_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
