"""A sheet as canonical text and its hash: the same facts are the same paper. Pure."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from re import ASCII, compile  # noqa: A004  # re's own name
from typing import Any, Final

from exitcase.core.papers.sheets import Imprint, Sheet

HASH: Final = compile(r"[0-9a-f]{16}|[0-9a-f]{64}", ASCII)


def canonical(sheet: Sheet) -> str:
    """Every printed fact but the imprint, in a fixed order, as JSON."""
    bare = replace(sheet, imprint=Imprint())
    return json.dumps(_plain(bare), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def facts_sha256(sheet: Sheet) -> str:
    return sha256(canonical(sheet).encode()).hexdigest()


def texts(sheet: Sheet) -> Iterator[str]:
    """Every text a reader of the paper may see, for the search for numbers of people.

    But a hash: it may hold eleven digits in a row by chance, and is nobody's telephone.
    """
    yield from _texts(_plain(replace(sheet, imprint=Imprint(title=sheet.imprint.title))))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        named = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return {"": type(value).__name__, **named}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else _number(value)


def _number(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if not (name == "checksum" and HASH.fullmatch(one)):
                yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value
