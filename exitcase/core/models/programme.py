"""方案: one year's plan, versioned. A batch pins one version; a change makes the next."""

from functools import lru_cache

from django.db import models

from exitcase.core.rules import Rules
from exitcase.core.rules_read import parse


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def newest(self, key: str) -> "Programme | None":
        """The version a new batch is made under."""
        return self.filter(key=key).order_by("version").last()

    def current(self) -> "ProgrammeQuerySet":
        """The newest version of every programme."""
        later = Programme.objects.filter(key=models.OuterRef("key"))
        last = later.order_by("-version").values("version")[:1]
        return self.filter(version=models.Subquery(last)).order_by("key")


class Programme(models.Model):
    """One version of one plan; its text stands beside it, so that lists need not read it."""

    append_only = True

    key = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)  # of both texts
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "programme"
        constraints = (
            models.UniqueConstraint(fields=["key", "version"], name="programme_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.title} (v{self.version})"

    @property
    def rules(self) -> Rules:
        """What code sees of the plan: parsed once per process and version."""
        return _rules(self.key, self.version, self.sha256)


class ProgrammeText(models.Model):
    """The file as it was loaded, and what the house said under it on that day."""

    append_only = True

    programme = models.OneToOneField(Programme, models.PROTECT, related_name="text")
    source = models.TextField()
    house = models.TextField()

    def __str__(self) -> str:
        return str(self.programme)


@lru_cache(maxsize=64)
def _rules(key: str, version: int, sha256: str) -> Rules:
    # The hash is asked for too: databases of one process (tests) may count versions differently.
    text = ProgrammeText.objects.get(
        programme__key=key, programme__version=version, programme__sha256=sha256
    )
    return parse(text.source, text.house, version=version, file=key)
