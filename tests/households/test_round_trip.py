"""What goes in comes out: invented → imported → exported says the same in every cell."""

import io
import random
import zipfile
from contextlib import contextmanager, suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exitcase.core import clock, journal
from exitcase.core.errors import Refused
from households.models import Household, Member
from households.register import reader
from households.register.export import export
from households.services import import_register
from tests.households.conftest import VILLAGES, Edited, register

pytestmark = pytest.mark.django_db
WITHIN = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def cells(data: bytes) -> dict[str, list]:
    """Every value of a workbook, by sheet, rows in an order of their own."""
    book = reader.read(data)
    assert book.faults == []
    return {
        title: sorted(sorted((k, str(v)) for k, v in row.values.items()) for row in rows)
        for title, rows in book.rows.items()
    }


class Undo(Exception):  # noqa: N818
    pass


@contextmanager
def undone():
    """An act around the import's own, taken back at its end."""
    with suppress(Undo), journal.act(journal.Actor.system(), clock.today()):
        yield
        raise Undo


@WITHIN
@given(st.integers(1, 90), st.integers(0, 2**31))
def test_export_says_what_was_imported(regions, persons, seed) -> None:
    data = register(persons, seed)
    with undone():
        result = import_register(data, year=2020)
        assert result.persons.created == persons
        out = export(Household.objects.all(), VILLAGES, 2020)
        assert cells(out) == cells(data)
        assert import_register(out, year=2020).persons.unchanged == persons


def fuzzed(data: bytes, dice: random.Random) -> bytes:
    """One of four kinds of damage: a byte, a part, some XML, some cells."""
    kind = dice.randrange(4)
    if kind == 0:
        damaged = bytearray(data)
        for _ in range(dice.randrange(1, 6)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        return bytes(damaged)
    if kind == 3:
        return _odd_cells(data, dice)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = dice.choice(sorted(parts))
    if kind == 1:
        parts[dice.choice((name, name.upper(), "../" + name))] = parts.pop(name)[
            : dice.randrange(4000)
        ]
    else:
        parts[name] = _odd_xml(parts[name], dice)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    return packed.getvalue()


TOKENS = [
    b"<f>1</f>", b"<v>", b"</row>", b'r="A1"', b'r="ZZ99999"', b't="s"', b't="b"', b't="e"',
    b"&#0;", b"<!DOCTYPE a>", b"1e308", b"-5", b't="d"', b"\xff", b"<is/>", b"<c/>", b"r:id",
]  # fmt: skip


def _odd_xml(content: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randrange(1, 5)):
        place = dice.randrange(len(content))
        gone = dice.choice((0, 0, 1, 9))
        content = content[:place] + dice.choice(TOKENS) + content[place + gone :]
    return content


VALUES = [
    None, "", 0, -1, 1e300, 10**17, True, "是", "=1+1", "\ue000", "北" * 40000, "１２３", "'; DROP",
    "2020-02-30", "99" * 9, "nan", "inf", "1e5", " ", "·", "\u200b", "<b>", "#N/A", "第1组",
]  # fmt: skip


def _odd_cells(data: bytes, dice: random.Random) -> bytes:
    book = Edited(data)
    for sheet in book.book.worksheets:
        for _ in range(dice.randrange(4)):
            row, column = (
                dice.randrange(1, sheet.max_row + 2),
                dice.randrange(1, sheet.max_column + 2),
            )
            value = dice.choice(VALUES)
            try:
                sheet.cell(row, column).value = value
            except ValueError:
                continue
    return book.data()


def broken(seed: int, data: bytes) -> list[str]:
    """What is wrong after one damaged workbook; whatever is raised but a refusal, is raised.

    Refused in words, or read with every person counted; and no more on record than said.
    """
    damaged, told = fuzzed(data, random.Random(seed)), None
    with suppress(Refused), transaction.atomic():
        told = import_register(damaged, year=2020)
    if told and told.faults:
        told.report(damaged)
    kept, said = Member.objects.count(), told.persons.created if told else 0
    sums = {"persons": told.persons, "households": told.households} if told else {}
    wrong = [f"{seed}: {name} do not add up" for name, sum_ in sums.items() if not sum_.balanced]
    return wrong + ([f"{seed}: {kept} on record, {said} said"] if kept != said else [])


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_damaged_workbooks_never_break_it(regions, start) -> None:
    data = register(8, seed=6)
    for seed in range(start, start + 50):
        with undone():
            assert broken(seed, data) == []


@pytest.mark.deep
def test_many_damaged_workbooks_never_break_it(regions) -> None:
    data = register(20, seed=7)
    for seed in range(1000, 11_000):
        with undone():
            assert broken(seed, data) == []
