"""One case set before a stage, to ask its gates."""

from exitcase.core.choices import Act, Role, StageKind
from exitcase.core.gates import Ask
from tests.verification import build
from tests.verification.facts import Giver
from verification.gates import BOOK
from verification.models import Assignment, Batch, Case

# The stages at which a case stands, in the order of the default plan.
STAGES = (
    "collection",
    "appraisal",
    "sign_off",
    "village_notice",
    "village_submission",
    "township_check",
    "township_notice",
    "township_submission",
    "comparison",
    "district_inspection",
    "review",
    "mark",
    "city_check",
    "approval",
    "announcement",
)


class Bench:
    """One case set before a stage, with or without the facts its gates ask."""

    def __init__(self, programme: str = "nanyue-2020") -> None:
        self.world = build.world(programme=programme)
        self.rules, self.day = self.world.rules, self.world.day
        self.batch = self.world.batch(size=1)
        self.giver = Giver(self.world)
        self._send_inspectors()

    def _send_inspectors(self) -> None:
        """To every visit of the plan: they work on what they are sent to."""
        for stage in self.rules.chain:
            if stage.kind in {StageKind.CHECK, StageKind.DRAW_CHECK}:
                for role in (Role.DISTRICT_INSPECTOR, Role.CITY_INSPECTOR):
                    sent = {"stage": stage.key, "since": self.day, "tx": "t"}
                    Assignment.objects.create(case=self.case, user=self.world.user(role), **sent)

    @property
    def case(self) -> Case:
        return Case.objects.select_related("batch__programme", "household").get()

    def before(self, key: str, *, given: bool = True) -> "Bench":
        Batch.objects.update(stage=key)
        Case.objects.update(state=self.rules.before(key))
        if given:
            self.giver.give([self.case], key)
        return self

    def stage(self):
        return self.rules.stage(Batch.objects.get().stage)

    def stage_of(self, batch: Batch):
        return self.rules.stage(Batch.objects.get(pk=batch.pk).stage)

    def shut(self, model=Case, act=Act.PASS) -> dict[str, str]:
        """Gate → what it says, of those that are shut for the one row."""
        ask = Ask(self.rules, self.stage())
        gates = BOOK[act, ask.stage.kind]
        hard = gates.shut(model.objects.all(), ask)
        soft = gates.shut(model.objects.all(), ask, hard=False)
        return {key: gates.gate(key).words(1) for key in (*hard, *soft)}
