"""Read a programme file into frozen values. Every refusal names the file, the key and the reason.

The classes are the schema: each field is read by its type, a default makes a key optional.
"""

import tomllib
from collections.abc import Callable, Hashable, Iterable
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from math import gcd
from re import fullmatch, search
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from exitcase.core.choices import Basis, Fact
from exitcase.core.rules import Rules
from exitcase.core.rules_checks import doubts, faults, forms_of_no_effect, untitled_papers
from exitcase.core.rules_tables import Bound, Clause, Rule
from exitcase.core.rules_words import Ratio

SOURCES: Final = ("000", "001", "002", "003a", "003b", "003c", "004")  # the documents cited
T = TypeVar("T")
W = TypeVar("W", bound=StrEnum)
Table = dict[str, Any]
Reader = Callable[[object, str], Any]

# What the house says is kept row by row where a row has this identity; other lists are replaced.
IDENTITY: Final[dict[str, tuple[str, ...]]] = {
    "paper": ("key",),
    "warn": ("key",),
    "outcome": ("end", "before"),
    "remedy": ("end",),
    "recheck": ("trigger",),
    "correction": ("kind",),
    "print": ("paper",),
    "send_back": ("ground",),
}


class BrokenError(ValueError):
    """A key that cannot be read, and why."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key, self.reason = key, reason


class ProgrammeError(ValueError):
    """The same, with the file: what the user is told."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file, self.key, self.reason = file, key, reason


def parse(text: str, house: str, *, version: int = 0, file: str = "programme") -> Rules:
    """The rules of a programme's text over the house's; ProgrammeError for the first fault."""
    try:
        raw = merged(toml(house), toml(text))
        rules = replace(_table(Rules, _with_levels(raw), ""), version=version)
        rules = replace(rules, stages=tuple(
            replace(stage, exits=stage.key == rules.granted_at) for stage in rules.stages
        ))  # fmt: skip
        _refuse_first(faults(rules))
    except BrokenError as error:
        raise ProgrammeError(file, error.key, error.reason) from error
    return rules


def accepted(text: str, house: str, *, file: str) -> Rules:
    """As `parse`, for a plan being loaded: it also names every paper it prints, in a form it has.

    Versions pinned before that was asked are still read by `parse`.
    """
    rules = parse(text, house, file=file)
    for key, reason in (*untitled_papers(rules), *forms_of_no_effect(rules)):
        raise ProgrammeError(file, key, reason)
    return rules


def _refuse_first(found: Iterable[tuple[str, str]]) -> None:
    for key, reason in found:
        raise BrokenError(key, reason)


def warnings(rules: Rules) -> list[str]:
    """What is not wrong, but worth saying to who loads the file."""
    return [f"{key}: {reason}" for key, reason in doubts(rules)]


def toml(text: str) -> Table:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BrokenError("file", f"not TOML: {error}") from error


def merged(house: Table, own: Table) -> Table:
    """What the file says goes before what the house says; tables merge one level deep."""
    found = house | own
    for name in house.keys() & own.keys():
        found[name] = _merged_value(name, house[name], own[name])
    return found


def _merged_value(name: str, house: Any, own: Any) -> Any:
    if isinstance(own, dict) and isinstance(house, dict):
        return house | own
    names = IDENTITY.get(name)
    if names is None or not isinstance(own, list) or not all(isinstance(r, dict) for r in own):
        return own
    said = {_identity(row, names) for row in own}
    return own + [row for row in house if _identity(row, names) not in said]


def _identity(row: Table, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(row.get(name)) for name in names)


def _with_levels(raw: Table) -> Table:
    """Stages take their level from their organ, unless they say where else the work is done."""
    organs, stages = raw.get("organ"), raw.get("stage")
    if not isinstance(organs, list) or not isinstance(stages, list):
        return raw
    levels: Table = {str(o.get("key")): o.get("level") for o in organs if isinstance(o, dict)}
    return raw | {"stage": [_with_level(stage, levels, i) for i, stage in enumerate(stages)]}


def _with_level(stage: Any, levels: Table, place: int) -> Any:
    if not isinstance(stage, dict) or "level" in stage or "actor" not in stage:
        return stage
    if stage["actor"] not in levels:
        raise BrokenError(f"stage[{place}].actor", f"unknown organ {stage['actor']}")
    return stage | {"level": levels[stage["actor"]]}


# Readers: (value, where) → typed value, or BrokenError.


@cache
def _reader(kind: Any) -> Reader:
    """The reader of an annotation."""
    if kind in PLAIN:
        return PLAIN[kind]
    if get_origin(kind) is Annotated:
        base, least = get_args(kind)
        return _whole(least.value) if base is int else _many(get_args(base)[0], least.value)
    if get_origin(kind) is tuple:
        return _many(get_args(kind)[0], 1)
    if get_origin(kind) in (Union, UnionType):
        return _reader(next(part for part in get_args(kind) if part is not NoneType))
    if isinstance(kind, type) and is_dataclass(kind):
        return lambda value, where: _table(kind, value, where)
    return lambda value, where: _word(kind, value, where)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BrokenError(where, "a text is wanted")
    return value


def _clause(value: object, where: str) -> Clause:
    found = _text(value, where)
    if found.split()[0] in SOURCES and not search("「[^」]+」", found):
        raise BrokenError(where, "a clause of a source document quotes a key phrase in 「」")
    return Clause(found)


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise BrokenError(where, "true or false is wanted")
    return value


def _whole(least: int) -> Callable[[object, str], int]:
    def read(value: object, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise BrokenError(where, f"a whole number of at least {least} is wanted, not {value!r}")
        return value

    return read


def _day(value: object, where: str) -> date:
    if type(value) is not date:
        raise BrokenError(where, "a date such as 2020-10-09 is wanted")
    return value


def _ratio(value: object, where: str) -> Ratio:
    found = fullmatch(r"(\d+)/(\d+)", value) if isinstance(value, str) else None
    if not found:
        raise BrokenError(where, f'a fraction such as "2/3" is wanted, not {value!r}')
    num, den = int(found[1]), int(found[2])
    if not 0 < num <= den:
        raise BrokenError(where, f"{value} is not above 0 and at most 1")
    if gcd(num, den) != 1:
        raise BrokenError(where, f"{value} is not reduced")
    return Ratio(num, den)


def _bound(value: object, where: str) -> int | bool | Fact:
    if isinstance(value, str):
        return _word(Fact, value, where)
    return value if isinstance(value, bool) else _whole(0)(value, where)


PLAIN: Final[dict[Any, Reader]] = {
    str: _text,
    Clause: _clause,
    bool: _flag,
    int: _whole(0),
    date: _day,
    Ratio: _ratio,
    Bound: _bound,
}


def _word(words: type[W], value: object, where: str) -> W:
    try:
        return words(str(value))
    except ValueError as error:
        known = ", ".join(str(word) for word in words)
        raise BrokenError(where, f"unknown word {value!r}; known: {known}") from error


def _many(kind: Any, least: int) -> Reader:
    read_one = _reader(kind)

    def read(value: object, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) < least:
            raise BrokenError(where, f"a list of at least {least} is wanted")
        if any(item in value[:i] for i, item in enumerate(value)):
            raise BrokenError(where, "an item stands twice")
        return tuple(read_one(item, f"{where}[{i}]") for i, item in enumerate(value))

    return read


def _table(cls: type[T], raw: object, where: str) -> T:
    """A table as its class: no unknown key, none missing, a basis that fits the clause."""
    if not isinstance(raw, dict):
        raise BrokenError(where, "a table is wanted")
    known = readable(cast("Hashable", cls))
    for name in raw:
        if name not in known:
            raise BrokenError(_at(where, name), "unknown key")
    for name, (field, _) in known.items():
        if name not in raw and field.default is MISSING:
            raise BrokenError(_at(where, name), "missing")
    read = {known[n][0].name: _reader(known[n][1])(v, _at(where, n)) for n, v in raw.items()}
    return _grounded(cls(**read), where)


@cache
def readable(cls: Any) -> dict[str, tuple[Field[Any], Any]]:
    """The keys of a table: name in the file → field and annotation."""
    hints = get_type_hints(cls, include_extras=True)
    asked = (f for f in fields(cls) if not f.metadata.get("given"))
    return {f.metadata.get("toml", f.name): (f, hints[f.name]) for f in asked}


def _grounded(found: T, where: str) -> T:
    if not isinstance(found, Rule) or found.basis == Basis.RECONSTRUCTED:
        return found
    if (found.basis == Basis.SEED) != (found.clause.split()[0] in SOURCES):
        reason = f"{found.basis} does not fit the clause {found.clause}"
        raise BrokenError(_at(where, "basis"), reason)
    return found


def _at(where: str, name: str) -> str:
    return f"{where}.{name}".lstrip(".")
