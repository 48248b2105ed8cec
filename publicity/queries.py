"""What others ask of notices and objections."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from exitcase.core import access, clock, machine
from exitcase.core.choices import Act, Level
from exitcase.core.models import Appointment
from exitcase.core.models.region import above
from exitcase.core.rules import Organ, Rules
from exitcase.core.rules_words import Trigger
from exitcase.core.scope import Scope
from publicity.choices import NoticeState, ObjectionKind
from publicity.gates import at_end, at_start
from publicity.models import Notice, NoticeItem, Objection, Posting
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


# ------------------------------------------------------------------ places, and who may


def postings(scope: Scope) -> QuerySet[Posting]:
    """The places of a person's regions, whoever made the notice: a village hangs what is above it.

    `started`, `ended`: whether the photo of that end is there.
    """
    rows = Posting.objects.filter(region__in=scope.regions())
    return with_photos(rows.select_related("notice__programme", "notice__region", "region"))


def with_photos(rows: QuerySet[Posting]) -> QuerySet[Posting]:
    own = {"posting": OuterRef("pk")}
    found: QuerySet[Posting] = rows.annotate(
        started=Exists(at_start().filter(**own)), ended=Exists(at_end().filter(**own))
    )
    return found


def to_hang(scope: Scope) -> QuerySet[Posting]:
    """The places of a person's regions at which a released notice does not hang yet."""
    open_ = {"notice__state__in": (NoticeState.DRAFT, NoticeState.HANGING), "hung_at": None}
    rows = Posting.objects.filter(region__in=scope.regions()).select_related("notice", "region")
    # A district has thousands of places: neither its lists nor its plans are read with them.
    waiting = rows.defer("notice__payload").filter(notice__released_by__isnull=False, **open_)
    return waiting.order_by("notice", "pk")


def missing(notice: Notice) -> list[str]:
    """What keeps a hanging notice from being closed, in words; one query."""
    ask = notice.ask()
    gates = machine.gates_of(Notice, Act.CLOSE_NOTICE, ask.stage.kind)
    shut = gates.shut(Notice.objects.filter(pk=notice.pk), ask)
    return [gates.gate(key).words(len(rows)) for key, rows in shut.items()]


def holders(act: Act, level: Level, code: str) -> list[Appointment]:
    """Who may do an act of a level in a region today, the nearest first; one query."""
    held = Appointment.objects.on(clock.today()).filter(
        role__in=access.roles_for(act, level),
        region__in=[code, *above(code)],
        user__is_active=True,
    )
    return list(held.select_related("user", "region").order_by("-region", "pk"))


def releasers(notice: Notice) -> list[Appointment]:
    """Who may release a draft today: everybody with the right there but its drafter."""
    held = holders(Act.RELEASE_NOTICE, notice.ask().stage.level, notice.region_id)
    return [one for one in held if one.user_id != notice.drafted_by_id]


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


def preview(notice: Notice) -> NoticePayload:
    """The list as the public will read it, of a draft too: names masked where the plan says so."""
    return for_web(NoticePayload.of(notice.payload), notice.programme.rules.web, frozenset())


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
