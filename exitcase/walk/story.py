"""One walk: what is fixed for it, and the waves of lists under way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

from django.db.models import QuerySet

from exitcase.core.choices import DIGITS, LIVE, Act, End, Level
from exitcase.core.models import Programme, Region, User
from exitcase.core.moves import Moved
from exitcase.core.rules import Rules, Stage
from exitcase.walk.agenda import Agenda, open_day
from exitcase.walk.cast import Cast
from exitcase.walk.fate import Fate
from exitcase.walk.rounds import Diary
from verification.models import Batch, Case
from verification.services.advance import advance_batches


class WrongTurn(Exception):  # noqa: N818  # the walk ends with it
    """A service answered otherwise than the plan of the walk foresaw."""


@dataclass
class Walk:
    """The programme, the place, the people, the days; and where its papers go."""

    programme: Programme
    township: Region
    villages: list[Region]
    out: Path
    random: Random
    agenda: Agenda
    cast: Cast
    fate: Fate
    diary: Diary
    waves: "list[WaveOfLists]" = field(default_factory=list)
    empty: list[str] = field(default_factory=list)  # villages without a household to list

    @property
    def rules(self) -> Rules:
        return self.programme.rules

    @property
    def today(self) -> date:
        return self.agenda.today

    def actor(self, act: Act, stage: Stage, code: str, nth: int = 0) -> User:
        """An account with the right to the act at the stage, over the place.

        The stage's own organ goes before others that may act for it.
        """
        own = self.rules.organ(stage.actor).role
        return self.cast.one(act, stage.level, code, nth, first=own)

    def place_of(self, stage: Stage) -> str:
        """Where a stage above the villages works; a case never leaves its district."""
        return self.township.code[: max(DIGITS[stage.level], DIGITS[Level.DISTRICT])]

    def by_place(self, stage: Stage, cases: Iterable[Case]) -> list[tuple[str, list[Case]]]:
        """Cases by the region that acts for them at a stage: each village by itself, or all."""
        groups: dict[str, list[Case]] = {}
        for case in cases:
            village = stage.level == Level.VILLAGE
            groups.setdefault(case.village_id if village else self.place_of(stage), []).append(case)
        return list(groups.items())

    def by_village(self, cases: Iterable[Case]) -> list[tuple[str, list[Case]]]:
        """Cases by their village, in the order in which they come."""
        groups: dict[str, list[Case]] = {}
        for case in cases:
            groups.setdefault(case.village_id, []).append(case)
        return list(groups.items())

    def other(self, than: User, act: Act, stage: Stage, code: str) -> User:
        """Another account with the right than who made the thing: two people."""
        for nth in range(len(self.cast.accounts)):
            found = self.actor(act, stage, code, nth)
            if found != than:
                return found
        raise WrongTurn(f"{stage.title}: 没有第二人")

    def later(self, batch: Batch) -> None:
        """Put a batch that was split off or sent back with a wave that has not passed its stage."""
        place = self.rules.keys.index(batch.stage)
        for wave in self.waves:
            if wave.at < place:
                wave.batches.append(batch.pk)
                return
        self.begin(WaveOfLists(self, [batch.pk]), self.today + timedelta(days=1))

    def begin(self, wave: "WaveOfLists", day: date) -> None:
        self.waves.append(wave)
        self.agenda.enter(open_day(day), wave.go())


@dataclass
class WaveOfLists:
    """Batches of several villages that climb together, stage by stage."""

    walk: Walk
    batches: list[int]
    at: int = -1  # index of the stage being played

    def go(self) -> Iterator[date]:
        """Play every stage of the plan for the batches that stand at it."""
        from exitcase.walk.players import (  # noqa: PLC0415  # they know the story
            PLAYERS,
            after_exit,
            deliver,
            look,
            merge,
            unmark,
        )

        for index, stage in enumerate(self.walk.rules.chain):
            self.at = index
            if self.standing(stage).exists():
                merge(self, stage)
                yield from PLAYERS[stage.kind](self, stage)
                if stage == self.walk.rules.chain[-1]:
                    for batch in list(self.standing(stage)):
                        deliver(self, stage, batch)
                yield from self.leave(stage)
        self.at = len(self.walk.rules.chain)
        after_exit(self)
        unmark(self.walk)
        if self is self.walk.waves[0]:
            for stage in self.walk.rules.beside:
                yield from look(self, stage)

    def standing(self, stage: Stage) -> QuerySet[Batch]:
        """The wave's batches that stand at a stage, in the order of villages."""
        found = Batch.objects.filter(pk__in=self.batches, stage=stage.key)
        rows: QuerySet[Batch] = found.select_related("programme", "village")
        return rows.order_by("village", "part")

    def cases(self, stage: Stage) -> QuerySet[Case]:
        """Their open cases, in the order of lists; in the tail those that were granted."""
        states = [End.GRANTED] if stage in self.walk.rules.tail else LIVE
        live = Case.objects.filter(batch__in=self.standing(stage).values("pk"), state__in=states)
        rows: QuerySet[Case] = live.select_related("household", "batch__programme", "village")
        return rows.order_by("village", "group", "number")

    def leave(self, stage: Stage) -> Iterator[date]:
        """Leave the stage with every batch, township by township act; nobody may stay behind."""
        done = self.walk.today
        for batch in list(self.standing(stage)):
            self._leave_one(batch, stage, done)
        yield open_day(done + timedelta(days=1))

    def _leave_one(self, batch: Batch, stage: Stage, done: date) -> None:
        by = self.walk.actor(Act.CLOSE, stage, batch.village_id)
        one = Batch.objects.filter(pk=batch.pk)
        reasons = dict.fromkeys(SOFT, LATE)
        moved = advance_batches(one, stage.key, by=by, done_on=done, reasons=reasons)
        if moved.count != 1:
            raise WrongTurn(f"{batch} 在 {stage.title} 没有通过:{told(moved)}")


LATE = "工期顺延,按实际完成时间办理"
SOFT = ("within_window", "records_noted")


def told(moved: Moved) -> str:
    """What a move said, for the one who has to find out why."""
    return ";".join(moved.words()) or f"已办 {moved.already}"
