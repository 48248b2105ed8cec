"""Walks in processes of their own, each in its own EXITCASE_DATA; one of a kind a session."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import recount

ROOT = Path(__file__).resolve().parents[2]
NANYUE = "430412100"
DEFAULT = "nanyue-2020"
PLANS = [*ROOT.glob("fixtures/programmes/*.toml"), *ROOT.glob("tests/programmes/*.toml")]
OURS = ("EXITCASE_", "DATABASE_URL", "DJANGO_", "CELERY_")  # of the tests, not of the product
SECONDS = 3600  # a process that has not ended by then hangs


@dataclass(frozen=True)
class Walked:
    """An installation after its walk. The register and the papers written out lie outside it."""

    data: Path
    out: Path
    register: Path
    temp: Path
    said: str

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return manage(self.data, *arguments, temp=self.temp, check=False)

    def copy(self, to: Path) -> "Walked":
        """The same installation elsewhere, to be spoilt."""
        shutil.copytree(self.data, to)
        return Walked(to, self.out, self.register, self.temp, self.said)

    @property
    def recounted(self) -> recount.Recount:
        return recount.Recount(self.out, self.register)


def manage(
    data: Path, *arguments: str, temp: Path, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """One command of the product, in a process that knows nothing of the tests."""
    return python(data, "manage.py", *arguments, temp=temp, check=check)


def python(
    data: Path, *arguments: str, temp: Path, check: bool = True
) -> subprocess.CompletedProcess[str]:
    temp.mkdir(exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**kept, "EXITCASE_DATA": str(data), "TMPDIR": str(temp)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with regions and the plan, and nobody in it."""
    place = tmp_path_factory.mktemp("empty")
    data, temp = place / "data", place / "temp"
    manage(data, "migrate", "--run-syncdb", "-v0", temp=temp)
    manage(data, "load_regions", "fixtures/regions", temp=temp)
    manage(data, "load_programme", f"fixtures/programmes/{DEFAULT}.toml", temp=temp)
    return data


@pytest.fixture(scope="session")
def walk(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Callable[..., Walked]:
    """Walk a register of so many persons; the same walk is walked once."""
    known: dict[tuple[int, int, str, bool, str, str], Walked] = {}

    def walked(
        persons: int,
        *,
        seed: int = 1,
        township: str = NANYUE,
        papers: bool = False,
        programme: str = DEFAULT,
        troubles: str = "",
    ) -> Walked:
        key = (persons, seed, township, papers, programme, troubles)
        if key not in known:
            place = tmp_path_factory.mktemp(f"walk-{persons}-{seed}-{township}-{programme}")
            known[key] = _walk(place, empty, persons, seed, **_named(key))
        return known[key]

    return walked


def _named(key: tuple[int, int, str, bool, str, str]) -> dict[str, Any]:
    return dict(zip(("township", "papers", "programme", "troubles"), key[2:], strict=True))


def _walk(
    place: Path,
    empty: Path,
    persons: int,
    seed: int,
    *,
    township: str,
    papers: bool,
    programme: str,
    troubles: str,
) -> Walked:
    data, temp = place / "data", place / "temp"
    out, register = place / "out", place / "register.xlsx"
    shutil.copytree(empty, data)
    whose = ("--township", township, "--seed", str(seed))
    plan = ("--programme", programme)
    if programme != DEFAULT:
        (file,) = (one for one in PLANS if one.stem == programme)
        manage(data, "load_programme", str(file), temp=temp)
    made = manage(
        data, "make_register", *whose, *plan, "--persons", str(persons), str(register), temp=temp
    )
    options = [] if papers else ["--no-papers"]
    if troubles:
        (place / "troubles.toml").write_text(troubles, "utf-8")
        options += ["--troubles", str(place / "troubles.toml")]
    done = manage(
        data,
        "walk",
        *plan,
        "--register",
        str(register),
        "--out",
        str(out),
        *whose,
        *options,
        temp=temp,
    )
    said = f"{made.stdout}{made.stderr}{done.stdout}{done.stderr}"
    return Walked(data, out, register, temp, said)


@pytest.fixture(scope="session")
def forty(walk: Callable[..., Walked]) -> Walked:
    """Forty persons with all their papers: most troubles, and small enough to be searched."""
    return walk(40, papers=True)
