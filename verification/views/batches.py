"""批次: the list, and the page from which a batch is moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Final

from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exitcase.core import clock
from exitcase.core.choices import CLOSED, LIVE, Act
from exitcase.core.entrance import Visitor, cases
from exitcase.core.screens import Filter, Link
from verification import queries
from verification.forms.moves import AdvanceForm, BackForm, CasesForm, EndForm, SplitForm
from verification.models import Batch, Case
from verification.queries import Blocker
from verification.services.correction import mergeable
from verification.views.desk import may
from verification.views.line import step_line
from verification.views.work import work

A_PAGE: Final = 50
ENDINGS: Final = (Act.REFUSE, Act.WITHDRAW, Act.CEASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a move that was not made says: at the top of the page, and in the form it came from."""

    status: HTTPStatus = HTTPStatus.OK
    problems: Sequence[str] = ()
    blockers: Sequence[Blocker] = ()
    forms: Mapping[str, Form] = field(default_factory=dict)


@cases()
@require_safe
def batches(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Every batch of this person's regions; `stage` filters."""
    rows = queries.batches(visitor.scope).order_by("village", "part")
    stage = request.GET.get("stage", "")
    if stage:
        rows = rows.filter(stage=stage)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "batches",
        "page": page,
        "filters": [
            Filter(
                "stage",
                _("所在环节"),
                stage,
                [*queries.stages_met(visitor.scope), (CLOSED, _("已办结"))],
            )
        ],
        "closed": CLOSED,
    }
    return render(request, "verification/batches.html", context)


@cases()
@require_safe
def batch(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """One batch: its step line, what is in the way, its households, and the moves."""
    return show(request, visitor, found(visitor, pk), Answer())


def found(visitor: Visitor, pk: int) -> Batch:
    """The batch, if it lies in this person's regions. Raises Http404."""
    batch = queries.batches(visitor.scope).filter(pk=pk).first()
    if batch is None:
        raise Http404
    return batch


def show(request: HttpRequest, visitor: Visitor, batch: Batch, answer: Answer) -> HttpResponse:
    """The page of a batch; after a move that was refused, with what was typed and why."""
    rules, under_way = batch.rules, batch.stage != CLOSED
    stage = rules.stage(batch.stage) if under_way else None
    days = queries.days_left(rules, stage, clock.today()) if stage else None
    rows = _rows(visitor, batch)
    missing = _told(queries.blockers([batch])[batch.pk], rows)
    context: dict[str, Any] = {
        "section": "batches",
        "batch": batch,
        "rules": rules,
        "stage": stage,
        "days": days,
        "line": step_line(rules, batch.stage, late=days is not None and days < 0),
        "blockers": missing,
        "rows": rows,
        "papers": queries.papers_of_batch(visitor.scope, batch),
        "answer": answer,
        "may": rights(visitor, batch),
        "work": work(batch, visitor.scope),
        "whole": _whole(visitor, batch),
        "forms": {**_blank(batch, missing), **answer.forms},
        "picked": {int(key) for key in request.POST.getlist("cases") if key.isdecimal()},
    }
    return render(request, "verification/batch.html", context, status=answer.status)


def rights(visitor: Visitor, batch: Batch) -> dict[str, bool]:
    """Which moves to offer. The services ask again."""
    scope = visitor.scope
    found = {act.value: may(scope, act, batch) for act in (Act.CLOSE, Act.PASS, Act.SPLIT_OFF)}
    ending = any(may(scope, act, batch) for act in ENDINGS)
    back = may(scope, Act.SEND_BACK, batch)
    chosen = found[Act.PASS] or found[Act.SPLIT_OFF] or ending or back
    return {**found, "end": ending, "send_back": back, "choose": chosen}


def _whole(visitor: Visitor, batch: Batch) -> list[Link]:
    """What may be done to the whole batch beside sending it on."""
    found = []
    if may(visitor.scope, Act.MERGE, batch) and mergeable(batch).exists():
        found.append(Link(_("并入本村另一批次"), reverse("merge", args=[batch.pk])))
    if may(visitor.scope, Act.SEND_BACK, batch):
        found.append(Link(_("整批退回"), reverse("send_back_all", args=[batch.pk])))
    return found


def _told(blockers: Sequence[Blocker], rows: Sequence[Case]) -> list[Blocker]:
    """By name only the households this person sees; of the others, how many."""
    seen = {case.pk for case in rows}
    return [
        replace(one, households=tuple(row for row in one.households if row.case in seen))
        for one in blockers
    ]


def _rows(visitor: Visitor, batch: Batch) -> list[Case]:
    rows = visitor.scope.filter(Case.objects.filter(batch=batch)).select_related("household")
    listed = list(rows.order_by("group", "number"))
    # Who is still under way first; who has left the list below.
    return sorted(listed, key=lambda case: case.state not in LIVE)


def _blank(batch: Batch, missing: Sequence[Blocker]) -> dict[str, Form]:
    soft = [one for one in missing if not one.hard]
    return {
        "advance": AdvanceForm(batch=batch, soft=soft),
        "chosen": CasesForm(batch=batch),
        "split": SplitForm(batch=batch),
        "back": BackForm(batch=batch),
        "end": EndForm(batch=batch),
    }
