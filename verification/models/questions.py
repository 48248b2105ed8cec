"""What looks made up: a question with the rows it is about, and the answer to it."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from exitcase.core.fields import InRegion
from verification.models.case import Case


class Print(models.Model):
    """How a stored photo looks, for finding its copies (`core.pictures`); worked out once.

    Hexadecimal; both are empty where the file shows no picture.
    """

    file = models.OneToOneField("core.StoredFile", models.PROTECT, related_name="print")
    look = models.CharField(max_length=32, blank=True)
    strokes = models.CharField(max_length=32, blank=True)  # of what is written on it


class Question(InRegion):
    """疑问: asked by the house about rows that may be made up; a district answers, in words.

    It bars nothing. `key` names what it is about, so that it is asked once; new rows of the same
    are added while it is open, and asked about anew when it has been answered.
    """

    class Kind(models.TextChoices):
        """The keys of the plan's `[[warn]]` rows that ask them (`core.rules_words.Warn`)."""

        SAME_PHOTO = "same_photo", _("同一照片重复使用")
        SAME_STROKES = "same_strokes", _("同一笔迹重复使用")
        VILLAGES_A_DAY = "villages_a_day", _("同一人同时或一日在多村入户")
        HOMES_A_DAY = "homes_a_day", _("同一人一日入户过多")
        SAME_TEXT = "same_text", _("多户文字雷同")
        BEFORE_BASIS = "before_basis", _("文书日期早于所依据的事项")

    kind = models.CharField(_("种类"), max_length=16, choices=Kind.choices)
    key = models.CharField(max_length=64)
    about = models.CharField(_("事由"), max_length=200)
    asked_at = models.DateTimeField(_("提出时间"))
    answer = models.CharField(_("答复"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["district", "kind", "key"],
                condition=Q(answered_at=None),
                name="one_open_question",
            ),
            CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="question_answered_whole",
            ),
        )
        indexes = (models.Index(fields=["district", "answered_at"], name="question_open"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.about}"


class QuestionRow(models.Model):
    """One row a question is about, by its model's name and key; its case, where it has one."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="rows")
    subject = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["question", "subject", "subject_id"], name="question_row_once"
            ),
        )
        indexes = (models.Index(fields=["subject", "subject_id"], name="question_by_row"),)
