"""抽样: the frames of a stage; freezing one, or taking in a list that was drawn elsewhere."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exitcase.core.choices import Act, FileKind, StageKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.errors import Refused
from exitcase.core.forms import CountedForm, Sent, sent_in
from exitcase.core.rules import Sample
from exitcase.core.rules_stage import Coverage
from exitcase.core.screens import Act as Button
from exitcase.core.screens import Check, Link, Pace
from exitcase.core.uploads import keep
from verification.forms.drawing import ExternalForm
from verification.models import Draw, DrawItem
from verification.services import city
from verification.services.frames import frame_of, rule_of
from verification.views.drafts import draft_of
from verification.views.standing import Standing, standing

PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])
KINDS: Final = (StageKind.DRAW_CHECK, StageKind.CHECK)


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as a line: how it stands, how many it holds and how many of them were drawn."""

    draw: Draw
    pace: Pace
    words: str
    households: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Place:
    """One region whose households may be framed now."""

    code: str
    name: str
    households: int


@cases(Act.FREEZE, Act.DRAW)
@require_http_methods(["GET", "HEAD"])
def draws(request: HttpRequest, visitor: Visitor, programme: int, stage: str) -> HttpResponse:
    """Rule, frames, samples: how far each region's draw has come."""
    here, rule = _here(visitor, programme, stage)
    seen = visitor.scope.filter(Draw.objects.select_related("region"))
    rows = list(seen.filter(programme=here.programme, stage=stage).order_by("-pk"))
    items = DrawItem.valid(draw__in=rows).order_by().values("draw")
    counted = items.annotate(n=Count("pk"), out=Count("pk", filter=Q(drawn=True)))
    counts = {row["draw"]: (row["n"], row["out"]) for row in counted}
    context = {
        "section": "batches",
        "here": here,
        "rule": rule,
        "band": rule if isinstance(rule, Sample) else None,
        "frames": [Frame(one, *standing_of(one), *counts.get(one.pk, (0, 0))) for one in rows],
        "places": [
            Place(code, name, frame_of(here.programme, stage, code, rule).count())
            for code, name in here.places()
        ],
        "hours": here.rules.draw.hours,
        "may": {
            "freeze": here.may(visitor, Act.FREEZE),
            "draw": here.may(visitor, Act.DRAW),
        },
    }
    return render(request, "verification/draws.html", context)


def standing_of(one: Draw) -> tuple[Pace, str]:
    """How a draw stands, with its word."""
    if one.drawn_on is None:
        waits = _("外部名单待第二人确认") if one.external else _("已冻结,等待抽取")
        return Pace.NOW if one.external else Pace.TODO, waits
    if one.result_closed_on:
        return Pace.DONE, _("%s 已公布核查结果") % one.result_closed_on.isoformat()
    if one.result_on:
        return Pace.NOW, _("核查结果待第二人确认")
    return Pace.NOW, _("%s 已抽取,核查中") % one.drawn_on.isoformat()


def _here(visitor: Visitor, programme: int, stage: str) -> tuple[Standing, Sample | Coverage]:
    """The stage and the rule by which it draws; Http404 where it visits everyone."""
    here = standing(visitor, programme, stage, KINDS)
    try:
        return here, rule_of(here.rules, stage)
    except Refused as refused:
        raise Http404(str(refused)) from refused


@cases(Act.FREEZE)
@PAGE_AND_FORM
def freeze(
    request: HttpRequest, visitor: Visitor, programme: int, stage: str, region: str
) -> HttpResponse:
    """The check before a frame is frozen: how many it holds is typed, its hash is published."""
    here, rule = _here(visitor, programme, stage)
    name = dict(here.places()).get(region)
    if name is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    framed = frame_of(here.programme, stage, region, rule)
    told = framed.aggregate(n=Count("pk"), heads=Sum("persons"))
    form = CountedForm(sent_in(request), count=told["n"])
    sent = Sent()
    if request.method == "POST":

        def make() -> Draw:
            said = form.cleaned_data
            return city.freeze_frame(
                stage,
                programme=here.programme,
                region=region,
                by=visitor.user,
                done_on=said["done_on"],
                reason=said["late_reason"],
            )

        made = sent.take([form], make)
        if made:
            return redirect("draw_done", pk=made.pk, act="frozen")
    check = Check(
        title=_("冻结抽样框:%s") % name,
        figures=[(_("户"), str(told["n"])), (_("人"), str(told["heads"] or 0))],
        receiver=_("公布抽样框校验值;公布满 %d 小时后由另一人抽取") % here.rules.draw.hours,
        withdrawal=_("不能撤回:一个抽样框只抽一次"),
        act=Button(_("冻结抽样框"), request.path, primary=True),
        back=Link(_("返回"), reverse("draws", args=[programme, stage])),
        type_count=told["n"],
    )
    context = {"section": "batches", "check": check, "form": form, "problems": sent.problems}
    return render(request, "exitcase/check.html", context, status=sent.status)


@cases(Act.DRAW)
@PAGE_AND_FORM
def external_draw(
    request: HttpRequest, visitor: Visitor, programme: int, stage: str, region: str
) -> HttpResponse:
    """A list drawn elsewhere: registered here, confirmed by another at the draw."""
    here, _rule = _here(visitor, programme, stage)
    name = dict(here.places()).get(region)
    if name is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    posted = request.method == "POST"
    form = ExternalForm(request.POST if posted else None, request.FILES if posted else None)
    sent = Sent()
    if posted:

        def register() -> Draw:
            said = form.cleaned_data
            return city.register_external(
                stage,
                programme=here.programme,
                region=region,
                drawn=said["numbers"],
                source=said["source"],
                file=keep(said["file"], FileKind.SCAN, region, visitor.user),
                by=visitor.user,
                done_on=said["done_on"],
                reason=said["late_reason"],
            )

        made = sent.take([form], register)
        if made:
            told = _("外部抽样名单已登记,须由另一人确认后生效")
            messages.success(request, told, draft_of(request))
            return redirect("draw_done", pk=made.pk, act="registered")
    context = {"section": "batches", "here": here, "name": name, "form": form, "sent": sent}
    return render(request, "verification/external_draw.html", context, status=sent.status)
