"""Files of other people that a browser gets: committed as they are, held by their hashes.

A folder of them has a `VENDOR.json`: npm name, version, licence, and of each file its SHA-256.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

SERVED: Final = Path(settings.BASE_DIR) / "static" / "vendor"
LIST: Final = "VENDOR.json"


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package; `files`: path inside it → SHA-256 of the bytes, kept flat in `folder`."""

    package: str
    version: str
    licence: str
    folder: str
    files: dict[str, str]

    def kept(self, root: Path) -> dict[Path, str]:
        """Where each file lies under `root` → the hash it must have."""
        return {root / self.folder / Path(name).name: sha for name, sha in self.files.items()}


def packages(root: Path = SERVED) -> list[Package]:
    return [Package(**one) for one in json.loads((root / LIST).read_text("utf-8"))]


def changed(root: Path = SERVED) -> list[str]:
    """The files that are missing or differ from their hash, and those no package names."""
    wanted = {path: sha for one in packages(root) for path, sha in one.kept(root).items()}
    found = {path for path in root.rglob("*") if path.is_file()} - {root / LIST}
    wrong = {path for path, sha in wanted.items() if path not in found or hash_of(path) != sha}
    return sorted(str(path.relative_to(root)) for path in wrong | (found - set(wanted)))


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
