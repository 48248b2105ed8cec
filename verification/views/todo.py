"""待办: what waits for me, the most urgent first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exitcase.core.entrance import Visitor, cases
from verification.views.desk import SOON, desk
from verification.views.questions import waiting


@cases()
@require_safe
def todo(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    scope = visitor.scope
    context = {"section": "todo", "desk": desk(scope), "soon": SOON, "questions": waiting(scope)}
    return render(request, "verification/todo.html", context)
