"""Accounts, and who holds what where, from when to when."""

from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from exitcase.core.choices import Post, Role
from exitcase.core.fields import EncryptedText, InRegion


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, username: str, name: str, password: str | None = None, **more: Any
    ) -> "User":
        """One account is one person: `name` is the real one."""
        user = self.model(username=username, name=name, **more)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can log in. What the person may do, the appointments say."""

    username = models.CharField(
        _("用户名"), max_length=40, unique=True, validators=[UnicodeUsernameValidator()]
    )
    name = models.CharField(_("姓名"), max_length=50)
    organ = models.CharField(_("单位"), max_length=60, blank=True)
    phone = EncryptedText(_("联系电话"), blank=True, max_plain=20)
    is_active = models.BooleanField(_("启用"), default=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = (
            # Nobody is above the rules: a superuser would pass every permission check.
            CheckConstraint(condition=Q(is_superuser=False), name="no_superuser"),
        )

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class HeldQuerySet(models.QuerySet[Any]):
    """Of rows that hold from a day to a last day, or until further notice."""

    def on(self, day: date) -> "HeldQuerySet":
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class Appointment(InRegion):
    """任职: a user holds a role in a region, for an organ of the programme, from–to (incl.).

    `post` is the signer's post that goes with it, `purpose` an auditor's errand.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    role = models.CharField(_("角色"), max_length=20)
    organ = models.CharField(_("机构"), max_length=40, blank=True)
    post = models.CharField(_("职务"), max_length=24, blank=True)
    purpose = models.CharField(_("事由"), max_length=120, blank=True)
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True)

    objects = HeldQuerySet.as_manager()

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(role__in=list(Role)), name="role_known"),
            CheckConstraint(condition=Q(post__in=["", *Post]), name="appointment_post_known"),
            CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="appointment_ends_after"
            ),
            # An errand has a purpose and an end, or it is a second administrator.
            CheckConstraint(
                condition=~Q(role=Role.AUDITOR) | (~Q(purpose="") & Q(until__isnull=False)),
                name="auditor_has_errand",
            ),
            UniqueConstraint(
                fields=["user", "role", "region", "organ"],
                condition=Q(until=None),
                name="appointed_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.region_id}"


class PostHolder(InRegion):
    """Who holds a post on a day, with or without an account; 一肩挑 is one name in two rows.

    A signer slot asks for the holder on the meeting's date. `acting`: 代行, while the post is
    vacant or its holder away.
    """

    post = models.CharField(_("职务"), max_length=24)
    name = models.CharField(_("姓名"), max_length=50)
    phone = EncryptedText(_("联系电话"), blank=True, max_plain=20)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="posts")
    acting = models.BooleanField(_("代行"), default=False, db_default=False)
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True)

    objects = HeldQuerySet.as_manager()

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(post__in=list(Post)), name="holder_post_known"),
            CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="holder_ends_after"
            ),
            UniqueConstraint(
                fields=["region", "post", "name"], condition=Q(until=None), name="holder_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.post}"
