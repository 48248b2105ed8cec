"""送审件: what was sent, the receipt of the level above, its return, its recall; and the list."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_POST, require_safe

from exitcase.core import access
from exitcase.core.choices import DIGITS, Act, Level, StageKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent
from exitcase.core.journal import Actor
from exitcase.core.models import Paper, Programme
from exitcase.core.models.region import level_of
from exitcase.core.papers.store import issue_many
from exitcase.core.screens import Filter, Link, Pace
from exitcase.core.templatetags.page import part
from verification.documents.lists import receiver_of
from verification.forms.submitting import RecallForm, ReceiveForm, ReturnForm
from verification.models import Batch, Submission, SubmissionItem
from verification.services import papers
from verification.services import submissions as work
from verification.services.submissions import State, of_state, state_of

A_PAGE: Final = 50
PAPERS: Final = ("submission", "submission_public")  # subjects of 附件2 and 附件3


WORDS: Final[dict[State, str]] = {
    State.PENDING: gettext_noop("待接收"),
    State.RECEIVED: gettext_noop("已接收"),
    State.RETURNED: gettext_noop("已退回"),
    State.RECALLED: gettext_noop("已撤回"),
}
PACES: Final = {
    State.PENDING: Pace.NOW,
    State.RECEIVED: Pace.DONE,
    State.RETURNED: Pace.BACK,
    State.RECALLED: Pace.TODO,
}


def counted(households: int, persons: int) -> str:
    return _("%(n)s 户 %(p)s 人") % {"n": households, "p": persons}


def submission_in(visitor: Visitor, pk: int) -> Submission:
    """The submission, if it lies in this person's regions. Raises Http404."""
    rows = visitor.scope.filter(Submission.objects.all())
    about = ("programme", "region", "sent_by", "received_by")
    row: Submission | None = rows.select_related(*about).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


# ── the list ──────────────────────────────────────────────────────────────────────────────────


@cases()
@require_safe
def submissions(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What was sent in this person's regions, the latest first; `state` filters."""
    asked = request.GET.get("state", "")
    rows = visitor.scope.filter(Submission.objects.select_related("programme", "region", "sent_by"))
    if asked in set(State):
        rows = rows.filter(of_state(State(asked)))
    page = Paginator(rows.order_by("-pk"), A_PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    papers_of = _papers_of(visitor, found)
    context = {
        "section": "batches",
        "page": page,
        "rows": [_row(row) | {"papers": papers_of.get(row.pk, ())} for row in found],
        "filters": [
            Filter("state", _("状态"), asked, [(one.value, _(WORDS[one])) for one in State])
        ],
        "zero": zero_reports(visitor),
    }
    return render(request, "verification/submissions.html", context)


def _row(row: Submission) -> dict[str, Any]:
    state = state_of(row)
    return {
        "row": row,
        "stage": row.programme.rules.stage(row.stage),
        "receiver": receiver_of(row),
        "count": counted(row.households, row.persons),
        "pace": PACES[state],
        "words": _(WORDS[state]),
    }


def _papers_of(visitor: Visitor, rows: Iterable[Submission]) -> dict[int, list[Paper]]:
    """附件2 and 附件3 of each, in their latest version; one query."""
    keys = [str(row.pk) for row in rows]
    about = Paper.objects.filter(subject_kind__in=PAPERS, subject_id__in=keys, next=None)
    found: dict[int, list[Paper]] = {}
    for paper in visitor.scope.filter(about).select_related("pdf", "xlsx").order_by("-kind"):
        found.setdefault(int(paper.subject_id), []).append(paper)
    return found


def zero_reports(visitor: Visitor) -> list[Link]:
    """零上报 is offered to who sends for a region that has no list in a plan others there have."""
    found = []
    plans = {one.pk: one for one in Programme.objects.current()}
    for held in visitor.scope.held:
        level = level_of(held.region_id)
        if level not in {Level.VILLAGE, Level.TOWNSHIP}:
            continue
        listed = Batch.objects.filter(
            programme__in=plans, district=held.region_id[: DIGITS[Level.DISTRICT]]
        )
        used = set(listed.order_by().values_list("programme", flat=True).distinct())
        own = visitor.scope.filter(listed).order_by()
        used -= set(own.values_list("programme", flat=True).distinct())
        found += [
            Link(
                _("零上报:%(place)s(%(plan)s)")
                % {"place": held.region.name, "plan": plans[pk].title},
                reverse("submit", args=[pk, stage.key, held.region_id]),
            )
            for pk in sorted(used)
            for stage in plans[pk].rules.chain
            if stage.kind == StageKind.SUBMIT
            and stage.level == level
            and access.may(visitor.scope, Act.SUBMIT, level, held.region_id)
        ]
    return list(dict.fromkeys(found))


# ── one of them ───────────────────────────────────────────────────────────────────────────────


@cases()
@require_safe
def submission(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """What was sent, with its receipt; who may answer it or call it back does so here."""
    return _show(request, visitor, submission_in(visitor, pk))


def _show(
    request: HttpRequest,
    visitor: Visitor,
    row: Submission,
    sent: Sent | None = None,
    **forms: Any,
) -> HttpResponse:
    asked, scope = sent or Sent(), visitor.scope
    rules = row.programme.rules
    stage, receiver = rules.stage(row.stage), rules.organ(row.receiver)
    items = SubmissionItem.objects.filter(submission=row).select_related("case").order_by("seq")
    batches = Batch.objects.filter(cases__in=items.values("case")).distinct()
    pending = state_of(row) == State.PENDING
    upward = access.may(scope, Act.RECEIVE, receiver.level, row.region_id)
    back = access.may(scope, Act.SEND_BACK, receiver.level, row.region_id)
    context = {
        "section": "batches",
        "told": _row(row),
        "row": row,
        "items": items,
        "batches": [(one, part(one.part)) for one in batches.select_related("village")],
        "papers": _papers_of(visitor, [row]).get(row.pk, []),
        "remaining": counted(*row.bridge["remaining"]) if row.bridge.get("remaining") else "",
        "total": counted(row.total_households, row.total_persons),
        "own": pending and upward and row.sent_by_id == visitor.user.pk,
        "may": {
            "receive": pending and upward and row.sent_by_id != visitor.user.pk,
            "give_back": pending and back,
            "recall": pending and access.may(scope, Act.RECALL, stage.level, row.region_id),
            "issue": access.may(scope, Act.ISSUE_PAPER, stage.level, row.region_id),
        },
        "forms": {
            "receive": ReceiveForm(),
            "give_back": ReturnForm(),
            "recall": RecallForm(),
            **forms,
        },
        "problems": asked.problems,
    }
    return render(request, "verification/submission.html", context, status=asked.status)


@cases(Act.RECEIVE)
@require_POST
def receive(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """接收回执: by the level it was sent to, and another person than the sender."""
    form = ReceiveForm(request.POST)

    def take(row: Submission) -> Submission:
        said = form.cleaned_data
        return work.receive(
            row, by=visitor.user, received_on=said["done_on"], reason=said["late_reason"]
        )

    words = _("已接收,可送下一环节")
    return _press(request, visitor, pk, form, take, name="receive", words=words)


@cases(Act.SEND_BACK)
@require_POST
def give_back(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """退回 unreceived, with the reason: it may be sent again, amended."""
    form = ReturnForm(request.POST)

    def back(row: Submission) -> Submission:
        said = form.cleaned_data
        return work.return_submission(
            row, reason=said["why"], by=visitor.user, done_on=said["done_on"]
        )

    words = _("已退回,送审单位改正后可重新送审")
    return _press(request, visitor, pk, form, back, name="give_back", words=words)


@cases(Act.RECALL)
@require_POST
def recall(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """撤回 before it was received; its rows no longer count."""
    form = RecallForm(request.POST)

    def call(row: Submission) -> Submission:
        said = form.cleaned_data
        return work.recall(row, by=visitor.user, done_on=said["done_on"], reason=said["why"])

    words = _("已撤回,可改正后重新送审")
    return _press(request, visitor, pk, form, call, name="recall", words=words)


def _press(
    request: HttpRequest,
    visitor: Visitor,
    pk: int,
    form: Any,
    act: Callable[[Submission], Submission],
    *,
    name: str,
    words: str,
) -> HttpResponse:
    row, sent = submission_in(visitor, pk), Sent()
    if sent.take([form], lambda: act(row)):
        messages.success(request, words)
        return redirect("submission", pk=pk)
    return _show(request, visitor, submission_in(visitor, pk), sent, **{name: form})


@cases(Act.ISSUE_PAPER)
@require_POST
def issue(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Print 附件2 and 附件3 as things stand; the same facts are the same paper."""
    row = submission_in(visitor, pk)
    level = row.programme.rules.stage(row.stage).level
    held = access.require(visitor.user, Act.ISSUE_PAPER, level, [row.region_id])
    made = issue_many(papers.of_submission(row), by=Actor.of(visitor.user, held), processes=1)
    n = len(made)
    messages.success(request, ngettext("已出具文书 %d 份", "已出具文书 %d 份", n) % n)
    return redirect("submission", pk=pk)
