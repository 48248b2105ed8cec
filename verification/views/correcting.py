"""更正: what was wrong and what follows, told first; then entered by one, confirmed by another."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core import access, masking
from exitcase.core.choices import LIVE, Act, Fact, FileKind, Level
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent, sent_in
from exitcase.core.rules import FactClass
from exitcase.core.services.reads import log_reads
from exitcase.core.uploads import keep
from exitcase.core.words import LEVELS, word
from households.changes import UNSAID, Line
from households.models import HouseholdYear, IncomeItem, Member
from households.services import Changes
from verification import queries
from verification.forms.correcting import (
    BasisForm,
    ConfirmForm,
    HouseholdFacts,
    ItemLines,
    JoinsForm,
    LeavesForm,
    MemberFacts,
    RejectForm,
    YearForm,
    class_words,
    item_line,
)
from verification.models import Case, Correction
from verification.services import correcting, foresight
from verification.services.correcting import Foresight
from verification.views.desk import may
from verification.views.drafts import draft_of

JOINING = (1, 2)  # twins come on one sheet
MASKED: Mapping[Fact, Any] = {Fact.ID_NUMBER: masking.number, Fact.PHONE: masking.phone}


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The sheet as it is being filled in, what it would do, and what is wrong with it."""

    case: Case
    basis: BasisForm
    household: HouseholdFacts
    members: list[MemberFacts]
    leaves: LeavesForm
    joins: list[JoinsForm]
    items: Any
    year: Any
    sent: Sent = field(default_factory=Sent)

    @property
    def forms(self) -> list[Any]:
        facts = [self.household, *self.members]
        return [self.basis, *facts, self.leaves, *self.joins, *self.items, self.year]

    def changes(self, file: Any = None) -> Changes:
        """What was typed, where it differs from the register."""
        leaves = self.leaves.spec(file)
        joins = [one.spec(file) for one in self.joins]
        specs = [one.spec for one in self.items]
        return Changes(
            household=self.household.changed,
            members={one.member.pk: one.changed for one in self.members if one.changed},
            leaves=[leaves] if leaves else [],
            joins=[one for one in joins if one],
            year=self.year.changed,
            items=[one for one in specs if one] if self.items.has_changed() else None,
        )


@dataclass(frozen=True, slots=True)
class Told:
    """What follows, in words; `seen` proves that these were the ones that were read."""

    lines: list[tuple[str, str, str]]
    kind: str
    back: str
    void: str
    stays: str
    second: str
    seen: str


# ── entering one ──────────────────────────────────────────────────────────────────────────────


@cases(Act.CORRECT)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """What the register should say; what follows is told before anything is written."""
    case = _live(visitor, pk)
    if request.method != "POST":
        log_reads(visitor.user, case.village_id, "page", "case", [pk])
    sheet = _sheet(request, case)
    waiting = Correction.objects.filter(case=case, confirmed_on=None, void_tx="").first()
    told = None
    if request.method == "POST":
        told = _foreseen(visitor, sheet)
        if told and "enter" in request.POST and request.POST.get("seen") == told.seen:
            made = _entered(visitor, sheet)
            if made:
                words = _("更正单 %s 已填写,登记已改;等另一人确认") % made.number
                messages.success(request, words, draft_of(request))
                return redirect("correction", pk=made.pk)
    context = {
        "section": "batches",
        "entry_page": True,
        "sheet": sheet,
        "told": None if sheet.sent.problems else told,
        "waiting": waiting,
        "may": access.may(visitor.scope, Act.CORRECT, Level.VILLAGE, case.village_id),
    }
    return render(request, "verification/correct.html", context, status=sheet.sent.status)


def _live(visitor: Visitor, pk: int) -> Case:
    one = queries.cases(visitor.scope).filter(pk=pk, state__in=LIVE).first()
    if one is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    return one


def _sheet(request: HttpRequest, case: Case) -> _Sheet:
    data = sent_in(request)
    rules = case.batch.rules
    present = list(Member.objects.filter(household=case.household_id, left_on=None).order_by("pk"))
    record = HouseholdYear.objects.filter(household=case.household_id, year=rules.year).first()
    items = IncomeItem.objects.filter(record=record).order_by("pk") if record else []
    return _Sheet(
        case,
        BasisForm(data, request.FILES if data is not None else None),
        HouseholdFacts(data, of=case.household, rules=rules),
        [MemberFacts(data, of=one, rules=rules) for one in present],
        LeavesForm(data, present=present),
        [JoinsForm(data, nth=nth) for nth in JOINING],
        ItemLines(
            data,
            prefix="items",
            initial=[item_line(one) for one in items],
            form_kwargs={"people": present},
        ),
        YearForm(data, record=record or HouseholdYear(year=rules.year)),
    )


def _foreseen(visitor: Visitor, sheet: _Sheet) -> Told | None:
    def look() -> Foresight:
        said = sheet.basis.cleaned_data
        return correcting.foresee(
            sheet.case,
            sheet.changes(),
            reason=said["reason"],
            by=visitor.user,
            done_on=said["done_on"],
        )

    found = sheet.sent.take(sheet.forms, look)
    return _told(sheet.case, found) if found else None


def _entered(visitor: Visitor, sheet: _Sheet) -> Correction | None:
    def enter() -> Correction:
        said = sheet.basis.cleaned_data
        proof = keep(said["proof"], FileKind.SCAN, sheet.case.village_id, visitor.user)
        return correcting.enter(
            sheet.case,
            sheet.changes(proof),
            reason=said["reason"],
            by=visitor.user,
            done_on=said["done_on"],
        )

    return sheet.sent.take(sheet.forms, enter)


# ── the second person ─────────────────────────────────────────────────────────────────────────


@cases(Act.CONFIRM_CORRECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """One 更正单: what it changes and does; another than who entered it confirms or rejects it."""
    one = _found(visitor, pk)
    if request.method != "POST":
        log_reads(visitor.user, one.case.village_id, "page", "case", [one.case_id])
    confirming, rejecting = "confirm" in request.POST, "reject" in request.POST
    confirm = ConfirmForm(
        request.POST if confirming else None, request.FILES if confirming else None
    )
    reject = RejectForm(request.POST if rejecting else None)
    sent = Sent()
    if confirming or rejecting:
        done = (_confirmed if confirming else _rejected)(
            visitor, one, confirm if confirming else reject, sent
        )
        if done:
            words = _("更正单 %s 已确认") if confirming else _("更正单 %s 已退回,须另填一份")
            messages.success(request, words % one.number, draft_of(request))
            return redirect("case", pk=one.case_id)
    batch = one.case.batch
    context = {
        "section": "batches",
        "one": one,
        "told": _told(one.case, correcting.follows(one)) if one.open else None,
        "lines": [_shown(line) for line in one.lines],
        "kind": class_words(FactClass(one.kind)),
        "own": one.entered_by_id == visitor.user.pk,
        "may": may(visitor.scope, Act.CONFIRM_CORRECTION, batch),
        "confirm": confirm,
        "reject": reject,
        "sent": sent,
        "rules": batch.rules,
    }
    return render(request, "verification/correction.html", context, status=sent.status)


def _found(visitor: Visitor, pk: int) -> Correction:
    rows = Correction.objects.select_related(
        "case__batch__programme", "case__village", "case__household", "entered_by", "confirmed_by"
    )
    return visitor.find(rows, pk, via="case")


def _confirmed(visitor: Visitor, one: Correction, form: Any, sent: Sent) -> Correction | None:
    def confirm() -> Correction:
        said = form.cleaned_data
        return correcting.confirm(
            one,
            scan=said["scan"].keep(FileKind.SCAN, one.case.village_id, visitor.user),
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    return sent.take([form], confirm)


def _rejected(visitor: Visitor, one: Correction, form: Any, sent: Sent) -> Correction | None:
    def reject() -> Correction:
        said = form.cleaned_data
        return correcting.reject(one, reason=said["why"], by=visitor.user, done_on=said["done_on"])

    return sent.take([form], reject)


# ── in words ──────────────────────────────────────────────────────────────────────────────────


def _told(case: Case, found: Foresight) -> Told:
    rules = case.batch.rules
    lines = [_shown(line) for line in found.lines]
    back, void, stays = "", _("没有要作废的记录"), _("签字、核查、公示都继续有效")
    if found.back:
        title = rules.stage(found.back).title
        back = _("退回「%s」,从这一环节起重新办理") % title
        if found.aside:
            back += _(";本户分到补充批次,同批其他户不受影响")
        void = foresight.in_words(foresight.struck_out([case.pk], rules.from_on(found.back)))
        papers = correcting.void_papers(case, found.back).filter(void_tx="").count()
        if papers:
            void += _(";已出具的文书 %d 份") % papers
        stays = _("「%s」之前的签字、核查、公示继续有效") % title
    roles = access.roles_for(Act.CONFIRM_CORRECTION, found.level)
    second = _("%(level)s的另一人(%(roles)s),填写人自己不能确认") % {
        "level": _(LEVELS[found.level]),
        "roles": "、".join(word(role) for role in roles),
    }
    seen = hashlib.sha256(repr((found, void)).encode()).hexdigest()
    return Told(lines, class_words(found.kind), back, void, stays, second, seen)


def _shown(line: Line) -> tuple[str, str, str]:
    """A line on the screen: of numbers the ends alone; the sheet has them in full."""
    if line.fact not in UNSAID:
        return line.label, line.was, line.became
    hide = MASKED[line.fact]
    return line.label, hide(line.was), hide(line.became)
