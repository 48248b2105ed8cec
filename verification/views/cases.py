"""户案: one household in one batch: milestones, evidence, papers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from exitcase.core import access, clock
from exitcase.core.choices import LIVE, Act, Level
from exitcase.core.entrance import Visitor, cases
from exitcase.core.journal import Actor
from exitcase.core.papers.store import issue_many
from exitcase.core.services.reads import log_reads
from verification import queries
from verification.models import Case
from verification.services import papers
from verification.views.deeds import deeds
from verification.views.dossier import dossier, found
from verification.views.line import of_case


@cases()
@require_safe
def case(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Who did what when, what was signed, what hangs where; who looks is written down."""
    return _page(request, visitor, found(visitor, pk))


@cases()
@require_POST
def verify_files(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The same page, with every stored file read and hashed anew."""
    return _page(request, visitor, found(visitor, pk), verify=True)


@cases(Act.ISSUE_PAPER)
@require_POST
def issue(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Print the household's papers as the facts stand; the same facts are the same paper."""
    one = found(visitor, pk)
    held = access.require(visitor.user, Act.ISSUE_PAPER, Level.VILLAGE, [one.village_id])
    drafts = [of.draft for of in papers.of_cases(Case.objects.filter(pk=pk))]
    made = issue_many(drafts, by=Actor.of(visitor.user, held), processes=1)
    n = len(made)
    messages.success(request, ngettext("已出具文书 %d 份", "已出具文书 %d 份", n) % n)
    return redirect("case", pk=pk)


def _page(
    request: HttpRequest, visitor: Visitor, one: Case, *, verify: bool = False
) -> HttpResponse:
    log_reads(visitor.user, one.village_id, "page", "case", [one.pk])
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
        "deeds": deeds(visitor.scope, one),
        "may_issue": access.may(visitor.scope, Act.ISSUE_PAPER, Level.VILLAGE, one.village_id),
        **dossier(one, visitor, verify=verify),
    }
    return render(request, "verification/case.html", context)
