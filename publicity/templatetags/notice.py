"""What templates need to show a notice in words."""

from datetime import datetime

from django import template

from publicity.choices import NoticeState
from publicity.term import last_day

register = template.Library()


@register.filter
def state_word(state: str) -> str:
    """Where a notice stands, in the reader's language."""
    return str(NoticeState(state).label)


@register.filter
def closing(closes_at: datetime | None) -> str:
    """The last day's 24:00, as people say it; the next day's 0:00 would be read as a day more."""
    return f"{last_day(closes_at):%Y-%m-%d} 24:00" if closes_at else "—"
