"""行政区划: province, city, district, township, village."""

from datetime import date

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from exitcase.core.choices import DIGITS, Level, Role


class RegionQuerySet(models.QuerySet["Region"]):
    def at(self, day: date) -> "RegionQuerySet":
        """The regions that existed on a day."""
        begun = Q(valid_from=None) | Q(valid_from__lte=day)
        standing = Q(valid_to=None) | Q(valid_to__gte=day)
        return self.filter(begun, standing)

    def under(self, code: str) -> "RegionQuerySet":
        """A region and everything below it; a range, since SQLite's LIKE uses no index."""
        return self.filter(code__gte=code, code__lt=f"{code}~")

    def of_level(self, level: Level) -> "RegionQuerySet":
        return self.filter(level=level)


class Region(models.Model):
    """One region. Its statistical code, cut to its level's digits, is its key and its path.

    `valid_to` is its last day. A region whose code changed names its `predecessor`'s code.
    """

    code = models.CharField(_("代码"), max_length=12, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.CharField(_("级别"), max_length=8)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    edition = models.CharField(_("版本"), max_length=40)  # which list it came from
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    predecessor = models.CharField(max_length=12, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        default_permissions = ()
        permissions = [(role.value, role.value) for role in Role]
        constraints = (
            CheckConstraint(condition=Q(level__in=list(Level)), name="region_level_known"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """From the province down: one query for all."""
        upper = Region.objects.filter(pk__in=above(self.code)).order_by("code")
        return "".join(upper.values_list("name", flat=True)) + self.name


def above(code: str) -> list[str]:
    """The codes of the regions a region lies in, highest first, without itself."""
    return [code[:digits] for digits in DIGITS.values() if digits < len(code)]


def level_of(code: str) -> Level:
    """Raises ValueError for a length no level has."""
    for level, digits in DIGITS.items():
        if len(code) == digits:
            return level
    raise ValueError(f"{code}: a region's code has 2, 4, 6, 9 or 12 digits")


class RegionUserObjectPermission(UserObjectPermissionBase):
    """A role of a user over a region; written by `services.people` alone."""

    content_object = models.ForeignKey(Region, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        pass


class RegionGroupObjectPermission(GroupObjectPermissionBase):
    """Guardian wants it; nobody is granted anything through a group."""

    content_object = models.ForeignKey(Region, models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        pass
