"""What every answer of ours has in common."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from exitcase.core import once
from exitcase.core.models import User

KEY: Final = re.compile(r"[0-9a-f]{32}")
Answer = Callable[[HttpRequest], HttpResponse]


def chosen_language(get_response: Answer) -> Answer:
    """Chinese unless the reader chose otherwise: an office's browser is often set to English."""
    known = {code for code, _ in settings.LANGUAGES}

    def middleware(request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(wanted if wanted in known else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response

    return middleware


def kept_nowhere(get_response: Answer) -> Answer:
    """Pages hold people's data, and computers in a village office are shared: keep no copy."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def taken_once(get_response: Answer) -> Answer:
    """A form sent with a key is taken once, and answered alike however often it comes.

    Taken, it is answered 200 with `X-Taken`: where a page of its own would have led. Whoever has
    been logged out meanwhile reads 401, not the page of log-in.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if request.method != "POST" or not key:
            return get_response(request)
        user = request.user
        if not isinstance(user, User):
            return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
        if not KEY.fullmatch(key):
            return HttpResponse(status=HTTPStatus.BAD_REQUEST)
        before = once.answer_to(user.pk, key)
        if before is not None:
            return _taken(before)
        with once.keyed(user.pk, key) as form:
            return _answered(form, get_response(request))

    return middleware


def _answered(form: once.Form, response: HttpResponse) -> HttpResponse:
    """What was refused, as it is; what was taken, as where it led."""
    if form.twice:
        return _taken(once.answer_to(form.user, form.key) or "")
    to = response.headers.get("Location")
    if to is None:
        return response
    if form.written:
        once.keep_answer(form.user, form.key, to)
    return _taken(to)


def _taken(to: str) -> HttpResponse:
    return HttpResponse(headers={"X-Taken": to or "/"})
