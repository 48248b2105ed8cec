"""附件1 贫困户脱贫验收表: one per household; travels half filled, is signed by pen, comes home."""

from dataclasses import dataclass
from datetime import date

from exitcase.core.choices import Capacity, PaperKind
from exitcase.core.papers.sheets.base import Locality, Sheet, Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One line of 家庭成员."""

    name: str
    sex: str
    relation: str  # 户主, 配偶 …
    id_number: str  # as the reader may see it: whole or masked
    schooling: str
    health: str
    insured: str  # 居民医保, 未参保, "" = not known


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeBrief:
    """The income line, in 分; `None` prints a blank."""

    wages: int | None = None
    business: int | None = None
    property: int | None = None
    transfer: int | None = None
    gross: int | None = None
    cost: int | None = None
    net: int | None = None
    persons: int | None = None  # 核算人口
    per_head: int | None = None  # rounded to the 分


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact asked by an indicator: 「label value unit」, or boxes with one ticked."""

    label: str
    value: str = ""
    unit: str = ""
    options: tuple[str, ...] = ()  # each prints a box; those in `chosen` are ticked
    chosen: tuple[str, ...] = ()
    wide: bool = False  # a long value: takes a line of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """One indicator: its standard, the facts found, and what each level judged."""

    number: int
    title: str
    standard: str
    facts: tuple[Fact, ...] = ()
    results: tuple[bool | None, ...]  # 达标 / 未达标 / not judged; one per `levels`


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """C1 村民主评议意见."""

    on: date | None = None
    due: int | None = None  # 应到
    came: int | None = None  # 实到
    withdrew: int | None = None  # 回避
    yes: int | None = None
    no: int | None = None
    abstained: int | None = None
    agreed: bool | None = None
    signers: tuple[Signer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """C2 贫困户确认."""

    agreed: bool | None = None
    reason: str = ""  # why the household does not agree
    capacity: Capacity | None = None
    relation: str = ""  # of the signer to the head
    mandate: str = ""  # number of the 委托书
    signer: Signer | None = None
    fingerprint: bool = False  # the signer pressed a finger
    witness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """C4 乡镇核实意见."""

    on: date | None = None
    mode: str = ""  # 入户, 医院 …
    consistent: bool | None = None  # with what the village judged
    differing: str = ""  # numbers of the indicators that differ
    met: bool | None = None
    reason: str = ""
    signers: tuple[Signer, ...] = ()
    sealer: str = ""  # 乡镇人民政府


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """C5 区抽查意见, with what the comparison of registers found."""

    on: date | None = None
    mode: str = ""
    team: str = ""
    anomaly: bool | None = None  # the comparison raised a hit
    anomaly_result: str = ""
    met: bool | None = None
    reason: str = ""
    signers: tuple[Signer, ...] = ()
    sealer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceSheet(Sheet):
    """附件1. More than eight members: the rest stands on a 续页."""

    kind: PaperKind = PaperKind.ACCEPTANCE_FORM
    year: int
    place: Locality
    head: str
    household_number: str  # 户编号
    id_number: str
    phone: str
    persons: int | None
    able: int | None  # 有劳动能力
    household_kind: str  # 贫困户属性, one of `household_kinds`
    household_kinds: tuple[str, ...]
    first_identified_year: int | None
    main_cause: str
    other_causes: str
    relapsed_year: int | None  # None: not relapsed
    helper: str
    helper_organ: str
    helper_phone: str
    measures: str
    planned_exit_year: int | None
    members: tuple[MemberRow, ...]
    income: IncomeBrief = IncomeBrief()
    period: str  # 收入核算期 in words
    levels: tuple[str, ...]  # who judges: 村, 乡镇, 区
    indicators: tuple[IndicatorRow, ...]
    appraisal: Appraisal | None = None
    consent: Consent | None = None
    helper_signer: Signer | None = None
    check: Check | None = None
    inspection: Inspection | None = None
    conclusion: str = ""  # the last level's word: 达到脱贫标准 …; "" while nobody judged
    end: str = ""  # how the case ended: 退出, 不予退出 …; "" while open
    end_reason: str = ""  # with its clause

    def __post_init__(self) -> None:
        for row in self.indicators:
            if len(row.results) != len(self.levels):
                raise ValueError(f"指标{row.number}的结论数与认定级数不同")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearCardSheet(AcceptanceSheet):
    """核查明白卡: what 附件1 tells, on a card the household keeps; `levels` is the village alone.

    `verifiers` are those who looked, at the village's check; `helper_signer` filled it in.
    """

    kind: PaperKind = PaperKind.CLEAR_CARD
    checked_on: date | None = None
    mode: str = ""  # 入户 …
    verifiers: tuple[Signer, ...] = ()
