"""Files of other people that a browser gets: committed as they are, held by their hashes.

A folder of them has a `VENDOR.json`: npm name, version, licence, and of each file its SHA-256. What
is too large as it comes is built smaller, of the parts we use; how, stands there too.
"""

import hashlib
import json
from dataclasses import dataclass, field
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
    built: dict[str, str] = field(default_factory=dict)  # our own build of it → SHA-256
    needs: tuple[str, ...] = ()  # npm names with version that the build takes besides
    options: tuple[str, ...] = ()  # of esbuild
    entry: tuple[str, ...] = ()  # the lines of the module that says what is taken

    def kept(self, root: Path) -> dict[Path, str]:
        """Where each file lies under `root` → the hash it must have."""
        files = self.files | self.built
        return {root / self.folder / Path(name).name: sha for name, sha in files.items()}


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
