"""The journal's reading side: find what was changed behind the application's back, and name it."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from exitcase.core import merkle
from exitcase.core.journal import block_hash
from exitcase.core.models import Block, Entry


class Checkpoint(NamedTuple):
    """A head as printed on a paper: without one, a chain cut off at its end looks whole."""

    chain: str
    seq: int
    hash: str


class Finding(NamedTuple):
    what: str  # edited | inserted | deleted | reordered | cut | forged
    where: str


def verify(chain: str, checkpoint: Checkpoint | None = None) -> list[Finding]:
    blocks = list(Block.objects.filter(chain=chain).order_by("seq"))
    findings = [*_heads(blocks), *_strays(chain, blocks)]
    for block in blocks:
        findings += _rows(block)
    if checkpoint:
        findings += _cut(blocks, checkpoint)
    return findings


def _heads(blocks: list[Block]) -> Iterator[Finding]:
    """Each block follows the one before it and is what its hash says."""
    previous = ""
    for seq, block in enumerate(blocks, start=1):
        stored = merkle.split(bytes(block.leaves))
        whole = block.size == len(stored) and block.root == merkle.root(stored).hex()
        if (block.seq, block.previous) != (seq, previous):
            yield Finding("cut", f"block {seq}: {block.seq} stands in its place")
        if not whole or block.hash != block_hash(block):
            yield Finding("forged", f"block {block.seq}")
        previous = block.hash


def _strays(chain: str, blocks: list[Block]) -> Iterator[Finding]:
    """Rows that no block has sealed."""
    sealed = [block.tx for block in blocks]
    strays = Entry.objects.filter(chain=chain).exclude(tx__in=sealed).order_by("pk")
    for pk in strays.values_list("pk", flat=True):
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


def _cut(blocks: list[Block], seen: Checkpoint) -> Iterator[Finding]:
    heads = {block.seq: block.hash for block in blocks}
    if seen.seq not in heads:
        yield Finding("cut", f"the chain ends at {len(blocks)}, a paper says {seen.seq}")
    elif heads[seen.seq] != seen.hash:
        yield Finding("forged", f"block {seen.seq} is not the one a paper names")
