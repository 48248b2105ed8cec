"""The moves of a batch: each a form of its page, each one call of a service, never more."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from exitcase.core import access
from exitcase.core.choices import Act, End, FileKind, Ground, Reason
from exitcase.core.entrance import Visitor, cases
from exitcase.core.errors import Refused
from exitcase.core.forms import problems_of, refuse_uncounted
from exitcase.core.screens import Check
from exitcase.core.templatetags.page import stage_title
from exitcase.core.uploads import keep
from verification import queries
from verification.forms.moves import AdvanceForm, BackForm, CasesForm, EndForm, MoveForm, SplitForm
from verification.models import Batch, Case
from verification.queries import Blocker
from verification.services.advance import advance as pass_stage
from verification.services.advance import advance_batches
from verification.services.correction import send_back as take_back
from verification.services.correction import split_off
from verification.services.ending import ACTS, cease, level_of, refuse, withdraw
from verification.views.batches import Answer, found, show
from verification.views.foretelling import SEEN, of_ending, of_sending_back, of_split

F = TypeVar("F", bound=MoveForm)
ENDINGS: dict[End, Callable[..., Any]] = {
    End.REFUSED: refuse,
    End.WITHDRAWN: withdraw,
    End.CEASED: cease,
}


class Stays(Exception):  # noqa: N818  # an answer, not a fault
    """A move that may not happen: what is missing, for whom. Nothing has been changed."""

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        super().__init__()
        self.blockers = blockers


@cases(Act.CLOSE)
@require_POST
def advance(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The whole batch leaves its stage, or nothing of it moves."""
    batch = found(visitor, pk)
    missing = queries.blockers([batch])[pk]
    form = AdvanceForm(request.POST, batch=batch, soft=[one for one in missing if not one.hard])

    def move(form: AdvanceForm) -> HttpResponse:
        said = form.cleaned_data
        moved = advance_batches(
            Batch.objects.filter(pk=pk),
            batch.stage,
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
            reasons=form.reasons,
        )
        _stay(queries.told(moved))
        return _done(request, pk, _("本批次已离开「%s」") % stage_title(batch.rules, batch.stage))

    return _press(
        request, visitor, batch, form, move, name="advance", asks=Act.CLOSE, missing=missing
    )


@cases(Act.PASS)
@require_POST
def pass_chosen(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The chosen households get the milestone of the stage; the batch stays."""
    batch = found(visitor, pk)

    def move(form: CasesForm) -> HttpResponse:
        said = form.cleaned_data
        _refuse_shut(batch, said["cases"])
        moved = pass_stage(said["cases"], batch.stage, by=visitor.user, done_on=said["done_on"])
        _stay(queries.told(moved))
        n = moved.count
        return _done(request, pk, ngettext("%d 户已通过本环节", "%d 户已通过本环节", n) % n)

    form = CasesForm(request.POST, batch=batch)
    return _press(request, visitor, batch, form, move, name="chosen", asks=Act.PASS)


@cases(Act.SPLIT_OFF)
@require_POST
def split(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """带走 41 户,留下 1 户: the chosen households go to a supplement batch."""
    batch = found(visitor, pk)

    def move(form: SplitForm) -> HttpResponse:
        said = form.cleaned_data
        to = split_off(
            said["cases"],
            reason=said["split_reason"],
            by=visitor.user,
            done_on=said["done_on"],
        )
        return _done(request, to.pk, _("已分出到新的批次,原批次可继续办理"))

    form = SplitForm(request.POST, batch=batch)
    return _press(
        request, visitor, batch, form, move, name="split", asks=Act.SPLIT_OFF, told=of_split
    )


@cases(Act.SEND_BACK)
@require_POST
def send_back(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The chosen households go back, and what they had since is struck out."""
    batch = found(visitor, pk)

    def move(form: BackForm) -> HttpResponse:
        said = form.cleaned_data
        to = take_back(
            said["cases"],
            said["to_stage"],
            ground=Ground(said["ground"]),
            reason=said["back_reason"],
            by=visitor.user,
            done_on=said["done_on"],
        )
        return _done(request, to.pk, _("已退回,其后的签字、表决和公示作废,须重新办理"))

    form = BackForm(request.POST, batch=batch)
    return _press(
        request, visitor, batch, form, move, name="back", asks=Act.SEND_BACK, told=of_sending_back
    )


@cases(Act.REFUSE, Act.WITHDRAW, Act.CEASE)
@require_POST
def end(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The chosen households end here, each with its letter."""
    batch = found(visitor, pk)

    def move(form: EndForm) -> HttpResponse:
        said = form.cleaned_data
        more: dict[str, Any] = {}
        if form.end == End.REFUSED:
            more = {"bar": said["bar"]}
        if form.end == End.WITHDRAWN:
            more = {"paper": keep(said["paper"], FileKind.SCAN, batch.village_id, visitor.user)}
        moved = ENDINGS[form.end](
            said["cases"],
            reason=Reason(said["end_reason"]),
            note=said["end_note"],
            by=visitor.user,
            done_on=said["done_on"],
            **more,
        )
        n = moved.count
        return _done(request, pk, ngettext("%d 户已办结", "%d 户已办结", n) % n)

    form = EndForm(request.POST, request.FILES, batch=batch)
    if form.is_valid():
        level = level_of(batch.rules, batch, form.end)
        access.require(visitor.user, ACTS[form.end], level, [batch.village_id])
    return _press(request, visitor, batch, form, move, name="end", told=of_ending)


def _press(
    request: HttpRequest,
    visitor: Visitor,
    batch: Batch,
    form: F,
    move: Callable[[F], HttpResponse],
    *,
    name: str,
    asks: Act | None = None,
    missing: Sequence[Blocker] = (),
    told: Callable[[Batch, F], Check] | None = None,
) -> HttpResponse:
    """State, right, gates, in this order: a second click never reads "forbidden".

    Bad input comes back as 422 with what was typed, a move that may not happen as 409. `told`:
    what follows, on a page of its own, before the move is made.
    """
    if form.stale:
        return show(request, visitor, batch, _overtaken(batch))
    if asks:
        level = batch.rules.level_of(batch.ask().stage)
        access.require(visitor.user, asks, level, [batch.village_id])
    kept: dict[str, forms.Form] = {name: form}
    if any(one.hard for one in missing):
        return show(request, visitor, batch, Answer(HTTPStatus.CONFLICT, (), missing, kept))
    if not form.is_valid():
        bad = Answer(HTTPStatus.UNPROCESSABLE_ENTITY, problems_of(form), forms=kept)
        return show(request, visitor, batch, bad)
    try:
        asked = _asked(request, told(batch, form), form) if told else None
        return asked or move(form)
    except Refused as refused:
        bad = Answer(HTTPStatus.UNPROCESSABLE_ENTITY, [str(refused)], forms=kept)
        return show(request, visitor, batch, bad)
    except Stays as stays:
        shut = Answer(HTTPStatus.CONFLICT, blockers=stays.blockers, forms=kept)
        return show(request, visitor, batch, shut)


def _asked(request: HttpRequest, check: Check, form: MoveForm) -> HttpResponse | None:
    """The check page, until it was read and, where nothing can be taken back, the count typed."""
    problems: list[str] = []
    if SEEN in request.POST:
        try:
            if check.type_count is not None:
                refuse_uncounted(request.POST, check.type_count)
        except ValidationError as uncounted:
            problems = uncounted.messages
        else:
            return None
    context = {"section": "batches", "check": check, "form": form, "problems": problems}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return render(request, "exitcase/check.html", context, status=status)


def _overtaken(batch: Batch) -> Answer:
    at = stage_title(batch.rules, batch.stage)
    told = _("这件事刚才已有人办理:本批次现在在「%s」。您的操作没有重复执行。") % at
    return Answer(HTTPStatus.CONFLICT, [told])


def _refuse_shut(batch: Batch, chosen: QuerySet[Case]) -> None:
    """All of the chosen, or none: who reads a refusal need not ask what has happened after all."""
    keys = set(chosen.values_list("pk", flat=True))
    shut = [
        one
        for one in queries.blockers([batch])[batch.pk]
        if one.hard and any(stuck.case in keys for stuck in one.households)
    ]
    if shut:
        raise Stays(shut)


def _stay(behind: Sequence[Blocker]) -> None:
    """Somebody has taken a fact away since the page was made: say which."""
    if behind:
        raise Stays(behind)


def _done(request: HttpRequest, pk: int, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("batch", pk=pk)
