"""What is ours to judge: the files under version control."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("exitcase", "households", "publicity", "verification")


def files(*suffixes: str) -> list[Path]:
    """Tracked and new files with these suffixes, migrations and other people's work left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    found = [ROOT / name for name in listed if name.endswith(suffixes)]
    return [path for path in found if path.exists() and "migrations" not in path.parts]


def code() -> list[Path]:
    """The product's Python, without its tests."""
    return [path for path in files(".py") if path.relative_to(ROOT).parts[0] in APPS]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))
