"""年度人均纯收入统计表: the lines, their sums, what counts and what does not (DOMAIN 6.2)."""

from dataclasses import dataclass
from datetime import date

from exitcase.core.choices import PaperKind
from exitcase.core.papers.sheets.base import Locality, Sheet, Signer, known_sum


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeLine:
    """One line. Unused columns stay ""."""

    item: str  # 种植业, 低保金 …
    detail: str = ""  # 品种、工种、单位
    person: str = ""  # who earned it
    quantity: str = ""
    amount: int  # 分
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeSection:
    """One of 一 … 五, 九: its lines and their sum in 分. Raises ValueError if they differ."""

    title: str  # 一、生产经营性收入
    sum_title: str  # 生产经营性收入小计
    lines: tuple[IncomeLine, ...]
    total: int

    def __post_init__(self) -> None:
        known_sum(tuple(line.amount for line in self.lines), self.total, self.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeSheet(Sheet):
    """`counted` sections make `gross`; `costs` are deducted; `left_out` is only on record."""

    kind: PaperKind = PaperKind.INCOME_STATEMENT
    year: int
    place: Locality
    head: str
    household_number: str
    period_first: date | None
    period_last: date | None
    counted: tuple[IncomeSection, ...]
    costs: IncomeSection
    left_out: IncomeSection
    gross: int  # 六 家庭稳定总收入, 分
    net: int  # 七 = 六 - 二, 分
    persons: int  # 核算人口
    persons_note: str = ""  # what the divisor is: 年底建档立卡登记人口 …
    per_head: int | None  # 八 = 七 ÷ 核算人口, rounded to the 分
    standard: str = ""  # the plan's sentence: 年人均纯收入稳定超过4000元
    signers: tuple[Signer, ...] = ()

    def __post_init__(self) -> None:
        known_sum(tuple(section.total for section in self.counted), self.gross, "家庭稳定总收入")
        known_sum((self.gross, -self.costs.total), self.net, "家庭稳定纯收入")
