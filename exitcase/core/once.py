"""A form that is sent again is taken once: its key is written with the act, in one transaction.

A line that is cut leaves a browser not knowing whether its form arrived. It sends it again under
the same key; whoever comes second finds the key there and gets the answer of the first.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import IntegrityError
from django.utils.translation import gettext as _

from exitcase.core import clock
from exitcase.core.errors import Refused
from exitcase.core.models import Sending

KEPT: Final = timedelta(days=30)  # longer than a browser keeps what it could not send


@dataclass(slots=True)
class Form:
    """The form under way: whether its key is written, and whether another was faster."""

    user: int
    key: str
    written: bool = False
    twice: bool = False


_form: ContextVar[Form | None] = ContextVar("form_under_way", default=None)


@contextmanager
def keyed(user: int, key: str) -> Iterator[Form]:
    """Within this, the first act that holds takes the key along."""
    form = Form(user, key)
    token = _form.set(form)
    try:
        yield form
    finally:
        _form.reset(token)


@contextmanager
def claimed() -> Iterator[None]:
    """Write the key of the form under way into the act that begins; not at all if it fails.

    Inside the act's transaction. Raises Refused where another request has taken the same form.
    """
    form = _form.get()
    if form is None or form.written:
        yield
        return
    now = clock.read()
    Sending.objects.filter(user=form.user, taken_at__lt=now - KEPT).delete()
    try:
        Sending.objects.create(user_id=form.user, key=form.key, taken_at=now)
    except IntegrityError as error:
        form.twice = True
        raise Refused(_("这份填报已经收到并办理,没有重复办理")) from error
    yield
    form.written = True


def answer_to(user: int, key: str) -> str | None:
    """Where the sender of a form already taken was led; None of one that was not."""
    rows = Sending.objects.filter(user=user, key=key)
    return rows.values_list("answer", flat=True).first()


def keep_answer(user: int, key: str, answer: str) -> None:
    """For whoever asks again."""
    Sending.objects.filter(user=user, key=key).update(answer=answer)
