"""What every service of a notice does first: the door, then the notice's lock, then its rules."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from exitcase.core import journal
from exitcase.core.choices import Act
from exitcase.core.errors import Refused
from exitcase.core.models import User
from exitcase.core.models.region import level_of
from exitcase.core.services import parents
from exitcase.core.services.door import door
from publicity.models import Notice, NoticeItem, Posting


def at_notice(
    notice: Notice, act: Act, *, by: User, done_on: date, reason: str = ""
) -> AbstractContextManager[Notice]:
    """Enter by the right of the level that hangs the notice; gives it locked, as it is now."""
    return _at(notice, act, by, done_on, reason, asked_later=False)


def at_move(
    notice: Notice, act: Act, *, by: User, done_on: date, reason: str = ""
) -> AbstractContextManager[Notice]:
    """The same for a move, which asks for the right itself, after the state."""
    return _at(notice, act, by, done_on, reason, asked_later=True)


@contextmanager
def _at(
    notice: Notice, act: Act, by: User, done_on: date, reason: str, *, asked_later: bool
) -> Iterator[Notice]:
    rules = notice.programme.rules
    level = rules.level_of(rules.stage(notice.stage))
    at: dict[str, Any] = {"rules": rules, "done_on": done_on, "reason": reason}
    with door(by, act, level, [notice.region_id], asked_later=asked_later, **at):
        yield lock_notice(notice.pk)


@contextmanager
def at_posting(
    posting: Posting, act: Act, *, by: User, done_on: date, reason: str = ""
) -> Iterator[tuple[Notice, Posting]]:
    """Enter by the right over the place itself: a village hangs what the township made."""
    rules, level = posting.notice.programme.rules, level_of(posting.region_id)
    with door(by, act, level, [posting.region_id], rules=rules, done_on=done_on, reason=reason):
        notice = lock_notice(posting.notice_id)
        yield notice, Posting.objects.get(pk=posting.pk)


def lock_notice(key: int) -> Notice:
    rows = Notice.objects.select_related("programme").select_for_update(of=("self",))
    found: Notice = rows.get(pk=key)
    return found


def lock_case(case_key: int) -> None:
    """What a move of the case locks, then every notice on which it has hung: in this order."""
    parents.lock_parents(pk=case_key)
    items = NoticeItem.objects.filter(case_key=case_key).order_by()
    notices = Notice.objects.filter(pk__in=items.values("notice")).order_by("pk")
    list(notices.select_for_update(of=("self",)).values_list("pk"))


def record_cases(act: Act, items: Any, stage: str, *, was: str = "", became: str = "") -> int:
    """Write one row of the journal for the case of each item."""
    return journal.record_set(
        act, items, None, stage, was=was, became=became, subject="case", subject_id="case_key"
    )


def refuse_long(rows: Iterable[Model]) -> None:
    """Refuse a text that has no room in its column, in words and before the database does."""
    for row in rows:
        for field in row._meta.concrete_fields:
            room = getattr(field, "max_plain", None) or getattr(field, "max_length", None)
            text = row.__dict__.get(field.attname)
            if room and isinstance(text, str) and len(text) > room:
                raise Refused(
                    _("填写的文字太长"),
                    place=str(field.verbose_name),
                    value=f"{text[:20]}…",
                    rule=_("不超过 %d 字") % room,
                )
