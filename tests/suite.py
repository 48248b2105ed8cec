"""`make test`: the suite on SQLite, its database part again on PostgreSQL with Redis, a ledger.

A server that cannot be had fails the run. `DATABASE_URL` and `REDIS_URL`, where given, are used
instead of private servers (for the second half only).
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import servers

# What a person has set for the product would lead the tests to real data.
GIVEN = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "EXITCASE_DATA"}
SLOWEST = 15
PHASES: dict[str, float] = {}  # seconds
FILES: Counter[str] = Counter()  # seconds, over all phases


@contextmanager
def phase(name: str) -> Iterator[None]:
    print(f"\n== {name}", flush=True)
    begun = time.monotonic()
    try:
        yield
    finally:
        PHASES[name] = time.monotonic() - begun


def pytest_run(name: str, environment: Mapping[str, str], arguments: list[str]) -> int:
    """Run pytest; 0 when all passed. No test at all is a failure too (pytest's 5)."""
    with phase(name), tempfile.TemporaryDirectory() as place:
        ledger = Path(place) / "ledger.json"
        command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", *arguments]
        plain = {k: v for k, v in os.environ.items() if k not in GIVEN}
        done = subprocess.run(
            command, env={**plain, "EXITCASE_LEDGER": str(ledger), **environment}, check=False
        )
        if ledger.exists():
            FILES.update(json.loads(ledger.read_text()))
    return done.returncode


def second_half(arguments: list[str]) -> int:
    with ExitStack() as running:
        with phase("private servers"):
            database = os.environ.get("DATABASE_URL") or running.enter_context(servers.postgresql())
            queue = os.environ.get("REDIS_URL") or running.enter_context(servers.redis())
        environment = {
            "DATABASE_URL": database,
            "REDIS_URL": queue,
            "CELERY_BROKER_URL": queue,
            "EXITCASE_ONLY_DB": "1",
        }
        # Tables by migrations here, by models on SQLite: both ways must lead to the same.
        return pytest_run("PostgreSQL and Redis", environment, ["--migrations", *arguments])


def print_ledger() -> None:
    print("\n== time ledger")
    for name, seconds in PHASES.items():
        print(f"{seconds:8.1f} s  {name}")
    print(f"{sum(PHASES.values()):8.1f} s  in all; the slowest files:")
    for name, seconds in FILES.most_common(SLOWEST):
        print(f"{seconds:8.1f} s  {name}")


def main(arguments: list[str]) -> int:
    # A run that is told to stop takes its servers along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        codes = [pytest_run("SQLite", {}, arguments), second_half(arguments)]
    except servers.NotToBeHad as reason:
        print(f"\nFAILED: {reason}", file=sys.stderr)
        codes = [1]
    print_ledger()
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
