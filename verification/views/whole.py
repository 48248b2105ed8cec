"""Moves of a whole batch beside the way on: back to an earlier stage, or into another batch."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core.choices import CLOSED, LIVE, Act, Ground
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent, sent_in
from exitcase.core.templatetags.page import part
from verification import queries
from verification.forms.moves import BackAllForm, MergeForm, MoveForm
from verification.models import Batch, Case
from verification.services import correction, foresight
from verification.views.batches import found
from verification.views.desk import may
from verification.views.foretelling import size


@dataclass(frozen=True, slots=True)
class _Page:
    """The form of a move, what is told over it, and what was wrong with it."""

    batch: Batch
    form: MoveForm
    title: str
    told: list[tuple[str, str]]
    count: int | None = None  # to be typed
    sent: Sent = field(default_factory=Sent)


@cases(Act.SEND_BACK)
@require_http_methods(["GET", "HEAD", "POST"])
def send_back_all(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The batch itself goes back; what that undoes stands beside each stage."""
    batch = _open(visitor, pk)
    rules = batch.rules
    rows = Case.objects.filter(batch=batch, state__in=LIVE)
    keys = list(rows.values_list("pk", flat=True))
    undone = foresight.struck_out_from(keys, rules)
    reached = rules.chain[: rules.keys.index(batch.stage) + 1]
    told = [
        (
            one.key,
            _("%(stage)s;作废:%(void)s")
            % {"stage": one.title, "void": foresight.in_words(undone[one.key])},
        )
        for one in reached
    ]
    form = BackAllForm(sent_in(request), batch=batch, told=told, count=len(keys))
    words = [
        (_("退回"), size(rows)),
        (_("能否撤回"), _("不能:作废的记录留痕而不恢复,只能重新办理")),
    ]
    page = _Page(batch, form, _("整批退回"), words, count=len(keys))

    def back() -> bool:
        said = form.cleaned_data
        correction.send_back_batch(
            batch,
            said["to_stage"],
            ground=Ground(said["ground"]),
            reason=said["back_reason"],
            by=visitor.user,
            done_on=said["done_on"],
        )
        return True

    return _answer(
        request,
        page,
        back,
        to=batch.pk,
        said=_("整批已退回,其后的签字、表决和公示作废,须重新办理"),
        may=may(visitor.scope, Act.SEND_BACK, batch),
    )


@cases(Act.MERGE)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The open households go into another batch of the village; this one is closed."""
    batch = _open(visitor, pk)
    others = queries.batches(visitor.scope).filter(pk__in=correction.mergeable(batch))
    called = {one.pk: _called(one) for one in others}
    form = MergeForm(sent_in(request), batch=batch, into=others.order_by("part"), told=called)
    words = [
        (_("并入"), size(Case.objects.filter(batch=batch, state__in=LIVE))),
        (_("本批次"), _("并入后即办结,已有的表决、签字、核查随户带走,继续有效")),
        (_("能否撤回"), _("不能重开本批次;要再分开,可以从并入的批次分出")),
    ]
    page = _Page(batch, form, _("合并批次"), words)

    def join() -> bool:
        said = form.cleaned_data
        correction.merge(
            batch,
            said["into"],
            reason=said["merge_reason"],
            by=visitor.user,
            done_on=said["done_on"],
        )
        return True

    to = form.data.get("into", "") if form.is_bound else ""
    return _answer(
        request,
        page,
        join,
        to=int(to) if to.isdecimal() else batch.pk,
        said=_("已并入本批次,原批次办结"),
        may=may(visitor.scope, Act.MERGE, batch),
    )


def _open(visitor: Visitor, pk: int) -> Batch:
    batch = found(visitor, pk)
    if batch.stage == CLOSED:
        raise Http404(_("该批次已办结"))
    return batch


def _answer(
    request: HttpRequest, page: _Page, act: Any, *, to: int, said: str, may: bool
) -> HttpResponse:
    """Through the service once; who was overtaken reads so, and nothing is done twice."""
    status = HTTPStatus.OK
    if page.form.is_bound:
        if page.form.stale:
            status = HTTPStatus.CONFLICT
            page.sent.problems.append(_("批次刚刚变动,请看最新情况后再办"))
        elif page.sent.take([page.form], act):
            messages.success(request, said)
            return redirect("batch", pk=to)
        else:
            status = page.sent.status
    context = {"section": "batches", "page": page, "may": may}
    return render(request, "verification/whole.html", context, status=status)


def _called(batch: Batch) -> str:
    n = {"n": batch.households, "p": batch.persons or 0}  # type: ignore[attr-defined]
    return f"{part(batch.part)}:" + _("%(n)s 户 %(p)s 人") % n  # annotated by `queries.batches`
