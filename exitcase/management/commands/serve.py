"""`manage.py serve`: web and worker together, started, watched and stopped as one."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exitcase import demo

PATIENCE = 20  # seconds for a child to end what it is doing
FIRST_ANSWER = 60  # seconds for the web to come up


class Command(BaseCommand):
    help = "Start the web server and the Celery worker (with its timetable); Ctrl-C stops both."
    requires_system_checks = ()  # they ran in `prepare`; a second run starts in seconds

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default=8000, type=int)
        parser.add_argument("--workers", default=2, type=int, help="web processes")
        parser.add_argument("--pool", default=2, type=int, help="worker processes")

    def handle(self, *_args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        refuse_taken(host, port)
        call_command("collectstatic", verbosity=0, interactive=False)  # a second's work
        stop = threading.Event()
        # SIGHUP too: a closed window must not leave children behind that hold the port.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stop.set())
        children = {
            "web": start(web(host, port, options["workers"])),
            "worker": start(worker(options["pool"])),
        }
        try:
            self.announce(host, port, stop, children)
            dead = watch(children, stop)
        finally:
            end(children)
        if dead:
            raise CommandError(_("%s 意外停止,已全部停下") % dead)
        self.stdout.write(_("已停止"))

    def announce(
        self, host: str, port: int, stop: threading.Event, children: dict[str, "Child"]
    ) -> None:
        """Say where we are, once we answer there."""
        until = time.monotonic() + FIRST_ANSWER
        while not answers(host, port) and not stop.is_set() and not first_dead(children):
            if time.monotonic() > until:
                raise CommandError(_("网页服务 %d 秒内没有应答") % FIRST_ANSWER)
            time.sleep(0.1)
        if answers(host, port):
            self.stdout.write(
                _("已启动: http://%(host)s:%(port)d (按 Ctrl-C 停止)")
                % {
                    "host": host,
                    "port": port,
                }
            )
            if demo.note().exists():
                self.stdout.write(demo.note().read_text("utf-8"))
            self.stdout.flush()  # who reads us through a pipe must not wait for the end


Child = subprocess.Popen[bytes]


def web(host: str, port: int, workers: int) -> list[str]:
    gunicorn = [sys.executable, "-m", "gunicorn", "exitcase.wsgi:application"]
    threads = ["--worker-class", "gthread", "--threads", "4", "--workers", str(workers)]
    return [*gunicorn, *threads, "--bind", f"{host}:{port}", "--log-level", "warning"]


def worker(pool: int) -> list[str]:
    celery = [
        sys.executable,
        "-m",
        "celery",
        "--quiet",
        "-A",
        "exitcase.celery",
        "worker",
        "--beat",
    ]
    # Nobody else listens on an office's own queue.
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    return [*celery, "--concurrency", str(pool), *quiet]


def start(command: list[str]) -> Child:
    """A child of its own session: Ctrl-C reaches us alone, and we pass it on in order."""
    environment = {"DJANGO_SETTINGS_MODULE": "exitcase.settings", **os.environ}
    return subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603  # ours


def watch(children: dict[str, Child], stop: threading.Event) -> str:
    """Wait for the order to stop, or for a death: the name of the dead."""
    while not stop.wait(0.3):
        if dead := first_dead(children):
            return dead
    return ""


def first_dead(children: dict[str, Child]) -> str:
    return next((name for name, child in children.items() if child.poll() is not None), "")


def end(children: dict[str, Child]) -> None:
    """Ask all, wait, and insist with those that stay."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + PATIENCE
    for child in children.values():
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def answers(host: str, port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(0.5)
        return client.connect_ex((host, port)) == 0


def refuse_taken(host: str, port: int) -> None:
    if answers(host, port):
        raise CommandError(
            _("端口 %(port)d 已被占用,请换一个,例如: make run PORT=8001") % {"port": port}
        )
