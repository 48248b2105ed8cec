"""Papers of the draw and of what it found: 抽样清单, 市核查单, 整改报告."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.utils.translation import gettext_noop as _

from exitcase.core.choices import Finding, Klass, Mode, Origin, PaperKind, Post
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
from exitcase.core.words import chinese
from verification.documents.common import label, locality, places_of, slots
from verification.documents.district import table
from verification.models import (
    Assessment,
    Case,
    Draw,
    DrawItem,
    Inspection,
    Rectification,
    Signature,
)

NOT_OURS: Final = "非本系统抽取，不能复算。"
STRATA: Final[dict[Klass, str]] = {
    Klass.POOR_VILLAGE: _("贫困村"),
    Klass.OTHER_VILLAGE: _("非贫困村"),
    Klass.REGISTERED: _("在册户"),
    Klass.RELAPSED: _("返贫户"),
    Klass.LOW_INCOME: _("低保户"),
    Klass.DESTITUTE: _("特困供养户"),
}


def sample_list(draw: Draw) -> RecordSheet:
    """抽样清单: frame and its hash, seed, sizes by stratum, who was drawn and who replaces whom.

    Before the seed it prints what is published of the frame, with the rest blank.
    """
    rules = draw.programme.rules
    items = list(
        DrawItem.objects.filter(draw=draw)
        .select_related("case__household", "replaces__case")
        .order_by("stratum", "rank", "case__number")
    )
    return RecordSheet(
        kind=PaperKind.SAMPLE_LIST,
        label=label(rules, PaperKind.SAMPLE_LIST),
        organ=rules.organ(rules.stage(draw.stage).actor).title,
        subtitle=f"（{rules.stage(draw.stage).title}，第{draw.number}次抽样）",
        sections=(
            _about(draw),
            _sizes(draw),
            _drawn(items),
            *_replaced(items),
            Signing(signers=(Signer(role="冻结人"), Signer(role="抽取人"), Signer(role="见证人"))),
        ),
        note=NOT_OURS if draw.external else "",
    )


def _about(draw: Draw) -> Facts:
    return Facts(
        pairs=(
            Pair(label="抽样框散列值", value=draw.frame_sha256, wide=True),
            Pair(label="冻结日期", value=draw.frozen_on),
            Pair(label="抽取日期", value=draw.drawn_on),
            Pair(label="算法", value=draw.algorithm, wide=True),
            Pair(label="公开种子", value=draw.seed, wide=True),
            Pair(label="种子来源", value=draw.seed_source, wide=True),
        )
    )


def _sizes(draw: Draw) -> Table:
    lines = [
        (
            stratum(name), row["households"], row["persons"],
            f"{row['least']}至{row['most']}{row['unit']}",
            row.get("drawn_households", 0), row.get("drawn_persons", 0), row.get("note", ""),
        )
        for name, row in sorted(draw.sizes.items())
    ]  # fmt: skip
    titles = ("分层", "户数", "人数", "应抽", "抽中户", "抽中人", "说明")
    return table("抽样框", titles, lines, summed=(1, 2, 4, 5))


def _drawn(items: Sequence[DrawItem]) -> Table:
    drawn = [item for item in items if item.drawn]
    places = places_of({item.case.village_id for item in drawn})
    lines: list[tuple[Value, ...]] = [
        (
            at, stratum(item.stratum), places[item.case.village_id], item.case.household.number,
            item.case.head_name, item.persons, item.rank, item.ticket[:8],
        )
        for at, item in enumerate(drawn, 1)
    ]  # fmt: skip
    titles = ("序号", "分层", "村（社区）", "户编号", "户主", "人口", "票序", "票号")
    return table("抽中户", titles, lines, summed=(5,))


def _replaced(items: Sequence[DrawItem]) -> tuple[Prose, ...]:
    lines = tuple(
        f"{item.replaces.case.number}因{item.replaces.reason}，由{item.case.number}替换。"
        for item in items
        if item.replaces is not None
    )
    return (Prose(title="更换", paragraphs=lines),) if lines else ()


def stratum(name: str) -> str:
    """A stratum in words; a plan without strata has one, of all."""
    return STRATA[Klass(name)] if name in set(Klass) else _("全部")


# ── 市核查单 ──────────────────────────────────────────────────────────────────────────────────


def city_sheets(draw: Draw) -> dict[int, RecordSheet]:
    """Case id → the sheet of each drawn case: half-filled before its visit; five queries."""
    rules, stage = draw.programme.rules, draw.stage
    items = DrawItem.objects.filter(draw=draw, drawn=True).select_related("case__household")
    cases = {item.case_id: item.case for item in items.order_by("pk")}
    visits = {
        visit.case_id: visit
        for visit in Inspection.valid(case__in=cases, stage=stage).order_by("done_on", "pk")
    }
    rows: dict[int, list[Assessment]] = {key: [] for key in cases}
    for row in Assessment.objects.filter(case__in=cases, stage=stage, void_tx=""):
        rows[row.case_id or 0].append(row)
    signed: dict[int, list[Signature]] = {key: [] for key in cases}
    for one in Signature.valid(case__in=cases, stage=stage):
        signed[one.case_id].append(one)
    places = places_of({case.village_id for case in cases.values()})
    return {
        key: RecordSheet(
            kind=PaperKind.CITY_SHEET,
            label=label(rules, PaperKind.CITY_SHEET),
            organ=rules.organ(rules.stage(stage).actor).title,
            sections=(
                _household(case, locality(places, case.village_id, case.group).village),
                _visit(visits.get(key)),
                _judged(rules, rows[key]),
                Signing(signers=slots(rules.stage(stage), signed[key]) or _inspectors()),
            ),
        )
        for key, case in cases.items()
    }


def _household(case: Case, village: str) -> Facts:
    return Facts(
        title="核查对象",
        pairs=(
            Pair(label="户编号", value=case.household.number),
            Pair(label="户主", value=case.head_name),
            Pair(label="村（社区）", value=village),
            Pair(label="人口", value=case.persons),
        ),
    )


def _visit(visit: Inspection | None) -> Facts:
    return Facts(
        title="核查情况",
        pairs=(
            Pair(label="核查日期", value=visit.done_on if visit else None),
            Pair(label="核查方式", value=chinese(Mode(visit.mode)) if visit else ""),
            Pair(label="核查结论", value=chinese(Finding(visit.finding)) if visit else ""),
            Pair(label="核查人数", value=visit.visitors if visit else None),
            Pair(label="说明", value=visit.note if visit else "", wide=True),
        ),
    )


def _judged(rules: Rules, rows: Sequence[Assessment]) -> Table:
    """Every indicator of the plan; unjudged ones stay blank."""
    known = {row.indicator: row for row in rows}
    titles = {one.key: one.title for one in rules.indicators}
    lines = [
        (titles[key], known[key].met if key in known else None,
         known[key].facts if key in known else "")
        for key in rules.indicator_keys
    ]  # fmt: skip
    columns = (
        Column(title="指标", width=3),
        Column(title="达标"),
        Column(title="核实情况", width=5, left=True),
    )
    return Table(title="逐项认定", columns=columns, rows=tuple(lines))


def _inspectors() -> tuple[Signer, ...]:
    return (Signer(role=chinese(Post.CITY_INSPECTOR)), Signer(role=chinese(Post.CITY_INSPECTOR)))


# ── 整改 ──────────────────────────────────────────────────────────────────────────────────────


def rectification_report(rows: Sequence[Rectification], *, on: date | None = None) -> RecordSheet:
    """整改报告, with its 台账: problem, measure, re-check; of one plan, one row at least."""
    rules = rows[0].programme.rules
    organ = _owner(rules, rows[0])
    lines: list[tuple[Value, ...]] = [
        (
            one.number, chinese(Origin(one.origin)), one.problem, one.measure, one.owner,
            one.due_on, one.reported_on, one.rechecked_on, _outcome(one),
        )
        for one in rows
    ]  # fmt: skip
    titles = (
        "编号", "来源", "问题", "整改措施", "责任人", "时限", "报告日期", "复查日期", "复查结果",
    )  # fmt: skip
    columns = tuple(
        Column(title=one, width=3 if one in {"编号", "问题", "整改措施"} else 2) for one in titles
    )
    elsewhere = tuple(f"{one.number}：{one.same_fault}" for one in rows if one.same_fault)
    return RecordSheet(
        kind=PaperKind.RECTIFICATION_REPORT,
        label=label(rules, PaperKind.RECTIFICATION_REPORT),
        organ=organ,
        subtitle=f"（{rules.year}年度）",
        sections=(
            Facts(pairs=(Pair(label="项数", value=len(rows)), Pair(label="报告日期", value=on))),
            Table(title="整改台账", columns=columns, rows=tuple(lines)),
            *((Prose(title="举一反三", paragraphs=elsewhere),) if elsewhere else ()),
            Signing(signers=(Signer(role="整改责任人"), Signer(role="复查人")), sealer=organ),
        ),
        wide=True,
    )


def _owner(rules: Rules, one: Rectification) -> str:
    owners = [row.owner for row in rules.rectifications if row.origin == one.origin]
    return rules.organ(owners[0]).title if owners else ""


def _outcome(one: Rectification) -> str:
    if one.passed is None:
        return ""
    return "合格" if one.passed else "不合格"
