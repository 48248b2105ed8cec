"""导出 Excel: the lists of the pages as workbooks, for a purpose, in the background."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from exitcase.core import clock, masking, words
from exitcase.core.choices import CLOSED, LISTED, Status
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent
from exitcase.core.papers.workbook import Cell
from exitcase.core.scope import Scope
from exitcase.core.services.reads import errand
from exitcase.core.templatetags.page import group, part, stage_title
from households.choices import Relation
from households.models import Household, Member
from publicity.choices import NoticeState
from publicity.models import Notice
from verification import queries
from verification.forms.packing import PackForm
from verification.models import Case
from verification.services.exporting import (
    SOURCES,
    Asked,
    Rows,
    Source,
    count,
    enqueue_list,
)
from verification.views import rows as told
from verification.views.desk import Task, tasks

View = Callable[[HttpRequest], HttpResponse]


def export_of(what: str) -> View:
    """The page from which a list is exported; each has an address of its own."""

    @cases()
    @require_http_methods(["GET", "HEAD", "POST"])
    def export(request: HttpRequest, visitor: Visitor) -> HttpResponse:
        return _export(request, visitor, what)

    return export


def _export(request: HttpRequest, visitor: Visitor, what: str) -> HttpResponse:
    """How many rows there are as the page is filtered; sent with a purpose it starts the job."""
    source = SOURCES[what]
    asked = {name: request.GET.get(name, "").strip() for name in source.filters}
    back = _back(what, asked)
    form = PackForm(errand=errand(visitor.user))
    sent = Sent()
    if request.method == "POST":
        form = PackForm(request.POST)
        job = sent.take(
            [form],
            lambda: enqueue_list(
                what, asked, by=visitor.user, purpose=form.cleaned_data["purpose"], back=back
            ),
        )
        if job:
            return redirect("job", pk=job.pk)
    context = {
        "section": what,
        "title": source.title,
        "rows": count(source, visitor.scope, asked),
        "columns": [title for title, _width in source.columns],
        "form": form,
        "problems": sent.problems,
        "back": back,
    }
    return render(request, "verification/export.html", context, status=sent.status)


def _back(what: str, asked: Asked) -> str:
    """The page of the list, called as the list is, filtered as it was."""
    said = QueryDict(mutable=True)
    said.update({name: value for name, value in asked.items() if value})
    return f"{reverse(what)}{'?' if said else ''}{said.urlencode()}"


# ── the lists ─────────────────────────────────────────────────────────────────────────────────


def _households(scope: Scope, asked: Asked) -> Rows:
    return queries.households(scope, **asked)


def _of_households(rows: Sequence[Household]) -> Iterable[tuple[Cell, ...]]:
    now = queries.current_cases(rows)
    heads = Member.objects.filter(household__in=[one.pk for one in rows], relation=Relation.HEAD)
    numbers = {one.household_id: one.id_number for one in heads.filter(left_on=None)}
    for one in rows:
        number = numbers.get(one.pk, "")
        yield (
            one.village.name,
            group(one.group),
            one.number,
            one.head_name,
            masking.number(number) if number else "",
            masking.phone(one.phone) if one.phone else "",
            one.persons,
            words.word(Status(one.status)),
            _where(now.get(one.pk)),
        )


def _where(case: Case | None) -> str:
    """The stage of a household's current case, as its list shows it."""
    if case is None:
        return _("未列入名单")
    rules = case.batch.rules
    ended = case.state not in rules.keys and case.state != LISTED
    return stage_title(rules, case.state if ended else case.batch.stage)


def _batches(scope: Scope, asked: Asked) -> Rows:
    rows = queries.batches(scope).order_by("village", "part")
    return rows.filter(stage=asked["stage"]) if asked["stage"] else rows


def _of_batches(rows: Sequence[Any]) -> Iterable[tuple[Cell, ...]]:
    for one in rows:
        stage = _("已办结") if one.stage == CLOSED else stage_title(one.rules, one.stage)
        yield (
            one.village.name,
            part(one.part),
            one.programme.title,
            stage,
            one.households,
            one.persons or 0,
            one.ended,
        )


def _notices(scope: Scope, asked: Asked) -> Rows:
    rows = scope.filter(Notice.objects.select_related("region", "programme")).order_by("-pk")
    return rows.filter(state=asked["state"]) if asked["state"] in NoticeState.values else rows


def _of_notices(rows: Sequence[Notice]) -> Iterable[tuple[Cell, ...]]:
    for one in rows:
        yield (
            one.title,
            one.region.name,
            one.get_kind_display(),
            stage_title(one.programme.rules, one.stage),
            str(NoticeState(one.state).label),
            _moment(one.starts_at),
            _moment(one.closes_at),
            one.households,
            one.persons,
        )


def _moment(moment: Any) -> str:
    return f"{moment.astimezone(clock.PLACE):%Y-%m-%d %H:%M}" if moment else ""


def _tasks(scope: Scope, _asked: Asked) -> Rows:
    return tasks(scope)


def _of_tasks(rows: Sequence[Task]) -> Iterable[tuple[Cell, ...]]:
    for row in told.mine(rows):
        yield row.what, row.place.words, row.due, ";".join(row.lines), row.next_act.words


def _name(row: Any) -> tuple[str, int]:
    return str(row._meta.model_name), row.pk


def _task(row: Task) -> tuple[str, int]:
    return _name(row.of)


PLACE = gettext_lazy("村")
SOURCES |= {
    "households": Source(
        gettext_lazy("农户名单"),
        ("text", "group", "status", "stage", "village"),
        (
            (PLACE, 14),
            (gettext_lazy("组"), 8),
            (gettext_lazy("户编号"), 24),
            (gettext_lazy("户主"), 10),
            (gettext_lazy("证件号码"), 22),
            (gettext_lazy("电话"), 14),
            (gettext_lazy("人口"), 8),
            (gettext_lazy("状态"), 12),
            (gettext_lazy("所在环节"), 18),
        ),
        _households,
        _of_households,
        _name,
    ),
    "batches": Source(
        gettext_lazy("批次名单"),
        ("stage",),
        (
            (PLACE, 14),
            (gettext_lazy("批次"), 10),
            (gettext_lazy("方案"), 36),
            (gettext_lazy("所在环节"), 18),
            (gettext_lazy("户"), 8),
            (gettext_lazy("人"), 8),
            (gettext_lazy("已办结户"), 10),
        ),
        _batches,
        _of_batches,
        _name,
    ),
    "notices": Source(
        gettext_lazy("公示名单"),
        ("state",),
        (
            (gettext_lazy("标题"), 40),
            (gettext_lazy("地方"), 14),
            (gettext_lazy("种类"), 10),
            (gettext_lazy("环节"), 16),
            (gettext_lazy("状态"), 10),
            (gettext_lazy("开始"), 18),
            (gettext_lazy("截止"), 18),
            (gettext_lazy("户"), 8),
            (gettext_lazy("人"), 8),
        ),
        _notices,
        _of_notices,
        _name,
    ),
    "todo": Source(
        gettext_lazy("待办清单"),
        (),
        (
            (gettext_lazy("事项"), 18),
            (gettext_lazy("地方"), 24),
            (gettext_lazy("期限"), 14),
            (gettext_lazy("还缺什么"), 60),
            (gettext_lazy("下一步"), 14),
        ),
        _tasks,
        _of_tasks,
        _task,
    ),
}
