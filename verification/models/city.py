"""The draw nobody can dispute, what its visits found, and what was put right."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from exitcase.core.choices import Origin
from exitcase.core.fields import InRegion
from verification.models.case import Case
from verification.models.findings import CaseEvidence


class Draw(InRegion):
    """抽样: frame frozen and its hash published → seed made in public → tickets → sample.

    `external` is a draw made outside this system: 「非本系统抽取,不能复算」.
    """

    programme = models.ForeignKey("core.Programme", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=30)
    number = models.PositiveIntegerField()  # the n-th frame of this region
    frame_sha256 = models.CharField(max_length=64)
    frozen_on = models.DateField(_("冻结日期"))
    frozen_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    algorithm = models.CharField(max_length=40)
    seed = models.CharField(_("公开种子"), max_length=200, blank=True)
    seed_source = models.CharField(_("种子来源"), max_length=200, blank=True)
    drawn_on = models.DateField(_("抽取日期"), null=True)
    drawn_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    sizes = models.JSONField(default=dict)  # per stratum: frame and sample, 户 and 人, notes
    external = models.BooleanField(default=False)
    result_number = models.CharField(_("核查结果文号"), max_length=60, blank=True)
    result_closed_on = models.DateField(_("核查结果日期"), null=True)  # set when it counts
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    result_file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    # A city that never logs in: one officer registers its result, another confirms it.
    result_on = models.DateField(_("登记的结果日期"), null=True)
    result_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    result_confirmed_by = models.ForeignKey(
        "core.User", models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["region", "programme", "stage", "number"], name="draw_number_once"
            ),
            # One seed for one frame: a second try would be a second row, which this refuses.
            UniqueConstraint(fields=["district", "frame_sha256"], name="one_draw_per_frame"),
            CheckConstraint(
                condition=Q(drawn_by=None) | ~Q(drawn_by=F("frozen_by")), name="draw_two_people"
            ),
            CheckConstraint(
                condition=Q(result_confirmed_by=None) | ~Q(result_confirmed_by=F("result_by")),
                name="draw_result_two_people",
            ),
        )


class DrawItem(CaseEvidence):
    """One case of a frame: its stratum, its ticket, and whether it was drawn."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="items")
    stratum = models.CharField(max_length=20)
    persons = models.PositiveSmallIntegerField()
    ticket = models.CharField(max_length=90, blank=True)  # decimal digits; compared as text
    rank = models.PositiveIntegerField(null=True)  # in its stratum, by ticket
    drawn = models.BooleanField(default=False)
    must_include = models.BooleanField(default=False, db_default=False)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("更换原因"), max_length=200, blank=True, db_default="")

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["case", "stage"], condition=Q(void_tx=""), name="one_valid_frame_item"
            ),
        )


class Rectification(InRegion):
    """整改: problem, measure, owner, deadline; closed by another person's re-check."""

    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="rectifications")
    programme = models.ForeignKey("core.Programme", models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    origin = models.CharField(max_length=14, choices=[(o.value, o.value) for o in Origin])
    raised_at = models.CharField(max_length=30)  # stage key
    before = models.CharField(max_length=30, blank=True)  # stage key by which it must be closed
    problem = models.CharField(_("问题"), max_length=200)
    measure = models.CharField(_("整改措施"), max_length=200, blank=True)
    owner = models.CharField(_("整改责任人"), max_length=50)
    raised_on = models.DateField()
    due_on = models.DateField(_("整改时限"))
    reported_on = models.DateField(_("报告日期"), null=True)
    reported_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    same_fault = models.CharField(_("举一反三情况"), max_length=200, blank=True)
    rechecked_on = models.DateField(_("复查日期"), null=True)
    rechecked_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    passed = models.BooleanField(_("复查合格"), null=True)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    tx = models.CharField(max_length=32)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["district", "number"], name="rectification_number_once"),
            CheckConstraint(
                condition=Q(rechecked_by=None) | ~Q(rechecked_by=F("reported_by")),
                name="rectification_two_people",
            ),
        )
