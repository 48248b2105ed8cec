"""比对反馈: one bureau's answer, entered line by line or read from its list, or none found."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core import access
from exitcase.core.choices import Act, FileKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import DoneForm, Sent
from exitcase.core.uploads import keep
from verification.forms.choosing import Known
from verification.forms.comparing import AnswerForm, HitLines, ListForm
from verification.models import Case, ComparisonItem, ComparisonRun, Hit
from verification.services import comparison
from verification.services.feedback import match_feedback
from verification.views.drafts import draft_of
from verification.views.printing import issued


@dataclass(frozen=True, slots=True)
class _Answer:
    """A bureau's answer as it is being filled in, and what is wrong with it."""

    run: ComparisonRun
    asked: list[Case]
    form: AnswerForm
    lines: Any
    book: ListForm
    confirm: DoneForm
    sent: Sent = field(default_factory=Sent)
    unmatched: list[int] = field(default_factory=list)

    @property
    def forms(self) -> list[BaseForm]:
        """Those that were sent: what nobody filled in has no faults to tell."""
        every = [self.form, self.book, self.confirm, *self.lines]
        return [one for one in every if one.is_bound]


@cases(Act.RAISE_HIT, Act.COMPARE)
@require_http_methods(["GET", "HEAD", "POST"])
def answer_request(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """A bureau's answer: line by line or from its own list; a registered one is confirmed here."""
    run = _run(visitor, pk)
    page = _answer_page(request, run)
    if request.method == "POST":
        if "read" in request.POST:
            page = _read(request, page)
        elif told := _confirm(visitor, page) if "confirm" in request.POST else _take(visitor, page):
            messages.success(request, told, draft_of(request))
            return redirect("compare", programme=run.programme_id, stage=run.stage)
    rules = run.programme.rules
    level = rules.stage(run.stage).level
    hits = Hit.objects.filter(run=run).select_related("case__village").order_by("pk")
    context = {
        "section": "batches",
        "entry_page": run.entered_on is None,
        "page": page,
        "run": run,
        "rules": rules,
        "stage": rules.stage(run.stage),
        "bureau": rules.organ(run.bureau).title,
        "hits": list(hits),
        "papers": issued(visitor.scope, "request", pk),
        "may": {
            "issue": access.may(visitor.scope, Act.ISSUE_PAPER, level, run.region_id),
            "answer": access.may(visitor.scope, Act.RAISE_HIT, level, run.region_id),
            "confirm": access.may(visitor.scope, Act.COMPARE, level, run.region_id),
        },
    }
    return render(request, "verification/answer.html", context, status=page.sent.status)


def _run(visitor: Visitor, pk: int) -> ComparisonRun:
    rows = ComparisonRun.objects.select_related("programme", "entered_by", "confirmed_by")
    return visitor.find(rows, pk)


def _answer_page(request: HttpRequest, run: ComparisonRun, data: Any = None) -> _Answer:
    asked = Case.objects.filter(pk__in=ComparisonItem.valid(run=run).values("case"))
    rows = list(asked.select_related("household", "village").order_by("village", "number"))
    posted = request.method == "POST"
    confirming, reading = "confirm" in request.POST, "read" in request.POST
    whole = (data or request.POST, request.FILES) if posted and not confirming else (None, None)
    return _Answer(
        run,
        rows,
        AnswerForm(*(whole if not reading else (None, None)), initial=request.POST.dict()),
        HitLines(whole[0], prefix="hit", form_kwargs={"known": Known(rows)}),
        ListForm(*(whole if reading else (None, None))),
        DoneForm(request.POST if confirming else None),
    )


def _take(visitor: Visitor, page: _Answer) -> str:
    """The answer as the service takes it; the words of what was done, or nothing."""
    filled = [line for line in page.lines if line.filled]
    nil = page.form.data.get("nil")
    if bool(filled) == bool(nil):
        page.sent.problems.append(
            _("请逐条登记疑点,或勾选「无异常」") if not filled else _("有疑点时不能勾选「无异常」")
        )

    def answer() -> ComparisonRun:
        said = page.form.cleaned_data
        return comparison.answer(
            page.run,
            answered_on=said["done_on"],
            number=said["number"],
            answered_by=said["answered_by"],
            file=keep(said["file"], FileKind.SCAN, page.run.region_id, visitor.user),
            hits=[line.spec for line in filled],
            by=visitor.user,
            reason=said["late_reason"],
        )

    done = page.sent.take([page.form, *filled], answer)
    if done is None:
        return ""
    return _("反馈已登记") if done.answered_on else _("反馈已登记,须由另一人确认后生效")


def _confirm(visitor: Visitor, page: _Answer) -> str:
    def confirm() -> ComparisonRun:
        said = page.confirm.cleaned_data
        return comparison.confirm_answer(
            page.run, by=visitor.user, done_on=said["done_on"], reason=said["late_reason"]
        )

    return _("反馈已确认") if page.sent.take([page.confirm], confirm) else ""


def _read(request: HttpRequest, page: _Answer) -> _Answer:
    """The same page with a line for every row of the list that is one of the households asked."""
    if not page.book.is_valid():
        page.sent.take([page.book], lambda: None)
        return page
    found = match_feedback(page.run, page.book.cleaned_data["rows"])
    kept = [line for line in page.lines if line.filled]
    rows = [{name: str(line[name].value() or "") for name in line.fields} for line in kept]
    rows += [
        {"who": spec.case.number, "fact": spec.fact.value, "why": spec.detail}
        for spec in found.hits
    ]
    made = _answer_page(request, page.run, _as_typed(request, rows))
    made.unmatched.extend(found.unmatched)
    return made


def _as_typed(request: HttpRequest, rows: list[dict[str, str]]) -> QueryDict:
    """What was sent, with these lines in place of its own and one to spare."""
    data = request.POST.copy()
    for key in [key for key in data if key.startswith("hit-")]:
        del data[key]
    data["hit-TOTAL_FORMS"], data["hit-INITIAL_FORMS"] = str(len(rows) + 1), "0"
    for at, row in enumerate(rows):
        for name, text in row.items():
            data[f"hit-{at}-{name}"] = text
    return data
