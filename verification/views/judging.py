"""达标认定 by others than visitors: a village's meeting, or the organ that answers for it."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core.choices import LIVE, Act
from exitcase.core.entrance import Visitor, cases
from exitcase.core.errors import NotAllowed
from exitcase.core.forms import Sent, sent_in
from exitcase.core.rules import Indicator, Organ, Rules, Stage
from exitcase.core.scope import Scope
from verification import queries
from verification.forms.judging import JudgeForm
from verification.models import Assessment, Batch, Case
from verification.services import assessments
from verification.views.answers import questions_of
from verification.views.drafts import draft_of


@dataclass(frozen=True, slots=True)
class _Page:
    """The indicators one body judges of a household; `organ` None: the village's meeting."""

    case: Case
    stage: Stage
    organ: Organ | None
    form: JudgeForm
    sent: Sent = field(default_factory=Sent)


@cases(Act.ASSESS)
@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """One household's indicators, as many as this person's body answers for."""
    case = _found(visitor, pk)
    page = _page(request, visitor, case)
    if request.method == "POST":
        n = _judged(visitor, page)
        if n:
            told = _("%(name)s:已认定 %(n)d 项") % {"name": case.head_name, "n": n}
            messages.success(request, told, draft_of(request))
            return _next(visitor, page)
    rows = Assessment.objects.filter(case=case.pk, stage=page.stage.key, void_tx="")
    titles = {one.key: one.title for one in case.batch.rules.indicators}
    context = {
        "section": "batches",
        "entry_page": True,
        "page": page,
        "questions": questions_of(case, page.form, page.form.indicators),
        "judged": [(titles[one.indicator], one) for one in rows.order_by("pk")],
    }
    return render(request, "verification/judge.html", context, status=page.sent.status)


def _found(visitor: Visitor, pk: int) -> Case:
    """The case, if it waits where its indicators are judged so; else there is no such page."""
    case = queries.cases(visitor.scope).filter(pk=pk).first()
    if case is None or case.state not in LIVE or case.batch.stage not in case.batch.rules.keys:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    rules, stage = case.batch.rules, case.batch.ask().stage
    if not assessments.judged_here(rules, stage) or case.state != rules.standing_before(stage.key):
        raise Http404(_("本户在本环节没有要认定的指标"))
    return case


def _page(request: HttpRequest, visitor: Visitor, case: Case) -> _Page:
    rules, stage = case.batch.rules, case.batch.ask().stage
    organ = None
    if assessments.by_organs(stage):
        own = assessments.organs_of(visitor.user, rules, case.village_id)
        if not own:
            raise NotAllowed(_("本环节各项指标由其主责部门认定"))
        organ = own[0]
    data = sent_in(request)
    return _Page(case, stage, organ, JudgeForm(data, indicators=_own(rules, organ)))


def _own(rules: Rules, organ: Organ | None) -> list[Indicator]:
    """The indicators a body judges; of the village's meeting all."""
    of_cases = [one for one in rules.indicators if one.key in rules.indicator_keys]
    return [one for one in of_cases if organ is None or organ.key in one.organs]


def _judged(visitor: Visitor, page: _Page) -> int:
    """How many indicators, by one call of the service; 0 where something is wrong."""
    one = Case.objects.filter(pk=page.case.pk)

    def keep() -> int:
        said = page.form.cleaned_data
        results = {page.case.pk: page.form.results}
        way: dict[str, Any] = {"by": visitor.user, "done_on": said["done_on"]}
        way["reason"] = said["late_reason"]
        if page.organ:
            return assessments.assess_own(one, page.stage.key, page.organ.key, results, **way)
        return assessments.assess(one, page.stage.key, results, **way)

    return page.sent.take([page.form], keep) or 0


def unjudged(scope: Scope, batch: Batch, wanted: set[str]) -> list[int]:
    """The households of a list that wait there and lack one of these indicators; two queries."""
    stage = batch.ask().stage
    waiting = scope.filter(Case.objects.filter(batch=batch)).filter(
        state=batch.rules.standing_before(stage.key)
    )
    done: dict[int, set[str]] = {}
    rows = Assessment.objects.filter(case__in=waiting, stage=stage.key, void_tx="")
    for case, indicator in rows.values_list("case", "indicator"):
        done.setdefault(case, set()).add(indicator)
    order = waiting.order_by("group", "number").values_list("pk", flat=True)
    return [pk for pk in order if not wanted <= done.get(pk, set())]


def _next(visitor: Visitor, page: _Page) -> HttpResponse:
    """The next household that lacks one of the same indicators; after the last the list."""
    wanted = {one.key for one in page.form.indicators}
    left = [pk for pk in unjudged(visitor.scope, page.case.batch, wanted) if pk != page.case.pk]
    return redirect("judge", pk=left[0]) if left else redirect("batch", pk=page.case.batch_id)
