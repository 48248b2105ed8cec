"""送审: what would go up is checked and sent; its page is the receipt of the level above."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exitcase.core import access, clock
from exitcase.core.choices import Act, StageKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.errors import Refused
from exitcase.core.fields import inside
from exitcase.core.forms import Sent, sent_in
from exitcase.core.models import Entry, Programme, Region
from exitcase.core.rules import Stage
from exitcase.core.screens import Act as Button
from exitcase.core.screens import Check, Done, Link
from exitcase.core.templatetags.page import part
from verification import queries
from verification.documents.lists import receiver_of
from verification.forms.submitting import SendForm
from verification.models import Batch, Case, Submission
from verification.queries import Blocker
from verification.services import submissions as work
from verification.services.submissions import State, of_state
from verification.views.receiving import counted, submission_in


@dataclass(frozen=True, slots=True)
class Part:
    """One batch that would go along: how many of its households, and how to leave it behind."""

    batch: Batch
    households: int
    persons: int
    without: str


@dataclass(slots=True)
class _Page:
    """What a region would send at a stage of a plan; `draft` None where it may not, and why."""

    plan: Programme
    stage: Stage
    region: Region
    batches: list[Batch]
    form: SendForm
    draft: Submission | None = None
    cases: Sequence[Case] = ()
    shut: str = ""
    sent: Sent = field(default_factory=Sent)

    @property
    def zero(self) -> bool:
        return not self.cases


@cases(Act.SUBMIT)
@require_http_methods(["GET", "HEAD", "POST"])
def submit(
    request: HttpRequest, visitor: Visitor, pk: int, stage: str, region: str
) -> HttpResponse:
    """检查并送审: what goes, what stays, who takes it in; without anything to send 零上报."""
    page = _page(request, visitor, pk, stage, region)
    if request.method == "POST":
        row = _sent(visitor, page)
        if row:
            return redirect("submission_sent", pk=row.pk)
    context = {
        "section": "batches",
        "page": page,
        "form": page.form,
        "problems": page.sent.problems,
        "check": _check(request, visitor, page) if page.draft else None,
        "parts": _parts(request, page),
        "left": bool(request.GET.getlist("leave")),
        "pending": _pending(page),
    }
    return render(request, "verification/submit.html", context, status=page.sent.status)


def _page(request: HttpRequest, visitor: Visitor, pk: int, key: str, code: str) -> _Page:
    plan = get_object_or_404(Programme, pk=pk)
    stage = next((one for one in plan.rules.chain if one.key == key), None)
    region = Region.objects.filter(pk=code).first()
    if stage is None or stage.kind != StageKind.SUBMIT or region is None:
        raise Http404
    if region.level != stage.level:
        raise Http404
    access.require(visitor.user, Act.SUBMIT, stage.level, [code])
    left = [pk for pk in request.GET.getlist("leave") if pk.isdecimal()]
    rows = queries.batches(visitor.scope).filter(inside(code), programme=plan, stage=key)
    batches = list(rows.exclude(pk__in=left).order_by("village", "part"))
    page = _Page(plan, stage, region, batches, SendForm(sent_in(request)))
    _draft(visitor, page)
    if page.draft and request.method != "POST":
        page.form = SendForm(seen=_seen(page.draft))
    return page


def _draft(visitor: Visitor, page: _Page) -> None:
    try:
        page.draft, page.cases = work.drafted(
            _rows(page),
            page.stage.key,
            region=page.region.pk,
            programme=page.plan,
            by=visitor.user,
            on=clock.today(),
        )
    except Refused as refused:
        page.shut = str(refused)


def _rows(page: _Page) -> QuerySet[Batch]:
    rows: QuerySet[Batch] = Batch.objects.filter(pk__in=[batch.pk for batch in page.batches])
    return rows


def _seen(draft: Submission) -> str:
    return f"{draft.number}-{draft.list_sha256}"


def _sent(visitor: Visitor, page: _Page) -> Submission | None:
    if page.draft is None:
        page.sent.problems.append(page.shut)
    elif page.form.data.get("seen") != _seen(page.draft):
        page.sent.problems.append(_("名单在您查看之后有变动,没有送审。请核对下面的新数字后再送"))
        seen = {"seen": _seen(page.draft)}
        page.form = SendForm({name: page.form.data.get(name) for name in page.form.fields} | seen)

    def send() -> Submission:
        said = page.form.cleaned_data
        return work.submit(
            _rows(page),
            page.stage.key,
            region=page.region.pk,
            sent_on=said["done_on"],
            by=visitor.user,
            programme=page.plan,
            reason=said["late_reason"],
        )

    return page.sent.take([page.form], send)


# ── what the page says ────────────────────────────────────────────────────────────────────────


def _check(request: HttpRequest, visitor: Visitor, page: _Page) -> Check:
    draft = page.draft
    assert draft is not None  # noqa: S101  # asked by the caller
    remaining, heads = draft.bridge["remaining"]
    place = page.region.name
    title = _("零上报:%s") if page.zero else _("检查并送审:%s")
    return Check(
        title=title % place,
        figures=[
            (_("本次送审"), counted(draft.households, draft.persons)),
            (_("累计送审"), counted(draft.total_households, draft.total_persons)),
            (_("尚未报"), counted(remaining, heads)),
        ],
        receiver=receiver_of(draft),
        withdrawal=_("上级接收前可以撤回;接收后由上级按户或按批次退回"),
        act=Button(
            _("零上报") if page.zero else _("送审 %d 户") % draft.households,
            request.get_full_path(),
        ),
        back=Link(_("返回,先不送"), _back(page)),
        stays=_stays(visitor, page),
        missing=_missing(page),
    )


def _back(page: _Page) -> str:
    if len(page.batches) == 1:
        return reverse("batch", args=[page.batches[0].pk])
    return reverse("submissions")


def _missing(page: _Page) -> list[tuple[str, list[Blocker]]]:
    """Of each batch what will stop it above, but for what the sending itself brings."""
    found = queries.blockers(page.batches)
    told = [
        (_name(batch), [one for one in found[batch.pk] if one.hard and one.key not in work.BROUGHT])
        for batch in page.batches
    ]
    return [(name, blockers) for name, blockers in told if blockers]


def _stays(visitor: Visitor, page: _Page) -> list[str]:
    """The region's lists of this plan that do not go along: not come so far, or left for now."""
    keys = page.plan.rules.keys
    earlier = keys[: keys.index(page.stage.key) + 1]
    rows = queries.batches(visitor.scope).filter(
        inside(page.region.pk), programme=page.plan, stage__in=earlier
    )
    here = {batch.pk for batch in page.batches}
    staying = [one for one in rows.order_by("village", "part") if one.pk not in here]
    return [_staying(one, page.stage) for one in staying]


def _staying(batch: Batch, stage: Stage) -> str:
    n = batch.households  # type: ignore[attr-defined]  # annotated by `queries.batches`
    if batch.stage == stage.key:
        return _("%(name)s,%(n)d 户:本次暂不送") % {"name": _name(batch), "n": n}
    at = batch.rules.stage(batch.stage).title
    return _("%(name)s,%(n)d 户:还在「%(at)s」") % {"name": _name(batch), "n": n, "at": at}


def _parts(request: HttpRequest, page: _Page) -> list[Part]:
    """The batches that go along, each with the way to leave it behind."""
    found = []
    for batch in page.batches:
        own = [case for case in page.cases if case.batch_id == batch.pk]
        query = request.GET.copy()
        query.appendlist("leave", str(batch.pk))
        persons = sum(case.persons or 0 for case in own)
        if own:
            found.append(Part(batch, len(own), persons, f"?{query.urlencode()}"))
    return found


def _pending(page: _Page) -> list[Submission]:
    """What the region has sent at this stage and nobody has answered."""
    rows = Submission.objects.filter(region=page.region, programme=page.plan, stage=page.stage.key)
    return list(rows.filter(of_state(State.PENDING)).order_by("-number"))


def _name(batch: Batch) -> str:
    return f"{batch.village.name} {part(batch.part)}"


# ── sent ──────────────────────────────────────────────────────────────────────────────────────


@cases()
@require_safe
def sent(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """It has gone up: its number and the hash of its list, and what comes next."""
    row = submission_in(visitor, pk)
    stage = row.programme.rules.stage(row.stage)
    receiver = receiver_of(row)
    done = Done(
        title=_("已送审 %s") % counted(row.households, row.persons)
        if row.households
        else _("已零上报"),
        number=_("%(place)s「%(stage)s」第 %(n)d 次")
        % {"place": row.region.name, "stage": stage.title, "n": row.number},
        at=_recorded(row),
        follows=_("由%s接收;接收前可以撤回") % receiver,
        until="",
        links=[
            Link(_("看送审件"), reverse("submission", args=[row.pk])),
            Link(_("返回待办"), reverse("todo")),
        ],
        digest=row.list_sha256,
    )
    return render(request, "exitcase/done.html", {"section": "batches", "done": done})


def _recorded(row: Submission) -> datetime:
    """When the server took it, as the journal has it."""
    entries = Entry.objects.filter(subject="submission", subject_id=str(row.pk), act=Act.SUBMIT)
    return datetime.fromisoformat(entries.values_list("recorded_at", flat=True)[0])
