"""A batch is a list of one village; it moves through the stages of the plan it was made under."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django_fsm import GET_STATE, FSMField, transition

from exitcase.core.choices import CATALOGUE, CLOSED, Act, StageKind, keys_of
from exitcase.core.fields import InVillage, Movable
from exitcase.core.gates import Ask
from exitcase.core.machine import SafeFSM, opens
from exitcase.core.rules import Rules


def following(batch: "Batch") -> str:
    return batch.rules.next_after(batch.stage)


NEXT = GET_STATE(following, states=(*CATALOGUE, CLOSED))
EARLIER = GET_STATE(lambda _batch, to_stage: to_stage, states=(*CATALOGUE,))


class Batch(SafeFSM, InVillage, Movable):
    """批次 (第1批, 补1 …). Higher levels act on sets of batches; a decision freezes its set."""

    programme = models.ForeignKey("core.Programme", models.PROTECT, related_name="+")
    part = models.PositiveIntegerField(default=1)  # 1 = 第1批; later parts are supplements
    split_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    stage = FSMField(protected=True, max_length=30)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["village", "programme", "part"], name="batch_once"),
            CheckConstraint(condition=Q(stage__in=[*CATALOGUE, CLOSED]), name="batch_stage_known"),
        )
        indexes = (
            models.Index(fields=["township", "stage"], name="batch_by_township"),
            models.Index(fields=["district", "stage"], name="batch_by_district"),
        )

    def __str__(self) -> str:
        return f"{self.village_id} {self.name}"

    @property
    def name(self) -> str:
        """第1批, 补1, 补2 …, as written on papers."""
        return "第1批" if self.part == 1 else f"补{self.part - 1}"

    @property
    def named(self) -> str:
        """With its village's name, as a refusal tells it to people."""
        return f"{self.village.name} {self.name}"

    @property
    def rules(self) -> Rules:
        """The pinned version: a later one never touches a running batch."""
        return self.programme.rules

    def ask(self) -> Ask:
        return Ask(self.rules, self.rules.stage(self.stage))

    # One transition per kind: what is left is named, where it leads is the programme's answer.

    @transition(
        field=stage,
        source=keys_of(StageKind.COLLECT),
        target=NEXT,
        conditions=[opens(Act.CLOSE, StageKind.COLLECT)],
    )
    def close_collection(self) -> None:
        """采集结束。"""

    @transition(
        field=stage,
        source=keys_of(StageKind.APPLY),
        target=NEXT,
        conditions=[opens(Act.CLOSE, StageKind.APPLY)],
    )
    def close_application(self) -> None:
        """申请受理结束。"""

    @transition(
        field=stage,
        source=keys_of(StageKind.MEETING),
        target=NEXT,
        conditions=[opens(Act.CLOSE, StageKind.MEETING)],
    )
    def close_meeting(self) -> None:
        """评议结束。"""

    @transition(
        field=stage,
        source=keys_of(StageKind.CONSENT),
        target=NEXT,
        conditions=[opens(Act.CLOSE, StageKind.CONSENT)],
    )
    def close_consent(self) -> None:
        """签字认可结束。"""

    @transition(
        field=stage,
        source=keys_of(StageKind.NOTICE),
        target=NEXT,
        conditions=[opens(Act.CLOSE, StageKind.NOTICE)],
    )
    def close_notice(self) -> None:
        """公示结束。"""

    @transition(
        field=stage,
        source=keys_of(StageKind.SUBMIT),
        target=NEXT,
        conditions=[opens(Act.CLOSE, StageKind.SUBMIT)],
    )
    def submit(self) -> None:
        """送审并接收。"""

    @transition(
        field=stage,
        source=keys_of(StageKind.CHECK),
        target=NEXT,
        conditions=[opens(Act.CLOSE, StageKind.CHECK)],
    )
    def close_check(self) -> None:
        """核查结束。"""

    @transition(
        field=stage,
        source=keys_of(StageKind.COMPARE),
        target=NEXT,
        conditions=[opens(Act.CLOSE, StageKind.COMPARE)],
    )
    def close_comparison(self) -> None:
        """比对结束。"""

    @transition(
        field=stage,
        source=keys_of(StageKind.DRAW_CHECK),
        target=NEXT,
        conditions=[opens(Act.CLOSE, StageKind.DRAW_CHECK)],
    )
    def close_draw_check(self) -> None:
        """抽查结束。"""

    @transition(
        field=stage,
        source=keys_of(StageKind.DECIDE),
        target=NEXT,
        conditions=[opens(Act.CLOSE, StageKind.DECIDE)],
    )
    def decide(self) -> None:
        """审批。"""

    @transition(
        field=stage,
        source=keys_of(StageKind.MARK),
        target=NEXT,
        conditions=[opens(Act.CLOSE, StageKind.MARK)],
    )
    def close_mark(self) -> None:
        """标识录入完成。"""

    @transition(
        field=stage,
        source=keys_of(StageKind.ANNOUNCE),
        target=NEXT,
        conditions=[opens(Act.CLOSE, StageKind.ANNOUNCE)],
    )
    def announce(self) -> None:
        """公告。"""

    @transition(
        field=stage,
        source=keys_of(StageKind.RECTIFY),
        target=NEXT,
        conditions=[opens(Act.CLOSE, StageKind.RECTIFY)],
    )
    def close_rectification(self) -> None:
        """整改结束。"""

    @transition(
        field=stage,
        source=keys_of(StageKind.FILE),
        target=NEXT,
        conditions=[opens(Act.CLOSE, StageKind.FILE)],
    )
    def file(self) -> None:
        """备案。"""

    @transition(
        field=stage,
        source=[*CATALOGUE],
        target=EARLIER,
        conditions=[opens(Act.SEND_BACK)],
    )
    def send_back(self, to_stage: str) -> None:
        """整批退回。"""

    @transition(
        field=stage,
        source=[*CATALOGUE],
        target=CLOSED,
        conditions=[opens(Act.MERGE)],
    )
    def merge(self) -> None:
        """并入同村同环节的另一批。"""
