"""Shared by all tests; every one that touches the database runs on SQLite and on PostgreSQL."""

import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import TestCase, TransactionTestCase

from exitcase.core import keys, triggers

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SECONDS: Counter[str] = Counter()

_flush = TransactionTestCase._fixture_teardown


def _flush_with_triggers_lifted(test):
    if isinstance(test, TestCase):  # rolled back, nothing to flush
        return _flush(test)
    with triggers.lifted():
        return _flush(test)


TransactionTestCase._fixture_teardown = _flush_with_triggers_lifted


@pytest.fixture(scope="session", autouse=True)
def demo_keys() -> None:
    """What is encrypted needs keys; tests use those of this installation, made if missing."""
    keys.create(demo=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """A database of each process's own: mutmut forks many that know nothing of each other."""
    test = connection.settings_dict["TEST"]
    test["NAME"] = f"{test['NAME']}_{os.getpid()}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A session that somebody left open keeps PostgreSQL from dropping the database: tell, end it.

    The server's thread of a browser's line may outlive its test by a moment.
    """
    yield
    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, query, pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        for state, query, _ended in cursor.fetchall():
            sys.stderr.write(f"a session was left open ({state}), last: {query}\n")


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """One Chromium for all tests of a process, which Playwright can run but once."""
    # Playwright's loop runs in this thread; the ORM is used between its calls only.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # heavy

    found = next((path for path in map(shutil.which, CHROMIUM) if path), None)
    if found is None:
        pytest.fail("no Chromium: Debian's comes by `.ci/setup test`, Ubuntu's is a snap")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


def touches_database(item: pytest.Item) -> bool:
    of_class = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
        or (isinstance(of_class, type) and issubclass(of_class, TransactionTestCase))
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With EXITCASE_ONLY_DB=1 keep what must be run again on another database."""
    if os.environ.get("EXITCASE_ONLY_DB") != "1":
        return
    kept = [item for item in items if touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not touches_database(item)])
    items[:] = kept


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    SECONDS[report.nodeid.partition("::")[0]] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave the time of each file where the ledger asks for it."""
    ledger = os.environ.get("EXITCASE_LEDGER")
    if ledger and not hasattr(session.config, "workerinput"):  # not in a worker of xdist
        Path(ledger).write_text(json.dumps(SECONDS))
