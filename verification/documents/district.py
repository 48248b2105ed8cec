"""Papers of the district's work: 比对反馈单, 抽查汇总表, 标识清单, 核查结果."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, TypeGuard

from django.db.models import Count as Number
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_noop as _

from exitcase.core.choices import End, Fact, Finding, PaperKind
from exitcase.core.fields import inside
from exitcase.core.models import Programme
from exitcase.core.papers.sheets import (
    Column,
    Facts,
    Pair,
    Prose,
    RecordSheet,
    Signer,
    Signing,
    Table,
    Value,
)
from exitcase.core.rules import Rules
from verification.documents.common import label, places_of
from verification.models import Case, ComparisonItem, ComparisonRun, Hit, Inspection, SystemMark

# What a bureau may find, in the words of its paper; screens say them in the reader's language.
FACTS: Final[dict[str, str]] = {
    Fact.COMMERCIAL_HOUSING: _("商品房"),
    Fact.CAR: _("机动车辆"),
    Fact.PUBLIC_PAYROLL: _("财政供养人员"),
    Fact.BUSINESS: _("工商登记"),
    Fact.DUPLICATE_NUMBER: _("身份证号码重复"),
    Fact.FALSE_DISABILITY_CARD: _("残疾证不实"),
    Fact.DROPOUTS: _("失学辍学"),
    Fact.INSURED: _("未参加医疗保险"),
    Fact.HOUSE_GRADE: _("住房安全"),
}


def bureau_answer(run: ComparisonRun) -> RecordSheet:
    """比对反馈单 of one bureau: how many it was asked about, and each hit with its verdict."""
    rules = run.programme.rules
    bureau = rules.organ(run.bureau).title
    asked = ComparisonItem.objects.filter(run=run)
    counted = asked.aggregate(n=Number("pk"), heads=Sum("case__persons"))
    hits = list(Hit.objects.filter(run=run).select_related("case__household").order_by("number"))
    return RecordSheet(
        kind=PaperKind.BUREAU_ANSWER,
        label=label(rules, PaperKind.BUREAU_ANSWER),
        organ=bureau,
        subtitle=f"（{bureau}）",
        sections=(
            _asked(run, counted["n"], counted["heads"] or 0),
            _hits(hits),
            *(() if hits or run.entered_on is None else (Prose(paragraphs=("比对无异常。",)),)),
            Signing(signers=(Signer(role="反馈人", name=run.answered_by),), sealer=bureau),
        ),
    )


def _asked(run: ComparisonRun, households: int, persons: int) -> Facts:
    return Facts(
        pairs=(
            Pair(label="发函编号", value=run.number),
            Pair(label="发函日期", value=run.asked_on),
            Pair(label="比对户数", value=households),
            Pair(label="比对人数", value=persons),
            Pair(label="反馈文号", value=run.answer_number),
            Pair(label="反馈日期", value=run.entered_on),
        )
    )


def _hits(hits: Sequence[Hit]) -> Table:
    return Table(
        title="异常明细",
        columns=(
            Column(title="序号"),
            Column(title="户编号", width=3),
            Column(title="户主", width=2),
            Column(title="疑点", width=2),
            Column(title="内容", width=4, left=True),
            Column(title="核实期限", width=2),
            Column(title="结论", width=3),
        ),
        rows=tuple(_hit(at, hit) for at, hit in enumerate(hits, 1)),
    )


def _hit(at: int, hit: Hit) -> tuple[Value, ...]:
    verdict = str(Hit.Verdict(hit.verdict).label) if hit.verdict else ""
    case = hit.case
    said = FACTS.get(hit.fact, "其他")
    return at, case.household.number, case.head_name, said, hit.detail, hit.due_on, verdict


# ── 抽查汇总表 ────────────────────────────────────────────────────────────────────────────────


def inspection_summary(programme: Programme, stage: str, region: str) -> RecordSheet:
    """汇总表 of one check in a region: by village how many were due, visited, met, short, away."""
    rules = programme.rules
    asked = Case.objects.filter(inside(region), batch__programme=programme)
    of_stage = Inspection.valid(case=OuterRef("pk"), stage=stage)
    seen = asked.annotate(
        was_met=Exists(of_stage.filter(finding=Finding.MET)),
        was_short=Exists(of_stage.filter(finding=Finding.SHORT)),
        was_away=Exists(of_stage.filter(finding=Finding.NOT_MET_HOME)),
    ).filter(_reached(rules, stage))
    return RecordSheet(
        kind=PaperKind.INSPECTION_SUMMARY,
        label=label(rules, PaperKind.INSPECTION_SUMMARY),
        organ=rules.organ(rules.stage(stage).actor).title,
        subtitle=f"（{rules.stage(stage).title}）",
        sections=(_summary(seen), Signing(signers=(Signer(role="汇总人"), Signer(role="审核人")))),
    )


def _reached(rules: Rules, stage: str) -> Q:
    """Cases that came as far as this stage: they stand before or behind it, or ended there."""
    later = rules.from_on(stage)
    at = Q(state__in=[rules.before(stage), *later, End.GRANTED])
    return at | Q(ended_at_stage__in=later)


def _summary(seen: "QuerySet[Any]") -> Table:
    rows = list(
        seen.order_by()
        .values("village")
        .annotate(
            n=Number("pk"),
            heads=Sum("persons"),
            met=Number("pk", filter=Q(was_met=True)),
            short=Number("pk", filter=Q(was_short=True)),
            away=Number("pk", filter=Q(was_away=True, was_met=False, was_short=False)),
        )
        .order_by("village")
    )
    places = places_of({row["village"] for row in rows})
    lines = [
        (
            places[row["village"]], row["n"], row["heads"] or 0, row["met"] + row["short"],
            row["met"], row["short"], row["away"],
        )
        for row in rows
    ]  # fmt: skip
    titles = ("村（社区）", "应查户数", "应查人数", "已查", "达标", "未达标", "未遇")
    return table("", titles, lines, summed=range(1, 7))


# ── 标识清单 ──────────────────────────────────────────────────────────────────────────────────


def mark_list(
    programme: Programme, stage: str, region: str, *, on: date | None = None
) -> RecordSheet:
    """标识清单 of a region: each mark with its day, or the error of the outer system."""
    rules = programme.rules
    system = rules.stage(stage).need("system")
    marks = list(
        SystemMark.valid(stage=stage, case__batch__programme=programme)
        .filter(inside(region, "case__"))
        .select_related("case__household")
        .order_by("case__village", "case__group", "case__number")
    )
    lines = [
        (
            at, one.case.household.number, one.case.head_name, one.case.persons or 0,
            one.marked_on, one.confirmed, one.error,
        )
        for at, one in enumerate(marks, 1)
    ]  # fmt: skip
    titles = ("序号", "户编号", "户主", "人口", "标识日期", "已标识", "系统提示")
    return RecordSheet(
        kind=PaperKind.MARK_LIST,
        label=label(rules, PaperKind.MARK_LIST),
        organ=rules.organ(system.organ).title,
        subtitle=f"（{system.name}）",
        sections=(
            Facts(pairs=(Pair(label="系统", value=system.name), Pair(label="日期", value=on))),
            table("标识户", titles, lines, summed=(3,)),
            Signing(signers=(Signer(role="标识人"), Signer(role="复核人"))),
        ),
    )


# ── 核查结果 ──────────────────────────────────────────────────────────────────────────────────


def check_result(programme: Programme, region: str, *, on: date | None = None) -> RecordSheet:
    """核查结果 of a township for filing: by village how many were listed and how each ended."""
    rules = programme.rules
    ends = {end.value: Number("pk", filter=Q(state=end)) for end in End}
    rows = list(
        Case.objects.filter(inside(region), batch__programme=programme)
        .order_by()
        .values("village")
        .annotate(n=Number("pk"), heads=Sum("persons"), **ends, left=_granted_persons())
        .order_by("village")
    )
    places = places_of({row["village"] for row in rows} | {region})
    lines = [_result(places[row["village"]], row) for row in rows]
    titles = (
        "村（社区）", "列入户数", "列入人数", "退出户数", "退出人数",
        "不予退出", "撤回", "终止", "在办",
    )  # fmt: skip
    return RecordSheet(
        kind=PaperKind.CHECK_RESULT,
        label=label(rules, PaperKind.CHECK_RESULT),
        organ=places.get(region, ""),
        subtitle=f"（{rules.year}年度，{places.get(region, '')}）",
        sections=(
            Facts(pairs=(Pair(label="依据", value=rules.title), Pair(label="日期", value=on))),
            table("", titles, lines, summed=range(1, 9)),
            Signing(signers=(Signer(role="填报人"), Signer(role="负责人"))),
        ),
        wide=True,
    )


def _granted_persons() -> Sum:
    return Sum("persons", filter=Q(state=End.GRANTED))


def _result(place: str, row: dict[str, Any]) -> tuple[Value, ...]:
    ended = [row[end.value] for end in End]
    return (
        place,
        row["n"],
        row["heads"] or 0,
        row[End.GRANTED],
        row["left"] or 0,
        row[End.REFUSED],
        row[End.WITHDRAWN],
        row[End.CEASED],
        row["n"] - sum(ended),
    )


def table(
    title: str, titles: Sequence[str], lines: Sequence[tuple[Value, ...]], summed: Iterable[int]
) -> Table:
    """A table with the sums of some of its columns in the last row."""
    total: list[Value] = [None] * len(titles)
    for at in summed:
        total[at] = sum(int(cell) for cell in (line[at] for line in lines) if _figure(cell))
    total[0] = "合计"
    wide = {"户编号": 3, "户主": 2, "标识日期": 2, "系统提示": 3, "村（社区）": 3}
    columns = tuple(Column(title=one, width=wide.get(one, 1)) for one in titles)
    return Table(title=title, columns=columns, rows=tuple(lines), total=tuple(total))


def _figure(cell: Value) -> TypeGuard[int]:
    return isinstance(cell, int)
