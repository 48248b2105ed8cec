"""A whole plan in a real browser, against a real `manage.py serve`: every role on its own pages.

The same acts are played through the services first and written down; by hand they must come to the
same rows. Once the accounts exist all is done through pages, but for the operator's `travel`.
"""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import hands_above, hands_last  # noqa: F401  # they know more acts
from tests.journeys.conftest import DEFAULT, NANYUE, ROOT, manage, python
from tests.journeys.desk import Desks
from tests.journeys.hands import HANDS
from tests.journeys.tables import differing
from tests.servers import server_port

pytestmark = pytest.mark.slow
OFFICE = {"viewport": {"width": 1366, "height": 768}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NO_SCRIPT = {**OFFICE, "java_script_enabled": False}
BUSY = ("430412100001", "430412100002", "430412100003")
FIRST_ANSWER = 90  # seconds


@pytest.fixture(scope="session")
def score(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Callable[..., Path]:
    """The folder of a walk through the services: register.xlsx, data, score.json."""

    def walked(persons: int, *empty_villages: str) -> Path:
        place = tmp_path_factory.mktemp("score")
        data, temp, register = place / "data", place / "temp", place / "register.xlsx"
        shutil.copytree(empty, data)
        whose = ("--township", NANYUE, "--seed", "1")
        none = [part for code in empty_villages for part in ("--empty-village", code)]
        of = ("--persons", str(persons), *none, str(register))
        manage(data, "make_register", *whose, "--programme", DEFAULT, *of, temp=temp)
        walk = ("walk", "--programme", DEFAULT, *whose, "--register", str(register))
        told = (str(place / "score.json"), *walk, "--out", str(place / "out"), "--no-papers")
        python(data, "-m", "tests.journeys.score", *told, temp=temp)
        return place

    return walked


@contextmanager
def served(data: Path, temp: Path) -> Iterator[str]:
    """The product as an operator starts it; gives its address."""
    with server_port() as port:
        pass
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("EXITCASE_", "DJANGO_"))}
    environment = {**kept, "EXITCASE_DATA": str(data), "TMPDIR": str(temp)}
    with (temp / "serve.log").open("wb") as log:
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(f"{url}/health/", running, temp / "serve.log")
            yield url
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(timeout=60)


def _wait_for(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + FIRST_ANSWER
    while time.monotonic() < until and running.poll() is None:
        try:
            with urllib.request.urlopen(url) as answer:  # noqa: S310  # our own address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"serve does not answer: {log.read_text('utf-8', 'replace')[-2000:]}")


@pytest.fixture
def by_hand(tmp_path: Path, empty: Path, browser: Any) -> Callable[..., list[str]]:
    """Play what is written down into an empty installation; gives what browsers complained of."""

    def played(walked: Path, device: dict[str, Any]) -> list[str]:
        data, temp, password = tmp_path / "data", tmp_path / "temp", secrets.token_urlsafe()
        shutil.copytree(empty, data)
        python(data, "-m", "tests.journeys.people", DEFAULT, NANYUE, password, temp=temp)
        acts = json.loads((walked / "score.json").read_text("utf-8"))
        with served(data, temp) as url:
            desks, day = Desks(browser, url, password, device), acts[0]["today"]
            for nth, act in enumerate(acts):
                if act["today"] > day:
                    day = act["today"]
                    manage(data, "travel", day, temp=temp)
                try:
                    HANDS[act["do"]](desks, act)
                except Exception as stuck:
                    stuck.add_note(f"act {nth} of {len(acts)}: {act}")
                    raise
            desks.close()
        return desks.said

    return played


def same(walked: Path, played: Path) -> dict[str, list[str]]:
    return differing(walked / "data" / "exitcase.sqlite3", played / "data" / "exitcase.sqlite3")


def test_a_small_township_by_hand(score, by_hand, tmp_path):
    walked = score(12)
    said = by_hand(walked, OFFICE)
    assert same(walked, tmp_path) == {}
    assert said == []


@pytest.mark.deep
@pytest.mark.parametrize("device", [OFFICE, PHONE, NO_SCRIPT], ids=["office", "phone", "no script"])
def test_three_villages_of_forty_by_hand(score, by_hand, tmp_path, device):
    walked = score(420, *_others())
    said = by_hand(walked, device)
    assert same(walked, tmp_path) == {}
    assert said == []


def _others() -> list[str]:
    """The villages of the township without a household."""
    regions = (ROOT / "fixtures" / "regions" / "villages.csv").read_text("utf-8")
    codes = [line.split(",")[0].strip('"') for line in regions.splitlines()]
    return [one for one in codes if one.startswith(NANYUE) and one not in BUSY]
