"""What others ask of notices and objections."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from exitcase.core import clock
from exitcase.core.choices import Level
from exitcase.core.rules import Organ, Rules
from exitcase.core.rules_words import Trigger
from publicity.choices import NoticeState, ObjectionKind
from publicity.models import Notice, NoticeItem, Objection
from publicity.payload import NoticePayload, for_web
from publicity.term import last_day

TRIGGERS = {
    ObjectionKind.OBJECTION: Trigger.OBJECTION,
    ObjectionKind.APPEAL: Trigger.APPEAL,
    ObjectionKind.WRONG_EXIT: Trigger.WRONG_EXIT,
}


def open_objections(case_keys: Iterable[int]) -> QuerySet[Objection]:
    """What holds these cases, the oldest first."""
    rows = Objection.objects.filter(case_key__in=list(case_keys), open=True)
    return rows.select_related("item__notice", "household").order_by("received_on", "pk")


def notice_of(case_key: int, stage: str) -> Notice | None:
    """The notice on which a case validly hangs, or hung, at a stage."""
    items = NoticeItem.valid(case_key=case_key, stage=stage, struck_tx="")
    rows = Notice.objects.filter(pk__in=items.values("notice")).select_related("programme")
    found: Notice | None = rows.first()
    return found


def days_left(notice: Notice) -> int | None:
    """Days until a hanging notice may be closed: 1 on its last day, 0 after; None otherwise."""
    if notice.state != NoticeState.HANGING or notice.closes_at is None:
        return None
    return max((clock.day_of(notice.closes_at) - clock.today()).days, 0)


def answering_organ(rules: Rules, kind: ObjectionKind) -> Organ | None:
    """Who answers: the organ the plan names for the cause; of an objection perhaps none.

    Where a plan names nobody for appeals, who decided hears them: the organ of the granting stage.
    A wrong exit goes to the organ for appeals before that.
    """
    named = rules.recheck(TRIGGERS[kind])
    if named or kind == ObjectionKind.OBJECTION:
        return named
    return rules.recheck(Trigger.APPEAL) or rules.organ(rules.stage(rules.granted_at).actor)


def answering_level(rules: Rules, kind: ObjectionKind) -> Level:
    """Where it is answered: the level of that organ, else the village's."""
    organ = answering_organ(rules, kind)
    return organ.level if organ else Level.VILLAGE


# ------------------------------------------------------------------ the public


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What stays of a list when its time is over: no names, and a hash to compare a paper with."""

    title: str
    organ: str
    state: NoticeState
    first: date | None  # of the term; None for what was never hung everywhere
    last: date | None
    households: int
    persons: int
    sha256: str


def public_view(notice: Notice) -> NoticePayload | Tombstone | None:
    """The list while its term runs, a tombstone from 24:00 of its last day on; None of a draft.

    By the database's clock, not by whether somebody has closed it.
    """
    if notice.state == NoticeState.DRAFT:
        return None
    standing = Notice.objects.filter(
        pk=notice.pk, state=NoticeState.HANGING, closes_at__gt=clock.now()
    )
    if not standing.exists():
        return _tombstone(notice)
    struck = NoticeItem.objects.filter(notice=notice).exclude(struck_tx="", void_tx="")
    gone = frozenset(struck.values_list("seq", flat=True))
    return for_web(NoticePayload.of(notice.payload), notice.programme.rules.web, gone)


def _tombstone(notice: Notice) -> Tombstone:
    begun, closes_at = notice.starts_at, notice.closes_at
    return Tombstone(
        title=notice.title,
        organ=notice.organ,
        state=NoticeState(notice.state),
        first=clock.day_of(begun) if begun else None,
        last=last_day(closes_at) if closes_at else None,
        households=notice.households,
        persons=notice.persons,
        sha256=notice.payload_sha256,
    )
