"""A draw: the frame frozen, the seed thrown in public; at the end the result."""

from collections.abc import Generator, Iterator, Sequence
from datetime import date, timedelta

from exitcase.core.choices import LIVE, Act, PaperKind, Role
from exitcase.core.rules import Stage
from exitcase.walk import props
from exitcase.walk.agenda import open_day
from exitcase.walk.story import WaveOfLists, WrongTurn
from exitcase.walk.troubles import Trouble
from verification.models import Case, Draw, DrawItem
from verification.services import city as work
from verification.services import frames

Drawn = tuple[Draw, Sequence[Case]]
PATIENCE = 60  # days a wave waits for another's result
OUTSIDE = 10  # a list drawn elsewhere has one household of so many
AWAY = "整户外出务工,无人在家"


def draw(wave: WaveOfLists, stage: Stage) -> Generator[date, None, Drawn | None]:
    """Freeze the frame, throw the seed after the plan's hours; gives the draw and its sample.

    A frame holds whoever stands at the stage, of other waves too. None where another wave's frame
    has ours, and its result is closed by now.
    """
    walk = wave.walk
    if not wave.cases(stage).exclude(pk__in=DrawItem.valid(stage=stage.key).values("case")):
        yield from _await(wave, stage)
        return None
    if wave is not walk.waves[0] and walk.fate.take(Trouble.DRAWN_OUTSIDE):
        made = yield from _outside(wave, stage)
    else:
        made = yield from _here(wave, stage)
    yield open_day(walk.today + timedelta(days=2))
    _replace(wave, stage, made)
    items = DrawItem.valid(draw=made, drawn=True, case__state__in=LIVE)
    drawn = Case.objects.filter(pk__in=items.values("case"))
    return made, list(drawn.select_related("household", "batch__programme").order_by("pk"))


def _here(wave: WaveOfLists, stage: Stage) -> Generator[date, None, Draw]:
    """The frame, and after the plan's hours a seed thrown by another."""
    walk = wave.walk
    code = walk.township.code
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
    return made


def _outside(wave: WaveOfLists, stage: Stage) -> Generator[date, None, Draw]:
    """A list drawn elsewhere comes by letter: one registers it, another confirms it."""
    walk, place = wave.walk, wave.walk.place_of(stage)
    by = walk.cast.one(Act.DRAW, stage.level, place, first=Role.DISTRICT_OFFICER)
    rule = frames.rule_of(walk.rules, stage.key)
    framed = frames.frame_of(walk.programme, stage.key, place, rule).order_by("number")
    numbers = list(framed.values_list("number", flat=True))
    made = work.register_external(
        stage.key,
        programme=walk.programme,
        region=place,
        drawn=numbers[: -(-len(numbers) // OUTSIDE)],
        source=f"{walk.rules.organ(stage.actor).title} 抽样函〔{walk.rules.year}〕1号",
        file=props.scan("抽样名单", place, by),
        by=by,
        done_on=walk.today,
    )
    yield open_day(walk.today + timedelta(days=1))
    second = walk.other(by, Act.DRAW, stage, place)
    made = work.confirm_external(made, by=second, done_on=walk.today)
    walk.fate.tell(Trouble.DRAWN_OUTSIDE, place, stage.key, "external", _sample(stage))
    return made


def _replace(wave: WaveOfLists, stage: Stage, made: Draw) -> None:
    """A drawn household is away altogether: the next ticket of its stratum takes its place."""
    walk = wave.walk
    for item in [] if made.external else DrawItem.valid(draw=made, drawn=True).order_by("-pk"):
        spare = DrawItem.valid(draw=made, drawn=False, stratum=item.stratum, reason="")
        if not spare.filter(case__state__in=LIVE).exists():
            continue
        if not walk.fate.take(Trouble.DRAWN_REPLACED):
            return
        by = walk.actor(Act.DRAW, stage, walk.township.code)
        work.replace(item, reason=AWAY, by=by, done_on=walk.today)
        number = item.case.household.number
        walk.fate.tell(Trouble.DRAWN_REPLACED, number, stage.key, "replaced", _sample(stage))
        return


def _sample(stage: Stage) -> str:
    """The list of the drawn, where the plan has one."""
    return PaperKind.SAMPLE_LIST if PaperKind.SAMPLE_LIST in stage.papers else ""


def _await(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    frames_of = DrawItem.valid(stage=stage.key, case__in=wave.cases(stage))
    for _day in range(PATIENCE):
        if not frames_of.filter(draw__result_closed_on=None).exists():
            return
        yield wave.walk.today + timedelta(days=1)
    raise WrongTurn(f"{stage.title}: 另一批的抽查结果没有公布")


def close(wave: WaveOfLists, stage: Stage, made: Draw) -> None:
    """The checking organ's result; of one that never logs in, entered by one, confirmed by two."""
    walk, code = wave.walk, wave.walk.township.code
    outside = walk.rules.organ(stage.actor).outside
    letter = made.external and outside and walk.fate.take(Trouble.RESULT_BY_LETTER)
    first = Role.DISTRICT_OFFICER if letter else walk.rules.organ(stage.actor).role
    by = walk.cast.one(Act.INSPECT, stage.level, code, first=first)
    closed = work.close_result(
        made,
        number=f"核查结果〔{walk.rules.year}〕{walk.rules.keys.index(stage.key)}-{made.number}号",
        done_on=walk.today,
        file=props.scan("核查结果", made.region_id, by),
        by=by,
    )
    if closed.result_closed_on is None:
        second = walk.other(by, Act.INSPECT, stage, code)
        work.confirm_result(closed, by=second, done_on=walk.today)
    if letter:
        place, papers = made.region_id, stage.papers
        paper = PaperKind.CITY_SHEET if PaperKind.CITY_SHEET in papers else ""
        walk.fate.tell(Trouble.RESULT_BY_LETTER, place, stage.key, "closed", paper)
