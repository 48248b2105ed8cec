"""A plan as a list of rules in words, each with its clause and basis."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, cast

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from exitcase.core.choices import Basis, PaperKind
from exitcase.core.rules import Rules
from exitcase.core.rules_read import readable
from exitcase.core.rules_tables import Printing, Rule
from exitcase.core.rules_words import Ratio
from exitcase.house.said import said

TABLES: Final = {
    "clock": _("期限计算"),
    "income": _("收入核算"),
    "organ": _("办理机关"),
    "window": _("时段"),
    "indicator": _("脱贫指标"),
    "bar": _("不予退出情形"),
    "condition": _("条件"),
    "programme": _("方案"),
    "listing": _("列入名单"),
    "ending": _("办结环节"),
    "target": _("年度任务"),
    "counts_first_day": _("首日计入"),
    "moves_off_rest_day": _("末日逢休顺延"),
    "late_entry": _("补录期限"),
    "photo_grace": _("照片宽限"),
    "gap": _("缺挂宽限"),
    "line": _("收入线"),
    "amount": _("收入线金额"),
    "divisor": _("核算人口"),
    "period": _("核算周期"),
    "items": _("收入项目"),
    "marks": _("签认方式"),
    "never_sign": _("不得代签"),
    "attempts": _("入户次数"),
    "objection": _("异议办理"),
    "appeal": _("申诉期限"),
    "draw": _("抽签"),
    "web": _("网上公示"),
    "hotline": _("监督电话"),
    "satisfaction": _("满意度"),
    "member_change": _("人口增减"),
    "body": _("议事主体"),
    "quorum": _("到会比例"),
    "vote": _("表决"),
    "signers": _("签字人"),
    "minutes": _("记录签字"),
    "term": _("期限"),
    "places": _("张贴地点"),
    "handover": _("报送"),
    "visitors": _("入户人员"),
    "modes": _("入户方式"),
    "judges": _("认定"),
    "coverage": _("核查比例"),
    "sample": _("抽样"),
    "lot": _("抽签配对"),
    "bureaux": _("比对部门"),
    "verify": _("核实期限"),
    "act": _("决定"),
    "system": _("系统标识"),
    "delivery": _("送达"),
    "archive": _("归档"),
    "record": _("须有记录"),
    "test": _("判断"),
    "household_signer": _("户签字人"),
    "correction": _("更正"),
    "print": _("文书所载"),
    "send_back": _("退回"),
    "outcome": _("办结后状态"),
    "remedy": _("申诉成立后"),
    "recheck": _("复查"),
    "rectification": _("整改"),
    "warn": _("提醒"),
    "paper": _("文书"),
}
NAMES: Final = {
    "days": _("天数"),
    "hours": _("小时"),
    "fen": _("金额(元)"),
    "value": _("取值"),
    "share": _("比例"),
    "rate": _("比例"),
    "rate_min": _("比例下限"),
    "rate_max": _("比例上限"),
    "rate_of": _("计比例的单位"),
    "out_of": _("基数"),
    "more_than": _("须超过"),
    "per_household": _("逐户表决"),
    "members": _("组成人员"),
    "overseers": _("监督人员"),
    "slots": _("签字人"),
    "signed_by": _("签字人"),
    "kinds": _("种类"),
    "to": _("报送"),
    "who": _("人员"),
    "least": _("至少"),
    "most": _("至多"),
    "allowed": _("允许"),
    "witness": _("须见证"),
    "by": _("由"),
    "on": _("依据"),
    "must_include": _("必查"),
    "strata": _("分层"),
    "frame": _("抽样框"),
    "draws": _("抽取"),
    "organs": _("部门"),
    "organ": _("机关"),
    "proposer": _("提请"),
    "name": _("名称"),
    "final": _("不可更改"),
    "originals": _("原件"),
    "op": _("比较"),
    "notion": _("口径"),
    "stable": _("须稳定"),
    "first": _("起"),
    "last": _("止"),
    "counted": _("计入"),
    "left_out": _("不计入"),
    "status": _("户状态"),
    "how": _("方式"),
    "level": _("级别"),
    "granted_at": _("环节"),
    "households": _("户"),
    "persons": _("人"),
    "facts": _("事实"),
    "fact": _("事实"),
    "standard": _("标准"),
    "effect": _("处理"),
    "judged": _("须人工认定"),
    "capacity": _("身份"),
    "when": _("情形"),
    "min_age": _("最小年龄"),
    "mandate": _("须委托书"),
    "posts": _("职务"),
    "ground": _("理由"),
    "before": _("之前"),
    "after": _("之后"),
    "end": _("结果"),
    "then": _("处理"),
    "trigger": _("起因"),
    "origin": _("来源"),
    "owner": _("责任单位"),
    "recheck": _("复查单位"),
    "report_to": _("报告"),
    "raised_at": _("发现环节"),
    "window": _("时段"),
    "checkers": _("核实人数"),
    "digits": _("位数"),
    "masked": _("姓名遮盖"),
    "least_group": _("最小组户数"),
    "number": _("号码"),
    "form": _("格式"),
    "actor": _("办理机关"),
    "kind": _("种类"),
    "step": _("步骤"),
    "only": _("只限"),
    "of": _("对象"),
    "papers": _("文书"),
    "role": _("角色"),
    "outside": _("系统外"),
    "year": _("年度"),
    "purpose": _("用途"),
    "document": _("文件"),
    "published": _("发布"),
    "steps": _("步骤"),
    "hard": _("必须"),
    "paper": _("文书"),
    "sender": _("送出"),
    "receiver": _("送达"),
    "functions": _("功能"),
    "forbidden": _("禁用功能"),
    "reasons": _("须写原因"),
    "scale": _("等次"),
}
IDENTITY: Final = ("key", "capacity", "kind", "ground", "trigger", "origin", "end", "paper", "fact")
HIDDEN: Final = ("key", "title", "clause", "basis")


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule of a plan: where in the file, its name, what it says, where it stands, how sure."""

    path: str
    title: str
    values: tuple[tuple[str, str], ...]  # (name of the key, value as text)
    clause: str
    basis: Basis

    @property
    def text(self) -> str:
        return ";".join(f"{name} {value}" for name, value in self.values)


@dataclass(frozen=True, slots=True)
class Section:
    """The rules of one stage, or those of the whole plan, of its organs, papers …"""

    title: str
    rows: tuple[RuleRow, ...]
    stage: bool = False


def sections(rules: Rules) -> list[Section]:
    """A plan in the order one reads it: the plan, its stages one by one, then the rest."""
    found: dict[str, list[RuleRow]] = {}
    for row in rule_rows(rules):
        first, _dot, rest = row.path.partition(".")
        key = f"stage.{rest.split('.')[0]}" if first == "stage" else first
        found.setdefault(key, []).append(row)
    titles = {f"stage.{one.key}": one.title for one in rules.stages}
    return [
        Section(titles.get(key) or _table(key), tuple(rows), stage=key in titles)
        for key, rows in found.items()
    ]


def rule_rows(rules: Rules) -> Iterator[RuleRow]:
    """Every rule of a plan, in the order of its classes; stages each before their tables."""
    yield from _Reader(rules).rows(rules, "")


class _Reader:
    """Says values as the plan names them: its organs, stages and papers by their titles."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        keyed: tuple[Any, ...] = (*rules.indicators, *rules.stages, *rules.organs)
        self.titles: Mapping[str, str] = {one.key: one.title for one in keyed}
        self.windows: Mapping[str, str] = {one.key: one.title for one in rules.windows}

    def rows(self, found: Any, path: str) -> Iterator[RuleRow]:
        if isinstance(found, Rule):
            yield self._row(found, path)
        for name, (field, _annotation) in readable(cast("Hashable", type(found))).items():
            value = getattr(found, field.name)
            here = f"{path}.{name}".lstrip(".")
            if isinstance(value, tuple) and not isinstance(value, Ratio):
                yield from self._listed(value, here)
            elif hasattr(value, "__dataclass_fields__"):
                yield from self.rows(value, here)

    def _listed(self, rows: tuple[Any, ...], path: str) -> Iterator[RuleRow]:
        seen: dict[str, int] = {}
        for row in rows:
            if not isinstance(row, Rule):
                return
            if isinstance(row, Printing) and not self.rules.has_paper(row.paper):
                continue  # what the house says of papers of other plans
            name = _identity(row)
            seen[name] = seen.get(name, 0) + 1
            again = f".{seen[name]}" if seen[name] > 1 else ""
            yield from self.rows(row, f"{path}.{name}{again}")

    def _row(self, rule: Rule, path: str) -> RuleRow:
        names = [field.name for field in fields(rule) if not field.metadata.get("given")]
        plain = ((name, getattr(rule, name)) for name in names if name not in HIDDEN)
        shown = ((name, self._said(name, value)) for name, value in plain if not _is_table(value))
        values = tuple((gettext(NAMES.get(name, name)), text) for name, text in shown if text)
        return RuleRow(path, self._title(rule, path), values, rule.clause, rule.basis)

    def _title(self, rule: Rule, path: str) -> str:
        """Its own title, or what kind of rule it is and of what."""
        own = getattr(rule, "title", "")
        if own:
            return str(own)
        named = [gettext(TABLES[part]) for part in path.split(".")[::-1] if part in TABLES]
        name = next((getattr(rule, one) for one in IDENTITY if hasattr(rule, one)), None)
        about = f"·{self._text(name)}" if isinstance(name, StrEnum) else ""
        return f"{named[0] if named else path}{about}"

    def _said(self, name: str, value: Any) -> str:
        if name == "fen" and value is not None:
            return f"{Decimal(value) / 100:,}"
        if name == "window":
            return self.windows.get(value, str(value))
        return self._text(value)

    def _text(self, value: Any) -> str:
        match value:
            case tuple() if not isinstance(value, Ratio):
                return "、".join(self._text(part) for part in value)
            case PaperKind() if self.rules.has_paper(value):
                return self.rules.paper(value).title
            case str() if value in self.titles and not isinstance(value, StrEnum):
                return self.titles[value]
        return _plain(value)


def _plain(value: Any) -> str:
    """What needs no plan to be read."""
    match value:
        case bool():
            return gettext("是") if value else gettext("否")
        case Ratio():
            return f"{value.num}/{value.den}"
        case StrEnum():
            return said(value)
        case date():
            return value.isoformat()
    return "" if value is None else str(value)


def _identity(row: Rule) -> str:
    for name in IDENTITY:
        if hasattr(row, name):
            return str(getattr(row, name))
    raise TypeError(f"{type(row).__name__} has nothing to be called by")


def _table(key: str) -> str:
    return gettext(TABLES[key]) if key in TABLES else key


def _is_table(value: Any) -> bool:
    rows = value if isinstance(value, tuple) else (value,)
    return any(hasattr(row, "__dataclass_fields__") for row in rows)
