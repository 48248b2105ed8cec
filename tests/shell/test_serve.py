"""`serve` as an office runs it: real processes, a real port, a folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.architecture.ours import ROOT

PATIENCE = 60  # seconds
NAMES = ("gunicorn", "celery")


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    plain = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "CELERY_BROKER_URL"}}
    told = {
        "EXITCASE_DATA": str(tmp_path_factory.mktemp("data")),
        "DJANGO_SETTINGS_MODULE": "exitcase.settings",
    }
    made = manage(plain | told, "migrate", "--run-syncdb", "--skip-checks")
    said = made.communicate(timeout=PATIENCE)[0]
    assert made.returncode == 0, said
    return plain | told


def manage(environment, *arguments):
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def served(environment, port):
    """A running `serve`, once it has said where."""
    process = manage(environment, "serve", "--port", str(port))
    said = []
    for line in process.stdout:
        said.append(line)
        if f"http://127.0.0.1:{port}" in line:
            break
    else:
        pytest.fail("".join(said))
    yield process
    process.terminate()
    process.communicate(timeout=PATIENCE)


def children(process):
    """Name → pid, of what `serve` has started."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            command = (place / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):  # it has just ended
            continue
        if parent == process.pid:
            found |= {name: int(place.name) for name in NAMES if name in command}
    return found


def alive(pids):
    return [pid for pid in pids.values() if Path(f"/proc/{pid}").exists()]


def test_serves_until_told_to_stop_and_leaves_nobody_behind(served, port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/") as answer:
        assert answer.status == 200
    ours = children(served)
    assert set(ours) == set(NAMES)
    served.send_signal(signal.SIGINT)
    rest = served.communicate(timeout=PATIENCE)[0]
    assert served.returncode == 0, rest
    assert alive(ours) == []


@pytest.mark.parametrize("victim", NAMES)
def test_when_one_dies_the_other_is_stopped_and_it_is_said(served, victim):
    ours = children(served)
    os.kill(ours[victim], signal.SIGKILL)
    said = served.communicate(timeout=PATIENCE)[0]
    assert served.returncode != 0
    assert "意外停止" in said
    assert alive(ours) == []


def test_a_taken_port_is_told_in_words(environment, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        process = manage(environment, "serve", "--port", str(port))
        said = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode != 0
    assert f"端口 {port} 已被占用" in said
