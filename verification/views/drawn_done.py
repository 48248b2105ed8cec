"""What was done with a draw: its hash and hour, what comes next and from when, who learns of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exitcase.core.choices import Act
from exitcase.core.entrance import Visitor, cases
from exitcase.core.models import Entry
from exitcase.core.screens import Done, Link
from verification.models import Draw, DrawItem
from verification.services import city
from verification.views.drawn import found


@cases()
@require_safe
def draw_done(request: HttpRequest, visitor: Visitor, pk: int, act: str) -> HttpResponse:
    """The confirmation of an act; there is none of what was never done."""
    one = found(visitor, pk)
    if act not in TOLD:
        raise Http404
    what, became, tell = TOLD[act]
    rows = Entry.objects.filter(subject="draw", subject_id=str(pk), act=what)
    rows = rows.filter(became=became) if became else rows
    at = rows.order_by("-pk").values_list("recorded_at", flat=True).first()
    elsewhere = what == Act.FREEZE and one.external != (act == "registered")
    if at is None or elsewhere:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    said = tell(one, datetime.fromisoformat(at))
    return render(request, "exitcase/done.html", {"section": "batches", "done": said})


def _frozen(one: Draw, at: datetime) -> Done:
    hours = one.programme.rules.draw.hours
    return Done(
        title=_("抽样框已冻结:%d 户") % DrawItem.valid(draw=one).count(),
        number=_named(one),
        at=at,
        follows=_("公布校验值;公布满 %d 小时后当众产生种子,由冻结人以外的人抽取") % hours,
        until=_("%s 起可以抽取") % city.first_day(one).isoformat(),
        links=_links(one, _("看抽样凭证")),
        digest=one.frame_sha256,
        told=_("校验值向社会公布;市、县有抽取职务的人在「待办」里看到"),
    )


def _drawn(one: Draw, at: datetime) -> Done:
    return Done(
        title=_("已抽取:%d 户") % _sample(one),
        number=_named(one),
        at=at,
        follows=_("抽中的户逐户核查;没有抽中的户,核查结果公布后一并通过"),
        until="",
        links=_links(one, _("看抽中的户")),
        digest=one.frame_sha256,
        told=_("核查人看到自己要去的户;任何人可用同名单、同种子重算核对"),
    )


def _registered(one: Draw, at: datetime) -> Done:
    return Done(
        title=_("外部抽样名单已登记:%d 户") % _sample(one),
        number=_named(one),
        at=at,
        follows=_("由登记人以外的另一人对照来函核对、确认,确认后生效"),
        until="",
        links=_links(one, _("看名单")),
        digest=one.frame_sha256,
        told=_("可以确认的人在这次抽样的页面看到待确认;各级文书都写明非本系统抽取"),
    )


def _confirmed(one: Draw, at: datetime) -> Done:
    return Done(
        title=_("外部抽样名单已确认:%d 户") % _sample(one),
        number=_named(one),
        at=at,
        follows=_("抽中的户逐户核查;没有抽中的户,核查结果公布后一并通过"),
        until="",
        links=_links(one, _("看抽中的户")),
        digest=one.frame_sha256,
        told=_("核查人看到自己要去的户"),
    )


def _entered(one: Draw, at: datetime) -> Done:
    return Done(
        title=_("核查结果已登记"),
        number=one.result_number,
        at=at,
        follows=_("由登记人以外的另一人对照原件核对、确认,确认后公布"),
        until="",
        links=_links(one, _("看核查结果")),
        told=_("可以确认的人在这次抽样的页面看到待确认"),
    )


def _closed(one: Draw, at: datetime) -> Done:
    return Done(
        title=_("核查结果已公布"),
        number=one.result_number,
        at=at,
        follows=_("没有抽中的户、核查达标的户可送下一环节;未达标的户整改后复查"),
        until="",
        links=_links(one, _("看核查结果")),
        told=_("县、乡镇在批次页面看到结果"),
    )


def _sample(one: Draw) -> int:
    return DrawItem.valid(draw=one, drawn=True).count()


def _named(one: Draw) -> str:
    stage = one.programme.rules.stage(one.stage).title
    return f"{one.region.name} {stage} " + _("第 %(n)s 次抽样") % {"n": one.number}


def _links(one: Draw, words: str) -> list[Link]:
    return [
        Link(words, reverse("draw", args=[one.pk])),
        Link(_("返回待办"), reverse("todo")),
    ]


# The act, what its entry in the journal became ("": whatever), and the words.
TOLD: Final[dict[str, tuple[Act, str, Callable[[Draw, datetime], Done]]]] = {
    "frozen": (Act.FREEZE, "", _frozen),
    "drawn": (Act.DRAW, "drawn", _drawn),
    "registered": (Act.FREEZE, "", _registered),
    "confirmed": (Act.DRAW, "external", _confirmed),
    "entered": (Act.INSPECT, "entered", _entered),
    "closed": (Act.INSPECT, "closed", _closed),
}
