"""One village in one year: what its gates and strata ask."""

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from exitcase.core.fields import InVillage


class VillageYear(InVillage):
    """村信息."""

    year = models.PositiveSmallIntegerField(_("年度"))
    poor_village = models.BooleanField(_("贫困村"), null=True)  # by its registration, once poor
    year_out = models.PositiveSmallIntegerField(_("出列年度"), null=True)
    representatives = models.PositiveSmallIntegerField(_("村民代表人数"), null=True)
    has_team = models.BooleanField(_("有驻村工作队"), null=True)
    board_place = models.CharField(_("公示公告栏位置"), max_length=60, blank=True)
    gathering_place = models.CharField(_("群众集中地"), max_length=60, blank=True)
    # Never a private number: it is printed on notices.
    office_phone = models.CharField(_("村办公电话"), max_length=20, blank=True)
    village_income_fen = models.BigIntegerField(_("村集体收入"), null=True)
    total_households = models.PositiveIntegerField(_("总户数"), null=True)
    total_persons = models.PositiveIntegerField(_("总人口"), null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (UniqueConstraint(fields=["village", "year"], name="one_village_year"),)

    def __str__(self) -> str:
        return f"{self.village_id} {self.year}"
