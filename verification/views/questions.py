"""疑问: what looks made up, for the district that answers and for auditors who read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from exitcase.core import access, clock
from exitcase.core.choices import Act, Level, Role
from exitcase.core.entrance import Visitor, cases
from exitcase.core.errors import NotAllowed, OutOfScope, Refused
from exitcase.core.scope import Scope
from exitcase.core.screens import Filter
from verification.models import Case, Question, QuestionRow
from verification.services.questions import answering

A_PAGE: Final = 20
NAMED: Final = 12  # households named of one question
# Those asked about, villages and townships, do not read along.
READERS: Final = (Role.DISTRICT_OFFICER, Role.DISTRICT_LEADER, Role.AUDITOR)


class AnswerForm(forms.Form):
    """What looking into it came to."""

    answer = forms.CharField(
        label=gettext_lazy("答复"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("例如:已调阅原片并询问两户,照片误传,已重新拍摄补录"),
    )


@cases()
@require_safe
def questions(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Open ones first; filtered by kind, and by whether they are answered."""
    scope = watching(visitor.scope)
    if not scope.codes:
        raise NotAllowed(_("您的职务不能查看疑问"))
    asked = {name: request.GET.get(name, "") for name in ("kind", "state")}
    rows = scope.filter(Question.objects.all())
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    if asked["state"]:
        rows = rows.filter(answered_at__isnull=asked["state"] == "open")
    return _page(request, visitor, rows, asked=asked)


@cases(Act.ANSWER_QUESTION)
@require_POST
def answer(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Write an answer down; where it is refused, the question again with what was wrong."""
    rows = watching(visitor.scope).filter(Question.objects.filter(pk=pk))
    one = rows.first()
    if one is None:
        raise OutOfScope(_("没有找到,或不在您的管辖范围内"))
    access.require(visitor.user, Act.ANSWER_QUESTION, Level.DISTRICT, [one.region_id])
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            said = form.cleaned_data["answer"]
            answering.answer(one, text=said, by=visitor.user, done_on=clock.today())
        except Refused as refused:
            form.add_error("answer", str(refused))
        else:
            messages.success(request, _("答复已记录"))
            return redirect("questions")
    return _page(request, visitor, rows, form=form)


def watching(scope: Scope) -> Scope:
    """The part of a person's posts by which questions are seen."""
    return scope.of_role(READERS)


def waiting(scope: Scope) -> int | None:
    """How many questions wait for an answer; None for who does not see them."""
    seen = watching(scope)
    return seen.filter(Question.objects.filter(answered_at=None)).count() if seen.codes else None


def _page(
    request: HttpRequest,
    visitor: Visitor,
    rows: QuerySet[Question],
    *,
    asked: Mapping[str, str] | None = None,
    form: AnswerForm | None = None,
) -> HttpResponse:
    """`form`: of the one question an answer was refused for."""
    ordered = rows.select_related("answered_by").order_by(
        F("answered_at").asc(nulls_first=True), "-pk"
    )
    page = Paginator(ordered, A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    told = _told(shown)
    context: dict[str, Any] = {
        "section": "questions",
        "page": page,
        "rows": [(one, *told[one.pk], form or AnswerForm()) for one in shown],
        "filters": _filters(asked) if asked else (),
        "may_answer": any(
            access.may(visitor.scope, Act.ANSWER_QUESTION, Level.DISTRICT, one.region_id)
            for one in shown
        ),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
    return render(request, "verification/questions.html", context, status=status)


def _filters(asked: Mapping[str, str]) -> list[Filter]:
    kinds = [(key, str(word)) for key, word in Question.Kind.choices]
    states = [("open", _("待答复")), ("answered", _("已答复"))]
    return [
        Filter("kind", _("种类"), asked["kind"], kinds),
        Filter("state", _("状态"), asked["state"], states),
    ]


def _told(shown: Sequence[Question]) -> dict[int, tuple[int, list[Case], int]]:
    """Of each question: its rows, the first of its households, and how many more."""
    rows: dict[int, int] = defaultdict(int)
    of: dict[int, dict[int, Case]] = defaultdict(dict)
    found = QuestionRow.objects.filter(question__in=shown).select_related("case__village")
    for row in found.order_by("pk"):
        rows[row.question_id] += 1
        if row.case:
            of[row.question_id][row.case.pk] = row.case
    return {
        one.pk: (rows[one.pk], [*of[one.pk].values()][:NAMED], max(len(of[one.pk]) - NAMED, 0))
        for one in shown
    }
