"""What was found is put right by its owner, reported, and looked at again by another."""

from collections.abc import Iterator
from datetime import date, timedelta

from exitcase.core.choices import Act, Level, PaperKind, Post, StageKind
from exitcase.core.rules import Stage
from exitcase.core.rules_tables import Rectification as Row
from exitcase.walk import props
from exitcase.walk.agenda import open_day
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import Trouble
from verification.models import Case, Rectification
from verification.services import rectification

TERM = timedelta(days=7)
OWNERS = {Level.VILLAGE: Post.VILLAGE_DIRECTOR}  # who answers for it; above the village its leader


def row_at(wave: WaveOfLists, stage: Stage) -> Row | None:
    """The plan's row for what is found at a stage, or is to be put right there."""
    rows = wave.walk.rules.rectifications
    if stage.kind == StageKind.RECTIFY:
        return next((one for one in rows if stage.window and one.window == stage.window), None)
    return next((one for one in rows if one.raised_at == stage.key), None)


def rectify(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """One household's fault is put right in two rounds: the first re-check is not content."""
    row = row_at(wave, stage)
    case = wave.cases(stage).first()
    if row is None or case is None:
        yield wave.walk.today
        return
    for passed in (False, True):
        found = open_one(wave, stage, case, row)
        yield open_day(wave.walk.today + timedelta(days=1))
        report(wave, found, row)
        yield open_day(wave.walk.today + timedelta(days=1))
        recheck(wave, found, row, passed=passed)
    number = case.household.number
    wave.walk.fate.tell(
        Trouble.DRAWN_RECTIFIED, number, stage.key, paper=PaperKind.RECTIFICATION_REPORT
    )


def open_one(wave: WaveOfLists, stage: Stage, case: Case, row: Row) -> Rectification:
    """Raised by the level that found it; where the plan names none, by who looks again."""
    walk = wave.walk
    found_at = walk.rules.stage(row.raised_at).level if row.raised_at else None
    level = found_at or _level(wave, row.recheck)
    post = OWNERS.get(_level(wave, row.owner), Post.TOWNSHIP_LEADER)
    return rectification.open_rectification(
        case,
        origin=row.origin,
        raised_at=row.raised_at or stage.key,
        problem="政策落实不到位",
        owner=walk.cast.holders(walk.cast.place_of(case.village_id, post), post)[0].name,
        due_on=walk.today + TERM,
        by=walk.cast.one(Act.RECHECK, level, case.village_id),
        done_on=walk.today,
    )


def report(wave: WaveOfLists, one: Rectification, row: Row) -> None:
    walk = wave.walk
    rectification.report_rectification(
        one,
        measure="补发教育资助,落实到户",
        same_fault="同类问题全镇排查,未发现",
        file=props.scan("整改报告", one.region_id, None),
        by=walk.cast.one(Act.RECTIFY, _level(wave, row.owner), one.region_id),
        done_on=walk.today,
    )


def recheck(wave: WaveOfLists, one: Rectification, row: Row, *, passed: bool) -> None:
    walk = wave.walk
    by = walk.cast.one(Act.RECHECK, _level(wave, row.recheck), one.region_id)
    rectification.recheck(one, passed=passed, by=by, done_on=walk.today)


def _level(wave: WaveOfLists, organ: str) -> Level:
    return wave.walk.rules.organ(organ).level
