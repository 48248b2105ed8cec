"""What a 公示 prints: built from the frozen payload, never from a case."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Final

from exitcase.core import clock, terms
from exitcase.core.choices import StageKind
from exitcase.core.models.region import level_of
from exitcase.core.papers.sheets import Count, NoticeSheet, PublicRow
from exitcase.core.papers.sheets.notice import Contact, DayKind, Term, TermDay
from exitcase.core.rules import Rules, Stage
from exitcase.core.rules_papers import LISTS, is_poster, notice_kind, printed_as
from exitcase.core.rules_words import Trigger
from publicity.models import Notice
from publicity.payload import NoticePayload
from publicity.term import Days, counted_days, last_day

PRINTED: Final = 16  # hex digits of the payload's hash on paper
WEEKEND: Final[Mapping[int, str]] = {5: "星期六", 6: "星期日"}
# How a place speaks of itself, by the end of its name.
SPEAKERS: Final[Mapping[str, str]] = {
    "村委会": "我村",
    "村民委员会": "我村",
    "村": "我村",
    "社区": "我社区",
    "居委会": "我社区",
    "居民委员会": "我社区",
    "镇": "我镇",
    "乡": "我乡",
    "街道": "我街道",
    "街道办事处": "我街道",
}
# What a household went through itself; what the offices do among themselves no paper tells.
TOLD: Final = frozenset(
    {
        StageKind.COLLECT,
        StageKind.APPLY,
        StageKind.MEETING,
        StageKind.CONSENT,
        StageKind.NOTICE,
        StageKind.CHECK,
        StageKind.COMPARE,
        StageKind.DRAW_CHECK,
    }
)
KINDS: Final[Mapping[terms.DayKind, DayKind]] = {
    terms.DayKind.HUNG: DayKind.HUNG,
    terms.DayKind.COUNTED: DayKind.COUNTED,
    terms.DayKind.MOVED: DayKind.EXTENDED,
    terms.DayKind.LOST: DayKind.EXTENDED,
}


def notice_sheet(notice: Notice, document_number: str = "") -> NoticeSheet:
    """The sheet of a 公示; before it hangs, the days are left to the pen."""
    rules, stage = notice.programme.rules, notice.ask().stage
    payload = NoticePayload.of(notice.payload)
    kind = notice_kind(level_of(notice.region_id))
    return NoticeSheet(
        kind=kind,
        label=rules.paper(kind).number,
        organ=payload.organ,
        year=rules.year,
        document_number=document_number,
        basis=payload.basis,
        steps=steps_before(rules, stage.key),
        speaker=_speaker(notice),
        objections_to=_objections_to(rules, payload.organ),
        days=notice.days or 0,
        term=term_of(notice),
        places=payload.places,
        contacts=tuple(Contact(office=one.office, phone=one.phone) for one in payload.contacts),
        list_title=rules.paper(printed_as(LISTS, stage)).title,
        rows=_rows(payload),
        total=Count(payload.households, payload.persons),
        sealer=payload.organ,
        on=clock.day_of(notice.starts_at) if notice.starts_at else None,
        keep="期满后取下，由张贴单位存档，并报上一级各存一份。",
        checksum=notice.payload_sha256[:PRINTED],
        poster=is_poster(rules, kind),
    )


def steps_before(rules: Rules, stage: str) -> tuple[str, ...]:
    """What has been gone through before a stage, in the plan's own titles."""
    return told(rules.chain[: rules.keys.index(stage)])


def told(stages: Iterable[Stage]) -> tuple[str, ...]:
    """The titles of those stages that every paper names as gone through."""
    return tuple(one.title for one in stages if one.kind in TOLD)


def _objections_to(rules: Rules, organ: str) -> tuple[str, ...]:
    """Who takes objections: who hangs the list, and who answers them by the plan."""
    answers = rules.recheck(Trigger.OBJECTION)
    named = (organ, answers.title) if answers else (organ,)
    return tuple(dict.fromkeys(named))


def _speaker(notice: Notice) -> str:
    name: str = notice.region.name
    ends = sorted((end for end in SPEAKERS if name.endswith(end)), key=len)
    return SPEAKERS[ends[-1]] if ends else name


def _rows(payload: NoticePayload) -> tuple[PublicRow, ...]:
    return tuple(
        PublicRow(
            seq=item.seq,
            group=item.group,
            head=item.head_name,
            persons=item.persons,
            mark=item.mark,
            village=item.village,
        )
        for item in payload.items
    )


# ------------------------------------------------------------------ the term


def term_of(notice: Notice) -> Term | None:
    """The term day by day, as it runs or ran; None before it has begun, and of a 公告."""
    if notice.starts_at is None or notice.closes_at is None or not notice.days:
        return None
    days = counted_days(notice, notice.starts_at)
    counted = [day for day, kind in days if kind == terms.DayKind.COUNTED]
    return Term(
        days=notice.days,
        hung_on=days[0][0],
        first=counted[0],
        last=last_day(notice.closes_at),
        table=_table(days),
        rule=_why(days),
    )


def _table(days: Days) -> tuple[TermDay, ...]:
    numbers = count(1)
    return tuple(
        TermDay(
            on=day,
            kind=KINDS[kind],
            number=next(numbers) if kind == terms.DayKind.COUNTED else None,
        )
        for day, kind in days
    )


def _why(days: Days) -> str:
    """Why it ends when it ends, in words."""
    said = []
    if days[0][1] == terms.DayKind.HUNG:
        said.append("张贴当日不计")
    lost = _of(days, terms.DayKind.LOST)
    if lost:
        said.append(f"缺挂{len(lost)}天，期限相应延长")
    if _of(days, terms.DayKind.MOVED):
        last = _of(days, terms.DayKind.COUNTED)[-1]
        said.append(f"末日为{_rest(last)}，顺延至{_said(days[-1][0])}")
    return "；".join(said)


def _of(days: Days, wanted: terms.DayKind) -> Sequence[date]:
    return [day for day, kind in days if kind == wanted]


def _rest(day: date) -> str:
    return WEEKEND.get(day.weekday(), "法定休假日")


def _said(day: date) -> str:
    return f"{day.month}月{day.day}日"
