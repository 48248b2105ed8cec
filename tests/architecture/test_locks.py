"""The lock files: hashes, no hosts, and one holds the other."""

import re
import tomllib

import openpyxl
import pytest

from tests.architecture import ours

RUN, DEVELOP, OTHER = "requirements.lock", "requirements-dev.lock", "requirements-fsm.lock"
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)


def text(lock: str) -> str:
    return (ours.ROOT / lock).read_text("utf-8")


def pins(lock: str) -> set[tuple[str, str]]:
    return set(PIN.findall(text(lock)))


def plain(requirement: str) -> str:
    """`psycopg[binary]>=3` → `psycopg`."""
    return re.split(r"[\[<>=!~; ]", requirement)[0].lower().replace("_", "-")


@pytest.mark.parametrize("lock", [RUN, DEVELOP, OTHER])
def test_locks_name_no_host(lock):
    assert not re.search(r"://|--(?:extra-)?index|--find-links|--trusted-host", text(lock))


@pytest.mark.parametrize("lock", [RUN, DEVELOP, OTHER])
def test_every_pin_has_a_hash(lock):
    blocks = re.split(r"\n(?=\S)", text(lock).strip())
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_the_development_lock_holds_the_other_whole():
    assert pins(RUN) <= pins(DEVELOP)


def test_two_packages_of_one_folder_never_meet_in_a_lock():
    owners = {"django-fsm", "django-fsm-2"}
    kept = {lock: owners & {name for name, _ in pins(lock)} for lock in (RUN, DEVELOP, OTHER)}
    assert kept == {RUN: {"django-fsm-2"}, DEVELOP: {"django-fsm-2"}, OTHER: {"django-fsm"}}


def test_what_the_project_asks_for_is_locked():
    project = tomllib.loads(text("pyproject.toml"))["project"]
    locked = {name for name, _ in pins(DEVELOP)}
    asked = {
        plain(one) for one in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    }
    assert asked - locked == set()


def test_workbooks_are_read_behind_defusedxml():
    assert openpyxl.DEFUSEDXML
