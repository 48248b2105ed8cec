"""签字职务: who holds which post where, since when; which are vacant; entered by who staffs."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exitcase.core import access, clock
from exitcase.core.choices import Act, Level, Post
from exitcase.core.entrance import Visitor, cases
from exitcase.core.errors import OutOfScope
from exitcase.core.forms import Sent, sent_in
from exitcase.core.models import PostHolder, Programme, Region
from exitcase.core.models.region import level_of
from exitcase.core.scope import Scope
from exitcase.core.screens import Filter
from exitcase.core.services import appointing
from exitcase.core.services.posts import HELD_AT, ONE_HOLDER, asked_at, held_at
from exitcase.core.words import word
from exitcase.house.forms import ACTING, BESIDE, INSTEAD, HolderForm, LeaveForm

PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE: Final = 20  # regions
VACANT, BEFORE, NOW, TO_COME = "vacant", "before", "now", "to_come"


@dataclass(frozen=True, slots=True)
class Row:
    """One who holds a post, held it, or will; None: the post is vacant."""

    post: Post
    holder: PostHolder | None = None
    also: str = ""  # 一肩挑: the other posts of the same name here
    stands: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The posts of one region, as its card shows them."""

    region: Region
    rows: Sequence[Row]
    may: bool


@cases()
@require_safe
def posts(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Region by region who holds its posts today; filtered by region, post, name and state."""
    board = _Board(visitor.scope, _Asked.of(request), clock.today())
    page = Paginator(board.wanted, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "me",
        "page": page,
        "places": board.places(list(page.object_list)),
        "filters": board.filters,
        "keepers": [word(one) for one in access.roles_for(Act.RECORD_POST, Level.VILLAGE)],
    }
    return render(request, "exitcase/house/posts.html", context)


@cases(Act.RECORD_POST)
@PAGE_AND_FORM
def fill_post(request: HttpRequest, visitor: Visitor, region: str) -> HttpResponse:
    """Write down who holds a post of a region, beside or in place of who holds it, or acting."""
    place = visitor.scope.regions().filter(pk=region).first()
    if place is None:
        raise OutOfScope(_("没有找到,或不在您的管辖范围内"))
    level = level_of(region)
    access.require(visitor.user, Act.RECORD_POST, level, [region])
    chosen = request.GET.get("post", "")
    form = HolderForm(sent_in(request), posts=held_at(level), initial=_usual(chosen))
    sent = Sent()
    if request.method == "POST":
        made = sent.take([form], lambda: _filled(visitor, region, form))
        if made:
            told = {"name": made.name, "post": word(Post(made.post)), "place": place.name}
            messages.success(request, _("已登记:%(place)s %(post)s %(name)s") % told)
            return redirect(_back(region))
    held = PostHolder.objects.on(clock.today()).filter(region=region).order_by("pk")
    context = {
        "section": "me",
        "region": place,
        "form": form,
        "problems": sent.problems,
        "held": sorted(((word(Post(one.post)), one) for one in held), key=_order),
        "back": _back(region),
    }
    return render(request, "exitcase/house/fill_post.html", context, status=sent.status)


@cases(Act.RECORD_POST)
@PAGE_AND_FORM
def end_post(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """End a holder's time with a last day and a reason; the post is vacant from the next."""
    one = visitor.find(PostHolder.objects.select_related("region"), pk)
    access.require(visitor.user, Act.RECORD_POST, level_of(one.region_id), [one.region_id])
    form, sent = LeaveForm(sent_in(request), initial={"until": clock.today()}), Sent()
    post = word(Post(one.post))
    if request.method == "POST":

        def end() -> PostHolder:
            said = form.cleaned_data
            return appointing.vacate_post(
                pk,
                by=visitor.user,
                until=said["until"],
                done_on=said["done_on"],
                reason=said["reason"],
            )

        if sent.take([form], end):
            told = {"name": one.name, "post": post}
            messages.success(request, _("已登记卸任:%(post)s %(name)s") % told)
            return redirect(_back(one.region_id))
    context = {
        "section": "me",
        "held": one,
        "post": post,
        "others": _others(one),
        "form": form,
        "problems": sent.problems,
        "back": _back(one.region_id),
    }
    return render(request, "exitcase/house/end_post.html", context, status=sent.status)


def _filled(visitor: Visitor, region: str, form: HolderForm) -> PostHolder:
    said = form.cleaned_data
    return appointing.fill_post(
        region,
        Post(said["post"]),
        said["name"].strip(),
        by=visitor.user,
        since=said["since"],
        until=said["until"],
        done_on=said["done_on"],
        username=said["username"],
        phone=said["phone"],
        beside=said["how"] == BESIDE,
        acting=said["how"] == ACTING,
        reason=said["late_reason"],
    )


def _usual(chosen: str) -> dict[str, object]:
    """Of a post that is asked for: in place of who holds it, or beside where several may."""
    if chosen not in set(Post):
        return {"since": clock.today()}
    how = INSTEAD if Post(chosen) in ONE_HOLDER else BESIDE
    return {"since": clock.today(), "post": chosen, "how": how}


def _others(one: PostHolder) -> list[PostHolder]:
    """Who else holds the post today; without one it will be vacant."""
    rows = PostHolder.objects.on(clock.today()).filter(region=one.region_id, post=one.post)
    return list(rows.exclude(pk=one.pk).order_by("pk"))


def _back(region: str) -> str:
    return f"{reverse('posts')}?region={region}"


def _order(pair: tuple[str, PostHolder]) -> int:
    return list(Post).index(Post(pair[1].post))


# ── the list ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the filters of the list say."""

    region: str
    post: str
    text: str
    stands: str

    @classmethod
    def of(cls, request: HttpRequest) -> "_Asked":
        said = {one.name: request.GET.get(one.name, "").strip() for one in fields(cls)}
        return cls(**said)

    @property
    def narrows(self) -> bool:
        """Whether a region with nothing to show is left out."""
        return bool(self.post or self.text or self.stands)


@dataclass(frozen=True)
class _Board:
    """The list under its filters: a constant number of queries, however many regions."""

    scope: Scope
    asked: _Asked
    today: date

    @cached_property
    def regions(self) -> list[Region]:
        """Those of this person's regions in which a post may be held, each after the one above."""
        rows = Region.objects.at(self.today).filter(pk__in=self.scope.regions())
        return list(rows.exclude(level=Level.PROVINCE).order_by("code"))

    @property
    def wanted(self) -> list[Region]:
        """The regions that have something to show under the filters."""
        here = [one for one in self.regions if one.code.startswith(self.asked.region)]
        if self.asked.region and not here:
            raise OutOfScope(_("没有找到,或不在您的管辖范围内"))
        if self.asked.stands == VACANT:
            held = set(self._now.values_list("region", "post"))
            return [one for one in here if any((one.code, p) not in held for p in self.due(one))]
        if not self.asked.narrows:
            return here
        codes = set(self.holders.order_by().values_list("region", flat=True))
        return [one for one in here if one.code in codes]

    @property
    def holders(self) -> QuerySet[PostHolder]:
        """Who is in a post or will be; of the filter 已卸任 who was. Filtered by post and name."""
        rows = self.scope.filter(PostHolder.objects.all())
        before = self.asked.stands == BEFORE
        lasts = Q(until=None) | Q(until__gte=self.today)
        rows = rows.filter(until__lt=self.today) if before else rows.filter(lasts)
        if self.asked.post in set(Post):
            rows = rows.filter(post=self.asked.post)
        if self.asked.text:
            rows = rows.filter(name__contains=self.asked.text)
        return rows.order_by("since", "pk")

    @property
    def _now(self) -> QuerySet[PostHolder]:
        return self.scope.filter(PostHolder.objects.on(self.today))

    def due(self, region: Region) -> list[Post]:
        """The posts that should have somebody in this region, by the plans in force."""
        asked = self._asked_at[Level(region.level)]
        return [post for post in asked if self.asked.post in ("", post)]

    @cached_property
    def _asked_at(self) -> dict[Level, list[Post]]:
        plans = [one.rules for one in Programme.objects.current()]
        return {level: asked_at(level, plans) for level in Level}

    def places(self, regions: Sequence[Region]) -> list[Place]:
        """The cards of one page's regions."""
        codes = [one.code for one in regions]
        shown: dict[str, list[PostHolder]] = {code: [] for code in codes}
        for one in self.holders.filter(region__in=codes):
            shown[one.region_id].append(one)
        now: dict[str, list[PostHolder]] = {code: [] for code in codes}
        for one in self._now.filter(region__in=codes):
            now[one.region_id].append(one)
        return [self._place(one, shown[one.code], now[one.code]) for one in regions]

    def _place(
        self, region: Region, shown: Sequence[PostHolder], now: Sequence[PostHolder]
    ) -> Place:
        rows = []
        if self.asked.stands != VACANT:
            rows += [Row(Post(one.post), one, *self._said(one, now)) for one in shown]
        if self.asked.stands != BEFORE and not self.asked.text:
            held = {one.post for one in now}
            rows += [Row(post) for post in self.due(region) if post not in held]
        order = list(Post)
        rows.sort(key=lambda row: order.index(row.post))
        level = Level(region.level)
        return Place(region, rows, access.may(self.scope, Act.RECORD_POST, level, region.code))

    def _said(self, one: PostHolder, now: Sequence[PostHolder]) -> tuple[str, str]:
        """In which other posts the same name stands here, and how this one stands."""
        if one.until and one.until < self.today:
            return "", BEFORE
        same = {two.post for two in now if two.name == one.name and two.post != one.post}
        also = "、".join(word(post) for post in Post if post in same)
        return also, TO_COME if one.since > self.today else NOW

    @property
    def filters(self) -> list[Filter]:
        """By place, post, name, and how it stands."""
        indent = {Level.VILLAGE: "  ", Level.TOWNSHIP: " "}
        places = [(one.code, indent.get(Level(one.level), "") + one.name) for one in self.regions]
        stands = [(VACANT, _("空缺")), (BEFORE, _("已卸任"))]
        titles = [(one.value, word(one)) for one in HELD_AT]
        return [
            Filter("text", _("姓名"), self.asked.text),
            Filter("region", _("地区"), self.asked.region, places),
            Filter("post", _("职务"), self.asked.post, titles),
            Filter("stands", _("状态"), self.asked.stands, stands, blank=_("在任和空缺")),
        ]
