"""Walks in processes of their own, each in its own EXITCASE_DATA; one of a kind a run."""

import fcntl
import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all processes of this run."""
    own = tmp_path_factory.getbasetemp()
    place = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "walks"
    place.mkdir(exist_ok=True)
    return place


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Whoever comes second waits, and finds what the first has made."""
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def empty(shared: Path) -> Path:
    """An installation with regions and the plan, and nobody in it."""
    place = shared / "empty"
    data, temp = place / "data", place / "temp"
    with alone(place):
        if not place.exists():
            place.mkdir()
            manage(data, "migrate", "--run-syncdb", "-v0", temp=temp)
            manage(data, "load_regions", "fixtures/regions", temp=temp)
            manage(data, "load_programme", f"fixtures/programmes/{DEFAULT}.toml", temp=temp)
    return data


@pytest.fixture(scope="session")
def walk(shared: Path, empty: Path) -> Callable[..., Walked]:
    """Walk a register of so many persons; the same walk is walked once, for all processes."""

    def walked(
        persons: int,
        *,
        seed: int = 1,
        township: str = NANYUE,
        papers: bool = False,
        programme: str = DEFAULT,
        troubles: str = "",
    ) -> Walked:
        more = {"township": township, "papers": papers, "programme": programme}
        chosen = zlib.crc32(troubles.encode())
        place = shared / f"{persons}-{seed}-{township}-{papers:d}-{programme}-{chosen}"
        with alone(place):
            if not (place / "said.txt").exists():
                shutil.rmtree(place, ignore_errors=True)  # of a walk that failed
                place.mkdir()
                said = _walk(place, empty, persons, seed, troubles=troubles, **more)
                (place / "said.txt").write_text(said, "utf-8")
        said = (place / "said.txt").read_text("utf-8")
        return Walked(place / "data", place / "out", place / "register.xlsx", place / "temp", said)

    return walked


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
) -> str:
    """What the commands said."""
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
    return f"{made.stdout}{made.stderr}{done.stdout}{done.stderr}"


@pytest.fixture(scope="session")
def forty(walk: Callable[..., Walked]) -> Walked:
    """Forty persons with all their papers: most troubles, and small enough to be searched."""
    return walk(40, papers=True)
