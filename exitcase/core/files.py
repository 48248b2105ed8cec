"""Bytes at rest, below EXITCASE_DATA/files: written whole or not at all, private ones encrypted.

Files are written before the act that speaks of them: no transaction waits for a disk.
"""

import os
import time
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from exitcase.core import clock, crypto, journal
from exitcase.core.choices import FileKind
from exitcase.core.models import StoredFile

PART = ".part"  # a file being written
STALE = 600  # seconds after which a part was left by a process that died


class DamagedError(ValueError):
    """A file whose bytes are not those its row speaks of."""


def put(
    data: bytes, *, name: str, mime: str, kind: FileKind, region: str, private: bool, by: str
) -> StoredFile:
    """Store bytes and give their row. `private`: encrypted, as whatever shows a person's data."""
    if journal.running():
        raise RuntimeError("files are written before the act, not in its transaction")
    hash_, path = sha256(data).hexdigest(), f"{region[:6]}/{uuid4().hex}"
    suite, key, blob = crypto.encrypt(data, _label(hash_)) if private else ("", None, data)
    _write(_root() / path, blob)
    return StoredFile.objects.create(
        sha256=hash_,
        name=name,
        mime=mime,
        size=len(data),
        kind=kind,
        encrypted=private,
        suite=suite,
        key_id=key,
        path=path,
        region_id=region,
        uploaded_by=by,
        created_at=clock.read(),
    )


def get(file: StoredFile) -> bytes:
    """The plain bytes. Raises `DamagedError`, `crypto.UnreadableError`."""
    blob = (_root() / file.path).read_bytes()
    if file.encrypted and file.key_id is not None:
        blob = crypto.decrypt(file.suite, file.key_id, blob, _label(file.sha256))
    if sha256(blob).hexdigest() != file.sha256:
        raise DamagedError(f"{file.path}: its bytes are not those that were stored")
    return blob


def whole(file: StoredFile) -> bool:
    """Whether its bytes are there, can be read, and are still those its row speaks of."""
    try:
        get(file)
    except (OSError, DamagedError, crypto.UnreadableError):
        return False
    return True


def drop(file: StoredFile) -> None:
    """Remove a file nobody speaks of any more, its bytes last."""
    path = _root() / file.path
    file.delete()
    path.unlink(missing_ok=True)


def rewrite(file: StoredFile) -> None:
    """Encrypt a private file anew with the suite and key in use; the old bytes go last."""
    old = _root() / file.path
    suite, key, blob = crypto.encrypt(get(file), _label(file.sha256))
    path = f"{file.path.partition('/')[0]}/{uuid4().hex}"
    _write(_root() / path, blob)
    StoredFile.objects.filter(pk=file.pk).update(suite=suite, key_id=key, path=path)
    old.unlink(missing_ok=True)


def sweep() -> int:
    """Remove what processes that died left half-written; gives the number."""
    old = [path for path in _root().rglob(f"*{PART}") if time.time() - _written(path) > STALE]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _written(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else time.time()


def _root() -> Path:
    return Path(settings.DATA) / "files"


def _label(hash_: str) -> str:
    return f"file:{hash_}"


def _write(path: Path, blob: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(path.name + PART)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(blob)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
