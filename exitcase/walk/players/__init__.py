"""How each kind of stage is played: facts by those who have the right, then the batch may leave."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from exitcase.core.choices import StageKind
from exitcase.core.rules import Stage
from exitcase.walk.players import (
    checks,
    city,
    comparing,
    consent,
    decisions,
    fixing,
    notices,
    submissions,
    village,
)
from exitcase.walk.players.appeals import after_exit, unmark
from exitcase.walk.players.beside import look
from exitcase.walk.players.decisions import deliver
from exitcase.walk.players.turns import merge
from exitcase.walk.story import WaveOfLists

__all__ = ["PLAYERS", "after_exit", "deliver", "look", "merge", "unmark"]

Player = Callable[[WaveOfLists, Stage], Iterator[date]]

PLAYERS: Final[Mapping[StageKind, Player]] = {
    StageKind.COLLECT: village.collect,
    StageKind.MEETING: village.meet,
    StageKind.CONSENT: consent.consent,
    StageKind.NOTICE: notices.notice,
    StageKind.SUBMIT: submissions.submit,
    StageKind.CHECK: checks.check,
    StageKind.COMPARE: comparing.compare,
    StageKind.DECIDE: decisions.decide,
    StageKind.MARK: decisions.mark,
    StageKind.DRAW_CHECK: city.draw_check,
    StageKind.ANNOUNCE: decisions.announce,
    StageKind.RECTIFY: fixing.rectify,
    StageKind.FILE: decisions.file,
}
