"""往日状态: a batch as it stood at the end of a past day, for whoever looks back."""

from datetime import date
from http import HTTPStatus
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from exitcase.core import clock
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Day
from verification.documents.past import batch_on
from verification.models import Case
from verification.views.batches import found
from verification.views.line import step_line


class OnForm(forms.Form):
    """Which day; none to come."""

    on = forms.DateField(label=gettext_lazy("截至哪一天 24:00"), widget=Day)

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > clock.today():
            raise ValidationError(_("日期不能晚于今天"))
        return day


@cases()
@require_safe
def past(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The state of each household this person sees, the stage, and the counts of the whole."""
    batch = found(visitor, pk)
    asked = {"on": request.GET.get("on") or clock.today().isoformat()}
    form = OnForm(asked)
    context: dict[str, Any] = {
        "section": "batches",
        "batch": batch,
        "rules": batch.rules,
        "form": form,
    }
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "verification/past.html", context, status=status)
    then = batch_on(batch, form.cleaned_data["on"])
    keys = [row.case.pk for row in then.rows]
    seen = visitor.scope.filter(Case.objects.filter(pk__in=keys))
    own = set(seen.values_list("pk", flat=True))
    context |= {
        "then": then,
        "rows": [row for row in then.rows if row.case.pk in own],
        "line": step_line(batch.rules, then.stage) if then.stage else [],
    }
    return render(request, "verification/past.html", context)
