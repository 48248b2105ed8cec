"""What runs beside the chain: a level above looks at a share, and has what it finds put right."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from exitcase.core.choices import UNGRANTED, Act, Finding, Post
from exitcase.core.rules import Stage
from exitcase.walk.agenda import open_day
from exitcase.walk.players import fixing
from exitcase.walk.players.checks import mode, names, visitors
from exitcase.walk.rounds import go_round
from exitcase.walk.story import WaveOfLists
from verification.models import Case
from verification.services import rectification
from verification.services.specs import VisitSpec
from verification.services.supervising import supervise


def look(wave: WaveOfLists, stage: Stage) -> Iterator[date]:
    """The share the plan asks is looked at; what is found is the township's to put right."""
    walk = wave.walk
    code = walk.township.code
    cases = Case.objects.filter(batch__programme=walk.programme, township=code)
    listed = list(cases.exclude(state__in=UNGRANTED).select_related("household").order_by("pk"))
    if not listed:
        return
    share = stage.coverage_rate
    some = listed[: -(-len(listed) * share.num // share.den)]
    specs: dict[int, VisitSpec] = {}

    def visit(seen: Sequence[Case]) -> None:
        for case in seen:
            specs[case.pk] = VisitSpec(
                mode=mode(stage),
                done_on=walk.today,
                finding=Finding.MET,
                visitors=visitors(wave, stage, case),
            )

    yield from go_round(walk.agenda, walk.diary, some, names(wave, stage), visit)
    by = walk.actor(Act.INSPECT, stage, code)
    supervise(stage.key, specs, programme=walk.programme, region=code, by=by, done_on=walk.today)
    yield open_day(walk.today + timedelta(days=1))
    row = fixing.row_at(wave, stage)
    if row is None:
        return
    found = rectification.open_regional(
        code,
        programme=walk.programme,
        origin=row.origin,
        problem="部分户档案归档不及时",
        owner=walk.cast.holders(code, Post.TOWNSHIP_LEADER)[0].name,
        due_on=walk.today + fixing.TERM,
        by=walk.cast.one(Act.RECHECK, stage.level, code),
        done_on=walk.today,
    )
    yield open_day(walk.today + timedelta(days=1))
    fixing.report(wave, found, row)
    yield open_day(walk.today + timedelta(days=1))
    fixing.recheck(wave, found, row, passed=True)
