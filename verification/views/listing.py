"""列入名单: a village chooses households, reads the figures and doubts, and opens a batch."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from exitcase.core import access, income
from exitcase.core.choices import Act, Level
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent, sent_in
from exitcase.core.models import Programme, Region
from exitcase.core.rules import Rules
from exitcase.core.rules_words import How
from exitcase.core.screens import Act as Button
from exitcase.core.screens import Check, Link
from exitcase.core.templatetags.page import part
from households import checks
from households.models import Household, HouseholdYear
from households.services.programme import house_rules
from verification.forms.listing import CheckedForm, ListForm
from verification.models import Batch
from verification.services import listing

NAMED: Final = 8  # households told by name in one line


@dataclass(frozen=True, slots=True)
class Row:
    """One household that may be listed, with what is known of its income in the plan's year."""

    household: Household
    per_head: str  # 元; "" where nobody knows
    above: bool


@cases(Act.LIST)
@require_http_methods(["GET", "HEAD", "POST"])
def list_cases(request: HttpRequest, visitor: Visitor, code: str) -> HttpResponse:
    """Choose, read what follows, and only then open the batch."""
    village = visitor.scope.regions().filter(pk=code, level=Level.VILLAGE).first()
    plans = _plans()
    if village is None or not plans:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    plan = _plan(plans, request)
    rows = visitor.scope.filter(listing.listable(code, plan.rules)).order_by("group", "number")
    confirmed = "confirmed" in request.POST
    form = (CheckedForm if confirmed else ListForm)(sent_in(request), plans=plans, rows=rows)
    sent = Sent()
    if request.method == "POST":
        access.require(visitor.user, Act.LIST, Level.VILLAGE, [code])
        if confirmed:
            made = sent.take([form], lambda: _listed(visitor, village, plan, form))
            if made:
                n = made.cases.count()
                told = ngettext("已列入 %d 户,可以开始采集", "已列入 %d 户,可以开始采集", n) % n
                messages.success(request, told)
                return redirect("batch", pk=made.pk)
        elif not form.is_valid():
            sent.take([form], lambda: None)
        if "cases" in form.cleaned_data:
            return _checked(request, village, plan, form, sent)
    context = {
        "section": "households",
        "village": village,
        "plan": plan,
        "plans": plans,
        "rows": _rows(list(rows), plan.rules),
        "picked": _picked(request, plan.rules, rows),
        "form": form,
        "sent": sent,
        "may": access.may(visitor.scope, Act.LIST, Level.VILLAGE, code),
    }
    return render(request, "verification/list_cases.html", context, status=sent.status)


def _plans() -> list[Programme]:
    """The newest version of every plan, the house's own first."""
    own = house_rules()
    key = own.key if own else ""
    return sorted(Programme.objects.current(), key=lambda one: (one.key != key, one.key))


def _plan(plans: Sequence[Programme], request: HttpRequest) -> Programme:
    asked = request.POST.get("programme") or request.GET.get("programme", "")
    return next((one for one in plans if one.key == asked), plans[0])


def _picked(request: HttpRequest, rules: Rules, rows: QuerySet[Household]) -> set[int]:
    """What is ticked: as it was sent; nobody, unless the plan lists all of them."""
    sent = request.POST if request.method == "POST" else request.GET
    if request.method == "POST" or "cases" in sent:
        return {int(key) for key in sent.getlist("cases") if key.isdecimal()}
    return set(rows.values_list("pk", flat=True)) if rules.listing.how == How.ALL else set()


def _rows(households: Sequence[Household], rules: Rules) -> list[Row]:
    years = _years(households, rules)
    return [_row(one, years.get(one.pk), rules) for one in households]


def _years(households: Iterable[Household], rules: Rules) -> dict[int, HouseholdYear]:
    keys = [one.pk for one in households]
    records = HouseholdYear.objects.filter(household__in=keys, year=rules.year)
    return {record.household_id: record for record in records}


def _row(one: Household, record: HouseholdYear | None, rules: Rules) -> Row:
    if record is None or record.net_fen is None or not record.persons:
        return Row(one, "", above=False)
    known = f"{income.per_head(record.net_fen, record.persons):,}"
    return Row(one, known, above=rules.above(record.net_fen, record.persons))


def _listed(visitor: Visitor, village: Region, plan: Programme, form: ListForm) -> Batch:
    said = form.cleaned_data
    return listing.list_cases(
        village.pk,
        said["cases"],
        programme=plan,
        by=visitor.user,
        done_on=said["done_on"],
        reason=said["late_reason"],
    )


def _checked(
    request: HttpRequest, village: Region, plan: Programme, form: ListForm, sent: Sent
) -> HttpResponse:
    """What the choice comes to, before the batch is opened."""
    chosen = list(form.cleaned_data["cases"].order_by("group", "number"))
    again = CheckedForm(plans=[plan], rows=form.cleaned_data["cases"], initial=form.cleaned_data)
    query = urlencode([("programme", plan.key), *(("cases", one.pk) for one in chosen)])
    href = reverse("list_cases", args=[village.pk])
    check = Check(
        title=_("列入名单:%s") % village.name,
        figures=[
            (_("户"), str(len(chosen))),
            (_("人"), str(sum(one.persons for one in chosen))),
            (_("批次"), part(listing.next_part(village.pk, plan))),
            (_("方案"), plan.rules.title),
        ],
        exceptions=_doubts(chosen, plan.rules),
        receiver=_("本村,进入「%s」") % plan.rules.first.title,
        withdrawal=_("列入后户案即开始办理;可在批次页面逐户撤回"),
        act=Button(_("列入名单"), href, primary=True),
        back=Link(_("返回"), f"{href}?{query}"),
    )
    context = {
        "section": "households",
        "check": check,
        "form": again,
        "problems": sent.problems,
        "blockers": (),
    }
    return render(request, "exitcase/check.html", context, status=sent.status)


def _doubts(chosen: Sequence[Household], rules: Rules) -> list[str]:
    """What to look at first: unknown or short incomes, and the register's own questions."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in _rows(chosen, rules):
        if not row.per_head:
            found[_("没有本年度收入和核算人口")].append(row.household.head_name)
        elif rules.income and not row.above:
            found[_("人均纯收入未达到方案标准")].append(row.household.head_name)
    names = {one.pk: one.head_name for one in chosen}
    asked = Household.objects.filter(pk__in=names)
    for doubt in checks.ask_all(asked, rules.year, rules):
        found[doubt.message].append(names[doubt.household])
    return [_told(message, heads) for message, heads in found.items()]


def _told(message: str, heads: Sequence[str]) -> str:
    said = {"message": message, "n": len(heads), "names": "、".join(heads[:NAMED])}
    more = "…" if len(heads) > NAMED else ""
    return _("%(message)s:%(n)d 户(%(names)s)") % said + more
