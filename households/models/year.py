"""One household in one year: living conditions, measures received, income statement.

NULL = nobody has recorded it, which is not the same as 0 or no: gates let only known facts pass.
"""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from exitcase.core.choices import Item
from households.choices import HouseGrade, MeasureKind, Water
from households.models.household import Household, Member


class HouseholdYear(models.Model):
    """年度信息. Money in 分; its figures are computed from its items by `core.income`."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField(_("年度"))
    persons = models.PositiveSmallIntegerField(_("核算人口"), null=True)  # the divisor
    gross_fen = models.BigIntegerField(_("家庭稳定总收入"), null=True)
    cost_fen = models.BigIntegerField(_("生产经营性支出"), null=True)
    net_fen = models.BigIntegerField(_("家庭稳定纯收入"), null=True)
    income_stable = models.BooleanField(_("收入稳定"), null=True)
    stable_note = models.CharField(_("稳定性说明"), max_length=200, blank=True)
    income_proved = models.BooleanField(_("收入有佐证"), null=True)
    staple_food = models.BooleanField(_("口粮有保障"), null=True)
    seasonal_clothes = models.BooleanField(_("有换季衣被"), null=True)
    school_age = models.PositiveSmallIntegerField(_("适龄人数"), null=True)  # 6–15 full years
    dropouts = models.PositiveSmallIntegerField(_("失学辍学人数"), null=True)
    not_in_higher_school = models.PositiveSmallIntegerField(_("两后生未升学人数"), null=True)
    insured = models.PositiveSmallIntegerField(_("参保人数"), null=True)
    serious_illness_insured = models.PositiveSmallIntegerField(_("大病保险人数"), null=True)
    contracted_doctor = models.PositiveSmallIntegerField(_("家庭医生签约人数"), null=True)
    pension_eligible = models.PositiveSmallIntegerField(_("应参加养老保险人数"), null=True)
    pension_insured = models.PositiveSmallIntegerField(_("参加养老保险人数"), null=True)
    house_grade = models.PositiveSmallIntegerField(
        _("住房等级"), choices=[(int(v), label) for v, label in HouseGrade.choices], null=True
    )
    house_certificate = models.CharField(_("鉴定文号"), max_length=60, blank=True)
    house_area_m2 = models.DecimalField(_("住房面积"), max_digits=6, decimal_places=1, null=True)
    house_structure = models.CharField(_("住房结构"), max_length=20, blank=True)
    lives_there = models.BooleanField(_("已入住"), null=True)
    water = models.CharField(_("饮水方式"), max_length=10, choices=Water.choices, blank=True)
    water_safe = models.BooleanField(_("饮水安全"), null=True)
    water_distance_m = models.PositiveIntegerField(_("取水距离(米)"), null=True)
    water_minutes = models.PositiveSmallIntegerField(_("取水时间(分钟)"), null=True)
    measures = models.PositiveSmallIntegerField(_("帮扶措施项数"), null=True)
    effect_evident = models.BooleanField(_("帮扶成效显著"), null=True)
    policy_delivered = models.BooleanField(_("政策已落实"), null=True)
    tidy_home = models.BooleanField(_("居住环境整洁"), null=True)
    rigid_costs = models.BooleanField(_("刚性支出过大"), null=True)
    illness_school_costs = models.BooleanField(_("因病因学自付明显大于收入"), null=True)
    disabled_no_stable_income = models.BooleanField(_("因残致贫无稳定收入"), null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["household", "year"], name="one_year_record"),
            CheckConstraint(
                condition=Q(house_grade=None) | Q(house_grade__range=(1, 4)),
                name="house_grade_a_to_d",
            ),
        )

    def __str__(self) -> str:
        return f"{self.household_id} {self.year}"


class IncomeItem(models.Model):
    """One line of 年度人均纯收入统计表; whether it counts, the programme says (DOMAIN 6.2)."""

    record = models.ForeignKey(HouseholdYear, models.PROTECT, related_name="items")
    item = models.CharField(_("项目"), max_length=24)
    detail = models.CharField(_("明细"), max_length=60, blank=True)  # 品种、工种、单位
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    quantity = models.CharField(_("数量"), max_length=20, blank=True)
    amount_fen = models.BigIntegerField(_("金额"))
    proof = models.CharField(_("佐证"), max_length=60, blank=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(item__in=list(Item)), name="income_item_known"),
            CheckConstraint(condition=Q(amount_fen__gte=0), name="income_item_not_negative"),
        )


class Measure(models.Model):
    """One measure of help a household received."""

    record = models.ForeignKey(HouseholdYear, models.PROTECT, related_name="measure_rows")
    kind = models.CharField(_("措施"), max_length=14, choices=MeasureKind.choices)
    received_on = models.DateField(_("日期"), null=True)
    amount_fen = models.BigIntegerField(_("金额"), null=True)
    note = models.CharField(_("说明"), max_length=60, blank=True)
