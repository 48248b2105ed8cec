"""What an act would undo, told before it is done: how many of each kind of evidence."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from exitcase.core.evidence import Evidence
from exitcase.core.rules import Rules
from publicity.models import NoticeItem
from verification.models import (
    ComparisonItem,
    DecisionItem,
    DrawItem,
    Inspection,
    Mandate,
    Signature,
    SubmissionItem,
    SystemMark,
    Vote,
)
from verification.services.correction import EVIDENCE

CALLED: Final[Mapping[type[Evidence], str]] = {
    Vote: gettext_noop("表决"),
    Mandate: gettext_noop("委托书"),
    Signature: gettext_noop("签字"),
    Inspection: gettext_noop("核查记录"),
    NoticeItem: gettext_noop("公示条目"),
    SubmissionItem: gettext_noop("送审名单条目"),
    ComparisonItem: gettext_noop("比对名单条目"),
    DecisionItem: gettext_noop("审批条目"),
    SystemMark: gettext_noop("系统标识"),
    DrawItem: gettext_noop("抽样条目"),
}


def struck_out(cases: Collection[int], stages: Sequence[str]) -> list[tuple[str, int]]:
    """Of these cases the valid evidence of these stages: what it is called and how many.

    As `correction.strike_out` strikes it out. A query for each kind of evidence.
    """
    return _sums(_counted(cases), stages)


def struck_out_from(cases: Collection[int], rules: Rules) -> dict[str, list[tuple[str, int]]]:
    """Stage of the chain → the same of sending the cases back to it; as many queries for all."""
    counted = _counted(cases)
    return {key: _sums(counted, rules.from_on(key)) for key in rules.keys}


def in_words(struck: Sequence[tuple[str, int]]) -> str:
    """「表决 3 件、签字 6 件」; where there is none, so."""
    if not struck:
        return _("没有要作废的记录")
    return "、".join(_("%(what)s %(n)d 件") % {"what": what, "n": n} for what, n in struck)


def _counted(cases: Collection[int]) -> dict[type[Evidence], dict[str, int]]:
    found = {}
    for model in EVIDENCE:
        rows = model.valid(**{f"{model.case_field}__in": cases}).order_by()
        found[model] = dict(rows.values_list("stage").annotate(n=Count("pk")))
    return found


def _sums(
    counted: Mapping[type[Evidence], Mapping[str, int]], stages: Sequence[str]
) -> list[tuple[str, int]]:
    sums = [(model, sum(of.get(key, 0) for key in stages)) for model, of in counted.items()]
    return [(_(CALLED[model]), n) for model, n in sums if n]
