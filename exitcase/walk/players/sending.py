"""Inspectors see the cases they were sent to: each village's team is sent to its households."""

from collections.abc import Iterable
from typing import Final

from exitcase.core.choices import Act, Role
from exitcase.core.models import User
from exitcase.core.rules import Stage
from exitcase.walk.story import WaveOfLists
from verification.models import Case
from verification.services import assigning

SENT: Final = (Role.DISTRICT_INSPECTOR, Role.CITY_INSPECTOR)


def send(wave: WaveOfLists, stage: Stage, cases: Iterable[Case]) -> None:
    """Assign them, where the stage's own people work on what they are assigned."""
    walk, role = wave.walk, wave.walk.rules.organ(stage.actor).role
    for code, here in walk.by_village(cases) if role in SENT else ():
        assigning.assign_inspectors(
            Case.objects.filter(pk__in=[case.pk for case in here]),
            stage.key,
            walk.cast.team(role, code),
            by=walk.cast.one(Act.ASSIGN, stage.level, code),
            done_on=walk.today,
        )


def inspector(wave: WaveOfLists, act: Act, stage: Stage, code: str) -> User:
    """Who enters a visit or a signature of a village at a stage: of those sent, the first."""
    walk, role = wave.walk, wave.walk.rules.organ(stage.actor).role
    return walk.cast.team(role, code)[0] if role in SENT else walk.actor(act, stage, code)
