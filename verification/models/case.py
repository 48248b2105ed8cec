"""A case collects the milestones of one household; its state is the last stage it has passed."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django_fsm import GET_STATE, FSMField, transition

from exitcase.core.choices import ENDS, LISTED, LIVE, Act, End, Reason
from exitcase.core.fields import InVillage, Movable
from exitcase.core.gates import Ask
from exitcase.core.machine import SafeFSM, opens
from verification.models.batch import Batch


def at_its_turn(case: Any) -> bool:
    """The machine has every live state as a source; whose turn it is, the programme says."""
    return bool(case.state == case.batch.rules.before(case.batch.stage))


PASSED = GET_STATE(lambda case: case.ask().stage.passed, states=(*LIVE, End.GRANTED))
EARLIER = GET_STATE(lambda case, to_stage: case.batch.rules.before(to_stage), states=LIVE)


class Case(SafeFSM, InVillage, Movable):
    """户案. Who passed what and when is read from the journal; there is no second table of it."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="cases")
    household = models.ForeignKey("households.Household", models.PROTECT, related_name="cases")
    number = models.CharField(max_length=40)  # 编号 on 附件1
    purpose = models.CharField(max_length=10)  # of the programme: one open case per purpose
    state = FSMField(default=LISTED, protected=True, max_length=30)
    # Frozen when the case is listed; NULL = nobody has recorded it, which is not the same as 0.
    head_name = models.CharField(max_length=50)
    group = models.CharField(max_length=20)
    persons = models.PositiveSmallIntegerField(null=True)  # 家庭人口数, as counted on lists
    net_fen = models.BigIntegerField(null=True)
    divisor = models.PositiveSmallIntegerField(null=True)  # 核算人口
    facts_sha256 = models.CharField(max_length=64)  # of what every later paper rests on
    poor_village = models.BooleanField(null=True)  # the stratum
    relapsed = models.BooleanField(default=False)
    low_income = models.BooleanField(default=False)
    destitute = models.BooleanField(default=False)
    status_before = models.CharField(max_length=12)  # of the household, for the outcome
    # How it ended without being granted: a code, the bar's key or a clause, and words.
    end_reason = models.CharField(max_length=24, blank=True)
    end_bar = models.CharField(max_length=10, blank=True)
    end_clause = models.CharField(max_length=120, blank=True)
    end_note = models.CharField(max_length=200, blank=True)
    ended_at_stage = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(state__in=[*LIVE, *ENDS]), name="case_state_known"),
            CheckConstraint(
                condition=Q(end_reason="") | Q(end_reason__in=list(Reason)),
                name="case_reason_known",
            ),
            UniqueConstraint(
                fields=["household", "purpose"],
                condition=~Q(state__in=ENDS),
                name="one_open_case",
            ),
            UniqueConstraint(fields=["district", "number"], name="case_number_once"),
        )
        indexes = (
            models.Index(fields=["village", "state"], name="case_by_village"),
            models.Index(fields=["township", "state"], name="case_by_township"),
            models.Index(fields=["district", "state"], name="case_by_district"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.head_name}"

    def ask(self) -> Ask:
        return self.batch.ask()

    @transition(
        field=state,
        source=[*LIVE],
        target=PASSED,
        conditions=[at_its_turn, opens(Act.PASS)],
    )
    def pass_stage(self) -> None:
        """通过本环节。"""

    @transition(field=state, source=[*LIVE], target=EARLIER, conditions=[opens(Act.SEND_BACK)])
    def send_back(self, to_stage: str) -> None:
        """退回。"""

    @transition(field=state, source=[*LIVE], target=End.REFUSED, conditions=[opens(Act.REFUSE)])
    def refuse(self) -> None:
        """不予退出。"""

    @transition(field=state, source=[*LIVE], target=End.WITHDRAWN, conditions=[opens(Act.WITHDRAW)])
    def withdraw(self) -> None:
        """撤回。"""

    @transition(field=state, source=[*LIVE], target=End.CEASED, conditions=[opens(Act.CEASE)])
    def cease(self) -> None:
        """终止。"""


class StageCount(models.Model):
    """How many 户 and 人 stand where: a ledger of differences, written with the move itself.

    The count of a state is the sum of its rows; higher levels are sums over villages. Rows are
    added by INSERT … SELECT, so that no two movers wait for one counter.
    """

    programme = models.ForeignKey("core.Programme", models.PROTECT, related_name="+")
    village = models.ForeignKey("core.Region", models.PROTECT, related_name="+")
    state = models.CharField(max_length=30)
    households = models.IntegerField()
    persons = models.IntegerField()

    class Meta:
        indexes = (models.Index(fields=["programme", "village", "state"], name="stage_count"),)
