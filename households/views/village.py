"""村信息: what the gates, the notices and the strata ask of a village in a year."""

from copy import copy

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core import access, sides
from exitcase.core.choices import Act, Level
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent, VersionForm
from exitcase.core.models import Region
from households.forms.imports import YEARS
from households.forms.village import VillageForm
from households.models import VillageYear
from households.services import record_village


@cases(Act.RECORD_VILLAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def village_year(request: HttpRequest, visitor: Visitor, code: str, year: int) -> HttpResponse:
    """One village in one year; what is left alone is no change."""
    village = visitor.scope.regions().filter(pk=code, level=Level.VILLAGE).first()
    if village is None or not YEARS[0] <= year <= YEARS[1]:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    data = sides.chosen(request, lambda: sides.fields_of(_facts(village, year)[1]))
    known, facts = _facts(village, year, data)
    form = VersionForm(data, initial={"version": known.version if known.pk else 0})
    sent = Sent()
    sides.need_answers(sent, data)
    if request.method == "POST" and _recorded(visitor, form, facts, sent):
        messages.success(request, _("村信息已保存"))
        return redirect("village_year", code=code, year=year)
    now, theirs = _facts(village, year)
    both = sides.compared(sent, data, sides.fields_of(facts), lambda: sides.fields_of(theirs))
    if both:
        sides.renew(form, "version", now.version if now.pk else 0)
        both = both.by(sides.written(now, (Act.RECORD_VILLAGE, Act.IMPORT), f"v{now.version}"))
    context = {
        "section": "households",
        "village": village,
        "year": year,
        "form": form,
        "facts": facts,
        "sent": sent,
        "both": both,
        "may": access.may(visitor.scope, Act.RECORD_VILLAGE, Level.VILLAGE, code),
    }
    return render(request, "households/village.html", context, status=sent.status)


def _facts(
    village: Region, year: int, data: QueryDict | None = None
) -> tuple[VillageYear, VillageForm]:
    """What is on record now, and its form: as sent, or as it would be read now."""
    known = VillageYear.objects.filter(village=village.pk, year=year).first()
    record = known or VillageYear(village=village, year=year)
    return record, VillageForm(data, record=copy(record))  # a form writes into its record


def _recorded(
    visitor: Visitor, form: VersionForm, facts: VillageForm, sent: Sent
) -> VillageYear | None:
    one: VillageYear = facts.instance

    def record() -> VillageYear:
        said = form.cleaned_data
        return record_village(
            one.village_id,
            one.year,
            facts.changed,
            version=said["version"],
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    return sent.take([form, facts], record)
