"""What stands in which cell of each workbook.

The layout is documented in docs/reference/papers.md and does not change within a major version:
others recount 户 and 人 from it.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from exitcase.core.papers.filters import day
from exitcase.core.papers.grids import item_text
from exitcase.core.papers.sheets import (
    AcceptanceSheet,
    Bridge,
    ClearCardSheet,
    Facts,
    IncomeSection,
    IncomeSheet,
    MinutesSheet,
    OfficialListSheet,
    Prose,
    PublicListSheet,
    RecordSheet,
    ReportSheet,
    Sheet,
    Signer,
    Signing,
    SubmissionSheet,
    Table,
    Value,
    VoteSheet,
)
from exitcase.core.papers.workbook import Cell, Page, write, yuan

MET: Final = {True: "达标", False: "未达标", None: ""}
YES: Final = {True: "是", False: "否", None: ""}


def workbook(sheet: Sheet) -> bytes | None:
    """The paper as XLSX, or None for a kind that has none."""
    layout = BOOKS.get(type(sheet))
    return write(layout(sheet)) if layout else None


def _opened(sheet: Sheet, name: str, widths: tuple[int, ...], *, landscape: bool = False) -> Page:
    """Row 1 the title, row 2 编号, version, checkpoint and mark."""
    page = Page(name, widths, landscape=landscape)
    imprint = sheet.imprint
    page.title(f"{sheet.label} {imprint.title}".strip())
    page.add("编号", imprint.number, f"第{imprint.version}版", style="note")
    page.add("流水", imprint.checkpoint, imprint.mark, style="note")
    return page


def _acceptance(sheet: AcceptanceSheet) -> list[Page]:
    card = isinstance(sheet, ClearCardSheet)
    page = _opened(sheet, "明白卡" if card else "验收表", (18, 60))
    place = sheet.place
    pairs: tuple[tuple[str, Cell], ...] = (
        ("年度", sheet.year),
        ("县（市、区）", place.county),
        ("乡（镇）", place.township),
        ("村（社区）", place.village),
        ("村民小组", place.group),
        ("户编号", sheet.household_number),
        ("户主", sheet.head),
        ("公民身份号码", sheet.id_number),
        ("联系电话", sheet.phone),
        ("人口", sheet.persons),
        ("有劳动能力", sheet.able),
        ("贫困户属性", sheet.household_kind),
        ("识别年度", sheet.first_identified_year),
        ("主要致贫原因", sheet.main_cause),
        ("其他致贫原因", sheet.other_causes),
        ("返贫年度", sheet.relapsed_year),
        ("帮扶责任人", sheet.helper),
        ("帮扶单位及职务", sheet.helper_organ),
        ("帮扶责任人电话", sheet.helper_phone),
        ("享受帮扶措施", sheet.measures),
        ("预计脱贫年度", sheet.planned_exit_year),
        ("结论", sheet.conclusion),
        ("结果", sheet.end),
        ("结果原因", sheet.end_reason),
    )
    page.head("项目", "内容")
    for label, value in pairs:
        page.add(label, value)
    return [page, _members(sheet), _brief(sheet), _indicators(sheet), _opinions(sheet)]


def _members(sheet: AcceptanceSheet) -> Page:
    page = Page("家庭成员", (6, 26, 6, 12, 22, 14, 14, 12))
    page.head("序号", "姓名", "性别", "与户主关系", "公民身份号码", "在校情况", "健康状况", "医保")
    for at, one in enumerate(sheet.members, 1):
        row = (one.name, one.sex, one.relation, one.id_number, one.schooling, one.health)
        page.add(at, *row, one.insured)
    return page


def _brief(sheet: AcceptanceSheet) -> Page:
    page, income = Page("收入", (24, 18)), sheet.income
    page.head("项目", "金额（元）")
    page.add("工资性收入", yuan(income.wages))
    page.add("生产经营性收入", yuan(income.business))
    page.add("财产性收入", yuan(income.property))
    page.add("转移性收入", yuan(income.transfer))
    page.add("家庭总收入", yuan(income.gross))
    page.add("生产经营性支出", yuan(income.cost))
    page.add("家庭纯收入", yuan(income.net))
    page.add("核算人口", income.persons)
    page.add("人均纯收入", yuan(income.per_head), style="sum")
    return page


def _indicators(sheet: AcceptanceSheet) -> Page:
    page = Page("指标", (6, 18, 34, 60, *(10,) * len(sheet.levels)), landscape=True)
    page.head("序号", "验收指标", "验收标准", "核实情况", *sheet.levels)
    for row in sheet.indicators:
        facts = "；".join(
            f"{fact.label}{fact.value or '、'.join(fact.chosen)}{fact.unit}" for fact in row.facts
        )
        page.add(row.number, row.title, row.standard, facts, *(MET[met] for met in row.results))
    return page


def _opinions(sheet: AcceptanceSheet) -> Page:
    page = Page("意见", (18, 14, 60, 20, 20, 16))
    page.head("部分", "日期", "意见", "签字人身份", "签字人", "签字日期")
    for title, on, text, signers in _parts(sheet):
        for signer in signers:
            page.add(title, day(on), text, signer.role, signer.name, day(signer.on))
    return page


def _parts(sheet: AcceptanceSheet) -> list[tuple[str, date | None, str, tuple[Signer, ...]]]:
    parts: list[tuple[str, date | None, str, tuple[Signer, ...]]] = []
    if (one := sheet.appraisal) is not None:
        votes = f"同意{one.yes}票，不同意{one.no}票，弃权{one.abstained}票" if one.on else ""
        parts.append(("村民主评议意见", one.on, votes, one.signers))
    if (consent := sheet.consent) is not None:
        words = {True: "同意脱贫", False: f"不同意脱贫：{consent.reason}", None: ""}
        signer = consent.signer or Signer(role="签字人")
        parts.append(("贫困户确认", signer.on, words[consent.agreed], (signer,)))
    if (helper := sheet.helper_signer) is not None:
        parts.append(("帮扶确认", helper.on, "", (helper,)))
    for title, part in (("乡镇核实意见", sheet.check), ("区抽查意见", sheet.inspection)):
        if part is not None:
            reason = f"：{part.reason}" if part.reason else ""
            parts.append((title, part.on, MET[part.met] + reason, part.signers))
    if isinstance(sheet, ClearCardSheet):
        parts.append(("核实", sheet.checked_on, sheet.mode, sheet.verifiers))
    return parts


def _submission(sheet: SubmissionSheet) -> list[Page]:
    page = _opened(sheet, "送审表", (18, 24, 10, 10, 12, 8, 50))
    for label, text in (
        ("年度", f"{sheet.year}"),
        ("送审单位", sheet.sender),
        ("接收单位", sheet.receiver),
        ("填表日期", day(sheet.filled_on)),
        ("填表人", sheet.filled_by),
        ("审核人", sheet.checked_by),
    ):
        page.add(label, text)
    page.head("栏目", "项目", "户", "人", "数量", "单位", "内容")
    for group in sheet.groups:
        for item in group.items:
            counts = (item.count.households, item.count.persons) if item.count else (None, None)
            words = item_text(item) if item.text else ""
            page.add(group.title, item.label, *counts, item.number, item.unit, words)
    for one in sheet.indicators:
        page.add("指标达标户数", one.title, one.households, None, None, "", "")
    for enclosure in sheet.enclosures:
        page.add("附件清单", enclosure.title, None, None, enclosure.number, enclosure.unit, "")
    total = sheet.submitted
    page.add("送审数", "合计", total.households, total.persons, None, "", "", style="sum")
    bridges = [_bridge(sheet.bridge)] if sheet.bridge else []
    return [page, _failed(sheet), *bridges]


def _failed(sheet: SubmissionSheet) -> Page:
    page = Page("未通过户", (6, 16, 24, 24, 8, 16, 50), landscape=True)
    page.head("序号", "村（社区）", "户编号", "户主姓名", "人口", "环节", "原因")
    for at, row in enumerate(sheet.failed, 1):
        page.add(
            at, row.village, row.household_number, row.head, row.persons, row.stage, row.reason
        )
    people = sum(row.persons for row in sheet.failed)
    page.add("合计", "", len(sheet.failed), "", people, "", "", style="sum")
    return page


def _bridge(bridge: Bridge) -> Page:
    columns = bridge.columns
    page = Page("衔接表", (6, 20, *(12,) * (2 * len(columns)), 40), landscape=True)
    pairs = [f"{column.title}（{unit}）" for column in columns for unit in ("户", "人")]
    page.head("序号", bridge.unit, *pairs, "户及原因")
    for at, row in enumerate(bridge.rows, 1):
        figures = [n for one in row.counts for n in (one.households, one.persons)]
        page.add(at, row.name, *figures, row.reasons)
    sums = [n for one in bridge.totals for n in (one.households, one.persons)]
    page.add("合计", "", *sums, "", style="sum")
    return page


def _official(sheet: OfficialListSheet) -> list[Page]:
    widths = (6, 16, 10, 22, 24, 22, 8, 16, 14, 14, 10, 14, 20)
    page = _opened(sheet, "名单", widths, landscape=True)
    page.add("填报单位", sheet.sender, day(sheet.on), style="note")
    page.head(
        *("序号", "村（社区）", "村民小组", "户编号", "户主姓名", "证件号码", "人口"),
        *("贫困户属性", "主要致贫原因", "年人均纯收入（元）", "识别年度", "帮扶责任人", "备注"),
    )
    for row in sheet.rows:
        page.add(
            *(row.seq, row.village, row.group, row.household_number, row.head, row.id_number),
            *(row.persons, row.household_kind, row.main_cause, yuan(row.per_head)),
            *(row.first_identified_year, row.helper, row.note),
        )
    total = sheet.total
    page.add(
        *("合计", "", "", total.households, "户", "", total.persons, "人", "", None, None, "", ""),
        style="sum",
    )
    return [page]


def _public(sheet: PublicListSheet) -> list[Page]:
    page = _opened(sheet, "名单", (8, 16, 14, 28, 10))
    page.add("公布单位", sheet.sealer, day(sheet.on), style="note")
    page.head("序号", "村（社区）", "村民小组", "户主姓名", "人口")
    for row in sheet.rows:
        mark = f"（{row.mark}）" if row.mark else ""
        page.add(row.seq, row.village, row.group, row.head + mark, row.persons)
    page.add("合计", "", sheet.total.households, "户", sheet.total.persons, style="sum")
    return [page]


def _income(sheet: IncomeSheet) -> list[Page]:
    page = _opened(sheet, "收入统计表", (30, 24, 28, 24, 12, 14, 16))
    page.add("户编号", sheet.household_number)
    page.add("户主", sheet.head)
    page.add("核算期", f"{day(sheet.period_first)}至{day(sheet.period_last)}")
    page.head("栏目", "项目", "明细", "姓名", "数量", "金额（元）", "佐证")
    for section in (*sheet.counted, sheet.costs, sheet.left_out):
        _income_section(page, section)
    for label, value in (
        ("家庭稳定总收入", yuan(sheet.gross)),
        ("家庭稳定纯收入", yuan(sheet.net)),
        ("核算人口", sheet.persons),
        ("家庭稳定年人均纯收入", yuan(sheet.per_head)),
    ):
        page.add(label, "", "", "", "", value, "", style="sum")
    return [page]


def _income_section(page: Page, section: IncomeSection) -> None:
    for line in section.lines:
        words = (line.item, line.detail, line.person, line.quantity)
        page.add(section.title, *words, yuan(line.amount), line.proof)
    page.add(section.title, section.sum_title, "", "", "", yuan(section.total), "", style="sum")


def _minutes(sheet: MinutesSheet) -> list[Page]:
    page = _opened(sheet, "表决", (8, 24, 24, 8, 8, 8, 8, 8, 10, 40), landscape=True)
    page.add("会议日期", day(sheet.on), f"应到{sheet.due}人，实到{sheet.came}人", style="note")
    page.head(
        *("序号", "户编号", "户主姓名", "人口", "同意", "不同意", "弃权", "回避", "结论", "备注")
    )
    for at, row in enumerate(sheet.votes, 1):
        votes = (row.yes, row.no, row.abstained, row.withdrew, "通过" if row.passed else "未通过")
        page.add(at, row.household_number, row.head, row.persons, *votes, row.note)
    for label, total in (("通过", sheet.passed), ("未通过", sheet.failed)):
        page.add(label, total.households, "户", total.persons, "人", style="sum")
    roll = Page("参会人员", (8, 24, 20, 8, 30))
    roll.head("序号", "姓名", "身份", "到会", "备注")
    for at, one in enumerate(sheet.attendees, 1):
        roll.add(at, one.name, one.post, YES[one.present], one.note)
    return [page, roll]


def _vote(sheet: VoteSheet) -> list[Page]:
    page = _opened(sheet, "表决票", (18, 60))
    pairs: tuple[tuple[str, Cell], ...] = (
        ("年度", sheet.year),
        ("村（社区）", sheet.place.village),
        ("会议", sheet.meeting),
        ("会议日期", day(sheet.on)),
        ("地点", sheet.venue),
        ("应到", sheet.due),
        ("实到", sheet.came),
        ("表决规则", sheet.rule),
        ("户编号", sheet.household_number),
        ("户主", sheet.head),
        ("人口", sheet.persons),
        ("同意", sheet.yes),
        ("不同意", sheet.no),
        ("弃权", sheet.abstained),
        ("回避", sheet.withdrew),
        ("结果", {True: "通过", False: "未通过", None: ""}[sheet.carried]),
        ("异议发言", sheet.note),
    )
    page.head("项目", "内容")
    for label, value in (*pairs, *((one.role, one.name) for one in sheet.signers)):
        page.add(label, value)
    return [page]


def _value(value: Value, *, money: bool = False) -> Cell:
    if isinstance(value, bool):
        return YES[value]
    if isinstance(value, date):
        return day(value)
    return yuan(value) if money and isinstance(value, int) else value


def _record(sheet: RecordSheet) -> list[Page]:
    """All sections under one another on one worksheet; a bridge on its own."""
    tables = [section for section in sheet.sections if isinstance(section, Table)]
    across = max([2, *(len(table.columns) for table in tables)])
    page = _opened(sheet, "正文", (16,) * across, landscape=sheet.wide)
    bridges = []
    for section in sheet.sections:
        if isinstance(section, Bridge):
            bridges.append(_bridge(section))
        else:
            _record_section(page, section)
    return [page, *bridges]


def _record_section(page: Page, section: Facts | Table | Prose | Signing) -> None:
    if section.title:
        page.add(section.title, style="section")
    match section:
        case Facts():
            for pair in section.pairs:
                page.add(pair.label, _value(pair.value))
        case Table():
            _record_table(page, section)
        case Prose():
            for text in section.paragraphs:
                page.add(text, style="note")
        case Signing():
            for signer in section.signers:
                page.add(signer.role, signer.name, day(signer.on))


def _record_table(page: Page, table: Table) -> None:
    page.add(*(column.title for column in table.columns), style="head")
    for line, style in [*((row, "plain") for row in table.rows), (table.total, "sum")]:
        if line is not None:
            pairs = zip(line, table.columns, strict=True)
            page.add(*(_value(value, money=one.money) for value, one in pairs), style=style)


BOOKS: Final[dict[type[Sheet], Callable[[Any], list[Page]]]] = {
    AcceptanceSheet: _acceptance,
    ClearCardSheet: _acceptance,
    SubmissionSheet: _submission,
    ReportSheet: _submission,
    VoteSheet: _vote,
    OfficialListSheet: _official,
    PublicListSheet: _public,
    IncomeSheet: _income,
    MinutesSheet: _minutes,
    RecordSheet: _record,
}
