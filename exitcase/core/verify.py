"""The journal's reading side: find what was changed behind the application's back, and name it."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from django.db.models import F, Max, OuterRef, Subquery, Sum

from exitcase.core import crypto, merkle
from exitcase.core.choices import Act
from exitcase.core.journal import block_hash, read_leaves
from exitcase.core.models import AccessLog, Block, Chain, Entry

ROWS: Final = 2_000  # fetched at a time
BLOCKS: Final = 100  # each with 32 bytes for each of its rows


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head as printed on a paper: without one, a chain cut off at its end looks whole.

    `size` counts the chain's rows up to block `seq`; the signature is over all before it.
    """

    chain: str
    seq: int
    size: int
    hash: str
    signature: str = ""
    public_key: str = ""

    def text(self) -> str:
        return merkle.canonical((self.chain, str(self.seq), str(self.size), self.hash)).decode()

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=1)

    def line(self) -> str:
        """What fits at the foot of a paper."""
        return f"流水 {self.chain} 第{self.seq}块 {self.hash[:32]}"


class Finding(NamedTuple):
    what: str  # edited | inserted | deleted | reordered | cut | forged
    where: str


def checkpoint(chain: str) -> Checkpoint | None:
    """The head of a chain, signed; None while nothing is on it."""
    last = Block.objects.filter(chain=chain).order_by("seq").last()
    if last is None:
        return None
    size = Block.objects.filter(chain=chain).aggregate(rows=Sum("size"))["rows"]
    seen = Checkpoint(chain, last.seq, size, last.hash)
    return replace(seen, signature=crypto.sign(seen.text()), public_key=crypto.public_key())


def read_checkpoint(text: str) -> Checkpoint:
    """Raises ValueError for what is no checkpoint, or one whose signature does not hold."""
    try:
        seen = Checkpoint(**json.loads(text))
        good = crypto.signature_holds(seen.text(), seen.signature, seen.public_key)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("no checkpoint of ours") from error
    if not good:
        raise ValueError("the checkpoint's signature does not hold")
    return seen


def chains() -> list[str]:
    """Every chain that any row speaks of, so that none can be hidden by emptying one table."""
    found: set[str] = set(Chain.objects.values_list("region", flat=True))
    found.update(Block.objects.values_list("chain", flat=True).distinct())
    found.update(Entry.objects.values_list("chain", flat=True).distinct())
    return sorted(found)


def verify(chain: str, seen: Checkpoint | None = None) -> list[Finding]:
    """Every finding of one chain, in one pass over its blocks beside its rows.

    Both are streamed in the order of the blocks: as many queries for a chain of any length, and
    no more in memory than a few acts.
    """
    sealed = Block.objects.filter(chain=chain)
    # What is sealed from now on is not looked at: its rows might be read, and not its block.
    sealed = sealed.filter(seq__lte=sealed.aggregate(last=Max("seq"))["last"] or 0)
    heads, passed = _Heads(seen), _Passed(chain)
    strays = passed.strays()
    differences: list[Finding] = []
    for block in sealed.order_by("seq").iterator(chunk_size=BLOCKS):
        then = merkle.split(bytes(block.leaves))
        heads.take(block, then)
        differences += _rows(block, then, passed.of(block.seq))
    return [*heads.findings, *strays, *differences, *_reads(chain), *heads.cut()]


class _Heads:
    """Each block follows the one before it and is what its hash says; and the checkpoint's."""

    def __init__(self, seen: Checkpoint | None) -> None:
        self.seen, self.findings = seen, list[Finding]()
        self._previous, self._seq, self._count = "", 1, 0
        self._rows = 0  # up to the checkpoint's block
        self._at_seen: str | None = None  # the hash of that block

    def take(self, block: Block, stored: list[bytes]) -> None:
        whole = block.size == len(stored) and block.root == merkle.root(stored).hex()
        if (block.seq, block.previous) != (self._seq, self._previous):
            place = f"block {self._seq}: {block.seq} stands in its place"
            self.findings.append(Finding("cut", place))
        if not whole or block.hash != block_hash(block):
            self.findings.append(Finding("forged", f"block {block.seq}"))
        # From here on as it stands: one gap is one finding, not one for each block behind it.
        self._previous, self._seq, self._count = block.hash, block.seq + 1, self._count + 1
        if self.seen and block.seq <= self.seen.seq:
            self._rows += block.size
            self._at_seen = block.hash if block.seq == self.seen.seq else None

    def cut(self) -> Iterator[Finding]:
        """What does not agree with the checkpoint, if one was given."""
        if self.seen is None:
            return
        at, size = self.seen.seq, self.seen.size
        if self._at_seen is None:
            yield Finding("cut", f"the chain ends at {self._count}, a paper says {at}")
        elif self._at_seen != self.seen.hash:
            yield Finding("forged", f"block {at} is not the one a paper names")
        elif self._rows != size:
            yield Finding("forged", f"{self._rows} rows up to block {at}, a paper says {size}")


class _Passed:
    """A chain's rows with their leaves as they are now, in the order of the blocks."""

    def __init__(self, chain: str) -> None:
        block = Block.objects.filter(chain=chain, tx=OuterRef("tx")).values("seq")
        rows = Entry.objects.filter(chain=chain).annotate(block=Subquery(block))
        rows = rows.order_by(F("block").asc(nulls_first=True), "pk")
        told = rows.values_list("block", "pk", *Entry.HASHED).iterator(chunk_size=ROWS)
        self._groups = groupby(told, key=itemgetter(0))
        self._next = next(self._groups, None)

    def strays(self) -> list[Finding]:
        """Rows that no block has sealed."""
        return [Finding("inserted", f"entry {row[1]}") for row in self._take(None)]

    def of(self, seq: int) -> list[tuple[int, bytes]]:
        """The rows of a block: pk and leaf. To be asked in the order of blocks."""
        return [(row[1], merkle.leaf(row[2:])) for row in self._take(seq)]

    def _take(self, seq: int | None) -> Iterator[tuple[Any, ...]]:
        if self._next and self._next[0] == seq:
            yield from self._next[1]
            self._next = next(self._groups, None)


def _rows(block: Block, then: list[bytes], now: list[tuple[int, bytes]]) -> Iterator[Finding]:
    """Compare a block's stored leaves with the rows as they are now."""
    if [hash_ for _, hash_ in now] != then:
        yield from _differences(block, then, now)


def _differences(
    block: Block, then: list[bytes], now: list[tuple[int, bytes]]
) -> Iterator[Finding]:
    lost = _without(list(enumerate(then, start=1)), [hash_ for _, hash_ in now])
    extra = _without(now, then)
    for _place, pk in zip(lost, extra, strict=False):
        yield Finding("edited", f"entry {pk}")
    for place in lost[len(extra) :]:
        yield Finding("deleted", f"row {place} of {block.size} in block {block.seq}")
    for pk in extra[len(lost) :]:
        yield Finding("inserted", f"entry {pk}")
    if not lost and not extra:
        moved = [str(pk) for (pk, hash_), old in zip(now, then, strict=True) if hash_ != old]
        yield Finding("reordered", f"entries {', '.join(moved)}")


def _without(rows: list[tuple[int, bytes]], others: list[bytes]) -> list[int]:
    """The numbers of those rows whose leaf the others do not have (as often)."""
    left, missing = Counter(others), []
    for number, hash_ in rows:
        if left[hash_]:
            left[hash_] -= 1
        else:
            missing.append(number)
    return missing


def _reads(chain: str) -> Iterator[Finding]:
    """The sealed stretches of the access log, each against the root in its journal row."""
    seals = Entry.objects.filter(chain=chain, act=Act.READ, subject=AccessLog._meta.model_name)
    first = 0
    for last, root in seals.order_by("pk").values_list("subject_id", "commitment"):
        until = int(last) if last.isdigit() else first
        if merkle.root(read_leaves(chain, first, until)).hex() != root:
            yield Finding("edited", f"reads {first + 1} to {until}")
        first = until
