"""What people found and signed: meetings, votes, signatures, visits, assessments."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from exitcase.core.choices import Capacity, Finding, Mode, SignMark
from exitcase.core.evidence import Evidence
from exitcase.core.fields import EncryptedText, InRegion, InVillage
from verification.models.batch import Batch
from verification.models.case import Case


class CaseEvidence(Evidence):
    """Evidence in this app names its case by a foreign key, and lies where the case lies."""

    chain_path = "case__district"

    case = models.ForeignKey(Case, models.PROTECT, related_name="%(class)ss")

    class Meta:
        abstract = True


class Meeting(InVillage):
    """会议. Its cases' votes carry it, so a split takes the quorum along."""

    programme = models.ForeignKey("core.Programme", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=30)
    number = models.CharField(max_length=30)
    held_on = models.DateField(_("会议日期"))
    place = models.CharField(_("地点"), max_length=80)
    chair = models.CharField(_("主持人"), max_length=50)
    recorder = models.CharField(_("记录人"), max_length=50)
    expected = models.PositiveIntegerField(_("应到"))
    present = models.PositiveIntegerField(_("实到"), null=True)
    overseers = models.CharField(_("监督人"), max_length=100, blank=True)
    minutes = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    tx = models.CharField(max_length=32)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["village", "number"], name="meeting_number_once"),
            CheckConstraint(
                condition=Q(present=None) | Q(present__lte=F("expected")),
                name="meeting_present_at_most_expected",
            ),
        )


class Attendance(models.Model):
    """Who should have come: present and signed in the minutes, or away."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    name = models.CharField(_("姓名"), max_length=50)
    post = models.CharField(_("身份"), max_length=20)  # core.choices.Post
    present = models.BooleanField(_("到会"))
    signed = models.BooleanField(_("在会议记录本上签字"))

    class Meta:
        constraints = (UniqueConstraint(fields=["meeting", "name"], name="attends_once"),)


class Vote(CaseEvidence):
    """表决 on one household: votes of those present who did not stand aside."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="votes")
    yes = models.PositiveIntegerField(_("同意"), null=True)
    no = models.PositiveIntegerField(_("不同意"), default=0)
    abstained = models.PositiveIntegerField(_("弃权"), default=0)
    recused = models.PositiveIntegerField(_("回避"), default=0)
    note = models.CharField(_("异议发言"), max_length=200, blank=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["case", "stage"], condition=Q(void_tx=""), name="one_valid_vote"
            ),
        )


class Mandate(CaseEvidence):
    """委托书: an agent signs in the agent's own name, while the head is away."""

    number = models.CharField(max_length=40)
    agent = models.CharField(_("受托人"), max_length=50)
    agent_id_number = EncryptedText(_("受托人证件号码"))
    agent_phone = EncryptedText(_("受托人电话"), blank=True)
    agent_adult_on = models.DateField()  # the agent's 18th birthday, or the plan's age
    relation = models.CharField(_("与户主关系"), max_length=20)
    reason = models.CharField(_("委托原因"), max_length=60)
    valid_from = models.DateField(_("自"))
    valid_until = models.DateField(_("至"))
    form = models.CharField(_("委托方式"), max_length=20)  # 书面 / 视频存证
    witness = models.CharField(_("见证人"), max_length=50, blank=True)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="mandate_term_in_order"
            ),
        )


class Signature(CaseEvidence):
    """签字 on a named part of a named paper: signer, capacity, day, mark, scan.

    `slot` is the post the plan asks for; for the household, `capacity` says by what right.
    `refused` keeps that somebody was asked and said no.
    """

    slot = models.CharField(max_length=20)  # core.choices.Post
    paper = models.CharField(max_length=24)  # core.choices.PaperKind
    signer = models.CharField(_("签字人"), max_length=50)
    holder = models.ForeignKey("core.PostHolder", models.PROTECT, null=True, related_name="+")
    capacity = models.CharField(
        max_length=14, choices=[(c.value, c.value) for c in Capacity], blank=True
    )
    relation = models.CharField(_("与户主关系"), max_length=20, blank=True)
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, related_name="+")
    signed_on = models.DateField(_("签字日期"))
    # The signer's 18th birthday, computed once by a pure function: SQL does no calendar.
    adult_on = models.DateField(null=True)
    mark = models.CharField(max_length=12, choices=[(m.value, m.value) for m in SignMark])
    witness = models.CharField(_("见证人"), max_length=50, blank=True)
    scan = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    refused = models.BooleanField(default=False)
    facts_sha256 = models.CharField(max_length=64)  # the facts the signer saw

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["case", "stage", "slot"],
                condition=Q(void_tx="") & ~Q(slot__in=["township_cadre", "district_inspector"]),
                name="one_valid_signature",
            ),
            CheckConstraint(
                condition=~Q(capacity=Capacity.AGENT) | Q(mandate__isnull=False),
                name="agent_needs_mandate",
            ),
        )


class Inspection(CaseEvidence):
    """核查, 入户: one visit, or one failed attempt at one."""

    attempt = models.PositiveSmallIntegerField(_("第几次"), default=1)
    mode = models.CharField(max_length=12, choices=[(m.value, m.value) for m in Mode])
    done_on = models.DateField(_("入户日期"))
    began_at = models.TimeField(_("到达时间"), null=True)  # where the paper says it
    ended_at = models.TimeField(_("离开时间"), null=True)
    finding = models.CharField(max_length=14, choices=[(f.value, f.value) for f in Finding])
    visitors = models.PositiveSmallIntegerField(_("核实人数"))  # of its rows, for the gate
    place = models.CharField(_("地点"), max_length=60, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    facts_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["case", "stage"],
                condition=Q(void_tx="") & ~Q(finding=Finding.NOT_MET_HOME),
                name="one_valid_inspection",
            ),
            CheckConstraint(
                condition=Q(began_at=None, ended_at=None)
                | Q(began_at__isnull=False, ended_at__gt=F("began_at"), ended_at__isnull=False),
                name="inspection_hours_in_order",
            ),
        )


class Visitor(models.Model):
    """One person of a visit, by name and post on that day."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="visitor_rows")
    name = models.CharField(max_length=50)
    post = models.CharField(max_length=20)
    user = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (UniqueConstraint(fields=["inspection", "name"], name="visitor_once"),)


class VisitPhoto(models.Model):
    """One of the photos taken at a visit, beside its sheet."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="photos")
    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        constraints = (UniqueConstraint(fields=["inspection", "file"], name="visit_photo_once"),)


class Assessment(InRegion):
    """达标认定 of one indicator by one level; of a case, or of a region (村 and project rows)."""

    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="assessments")
    stage = models.CharField(max_length=30)
    indicator = models.CharField(max_length=30)
    met = models.BooleanField(_("达标"))
    facts = models.CharField(_("核实情况"), max_length=200, blank=True)
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, null=True, related_name="assessments"
    )
    tx = models.CharField(max_length=32)
    void_tx = models.CharField(max_length=32, blank=True, default="", db_default="")

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["case", "stage", "indicator"],
                condition=Q(void_tx="", case__isnull=False),
                name="one_valid_assessment",
            ),
        )


class StageRecord(models.Model):
    """What a stage asks to have on record beside its rules: work plan, training, briefing."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="records")
    stage = models.CharField(max_length=30)
    key = models.CharField(max_length=24)  # core.choices.Record
    done_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    tx = models.CharField(max_length=32)
