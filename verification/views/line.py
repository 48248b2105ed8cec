"""The step line: where a list or a household stands among the plan's steps."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from exitcase.core.choices import CLOSED, End
from exitcase.core.rules import Rules, Stage
from exitcase.core.screens import Pace
from verification.models import Case


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the plan, made of one stage or several; `word` says the pace aloud."""

    number: int
    name: str
    pace: Pace
    word: str
    detail: str


def step_line(rules: Rules, stage: str, *, late: bool = False, ended: bool = False) -> list[Step]:
    """The plan's steps with `stage` as the one in hand; CLOSED: all are done.

    `ended`: the household left the list there, and nothing follows.
    """
    keys = rules.keys
    here = len(keys) if stage == CLOSED else keys.index(stage)
    pace = Pace.BACK if ended else Pace.LATE if late else Pace.NOW
    numbers = sorted({one.step for one in rules.chain})
    return [_step(rules, number, here, pace) for number in numbers]


def of_case(case: Case, *, late: bool = False) -> list[Step]:
    """A household's own line: it stops where it was refused, withdrawn or ceased."""
    rules = case.batch.rules
    if case.state == End.GRANTED:
        return step_line(rules, CLOSED)
    if case.state in set(End):
        return step_line(rules, case.ended_at_stage or rules.first.key, ended=True)
    return step_line(rules, case.batch.stage, late=late)


def _step(rules: Rules, number: int, here: int, pace: Pace) -> Step:
    stages = [one for one in rules.chain if one.step == number]
    places = [rules.keys.index(one.key) for one in stages]
    if max(places) < here:
        pace = Pace.DONE
    elif min(places) > here:
        pace = Pace.TODO
    current = stages[places.index(here)] if here in places else None
    name, detail = _name(rules, number, stages), _detail(current, len(stages))
    return Step(number, name, pace, said(pace), detail)


def said(pace: Pace) -> str:
    """A pace in words, for who does not see its shape."""
    return {
        Pace.DONE: _("已完成"),
        Pace.NOW: _("办理中"),
        Pace.LATE: _("逾期"),
        Pace.TODO: _("未开始"),
        Pace.BACK: _("在此终止"),
    }[pace]


def _name(rules: Rules, number: int, stages: Sequence[Stage]) -> str:
    return rules.steps[number] if number < len(rules.steps) else stages[0].title


def _detail(current: Stage | None, stages: int) -> str:
    """Which of a step's several stages is in hand."""
    return current.title if current and stages > 1 else ""
