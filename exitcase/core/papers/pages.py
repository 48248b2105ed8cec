"""Which template a sheet is printed by, on how many pages, and how its rows are cut into pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from exitcase.core.choices import PaperKind
from exitcase.core.papers import grids, posters
from exitcase.core.papers.sheets import (
    AcceptanceSheet,
    ActSheet,
    Attendee,
    ClearCardSheet,
    IncomeSheet,
    LetterSheet,
    Locality,
    MandateSheet,
    MinutesSheet,
    NoticeSheet,
    OfficialListSheet,
    PublicListSheet,
    PublicRow,
    RecordSheet,
    ReportSheet,
    Sheet,
    SubmissionSheet,
    VoteSheet,
)

ON_FORM = 8  # members on the front of 附件1
ON_CONTINUATION = 30  # members on one 续页
ON_LIST = 27  # rows in one block of the public list; two blocks a page
SHORT_PLACE = 9  # characters of county, township and village that stand on one line
TAIL = 4  # last rows kept on one page with the sum

FREE = ("",)
TIGHT = ("", "tight", "tight tighter")

ACT_TEMPLATES: Final = {
    PaperKind.REQUEST: "act_request.html",
    PaperKind.REVIEW_DECISION: "act_decision.html",
    PaperKind.APPROVAL: "act_decision.html",
    PaperKind.REPLY: "act_decision.html",
    PaperKind.TRANSFER: "act_transfer.html",
    PaperKind.ANNOUNCEMENT: "act_announcement.html",
}
LETTER_TEMPLATES: Final = {
    PaperKind.EXIT_LETTER: "letter_exit.html",
    PaperKind.REFUSAL_LETTER: "letter_refusal.html",
    PaperKind.WITHDRAWAL_LETTER: "letter_withdrawal.html",
    PaperKind.CEASE_LETTER: "letter_cease.html",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """`pages` is the number a form must have (None: as many as it takes), tried in `fits`."""

    template_of: Callable[[Any], str]
    pages: Callable[[Any], int | None] = lambda _: None
    context: Callable[[Any], Mapping[str, Any]] = lambda _: {}
    fits: tuple[str, ...] = FREE


def _template(name: str) -> Callable[[Sheet], str]:
    return lambda _: name


def _one(_: Sheet) -> int:
    return 1


def continuations(sheet: AcceptanceSheet) -> list[range]:
    """The members of each 续页, as positions from 0."""
    count = len(sheet.members)
    starts = range(ON_FORM, count, ON_CONTINUATION)
    return [range(start, min(start + ON_CONTINUATION, count)) for start in starts]


def _acceptance_pages(sheet: AcceptanceSheet) -> int:
    return 2 + len(continuations(sheet))


def _acceptance(sheet: AcceptanceSheet) -> dict[str, Any]:
    more = [[(at + 1, sheet.members[at]) for at in places] for places in continuations(sheet)]
    return {
        "front": list(enumerate(sheet.members[:ON_FORM], 1)),
        "blanks": range(len(sheet.members) + 1, ON_FORM + 1),
        "side_rows": ON_FORM + 1,
        "continuations": more,
        "pages": _acceptance_pages(sheet),
        "long_place": _long(sheet.place),
    }


def _long(place: Locality) -> bool:
    return len(place.county + place.township + place.village) > SHORT_PLACE


def _card(sheet: ClearCardSheet) -> dict[str, Any]:
    return {"long_place": _long(sheet.place)}


def _vote(sheet: VoteSheet) -> dict[str, Any]:
    words = ("同意", "不同意", "弃权", "回避")
    counts = (sheet.yes, sheet.no, sheet.abstained, sheet.withdrew)
    return {"tally": list(zip(words, counts, strict=True)), "long_place": _long(sheet.place)}


def two_blocks(rows: tuple[PublicRow, ...]) -> list[list[tuple[PublicRow, PublicRow | None]]]:
    """Pages of two blocks side by side, the last page balanced: a table cannot flow so itself."""
    pages = []
    for start in range(0, len(rows), 2 * ON_LIST):
        page = rows[start : start + 2 * ON_LIST]
        half = min(ON_LIST, ceil(len(page) / 2))
        right = [*page[half:], None]
        pages.append([(page[at], right[at] if at < len(right) else None) for at in range(half)])
    return pages or [[]]


def _public(sheet: PublicListSheet | NoticeSheet | ActSheet) -> dict[str, Any]:
    return {"list_pages": two_blocks(sheet.rows)}


def _hung(sheet: NoticeSheet | ActSheet) -> dict[str, Any]:
    """The list behind an A4 paper, or the sheets of a 大红榜."""
    return {"boards": posters.boards(sheet.rows)} if sheet.poster else _public(sheet)


def _hung_pages(sheet: NoticeSheet | ActSheet) -> int | None:
    return posters.board_count(sheet.rows) if sheet.poster else None


def _notice_template(sheet: NoticeSheet) -> str:
    return "poster_notice.html" if sheet.poster else "notice.html"


def _act_template(sheet: ActSheet) -> str:
    return "poster_announcement.html" if sheet.poster else ACT_TEMPLATES[sheet.kind]


def _official(sheet: OfficialListSheet) -> dict[str, Any]:
    return {"body": sheet.rows[:-TAIL], "tail": sheet.rows[-TAIL:]}


def _income(sheet: IncomeSheet) -> dict[str, Any]:
    return {"sections": [*sheet.counted, sheet.costs, sheet.left_out]}


def _minutes(sheet: MinutesSheet) -> dict[str, Any]:
    """The roll in two blocks, numbered down the left one first."""
    numbered: list[tuple[int, Attendee]] = list(enumerate(sheet.attendees, 1))
    half = ceil(len(numbered) / 2)
    right = [*numbered[half:], None]
    return {"roll": [(numbered[at], right[min(at, len(right) - 1)]) for at in range(half)]}


SHAPES: Final[dict[type[Sheet], Shape]] = {
    AcceptanceSheet: Shape(_template("acceptance.html"), _acceptance_pages, _acceptance, TIGHT),
    ClearCardSheet: Shape(_template("clear_card.html"), context=_card),
    SubmissionSheet: Shape(_template("submission.html"), context=grids.submission),
    ReportSheet: Shape(_template("report.html"), context=grids.report),
    PublicListSheet: Shape(_template("list_public.html"), context=_public),
    OfficialListSheet: Shape(_template("list_official.html"), context=_official),
    NoticeSheet: Shape(_notice_template, _hung_pages, _hung, TIGHT),
    IncomeSheet: Shape(_template("income.html"), context=_income),
    MinutesSheet: Shape(_template("minutes.html"), context=_minutes),
    VoteSheet: Shape(_template("vote_sheet.html"), _one, _vote, TIGHT),
    MandateSheet: Shape(_template("mandate.html"), _one, fits=TIGHT),
    LetterSheet: Shape(lambda sheet: LETTER_TEMPLATES[sheet.kind], _one, fits=TIGHT),
    ActSheet: Shape(_act_template, _hung_pages, _hung, TIGHT),
    RecordSheet: Shape(_template("record.html"), context=grids.record),
}
