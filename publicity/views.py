"""公示: which notices hang where, and until when. Who objected is never on these pages."""

from typing import Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exitcase.core.entrance import Visitor, cases
from exitcase.core.screens import Filter
from publicity import queries
from publicity.choices import NoticeState
from publicity.models import Gap, Notice, Objection

A_PAGE: Final = 50


@cases()
@require_safe
def notices(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The notices of this person's regions, the latest first; `state` filters."""
    rows = visitor.scope.filter(Notice.objects.select_related("region", "programme"))
    state = request.GET.get("state", "")
    if state in NoticeState.values:
        rows = rows.filter(state=state)
    page = Paginator(rows.order_by("-pk"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "notices",
        "page": page,
        "rows": [(one, queries.days_left(one)) for one in page.object_list],
        "filters": [
            Filter(
                "state", _("状态"), state, [(key, str(word)) for key, word in NoticeState.choices]
            )
        ],
    }
    return render(request, "publicity/notices.html", context)


@cases()
@require_safe
def notice(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """One notice as it hangs: places, photos, gaps, list, objections by number."""
    rows = Notice.objects.select_related("region", "programme", "drafted_by", "released_by")
    one = visitor.scope.filter(rows).filter(pk=pk).first()
    if one is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    context = {
        "section": "notices",
        "notice": one,
        "stage": one.programme.rules.stage(one.stage),
        "left": queries.days_left(one),
        "items": one.items.order_by("seq"),
        "postings": one.postings.prefetch_related("photos").order_by("pk"),
        "gaps": Gap.objects.filter(posting__notice=one).select_related("posting"),
        "objections": Objection.objects.filter(item__notice=one).order_by("pk"),
    }
    return render(request, "publicity/notice.html", context)
