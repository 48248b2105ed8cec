"""户案: one household in one batch: milestones, evidence, papers."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from exitcase.core import access, clock
from exitcase.core.choices import LIVE, Act, Level
from exitcase.core.entrance import Visitor, cases
from exitcase.core.journal import Actor
from exitcase.core.papers.store import issue_many
from exitcase.core.services.reads import log_reads
from publicity.models import Notice, NoticeItem
from publicity.queries import open_objections
from verification import queries
from verification.models import Assessment, Case, Correction, Hit, Inspection, Signature, Vote
from verification.services import papers
from verification.views.line import of_case


@cases()
@require_safe
def case(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Who did what when, what was signed, what hangs where; who looks is written down."""
    one = _found(visitor, pk)
    log_reads(visitor.user, one.village_id, "page", "case", [pk])
    rules = one.batch.rules
    live = one.state in LIVE
    here = one.batch.ask().stage if live else None
    days = queries.days_left(rules, here, clock.today()) if here else None
    context: dict[str, Any] = {
        "section": "batches",
        "case": one,
        "rules": rules,
        "live": live,
        "line": of_case(one, late=days is not None and days < 0),
        "milestones": queries.milestones(one),
        "blockers": queries.blockers_of(one) if live else [],
        "papers": queries.papers_of_case(visitor.scope, one),
        "may_issue": access.may(visitor.scope, Act.ISSUE_PAPER, Level.VILLAGE, one.village_id),
        **_evidence(one, visitor),
    }
    return render(request, "verification/case.html", context)


@cases(Act.ISSUE_PAPER)
@require_POST
def issue(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Print the household's papers as the facts stand; the same facts are the same paper."""
    one = _found(visitor, pk)
    held = access.require(visitor.user, Act.ISSUE_PAPER, Level.VILLAGE, [one.village_id])
    drafts = [of.draft for of in papers.of_cases(Case.objects.filter(pk=pk))]
    made = issue_many(drafts, by=Actor.of(visitor.user, held), processes=1)
    n = len(made)
    messages.success(request, ngettext("已出具文书 %d 份", "已出具文书 %d 份", n) % n)
    return redirect("case", pk=pk)


def _found(visitor: Visitor, pk: int) -> Case:
    one = queries.cases(visitor.scope).filter(pk=pk).first()
    if one is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    return one


def _evidence(one: Case, visitor: Visitor) -> dict[str, Any]:
    """What is on record, the void struck through by the template; a query each."""
    of_case = {"case": one.pk}
    items = NoticeItem.objects.filter(case_key=one.pk).select_related("notice")
    # A village's household hangs on the district's announcement too, which the village cannot open.
    within = visitor.scope.filter(Notice.objects.filter(items__in=items))
    return {
        "signatures": Signature.objects.filter(**of_case).order_by("pk"),
        "votes": Vote.objects.filter(**of_case).select_related("meeting").order_by("pk"),
        "visits": Inspection.objects.filter(**of_case).order_by("pk"),
        "judged": Assessment.objects.filter(**of_case).order_by("pk"),
        "corrections": Correction.objects.filter(**of_case).order_by("pk"),
        "hits": Hit.objects.filter(**of_case).order_by("pk"),
        "hung": items.order_by("pk"),
        "within": set(within.values_list("pk", flat=True)),
        "objections": open_objections([one.pk]),
    }
