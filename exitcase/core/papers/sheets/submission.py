"""附件2 送审表 and the bridge between two levels' figures (衔接表)."""

from dataclasses import dataclass
from datetime import date

from exitcase.core.choices import PaperKind
from exitcase.core.papers.sheets.base import Count, Sheet, Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of 附件2: a count of 户 and 人, a number with its unit, or words."""

    label: str
    count: Count | None = None
    number: int | None = None
    unit: str = ""  # of `number`: 户, 人, 次, 件, 天
    text: str = ""
    wide: bool = False  # needs the width of the row


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemGroup:
    """A block of items under one heading: 民主评议, 拟脱贫 …"""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorCount:
    """Households that met one indicator."""

    title: str
    households: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRow:
    """A household that did not get through, at which stage and why."""

    household_number: str
    head: str
    persons: int
    stage: str
    reason: str
    village: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """What is sent along: 验收表 68 份."""

    title: str
    number: int | None = None
    unit: str = "份"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """接收回执; blank until the receiver has answered."""

    organ: str
    by: str = ""
    on: date | None = None
    complete: bool | None = None
    reason: str = ""  # why it was returned


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeColumn:
    """`sign`: +1 comes in (村送审, 补入), -1 goes out (核实未达标 …), 0 is the result."""

    title: str
    sign: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeRow:
    """One village, township or batch; a count for each column."""

    name: str
    counts: tuple[Count, ...]
    reasons: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """How one level's figures become the next one's. A bridge that does not sum is refused."""

    title: str  # 村、镇两级送审数字衔接表
    unit: str  # heading of the rows: 村（社区）
    columns: tuple[BridgeColumn, ...]  # the last one is the result, sign 0
    rows: tuple[BridgeRow, ...]
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            self._check(row)

    def _check(self, row: BridgeRow) -> None:
        """Raises ValueError naming the row whose counts do not lead to its result."""
        pairs = list(zip(self.columns, row.counts, strict=True))
        made = Count(
            sum(column.sign * count.households for column, count in pairs),
            sum(column.sign * count.persons for column, count in pairs),
        )
        if made != pairs[-1][1]:
            raise ValueError(f"衔接表“{row.name}”一行不平：推算{made}，填列{pairs[-1][1]}")

    @property
    def totals(self) -> tuple[Count, ...]:
        """The sum of each column."""
        return tuple(
            sum((row.counts[at] for row in self.rows), Count()) for at in range(len(self.columns))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionSheet(Sheet):
    """附件2 of a village or a township. `submitted` equals the sum of 附件3."""

    kind: PaperKind = PaperKind.SUBMISSION_FORM
    year: int
    copy: str  # 村（社区）用, 乡（镇）用
    sender: str
    receiver: str
    submitted: Count
    groups: tuple[ItemGroup, ...]
    indicators: tuple[IndicatorCount, ...]
    failed: tuple[FailedRow, ...]
    enclosures: tuple[Enclosure, ...]
    opinion_title: str  # 村民委员会意见
    opinion: str
    signers: tuple[Signer, ...]
    sealer: str
    receipt: Receipt
    filled_by: str = ""
    checked_by: str = ""
    phone: str = ""  # an office's, never a helper's
    filled_on: date | None = None
    bridge: Bridge | None = None

    def __post_init__(self) -> None:
        if self.bridge and self.bridge.rows and self.bridge.totals[-1] != self.submitted:
            raise ValueError(f"衔接表合计{self.bridge.totals[-1]}与送审数{self.submitted}不符")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSheet(SubmissionSheet):
    """A list sent up with a letter where the plan has no form: the figures of 附件2 as a report.

    `kind` is VILLAGE_REPORT or TOWNSHIP_REPORT.
    """

    kind: PaperKind
    basis: str  # title of the plan
    steps: tuple[str, ...]  # what has been gone through
