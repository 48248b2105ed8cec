"""补录: what was entered late, with its reason, for who supervises and who audits."""

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exitcase.core import words
from exitcase.core.choices import Act, Role
from exitcase.core.entrance import Visitor, cases
from exitcase.core.errors import NotAllowed
from verification import queries

A_PAGE: Final = 50
READERS: Final = (
    Role.TOWNSHIP_OFFICER,
    Role.TOWNSHIP_LEADER,
    Role.DISTRICT_OFFICER,
    Role.DISTRICT_LEADER,
    Role.AUDITOR,
)


@cases()
@require_safe
def late_entries(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The day on the paper, the moment of the entry, who, what, and why so late."""
    scope = visitor.scope.of_role(READERS)
    if not scope.codes:
        raise NotAllowed(_("您的职务不能查看补录清单"))
    page = Paginator(queries.late_entries(scope), A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, words.word(Act(one.act))) for one in page.object_list]
    context = {"section": "late", "page": page, "rows": rows}
    return render(request, "verification/late.html", context)
