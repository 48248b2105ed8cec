"""What must be true before a notice hangs, and before it is closed. Nobody closes early."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exitcase.core.choices import Act, StageKind
from exitcase.core.gates import Ask, Gate, GateBook, GateSet, Passes
from publicity.choices import Moment
from publicity.models import Posting, PostingPhoto

DAY = timedelta(days=1)


def gate(message: "str | Promise") -> Callable[[Callable[[Ask], Passes]], Gate]:
    """Turn a question about a notice into a gate of the same name."""

    def make(question: Callable[[Ask], Passes]) -> Gate:
        return Gate(question.__name__, "notice", message, question)

    return make


def required() -> QuerySet[Posting]:
    """The postings that make the term, of the notice in question."""
    return Posting.objects.filter(notice=OuterRef("pk"), required=True)


def at_start() -> QuerySet[PostingPhoto]:
    """The photos that prove a beginning."""
    return PostingPhoto.objects.filter(moment=Moment.START)


def at_end() -> QuerySet[PostingPhoto]:
    """The photos that prove an end: a term closes at 24:00 of its last day."""
    last_day = F("posting__notice__closes_at") - DAY
    return PostingPhoto.objects.filter(moment=Moment.END, taken_at__gte=last_day)


def at_every_place(photos: QuerySet[PostingPhoto]) -> Q:
    """There is a required posting, and none of them lacks such a photo."""
    bare = required().filter(~Exists(photos.filter(posting=OuterRef("pk"))))
    return Q(Exists(required())) & Q(~Exists(bare))


@gate(_("有 %(n)d 份公示尚未由第二人核发"))
def released(_ask: Ask) -> Passes:
    return Q(released_by__isnull=False)


@gate(_("有 %(n)d 份公示还没有在每个规定地点张贴"))
def hung_everywhere(_ask: Ask) -> Passes:
    return Q(Exists(required())) & Q(~Exists(required().filter(counts_from__isnull=True)))


@gate(_("有 %(n)d 份公示期限未满"))
def term_over(ask: Ask) -> Passes:
    return Q(closes_at__lte=ask.now)


@gate(_("有 %(n)d 份公示缺张贴时的照片(每个规定地点一张)"))
def photos_at_start(_ask: Ask) -> Passes:
    return at_every_place(at_start())


@gate(_("有 %(n)d 份公示缺期满时的照片(每个规定地点一张,最后一日当日或之后拍摄)"))
def photos_at_end(_ask: Ask) -> Passes:
    return at_every_place(at_end())


HANG = GateSet(released, hung_everywhere)

BOOK: GateBook = {
    (Act.HANG, StageKind.NOTICE): HANG,
    (Act.HANG, StageKind.ANNOUNCE): HANG,
    (Act.CLOSE_NOTICE, StageKind.NOTICE): GateSet(term_over, photos_at_start, photos_at_end),
    (Act.CLOSE_NOTICE, StageKind.ANNOUNCE): GateSet(term_over, photos_at_start),
    # Taking down is always possible: it asks for a reason and a right.
    (Act.TAKE_DOWN, StageKind.NOTICE): GateSet(),
    (Act.TAKE_DOWN, StageKind.ANNOUNCE): GateSet(),
}
