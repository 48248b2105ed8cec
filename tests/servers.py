"""Private servers for a test run: PostgreSQL and Redis on free loopback ports, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

PATIENCE = 60  # seconds for a server to come up
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=256MB")


class NotToBeHad(RuntimeError):  # noqa: N818  # what it says
    """A server the suite needs cannot be started: the run fails and says why."""


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the address of an empty cluster; raises `NotToBeHad`."""
    initdb, postgres = (
        program(name, "/usr/lib/postgresql/*/bin") for name in ("initdb", "postgres")
    )
    with folder() as place, server_port() as port:
        data = place / "data"
        where = ["-D", str(data), "-U", "postgres", "-A", "trust"]
        run([initdb, *where, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], place)
        options = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories="]
        settings = [f"-c{option}" for option in (*options, "max_connections=300", *FAST)]
        with started([postgres, "-D", str(data), *settings], place, port):
            wait_for(lambda: ready_postgresql(port), "PostgreSQL", place)
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """Yield the address of an empty Redis that keeps nothing; raises `NotToBeHad`."""
    binary = program("redis-server", "/usr/local/bin")
    with folder() as place, server_port() as port:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with started([binary, *options, "--dir", str(place)], place, port):
            yield f"redis://127.0.0.1:{port}/0"


def program(name: str, elsewhere: str) -> str:
    """The newest binary of that name, in the path or where Debian hides it."""
    if found := shutil.which(name):
        return found
    if hidden := sorted(Path("/").glob(f"{elsewhere[1:]}/{name}"), key=_version):
        return str(hidden[-1])
    raise NotToBeHad(f"{name} is not installed: run `make setup-tests`, or see docs/how-to/test.md")


def _version(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in path.parts if part.isdigit())


@contextmanager
def folder() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="exitcase-server-"))
    try:
        if user := unprivileged():
            os.chown(place, user.pw_uid, user.pw_gid)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def server_port() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    yield port


def unprivileged() -> pwd.struct_passwd | None:
    """Whom to be instead of root, which PostgreSQL refuses; None when we are not root."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name: user for user in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def identity() -> dict[str, object]:
    user = unprivileged()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def run(command: Sequence[str], place: Path) -> None:
    done = subprocess.run(
        command, cwd=place, capture_output=True, text=True, check=False, **identity()
    )
    if done.returncode:
        raise NotToBeHad(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


@contextmanager
def started(command: Sequence[str], place: Path, port: int) -> Iterator[None]:
    with (place / "log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=place, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **identity()
        )
    try:
        wait_for(lambda: listens(port) or server.poll() is not None, command[0], place)
        if server.poll() is not None:
            raise NotToBeHad(f"{command[0]} ended at once:\n{(place / 'log').read_text()}")
        yield
    finally:
        server.terminate()
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()


def wait_for(condition: Callable[[], bool], what: str, place: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise NotToBeHad(f"{what} did not come up:\n{(place / 'log').read_text()}")
        time.sleep(0.1)


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def ready_postgresql(port: int) -> bool:
    """A port may listen while the cluster still says `starting up`."""
    try:
        psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres").close()
    except psycopg.OperationalError:
        return False
    return True
