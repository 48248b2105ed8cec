"""更正单: what was wrong in a case's facts, who found it, who confirmed it, and what it covers."""

import json
from collections.abc import Sequence

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from exitcase.core.choices import Fact
from exitcase.core.fields import EncryptedText
from exitcase.core.rules_words import FactClass
from households.changes import Line
from verification.models.case import Case

PLAIN = 20_000  # characters of a 更正单 before it is encrypted


class Correction(models.Model):
    """更正单. The register is changed when it is entered; it covers nothing until it is confirmed.

    Not evidence of a stage: no sending back makes it go away. A rejected one (`void_tx`) stays,
    and holds its case until another puts the register right.
    """

    chain_path = "case__district"

    case = models.ForeignKey(Case, models.PROTECT, related_name="corrections")
    number = models.CharField(_("编号"), max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in FactClass])
    stage = models.CharField(max_length=30)  # at which its batch stood when it was entered
    changed = EncryptedText(max_plain=PLAIN)  # the lines, as JSON: they may hold numbers of people
    old_sha256 = models.CharField(max_length=64)
    new_sha256 = models.CharField(max_length=64)
    reason = models.CharField(_("更正原因"), max_length=200)
    entered_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    entered_on = models.DateField(_("填写日期"))
    confirmed_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    confirmed_on = models.DateField(_("确认日期"), null=True)
    scan = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    redone_from = models.CharField(max_length=30, blank=True)  # the stage it went back to
    tx = models.CharField(max_length=32)
    void_tx = models.CharField(max_length=32, blank=True, default="", db_default="")

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["case"],
                condition=Q(confirmed_on=None, void_tx=""),
                name="one_open_correction",
            ),
            CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")),
                name="correction_two_people",
            ),
            CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_on=None, scan=None, redone_from="")
                | Q(
                    confirmed_by__isnull=False,
                    confirmed_on__isnull=False,
                    scan__isnull=False,
                    void_tx="",
                ),
                name="correction_confirmed_whole",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(Fact(fact), *rest) for fact, *rest in json.loads(self.changed))

    @lines.setter
    def lines(self, found: Sequence[Line]) -> None:
        rows = [(one.fact, one.label, one.was, one.became) for one in found]
        self.changed = json.dumps(rows, ensure_ascii=False)

    @property
    def words(self) -> str:
        """「家庭人口数由4改为5;家庭成员由…改为…」, without anybody's number."""
        return ";".join(line.words for line in self.lines) or "恢复原登记"

    @property
    def open(self) -> bool:
        return self.confirmed_on is None and not self.void_tx


class FactStep(models.Model):
    """What rests on `old` rests on `new` as well: confirmed 更正单 lead from one to the other.

    Closed under itself: two steps in a row are a third, so that a gate asks for one row.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="fact_steps")
    correction = models.ForeignKey(Correction, models.PROTECT, related_name="steps")
    old = models.CharField(max_length=64)
    new = models.CharField(max_length=64)

    class Meta:
        constraints = (UniqueConstraint(fields=["case", "old", "new"], name="fact_step_once"),)
