"""公示: which notices hang where, and until when. Who objected is never on these pages."""

from collections.abc import Sequence
from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exitcase.core.entrance import Visitor, cases
from exitcase.core.screens import Filter
from publicity import queries
from publicity.choices import NoticeState
from publicity.models import Gap, Notice, Objection, Posting
from publicity.views import state
from publicity.views.state import PlaceRow

A_PAGE: Final = 50
TO_HANG: Final = 10  # of the places that wait, before the list of notices


@cases()
@require_safe
def notices(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The notices of this person's regions, the latest first; `state` filters."""
    rows = visitor.scope.filter(Notice.objects.select_related("region", "programme"))
    wanted = request.GET.get("state", "")
    if wanted in NoticeState.values:
        rows = rows.filter(state=wanted)
    page = Paginator(rows.order_by("-pk"), A_PAGE).get_page(request.GET.get("page"))
    choices = [(key, str(word)) for key, word in NoticeState.choices]
    waiting = [one for one in queries.to_hang(visitor.scope) if state.may_hang(visitor.scope, one)]
    context = {
        "section": "notices",
        "page": page,
        "rows": [(one, queries.days_left(one)) for one in page.object_list],
        "filters": [Filter("state", _("状态"), wanted, choices)],
        "to_hang": waiting[:TO_HANG],
        "more": max(len(waiting) - TO_HANG, 0),
    }
    return render(request, "publicity/notices.html", context)


@cases()
@require_safe
def notice(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """One notice as it hangs: places, photos, gaps, list, objections by number."""
    one = found(visitor, pk)
    hung = queries.with_photos(one.postings.select_related("region"))
    places = state.rows_of(one, hung.prefetch_related("photos").order_by("pk"))
    objections = visitor.scope.filter(Objection.objects.filter(item__notice=one))
    released = one.released_by_id is not None
    context = {
        "section": "notices",
        "notice": one,
        "stage": one.ask().stage,
        "left": queries.days_left(one),
        "items": one.items.order_by("seq"),
        "places": places,
        "said": state.said(one, places),
        "bare": _bare(visitor, places) if released and one.state in state.OPEN else None,
        "missing": queries.missing(one) if one.state == NoticeState.HANGING else [],
        "releasers": [] if released else queries.releasers(one),
        "own": one.drafted_by_id == visitor.user.pk,
        "open": one.state in state.OPEN,
        "may": state.rights(visitor.scope, one),
        "gaps": Gap.objects.filter(posting__notice=one).select_related("posting"),
        "objections": objections.order_by("pk"),
    }
    return render(request, "publicity/notice.html", context)


def _bare(visitor: Visitor, places: Sequence[PlaceRow]) -> Posting | None:
    """The first place at which it does not hang yet and this person may hang it."""
    waiting = (row.posting for row in places if row.posting.hung_at is None)
    return next((one for one in waiting if state.may_hang(visitor.scope, one)), None)


def found(visitor: Visitor, pk: int) -> Notice:
    """The notice, if it lies in this person's regions. Raises Http404."""
    rows = Notice.objects.select_related("region", "programme", "drafted_by", "released_by")
    one: Notice = visitor.find(rows, pk)
    return one
