"""Keys, outside the database: one file per key in EXITCASE_DATA/keys, readable by us alone.

`data-N` encrypts, `index-N` makes blind indexes, `sign-N` signs checkpoints; the highest N is in
use, older ones still read. A folder marked DEMO holds keys that production refuses.
"""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from django.conf import settings

Purpose = Literal["data", "index", "sign"]
PURPOSES: tuple[Purpose, ...] = ("data", "index", "sign")
DEMO = "DEMO"
SIZE = 32  # bytes of a key


class MissingKeyError(RuntimeError):
    """The folder has no key for this: a start-up fault, never met by creating one in passing."""


@dataclass(frozen=True, slots=True)
class Key:
    purpose: Purpose
    number: int
    secret: bytes


def folder() -> Path:
    return Path(settings.DATA) / "keys"


def current(purpose: Purpose) -> Key:
    """The newest key of a purpose; raises `MissingKeyError`."""
    return _newest(folder(), purpose)


def numbered(purpose: Purpose, number: int) -> Key:
    """An older key, to read what it wrote; raises `MissingKeyError`."""
    return _read(folder(), purpose, number)


def create(*, demo: bool) -> bool:
    """Make the first keys, if there are none; true when it did.

    Of two processes that start together one makes each key and both use it.
    """
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if all(_numbers(place, purpose) for purpose in PURPOSES):
        return False
    if demo:
        (place / DEMO).write_text("演示密钥, 不得用于正式系统\n", encoding="utf-8")
    for purpose in PURPOSES:
        if not _numbers(place, purpose):
            with suppress(FileExistsError):
                add(purpose)
    return True


def add(purpose: Purpose) -> Key:
    """Put a new key beside the old ones; from now on it is the one in use."""
    number = max(_numbers(folder(), purpose), default=0) + 1
    secret = secrets.token_bytes(SIZE)
    path = _path(folder(), purpose, number)
    # O_EXCL and the mode at creation: no moment in which another user could read it.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret.hex())
    forget()
    return Key(purpose, number, secret)


def is_demo() -> bool:
    return (folder() / DEMO).exists()


def forget() -> None:
    """Read the folder anew."""
    _newest.cache_clear()
    _read.cache_clear()


@lru_cache
def _newest(place: Path, purpose: Purpose) -> Key:
    numbers = _numbers(place, purpose)
    if not numbers:
        raise MissingKeyError(f"no {purpose} key in {place}: run `manage.py make_keys`")
    return _read(place, purpose, max(numbers))


@lru_cache
def _read(place: Path, purpose: Purpose, number: int) -> Key:
    path = _path(place, purpose, number)
    if not path.exists():
        raise MissingKeyError(f"{path} is missing: what was written with it cannot be read")
    return Key(purpose, number, bytes.fromhex(path.read_text(encoding="ascii")))


def _numbers(place: Path, purpose: Purpose) -> list[int]:
    return [int(path.stem.partition("-")[2]) for path in place.glob(f"{purpose}-*.key")]


def _path(place: Path, purpose: Purpose, number: int) -> Path:
    return place / f"{purpose}-{number}.key"
