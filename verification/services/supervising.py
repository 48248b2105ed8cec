"""监督检查 beside the chain: a level above looks at a share of the lists; it blocks nothing.

What it finds is put right by rectifications, of a household or of the region (DESIGN 4, 12).
"""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from exitcase.core.choices import UNGRANTED, Act, Finding, StageKind
from exitcase.core.errors import Refused
from exitcase.core.fields import inside
from exitcase.core.models import Programme, User
from exitcase.core.rules import Rules, Stage
from exitcase.core.services.door import door
from verification.models import Case, Inspection
from verification.services import visits
from verification.services.entry import refuse_day
from verification.services.locks import lock_cases
from verification.services.specs import VisitSpec
from verification.services.visits import Specs


def supervise(
    stage: str,
    specs: Specs,
    *,
    programme: Programme,
    region: str,
    by: User,
    done_on: date,
    reason: str = "",
) -> dict[int, Inspection]:
    """Record one supervision of a region: which households were looked at, wherever they stand.

    Raises Refused for a stage that is none of the plan's beside the chain, a household of another
    region or plan, nobody who looked, and fewer households than the plan's share of those listed.
    """
    rules = programme.rules
    at = _stage_of(rules, stage)
    codes = [region]
    with door(by, Act.INSPECT, at.level, codes, rules=rules, done_on=done_on, reason=reason) as act:
        listed = Case.objects.filter(inside(region), batch__programme=programme)
        listed = listed.exclude(state__in=UNGRANTED)
        chosen = Case.objects.filter(pk__in=list(specs))
        lock_cases(chosen)
        cases = list(listed.filter(pk__in=list(specs)).order_by("pk"))
        _refuse_strange(specs, cases)
        _refuse_few(at, len(cases), listed.count())
        for case in cases:
            _refuse_visit(rules, case, specs[case.pk], done_on)
        # What is looked at again takes the place of what was found before.
        Inspection.valid(stage=stage, case__in=cases).update(void_tx=act.tx)
        return visits.keep(cases, specs, stage=stage, act=Act.INSPECT)


def _stage_of(rules: Rules, key: str) -> Stage:
    found = next((one for one in rules.beside if one.key == key), None)
    if found is None or found.kind != StageKind.CHECK:
        raise Refused(
            _("方案没有这项监督检查"),
            value=key,
            rule="、".join(one.title for one in rules.beside) or _("无"),
        )
    return found


def _refuse_strange(specs: Specs, cases: Sequence[Case]) -> None:
    strange = set(specs) - {case.pk for case in cases}
    if strange:
        raise Refused(
            _("有户不在监督检查的范围内"),
            value=_("%d 户") % len(strange),
            rule=_("本地区本方案名单上、没有终止的户"),
        )


def least(stage: Stage, listed: int) -> int:
    """How many of so many listed households the plan has looked at, at the least."""
    share = stage.coverage_rate
    return -(-listed * share.num // share.den)


def _refuse_few(stage: Stage, seen: int, listed: int) -> None:
    share = stage.coverage_rate
    if seen < max(least(stage, listed), 1):
        raise Refused(
            _("监督检查的户数不足"),
            value=_("%(seen)d 户,名单 %(listed)d 户") % {"seen": seen, "listed": listed},
            rule=_("不少于 %(num)d/%(den)d") % share._asdict(),
        )


def _refuse_visit(rules: Rules, case: Case, spec: VisitSpec, done_on: date) -> None:
    refuse_day(spec.done_on, done_on, rules, _("%s 的入户日期") % case)
    if not spec.visitors or spec.finding == Finding.NOT_MET_HOME:
        raise Refused(_("监督检查须有检查人和结论"), place=str(case), rule=_("未遇的另选一户"))
