"""The register: households and the people in them."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from exitcase.core.choices import Status
from exitcase.core.fields import EncryptedText, InVillage
from households.choices import (
    Cause,
    Change,
    ChangeReason,
    Education,
    Health,
    Kind,
    Labour,
    Relation,
    Schooling,
    Sex,
)

STATUSES = [(status.value, status.value) for status in Status]


class Household(InVillage):
    """建档立卡户. Its status is first set by import with its basis, later only by `set_status`."""

    number = models.CharField(_("户编号"), max_length=30)
    group = models.CharField(_("村民小组"), max_length=20)
    head_name = models.CharField(_("户主姓名"), max_length=50)  # the register's name of the head
    persons = models.PositiveSmallIntegerField(_("家庭人口数"))  # members who have not left
    status = models.CharField(_("状态"), max_length=12, choices=STATUSES)
    status_basis = models.CharField(max_length=200)  # file and row, case, or registered event
    enjoys_policy = models.BooleanField(_("脱贫享受政策"), null=True)  # of the exited only
    kind = models.CharField(_("贫困户属性"), max_length=12, choices=Kind.choices)
    main_cause = models.CharField(_("主要致贫原因"), max_length=12, choices=Cause.choices)
    other_causes = models.CharField(_("其他致贫原因"), max_length=30, blank=True)  # codes, comma
    first_identified_year = models.PositiveSmallIntegerField(_("识别年度"), null=True)
    relapsed_year = models.PositiveSmallIntegerField(_("返贫年度"), null=True)
    planned_exit_year = models.PositiveSmallIntegerField(_("预计脱贫年度"), null=True)
    phone = EncryptedText(_("联系电话"), blank=True)
    address = models.CharField(_("家庭住址"), max_length=100, blank=True)
    helper_name = models.CharField(_("帮扶责任人"), max_length=50, blank=True)
    helper_organ = models.CharField(_("帮扶单位及职务"), max_length=60, blank=True)
    helper_phone = EncryptedText(_("帮扶责任人电话"), blank=True)
    helper = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["district", "number"], name="household_number_once"),
            CheckConstraint(condition=Q(status__in=list(Status)), name="household_status_known"),
            CheckConstraint(condition=Q(kind__in=Kind.values), name="household_kind_known"),
            CheckConstraint(condition=Q(main_cause__in=Cause.values), name="household_cause_known"),
        )
        indexes = (
            models.Index(fields=["village", "group", "number"], name="household_by_village"),
            models.Index(fields=["township", "status"], name="household_by_township"),
            models.Index(fields=["district", "status"], name="household_by_district"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.head_name}"


class Member(models.Model):
    """家庭成员. Never deleted: who has left keeps the row, with the day and the change."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="members")
    number = models.CharField(_("人编号"), max_length=32)
    name = models.CharField(_("姓名"), max_length=50)
    sex = models.CharField(_("性别"), max_length=1, choices=Sex.choices)
    born = models.DateField(_("出生日期"))
    id_number = EncryptedText(_("证件号码"))  # 18 characters, X upper case
    id_index = models.CharField(max_length=64, db_index=True)  # keyed; equal numbers, equal index
    disability_card = EncryptedText(_("残疾证号"), blank=True)
    relation = models.CharField(_("与户主关系"), max_length=2, choices=Relation.choices)
    nation = models.CharField(_("民族"), max_length=2, default="01")  # GB/T 3304, 01–56
    education = models.CharField(
        _("文化程度"), max_length=12, choices=Education.choices, blank=True
    )
    schooling = models.CharField(_("在校生状况"), max_length=15, choices=Schooling.choices)
    health = models.CharField(_("健康状况"), max_length=10, choices=Health.choices)
    labour = models.CharField(_("劳动技能"), max_length=10, choices=Labour.choices)
    work_months = models.PositiveSmallIntegerField(_("务工时间(月)"), null=True)
    insured = models.BooleanField(_("参加基本医疗保险"), null=True)
    serious_illness_insured = models.BooleanField(_("参加大病保险"), null=True)
    phone = EncryptedText(_("联系电话"), blank=True)
    duplicate = models.BooleanField(default=False)  # its number stands twice: an anomaly, kept
    left_on = models.DateField(_("减少日期"), null=True)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["household", "number"], name="member_number_once"),
            UniqueConstraint(
                fields=["household"],
                condition=Q(relation=Relation.HEAD, left_on=None),
                name="one_head",
            ),
            UniqueConstraint(
                fields=["id_index"],
                condition=Q(left_on=None, duplicate=False),
                name="member_id_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class MemberChange(models.Model):
    """One change of the people of a household, with its reason and its paper."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="changes")
    change = models.CharField(max_length=5, choices=Change.choices)
    reason = models.CharField(max_length=12, choices=ChangeReason.choices)
    happened_on = models.DateField()
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    tx = models.CharField(max_length=32)
