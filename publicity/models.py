"""Notices, where they hang, and what people object to."""

from datetime import date

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from exitcase.core import clock
from exitcase.core.choices import Act, StageKind
from exitcase.core.evidence import Evidence
from exitcase.core.fields import EncryptedText, InRegion, Movable
from exitcase.core.gates import Ask
from exitcase.core.machine import SafeFSM, opens
from publicity.choices import (
    Channel,
    Moment,
    NoticeKind,
    NoticeState,
    ObjectionKind,
    Outcome,
)


class Notice(SafeFSM, InRegion, Movable):
    """A frozen list, hung by one organ at one stage; its payload is an allow-list type.

    `closes_at` is computed once by `core.terms`, when the last required posting hangs; nobody
    closes earlier. `round` tells a restarted or amended notice from its first.
    """

    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    programme = models.ForeignKey("core.Programme", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=30)
    round = models.PositiveSmallIntegerField(default=1)
    organ = models.CharField(max_length=80)  # who hangs it, as printed
    title = models.CharField(max_length=120)
    payload = models.JSONField()  # a `NoticePayload`, frozen at release
    payload_sha256 = models.CharField(max_length=64)
    households = models.PositiveIntegerField()
    persons = models.PositiveIntegerField()
    days = models.PositiveSmallIntegerField(null=True)  # of the term; an announcement has none
    drafted_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    released_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    starts_at = models.DateTimeField(_("公示开始"), null=True)  # when the last required place hung
    closes_at = models.DateTimeField(_("公示截止"), null=True)  # 24:00 of the last day
    extended_days = models.PositiveSmallIntegerField(default=0)  # lost in gaps, added to the term
    state = FSMField(default=NoticeState.DRAFT, protected=True, max_length=12)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(state__in=NoticeState.values), name="notice_state_known"),
            CheckConstraint(
                condition=Q(closes_at=None) | Q(closes_at__gt=F("starts_at")),
                name="notice_closes_after_start",
            ),
            CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("drafted_by")),
                name="notice_two_people",
            ),
        )
        indexes = (models.Index(fields=["township", "stage", "state"], name="notice_by_township"),)

    def __str__(self) -> str:
        return self.title

    def ask(self) -> Ask:
        rules = self.programme.rules
        return Ask(rules, rules.stage(self.stage))

    def over_on(self, day: date) -> bool:
        """Whether a day lies after the last one of the term: what comes in then is 逾期."""
        return self.closes_at is not None and day >= clock.day_of(self.closes_at)

    @transition(
        field=state,
        source=NoticeState.DRAFT,
        target=NoticeState.HANGING,
        conditions=[opens(Act.HANG, StageKind.NOTICE, StageKind.ANNOUNCE)],
    )
    def hang(self) -> None:
        """最后一处张贴完毕。"""

    @transition(
        field=state,
        source=NoticeState.HANGING,
        target=NoticeState.CLOSED,
        conditions=[opens(Act.CLOSE_NOTICE, StageKind.NOTICE, StageKind.ANNOUNCE)],
    )
    def close(self) -> None:
        """公示期满。"""

    @transition(
        field=state,
        source=[NoticeState.DRAFT, NoticeState.HANGING],
        target=NoticeState.TAKEN_DOWN,
        conditions=[opens(Act.TAKE_DOWN, StageKind.NOTICE, StageKind.ANNOUNCE)],
    )
    def take_down(self) -> None:
        """撤下。"""


class NoticeItem(Evidence):
    """One household on a notice, frozen as printed. The case is named by its number."""

    case_field = "case_key"
    chain_path = "notice__district"  # whose journal tells of it

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="items")
    case_key = models.BigIntegerField(db_index=True)
    household = models.ForeignKey("households.Household", models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()
    group = models.CharField(max_length=20)
    head_name = models.CharField(max_length=50)
    mark = models.CharField(max_length=10, blank=True)  # tells two of one name in one group
    persons = models.PositiveSmallIntegerField()
    facts_sha256 = models.CharField(max_length=64)
    struck_tx = models.CharField(max_length=32, blank=True, default="")  # 划去: upheld objection

    class Meta:
        constraints = (
            UniqueConstraint(fields=["notice", "seq"], name="notice_seq_once"),
            UniqueConstraint(
                fields=["case_key", "stage"],
                condition=Q(void_tx="", struck_tx=""),
                name="one_valid_notice_item",
            ),
        )


class Posting(models.Model):
    """One place where a notice hangs. Required places make the term; others are extra."""

    chain_path = "notice__district"

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="postings")
    place = models.CharField(max_length=20)  # core.choices.Place
    place_name = models.CharField(_("张贴地点"), max_length=80)
    region = models.ForeignKey("core.Region", models.PROTECT, related_name="+")
    required = models.BooleanField(default=True)
    hung_at = models.DateTimeField(_("张贴时间"), null=True)  # as said on the paper
    recorded_at = models.DateTimeField(null=True)  # the database's time
    counts_from = models.DateTimeField(null=True)  # `hung_at` if it was recorded in time, by photo
    down_at = models.DateTimeField(_("取下时间"), null=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["notice", "place", "region", "place_name"], name="posting_once"
            ),
        )

    def __str__(self) -> str:
        return self.place_name


class PostingPhoto(models.Model):
    """A photo of a posting: the evidence that it hung at the start and to the end."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="photos")
    moment = models.CharField(max_length=8, choices=Moment.choices)
    taken_at = models.DateTimeField(_("拍摄时间"))
    recorded_at = models.DateTimeField()
    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")


class Gap(models.Model):
    """A posting that was missing for a while: the term grows by the days lost, or restarts."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="gaps")
    missing_from = models.DateTimeField()
    rehung_at = models.DateTimeField()
    restarted = models.BooleanField()
    lost_days = models.PositiveSmallIntegerField()


class Objection(InRegion):
    """Somebody objects or appeals. It holds the case at every stage until it is answered.

    Not evidence of a stage: no sending back makes it go away. Who objected is never shown to
    the village.
    """

    number = models.CharField(_("编号"), max_length=30)
    kind = models.CharField(max_length=10, choices=ObjectionKind.choices)
    item = models.ForeignKey(NoticeItem, models.PROTECT, null=True, related_name="objections")
    case_key = models.BigIntegerField(db_index=True)
    household = models.ForeignKey("households.Household", models.PROTECT, related_name="+")
    programme = models.ForeignKey("core.Programme", models.PROTECT, related_name="+")
    received_on = models.DateField(_("受理日期"))
    due_on = models.DateField(_("答复期限"))
    channel = models.CharField(_("途径"), max_length=8, choices=Channel.choices)
    objector = EncryptedText(_("提出人"), blank=True)
    objector_phone = EncryptedText(_("提出人电话"), blank=True)
    text = EncryptedText(_("内容"))
    open = models.BooleanField(default=True)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices, blank=True)
    checkers = models.CharField(_("核查人"), max_length=100, blank=True)  # names, two or more
    conclusion = models.CharField(_("核查结论"), max_length=300, blank=True)
    answered_on = models.DateField(_("答复日期"), null=True)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    # 经办人: whose task the answer is; NULL: of whoever answers at that level.
    handler = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    late_reason = models.CharField(_("逾期受理原因"), max_length=200, blank=True, default="")
    # The answer of an organ that never logs in: one officer enters it, another confirms it.
    answer_number = models.CharField(_("答复文号"), max_length=60, blank=True, default="")
    answered_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            UniqueConstraint(fields=["district", "number"], name="objection_number_once"),
            CheckConstraint(
                condition=Q(open=True, outcome="", answered_on=None)
                | Q(
                    open=True,
                    outcome__in=Outcome.values,
                    answered_on__isnull=False,
                    answered_by__isnull=False,
                    confirmed_by=None,
                )
                | Q(open=False, outcome__in=Outcome.values, answered_on__isnull=False),
                name="objection_answered_whole",
            ),
            CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("answered_by")),
                name="objection_two_people",
            ),
        )
        indexes = (models.Index(fields=["case_key", "open"], name="objection_hold"),)

    def __str__(self) -> str:
        return self.number

    @property
    def late(self) -> bool:
        """逾期受理: received after the last day of the term; it holds the case all the same."""
        if self.kind != ObjectionKind.OBJECTION or self.item is None:
            return False
        return self.item.notice.over_on(self.received_on)
