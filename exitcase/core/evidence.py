"""What hangs on a case: so it follows the case through split and merge, and can be struck out."""

from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import OuterRef, QuerySet

E = TypeVar("E", bound="Evidence")


class Evidence(models.Model):
    """A fact about one case, given at one stage. Sending back strikes it out with a tx, keeps it.

    `case_field` is how the row names its case: a foreign key in verification, the case's number
    where the case stands above (publicity).
    """

    case_field: ClassVar[str] = "case"

    stage = models.CharField(max_length=30)
    tx = models.CharField(max_length=32)  # the journal's act that brought it
    void_tx = models.CharField(max_length=32, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    @classmethod
    def valid(cls, **more: Any) -> QuerySet[Self]:
        """What has not been struck out."""
        return cls._default_manager.filter(void_tx="", **more)

    @classmethod
    def given_at(cls, stage: str, case: str = "pk", **more: Any) -> QuerySet[Self]:
        """For `Exists` in a gate: the valid facts of the case in question, given at `stage`."""
        return cls.valid(**{cls.case_field: OuterRef(case)}, stage=stage, **more)
