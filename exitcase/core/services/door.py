"""The door of every service: scope, then right, then one act of the journal."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from exitcase.core import access, journal
from exitcase.core.choices import Act, Level
from exitcase.core.journal import Actor, Running
from exitcase.core.models import Programme, User
from exitcase.core.rules import Rules


@contextmanager
def door(
    by: User,
    act: Act,
    level: Level,
    codes: Iterable[str],
    *,
    rules: Rules | None = None,
    done_on: date,
    reason: str = "",
    asked_later: bool = False,
) -> Iterator[Running]:
    """Let `by` do `act` at `level` in the regions `codes`, or raise before anything is written.

    Outside the person's regions raises OutOfScope (a view's 404), inside without the right
    NotAllowed (403). A day long past needs a reason and is marked 补录, by the days of the act's
    plan, or of the house's newest where the act belongs to none. `asked_later`: a move asks for
    the right itself, after the state (`core.moves`).
    """
    regions = sorted(set(codes))
    access.require_sight(by, regions)
    post = regions[0] if asked_later else access.require(by, act, level, regions)
    late_after = _late_after(rules)
    with journal.act(Actor.of(by, post), done_on, reason, late_after=late_after) as running:
        yield running


def _late_after(rules: Rules | None) -> int | None:
    """Days; None only in a house without any plan."""
    if rules is None:
        newest = Programme.objects.order_by("pk").last()
        rules = newest.rules if newest else None
    return rules.clock.late_entry.days if rules else None
