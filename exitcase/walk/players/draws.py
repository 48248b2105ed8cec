"""A draw: the frame frozen, the seed thrown in public; at the end the result."""

from collections.abc import Generator, Iterator, Sequence
from datetime import date, timedelta

from exitcase.core.choices import LIVE, Act
from exitcase.core.rules import Stage
from exitcase.walk import props
from exitcase.walk.agenda import open_day
from exitcase.walk.story import WaveOfLists, WrongTurn
from verification.models import Case, Draw, DrawItem
from verification.services import city as work
from verification.services import frames

Drawn = tuple[Draw, Sequence[Case]]
PATIENCE = 60  # days a wave waits for another's result


def draw(wave: WaveOfLists, stage: Stage) -> Generator[date, None, Drawn | None]:
    """Freeze the frame, throw the seed after the plan's hours; gives the draw and its sample.

    A frame holds whoever stands at the stage, of other waves too. None where another wave's frame
    has ours, and its result is closed by now.
    """
    walk = wave.walk
    code = walk.township.code
    if not wave.cases(stage).exclude(pk__in=DrawItem.valid(stage=stage.key).values("case")):
        yield from _await(wave, stage)
        return None
    frozen_by = walk.actor(Act.FREEZE, stage, code)
    made = frames.freeze_frame(
        stage.key,
        programme=walk.programme,
        region=walk.place_of(stage),
        by=frozen_by,
        done_on=walk.today,
    )
    yield open_day(walk.today + timedelta(days=1 + walk.rules.draw.hours // 24))
    work.seed_and_draw(
        made,
        seed="".join(str(walk.random.randrange(10)) for _ in range(walk.rules.draw.digits)),
        source="十面骰子,三方各掷,全程录像",
        by=walk.other(frozen_by, Act.DRAW, stage, code),
        done_on=walk.today,
    )
    yield open_day(walk.today + timedelta(days=2))
    items = DrawItem.valid(draw=made, drawn=True, case__state__in=LIVE)
    drawn = Case.objects.filter(pk__in=items.values("case"))
    return made, list(drawn.select_related("household", "batch__programme").order_by("pk"))


def _await(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    frames_of = DrawItem.valid(stage=stage.key, case__in=wave.cases(stage))
    for _day in range(PATIENCE):
        if not frames_of.filter(draw__result_closed_on=None).exists():
            return
        yield wave.walk.today + timedelta(days=1)
    raise WrongTurn(f"{stage.title}: 另一批的抽查结果没有公布")


def close(wave: WaveOfLists, stage: Stage, made: Draw) -> None:
    """The checking organ's result; of one that never logs in, entered by one, confirmed by two."""
    walk = wave.walk
    by = walk.actor(Act.INSPECT, stage, walk.township.code)
    closed = work.close_result(
        made,
        number=f"核查结果〔{walk.rules.year}〕{walk.rules.keys.index(stage.key)}-{made.number}号",
        done_on=walk.today,
        file=props.scan("核查结果", made.region_id, by),
        by=by,
    )
    if closed.result_closed_on is None:
        second = walk.other(by, Act.INSPECT, stage, walk.township.code)
        work.confirm_result(closed, by=second, done_on=walk.today)
