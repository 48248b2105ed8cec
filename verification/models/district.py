"""Upwards: submissions, comparison, decisions, marks, filing."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from exitcase.core.fields import InRegion
from verification.models.batch import Batch
from verification.models.case import Case
from verification.models.findings import CaseEvidence


class Submission(InRegion):
    """送审: 附件2 with the frozen 附件3 it counts, sent one level up, with its receipt."""

    programme = models.ForeignKey("core.Programme", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=30)
    sender = models.CharField(max_length=30)  # organ key
    receiver = models.CharField(max_length=30)  # organ key
    number = models.PositiveIntegerField(_("送审序号"))  # 附件2 no. n of this region
    sent_on = models.DateField(_("送审日期"))
    sent_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    households = models.PositiveIntegerField()  # 本次
    persons = models.PositiveIntegerField()
    total_households = models.PositiveIntegerField()  # 累计
    total_persons = models.PositiveIntegerField()
    bridge = models.JSONField(default=dict)  # the figures of 衔接表, frozen as printed
    list_sha256 = models.CharField(max_length=64)
    received_on = models.DateField(_("接收日期"), null=True)
    received_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    recalled_tx = models.CharField(max_length=32, blank=True, default="")
    returned_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["region", "programme", "stage", "number"], name="submission_number_once"
            ),
            CheckConstraint(
                condition=Q(received_by=None) | ~Q(received_by=F("sent_by")),
                name="submission_two_people",
            ),
        )


class SubmissionItem(CaseEvidence):
    """One row of 附件3, frozen as printed."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="items")
    seq = models.PositiveIntegerField()
    household_number = models.CharField(max_length=30)
    group = models.CharField(max_length=20)
    head_name = models.CharField(max_length=50)
    persons = models.PositiveSmallIntegerField()
    net_fen = models.BigIntegerField(null=True)
    facts_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["submission", "seq"], name="submission_seq_once"),
            UniqueConstraint(
                fields=["case", "stage"], condition=Q(void_tx=""), name="one_valid_submission_item"
            ),
        )


class ComparisonRun(InRegion):
    """One bureau's feedback on a set of cases; 无异常 (nil) is a reply too."""

    programme = models.ForeignKey("core.Programme", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=30)
    bureau = models.CharField(max_length=30)  # organ key
    number = models.CharField(_("发函编号"), max_length=40)
    asked_on = models.DateField(_("发函日期"))
    answered_on = models.DateField(_("反馈日期"), null=True)  # set when the answer counts
    answer_number = models.CharField(_("反馈文号"), max_length=40, blank=True)
    answered_by = models.CharField(_("反馈人"), max_length=50, blank=True)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    # A bureau that never logs in: one officer registers its letter, another confirms it.
    entered_on = models.DateField(_("登记的反馈日期"), null=True)
    entered_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    # Whose request it is within the bureau; NULL: any of its liaisons'.
    liaison = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            UniqueConstraint(fields=["district", "number", "bureau"], name="comparison_once"),
            CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")),
                name="comparison_two_people",
            ),
        )


class ComparisonItem(CaseEvidence):
    """One case asked of one bureau in one run."""

    run = models.ForeignKey(ComparisonRun, models.PROTECT, related_name="items")
    bureau = models.CharField(max_length=30)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["case", "stage", "bureau"],
                condition=Q(void_tx=""),
                name="one_valid_comparison_item",
            ),
        )


class Hit(models.Model):
    """疑点: a question with a deadline, an explanation, evidence and somebody else's verdict.

    Not evidence of a stage: sending back does not make it go away.
    """

    chain_path = "case__district"

    class Verdict(models.TextChoices):
        CLEARED = "cleared", _("已核实,不影响退出")
        NOT_MET = "not_met", _("已核实,未达标")
        UNVERIFIED = "unverified", _("逾期未核实")

    case = models.ForeignKey(Case, models.PROTECT, related_name="hits")
    run = models.ForeignKey(ComparisonRun, models.PROTECT, related_name="hits")
    stage = models.CharField(max_length=30)
    number = models.CharField(max_length=40)
    fact = models.CharField(_("疑点类型"), max_length=30)  # core.choices.Fact
    detail = models.CharField(_("疑点内容"), max_length=200)
    raised_on = models.DateField()
    raised_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    due_on = models.DateField(_("核实期限"), null=True)  # NULL: the plan sets no term
    explanation = models.CharField(_("户的说明"), max_length=300, blank=True)
    explained_on = models.DateField(null=True)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    judged_on = models.DateField(null=True)
    judged_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            UniqueConstraint(fields=["run", "number"], name="hit_number_once"),
            CheckConstraint(
                condition=Q(judged_by=None) | ~Q(judged_by=F("raised_by")), name="hit_two_people"
            ),
            CheckConstraint(
                condition=Q(verdict="", judged_on=None)
                | ~Q(verdict="") & Q(judged_on__isnull=False),
                name="hit_judged_whole",
            ),
        )


class Decision(InRegion):
    """审批, 批准: an organ's act with its document number and scan.

    An organ outside never logs in: one officer registers its act, another confirms it.
    """

    programme = models.ForeignKey("core.Programme", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=30)
    organ = models.CharField(max_length=30)
    number = models.CharField(_("文号"), max_length=60)
    proposed_on = models.DateField(_("请示日期"))
    request_number = models.CharField(_("请示文号"), max_length=60)
    decided_on = models.DateField(_("批准日期"), null=True)
    scan = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            UniqueConstraint(fields=["district", "request_number"], name="request_number_once"),
            CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")),
                name="decision_two_people",
            ),
        )


class DecisionItem(CaseEvidence):
    """One case put before an organ, and what the organ said of it."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="items")
    seq = models.PositiveIntegerField()
    head_name = models.CharField(max_length=50)
    persons = models.PositiveSmallIntegerField()
    approved = models.BooleanField(null=True)
    note = models.CharField(_("未批准的原因"), max_length=200, blank=True, db_default="")
    facts_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["decision", "seq"], name="decision_seq_once"),
            UniqueConstraint(
                fields=["case", "stage"], condition=Q(void_tx=""), name="one_valid_decision_item"
            ),
        )


class SystemMark(CaseEvidence):
    """标识 in the national system, confirmed one by one, or its error kept."""

    marked_on = models.DateField(_("标识日期"), null=True)
    confirmed = models.BooleanField(default=False)
    error = models.CharField(_("标识失败原因"), max_length=200, blank=True)
    unmarked_on = models.DateField(_("撤销标识日期"), null=True)
    unmark_due = models.BooleanField(default=False)  # refused after its mark: 撤销标识清单
    confirmed_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["case", "stage"], condition=Q(void_tx=""), name="one_valid_mark"
            ),
        )


class Delivery(models.Model):
    """A letter handed to the household: 脱贫告知书, 不予退出告知书 …"""

    chain_path = "case__district"

    case = models.ForeignKey(Case, models.PROTECT, related_name="deliveries")
    stage = models.CharField(max_length=30)
    paper_kind = models.CharField(max_length=24)  # core.choices.PaperKind
    delivered_on = models.DateField(_("送达日期"))
    receiver = models.CharField(_("签收人"), max_length=50)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    tx = models.CharField(max_length=32)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["case", "paper_kind"], name="letter_delivered_once"),
        )


class Original(models.Model):
    """One original filed with the receiver: 核查结果, 批准文件, 公告原件."""

    chain_path = "batch__district"

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="originals")
    stage = models.CharField(max_length=30)
    paper_kind = models.CharField(max_length=24)
    number = models.CharField(_("备案编号"), max_length=60)
    filed_on = models.DateField(_("备案日期"))
    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")
    tx = models.CharField(max_length=32)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["batch", "stage", "paper_kind"], name="original_filed_once"),
        )
