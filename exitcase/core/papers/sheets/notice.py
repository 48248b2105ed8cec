"""公示 of a village or a township: text, term, places, and the public list behind it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from exitcase.core.papers.sheets.base import Count, Sheet, known_sum
from exitcase.core.papers.sheets.lists import PublicRow


class DayKind(StrEnum):
    """What one day is to the term."""

    HUNG = "hung"  # the day of hanging, not counted
    COUNTED = "counted"
    EXTENDED = "extended"  # moved on because of a day of rest, or added for a gap


@dataclass(frozen=True, slots=True, kw_only=True)
class TermDay:
    """One day in the table of the term."""

    on: date
    kind: DayKind
    number: int | None = None  # 第几天, of a counted day


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """The term as planned or as run; ends at 24:00 of `last`."""

    days: int  # the least number of days by the plan
    hung_on: date
    first: date  # the first counted day
    last: date  # the day at whose end it closes
    table: tuple[TermDay, ...]
    rule: str = ""  # why the end moved: 末日为星期六，顺延至…


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An office's telephone."""

    office: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSheet(Sheet):
    """`kind` is VILLAGE_NOTICE or TOWNSHIP_NOTICE. Without a `term` the days are left blank."""

    year: int
    document_number: str = ""  # 石桥村公示〔2020〕1号
    basis: str  # title of the plan
    steps: tuple[str, ...]  # what has been done: 入户调查, 村民主评议 …
    speaker: str  # 我村, 我镇
    objections_to: tuple[str, ...]  # 村民委员会, 镇人民政府
    days: int
    term: Term | None
    places: tuple[str, ...]
    contacts: tuple[Contact, ...]
    list_title: str
    rows: tuple[PublicRow, ...]
    total: Count
    sealer: str
    on: date | None
    keep: str = ""  # when to take it down, who keeps a copy
    checksum: str = ""
    poster: bool = False  # 大红榜: red A3 instead of a letter with a list behind it

    def __post_init__(self) -> None:
        known_sum(tuple(row.persons for row in self.rows), self.total.persons, "公示人口")
        known_sum((1,) * len(self.rows), self.total.households, "公示户数")
