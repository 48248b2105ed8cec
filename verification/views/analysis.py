"""分析: tables of figures that a chart is drawn of, once somebody looks at it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exitcase.core import clock, words
from exitcase.core.choices import Reason
from exitcase.core.entrance import Visitor, cases
from exitcase.core.models import Region
from exitcase.core.scope import Scope
from exitcase.core.templatetags.page import yuan
from households.choices import Cause
from verification.documents import analyses, figures
from verification.documents.analyses import BELOW, UNKNOWN, Move
from verification.views import counted
from verification.views.counted import Chosen

MOST: Final = 8  # parts of one bar, beyond which nobody tells them apart


@dataclass(frozen=True, slots=True)
class Column:
    """One column of figures. `kind`: the colour it is drawn in, "" if it is not drawn."""

    title: str
    kind: str = ""
    stack: str = "all"


@dataclass(frozen=True, slots=True)
class Table:
    """What a chart is drawn of; `draws` says how: lying or standing bars, lines, boxes, "": not."""

    key: str
    title: str
    says: str
    draws: str
    head: str
    columns: Sequence[Column]
    rows: Sequence[tuple[str, Sequence[int | None]]] = field(default=())


@cases()
@require_safe
def analysis(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The same plan and region as 统计; every table is whole without a script."""
    asked = counted.chosen(request, visitor.scope)
    context: dict[str, Any] = {"section": "stats", "asked": asked, "empty": counted.nothing()}
    if asked:
        context["tables"] = [one for one in _tables(visitor.scope, asked) if one.rows]
    return render(request, "verification/analysis.html", context)


def _tables(scope: Scope, asked: Chosen) -> list[Table]:
    moves = analyses.moves(scope, asked.plan, asked.code)
    return [
        _standing(scope, asked),
        *_flowing(asked, moves),
        *_lasting(asked, moves),
        _ending(scope, asked),
        _earning(scope, asked),
        _causes(scope, asked),
    ]


def _standing(scope: Scope, asked: Chosen) -> Table:
    """Stages × regions: where it is that they wait."""
    rules, below = asked.plan.rules, asked.below
    villages = figures.by_village(scope, asked.plan, asked.code)
    own = [_of(one, villages) for one in below]
    tallies = [figures.together(villages[code] for code in codes) for codes in own]
    rows = [
        (rules.stage(key).title, [tally.of([state])[0] for tally in tallies])
        for state, key in analyses.waits_at(rules).items()
    ]
    waiting = [(title, row) for title, row in rows if any(row)]
    return Table(
        key="standing",
        title=_("各环节在办户,按地区"),
        says=_("按现在等待办理的环节;没有户的环节不列"),
        draws="lying",
        head=_("环节"),
        columns=_parts([one.name for one in below]),
        rows=_with_sums(waiting),
    )


def _of(region: Region, villages: Iterable[str]) -> list[str]:
    return [code for code in villages if code.startswith(region.pk)]


def _parts(titles: Sequence[str]) -> list[Column]:
    """A part of the bar for each and their sum; when they are too many, the sum alone is drawn."""
    few = len(titles) <= MOST
    parts = [Column(title, "part" if few else "") for title in titles]
    return [*parts, Column(_("合计"), "" if few else "now")]


def _with_sums(
    rows: Iterable[tuple[str, Sequence[int]]],
) -> list[tuple[str, list[int | None]]]:
    """Each row with its sum; none at all when nobody stands in any."""
    summed: list[tuple[str, list[int | None]]] = [(title, [*row, sum(row)]) for title, row in rows]
    return summed if any(row[-1] for _title, row in summed) else []


def _flowing(asked: Chosen, moves: Sequence[Move]) -> list[Table]:
    rules = asked.plan.rules
    weeks = figures.weeks_until(clock.today())
    flows = analyses.flows(moves, rules, weeks)
    backlog = analyses.backlog(moves, rules, weeks)
    seen = [key for key in flows if any(backlog[week][key] for week in weeks)]
    return [
        Table(
            key="flows",
            title=_("近%d周各环节进出的户") % len(weeks),
            says=_("按文书日期;退回后重来的计两次"),
            draws="lying",
            head=_("环节"),
            columns=[
                Column(_("进入"), "now", "in"),
                Column(_("已通过"), "done", "out"),
                Column(_("退回"), "back", "out"),
                Column(_("其他办结"), "part", "out"),
                Column(_("现在办")),
            ],
            rows=[
                (rules.stage(key).title, [one.came, one.passed, one.back, one.ended, one.stand])
                for key, one in flows.items()
                if one != analyses.Flow()
            ],
        ),
        Table(
            key="backlog",
            title=_("每周末各环节在办户"),
            says=_("截至当周周日,按文书日期;线往上走,就是积压"),
            draws="line",
            head=_("周一"),
            columns=[Column(rules.stage(key).title, "part", "") for key in seen],
            rows=[
                (f"{week:%m-%d}", [backlog[week][key] for key in seen]) for week in weeks if seen
            ],
        ),
    ]


def _lasting(asked: Chosen, moves: Sequence[Move]) -> list[Table]:
    """Days per stage: how they lie in the whole region, and their middle in each below."""
    rules = asked.plan.rules
    spent = analyses.days_spent(moves, rules)
    keys = [key for key in rules.keys if key in spent]
    return [
        Table(
            key="days",
            title=_("各环节用时(天)"),
            says=_("自上一环节通过至本环节通过,按文书日期;只计已通过的户"),
            draws="box",
            head=_("环节"),
            columns=[
                Column(_("户次")),
                Column(_("最短"), "now"),
                Column(_("四分之一"), "now"),
                Column(_("中位"), "now"),
                Column(_("四分之三"), "now"),
                Column(_("最长"), "now"),
            ],
            rows=[(rules.stage(key).title, _five(spent[key].values())) for key in keys],
        ),
        Table(
            key="medians",
            title=_("各地区的中位天数"),
            says=_("按区划代码排列,不作排名"),
            draws="",
            head=_("环节"),
            columns=[Column(one.name) for one in asked.below],
            rows=[
                (rules.stage(key).title, [_middle(one, spent[key]) for one in asked.below])
                for key in keys
            ],
        ),
    ]


def _five(counts: Iterable[Counter[int]]) -> list[int | None]:
    one = analyses.spread(sum(counts, Counter()))
    return [one.n, one.least, one.first, one.middle, one.third, one.most] if one else []


def _middle(region: Region, spent: Mapping[str, Counter[int]]) -> int | None:
    counts: Counter[int] = sum((spent[code] for code in _of(region, spent)), Counter())
    one = analyses.spread(counts)
    return one.middle if one else None


def _ending(scope: Scope, asked: Chosen) -> Table:
    """Reasons × stages of whatever ended without being granted."""
    rules = asked.plan.rules
    found = analyses.ends(scope, asked.plan, asked.code)
    stages = [key for key in rules.keys if any(row[key] for row in found.values())]
    asides = {key for key in chain.from_iterable(found.values()) if key not in rules.keys}
    stages += sorted(asides)
    order = {str(reason): at for at, reason in enumerate(Reason)}
    return Table(
        key="ends",
        title=_("未退出即办结的户,按原因"),
        says=_("按办结时所在的环节"),
        draws="lying",
        head=_("原因"),
        columns=_parts([rules.stage(key).title for key in stages]),
        rows=_with_sums(
            (f"{words.word(Reason(reason))} {bar}".strip(), [found[reason, bar][k] for k in stages])
            for reason, bar in sorted(found, key=lambda one: (order[one[0]], one[1]))
        ),
    )


def _earning(scope: Scope, asked: Chosen) -> Table:
    found = analyses.incomes(scope, asked.plan, asked.code)
    return Table(
        key="incomes",
        title=_("人均纯收入与标准"),
        says=_earning_says(asked),
        draws="standing",
        head=_("人均纯收入"),
        columns=_outcomes(),
        rows=_with_sums((_band(key), _of_outcomes(found[key])) for key in _known(found)),
    )


def _earning_says(asked: Chosen) -> str:
    if asked.plan.rules.income is None:
        return ""
    line = yuan(asked.plan.rules.line_fen)
    return _("标准为每人%s元;略高于标准的户最易返贫,宜先回访") % line


def _known(found: Mapping[str, Counter[str]]) -> list[str]:
    """The bands in order; what nobody recorded only where there is such a household."""
    return [key for key in analyses.bands() if found and (key != UNKNOWN or key in found)]


def _band(key: str) -> str:
    if key == BELOW:
        return _("未达到标准")
    if key == UNKNOWN:
        return _("未录入")
    steps = analyses.STEPS
    at = steps.index(int(key))
    times = [f"{step / 100:g}" for step in steps[at : at + 2]]
    return _("%s 倍以上") % times[0] if len(times) == 1 else _("%s 至 %s 倍") % (times[0], times[1])


def _causes(scope: Scope, asked: Chosen) -> Table:
    found = analyses.causes(scope, asked.plan, asked.code)
    return Table(
        key="causes",
        title=_("主要致贫原因"),
        says=_("按农户档案所载的主要致贫原因"),
        draws="lying",
        head=_("致贫原因"),
        columns=_outcomes(),
        rows=_with_sums(
            (str(cause.label), _of_outcomes(found[cause])) for cause in Cause if cause in found
        ),
    )


def _outcomes() -> list[Column]:
    return [
        Column(_("退出"), "done"),
        Column(_("办理中"), "now"),
        Column(_("其他办结"), "back"),
        Column(_("合计")),
    ]


def _of_outcomes(found: Mapping[str, int]) -> list[int]:
    return [found.get(kind, 0) for kind in ("done", "now", "back")]
