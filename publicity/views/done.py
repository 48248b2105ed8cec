"""What was done with a notice: since when it stands so, what comes next, who learns of it how."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exitcase.core.choices import Act, Role
from exitcase.core.entrance import Visitor, cases
from exitcase.core.models import Entry
from exitcase.core.screens import Done, Link
from exitcase.core.words import word
from publicity import queries
from publicity.models import Notice, Objection
from publicity.templatetags.notice import closing
from publicity.views.notices import found


@cases()
@require_safe
def done(request: HttpRequest, visitor: Visitor, pk: int, act: str) -> HttpResponse:
    """The confirmation of an act; there is none of what was never done."""
    one = found(visitor, pk)
    if act not in TOLD:
        raise Http404
    what, tell = TOLD[act]
    said = tell(one, _when(one, what))
    return render(request, "exitcase/done.html", {"section": "notices", "done": said})


def _when(one: Notice, act: Act) -> datetime:
    """When the server last took this act on the notice, as the journal has it."""
    rows = Entry.objects.filter(subject="notice", subject_id=str(one.pk), act=act)
    at = rows.order_by("-pk").values_list("recorded_at", flat=True).first()
    if at is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    return datetime.fromisoformat(at)


def _drafted(one: Notice, at: datetime) -> Done:
    return Done(
        title=_("公示已拟好"),
        number=_named(one),
        at=at,
        follows=_("由拟稿人以外的另一人核发,核发后才能张贴"),
        until="",
        links=_links(one, _("看公示")),
        told=_releasers(one),
    )


def _amended(one: Notice, at: datetime) -> Done:
    follows = _("张贴的原公示立即取下;改后的公示由另一人核发后重新张贴,期限从头计算")
    return Done(
        title=_("原公示已撤下,改后的公示已拟好"),
        number=_named(one),
        at=at,
        follows=follows,
        until="",
        links=_links(one, _("看公示")),
        told=_releasers(one),
    )


def _released(one: Notice, at: datetime) -> Done:
    places = list(one.postings.order_by("pk").values_list("place_name", flat=True))
    days = _("全部张贴后公示不少于 %d 天") % one.days if one.days else ""
    return Done(
        title=_("公示已核发"),
        number=_named(one),
        at=at,
        follows=_("到 %(n)d 处张贴并登记:%(places)s")
        % {"n": len(places), "places": "、".join(places)},
        until=days,
        links=_links(one, _("去登记张贴")),
        digest=one.payload_sha256,
        told=_("各张贴地点所在的村、乡镇,在「待办」里看到待张贴的地点"),
    )


def _closed(one: Notice, at: datetime) -> Done:
    waiting = Objection.objects.filter(item__notice=one, open=True).count()
    follows = [_("名单上没有异议的户可送下一环节")]
    if waiting:
        follows.append(_("%d 件异议待答复,该户答复后再送") % waiting)
    return Done(
        title=_("公示已结束"),
        number=_named(one),
        at=at,
        follows=";".join(follows),
        until="",
        links=_links(one, _("看公示")),
        digest=one.payload_sha256,
        told=_("群众看到的网上名单自 %s 起不再显示,只留校验值") % closing(one.closes_at),
    )


def _taken_down(one: Notice, at: datetime) -> Done:
    places = list(
        one.postings.filter(hung_at__isnull=False).order_by("pk").values_list(
            "place_name", flat=True
        )
    )  # fmt: skip
    follows = (
        _("取下 %(n)d 处的公示:%(places)s") % {"n": len(places), "places": "、".join(places)}
        if places
        else _("没有张贴过,不必取下")
    )
    return Done(
        title=_("公示已撤下"),
        number=_named(one),
        at=at,
        follows=";".join([follows, _("要再公示,在批次页面重新拟稿,期限从头计算")]),
        until="",
        links=_links(one, _("看公示")),
        told=_("名单上的户都记下撤下的原因;网上名单同时撤下"),
    )


def _named(one: Notice) -> str:
    """What its paper is called; of a second round which one."""
    again = _("第 %d 次公示") % one.round if one.round > 1 else ""
    return " ".join(part for part in (one.title, again) if part)


def _releasers(one: Notice) -> str:
    """Who can release it, by name: they are the ones to be told."""
    people = [
        f"{held.user.name}({held.region.name} {word(Role(held.role))})"
        for held in queries.releasers(one)
    ]
    return (
        _("可以核发的人:%s") % "、".join(people) if people else _("目前没有可以核发的人,请联系乡镇")
    )


def _links(one: Notice, words: str) -> list[Link]:
    return [
        Link(words, reverse("notice", args=[one.pk])),
        Link(_("返回待办"), reverse("todo")),
    ]


TOLD: Final[dict[str, tuple[Act, Callable[[Notice, datetime], Done]]]] = {
    "drafted": (Act.DRAFT_NOTICE, _drafted),
    "amended": (Act.DRAFT_NOTICE, _amended),
    "released": (Act.RELEASE_NOTICE, _released),
    "closed": (Act.CLOSE_NOTICE, _closed),
    "taken_down": (Act.TAKE_DOWN, _taken_down),
}
