"""已办 and 知会: what the journal tells a person of its own acts, and of what others did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, Min, Q, QuerySet

from exitcase.core import clock
from exitcase.core.choices import Act
from exitcase.core.models import Entry, User
from exitcase.core.scope import Scope
from exitcase.core.words import post_of
from verification import queries
from verification.models import Batch, Case, Reminder

# What others do to a list or household that its people should hear of without having to act.
NEWS: Final = (
    Act.SEND_BACK,
    Act.SPLIT_OFF,
    Act.MERGE,
    Act.REFUSE,
    Act.WITHDRAW,
    Act.CEASE,
    Act.TAKE_DOWN,
    Act.RECALL,
    Act.REMIND,
)
# What splits off, lists or takes over on its way is told by what was meant.
MEANT: Final = (Act.SEND_BACK, Act.MERGE, Act.SPLIT_OFF)
OPENED: Final = ("case", "batch")  # subjects with a page
MONTH: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Told:
    """One act as a line: on how many cases, and on which one or batch, where it may be opened."""

    entry: Entry
    cases: int
    case: Case | None
    batch: Batch | None


@dataclass(frozen=True, slots=True)
class Asked:
    """How often a batch's stage has been asked for, and by whom last."""

    times: int
    last: Reminder


def done_by(user: User) -> QuerySet[Any]:
    """The acts of a person in every post ever held, the latest first."""
    return _acts(Entry.objects.filter(_own(user)))


def news(user: User, scope: Scope) -> QuerySet[Any]:
    """What others did in a person's regions in the last thirty days, the latest first."""
    since = clock.as_text(clock.read() - MONTH)
    late = Entry.objects.filter(act__in=NEWS, recorded_at__gte=since).exclude(_own(user))
    return _acts(queries.entries_seen(scope, late))


def told(scope: Scope, acts: Iterable[dict[str, Any]]) -> list[Told]:
    """These acts with what they were about, where that may be opened; four queries."""
    heads = _heads([act["tx"] for act in acts])
    keys = {name: {e.subject_id for e, _n in heads if e.subject == name} for name in OPENED}
    cases = {str(one.pk): one for one in queries.cases(scope).filter(pk__in=keys["case"])}
    seen = scope.filter(Batch.objects.select_related("village", "programme"))
    batches = {str(one.pk): one for one in seen.filter(pk__in=keys["batch"])}
    return [
        Told(
            entry,
            number,
            cases.get(entry.subject_id) if entry.subject == "case" else None,
            batches.get(entry.subject_id) if entry.subject == "batch" else None,
        )
        for entry, number in heads
    ]


def _heads(txs: list[str]) -> list[tuple[Entry, int]]:
    """What each act was at heart, by its first row, and on how many cases it was done."""
    rows = Entry.objects.filter(tx__in=txs).order_by().values("tx", "act", "subject")
    chosen: dict[str, tuple[int, int, str]] = {}
    cases: dict[tuple[str, str], int] = {}
    for row in rows.annotate(first=Min("pk"), number=Count("pk")):
        rank = MEANT.index(row["act"]) if row["act"] in MEANT else len(MEANT)
        key = (rank, row["first"], row["act"])
        chosen[row["tx"]] = min(key, chosen.get(row["tx"], key))
        if row["subject"] == "case":
            cases[row["tx"], row["act"]] = row["number"]
    entries = Entry.objects.in_bulk([first for _rank, first, _act in chosen.values()])
    return [(entries[chosen[tx][1]], cases.get((tx, chosen[tx][2]), 0)) for tx in txs]


def reminders(batches: Iterable[Batch]) -> dict[int, Asked]:
    """Batch id → how it was asked for at the stage where it stands now; one query."""
    at = {batch.pk: batch.stage for batch in batches}
    found: dict[int, Asked] = {}
    rows = Reminder.objects.filter(batch__in=at).select_related("by").order_by("day")
    for one in rows:
        if one.stage == at[one.batch_id]:
            before = found.get(one.batch_id)
            found[one.batch_id] = Asked(before.times + 1 if before else 1, one)
    return found


def asked_today(asked: Asked | None, today: date) -> bool:
    return asked is not None and asked.last.day == today


def _own(user: User) -> Q:
    """The journal keeps names and posts, since it outlives the accounts."""
    held = user.appointments.select_related("region")
    return Q(actor=user.name, post__in={post_of(one.region.name, one.role) for one in held})


def _acts(rows: QuerySet[Entry]) -> QuerySet[Any]:
    """One row per act: it writes an entry for each household it touches."""
    grouped: QuerySet[Any] = rows.order_by().values("tx").annotate(first=Min("pk"))
    return grouped.order_by("-first")
