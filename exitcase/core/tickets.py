"""A draw nobody can dispute: frame, seed, tickets, sample, replacements. Pure.

1. The *frame* is every case that may be drawn, with stratum and persons. It is frozen, and the
   SHA-256 of its canonical bytes is published before anybody knows the seed.
2. The *seed* is made in public afterwards (dice, a named future lottery) and written down whole.
3. Every case gets a *ticket* (Rivest's consistent sampling): `s` = hex of SHA-256 of the seed,
   the ticket of a key = the decimal digits of SHA-256(s + key), read backwards. Tickets compare
   as text, that is as decimal fractions; who has the smallest is drawn first.
4. Within each stratum must-include cases are taken whole, then tickets in order until what the
   plan counts (`rate_of`: persons or households) reaches its least rate; at least one household.
   Households are drawn whole, so the last may go beyond the greatest rate: `over` says so, and
   the draw keeps the reason.
5. Replacements are the next tickets of the stratum. Drawing more only appends: the order stands.

Anybody can repeat it from frame and seed with twenty lines of any language.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from exitcase.core.merkle import canonical
from exitcase.core.rules_stage import Coverage, Sample
from exitcase.core.rules_words import WHOLE, Ratio, Unit

ALGORITHM: Final = "consistent-sampler-sha256-1"


class DrawError(ValueError):
    """A frame or a lot that cannot be drawn from, and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One case of a frame; `must`: taken whatever its ticket."""

    key: str
    stratum: str
    persons: int
    must: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """Between which shares of what is counted a stratum's sample should lie."""

    least: Ratio
    most: Ratio
    unit: Unit

    @classmethod
    def of(cls, rule: Sample | Coverage) -> "Band":
        if isinstance(rule, Sample):
            return cls(rule.rate_min, rule.rate_max, rule.rate_of)
        return cls(rule.rate, WHOLE, Unit.HOUSEHOLDS)


@dataclass(frozen=True, slots=True)
class Size:
    """What the band asks of a stratum, in units: known before the seed, published with it."""

    total: int
    least: int
    most: int

    @property
    def possible(self) -> bool:
        """A whole number of units lies between the rates; else the excess needs a reason."""
        return self.least <= self.most


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum drawn: all its keys in order, of which the first `count` are the sample."""

    name: str
    order: tuple[str, ...]
    count: int
    size: Size
    units: int  # drawn, as the band counts

    @property
    def sample(self) -> tuple[str, ...]:
        return self.order[: self.count]

    @property
    def replacements(self) -> tuple[str, ...]:
        """Who comes next when a drawn household cannot be checked, in this order."""
        return self.order[self.count :]

    @property
    def over(self) -> bool:
        """More than the greatest rate: allowed, with a reason on record."""
        return self.units > self.size.most


# ------------------------------------------------------------------ frame and tickets


def frame_bytes(entries: Iterable[Entry]) -> bytes:
    """The frame as bytes: one length-prefixed line a case, sorted by stratum and key."""
    rows = sorted(entries, key=lambda entry: (entry.stratum, entry.key))
    if len({entry.key for entry in rows}) != len(rows):
        raise DrawError("a case stands twice in the frame")
    fields = ((r.stratum, r.key, str(r.persons), "1" if r.must else "0") for r in rows)
    return b"\n".join(canonical(row) for row in fields)


def frame_sha256(entries: Iterable[Entry]) -> str:
    """What is published before the seed is made."""
    return sha256(frame_bytes(entries)).hexdigest()


def ticket(seed: str, key: str) -> str:
    """Decimal digits; smaller ones are drawn first."""
    start = sha256(seed.encode()).hexdigest()
    return str(int.from_bytes(sha256((start + key).encode()).digest()))[::-1]


def in_order(seed: str, keys: Iterable[str]) -> list[str]:
    return sorted(keys, key=lambda key: (ticket(seed, key), key))


# ------------------------------------------------------------------ samples


def sizes(entries: Iterable[Entry], band: Band) -> dict[str, Size]:
    """What the band asks of each stratum."""
    return {name: _size(rows, band) for name, rows in _by_stratum(entries).items()}


def draw(entries: Iterable[Entry], seed: str, band: Band) -> list[Stratum]:
    """The sample of every stratum, strata in order of their names."""
    if not seed:
        raise DrawError("no seed")
    return [_drawn(name, rows, seed, band) for name, rows in _by_stratum(entries).items()]


def _by_stratum(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.stratum, entry.key)):
        found.setdefault(entry.stratum, []).append(entry)
    return found


def _size(rows: Sequence[Entry], band: Band) -> Size:
    total = sum(_units(row, band.unit) for row in rows)
    least = -(-total * band.least.num // band.least.den)  # rounded up
    return Size(total, max(least, 1), total * band.most.num // band.most.den)


def _units(entry: Entry, unit: Unit) -> int:
    return entry.persons if unit == Unit.PERSONS else 1


def _drawn(name: str, rows: Sequence[Entry], seed: str, band: Band) -> Stratum:
    size, by_key = _size(rows, band), {row.key: row for row in rows}
    order = in_order(seed, by_key)
    order.sort(key=lambda key: not by_key[key].must)  # stable: tickets decide within each half
    units = count = 0
    for key in order:
        if units >= size.least and not by_key[key].must:
            break
        units += _units(by_key[key], band.unit)
        count += 1
    return Stratum(name, tuple(order), count, size, units)
