"""Pages that belong to no app."""

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.core.paginator import Paginator
from django.db import connection
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from exitcase import guide
from exitcase.context import KEYS_COOKIE, SIZE_COOKIE, is_demo
from exitcase.core import clock, jobs
from exitcase.core.choices import JobState, Role
from exitcase.core.downloads import attachment
from exitcase.core.entrance import Visitor, account, anyone, cases, people
from exitcase.core.models import Appointment, Job, Paper
from exitcase.core.scope import Scope
from exitcase.core.screens import Progress
from exitcase.core.services.reads import log_reads
from exitcase.house.views import may_appoint

YEAR: Final = 365 * 24 * 3600  # seconds
A_PAGE: Final = 50


@anyone
@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """Whether we answer and the database does; for watchers, without a word about people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@people
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where everybody begins: with what waits, or with the word that no case is to be seen."""
    scope = Scope.of(account(request))
    if scope.codes:
        return redirect("todo")
    return render(request, "exitcase/home.html", {"may_appoint": may_appoint(scope)})


@anyone
@require_POST
def size(request: HttpRequest) -> HttpResponse:
    """长辈版 on or off: larger letters and buttons, kept in this browser."""
    return _kept(request, SIZE_COOKIE, "xl" if request.POST.get("size") == "xl" else "m")


@anyone
@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Keys of one letter on or off (WCAG 2.1.4), kept in this browser."""
    return _kept(request, KEYS_COOKIE, "off" if request.POST.get("keys") == "off" else "on")


@people
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """我的: posts, how this device shows pages, the keys, and the way out."""
    held = Appointment.objects.on(clock.today()).filter(user=account(request), role=Role.AUDITOR)
    errands = held.select_related("region").order_by("pk")
    scope = Scope.of(account(request))
    context = {
        "section": "me",
        "errands": errands,
        "may_appoint": may_appoint(scope),
        "sees_cases": bool(scope.codes),
    }
    return render(request, "exitcase/me.html", context)


@people
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component from the partials the pages use; only in a demo, or where one develops."""
    if not (settings.DEBUG or is_demo()):
        raise Http404
    return render(request, "exitcase/styleguide.html", guide.samples())


def _kept(request: HttpRequest, cookie: str, wanted: str) -> HttpResponse:
    """Back to where the form stood, with the choice in a cookie of this device."""
    answer = HttpResponseRedirect(_back(request))
    answer.set_cookie(
        cookie, wanted, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.HTTPS
    )
    return answer


def _back(request: HttpRequest) -> str:
    """To the page the form stood on, if it is one of ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, settings.HTTPS)
    return wanted if ours else "/"


@cases()
@require_safe
def paper(_request: HttpRequest, visitor: Visitor, pk: int, form: str) -> HttpResponse:
    """A paper's bytes, decrypted; who took it is written down."""
    rows = Paper.objects.select_related("pdf", "xlsx")
    one = visitor.scope.filter(rows).filter(pk=pk).first()
    file = getattr(one, form, None)
    if one is None or file is None:
        raise Http404
    log_reads(visitor.user, one.region_id, "paper", "paper", [pk])
    return attachment(file, f"作废-{file.name}" if one.void_tx else "")


@people
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """The jobs of one's own, the latest first: how far each has come, and what it gave back."""
    user = account(request)
    scope = Scope.of(user)
    mine = [one for one in Job.objects.filter(by=user).order_by("-pk") if _within(scope, one)]
    page = Paginator(mine, A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, jobs.title_of(one), jobs.figures_of(one)) for one in page.object_list]
    return render(request, "exitcase/jobs.html", {"section": "me", "page": page, "rows": rows})


@people
@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job of one's own has come; it reloads itself until it is done."""
    one = _own_job(request, pk)
    under_way = one.state in {JobState.QUEUED, JobState.RUNNING}
    poll = request.path if under_way else ""
    failed = one.units.filter(state=JobState.FAILED).count()
    progress = Progress(done=one.done, total=one.total, failed=failed, poll=poll)
    context: dict[str, Any] = {"job": one, "under_way": under_way, "progress": progress}
    if request.headers.get("HX-Request"):
        answer = render(request, "exitcase/_progress.html", context)
        if not under_way:  # the whole page has more to say
            answer.headers["HX-Refresh"] = "true"
        return answer
    context |= {
        "title": jobs.title_of(one),
        "figures": jobs.figures_of(one),
        "file": None if under_way else jobs.report_of(one),
        "units": list(one.units.order_by("pk")[:A_PAGE]),
    }
    return render(request, "exitcase/job.html", context)


@people
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The file a job gave back, decrypted; who took it is written down."""
    file = jobs.report_of(_own_job(request, pk))
    if file is None:
        raise Http404
    log_reads(account(request), file.region_id, "file", "storedfile", [file.pk])
    return attachment(file)


def _own_job(request: HttpRequest, pk: int) -> Job:
    one = Job.objects.filter(pk=pk, by=request.user.pk).first()
    if one is None or not _within(Scope.of(account(request)), one):
        raise Http404
    return one


def _within(scope: Scope, one: Job) -> bool:
    """Whether a post of today covers the job's region: who has left it left the job's files too."""
    return scope.covers(one.region_id) if one.region_id else bool(scope.held)


# What a page says instead of itself. Each with its own status, and in words.


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Inside the person's regions, without the right."""
    return _said(request, "403", HTTPStatus.FORBIDDEN, why=str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Nothing, or nothing for this person: one and the same answer."""
    return _said(request, "404", HTTPStatus.NOT_FOUND)


def broken(_request: HttpRequest) -> HttpResponse:
    """Our fault. Rendered without the request: the database may be what is broken."""
    return HttpResponse(
        render_to_string("exitcase/500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR
    )


def session_over(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """A form without its token: the session ended, or the page was open for very long."""
    return _said(request, "403_session", HTTPStatus.FORBIDDEN)


def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None = None, *_: Any, **__: Any
) -> HttpResponse:
    """After too many wrong passwords; says for how long."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    name = (credentials or {}).get("username", "")
    context = {"minutes": minutes, "tries": settings.AXES_FAILURE_LIMIT, "username": name}
    return render(request, "exitcase/lockout.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)


def _said(request: HttpRequest, page: str, status: HTTPStatus, **more: Any) -> HttpResponse:
    return render(request, f"exitcase/{page}.html", more, status=status)
