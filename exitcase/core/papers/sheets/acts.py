"""公文 of the district: 请示, 审批件, 批准文件, 公告 (GB/T 9704)."""

from dataclasses import dataclass
from datetime import date

from exitcase.core.choices import PaperKind
from exitcase.core.papers.sheets.base import Count, Sheet, known_sum
from exitcase.core.papers.sheets.lists import PublicRow
from exitcase.core.papers.sheets.submission import Bridge


@dataclass(frozen=True, slots=True, kw_only=True)
class Ungranted:
    """How many ended otherwise, and why: 「入户核实不达标 2 户 7 人」."""

    reason: str
    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class ActSheet(Sheet):
    """`kind` is REQUEST, REVIEW_DECISION, APPROVAL, REPLY, TRANSFER or ANNOUNCEMENT.

    `rows` is the public list behind it (may be empty: the list is then a paper of its own).
    """

    year: int
    masthead: str  # 云岭区人民政府文件
    document_number: str  # 云政发〔2020〕15号; "" leaves the room
    title: tuple[str, ...]  # the lines of the heading
    addressee: str = ""
    basis: str  # title of the plan
    steps: tuple[str, ...]  # what was gone through
    scope: str  # 白果镇石桥村等8个村（社区）
    granted: Count
    ungranted: tuple[Ungranted, ...] = ()
    verb: str = "批准退出"  # 审批, 批准退出, 公告
    reference: str = ""  # the request answered, or the approval announced, with its number
    duties: tuple[str, ...] = ()  # what the decision asks of whom
    contacts: str = ""  # where to object, for an announcement
    attachment: str = ""  # title of the list
    copies_to: str = ""  # 抄送
    printer: str = ""  # 印发机关
    sealer: str
    on: date | None
    rows: tuple[PublicRow, ...] = ()
    bridge: Bridge | None = None
    poster: bool = False  # 大红榜 instead of a 公文; of an announcement alone

    def __post_init__(self) -> None:
        if self.poster and not self.public:
            raise ValueError(f"{self.kind} is hung nowhere: no 大红榜")
        if self.rows:
            known_sum(tuple(r.persons for r in self.rows), self.granted.persons, "名单人口")
            known_sum((1,) * len(self.rows), self.granted.households, "名单户数")

    @property
    def public(self) -> bool:
        """Whether it is hung for everyone to read."""
        return self.kind == PaperKind.ANNOUNCEMENT
