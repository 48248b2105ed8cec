"""A notice from its draft to its end: two people release it, nobody closes it early."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from exitcase.core import access, clock, journal, moves
from exitcase.core.choices import Act, Place, StageKind
from exitcase.core.errors import Refused
from exitcase.core.journal import CHAIN
from exitcase.core.models import Block, Programme, User
from exitcase.core.moves import Moved, Step
from exitcase.core.rules import Rules, Stage
from exitcase.core.services.door import door
from publicity.choices import NoticeKind, NoticeState
from publicity.models import Notice, NoticeItem, Posting
from publicity.payload import Contact, NoticePayload, assert_clean
from publicity.services import composing
from publicity.services.composing import Entry
from publicity.services.desk import at_move, at_notice, record_cases, refuse_long
from publicity.services.specs import ItemSpec, PlaceSpec
from publicity.term import last_day

KINDS: Final = {
    StageKind.NOTICE: NoticeKind.NOTICE,
    StageKind.ANNOUNCE: NoticeKind.ANNOUNCEMENT,
}
PRINTED: Final = 16  # hex digits of a hash that fit on paper


# ------------------------------------------------------------------ draft


def draft_notice(
    items: Sequence[ItemSpec],
    *,
    stage: str,
    programme: Programme,
    region: str,
    organ: str,
    title: str,
    kind: NoticeKind,
    places: Sequence[PlaceSpec],
    by: User,
    done_on: date,
    round: int = 1,  # noqa: A002  # 第几次, the model's word
    contacts: Sequence[Contact] = (),
    reason: str = "",
) -> Notice:
    """Draft a list to be hung at these places; `contacts` are further offices' telephones.

    Raises Refused for a stage of another kind, households that hang already or lie elsewhere,
    places short of the plan's, and any number of a person in any text.
    """
    rules, at = programme.rules, stage_of(programme, stage, kind)
    act, level = Act.DRAFT_NOTICE, rules.level_of(at)
    with door(by, act, level, [region], rules=rules, done_on=done_on, reason=reason):
        found = composing.entries(items, region, stage)
        composing.refuse_places(places, at, found)
        payload = composing.compose(
            found,
            rules=rules,
            stage=at,
            organ=organ,
            title=title,
            places=places,
            contacts=contacts,
        )
        assert_clean(payload)
        notice: Notice = Notice(
            region_id=region, programme=programme, stage=stage, kind=kind, round=round
        )
        _fill(notice, payload, at, by)
        _keep(notice, found, places)
        return notice


def stage_of(programme: Programme, stage: str, kind: NoticeKind) -> Stage:
    """The plan's stage of that key; Refused where it is none at which this kind hangs."""
    rules: Rules = programme.rules
    at = next((one for one in rules.stages if one.key == stage), None)
    if at is None or KINDS.get(at.kind) != kind:
        raise Refused(
            _("方案的这一环节没有%s") % NoticeKind(kind).label,
            value=stage,
            rule="、".join(one.title for one in rules.stages if KINDS.get(one.kind) == kind),
        )
    return at


def _fill(notice: Notice, payload: NoticePayload, stage: Stage, by: User) -> None:
    notice.organ, notice.title = payload.organ, payload.title
    notice.payload, notice.payload_sha256 = payload.as_dict(), payload.sha256
    notice.households, notice.persons = payload.households, payload.persons
    notice.days = stage.term.days if stage.term else None
    notice.drafted_by = by
    refuse_long([notice])
    notice.save(force_insert=True)


def _keep(notice: Notice, found: Sequence[Entry], places: Sequence[PlaceSpec]) -> None:
    items, postings = _items(notice, found), [_posting(notice, place) for place in places]
    refuse_long(postings)
    try:
        with transaction.atomic():  # a savepoint: PostgreSQL answers nothing after an error
            NoticeItem.objects.bulk_create(items, batch_size=500)
    except IntegrityError:  # somebody was faster: the act is undone, and told why
        composing.refuse_hanging(found, notice.stage)
        raise
    Posting.objects.bulk_create(postings)
    journal.record(Act.DRAFT_NOTICE, notice, "", NoticeState.DRAFT, stage=notice.stage)
    listed = NoticeItem.objects.filter(notice=notice)
    record_cases(Act.DRAFT_NOTICE, listed, notice.stage, became=str(notice.pk))


def _items(notice: Notice, found: Sequence[Entry]) -> list[NoticeItem]:
    tx, public = journal.current().tx, NoticePayload.of(notice.payload).items
    return [
        NoticeItem(
            notice=notice,
            stage=notice.stage,
            tx=tx,
            case_key=one.spec.case_key,
            household_id=one.spec.household_id,
            seq=item.seq,
            group=item.group,
            head_name=item.head_name,
            mark=item.mark,
            persons=item.persons,
            facts_sha256=one.spec.facts_sha256,
        )
        for one, item in zip(found, public, strict=True)
    ]


def _posting(notice: Notice, place: PlaceSpec) -> Posting:
    return Posting(
        notice=notice,
        place=place.place,
        place_name=place.place_name,
        region_id=place.region_code,
        required=place.required,
    )


# ------------------------------------------------------------------ release


def release_notice(notice: Notice, *, by: User, done_on: date, reason: str = "") -> Notice:
    """Let a draft go out as it stands: another person than the drafter freezes payload and hash.

    Raises NotAllowed for the drafter, Refused when it was released before.
    """
    act = Act.RELEASE_NOTICE
    with at_notice(notice, act, by=by, done_on=done_on, reason=reason) as locked:
        if locked.state != NoticeState.DRAFT or locked.released_by_id:
            raise Refused(_("该公示已核发或已撤下"), place=locked.title)
        access.two_people(locked.drafted_by_id, by.pk)
        payload = replace(
            NoticePayload.of(locked.payload), checkpoint=_checkpoint(locked.region_id)
        )
        assert_clean(payload)
        Notice.objects.filter(pk=locked.pk).update(
            released_by=by,
            payload=payload.as_dict(),
            payload_sha256=payload.sha256,
            version=F("version") + 1,
        )
        journal.record(Act.RELEASE_NOTICE, locked, "", payload.sha256, stage=locked.stage)
        locked.refresh_from_db()
        return locked


def _checkpoint(region: str) -> str:
    """The head of the district's chain: the paper bears witness to all that came before it."""
    head = Block.objects.filter(chain=region[:CHAIN]).order_by("seq").last()
    return f"{head.seq} · {head.hash[:PRINTED]}" if head else ""


# ------------------------------------------------------------------ end


def close_notice(notice: Notice, *, by: User, done_on: date, reason: str = "") -> Moved:
    """Close a notice whose term is over, with its photos; what is missing is told by gate.

    Raises Refused for a `done_on` before the last day of a term that is over.
    """
    act = Act.CLOSE_NOTICE
    with at_move(notice, act, by=by, done_on=done_on, reason=reason) as locked:
        _refuse_backdated(locked, done_on)
        step = Step(
            act=Act.CLOSE_NOTICE,
            ask=locked.ask(),
            state="state",
            source=frozenset({NoticeState.HANGING}),
            target=NoticeState.CLOSED,
            done=frozenset({NoticeState.CLOSED}),
            right=_right(locked, Act.CLOSE_NOTICE, by),
        )
        return moves.move(Notice.objects.filter(pk=locked.pk), step)


def _refuse_backdated(notice: Notice, done_on: date) -> None:
    closes_at = notice.closes_at
    if closes_at and closes_at <= clock.read() and done_on < last_day(closes_at):
        raise Refused(
            _("办结日期早于公示最后一日"),
            value=done_on.isoformat(),
            rule=_("不早于 %s") % last_day(closes_at).isoformat(),
        )


def take_down(notice: Notice, *, reason: str, by: User, done_on: date) -> Moved:
    """Take a notice down, with a reason; its entries are void and hang on no case any more.

    A draft may be thrown away by whoever may draft.
    """
    _refuse_silent(reason)
    with at_move(notice, Act.TAKE_DOWN, by=by, done_on=done_on, reason=reason) as locked:
        act = Act.DRAFT_NOTICE if locked.state == NoticeState.DRAFT else Act.TAKE_DOWN
        step = Step(
            act=Act.TAKE_DOWN,
            ask=locked.ask(),
            state="state",
            source=frozenset({NoticeState.DRAFT, NoticeState.HANGING}),
            target=NoticeState.TAKEN_DOWN,
            done=frozenset({NoticeState.TAKEN_DOWN}),
            right=_right(locked, act, by),
        )
        moved = moves.move(Notice.objects.filter(pk=locked.pk), step)
        if moved.count:
            _void(locked)
        return moved


def _right(notice: Notice, act: Act, by: User) -> Callable[[], None]:
    """Asked by the move itself, after the state: a double click never reads "forbidden"."""
    rules: Rules = notice.programme.rules
    level = rules.level_of(rules.stage(notice.stage))

    def right() -> None:
        access.require(by, act, level, [notice.region_id])

    return right


def _void(notice: Notice) -> None:
    items = NoticeItem.valid(notice=notice)
    record_cases(Act.TAKE_DOWN, items, notice.stage, was=str(notice.pk))
    items.update(void_tx=journal.current().tx)
    hung = Posting.objects.filter(notice=notice, hung_at__isnull=False, down_at=None)
    hung.update(down_at=clock.now())


def amend(
    notice: Notice,
    items: Sequence[ItemSpec],
    *,
    reason: str,
    by: User,
    done_on: date,
    title: str = "",
) -> Notice:
    """Take a notice down and draft the next round at the same places: the term begins anew.

    Raises Refused when the notice has closed or is down already, and as `draft_notice` does.
    """
    places = [
        PlaceSpec(Place(one.place), one.place_name, one.region_id, one.required)
        for one in notice.postings.order_by("pk")
    ]
    with at_notice(notice, Act.DRAFT_NOTICE, by=by, done_on=done_on, reason=reason) as locked:
        if not take_down(notice, reason=reason, by=by, done_on=done_on).count:
            raise Refused(_("该公示已期满或已撤下,不能再改"), place=locked.title)
        again: Notice = draft_notice(
            items,
            stage=locked.stage,
            programme=locked.programme,
            region=locked.region_id,
            organ=locked.organ,
            title=title or locked.title,
            kind=NoticeKind(locked.kind),
            places=places,
            by=by,
            done_on=done_on,
            round=locked.round + 1,
            contacts=NoticePayload.of(locked.payload).contacts,
            reason=reason,
        )
        return again


def strike_out(items: QuerySet[NoticeItem], *, reason: str, by: User, done_on: date) -> int:
    """Strike entries of one notice, as after an upheld objection; the term of the others runs on.

    Gives how many were struck: 0 where all are struck already. Raises Refused for entries of
    several notices, or of a draft.
    """
    _refuse_silent(reason)
    keys = list(items.filter(void_tx="", struck_tx="").values_list("pk", flat=True))
    if not keys:
        return 0
    notice = _notice_of(items)
    with at_notice(notice, Act.STRIKE_OUT, by=by, done_on=done_on, reason=reason) as locked:
        if locked.state not in {NoticeState.HANGING, NoticeState.CLOSED}:
            raise Refused(_("该公示没有张贴,不能划去其中的户"), place=locked.title)
        standing = NoticeItem.valid(pk__in=keys, notice=locked, struck_tx="")
        struck = record_cases(Act.STRIKE_OUT, standing, locked.stage, was=str(locked.pk))
        standing.update(struck_tx=journal.current().tx)
        return struck


def _notice_of(items: QuerySet[NoticeItem]) -> Notice:
    rows = Notice.objects.filter(pk__in=items.order_by().values("notice"))
    found = list(rows.select_related("programme")[:2])
    if len(found) != 1:
        raise Refused(_("要划去的户须在同一份公示上"), value=str(len(found)))
    notice: Notice = found[0]
    return notice


def _refuse_silent(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("请写明原因"), example=_("异议成立,该户不再公示"))
