"""附件3 脱贫名单, public and official; the public rows serve notices and announcements too."""

from dataclasses import dataclass
from datetime import date

from exitcase.core.choices import PaperKind
from exitcase.core.papers.sheets.base import Count, Locality, Sheet, known_sum


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRow:
    """All the public may read of a household (DOMAIN 9): no number, masked or not."""

    seq: int
    group: str
    head: str
    persons: int
    mark: str = ""  # neutral mark that tells two of one name in one group
    village: str = ""  # only where a list spans villages


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialRow:
    """One household of the list for officials."""

    seq: int
    village: str
    group: str
    household_number: str
    head: str
    id_number: str  # as the reader may see it
    persons: int
    household_kind: str
    main_cause: str
    per_head: int | None  # 分
    first_identified_year: int | None
    helper: str
    note: str = ""


def _check(rows: tuple[PublicRow, ...] | tuple[OfficialRow, ...], total: Count) -> None:
    known_sum(tuple(row.persons for row in rows), total.persons, "名单人口")
    known_sum((1,) * len(rows), total.households, "名单户数")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicListSheet(Sheet):
    """附件3 to be hung. Raises ValueError where `total` is not the sum of the rows."""

    kind: PaperKind = PaperKind.EXIT_LIST
    year: int
    place: Locality
    rows: tuple[PublicRow, ...]
    total: Count
    sealer: str
    on: date | None
    note: str = ""  # who keeps a copy

    def __post_init__(self) -> None:
        _check(self.rows, self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialListSheet(Sheet):
    """附件3 for officials, not to be hung. Raises ValueError as the public one."""

    kind: PaperKind = PaperKind.EXIT_LIST
    year: int
    sender: str  # 填报单位
    rows: tuple[OfficialRow, ...]
    total: Count
    on: date | None
    checksum: str = ""  # first digits of the list's hash
    reader: str = ""  # who printed it, for the watermark

    def __post_init__(self) -> None:
        _check(self.rows, self.total)
