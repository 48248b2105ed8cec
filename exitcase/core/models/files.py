"""Stored files and the papers made of them. The bytes lie in a folder, not in the database."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from exitcase.core.choices import FileKind, PaperKind
from exitcase.core.fields import InRegion


class StoredFile(InRegion):
    """One file, as uploaded or rendered; `sha256` is of its plain bytes.

    A private one lies encrypted: `suite` and `key_id` say with what.
    """

    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(_("文件名"), max_length=120)
    mime = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()  # plain bytes
    kind = models.CharField(_("种类"), max_length=10)
    encrypted = models.BooleanField()
    suite = models.CharField(max_length=8, blank=True)
    key_id = models.PositiveIntegerField(null=True)
    path = models.CharField(max_length=120, unique=True)  # below EXITCASE_DATA/files
    uploaded_by = models.CharField(_("上传人"), max_length=80)
    created_at = models.DateTimeField(_("时间"))

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(kind__in=list(FileKind)), name="file_kind_known"),
            CheckConstraint(
                condition=Q(encrypted=False, suite="", key_id=None)
                | (Q(encrypted=True, key_id__isnull=False) & ~Q(suite="")),
                name="file_says_its_key",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Paper(InRegion):
    """文书: rendered, frozen, hashed, versioned. Its subject is a pair of texts.

    A later version supersedes the earlier; a void one keeps its bytes and is stamped 作废.
    """

    kind = models.CharField(_("种类"), max_length=24)
    title = models.CharField(_("标题"), max_length=120)
    number = models.CharField(_("文号"), max_length=60, blank=True)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=36)
    facts_sha256 = models.CharField(max_length=64)
    pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    xlsx = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="next")
    issued_on = models.DateField(_("日期"))
    void_tx = models.CharField(max_length=32, blank=True, default="", db_default="")

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(kind__in=list(PaperKind)), name="paper_kind_known"),
            UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id", "version"], name="paper_version_once"
            ),
        )
        indexes = (
            models.Index(fields=["subject_kind", "subject_id", "kind"], name="paper_by_subject"),
        )

    def __str__(self) -> str:
        return self.title
