"""签字: one household, one act. By hand on the screen, by a scan, by an agent, or refused."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core import clock
from exitcase.core.choices import Act, FileKind, PaperKind, Post
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import DoneForm, Sent
from exitcase.core.models import PostHolder, StoredFile
from exitcase.core.models.region import above
from exitcase.core.rules import Stage
from exitcase.core.rules_papers import form_signed_at
from exitcase.core.uploads import Upload, keep
from households.models import Member
from verification import queries
from verification.forms.signing import HouseholdForm, MandateForm, SlotForm
from verification.models import Case, Mandate, Signature, Vote
from verification.services import mandates, signatures
from verification.services.signatures import SEVERAL
from verification.views.desk import may
from verification.views.drafts import draft_of

EACH: Final = 2  # lines for a post of which several sign


@dataclass(frozen=True, slots=True)
class _Page:
    """The paper's parts as they are being signed, and what is wrong with them."""

    case: Case
    stage: Stage
    parts: list[SlotForm]
    done: DoneForm
    mandate: MandateForm | None
    sent: Sent = field(default_factory=Sent)

    @property
    def filled(self) -> list[Form]:
        """The forms that were filled in: an untouched part has no faults to tell."""
        giving = [self.mandate] if self.mandate and self.mandate.is_bound else []
        return [self.done, *(part for part in self.parts if part.is_bound and part.filled), *giving]


@cases(Act.SIGN, Act.REFUSE_TO_SIGN, Act.GIVE_MANDATE)
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The parts of the household's paper that this stage has signed; each once."""
    case = _found(visitor, pk)
    page = _page(request, case)
    if request.method == "POST":
        taken = _give(visitor, page) if "give" in request.POST else _sign(visitor, page)
        if taken:
            messages.success(request, taken, draft_of(request))
            return redirect("sign", pk=pk) if "give" in request.POST else _next(case, page.stage)
    context = {
        "section": "batches",
        "entry_page": True,
        "page": page,
        "signed": list(Signature.valid(case=pk, stage=page.stage.key).order_by("pk")),
        "mandates": list(Mandate.valid(case=pk, stage=page.stage.key)),
        "may": may(visitor.scope, Act.SIGN, case.batch),
    }
    return render(request, "verification/sign.html", context, status=page.sent.status)


def _found(visitor: Visitor, pk: int) -> Case:
    """The case, if it waits at a stage that has something signed; else there is no such page."""
    case = queries.cases(visitor.scope).filter(pk=pk).first()
    if case is None or case.batch.stage not in case.batch.rules.keys:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    rules = case.batch.rules
    stage = rules.stage(case.batch.stage)
    if not stage.signers or case.state != rules.standing_before(stage.key):
        raise Http404(_("本户在本环节没有要签的字"))
    return case


def _page(request: HttpRequest, case: Case) -> _Page:
    stage = case.batch.ask().stage
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    giving = "give" in request.POST
    parts = sent if not giving else (None, None)
    rules = case.batch.rules
    slots = stage.need("signers").slots
    mandate = Mandate.valid(case=case.pk, stage=stage.key).first()
    known = _known(case, stage)
    made = [
        HouseholdForm(*parts, rules=rules, known=known[slot], mandate=mandate)
        if slot == Post.HOUSEHOLD
        else SlotForm(*parts, slot=slot, rules=rules, known=known[slot], nth=nth)
        for slot in slots
        for nth in range(1, (EACH if slot in SEVERAL else 1) + 1)
    ]
    gives = PaperKind.MANDATE in stage.papers and Post.HOUSEHOLD in slots
    return _Page(
        case,
        stage,
        made,
        DoneForm(sent[0]),
        MandateForm(*(sent if giving else (None, None))) if gives else None,
    )


def _known(case: Case, stage: Stage) -> dict[Post, list[str]]:
    """Whom to offer for each part: the household's own, its helper, who holds the post that day."""
    slots = stage.need("signers").slots
    day = _day(case, stage)
    codes = [case.village_id, *above(case.village_id)]
    held = PostHolder.objects.on(day).filter(region__in=codes, post__in=slots)
    found: dict[Post, list[str]] = {slot: [] for slot in slots}
    for post, name in held.order_by("pk").values_list("post", "name"):
        found[Post(post)].append(name)
    if Post.HOUSEHOLD in found:
        own = Member.objects.filter(household=case.household_id, left_on=None).order_by("pk")
        others = [one.name for one in own if one.name != case.head_name]
        found[Post.HOUSEHOLD] = [case.head_name, *others]
    if Post.HELPER in found and case.household.helper_name:
        found[Post.HELPER] = [case.household.helper_name]
    return found


def _day(case: Case, stage: Stage) -> date:
    """The day whose holders sign: the meeting's, where there was one."""
    vote = Vote.valid(case=case.pk, stage=stage.key).select_related("meeting").first()
    return vote.meeting.held_on if vote else clock.today()


def _sign(visitor: Visitor, page: _Page) -> str:
    """What was signed, by one call of the service; the words of what was done, or nothing."""
    filled = [part for part in page.parts if part.filled]
    if not filled:
        page.sent.problems.append(
            _("还没有登记任何一处签字;已签的请勾选「已签」、上传扫描件或手写")
        )
    case, paper = page.case, form_signed_at(page.case.batch.rules, page.stage)

    def sign() -> int:
        said = page.done.cleaned_data
        parts = [part.spec(paper, _kept(visitor, case, part.upload)) for part in filled]
        return signatures.sign(
            Case.objects.filter(pk=case.pk),
            page.stage.key,
            {case.pk: parts},
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    n = page.sent.take([page.done, *filled], sign)
    return _("%(name)s:已登记 %(n)d 处签字") % {"name": case.head_name, "n": n} if n else ""


def _give(visitor: Visitor, page: _Page) -> str:
    form = page.mandate
    if form is None:
        raise Http404
    case = page.case

    def give() -> Mandate:
        said = page.done.cleaned_data
        return mandates.give_mandate(
            case,
            page.stage.key,
            form.spec(_kept(visitor, case, form.cleaned_data["file"])),
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    mandate = page.sent.take([page.done, form], give)
    return _("已登记委托书 %s,请代理人签字") % mandate.number if mandate else ""


def _kept(visitor: Visitor, case: Case, upload: Upload | None) -> StoredFile | None:
    return keep(upload, FileKind.SCAN, case.village_id, visitor.user)


def unsigned(waiting: QuerySet[Case], stage: Stage) -> list[int]:
    """Of these cases those whose paper still lacks a part, in the order of the list.

    One query for the cases, one for what was signed.
    """
    slots = set(stage.need("signers").slots)
    done: dict[int, set[str]] = {}
    rows = Signature.valid(case__in=waiting.order_by().values("pk"), stage=stage.key)
    for key, slot in rows.values_list("case", "slot"):
        done.setdefault(key, set()).add(slot)
    order = waiting.order_by("group", "number").values_list("pk", flat=True)
    return [key for key in order if not slots <= done.get(key, set())]


def _next(case: Case, stage: Stage) -> HttpResponse:
    """The next household of the batch that still lacks a signature; after the last, the batch."""
    others = Case.objects.filter(batch=case.batch_id, state=case.state).exclude(pk=case.pk)
    left = unsigned(others, stage)
    return redirect("sign", pk=left[0]) if left else redirect("batch", pk=case.batch_id)
