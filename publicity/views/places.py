"""One place where a notice hangs: hung, photographed, missing for a while."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from exitcase.core import clock, files
from exitcase.core.choices import Act, FileKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent
from exitcase.core.services.reads import log_reads
from exitcase.core.uploads import keep
from publicity import queries, services
from publicity.choices import Moment
from publicity.forms import GapForm, HangForm, PhotoForm, PlaceForm
from publicity.models import Posting, PostingPhoto
from publicity.views import state

Said = Mapping[str, Any]


@cases(Act.HANG, Act.ADD_EVIDENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def posting(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """What hangs there since when, its photos and gaps; and the three things to enter."""
    place, sent = _found(visitor, pk), Sent()
    forms = _forms(request, place)
    name = request.POST.get("act", "")
    if request.method == "POST":
        if name not in forms:
            raise Http404
        form = forms[name]
        if sent.take([form], lambda: ENTER[name](visitor, place, form.cleaned_data)):
            messages.success(request, TOLD[name])
            return redirect("posting", pk=_next(visitor, place) if name == HangForm.act else pk)
    row = state.row_of(place.notice, place, clock.read())
    rows = state.rows_of(place.notice, queries.with_photos(place.notice.postings.order_by("pk")))
    context = {
        "section": "notices",
        "place": place,
        "notice": place.notice,
        "row": row,
        "said": state.said(place.notice, rows),
        "inside": visitor.scope.covers(place.notice.region_id),
        "photos": place.photos.select_related("file").order_by("pk"),
        "gaps": place.gaps.order_by("pk"),
        "open": place.notice.state in state.OPEN and place.notice.released_by_id is not None,
        "forms": forms,
        "sent": sent,
        "may": state.may_hang(visitor.scope, place),
    }
    return render(request, "publicity/posting.html", context, status=sent.status)


@cases()
@require_safe
def posting_photo(_request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """A photo of a place, as it was kept; who looked is written down."""
    mine = queries.postings(visitor.scope).values("pk")
    rows = PostingPhoto.objects.filter(posting__in=mine).select_related("file", "posting")
    one = rows.filter(pk=pk).first()
    if one is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    log_reads(visitor.user, one.posting.region_id, "file", "postingphoto", [pk])
    return HttpResponse(files.get(one.file), content_type=one.file.mime)


def _found(visitor: Visitor, pk: int) -> Posting:
    one: Posting | None = queries.postings(visitor.scope).filter(pk=pk).first()
    if one is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    return one


def _forms(request: HttpRequest, place: Posting) -> dict[str, PlaceForm]:
    """Only the form that was sent is bound."""
    return {
        kind.act: kind(request.POST, request.FILES, place=place)
        if request.POST.get("act") == kind.act
        else kind(place=place)
        for kind in (HangForm, PhotoForm, GapForm)
    }


def _hang(visitor: Visitor, place: Posting, said: Said) -> object:
    return services.hang(
        place,
        hung_at=said["hung_at"],
        photo=keep(said["photo"], FileKind.PHOTO, place.region_id, visitor.user),
        by=visitor.user,
        done_on=clock.day_of(said["hung_at"]),
        reason=said["late_reason"],
    )


def _photo(visitor: Visitor, place: Posting, said: Said) -> object:
    return services.add_photo(
        place,
        moment=Moment(said["moment"]),
        taken_at=said["taken_at"],
        file=said["photo"].keep(FileKind.PHOTO, place.region_id, visitor.user),
        by=visitor.user,
        done_on=clock.day_of(said["taken_at"]),
        reason=said["late_reason"],
    )


def _gap(visitor: Visitor, place: Posting, said: Said) -> object:
    return services.report_gap(
        place,
        missing_from=said["missing_from"],
        rehung_at=said["rehung_at"],
        file=said["photo"].keep(FileKind.PHOTO, place.region_id, visitor.user),
        by=visitor.user,
        done_on=clock.day_of(said["rehung_at"]),
        reason=said["late_reason"],
    )


ENTER: Final[dict[str, Callable[[Visitor, Posting, Said], object]]] = {
    HangForm.act: _hang,
    PhotoForm.act: _photo,
    GapForm.act: _gap,
}
TOLD: Final = {
    HangForm.act: gettext_lazy("已登记张贴"),
    PhotoForm.act: gettext_lazy("照片已登记"),
    GapForm.act: gettext_lazy("缺挂已登记,公示期限已重新计算"),
}


def _next(visitor: Visitor, place: Posting) -> int:
    """The next of this notice's places here that does not hang yet; after the last, the same."""
    waiting = queries.to_hang(visitor.scope).filter(notice=place.notice_id)
    left = next((one for one in waiting if state.may_hang(visitor.scope, one)), place)
    return left.pk
