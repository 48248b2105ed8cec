"""The draw, its visits, what was put right."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from exitcase.core.choices import Act, Finding, Level, PaperKind, Reason
from exitcase.core.rules import Stage
from exitcase.core.rules_tables import Rectification as Row
from exitcase.walk.agenda import open_day
from exitcase.walk.players import draws, fixing
from exitcase.walk.players.checks import mode, names, results, visitors
from exitcase.walk.players.village import end
from exitcase.walk.rounds import go_round
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import AFTER_EXIT, Trouble
from verification.models import Case, Rectification
from verification.services import inspections
from verification.services.specs import VisitSpec

REASON = {Level.CITY: Reason.CITY_FAILED}  # by the level whose check found it


def draw_check(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """Frame, public seed, visits of every drawn household, rectification, result."""
    walk = wave.walk
    if not wave.cases(stage).exists():
        return
    found = yield from draws.draw(wave, stage)
    if found is None:
        return
    made, drawn = found
    row = fixing.row_at(wave, stage)
    kinds = (Trouble.DRAWN_RECTIFIED, Trouble.DRAWN_NOT_RECTIFIED)
    falling = _fall_short(wave, drawn, kinds if row else kinds[1:])
    short = [case for case, _trouble in falling]
    yield from _visit(wave, stage, drawn, short)
    if row is None:  # the plan gives no time to put right what a draw finds
        _end_short(wave, stage, short)
    else:
        yield from _put_right(wave, stage, falling, row)
    draws.close(wave, stage, made)
    yield walk.today


def _put_right(
    wave: WaveOfLists, stage: Stage, falling: Sequence[tuple[Case, Trouble]], row: Row
) -> Iterator[date]:
    walk = wave.walk
    opened = [fixing.open_one(wave, stage, case, row) for case, _trouble in falling]
    yield open_day(walk.today + timedelta(days=5))
    for one in opened:
        fixing.report(wave, one, row)
    yield open_day(walk.today + timedelta(days=1))
    for one, (_case, trouble) in zip(opened, falling, strict=True):
        _recheck(wave, stage, one, row, trouble)


def _end_short(wave: WaveOfLists, stage: Stage, short: Sequence[Case]) -> None:
    for case in short:
        reason, note = REASON.get(stage.level, Reason.INSPECTION_FAILED), "抽样核查未达标"
        end(wave, case, stage, Trouble.DRAWN_NOT_RECTIFIED, reason=reason, note=note)


def _fall_short(
    wave: WaveOfLists, drawn: Sequence[Case], kinds: Sequence[Trouble]
) -> list[tuple[Case, Trouble]]:
    """Of those drawn some fall short, as many as are still to; one always stands the test.

    Rather somebody to whom nothing has happened, and nobody whose story begins after the exit.
    """
    fate = wave.walk.fate
    able = [case for case in drawn if not fate.those([case], *AFTER_EXIT)]
    room = sorted(able, key=lambda case: case.pk in fate.of_case)[: len(drawn) - 1]
    found = [one for one in kinds[: len(room)] if fate.take(one)]
    return list(zip(room, found, strict=False))


def _visit(
    wave: WaveOfLists, stage: Stage, drawn: Sequence[Case], short: Sequence[Case]
) -> Iterator[date]:
    walk = wave.walk
    by = walk.actor(Act.INSPECT, stage, walk.township.code)

    def visit(some: Sequence[Case]) -> None:
        specs = {
            case.pk: VisitSpec(
                mode=mode(stage),
                done_on=walk.today,
                finding=Finding.SHORT if case in short else Finding.MET,
                visitors=visitors(wave, stage, case),
                results=results(wave, walk.rules.indicator_keys[-1:] if case in short else ()),
            )
            for case in some
        }
        chosen = Case.objects.filter(pk__in=list(specs))
        inspections.inspect_many(chosen, stage.key, specs, by=by, done_on=walk.today)

    yield from go_round(walk.agenda, walk.diary, drawn, names(wave, stage), visit)


def _recheck(
    wave: WaveOfLists, stage: Stage, one: Rectification, row: Row, trouble: Trouble
) -> None:
    walk = wave.walk
    passed = trouble == Trouble.DRAWN_RECTIFIED
    fixing.recheck(wave, one, row, passed=passed)
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
            reason=REASON.get(stage.level, Reason.INSPECTION_FAILED),
            note="抽样核查未达标,整改复查不合格",
        )
