"""Loading plans: versions, all or none, and what a batch is pinned to."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from exitcase.core.choices import Act
from exitcase.core.models import Entry, Programme, ProgrammeText
from exitcase.core.rules_read import ProgrammeError
from exitcase.core.services.programmes import CHAIN, Text, load
from exitcase.core.verify import verify
from tests.core.broken_programmes import SMALL
from tests.core.conftest import CLERK
from tests.core.test_rules_read import FIXTURES, HOUSE

pytestmark = pytest.mark.django_db


def text(source: str = SMALL, house: str = HOUSE) -> Text:
    return Text("small.toml", source, house)


def test_a_plan_is_loaded_and_journalled(user) -> None:
    (found,) = load([text()], CLERK, user)
    assert (found.new, found.programme.version, found.programme.loaded_by) == (True, 1, user)
    entry = Entry.objects.get(act=Act.LOAD_PROGRAMME)
    assert (entry.chain, entry.subject_id) == (CHAIN, str(found.programme.pk))
    assert entry.became.startswith("small v1 ")
    assert verify(CHAIN) == []


def test_the_same_text_keeps_its_version() -> None:
    (first,), (again,) = load([text()], CLERK), load([text()], CLERK)
    assert (again.new, again.programme) == (False, first.programme)
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        text(SMALL.replace("days = 7", "days = 8")),
        text(house=HOUSE.replace("most = 3", "most = 4")),
    ],
    ids=["own", "house"],
)
def test_a_changed_text_is_the_next_version(changed: Text) -> None:
    (first,), (second,) = load([text()], CLERK), load([changed], CLERK)
    assert (second.new, second.programme.version) == (True, 2)
    assert Entry.objects.latest("pk").was.startswith("small v1 ")
    assert Programme.objects.newest("small") == second.programme
    assert list(Programme.objects.current()) == [second.programme]
    assert first.programme.rules != second.programme.rules
    assert first.programme.rules.stage("village_notice").need("term").days == 7


def test_a_batch_keeps_the_version_it_was_made_under() -> None:
    (first,) = load([text()], CLERK)
    rules = first.programme.rules
    load([text(SMALL.replace("days = 7", "days = 8"))], CLERK)
    kept = Programme.objects.get(pk=first.programme.pk).rules
    assert kept is rules
    assert (kept.version, kept.key) == (1, "small")


def test_one_bad_file_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeError, match=r"small.toml: stage\[1\].term.days"):
        load([text(), text(SMALL.replace("days = 7", "days = 0"))], CLERK)
    assert (Programme.objects.count(), Entry.objects.count()) == (0, 0)


def test_a_loaded_plan_cannot_be_changed() -> None:
    (found,) = load([text()], CLERK)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ProgrammeText.objects.all().delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Programme.objects.filter(pk=found.programme.pk).update(title="x")


def test_reading_a_plan_costs_no_query_twice(django_assert_num_queries) -> None:
    (found,) = load([text(SMALL.replace("小方案", "读一次"))], CLERK)
    with django_assert_num_queries(1):
        _ = found.programme.rules
    with django_assert_num_queries(0):
        _ = found.programme.rules


def test_the_command_loads_all_and_tells(capsys) -> None:
    files = sorted(FIXTURES.glob("*.toml"))
    call_command("load_programme", *files)
    told = capsys.readouterr()
    assert "nanyue-2020 v1 2020年南岳镇贫困退出实施方案: 已载入" in told.out
    assert "hetu-2018: 请留意" in told.err
    assert Programme.objects.count() == len(files) - 1
    call_command("load_programme", FIXTURES / "henan.toml")
    assert "henan v1" in (again := capsys.readouterr().out)
    assert "未变" in again


def test_the_command_names_file_key_and_reason(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(SMALL.replace('kind = "meeting"', 'kind = "dance"'), encoding="utf-8")
    with pytest.raises(CommandError, match=r"broken.toml: stage\[0\].kind: unknown word 'dance'"):
        call_command("load_programme", broken)


def test_the_command_cannot_read_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere.toml"):
        call_command("load_programme", tmp_path / "nowhere.toml")


def test_the_house_beside_the_file_is_taken_first(tmp_path: Path) -> None:
    (tmp_path / "house.toml").write_text(HOUSE.replace("most = 3", "most = 9"), encoding="utf-8")
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    call_command("load_programme", tmp_path / "small.toml")
    assert Programme.objects.get().rules.attempts.most == 9
