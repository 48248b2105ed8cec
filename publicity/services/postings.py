"""Where a notice hangs, from when to when, and the photos that prove it."""

from datetime import date, datetime

from django.db.models import F, Max
from django.utils.translation import gettext as _

from exitcase.core import clock, journal, moves, terms
from exitcase.core.choices import Act
from exitcase.core.errors import Refused
from exitcase.core.models import StoredFile, User
from exitcase.core.moves import Step
from publicity.choices import Moment, NoticeState
from publicity.models import Gap, Notice, Posting, PostingPhoto
from publicity.services.desk import at_posting
from publicity.term import closing, counts_from, last_day


def hang(
    posting: Posting,
    *,
    hung_at: datetime,
    photo: StoredFile | None,
    by: User,
    done_on: date,
    reason: str = "",
) -> Posting:
    """Record that a notice hangs at one place; at the last required one its term begins.

    It counts from `hung_at` if the photo came within the plan's grace hours, else from now.
    Raises Refused before release, a second time, and for a moment to come.
    """
    with at_posting(posting, Act.HANG, by=by, done_on=done_on, reason=reason) as (notice, place):
        now = clock.read()
        _refuse_hanging(notice, place)
        _refuse_moment(hung_at, now, done_on)
        rules = notice.programme.rules
        place.hung_at, place.recorded_at = hung_at, now
        place.counts_from = counts_from(hung_at, now, rules, photo=photo is not None)
        place.save(update_fields=["hung_at", "recorded_at", "counts_from"])
        if photo:
            _keep(place, Moment.START, hung_at, photo, now)
        journal.record(Act.HANG, place, "", _text(place.counts_from), stage=notice.stage)
        if notice.state == NoticeState.DRAFT:
            _begin(notice)
        return place


def _refuse_hanging(notice: Notice, place: Posting) -> None:
    if place.hung_at:
        raise Refused(_("该地点已登记张贴"), place=place.place_name, value=_text(place.hung_at))
    if notice.state not in {NoticeState.DRAFT, NoticeState.HANGING}:
        raise Refused(_("该公示已期满或已撤下"), place=notice.title)
    if not notice.released_by_id:
        raise Refused(
            _("该公示尚未核发,不能张贴"), place=notice.title, rule=_("由拟稿人以外的另一人核发")
        )


def _refuse_moment(said: datetime, now: datetime, done_on: date) -> None:
    if said > now:
        raise Refused(_("时间不能晚于现在"), value=_text(said), example=_text(now))
    if clock.day_of(said) != done_on:
        raise Refused(
            _("办理日期与所填时间不是同一天"), value=f"{done_on.isoformat()} / {_text(said)}"
        )


def _begin(notice: Notice) -> None:
    """Once the last required place hangs: the term is computed, once, and stored."""
    required = Posting.objects.filter(notice=notice, required=True)
    if required.filter(counts_from=None).exists():
        return
    starts_at: datetime = required.aggregate(last=Max("counts_from"))["last"]
    closes_at, lost = closing(notice, starts_at)
    step = Step(
        act=Act.HANG,
        ask=notice.ask(),
        state="state",
        source=frozenset({NoticeState.DRAFT}),
        target=NoticeState.HANGING,
        changes={"starts_at": starts_at, "closes_at": closes_at, "extended_days": lost},
    )
    moved = moves.move(Notice.objects.filter(pk=notice.pk), step)
    if moved.count != 1:
        raise Refused("；".join(moved.words()), place=notice.title)


# ------------------------------------------------------------------ photos


def add_photo(
    posting: Posting,
    *,
    moment: Moment,
    taken_at: datetime,
    file: StoredFile,
    by: User,
    done_on: date,
    reason: str = "",
) -> PostingPhoto:
    """Keep a photo of a hung notice; that of the end is taken on its last day or later.

    Raises Refused for a place where nothing hangs, a moment before it hung or to come.
    """
    act = Act.ADD_EVIDENCE
    with at_posting(posting, act, by=by, done_on=done_on, reason=reason) as (notice, place):
        now = clock.read()
        _refuse_unhung(notice, place)
        _refuse_photo(notice, place, moment, taken_at)
        if taken_at > now:
            raise Refused(_("时间不能晚于现在"), value=_text(taken_at), example=_text(now))
        photo = _keep(place, moment, taken_at, file, now)
        journal.record(
            Act.ADD_EVIDENCE,
            place,
            moment,
            _text(taken_at),
            stage=notice.stage,
            facts={"sha256": file.sha256},
        )
        return photo


def _refuse_unhung(notice: Notice, place: Posting) -> None:
    if notice.state not in {NoticeState.DRAFT, NoticeState.HANGING} or not place.hung_at:
        raise Refused(_("该地点没有正在张贴的公示"), place=f"{notice.title} {place.place_name}")


def _refuse_photo(notice: Notice, place: Posting, moment: Moment, taken_at: datetime) -> None:
    if place.hung_at and taken_at < place.hung_at:
        raise Refused(_("拍摄时间早于张贴时间"), value=_text(taken_at), rule=_text(place.hung_at))
    if moment != Moment.END:
        return
    if notice.closes_at is None or clock.day_of(taken_at) < last_day(notice.closes_at):
        rule = _("公示最后一日当日或之后拍摄")
        until = last_day(notice.closes_at).isoformat() if notice.closes_at else ""
        raise Refused(_("期满照片拍得太早"), value=_text(taken_at), rule=f"{rule} {until}".rstrip())


def _keep(
    place: Posting, moment: Moment, taken_at: datetime, file: StoredFile, now: datetime
) -> PostingPhoto:
    photo: PostingPhoto = PostingPhoto.objects.create(
        posting=place, moment=moment, taken_at=taken_at, recorded_at=now, file=file
    )
    return photo


# ------------------------------------------------------------------ gaps


def report_gap(
    posting: Posting,
    *,
    missing_from: datetime,
    rehung_at: datetime,
    file: StoredFile,
    by: User,
    done_on: date,
    reason: str = "",
) -> Gap:
    """Record that a hung notice was missing for a while and hangs again, with the photo of it.

    Within the plan's gap hours the term grows by the days lost; longer, it begins anew. A place
    that the plan does not require changes nothing. Raises Refused for a gap that cannot be.
    """
    with at_posting(posting, Act.HANG, by=by, done_on=done_on, reason=reason) as (notice, place):
        now = clock.read()
        _refuse_gap(notice, place, missing_from, rehung_at)
        _refuse_moment(rehung_at, now, done_on)
        up = counts_from(rehung_at, now, notice.programme.rules, photo=True)
        gap = _gap(notice, place, missing_from, up)
        _keep(place, Moment.BETWEEN, rehung_at, file, now)
        span = (_text(missing_from), _text(up))
        journal.record(Act.HANG, place, *span, stage=notice.stage)
        if place.required:
            _reckon(notice, gap)
        return gap


def _refuse_gap(notice: Notice, place: Posting, missing_from: datetime, up: datetime) -> None:
    if notice.state != NoticeState.HANGING or place.hung_at is None:
        raise Refused(_("该地点没有正在张贴的公示"), place=f"{notice.title} {place.place_name}")
    if not place.hung_at <= missing_from < up:
        raise Refused(
            _("缺挂的起止时间不对"),
            value=f"{_text(missing_from)} – {_text(up)}",
            rule=_("不早于张贴时间 %s,且先缺后挂") % _text(place.hung_at),
        )
    if notice.closes_at and missing_from >= notice.closes_at:
        raise Refused(
            _("公示期已满,其后取下不算缺挂"),
            value=_text(missing_from),
            rule=_text(notice.closes_at),
        )
    if place.gaps.filter(missing_from__lt=up, rehung_at__gt=missing_from).exists():
        raise Refused(_("与已登记的缺挂时间重叠"), value=f"{_text(missing_from)} – {_text(up)}")


def _gap(notice: Notice, place: Posting, missing_from: datetime, up: datetime) -> Gap:
    hours = notice.programme.rules.clock.gap.hours
    begun = notice.starts_at
    anew = place.required and begun is not None and up > begun
    gap: Gap = Gap.objects.create(
        posting=place,
        missing_from=missing_from,
        rehung_at=up,
        restarted=anew and terms.restarts(missing_from, up, hours),
        lost_days=0,
    )
    return gap


def _reckon(notice: Notice, gap: Gap) -> None:
    """The term with this gap: longer by its days, or from its end on."""
    begun, before = notice.starts_at, notice.extended_days
    if begun is None:
        raise RuntimeError("a notice hangs without a beginning")
    starts_at = gap.rehung_at if gap.restarted else begun
    closes_at, lost = closing(notice, starts_at)
    gap.lost_days = 0 if gap.restarted else lost - before
    gap.save(update_fields=["lost_days"])
    Notice.objects.filter(pk=notice.pk).update(
        starts_at=starts_at,
        closes_at=closes_at,
        extended_days=lost,
        round=F("round") + int(gap.restarted),
        version=F("version") + 1,
    )
    was = _text(notice.closes_at) if notice.closes_at else ""
    journal.record(Act.HANG, notice, was, _text(closes_at), stage=notice.stage)


def _text(moment: datetime) -> str:
    """A moment as people write it, where our users are."""
    return moment.astimezone(clock.PLACE).strftime("%Y-%m-%d %H:%M")
