"""Falsifies a journal behind the application's back, many times over, and asks `verify` each time.

`python -m tests.journeys.tamper COUNT SEED`, with EXITCASE_DATA naming the installation: prints one
JSON line for each falsification: what was done, where it happened, and the findings. Each is done
with the triggers dropped, in a transaction that is rolled back.
"""

import json
import os
import random
import sys
from collections.abc import Callable, Iterator

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exitcase.settings")
django.setup()

from django.db import transaction  # noqa: E402  # after the settings

from exitcase.core import journal, merkle, triggers, verify  # noqa: E402
from exitcase.core.models import Block, Entry  # noqa: E402

EDITABLE = [name for name in Entry.HASHED if name not in {"chain", "tx"}]
BLOCK_TEXTS = ("root", "previous", "hash")
Named = list[str]  # what a finding has to say to have named the place: one of these


def edit(rnd: random.Random, chain: str) -> tuple[str, Named]:
    """Another text in one column of one row."""
    entry = _entry(rnd, chain)
    column = rnd.choice(EDITABLE)
    was = getattr(entry, column)
    value = rnd.choice([one for one in ("", "0", was[:-1], was[1:]) if one != was])
    Entry.objects.filter(pk=entry.pk).update(**{column: value})
    return f"{column} of entry {entry.pk}", [f"entry {entry.pk}"]


def move(rnd: random.Random, chain: str) -> tuple[str, Named]:
    """A row is said to belong to another act, or to another chain."""
    entry, other = _entry(rnd, chain), _entry(rnd, chain)
    change = {"tx": other.tx} if other.tx != entry.tx else {"chain": "000000"}
    Entry.objects.filter(pk=entry.pk).update(**change)
    return f"entry {entry.pk} moved: {change}", [f"in block {_block(chain, entry).seq}"]


def insert(rnd: random.Random, chain: str) -> tuple[str, Named]:
    """A row is made up, for an act that was or for one that never was."""
    entry = _entry(rnd, chain)
    tx = rnd.choice([entry.tx, f"{rnd.getrandbits(128):032x}"])
    values = {name: getattr(entry, name) for name in Entry.HASHED}
    made = Entry.objects.create(**{**values, "tx": tx, "reason": "补记"})
    return f"inserted {made.pk}", [f"entry {made.pk}"]


def delete(rnd: random.Random, chain: str) -> tuple[str, Named]:
    entry = _entry(rnd, chain)
    block = _block(chain, entry)
    Entry.objects.filter(pk=entry.pk).delete()
    return f"deleted entry {entry.pk}", [f"in block {block.seq}"]


def reorder(rnd: random.Random, chain: str) -> tuple[str, Named]:
    """Two rows that differ change places within their act."""
    seqs = list(Block.objects.filter(chain=chain, size__gt=1).values_list("tx", flat=True))
    tx = rnd.choice(seqs)
    one, two = rnd.sample(list(Entry.objects.filter(chain=chain, tx=tx)), 2)
    first = {name: getattr(one, name) for name in Entry.HASHED}
    second = {name: getattr(two, name) for name in Entry.HASHED}
    Entry.objects.filter(pk=one.pk).update(**second)
    Entry.objects.filter(pk=two.pk).update(**first)
    return f"swapped {one.pk} and {two.pk}", [str(one.pk), str(two.pk)]


def swap(rnd: random.Random, chain: str) -> tuple[str, Named]:
    """Two rows of two acts change places; each act's rows are then other ones."""
    one, two = _entry(rnd, chain), _entry(rnd, chain)
    while one.tx == two.tx:
        two = _entry(rnd, chain)
    Entry.objects.filter(pk=one.pk).update(reason=f"{two.reason}。", actor=two.actor)
    Entry.objects.filter(pk=two.pk).update(reason=f"{one.reason}。", actor=one.actor)
    return f"mixed {one.pk} and {two.pk}", [f"entry {one.pk}", f"entry {two.pk}"]


def reseal(rnd: random.Random, chain: str) -> tuple[str, Named]:
    """A block's own figures are changed."""
    block = rnd.choice(list(Block.objects.filter(chain=chain)))
    column = rnd.choice(BLOCK_TEXTS)
    value = f"{rnd.getrandbits(256):064x}"
    Block.objects.filter(pk=block.pk).update(**{column: value})
    return f"{column} of block {block.seq}", [f"block {block.seq}", f"block {block.seq + 1}:"]


def forge(rnd: random.Random, chain: str) -> tuple[str, Named]:
    """A row is changed and its block sealed anew, as one who knows how would: the next tells."""
    block = rnd.choice(list(Block.objects.filter(chain=chain).order_by("seq"))[:-1])
    entry = Entry.objects.filter(chain=chain, tx=block.tx).order_by("pk").first()
    Entry.objects.filter(pk=entry.pk).update(reason="改写")
    leaves = journal.leaves(block.tx)[chain]
    block.leaves, block.root = b"".join(leaves), merkle.root(leaves).hex()
    block.hash = journal.block_hash(block)
    block.save(update_fields=["leaves", "root", "hash"])
    return f"forged block {block.seq}", [f"block {block.seq + 1}:"]


def unseal(rnd: random.Random, chain: str) -> tuple[str, Named]:
    """A block is taken out of the middle, with its rows."""
    block = rnd.choice(list(Block.objects.filter(chain=chain).order_by("seq"))[:-1])
    Entry.objects.filter(chain=chain, tx=block.tx).delete()
    Block.objects.filter(pk=block.pk).delete()
    return f"cut block {block.seq}", [f"block {block.seq}:"]


WAYS: dict[str, Callable[[random.Random, str], tuple[str, Named]]] = {
    one.__name__: one for one in (edit, move, insert, delete, reorder, swap, reseal, forge, unseal)
}


def _entry(rnd: random.Random, chain: str) -> Entry:
    rows = Entry.objects.filter(chain=chain).order_by("pk")
    return rows[rnd.randrange(rows.count())]


def _block(chain: str, entry: Entry) -> Block:
    return Block.objects.get(chain=chain, tx=entry.tx)


def falsify(count: int, rnd: random.Random, chain: str) -> Iterator[dict[str, object]]:
    names = list(WAYS)
    for nth in range(count):
        way = names[nth % len(names)]
        with triggers.lifted(), transaction.atomic():
            what, named = WAYS[way](rnd, chain)
            findings = [f"{one.what}: {one.where}" for one in verify.verify(chain)]
            transaction.set_rollback(True)
        yield {"way": way, "what": what, "named": named, "findings": findings}


def main(count: int, seed: int, chain: str) -> None:
    for one in falsify(count, random.Random(seed), chain):
        print(json.dumps(one, ensure_ascii=False))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
