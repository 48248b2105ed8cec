"""The journal's writing side: an act writes rows, its outermost end seals them into blocks."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast

from exitcase.core import clock, merkle
from exitcase.core.choices import Act
from exitcase.core.models import Block, Chain, Entry


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, by name and post as they are today: the journal outlives the account."""

    name: str
    post: str


@dataclass(frozen=True, slots=True)
class Running:
    """The act now under way; its `tx` stands in every journal row."""

    tx: str
    by: Actor
    done_on: date
    reason: str
    recorded_at: str
    _updates: Iterator[int] = field(default_factory=count)

    def next_mark(self) -> str:
        """A new mark per UPDATE: nested services share a tx, and may move the same rows twice."""
        return f"{self.tx}-{next(self._updates)}"

    def columns(self, act: Act) -> dict[str, str]:
        """What all rows of one act have in common."""
        return {
            "tx": self.tx,
            "act": act,
            "actor": self.by.name,
            "post": self.by.post,
            "reason": self.reason,
            "done_on": self.done_on.isoformat(),
            "recorded_at": self.recorded_at,
        }


_running: ContextVar[Running | None] = ContextVar("running_act", default=None)


@contextmanager
def act(by: Actor, done_on: date, reason: str = "") -> Iterator[Running]:
    """One transaction, one tx, one block per district; inside a running act, a part of it."""
    outer = _running.get()
    if outer:
        yield outer
        return
    # durable: the chain lock must end with this block, not with somebody's larger transaction.
    with transaction.atomic(durable=True):
        running = Running(uuid4().hex, by, done_on, reason, clock.as_text(clock.read()))
        token = _running.set(running)
        try:
            yield running
            _seal(running.tx)
        finally:
            _running.reset(token)


def current() -> Running:
    running = _running.get()
    if running is None:
        raise RuntimeError("nothing is written outside journal.act()")
    return running


def record(what: Act, row: Model, was: str, became: str) -> None:
    """Write one row about one subject."""
    Entry.objects.create(
        **current().columns(what),
        chain=type(row)._default_manager.values_list("district", flat=True).get(pk=row.pk),
        subject=str(row._meta.model_name),
        subject_id=str(row.pk),
        was=was,
        became=became,
    )


def record_set(what: Act, marked: QuerySet[Model], state: str) -> int:
    """Write one row per marked subject, in id order, without reading them into Python."""
    names = {name: Value(text) for name, text in current().columns(what).items()}
    return insert_select(
        Entry,
        marked.order_by("pk"),
        chain=F("district"),
        subject=Value(marked.model._meta.model_name),
        subject_id=Cast("pk", CharField()),
        was=F("came_from"),
        became=F(state),
        **names,
    )


def insert_select(into: type[Model], rows: QuerySet[Model], **columns: object) -> int:
    """INSERT … SELECT, which the ORM has not: the SELECT is the ORM's, the INSERT is ours."""
    # Prefixed, since an annotation may not be called like a column of the model selected from.
    aliased = {f"to_{name}": value for name, value in columns.items()}
    chosen = rows.annotate(**aliased).values_list(*aliased)
    select, params = chosen.query.get_compiler(connection=connection).as_sql()
    quote = connection.ops.quote_name
    fields = {field.name: str(field.column) for field in into._meta.concrete_fields}
    targets = ", ".join(quote(fields[name]) for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(into._meta.db_table)} ({targets}) {select}", params)
        return int(cursor.rowcount)


def leaves(tx: str) -> dict[str, list[bytes]]:
    """The leaves of an act, by chain, in id order."""
    found: dict[str, list[bytes]] = {}
    rows = Entry.objects.filter(tx=tx).order_by("pk").values_list(*Entry.HASHED)
    for row in rows.iterator(chunk_size=10_000):
        found.setdefault(row[0], []).append(merkle.leaf(row))
    return found


def _seal(tx: str) -> None:
    """Put the act's blocks on their chains; the lock comes last, when the hashing is done."""
    for chain, hashes in sorted(leaves(tx).items()):
        root = merkle.root(hashes)
        Chain.objects.get_or_create(region=chain)
        Chain.objects.select_for_update().get(region=chain)
        last = Block.objects.filter(chain=chain).order_by("seq").last()
        block = Block(chain=chain, seq=last.seq + 1 if last else 1, tx=tx, size=len(hashes))
        block.previous = last.hash if last else ""
        block.root, block.leaves = root.hex(), b"".join(hashes)
        block.hash = block_hash(block)
        block.save(force_insert=True)


def block_hash(block: Block) -> str:
    head = (block.chain, str(block.seq), block.tx, str(block.size), block.root, block.previous)
    return merkle.leaf(head).hex()
