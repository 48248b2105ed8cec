"""待办, 在途, 已办, 知会: what waits for me, what is in other hands, what I and others did."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exitcase.core import clock
from exitcase.core.choices import Act
from exitcase.core.entrance import Visitor, cases
from exitcase.core.errors import Refused
from exitcase.core.screens import Empty, Link, Tab, TaskRow
from verification import trays
from verification.services.reminding import remind as send_word
from verification.views import rows
from verification.views.batches import found
from verification.views.desk import Task, Urgency, elsewhere, tasks
from verification.views.questions import waiting

A_PAGE: Final = 50


@cases()
@require_safe
def todo(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What waits for me, 逾期 first, with the next act on the row."""
    mine, away = tasks(visitor.scope), elsewhere(visitor.scope)
    page = _page(request, mine)
    context = {
        "groups": _groups(mine, page),
        "page": page,
        "questions": waiting(visitor.scope),
        "empty": _nothing(away),
    }
    return _show(request, visitor, "todo", context, mine=mine, away=away)


@cases()
@require_safe
def under_way(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What is in other hands, with a word to them."""
    away = elsewhere(visitor.scope)
    page = _page(request, away)
    shown = rows.others(list(page.object_list), visitor.scope, clock.today())
    context = {
        "rows": shown,
        "page": page,
        "empty": Empty(_("您管辖范围内没有在别人手上的批次。"), _to("batches", _("全部批次"))),
    }
    return _show(request, visitor, "under_way", context, away=away)


@cases()
@require_safe
def done(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What I did, act by act."""
    empty = Empty(_("还没有您办理的事项。"), _to("todo", _("返回待办")))
    return _told(request, visitor, "done", trays.done_by(visitor.user), empty)


@cases()
@require_safe
def news(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What others did in my regions that I should know."""
    why = _("近 30 天没有退回、分出、不予退出、撤回、终止或催办。")
    told = trays.news(visitor.user, visitor.scope)
    return _told(request, visitor, "news", told, Empty(why, _to("todo", _("返回待办"))))


@cases(Act.REMIND)
@require_POST
def remind(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """催办: a word to whoever has the batch; the row anew, or the list with what was refused."""
    batch = found(visitor, pk)
    try:
        send_word(batch, batch.stage, by=visitor.user)
    except Refused as refused:
        if not request.headers.get("HX-Request"):
            messages.error(request, str(refused))
            return redirect("under_way")
        return HttpResponse(str(refused), status=HTTPStatus.CONFLICT)
    if not request.headers.get("HX-Request"):
        messages.success(request, _("已催办,对方的待办里会显示"))
        return redirect("under_way")
    task = next(one for one in elsewhere(visitor.scope) if one.of == batch)
    (row,) = rows.others([task], visitor.scope, clock.today())
    return render(request, "exitcase/_task_row.html", {"row": row})


def _groups(mine: Sequence[Task], page: Page[Task]) -> list[tuple[str, int, list[TaskRow]]]:
    """The page's rows by urgency, each group with how many it has in all."""
    titles = {
        Urgency.LATE: _("逾期"),
        Urgency.SOON: _("三天内到期"),
        Urgency.REST: _("未到期"),
    }
    shown = list(page.object_list)
    made = list(zip(shown, rows.mine(shown), strict=True))
    grouped = [
        (
            titles[urgency],
            sum(1 for task in mine if task.urgency == urgency),
            [row for task, row in made if task.urgency == urgency],
        )
        for urgency in Urgency
    ]
    return [group for group in grouped if group[2]]


def _told(
    request: HttpRequest, visitor: Visitor, here: str, acts: QuerySet[Any], empty: Empty
) -> HttpResponse:
    page = _page(request, acts)
    context = {"acts": trays.told(visitor.scope, page.object_list), "page": page, "empty": empty}
    return _show(request, visitor, here, context)


def _show(
    request: HttpRequest,
    visitor: Visitor,
    here: str,
    context: dict[str, Any],
    *,
    mine: Sequence[Task] | None = None,
    away: Sequence[Task] | None = None,
) -> HttpResponse:
    """One of the four; tabs count what is cheap to count."""
    mine = tasks(visitor.scope) if mine is None else mine
    away = elsewhere(visitor.scope) if away is None else away
    words = {
        "todo": (_("待办"), len(mine)),
        "under_way": (_("在途"), len(away)),
        "done": (_("已办"), None),
        "news": (_("知会"), None),
    }
    tabs = [
        Tab(title, reverse(name), here=name == here, count=count)
        for name, (title, count) in words.items()
    ]
    common = {"section": "todo", "tabs": tabs, "title": words[here][0]}
    return render(request, f"verification/{here}.html", common | context)


def _nothing(away: Sequence[Task]) -> Empty:
    if away:
        said = _("另有 %(n)s 个批次在别人手上") % {"n": len(away)}
        more = [said + _(",轮到您时会出现在这里。")]
        return Empty(_("没有待办。"), _to("under_way", _("看在途的批次")), more)
    more = [_("您管辖范围内还没有批次。导入建档立卡数据、由村列出名单后,批次会出现在这里。")]
    return Empty(_("没有待办。"), _to("households", _("看农户")), more)


def _to(name: str, words: str) -> Link:
    return Link(words, reverse(name))


def _page(request: HttpRequest, things: Any) -> Page[Any]:
    return Paginator(things, A_PAGE).get_page(request.GET.get("page"))
