"""The journal's writing side: an act writes rows, its outermost end seals them into blocks."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _

from exitcase.core import clock, crypto, merkle, once
from exitcase.core.choices import Act
from exitcase.core.errors import Refused
from exitcase.core.models import AccessLog, Appointment, Block, Chain, Entry, Region, Salt, User
from exitcase.core.words import SYSTEM, post_of

CHAIN = 6  # digits: a chain is a district's; a region above it has its own


class LateWithoutReason(Refused):
    """The paper's day lies further back than the programme allows without a word (补录)."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, by name and post as they are today: the journal outlives the account."""

    name: str
    post: str

    @classmethod
    def of(cls, user: User, held: Appointment | str) -> "Actor":
        """The user in the post by which the act is allowed: 「某镇乡镇经办人」.

        Of a region's code: in the post nearest to that region today; without any the post is "".
        """
        one = _nearest(user, held) if isinstance(held, str) else held
        return cls(user.name, post_of(one.region.name, one.role) if one else "")

    @classmethod
    def system(cls) -> "Actor":
        """A command or the clock, without a person."""
        return cls(SYSTEM, "")


def _nearest(user: User, region: str) -> Appointment | None:
    held = user.appointments.on(clock.today()).select_related("region")
    over = [one for one in held if region.startswith(one.region_id)]
    return max(over, key=lambda one: len(one.region_id), default=None)


@dataclass(frozen=True, slots=True)
class Running:
    """The act now under way; its `tx` stands in every journal row."""

    tx: str
    by: Actor
    done_on: date
    reason: str
    recorded_at: str
    late: bool = False
    _updates: Iterator[int] = field(default_factory=count)

    def next_mark(self) -> str:
        """A new mark per UPDATE: nested services share a tx, and may move the same rows twice."""
        return f"{self.tx}-{next(self._updates)}"

    def why(self, own: str) -> str:
        """A row's own reason; of what was entered late, with why it was."""
        return f"{self.reason};{own}" if self.late and own != self.reason else own

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
            "late": "1" if self.late else "0",
        }


_running: ContextVar[Running | None] = ContextVar("running_act", default=None)


@contextmanager
def act(
    by: Actor, done_on: date, reason: str = "", *, late_after: int | None = None
) -> Iterator[Running]:
    """One transaction, one tx, one block per district; inside a running act, a part of it.

    `done_on` is the day on the paper. When it lies more than `late_after` days back, the act
    needs a reason and is marked 补录. Raises `LateWithoutReason`; `Refused` for a day to come.
    """
    outer = _running.get()
    if outer:
        yield outer
        return
    # durable: the chain lock must end with this block, not with somebody's larger transaction.
    with transaction.atomic(durable=True), once.claimed():
        begun = _begin(by, done_on, reason, late_after)
        token = _running.set(begun)
        try:
            yield begun
            _seal(begun.tx)
        finally:
            _running.reset(token)


def _begin(by: Actor, done_on: date, reason: str, late_after: int | None) -> Running:
    moment = clock.read()
    lag = (clock.day_of(moment) - done_on).days
    if lag < 0:
        raise Refused(
            _("日期不能晚于今天"), value=done_on.isoformat(), example=str(clock.day_of(moment))
        )
    late = late_after is not None and lag > late_after
    if late and not reason:
        rule = _("办理日期距今%(lag)d天,超过%(days)d天的须说明")
        raise LateWithoutReason(
            _("补录须写明原因"),
            value=done_on.isoformat(),
            rule=rule % {"lag": lag, "days": late_after},
        )
    return Running(uuid4().hex, by, done_on, reason, clock.as_text(moment), late)


def running() -> Running | None:
    """The act now under way, if any."""
    return _running.get()


def current() -> Running:
    """The act now under way; RuntimeError outside one."""
    found = _running.get()
    if found is None:
        raise RuntimeError("nothing is written outside journal.act()")
    return found


def record(
    what: Act,
    row: Model,
    was: str,
    became: str,
    *,
    stage: str = "",
    chain: str = "",
    reason: str = "",
    facts: Mapping[str, str] | None = None,
) -> None:
    """Write one row about one subject.

    `facts` are personal ones: only their salted hash is kept. `reason` is the row's own, where
    it differs from the act's. `chain` is a region's code, for rows that lie in none.
    """
    acting, subject = current(), str(row._meta.model_name)
    columns = acting.columns(what) | ({"reason": acting.why(reason)} if reason else {})
    Entry.objects.create(
        **columns,
        chain=chain[:CHAIN] or chain_of(row),
        subject=subject,
        subject_id=str(row.pk),
        stage=stage,
        was=was,
        became=became,
        commitment=_commit(acting.tx, what, row, facts) if facts else "",
    )


def _commit(tx: str, what: Act, row: Model, facts: Mapping[str, str]) -> str:
    subject, salt = str(row._meta.model_name), secrets.token_hex(16)
    # Two entries of one act about one subject keep one salt; their facts differ.
    kept, _made = Salt.objects.get_or_create(
        tx=tx, subject=subject, subject_id=str(row.pk), act=what, defaults={"salt": salt}
    )
    return commitment_of(kept.salt, facts)


def commitment_of(salt: str, facts: Mapping[str, str]) -> str:
    """The hash an entry keeps of its facts; names and values both count."""
    return crypto.commitment(salt, [text for pair in sorted(facts.items()) for text in pair])


def chain_of(row: Model) -> str:
    """The chain a row belongs to: its district, or its own code above that.

    The row is a region, lies in one, or names the way to one in `chain_path`.
    """
    if isinstance(row, Region):
        return row.pk[:CHAIN]
    path = _chain_path(type(row))
    code: Any = type(row)._default_manager.values_list(path, flat=True).get(pk=row.pk)
    return str(code)[:CHAIN]


def _chain_path(model: type[Model]) -> str:
    if hasattr(model, "chain_path"):
        return str(model.chain_path)
    if any(field.name == "district" for field in model._meta.concrete_fields):
        return "district"
    raise TypeError(f"{model.__name__} lies in no region: give it a chain_path, or name the chain")


def record_set(
    what: Act,
    marked: QuerySet[Any],
    state: str | None = None,
    stage: str = "",
    *,
    was: str = "",
    became: str = "",
    reason: str = "",
    subject: str = "",
    subject_id: str = "pk",
) -> int:
    """Write one row per marked subject, in id order, without reading them into Python.

    From `came_from` to the column `state`; without one, from the text `was` to `became`, for
    acts that move nothing. `subject` and `subject_id` name another subject than the rows
    themselves, as when the votes of a meeting are written to their cases. Gives the number.
    """
    acting = current()
    columns = acting.columns(what) | ({"reason": acting.why(reason)} if reason else {})
    names = {name: Value(text) for name, text in columns.items()}
    return insert_select(
        Entry,
        marked.order_by("pk"),
        chain=Substr(_chain_path(marked.model), 1, CHAIN),
        subject=Value(subject or marked.model._meta.model_name),
        subject_id=Cast(subject_id, CharField()),
        stage=Value(stage),
        was=F("came_from") if state else Value(was),
        became=F(state) if state else Value(became),
        commitment=Value(""),
        **names,
    )


def insert_select(into: type[Model], rows: QuerySet[Any], **columns: object) -> int:
    """INSERT … SELECT, which the ORM has not: the SELECT is the ORM's, the INSERT is ours."""
    # Prefixed, since an annotation may not be called like a column of the model selected from.
    aliased = {f"to_{name}": value for name, value in columns.items()}
    chosen = rows.annotate(**aliased).values_list(*aliased)
    try:
        select, params = chosen.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:  # of nothing, without asking the database
        return 0
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


def read_leaves(chain: str, after: int, until: int) -> list[bytes]:
    """The leaves of a stretch of the access log."""
    rows = AccessLog.objects.filter(chain=chain, pk__gt=after, pk__lte=until).order_by("pk")
    return [merkle.leaf(row) for row in rows.values_list(*AccessLog.HASHED)]


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
