"""The journal's reading side: find what was changed behind the application's back, and name it."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

from django.db.models import Sum

from exitcase.core import crypto, merkle
from exitcase.core.choices import Act
from exitcase.core.journal import block_hash, read_leaves
from exitcase.core.models import AccessLog, Block, Chain, Entry


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
    blocks = list(Block.objects.filter(chain=chain).order_by("seq"))
    findings = [*_heads(blocks), *_strays(chain, blocks)]
    for block in blocks:
        findings += _rows(block)
    findings += _reads(chain)
    if seen:
        findings += _cut(blocks, seen)
    return findings


def _heads(blocks: list[Block]) -> Iterator[Finding]:
    """Each block follows the one before it and is what its hash says."""
    previous, seq = "", 1
    for block in blocks:
        stored = merkle.split(bytes(block.leaves))
        whole = block.size == len(stored) and block.root == merkle.root(stored).hex()
        if (block.seq, block.previous) != (seq, previous):
            yield Finding("cut", f"block {seq}: {block.seq} stands in its place")
        if not whole or block.hash != block_hash(block):
            yield Finding("forged", f"block {block.seq}")
        # From here on as it stands: one gap is one finding, not one for each block behind it.
        previous, seq = block.hash, block.seq + 1


def _strays(chain: str, blocks: list[Block]) -> Iterator[Finding]:
    """Rows that no block has sealed."""
    sealed = {block.tx for block in blocks}
    rows = Entry.objects.filter(chain=chain).order_by("pk").values_list("pk", "tx")
    for pk, tx in rows.iterator(chunk_size=10_000):
        if tx not in sealed:
            yield Finding("inserted", f"entry {pk}")


def _rows(block: Block) -> Iterator[Finding]:
    """Compare a block's stored leaves with the rows as they are now."""
    rows = Entry.objects.filter(tx=block.tx, chain=block.chain).order_by("pk")
    now = [(row[0], merkle.leaf(row[1:])) for row in rows.values_list("pk", *Entry.HASHED)]
    then = merkle.split(bytes(block.leaves))
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


def _cut(blocks: list[Block], seen: Checkpoint) -> Iterator[Finding]:
    heads = {block.seq: block.hash for block in blocks}
    rows = sum(block.size for block in blocks if block.seq <= seen.seq)
    if seen.seq not in heads:
        yield Finding("cut", f"the chain ends at {len(blocks)}, a paper says {seen.seq}")
    elif heads[seen.seq] != seen.hash:
        yield Finding("forged", f"block {seen.seq} is not the one a paper names")
    elif rows != seen.size:
        yield Finding("forged", f"{rows} rows up to block {seen.seq}, a paper says {seen.size}")
