"""Papers of a household that no form of the plan asks for: it withdraws, retracts, relapses."""

from django.db import models
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from verification.models.case import Case


class StatementKind(TextChoices):
    """What the paper is."""

    WITHDRAWAL = "withdrawal", _("撤回申请")
    RETRACTION = "retraction", _("反悔声明")
    RELAPSE = "relapse", _("返贫认定")


class Statement(models.Model):
    """One such paper with its scan: of a household or a village, about a case or the register.

    Not evidence of a stage: no sending back makes it go away.
    """

    chain_path = "household__district"

    household = models.ForeignKey("households.Household", models.PROTECT, related_name="statements")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="statements")
    kind = models.CharField(max_length=12, choices=StatementKind.choices)
    given_on = models.DateField(_("提出日期"))
    number = models.CharField(_("文号"), max_length=60, blank=True)
    text = models.CharField(_("内容"), max_length=200)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")
    tx = models.CharField(max_length=32)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.given_on.isoformat()}"
