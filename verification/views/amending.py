"""更改公示: what hangs is taken down, its next round drafted; its days are counted from nothing."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core.choices import Act
from exitcase.core.entrance import Visitor, cases
from exitcase.core.errors import NotAllowed
from exitcase.core.forms import Sent, sent_in
from publicity.choices import NoticeKind, NoticeState
from publicity.models import Notice, NoticeItem
from publicity.views import state
from publicity.views.notices import found
from verification.forms.notices import AmendForm
from verification.models import Case
from verification.services import notices


@dataclass(frozen=True, slots=True)
class Line:
    """One household that may stand on the next round: as it hangs now, as its case has it."""

    case: Case
    now: NoticeItem | None
    picked: bool

    @property
    def changed(self) -> bool:
        """Whether the public reads something else of it than what hangs."""
        now, case = self.now, self.case
        if now is None:
            return False
        hangs = (now.group, now.head_name, now.persons)
        return hangs != (case.group, case.head_name, case.persons or 0)


@cases(Act.DRAFT_NOTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def amend_notice(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Who stays, who is added; the consequence first, for the days that were hung are gone."""
    one = found(visitor, pk)
    if one.kind != NoticeKind.NOTICE:
        raise Http404(_("公告不在这里更改"))
    if one.state not in state.OPEN:
        if request.method == "POST":  # a second click, or somebody was faster
            messages.error(request, _("该公示已期满或已撤下,不能再改"))
        return redirect("notice", pk=pk)
    if not state.rights(visitor.scope, one)["amend"]:
        raise NotAllowed(_("您的职务不能办理此事"))
    hangs = one.state == NoticeState.HANGING
    fit = notices.fit_for(one)
    standing = list(NoticeItem.valid(notice=one, struck_tx="").values_list("case_key", flat=True))
    form = AmendForm(
        sent_in(request),
        fit=fit,
        count=one.households if hangs else None,
        initial={"title": one.title, "cases": standing},
    )
    sent = Sent()
    if request.method == "POST":
        made = sent.take([form], lambda: _amended(visitor, one, form))
        if made:
            return redirect("notice_done", pk=made.pk, act="amended")
    picked = {str(key) for key in form["cases"].value() or ()}
    context = {
        "section": "notices",
        "notice": one,
        "form": form,
        "lines": _lines(one, fit, picked),
        "follows": _follows(one),
        "hangs": hangs,
        "problems": sent.problems,
    }
    return render(request, "verification/amend_notice.html", context, status=sent.status)


def _amended(visitor: Visitor, one: Notice, form: AmendForm) -> Notice:
    said = form.cleaned_data
    return notices.amend(
        one,
        form.chosen,
        title=said["title"],
        reason=said["why"],
        by=visitor.user,
        done_on=said["done_on"],
    )


def _lines(one: Notice, fit: QuerySet[Case], picked: Collection[str]) -> list[Line]:
    items = {item.case_key: item for item in NoticeItem.valid(notice=one, struck_tx="")}
    rows = notices.as_read(fit.select_related("village"))
    return [Line(case, items.get(case.pk), str(case.pk) in picked) for case in rows]


def _follows(one: Notice) -> list[str]:
    """What comes of it, in words, the worst first."""
    hung = one.postings.filter(hung_at__isnull=False, down_at=None).count()
    words = []
    if one.state == NoticeState.HANGING:
        words.append(_("正在张贴的公示立即作废,已经过的公示天数作废,不能恢复"))
    if hung:
        places = "、".join(one.postings.filter(hung_at__isnull=False, down_at=None).values_list(
            "place_name", flat=True))  # fmt: skip
        told = _("%(n)d 处须把原公示取下:%(places)s")
        words.append(told % {"n": hung, "places": places})
    words.append(
        _("改后的公示是第 %d 次公示:须另一人核发,在原来的每个地点重新张贴") % (one.round + 1)
    )
    if one.days:
        words.append(_("全部张贴后从头计算期限,不少于 %d 天") % one.days)
    return words
