import random
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from exitcase.core import crypto, journal, triggers
from exitcase.core.choices import Act, Post
from exitcase.core.errors import Refused
from exitcase.core.journal import Actor, LateWithoutReason
from exitcase.core.models import Block, Entry, PostHolder, Salt, User
from exitcase.core.verify import chains, checkpoint, read_checkpoint, verify
from tests.core.conftest import CLERK

DISTRICT = "430412"


def holders(region, n, district="village"):
    rows = [
        PostHolder(region=region, post=Post.VILLAGE_REP, name=f"{district}{i}", since="2020-01-01")
        for i in range(n)
    ]
    return PostHolder.objects.bulk_create(rows)


def act_on(rows, today, became="x"):
    with journal.act(CLERK, today):
        journal.record_set(
            Act.APPOINT, PostHolder.objects.filter(pk__in=[r.pk for r in rows]), became=became
        )


@pytest.fixture
def three_blocks(regions, today):
    """Three blocks of five rows each; gives the second."""
    rows = holders(regions["430412100218"], 5)
    for became in ("a", "b", "c"):
        act_on(rows, today, became)
    assert found() == []
    return Block.objects.get(seq=2)


def rows_of(block):
    return Entry.objects.filter(tx=block.tx).order_by("pk")


def found(seen=None):
    return [tuple(finding) for finding in verify(DISTRICT, seen)]


def test_edited_row_is_named(three_blocks):
    victim = rows_of(three_blocks)[2]
    with triggers.lifted():
        Entry.objects.filter(pk=victim.pk).update(actor="赵六")
        assert found() == [("edited", f"entry {victim.pk}")]


def test_inserted_row_is_named(three_blocks):
    with triggers.lifted():
        victim = rows_of(three_blocks)[0]
        victim.pk, victim.subject_id = None, "999"
        victim.save()
        assert found() == [("inserted", f"entry {victim.pk}")]


def test_row_of_an_unknown_act_is_named(three_blocks):
    stray = rows_of(three_blocks)[0]
    stray.pk, stray.tx = None, "f" * 32
    stray.save()  # an INSERT needs no trigger lifted
    assert found() == [("inserted", f"entry {stray.pk}")]


def test_row_of_a_district_without_blocks_is_found(three_blocks):
    stray = rows_of(three_blocks)[0]
    stray.pk, stray.chain = None, "999999"
    stray.save()
    assert chains() == [DISTRICT, "999999"]
    assert [finding.what for finding in verify("999999")] == ["inserted"]


def test_deleted_row_is_named(three_blocks):
    with triggers.lifted():
        Entry.objects.filter(pk=rows_of(three_blocks)[2].pk).delete()
        assert found() == [("deleted", "row 3 of 5 in block 2")]


def test_reordered_rows_are_named(three_blocks):
    first, second = rows_of(three_blocks)[1:3]
    with triggers.lifted():
        Entry.objects.filter(pk=first.pk).update(subject_id=second.subject_id)
        Entry.objects.filter(pk=second.pk).update(subject_id=first.subject_id)
        assert found() == [("reordered", f"entries {first.pk}, {second.pk}")]


def test_tail_cut_is_found_against_a_checkpoint(three_blocks):
    seen = checkpoint(DISTRICT)
    head = Block.objects.get(seq=3)
    with triggers.lifted():
        rows_of(head).delete()
        head.delete()
        assert found() == []  # a chain cut clean at its end looks whole
        assert found(seen) == [("cut", "the chain ends at 2, a paper says 3")]


def test_block_taken_out_of_the_middle_is_found(three_blocks):
    with triggers.lifted():
        rows_of(three_blocks).delete()
        three_blocks.delete()
        assert ("cut", "block 2: 3 stands in its place") in found()


def test_emptied_table_is_found_row_by_row(three_blocks):
    with triggers.lifted():
        Entry.objects.all().delete()
        assert len(found()) == 15


@pytest.mark.parametrize("column", ["size", "leaves", "root", "hash", "previous", "tx"])
def test_edited_block_is_found(three_blocks, column):
    change = {"size": 4, "leaves": b"\0" * 160, "tx": "0" * 32}.get(column, "0" * 64)
    with triggers.lifted():
        Block.objects.filter(pk=three_blocks.pk).update(**{column: change})
        assert ("forged", "block 2") in found()


def test_rewritten_history_is_found_against_a_checkpoint(three_blocks):
    """Someone who edits a row and reseals the whole chain is caught by what a paper says."""
    seen, head = checkpoint(DISTRICT), Block.objects.get(seq=3)
    with triggers.lifted():
        Entry.objects.filter(tx=head.tx).update(actor="赵六")
        head.delete()
        journal._seal(head.tx)
        assert found() == []
        assert found(seen) == [("forged", "block 3 is not the one a paper names")]


def test_longer_chain_agrees_with_an_older_checkpoint(three_blocks, today):
    seen = checkpoint(DISTRICT)
    act_on(PostHolder.objects.all(), today, "d")
    assert (seen.seq, seen.size, found(seen)) == (3, 15, [])


def test_a_longer_chain_takes_no_more_queries(three_blocks, today, django_assert_num_queries):
    with django_assert_num_queries(4):  # the last block, rows, blocks, seals of reads
        assert found() == []
    for became in range(20):
        act_on(PostHolder.objects.all(), today, str(became))
    with django_assert_num_queries(4):
        assert found() == []


def test_checkpoint_of_another_size_is_found(three_blocks):
    seen = checkpoint(DISTRICT)
    object.__setattr__(seen, "size", 14)
    assert found(seen) == [("forged", "15 rows up to block 3, a paper says 14")]


def test_checkpoint_survives_its_file_and_no_change_of_it(three_blocks):
    seen = checkpoint(DISTRICT)
    assert read_checkpoint(seen.as_json()) == seen
    assert seen.line() == f"流水 430412 第3块 {seen.hash[:32]}"
    for wrong in (
        seen.as_json().replace('"seq": 3', '"seq": 2'),
        seen.as_json().replace(seen.signature, "00" * 64),
        seen.as_json().replace(seen.signature, "xyz"),
        "[]",
        "{}",
        "no json",
    ):
        with pytest.raises(ValueError, match=r"checkpoint|Expecting"):
            read_checkpoint(wrong)
    assert checkpoint("999999") is None


COLUMNS = [name for name in Entry.HASHED if name != "chain"]


def damage(rng, kind):
    """One random change behind the application's back; gives what must be said of it."""
    pks = list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    pk = rng.choice(pks)
    one = Entry.objects.get(pk=pk)
    if kind == "edit":
        column = rng.choice(COLUMNS)
        Entry.objects.filter(pk=pk).update(**{column: getattr(one, column)[:-1] + "~"})
        return {f"entry {pk}"}
    if kind == "delete":
        place = Entry.objects.filter(tx=one.tx, pk__lt=pk).count() + 1
        block = Block.objects.get(tx=one.tx)
        one.delete()
        return {f"row {place} of {block.size} in block {block.seq}"}
    if kind == "insert":
        one.pk, one.subject_id = None, f"{rng.randrange(10**6)}!"
        one.save()
        return {f"entry {one.pk}"}
    other = rng.choice([e for e in Entry.objects.filter(tx=one.tx) if e.pk != pk])
    swapped = {name: getattr(other, name) for name in Entry.HASHED}
    Entry.objects.filter(pk=other.pk).update(**{n: getattr(one, n) for n in Entry.HASHED})
    Entry.objects.filter(pk=pk).update(**swapped)
    return {str(pk), str(other.pk)}


def test_two_hundred_random_changes_are_all_found_and_named(regions, today):
    rng = random.Random(20201009)
    rows = holders(regions["430412100218"], 4)
    for n in range(12):
        act_on(rows, today, str(n))
    named = 0
    for n in range(200):
        kind = ("edit", "insert", "delete", "reorder")[n % 4]
        with triggers.lifted(), undone():
            expected = damage(rng, kind)
            told = [where for _what, where in found()]
            assert told, (n, kind)
            named += all(any(word in where for where in told) for word in expected)
    assert named >= 198


@contextmanager
def undone():
    """What happens inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_command_names_findings_and_fails(three_blocks, capsys, tmp_path):
    call_command("verify_journal")
    assert "流水 430412 未与任何纸质检查点核对" in capsys.readouterr().out
    call_command("verify_journal", chain=DISTRICT, save=tmp_path / "head.json")
    call_command("verify_journal", checkpoint=tmp_path / "head.json")
    assert "未与任何" not in capsys.readouterr().out.splitlines()[-1]
    victim = rows_of(three_blocks)[0]
    with triggers.lifted():
        Entry.objects.filter(pk=victim.pk).update(reason="x")
        with pytest.raises(CommandError, match="1 处") as error:
            call_command("verify_journal")
    assert error.value.returncode == 1
    assert f"430412 被改动 (edited: entry {victim.pk})" in capsys.readouterr().out


def test_command_refuses_a_broken_checkpoint_and_a_save_of_nothing(three_blocks, tmp_path):
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    with pytest.raises(CommandError, match=r"x\.json"):
        call_command("verify_journal", checkpoint=tmp_path / "x.json")
    with pytest.raises(CommandError, match="--chain"):
        call_command("verify_journal", save=tmp_path / "y.json")
    with pytest.raises(CommandError, match="还没有内容"):
        call_command("verify_journal", chain="110101", save=tmp_path / "y.json")


# ── writing ──────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_written_outside_an_act(regions):
    with pytest.raises(RuntimeError, match=r"outside journal\.act"):
        journal.record(Act.APPOINT, regions["430412"], was="", became="x")


def test_nested_acts_share_one_block(regions, today):
    rows = holders(regions["430412100218"], 2)
    with journal.act(CLERK, today):
        act_on(rows, today, "a")
        act_on(rows, today, "b")
    assert list(Block.objects.values_list("seq", "size")) == [(1, 4)]
    assert found() == []


def write_and_fail(region):
    journal.record(Act.APPOINT, region, was="", became="x")
    journal.record(Act.APPOINT, User(), was="", became="x")  # which lies in no region


def test_failed_act_leaves_nothing(regions, today):
    with pytest.raises(TypeError), journal.act(CLERK, today):
        write_and_fail(regions["430412"])
    assert (Entry.objects.count(), Block.objects.count()) == (0, 0)
    assert journal.running() is None


def test_act_over_two_districts_seals_two_chains(regions, today):
    rows = holders(regions["430412100218"], 1) + holders(regions["110101"], 1)
    act_on(rows, today)
    assert set(Block.objects.values_list("chain", "seq")) == {(DISTRICT, 1), ("110101", 1)}


def test_chain_is_the_district_and_above_it_the_own_code(regions, today):
    with journal.act(CLERK, today):
        for code in ("430412100218", "430412100", "430412", "4304", "43"):
            journal.record(Act.APPOINT, regions[code], was="", became="x")
            (row,) = holders(regions[code], 1)
            journal.record(Act.APPOINT, row, was="", became="x")
    by_chain = {block.chain: block.size for block in Block.objects.all()}
    assert by_chain == {DISTRICT: 6, "4304": 2, "43": 2}
    assert all(verify(chain) == [] for chain in by_chain)


def test_row_in_no_region_has_to_be_told_its_chain(regions, user, today):
    with journal.act(CLERK, today):
        with pytest.raises(TypeError, match="User lies in no region"):
            journal.record(Act.APPOINT, user, was="", became="x")
        journal.record(Act.APPOINT, user, was="", became="x", chain="430412100218")
    assert Entry.objects.get().chain == DISTRICT


def test_future_day_is_refused(today):
    with (
        pytest.raises(Refused, match="日期不能晚于今天"),
        journal.act(CLERK, today + timedelta(days=1)),
    ):
        pass


@pytest.mark.parametrize(("lag", "late"), [(0, "0"), (3, "0"), (4, "1")])
def test_late_entry_needs_a_reason_and_is_marked(regions, today, lag, late):
    day = today - timedelta(days=lag)
    if late == "1":
        with (
            pytest.raises(LateWithoutReason, match="距今4天,超过3天"),
            journal.act(CLERK, day, late_after=3),
        ):
            pass
    with journal.act(CLERK, day, "停电三天", late_after=3):
        journal.record(Act.APPOINT, regions["430412"], was="", became="x")
    entry = Entry.objects.get()
    assert (entry.late, entry.done_on, entry.reason) == (late, day.isoformat(), "停电三天")


def test_without_a_figure_no_entry_is_late(regions, today):
    with journal.act(CLERK, today - timedelta(days=900)):
        journal.record(Act.APPOINT, regions["430412"], was="", became="x")
    assert Entry.objects.get().late == "0"


def test_personal_facts_leave_only_a_salted_hash(regions, today):
    facts = {"phone": "10000000000", "number": "99"}
    with journal.act(CLERK, today):
        journal.record(Act.APPOINT, regions["430412"], was="", became="x", facts=facts)
    entry, salt = Entry.objects.get(), Salt.objects.get()
    assert entry.commitment == journal.commitment_of(salt.salt, facts)
    assert entry.commitment == crypto.commitment(
        salt.salt, ["number", "99", "phone", "10000000000"]
    )
    assert entry.commitment != journal.commitment_of(salt.salt, facts | {"number": "98"})
    salt.delete()  # forgetting is allowed, and the chain stays whole
    assert found() == []


def test_record_set_writes_in_order_and_names_another_subject(regions, today):
    rows = holders(regions["430412100218"], 3)
    with journal.act(CLERK, today):
        written = journal.record_set(
            Act.VOTE, PostHolder.objects.all(), None, "appraisal", subject="case", subject_id="name"
        )
    assert written == 3
    assert list(
        Entry.objects.order_by("pk").values_list("subject", "subject_id", "stage", "was", "became")
    ) == [("case", row.name, "appraisal", "", "") for row in rows]


def test_system_acts_have_a_name():
    assert Actor.system() == Actor("系统", "")


def test_same_rows_make_the_same_block_on_both_databases(monkeypatch, regions, today):
    """The hash is written here once; SQLite and PostgreSQL both have to meet it."""
    day = today.replace(year=2020, month=10, day=9)
    monkeypatch.setattr("exitcase.core.journal.uuid4", lambda: SimpleNamespace(hex="a" * 32))
    monkeypatch.setattr("exitcase.core.clock.as_text", lambda _: "2020-10-09T01:02:03.000004Z")
    with journal.act(CLERK, day, "一二三:\n'\"\\ 𠮷") as running:
        fields = running.columns(Act.LIST) | {"chain": DISTRICT, "subject": "case", "was": "甲"}
        fields |= {"stage": "appraisal", "commitment": ""}
        Entry.objects.bulk_create(
            Entry(**fields, subject_id=str(n), became="appraisal") for n in range(7)
        )
    block = Block.objects.get()
    assert (block.root[:16], block.hash[:16]) == ("c5a8fa0f6f07227d", "196bf2cf3800c152")
    assert len(bytes(block.leaves)) == 7 * 32
