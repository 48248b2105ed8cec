"""The papers of the desks above the village: issued from what is on record, taken away as files."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from exitcase.core import access
from exitcase.core.choices import Act
from exitcase.core.entrance import Visitor, cases
from exitcase.core.journal import Actor
from exitcase.core.models import Paper
from exitcase.core.papers.store import Draft, issue_many
from exitcase.core.scope import Scope
from verification.models import ComparisonRun, Decision, Draw
from verification.services import papers


@dataclass(frozen=True, slots=True)
class Printed:
    """Whose papers: the table, what makes them, their subject in the store, and the page."""

    model: Any
    drafts: Callable[[Any], Iterator[Draft]]
    subject: str
    page: str


PRINTED: Final[Mapping[str, Printed]] = {
    "request": Printed(ComparisonRun, papers.of_request, "comparison", "answer_request"),
    "decision": Printed(Decision, papers.of_decision, "decision", "decision"),
    "draw": Printed(Draw, papers.of_draw, "draw", "draw"),
}


@cases(Act.ISSUE_PAPER)
@require_POST
def issue_desk(request: HttpRequest, visitor: Visitor, of: str, pk: int) -> HttpResponse:
    """Print the papers of one row as things stand; the same facts are the same paper."""
    kind = PRINTED.get(of)
    if kind is None:
        raise Http404
    rows = visitor.scope.filter(kind.model.objects.select_related("programme"))
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    level = row.programme.rules.stage(row.stage).level
    held = access.require(visitor.user, Act.ISSUE_PAPER, level, [row.region_id])
    n = len(issue_many(kind.drafts(row), by=Actor.of(visitor.user, held), processes=1))
    messages.success(request, ngettext("已出具文书 %d 份", "已出具文书 %d 份", n) % n)
    return redirect(kind.page, pk=pk)


def issued(scope: Scope, of: str, pk: int) -> QuerySet[Paper]:
    """The papers of one row that this person may read, the newest version first."""
    rows = scope.filter(Paper.objects.select_related("pdf", "xlsx"))
    own = rows.filter(subject_kind=PRINTED[of].subject, subject_id=str(pk))
    return own.order_by("kind", "-version")
