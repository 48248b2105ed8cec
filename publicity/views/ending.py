"""How a notice ends: closed when its term is over, or taken down with a reason."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core.choices import Act
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import CountedForm, DoneForm, Sent, sent_in
from exitcase.core.screens import Act as Button
from exitcase.core.screens import Check, Link
from publicity import queries, services
from publicity.choices import NoticeState
from publicity.forms import TakeDownForm
from publicity.models import Notice, Objection
from publicity.templatetags.notice import closing
from publicity.views import state
from publicity.views.notices import found

PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])


@cases(Act.CLOSE_NOTICE)
@PAGE_AND_FORM
def close(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """期满: cannot be taken back, so the number of households is typed."""
    one = found(visitor, pk)
    form = CountedForm(sent_in(request), count=one.households)

    def act() -> Any:  # what moved, and what stayed behind why
        said = form.cleaned_data
        return services.close_notice(
            one, by=visitor.user, done_on=said["done_on"], reason=said["late_reason"]
        )

    return _page(request, one, form, act, _closing, done="closed", standing={NoticeState.HANGING})


@cases(Act.TAKE_DOWN, Act.DRAFT_NOTICE)
@PAGE_AND_FORM
def take_down(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """撤下: its entries are void, and a new notice has full days again."""
    one = found(visitor, pk)
    form = TakeDownForm(sent_in(request))

    def act() -> Any:  # what moved, and what stayed behind why
        said = form.cleaned_data
        return services.take_down(one, reason=said["why"], by=visitor.user, done_on=said["done_on"])

    return _page(request, one, form, act, _taking_down, done="taken_down", standing=set(state.OPEN))


def _page(
    request: HttpRequest,
    one: Notice,
    form: DoneForm,
    act: Callable[[], Any],
    check: Callable[[Notice], Check],
    *,
    done: str,
    standing: set[NoticeState],
) -> HttpResponse:
    """The check page; 409 where a gate is shut; who comes second reads that it is done."""
    sent, status = Sent(), HTTPStatus.OK
    if request.method == "POST":
        moved = sent.take([form], act)
        status = sent.status
        if moved and (moved.count or moved.already):
            if not moved.count:
                messages.success(request, _("这件事刚才已有人办理"))
            return redirect("notice_done", pk=one.pk, act=done)
        if moved:
            sent.problems.extend(moved.words())
            status = HTTPStatus.CONFLICT
    elif one.state not in standing:
        return redirect("notice", pk=one.pk)
    context: dict[str, Any] = {
        "section": "notices",
        "check": check(one),
        "form": form,
        "problems": sent.problems,
        "blockers": (),
    }
    return render(request, "exitcase/check.html", context, status=status)


def _closing(one: Notice) -> Check:
    open_ = Objection.objects.filter(item__notice=one, open=True).count()
    return Check(
        title=_("结束公示:%s") % one.title,
        figures=[
            (_("户"), str(one.households)),
            (_("人"), str(one.persons)),
            (_("公示截止"), closing(one.closes_at)),
            (_("未办结的异议"), str(open_)),
        ],
        exceptions=_lacking(one, open_),
        receiver=_("留在本级;名单上的户可送下一环节"),
        withdrawal=_("不能撤回"),
        act=Button(_("结束公示"), reverse("close_notice", args=[one.pk]), primary=True),
        back=_back(one),
        type_count=one.households,
    )


def _lacking(one: Notice, open_: int) -> Sequence[str]:
    held = [_("有未办结的异议:公示可以结束,该户须待答复后再送下一环节")] if open_ else []
    return [*queries.missing(one), *held]


def _taking_down(one: Notice) -> Check:
    hung = one.postings.filter(hung_at__isnull=False, down_at=None).count()
    return Check(
        title=_("撤下公示:%s") % one.title,
        figures=[
            (_("户"), str(one.households)),
            (_("人"), str(one.persons)),
            (_("正在张贴的地点"), str(hung)),
            (_("公示截止"), closing(one.closes_at)),
        ],
        exceptions=[_("已经过的公示天数作废;重新公示须按方案从头计算期限")] if hung else (),
        receiver=_("各张贴地点须将公示取下"),
        withdrawal=_("不能恢复;可以重新拟稿公示"),
        act=Button(_("撤下公示"), reverse("take_down_notice", args=[one.pk])),
        back=_back(one),
    )


def _back(one: Notice) -> Link:
    return Link(_("返回"), reverse("notice", args=[one.pk]))
