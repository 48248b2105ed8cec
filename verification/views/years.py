"""年度信息: a household's conditions and measures, and its income statement, each of one year."""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core import access, income, sides
from exitcase.core.choices import Act, Fact, Level
from exitcase.core.entrance import Visitor, cases
from exitcase.core.errors import Refused
from exitcase.core.forms import Sent, VersionForm
from exitcase.core.rules import Rules
from exitcase.core.services.reads import log_reads
from households.forms.imports import YEARS
from households.models import Household, HouseholdYear, Member
from households.services.programme import rules_of
from verification.forms.correcting import YearForm
from verification.forms.years import (
    Group,
    MeasureLines,
    by_indicator,
    figures,
    groups,
    measure_line,
)
from verification.models import Case
from verification.services.listing import open_case, record_household
from verification.views.drafts import draft_of

PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])


@dataclass
class _Sheet:
    """One household's year as it is being filled in."""

    household: Household
    year: int
    sent: Sent = field(default_factory=Sent)

    @cached_property
    def record(self) -> HouseholdYear | None:
        return HouseholdYear.objects.filter(household=self.household, year=self.year).first()

    @cached_property
    def case(self) -> Case | None:
        return open_case(self.household, self.year)

    @cached_property
    def rules(self) -> Rules | None:
        """By whose rules it is summed up: the open case's plan, else the year's own."""
        if self.case:
            return self.case.batch.rules
        try:
            return rules_of(self.year)
        except Refused as several:
            self.sent.problems.append(str(several))
            return None

    @property
    def persons(self) -> int:
        """What the net income is divided by: as recorded, until then the people there are."""
        recorded = self.record.persons if self.record else None
        return recorded or self.household.persons

    @property
    def version(self) -> int:
        return self.record.version if self.record else 0

    def form(self, data: QueryDict | None) -> VersionForm:
        return VersionForm(data, initial={"version": self.version})

    def read_again(self) -> None:
        """What is on record now, after somebody else was faster."""
        self.__dict__.pop("record", None)

    def record_it(self, visitor: Visitor, form: VersionForm, data: Any, **more: Any) -> object:
        said = form.cleaned_data
        return record_household(
            self.household,
            self.year,
            data,
            version=said["version"],
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
            **more,
        )


@dataclass(frozen=True, slots=True)
class _Entry:
    """What was sent to one of the two pages, and what saves it; `theirs` reads the record anew."""

    data: QueryDict | None
    form: VersionForm
    checked: Sequence[Any]
    mine: Sequence[sides.Part]
    theirs: Callable[[], Sequence[sides.Part]]
    act: Callable[[], object]
    told: str
    template: str


@cases(Act.RECORD_YEAR)
@PAGE_AND_FORM
def year(request: HttpRequest, visitor: Visitor, pk: int, year: int) -> HttpResponse:
    """Living conditions, under the plan's indicators, and the measures of help received."""
    sheet = _sheet(visitor, pk, year)
    data = sides.chosen(request, lambda: _parts(*_conditions(sheet, None)))
    form = sheet.form(data)
    facts, measures = _conditions(sheet, data)

    def act() -> object:
        specs = [line.spec for line in measures if line.spec]
        # A mere count of an import stays.
        more = {"measures": specs} if specs or measures.initial else {}
        return sheet.record_it(visitor, form, facts.changed, **more)

    entry = _Entry(
        data,
        form,
        checked=[form, facts, *measures],
        mine=_parts(facts, measures),
        theirs=lambda: _parts(*_conditions(sheet, None)),
        act=act,
        told=_("家庭情况已保存"),
        template="verification/year.html",
    )
    context = {
        "facts": facts,
        "sections": by_indicator(facts, sheet.rules),
        "measures": measures,
    }
    return _page(request, visitor, sheet, entry, context)


@cases(Act.RECORD_YEAR)
@PAGE_AND_FORM
def statement(request: HttpRequest, visitor: Visitor, pk: int, year: int) -> HttpResponse:
    """年度人均纯收入统计表: what counts and what does not by the plan, summed up as it stands."""
    sheet = _sheet(visitor, pk, year)
    data = sides.chosen(request, lambda: _parts(*_groups(sheet, None)))
    form = sheet.form(data)
    made = _groups(sheet, data)

    def act() -> object:
        items = [spec for group in made for spec in group.specs]
        return sheet.record_it(visitor, form, {}, items=items)

    entry = _Entry(
        data,
        form,
        checked=[form, *(line for group in made for line in group.lines)],
        mine=_parts(*made),
        theirs=lambda: _parts(*_groups(sheet, None)),
        act=act,
        told=_("收入统计表已保存"),
        template="verification/statement.html",
    )
    sums = figures(sheet.rules, made)
    context = {
        "groups": made,
        "sums": sums,
        "persons": sheet.persons,
        "per_head": f"{income.per_head(sums.net, sheet.persons):,}" if sheet.persons else None,
        "line": _line(sheet.rules),
        "above": sheet.rules.above(sums.net, sheet.persons) if sheet.rules else None,
    }
    return _page(request, visitor, sheet, entry, context)


def _conditions(sheet: _Sheet, data: QueryDict | None) -> tuple[YearForm, Any]:
    """The conditions of the year and its measures: as sent, or as they are on record."""
    rows = list(sheet.record.measure_rows.order_by("pk")) if sheet.record else []
    record = copy(sheet.record) or HouseholdYear(year=sheet.year)  # a form writes into its record
    return YearForm(data, record=record), MeasureLines(
        data, prefix="measure", initial=[measure_line(one) for one in rows]
    )


def _groups(sheet: _Sheet, data: QueryDict | None) -> list[Group]:
    """The groups of the statement: as sent, or as they are on record."""
    known = list(sheet.record.items.order_by("pk")) if sheet.record else []
    people = list(Member.objects.filter(household=sheet.household, left_on=None).order_by("number"))
    return groups(sheet.rules, data, known=known, people=people)


def _parts(*made: Any) -> list[sides.Part]:
    """What may differ: each condition by itself; measures and groups of income as a whole."""
    found: list[sides.Part] = []
    for one in made:
        if isinstance(one, Group):
            found.append(sides.Part(one.lines, one.title))
        elif isinstance(one, YearForm):
            found += sides.fields_of(one)
        else:
            found.append(sides.Part(one, _("享受的帮扶措施")))
    return found


def _page(
    request: HttpRequest, visitor: Visitor, sheet: _Sheet, entry: _Entry, context: dict[str, Any]
) -> HttpResponse:
    """Written down by one call of a service; or the same page again with what was typed."""
    sides.need_answers(sheet.sent, entry.data)
    if request.method == "POST" and sheet.sent.take(entry.checked, entry.act) is not None:
        messages.success(request, entry.told, draft_of(request))
        return redirect("household", pk=sheet.household.pk)
    both = _both(sheet, entry)
    village = sheet.household.village_id
    log_reads(visitor.user, village, "page", "household", [sheet.household.pk])
    common = {
        "section": "households",
        "entry_page": True,
        "household": sheet.household,
        "year": sheet.year,
        "case": sheet.case,
        "rules": sheet.rules,
        "sent": sheet.sent,
        "both": both,
        "form": entry.form,
        "checked": entry.checked,
        "may": access.may(visitor.scope, Act.RECORD_YEAR, Level.VILLAGE, village),
    }
    return render(request, entry.template, common | context, status=sheet.sent.status)


def _both(sheet: _Sheet, entry: _Entry) -> sides.Both | None:
    """What differs, where somebody else was faster; the next sending is over what is there now."""
    if not sheet.sent.problems:
        return None
    sheet.read_again()
    both = sides.compared(sheet.sent, entry.data, entry.mine, entry.theirs)
    if both is None:
        return None
    sides.renew(entry.form, "version", sheet.version)
    acts = (Act.RECORD_YEAR, Act.CORRECT, Act.IMPORT)
    return both.by(sides.written(sheet.household, acts, f"v{sheet.version}"))


def _sheet(visitor: Visitor, pk: int, year: int) -> _Sheet:
    rows = visitor.scope.filter(Household.objects.select_related("village"))
    one = rows.filter(pk=pk).first()
    if one is None or not YEARS[0] <= year <= YEARS[1]:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    return _Sheet(one, year)


def _line(rules: Rules | None) -> str:
    """The plan's income test, in the plan's own words."""
    asked = rules.indicators if rules else ()
    return next((one.standard for one in asked if Fact.PER_HEAD_INCOME in one.facts), "")
