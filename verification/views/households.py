"""农户: the list and one household, each with the stage of its current case."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from exitcase.core import access, clock, words
from exitcase.core.choices import DIGITS, ENDS, LIVE, Act, Level, Status
from exitcase.core.entrance import Visitor, cases
from exitcase.core.scope import Scope
from exitcase.core.screens import Filter
from exitcase.core.services.reads import log_reads
from households.models import Household, HouseholdYear, Member
from verification import queries
from verification.models import Case
from verification.queries import NOT_LISTED
from verification.views.deeds import deeds_of_household

A_PAGE: Final = 50


class Purpose(forms.Form):
    """Full numbers are shown for a purpose, which is written down."""

    purpose = forms.CharField(
        label=gettext_lazy("查看完整号码的用途"),
        max_length=120,
        help_text=gettext_lazy("例如:核对参保信息"),
    )


@cases()
@require_safe
def households(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Filtered by name or number, group, status, village, and the stage of the current case."""
    asked = {
        name: request.GET.get(name, "").strip()
        for name in ("text", "group", "status", "stage", "village")
    }
    rows = queries.households(visitor.scope, **asked)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    now = queries.current_cases(shown)
    context = {
        "section": "households",
        "page": page,
        "rows": [(one, now.get(one.pk)) for one in shown],
        "filters": _filters(visitor.scope, asked),
        "live": LIVE,
        "may_import": _may_import(visitor.scope),
        **_village(visitor.scope, asked["village"]),
    }
    return render(request, "verification/households.html", context)


@cases()
@require_safe
def household(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """One household with masked numbers; who looked is written down."""
    return _page(request, visitor, pk, Purpose())


@cases()
@require_POST
def numbers(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The same page with full numbers, for a purpose."""
    form = Purpose(request.POST)
    return _page(request, visitor, pk, form, full=form.is_valid())


def _page(
    request: HttpRequest, visitor: Visitor, pk: int, form: Purpose, *, full: bool = False
) -> HttpResponse:
    one = _found(visitor, pk)
    purpose = form.cleaned_data["purpose"] if full else ""
    subject = "member_numbers" if full else "household"
    log_reads(visitor.user, one.village_id, "page", subject, [pk], purpose=purpose)
    own = Case.objects.filter(household=one).select_related("batch__programme").order_by("-pk")
    years = list(HouseholdYear.objects.filter(household=one).order_by("-year"))
    cases_ = list(own)
    context: dict[str, Any] = {
        "section": "households",
        "household": one,
        "members": Member.objects.filter(household=one).order_by("number"),
        "years": years,
        "entries": _entries(visitor.scope, one, (row.year for row in years), cases_),
        "cases": cases_,
        "live": LIVE,
        "form": form,
        "full": full,
        "deeds": deeds_of_household(visitor.scope, one, next(iter(own), None)),
    }
    status = 422 if form.is_bound and not full else 200
    return render(request, "verification/household.html", context, status=status)


def _found(visitor: Visitor, pk: int) -> Household:
    one = visitor.scope.filter(Household.objects.select_related("village")).filter(pk=pk).first()
    if one is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    return one


def _filters(scope: Scope, asked: dict[str, str]) -> list[Filter]:
    villages = _villages(scope)
    choose = [Filter("village", _("村"), asked["village"], villages)] if villages else []
    return [
        Filter("text", _("户主姓名或户编号"), asked["text"]),
        *choose,
        Filter("group", _("组"), asked["group"]),
        Filter("status", _("状态"), asked["status"], [(s.value, words.word(s)) for s in Status]),
        Filter("stage", _("所在环节"), asked["stage"], [*queries.stages_met(scope), *_ends()]),
    ]


def _ends() -> list[tuple[str, str]]:
    return [*((end.value, words.word(end)) for end in ENDS), (NOT_LISTED, _("未列入名单"))]


def _villages(scope: Scope) -> list[tuple[str, str]]:
    """For who sees several; a village's own people need not choose."""
    found = scope.regions().filter(level=Level.VILLAGE).order_by("code").values_list("code", "name")
    return list(found) if len(found) > 1 else []


def _village(scope: Scope, asked: str) -> dict[str, Any]:
    """The one village in view, and what may be done for it from here."""
    codes = [asked] if scope.covers(asked) else scope.codes
    whole = len(codes) == 1 and codes[0].isdecimal() and len(codes[0]) == DIGITS[Level.VILLAGE]
    code = codes[0] if whole else ""
    return {
        "village": code,
        "this_year": clock.today().year,
        "may_list": bool(code) and access.may(scope, Act.LIST, Level.VILLAGE, code),
        "may_record": bool(code) and access.may(scope, Act.RECORD_VILLAGE, Level.VILLAGE, code),
    }


def _entries(
    scope: Scope, one: Household, known: Iterable[int], cases: Iterable[Case]
) -> list[int]:
    """The years that may be recorded here, the latest first: on record, under way, this one."""
    if not access.may(scope, Act.RECORD_YEAR, Level.VILLAGE, one.village_id):
        return []
    under_way = {case.batch.rules.year for case in cases if case.state in LIVE}
    return sorted({*known, *under_way, clock.today().year}, reverse=True)


def _may_import(scope: Scope) -> bool:
    return any(
        access.may(scope, Act.IMPORT, level, code)
        for code in scope.codes
        for level in (Level.TOWNSHIP, Level.DISTRICT)
    )
