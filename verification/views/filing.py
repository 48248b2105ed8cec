"""告知书 and 备案: every end's letter handed over, and the originals the plan asks for."""

from typing import Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from exitcase.core import access
from exitcase.core.choices import CLOSED, ENDS, Act, End, FileKind, Level, PaperKind, StageKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent
from exitcase.core.rules import Rules, Stage
from exitcase.core.rules_checks import LETTERS
from exitcase.core.uploads import keep
from verification.forms.marking import LetterForm, PaperForm
from verification.models import Batch, Case, Delivery, Original
from verification.services import announce as announcing
from verification.services import filing
from verification.views.batches import found
from verification.views.drafts import draft_of

PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])
KINDS: Final = (StageKind.FILE,)


# ── letters ───────────────────────────────────────────────────────────────────────────────────


@cases(Act.DELIVER)
@PAGE_AND_FORM
def letters(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Which households of a list have ended and not yet been handed their letter."""
    batch = found(visitor, pk)
    posted = request.POST.get("end", "")
    sent = Sent()
    forms = {end: _letter_form(request, visitor, batch, end) for end in End}
    if request.method == "POST":
        if posted not in ENDS:
            raise Http404
        n = _deliver(visitor, batch, End(posted), forms[End(posted)], sent)
        if n:
            told = ngettext("%d 户的告知书已送达", "%d 户的告知书已送达", n) % n
            messages.success(request, told, draft_of(request))
            return redirect("letters", pk=pk)
    due = list(_due(visitor, batch).order_by("group", "number"))
    context = {
        "section": "batches",
        "batch": batch,
        "rules": batch.rules,
        "groups": [
            (end, LETTERS[end], [case for case in due if case.state == end], forms[end])
            for end in End
            if any(case.state == end for case in due)
        ],
        "given": _given(visitor, batch),
        "picked": {int(key) for key in request.POST.getlist("cases") if key.isdecimal()},
        "forms": list(forms.values()),
        "sent": sent,
        "may": access.may(visitor.scope, Act.DELIVER, Level.VILLAGE, batch.village_id),
    }
    return render(request, "verification/letters.html", context, status=sent.status)


def _given(visitor: Visitor, batch: Batch) -> QuerySet[Delivery]:
    rows = visitor.scope.filter(Delivery.objects.filter(case__batch=batch), via="case")
    return rows.select_related("case").order_by("-pk")


def _due(visitor: Visitor, batch: Batch) -> QuerySet[Case]:
    given = Delivery.objects.filter(case__batch=batch).values("case")
    ended = Case.objects.filter(batch=batch, state__in=ENDS).exclude(pk__in=given)
    return visitor.scope.filter(ended)


def _letter_form(request: HttpRequest, visitor: Visitor, batch: Batch, end: End) -> LetterForm:
    own = request.POST.get("end") == end
    among = _due(visitor, batch).filter(state=end)
    return LetterForm(request.POST if own else None, request.FILES if own else None, among=among)


def _deliver(visitor: Visitor, batch: Batch, end: End, form: LetterForm, sent: Sent) -> int | None:
    def deliver() -> int:
        said = form.cleaned_data
        stage = batch.stage if batch.stage != CLOSED else batch.rules.chain[-1].key
        return announcing.deliver(
            Case.objects.filter(pk__in=list(said["cases"].values_list("pk", flat=True))),
            stage,
            LETTERS[end],
            by=visitor.user,
            done_on=said["done_on"],
            receiver=said["receiver"],
            file=keep(said["file"], FileKind.SCAN, batch.village_id, visitor.user),
            reason=said["late_reason"],
        )

    return sent.take([form], deliver)


# ── originals ─────────────────────────────────────────────────────────────────────────────────


@cases(Act.FILE)
@PAGE_AND_FORM
def file_originals(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Which of the plan's originals are filed, and the missing ones, one act each."""
    batch = found(visitor, pk)
    rules = batch.rules
    stage = _stage(batch, rules)
    asked = stage.need("archive").originals
    kind = request.POST.get("kind", "")
    forms = {
        one: PaperForm(*((request.POST, request.FILES) if kind == one else (None, None)), kind=one)
        for one in asked
    }
    sent = Sent()
    if request.method == "POST":
        if kind not in asked:
            raise Http404
        made = _file(visitor, batch, PaperKind(kind), forms[PaperKind(kind)], sent)
        if made:
            messages.success(request, _("原件已备案"), draft_of(request))
            return redirect("file_originals", pk=pk)
    kept = {one.paper_kind: one for one in Original.objects.filter(batch=batch, stage=stage.key)}
    context = {
        "section": "batches",
        "batch": batch,
        "rules": rules,
        "stage": stage,
        "receiver": rules.organ(stage.need("archive").to).title,
        "rows": [(one, kept.get(one), forms[one]) for one in asked],
        "missing": [one for one in asked if one not in kept],
        "forms": list(forms.values()),
        "sent": sent,
        "may": batch.stage == stage.key
        and access.may(visitor.scope, Act.FILE, stage.level, batch.village_id),
    }
    return render(request, "verification/filing.html", context, status=sent.status)


def _stage(batch: Batch, rules: Rules) -> Stage:
    """The filing stage the batch stands at, or the plan's last; Http404 where it has none."""
    every = [one for one in rules.chain if one.kind in KINDS]
    here = [one for one in every if one.key == batch.stage] or every[-1:]
    if not here:
        raise Http404(_("方案没有这个环节"))
    return here[0]


def _file(
    visitor: Visitor, batch: Batch, kind: PaperKind, form: PaperForm, sent: Sent
) -> Original | None:
    stage = _stage(batch, batch.rules)

    def file() -> Original:
        said = form.cleaned_data
        return filing.file_original(
            batch,
            stage.key,
            kind,
            number=said["number"],
            file=keep(said["file"], FileKind.SCAN, batch.village_id, visitor.user),
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    return sent.take([form], file)
