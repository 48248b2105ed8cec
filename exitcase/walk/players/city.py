"""The draw, its visits, what was put right."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from exitcase.core.choices import (
    DIGITS,
    Act,
    Finding,
    Level,
    Mode,
    Origin,
    PaperKind,
    Post,
    Reason,
)
from exitcase.core.rules import Stage
from exitcase.walk import props
from exitcase.walk.agenda import open_day
from exitcase.walk.players.checks import results, visitors
from exitcase.walk.players.village import end
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import Trouble
from verification.models import Case, Draw, Rectification
from verification.services import city as work
from verification.services import frames, inspections, rectification
from verification.services.specs import VisitSpec

ROOM_FOR_ONE = 2  # drawn households: with fewer nobody falls short
ROOM_FOR_TWO = 3


def draw_check(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """Frame, public seed, visits of every drawn household, rectification, result."""
    walk = wave.walk
    code = walk.township.code
    frozen_by = walk.actor(Act.FREEZE, stage, code)
    draw = frames.freeze_frame(
        stage.key,
        programme=walk.programme,
        region=code[: DIGITS[Level.DISTRICT]],
        by=frozen_by,
        done_on=walk.today,
    )
    yield open_day(walk.today + timedelta(days=1 + walk.rules.draw.hours // 24))
    work.seed_and_draw(
        draw,
        seed="".join(str(walk.random.randrange(10)) for _ in range(walk.rules.draw.digits)),
        source="十面骰子,三方各掷,全程录像",
        by=walk.other(frozen_by, Act.DRAW, stage, code),
        done_on=walk.today,
    )
    yield open_day(walk.today + timedelta(days=2))
    drawn = list(
        wave.cases(stage).filter(drawitems__draw=draw, drawitems__drawn=True).order_by("pk")
    )
    short = _fall_short(drawn)
    _visit(wave, stage, drawn, short)
    opened = [_open(wave, stage, case) for case in short]
    yield open_day(walk.today + timedelta(days=5))
    for one in opened:
        _report(wave, one)
    yield open_day(walk.today + timedelta(days=1))
    for one, trouble in zip(opened, _troubles(short), strict=True):
        _recheck(wave, stage, one, trouble)
    _close(wave, stage, draw)
    yield walk.today


def _fall_short(drawn: Sequence[Case]) -> list[Case]:
    if len(drawn) >= ROOM_FOR_TWO:
        return list(drawn[:2])
    return list(drawn[:1]) if len(drawn) >= ROOM_FOR_ONE else []


def _troubles(short: Sequence[Case]) -> list[Trouble]:
    return [Trouble.DRAWN_RECTIFIED, Trouble.DRAWN_NOT_RECTIFIED][: len(short)]


def _visit(wave: WaveOfLists, stage: Stage, drawn: Sequence[Case], short: Sequence[Case]) -> None:
    walk = wave.walk
    if not drawn:
        return
    specs = {
        case.pk: VisitSpec(
            mode=Mode.HOME,
            done_on=walk.today,
            finding=Finding.SHORT if case in short else Finding.MET,
            visitors=visitors(wave, stage, case),
            results=results(wave, wave.walk.rules.indicator_keys[-1:] if case in short else ()),
        )
        for case in drawn
    }
    by = walk.actor(Act.INSPECT, stage, walk.township.code)
    chosen = Case.objects.filter(pk__in=list(specs))
    inspections.inspect_many(chosen, stage.key, specs, by=by, done_on=walk.today)


def _open(wave: WaveOfLists, stage: Stage, case: Case) -> Rectification:
    walk = wave.walk
    return rectification.open_rectification(
        case,
        origin=Origin.CITY_CHECK,
        raised_at=stage.key,
        problem="政策落实不到位",
        owner=walk.cast.holders(walk.township.code, Post.TOWNSHIP_LEADER)[0].name,
        due_on=walk.today + timedelta(days=7),
        by=walk.actor(Act.RECHECK, stage, case.village_id),
        done_on=walk.today,
    )


def _report(wave: WaveOfLists, one: Rectification) -> None:
    walk = wave.walk
    rectification.report_rectification(
        one,
        measure="补发教育资助,落实到户",
        same_fault="同类问题全镇排查,未发现",
        file=props.scan("整改报告", one.region_id, None),
        by=walk.cast.one(Act.RECTIFY, Level.TOWNSHIP, walk.township.code),
        done_on=walk.today,
    )


def _recheck(wave: WaveOfLists, stage: Stage, one: Rectification, trouble: Trouble) -> None:
    walk = wave.walk
    passed = trouble == Trouble.DRAWN_RECTIFIED
    by = walk.cast.one(Act.RECHECK, Level.DISTRICT, walk.township.code)
    rectification.recheck(one, passed=passed, by=by, done_on=walk.today)
    case = Case.objects.select_related("household").get(pk=one.case_id)
    if passed:
        walk.fate.tell(
            trouble, case.household.number, stage.key, "", PaperKind.RECTIFICATION_REPORT
        )
    else:
        end(
            wave,
            case,
            stage,
            trouble,
            reason=Reason.CITY_FAILED,
            note="市级核查未达标,整改复查不合格",
        )


def _close(wave: WaveOfLists, stage: Stage, draw: Draw) -> None:
    walk = wave.walk
    by = walk.actor(Act.INSPECT, stage, walk.township.code)
    closed = work.close_result(
        draw,
        number=f"核查结果〔{walk.rules.year}〕{draw.number}号",
        done_on=walk.today,
        file=props.scan("核查结果", draw.region_id, by),
        by=by,
    )
    if closed.result_closed_on is None:  # registered for a city that never logs in
        second = walk.other(by, Act.INSPECT, stage, walk.township.code)
        work.confirm_result(closed, by=second, done_on=walk.today)
