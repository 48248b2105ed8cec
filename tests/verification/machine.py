"""A random machine over a world that is built once, and how its lives are counted."""

from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from exitcase.core.verify import verify
from tests.verification import build


class Machine(RuleBasedStateMachine):
    """Every life begins at the same point of one world, and is undone behind it."""

    world: build.World
    ended = 0  # lives that came whole to their end

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.world.on(build.OPENING)

    def last(self) -> None:
        """What is done and asked when the acts are over."""

    def teardown(self) -> None:
        try:
            self.last()
            assert verify("430412") == []
            type(self).ended += 1
        finally:
            transaction.savepoint_rollback(self.point)


def run(machine: type[Machine], examples: int, steps: int, **world: Any) -> int:
    """How many lives of so many steps came whole to their end."""
    machine.world, machine.ended = build.world(**world), 0
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return machine.ended
