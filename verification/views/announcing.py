"""公告: what was granted is announced at the plan's places; papers go from organ to organ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core import access
from exitcase.core.choices import Act, FileKind, PaperKind, StageKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent, sent_in
from exitcase.core.models import Region
from exitcase.core.rules import Delivery, Stage
from exitcase.core.screens import Act as Button
from exitcase.core.screens import Check, Link
from exitcase.core.uploads import keep
from publicity.choices import NoticeKind
from publicity.models import Notice, NoticeItem
from verification.forms.marking import AnnounceForm, PaperForm
from verification.models import Batch, Case, StageRecord
from verification.services import announce as announcing
from verification.services import conveying
from verification.services.notices import places_of
from verification.views.batches import found
from verification.views.drafts import draft_of
from verification.views.standing import Standing, standing

PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])
KINDS: Final = (StageKind.ANNOUNCE,)


@dataclass(frozen=True, slots=True)
class Place:
    """One region that announces for itself, and how many of its households wait for it."""

    code: str
    name: str
    households: int


@cases(Act.ANNOUNCE)
@require_http_methods(["GET", "HEAD"])
def announce(request: HttpRequest, visitor: Visitor, programme: int, stage: str) -> HttpResponse:
    """What waits to be announced, what hangs, and what of the papers has been sent on."""
    here = standing(visitor, programme, stage, KINDS)
    notices = Notice.objects.filter(programme=here.programme, stage=stage)
    own = visitor.scope.filter(notices.filter(kind=NoticeKind.ANNOUNCEMENT))
    sent = StageRecord.objects.filter(batch__in=here.batches, stage=stage)
    known = {(one.batch_id, one.key): one for one in sent}
    context = {
        "section": "batches",
        "here": here,
        "places": _places(here),
        "notices": own.select_related("region").order_by("-pk"),
        "papers": [
            (batch, [(row, known.get((batch.pk, row.paper))) for row in here.stage.delivery])
            for batch in here.batches
        ],
        "may": here.may(visitor, Act.ANNOUNCE),
    }
    return render(request, "verification/announce.html", context)


def _waiting(here: Standing, code: str = "") -> QuerySet[Case]:
    """Those at the stage that stand on none of its notices; of one region where it is named."""
    hung = NoticeItem.valid(case_key=OuterRef("pk"), stage=here.stage.key)
    rows = here.cases.filter(~Exists(hung))
    return rows.filter(village__code__startswith=code) if code else rows


def _places(here: Standing) -> list[Place]:
    """Each village announces its own where the plan says so; else the region above them at once."""
    counts: dict[str, int] = {}
    for village in _waiting(here).values_list("village", flat=True):
        code = here.code_of(str(village))
        counts[code] = counts.get(code, 0) + 1
    names = dict(Region.objects.filter(pk__in=counts).values_list("pk", "name"))
    return [Place(code, names[code], counts[code]) for code in sorted(counts)]


@cases(Act.ANNOUNCE)
@PAGE_AND_FORM
def draft_announcement(
    request: HttpRequest, visitor: Visitor, programme: int, stage: str, region: str
) -> HttpResponse:
    """The check before it: how many, where it hangs; what is drafted another person releases."""
    here = standing(visitor, programme, stage, KINDS)
    chosen = list(_waiting(here, region).select_related("village").order_by("village", "number"))
    if not chosen:
        raise Http404(_("这里没有等待公告的户"))
    villages = sorted({case.village_id for case in chosen})
    places = places_of(here.stage, villages, here.rules.year)
    data = sent_in(request)
    codes = {one.region_code for one in places}
    names = dict(Region.objects.filter(pk__in=codes).values_list("pk", "name"))
    form = AnnounceForm(data, places=places, regions=names, count=len(chosen))
    sent = Sent()
    if request.method == "POST":

        def draft() -> Notice:
            said = form.cleaned_data
            return announcing.announce(
                Case.objects.filter(pk__in=[case.pk for case in chosen]),
                stage,
                region=region,
                by=visitor.user,
                done_on=said["done_on"],
                places=form.specs,
                reason=said["late_reason"],
            )

        notice = sent.take([form], draft)
        if notice:
            messages.success(request, _("公告已拟好,由另一人核发后按地点张贴"), draft_of(request))
            return redirect("notice", pk=notice.pk)
    back = reverse("announce", args=[programme, stage])
    context = {
        "section": "batches",
        "check": _check(here, chosen, request.path, back),
        "form": form,
        "problems": sent.problems,
    }
    return render(request, "exitcase/check.html", context, status=sent.status)


def _check(here: Standing, chosen: Sequence[Case], action: str, back: str) -> Check:
    heads = sum(case.persons or 0 for case in chosen)
    return Check(
        title=f"{here.rules.title}{here.stage.title}",
        figures=[(_("户"), str(len(chosen))), (_("人"), str(heads))],
        receiver=_("另一人核发后,由各张贴地点所在的村、乡镇张贴"),
        withdrawal=_("核发前可以作废;核发后只能撤下"),
        act=Button(_("拟公告,交另一人核发"), action, primary=True),
        back=Link(_("返回"), back),
        type_count=len(chosen),
    )


# ── papers from organ to organ ────────────────────────────────────────────────────────────────


@cases(Act.DELIVER)
@PAGE_AND_FORM
def convey(request: HttpRequest, visitor: Visitor, pk: int, paper: str) -> HttpResponse:
    """One paper of a list went from its sender to its receiver: its number and scan."""
    batch = found(visitor, pk)
    stage, row = _row(batch, paper)
    posted = request.method == "POST"
    form = PaperForm(request.POST if posted else None, request.FILES if posted else None)
    sent = Sent()
    if posted:

        def send() -> StageRecord:
            said = form.cleaned_data
            return conveying.convey(
                batch,
                stage.key,
                row.paper,
                number=said["number"],
                file=keep(said["file"], FileKind.SCAN, batch.village_id, visitor.user),
                by=visitor.user,
                done_on=said["done_on"],
                reason=said["late_reason"],
            )

        if sent.take([form], send):
            messages.success(request, _("文书送出已登记"), draft_of(request))
            return redirect("announce", programme=batch.programme_id, stage=stage.key)
    rules = batch.rules
    level = rules.organ(row.sender).level
    context = {
        "section": "batches",
        "batch": batch,
        "stage": stage,
        "rules": rules,
        "row": row,
        "form": form,
        "sent": sent,
        "may": access.may(visitor.scope, Act.DELIVER, level, batch.village_id),
    }
    return render(request, "verification/convey.html", context, status=sent.status)


def _row(batch: Batch, paper: str) -> tuple[Stage, Delivery]:
    """The stage the batch stands at and what it sends there; Http404 for anything else."""
    stage = next((one for one in batch.rules.chain if one.key == batch.stage), None)
    wanted = [one for one in (stage.delivery if stage else ()) if one.paper == paper]
    if stage is None or not wanted or paper not in set(PaperKind):
        raise Http404(_("方案在本环节不送这份文书"))
    return stage, wanted[0]
