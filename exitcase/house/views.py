"""设置: the plans in words, and who holds what where."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exitcase.core import access, clock
from exitcase.core.choices import DIGITS, Act, Basis, Level, Post, Role
from exitcase.core.entrance import account, people, staff
from exitcase.core.errors import NotAllowed, OutOfScope
from exitcase.core.forms import Sent, sent_in
from exitcase.core.models import Appointment, Programme, Region, User
from exitcase.core.scope import Scope
from exitcase.core.screens import Filter
from exitcase.core.services import appointing
from exitcase.core.words import word
from exitcase.house.forms import AppointForm, EndForm
from exitcase.house.rows import sections
from verification.models import Batch

PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE: Final = 50
NOW, BEFORE, TO_COME = "now", "before", "to_come"


# ── plans ─────────────────────────────────────────────────────────────────────────────────────


@people
@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Every version of every plan, and how many batches run under it."""
    rows = Programme.objects.select_related("loaded_by").order_by("key", "-version")
    counted = dict(
        Batch.objects.filter(programme__in=rows).values_list("programme").annotate(n=Count("pk"))
    )
    current = set(Programme.objects.current().values_list("pk", flat=True))
    context = {
        "section": "me",
        "rows": [(one, counted.get(one.pk, 0), one.pk in current) for one in rows],
    }
    return render(request, "exitcase/house/programmes.html", context)


@people
@require_safe
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan read in words: each rule with its clause, and how sure it is."""
    one = Programme.objects.filter(pk=pk).first()
    if one is None:
        raise Http404
    found = sections(one.rules)
    asked = request.GET.get("basis", "")
    shown = [
        (part, [row for row in part.rows if not asked or row.basis == asked]) for part in found
    ]
    context = {
        "section": "me",
        "programme": one,
        "sections": [(part, rows) for part, rows in shown if rows],
        "counts": [(word(b), sum(r.basis == b for p in found for r in p.rows)) for b in Basis],
        "filters": [Filter("basis", _("依据"), asked, [(b.value, word(b)) for b in Basis])],
    }
    return render(request, "exitcase/house/programme.html", context)


# ── 任职 ──────────────────────────────────────────────────────────────────────────────────────


@staff(Act.APPOINT)
@require_safe
def appointments(request: HttpRequest) -> HttpResponse:
    """Who holds what in this administrator's region; filtered by name, role, time and district."""
    user, asked = account(request), _asked(request)
    region, choices = _district(user, asked["district"])
    rows = _filtered(appointing.appointments(user, region), asked)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    today = clock.today()
    context = {
        "section": "me",
        "page": page,
        "rows": [(one, _stands(one, today)) for one in page.object_list],
        "region": region,
        "filters": _filters(asked, choices),
        "today": today,
    }
    return render(request, "exitcase/house/appointments.html", context)


@staff(Act.APPOINT)
@PAGE_AND_FORM
def appoint(request: HttpRequest) -> HttpResponse:
    """Give an account a role; an auditor's errand is opened here, with its purpose and its end."""
    user = account(request)
    region, _choices = _district(user, request.GET.get("district", ""))
    access.require(user, Act.APPOINT, Level.DISTRICT, [region])
    form = AppointForm(
        sent_in(request),
        regions=_places(region),
        organs=_organs(),
        initial={"since": clock.today()},
    )
    sent = Sent()
    if request.method == "POST":

        def give() -> Appointment:
            said = form.cleaned_data
            return appointing.give_role(
                said["username"],
                Role(said["role"]),
                said["region"],
                by=user,
                since=said["since"],
                until=said["until"],
                organ=said["organ"],
                post=Post(said["post"]) if said["post"] else None,
                purpose=said["purpose"],
                done_on=said["done_on"],
                reason=said["late_reason"],
            )

        made = sent.take([form], give)
        if made:
            told = {"name": made.user.name, "role": word(Role(made.role))}
            messages.success(request, _("已任职:%(name)s %(role)s") % told)
            return redirect("appointments")
    context = {"section": "me", "form": form, "problems": sent.problems}
    return render(request, "exitcase/house/appoint.html", context, status=sent.status)


@staff(Act.DISMISS)
@PAGE_AND_FORM
def end_appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """End one, with a last day and a reason."""
    user = account(request)
    one = Appointment.objects.select_related("user", "region").filter(pk=pk).first()
    if one is None:
        raise Http404
    access.require(user, Act.DISMISS, Level.DISTRICT, [one.region_id])
    form = EndForm(sent_in(request), initial={"until": clock.today()})
    sent = Sent()
    if request.method == "POST":

        def end() -> Appointment:
            said = form.cleaned_data
            return appointing.end_role(
                pk, by=user, until=said["until"], done_on=said["done_on"], reason=said["reason"]
            )

        if sent.take([form], end):
            told = {"name": one.user.name, "role": word(Role(one.role))}
            messages.success(request, _("已免职:%(name)s %(role)s") % told)
            return redirect("appointments")
    context = {"section": "me", "form": form, "problems": sent.problems, "held": one}
    return render(request, "exitcase/house/end_appointment.html", context, status=sent.status)


def may_appoint(scope: Scope) -> bool:
    """Whether to offer 任职管理. The service asks again."""
    return any(access.able_to(scope, Act.APPOINT, Level.DISTRICT).held)


def _asked(request: HttpRequest) -> dict[str, str]:
    names = ("text", "role", "stands", "district")
    return {name: request.GET.get(name, "").strip() for name in names}


def _district(user: User, asked: str) -> tuple[str, list[tuple[str, str]]]:
    """The region to look at, and the districts to choose from where a city is looked after."""
    held = access.able_to(Scope.of(user), Act.APPOINT, Level.DISTRICT).held
    if not held:
        raise NotAllowed(_("您的职务不能办理此事"))
    own = held[0].region_id
    if asked and not any(asked.startswith(one.region_id) for one in held):
        raise OutOfScope(_("没有找到,或不在您的管辖范围内"))
    if len(own) >= DIGITS[Level.DISTRICT] and not asked:
        return own, []
    under = Region.objects.under(own).of_level(Level.DISTRICT).order_by("code")
    choices = list(under.values_list("code", "name"))
    return asked or own, choices


def _filtered(rows: QuerySet[Appointment], asked: dict[str, str]) -> QuerySet[Appointment]:
    today = clock.today()
    if asked["text"]:
        text = asked["text"]
        rows = rows.filter(Q(user__name__contains=text) | Q(user__username__contains=text))
    if asked["role"] in set(Role):
        rows = rows.filter(role=asked["role"])
    if asked["stands"] == BEFORE:
        return rows.filter(until__lt=today)
    if asked["stands"] == TO_COME:
        return rows.filter(since__gt=today)
    if asked["stands"] == NOW:
        return rows.filter(Q(until=None) | Q(until__gte=today), since__lte=today)
    return rows


def _filters(asked: dict[str, str], districts: list[tuple[str, str]]) -> list[Filter]:
    stands = [(NOW, _("在任")), (BEFORE, _("已免职")), (TO_COME, _("未到任"))]
    choose = [Filter("district", _("县区"), asked["district"], districts)] if districts else []
    return [
        Filter("text", _("姓名或用户名"), asked["text"]),
        *choose,
        Filter("role", _("角色"), asked["role"], [(one.value, word(one)) for one in Role]),
        Filter("stands", _("状态"), asked["stands"], stands),
    ]


def _stands(one: Appointment, today: Any) -> str:
    if one.since > today:
        return TO_COME
    return BEFORE if one.until and one.until < today else NOW


def _places(region: str) -> list[tuple[str, str]]:
    """The regions under one, each after the one it lies in."""
    rows = Region.objects.under(region).at(clock.today()).order_by("code")
    indent = {Level.VILLAGE.value: "  ", Level.TOWNSHIP.value: " "}
    return [(one.code, f"{indent.get(one.level, '')}{one.name}") for one in rows]


def _organs() -> list[tuple[str, str]]:
    """The organs of the plans in force, by their keys."""
    found = {
        organ.key: organ.title for one in Programme.objects.current() for organ in one.rules.organs
    }
    return sorted(found.items(), key=lambda pair: pair[1])
