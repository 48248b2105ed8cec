"""How a notice and its places stand, in words; which acts are open there to whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exitcase.core import access, clock
from exitcase.core.choices import Act, Level
from exitcase.core.models.region import level_of
from exitcase.core.scope import Scope
from exitcase.core.screens import Pace
from publicity.choices import NoticeKind, NoticeState
from publicity.models import Notice, Posting
from publicity.templatetags.notice import closing
from publicity.term import last_day

OPEN = frozenset({NoticeState.DRAFT, NoticeState.HANGING})


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place as a list shows it; `posting` comes from `queries.with_photos`."""

    posting: Posting
    pace: Pace
    words: str

    @property
    def lacks_photo(self) -> bool:
        return self.posting.hung_at is not None and self.pace in {Pace.LATE, Pace.NOW}


def rows_of(notice: Notice, postings: Iterable[Posting]) -> list[PlaceRow]:
    now = clock.read()
    return [row_of(notice, one, now) for one in postings]


def row_of(notice: Notice, posting: Posting, now: datetime) -> PlaceRow:
    started, ended = posting.started, posting.ended  # type: ignore[attr-defined]  # annotated
    if posting.hung_at is None:
        hangs = notice.state in OPEN
        return PlaceRow(posting, Pace.TODO, _("未张贴") if hangs else _("没有张贴"))
    if notice.state == NoticeState.TAKEN_DOWN:
        return PlaceRow(posting, Pace.BACK, _("已取下"))
    if not started:
        return PlaceRow(posting, Pace.LATE, _("缺张贴时的照片"))
    if notice.days and not ended and _on_last_day(notice, now):
        return PlaceRow(posting, Pace.NOW, _("缺期满时的照片"))
    return PlaceRow(posting, Pace.DONE, _("已张贴"))


def _on_last_day(notice: Notice, now: datetime) -> bool:
    """Whether the photo of the end may be taken by now."""
    return notice.closes_at is not None and clock.day_of(now) >= last_day(notice.closes_at)


def said(notice: Notice, rows: Sequence[PlaceRow]) -> list[str]:
    """What is left to do and until when: 还有 1 处未张贴, 还差 1 处照片, 公示期至 10-19 24:00."""
    if notice.state not in OPEN:
        return []
    if not notice.released_by_id:
        return [_("待第二人核发")]
    required = [row for row in rows if row.posting.required]
    bare = sum(row.posting.hung_at is None for row in required)
    dark = sum(row.lacks_photo for row in required)
    found = [ngettext("还有 %d 处未张贴", "还有 %d 处未张贴", bare) % bare] if bare else []
    found += [ngettext("还差 %d 处照片", "还差 %d 处照片", dark) % dark] if dark else []
    if notice.closes_at is None:
        return found
    over = notice.closes_at <= clock.read()
    until = _("期限已满") if over else _("公示期至 %s") % closing(notice.closes_at)
    return [*found, until]


def rights(scope: Scope, notice: Notice) -> dict[str, bool]:
    """Which acts on the notice to offer. The services ask again."""
    level = notice.ask().stage.level
    acts = {
        "release": Act.RELEASE_NOTICE,
        "close": Act.CLOSE_NOTICE,
        "take_down": Act.DRAFT_NOTICE if notice.state == NoticeState.DRAFT else Act.TAKE_DOWN,
    }
    found = {name: access.may(scope, act, level, notice.region_id) for name, act in acts.items()}
    drafts = access.may(scope, Act.DRAFT_NOTICE, level, notice.region_id)
    found["amend"] = drafts and found["take_down"] and notice.kind == NoticeKind.NOTICE
    return found | {"object": access.may(scope, Act.OBJECT, Level.VILLAGE, notice.region_id)}


def may_hang(scope: Scope, posting: Posting) -> bool:
    return access.may(scope, Act.HANG, level_of(posting.region_id), posting.region_id)
