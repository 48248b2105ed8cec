"""After a walk no number of a person stands in clear where it was not asked for."""

import io
import sqlite3
import zipfile
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from tests.journeys.recount import sheets
from tests.journeys.search import WRITINGS, search

pytestmark = pytest.mark.slow

SECRET = ("证件号码", "残疾证号", "人联系电话", "户联系电话", "帮扶责任人电话")
WIDE = {ord("0") + digit: 0xFF10 + digit for digit in range(10)} | {ord("X"): 0xFF38}
PLANTED = "990000196710287189"


@pytest.fixture(scope="module")
def numbers(forty) -> frozenset[str]:
    """Every identity number, disability card and phone of the register."""
    head, *rows = sheets(forty.register)["人口信息"]
    places = [head.index(title) for title in SECRET]
    found = {str(row[at]).strip().upper() for row in rows for at in places if row[at]}
    assert len(found) > 80
    assert {len(number) for number in found} >= {11, 18, 20}
    return frozenset(found)


def leaks(files, numbers) -> dict[str, set]:
    found = {str(path): search(path.read_bytes(), numbers) for path in files}
    return {path: what for path, what in found.items() if what}


def files_below(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def written(number: str, writing: str) -> bytes:
    encoding, _comma, width = writing.partition(", ")
    return (number.translate(WIDE) if width else number).encode(encoding)


# ── the search itself finds what is planted ───────────────────────────────────────────────────


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("before", [b"", b"\x00", b"7", "户".encode()])
def test_the_search_finds_a_planted_number(writing, before):
    data = b"\x01\xfe" + before + written(PLANTED, writing) + b"\x00\x80"
    assert (PLANTED, writing) in search(data, frozenset({PLANTED}))


@pytest.mark.parametrize("writing", WRITINGS)
def test_the_search_inflates(writing):
    inner = written(PLANTED, writing)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"<t>" + inner + b"</t>")
    assert (PLANTED, writing) in search(packed.getvalue(), frozenset({PLANTED}))
    both = io.BytesIO()
    with zipfile.ZipFile(both, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b.xlsx", packed.getvalue())
    assert (PLANTED, writing) in search(both.getvalue(), frozenset({PLANTED}))


def test_the_search_inflates_streams_of_a_pdf():
    packed = zlib.compress(b"BT (" + PLANTED.encode() + b") Tj ET")
    data = b"%PDF-1.7\n1 0 obj\n<<>>\nstream\n" + packed + b"\nendstream\nendobj\n"
    from tests.journeys.search import found_in, unpacked  # noqa: PLC0415  # no whole PDF to read

    found = [found_in(part, frozenset({PLANTED})) for part in unpacked(data)]
    assert {(PLANTED, "utf-8")} in found


def test_the_search_reads_what_our_own_papers_print(forty, numbers):
    """附件1 carries the head's number: found in its PDF and in its XLSX."""
    for suffix in ("pdf", "xlsx"):
        form = next(iter(sorted(forty.out.glob(f"*/*/附件1-*.{suffix}"))))
        assert any(len(number) == 18 for number, _writing in search(form.read_bytes(), numbers))


def test_the_search_finds_a_number_planted_in_the_database(forty, numbers, tmp_path):
    copy = forty.copy(tmp_path / "data")
    one = min(numbers)
    path = copy.data / "exitcase.sqlite3"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE planted (text TEXT)")
        database.execute("INSERT INTO planted VALUES (?)", (f"电话{one.translate(WIDE)}",))
    assert leaks(path.parent.glob("exitcase.sqlite3*"), numbers)
    assert one in {number for number, _writing in search_rows(path, numbers)}


# ── and finds nothing where nothing may stand ─────────────────────────────────────────────────


def search_rows(path: Path, numbers) -> set:
    """The dump: every value of every table, whatever pages it is spread over."""
    found = set()
    with closing(sqlite3.connect(path)) as database:
        named = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in named.fetchall():
            for row in database.execute(f'SELECT * FROM "{table}"'):
                for value in row:
                    blob = value if isinstance(value, bytes) else str(value).encode()
                    found |= search(blob, numbers)
        found |= search("\n".join(database.iterdump()).encode(), numbers)
    return found


def test_nothing_in_the_database_its_log_and_its_dump(forty, numbers):
    path = forty.data / "exitcase.sqlite3"
    assert not leaks(forty.data.glob("exitcase.sqlite3*"), numbers)
    assert not search_rows(path, numbers)
    with closing(sqlite3.connect(path)) as database:
        for table in ("core_entry", "core_job", "core_jobunit", "households_member"):
            database.execute(f"SELECT count(*) FROM {table}").fetchone()  # they were among them


def test_nothing_in_files_queue_keys_logs_and_temporary_folders(forty, numbers):
    everything = files_below(forty.data) + files_below(forty.temp)
    assert (forty.data / "files").is_dir()
    assert (forty.data / "queue").is_dir()
    assert not leaks(everything, numbers)
    assert not search(forty.said.encode(), numbers)


def test_nothing_in_notices_and_announcements(forty, numbers):
    hung = [
        path
        for path in files_below(forty.out)
        if any(word in path.name for word in ("公示", "公告", "附件3公开"))
    ]
    assert {path.suffix for path in hung} == {".pdf", ".xlsx"}
    assert not leaks(hung, numbers)


def test_nothing_in_the_summary_and_the_ledger(forty, numbers):
    assert not leaks([forty.out / "summary.json", forty.out / "台账.xlsx"], numbers)


def test_papers_that_carry_numbers_lie_encrypted(forty, numbers):
    """Each 附件1 is at rest, not as what it is, and is the file that was written out."""
    with closing(sqlite3.connect(forty.data / "exitcase.sqlite3")) as database:
        stored = database.execute(
            "SELECT f.path, f.encrypted FROM core_paper p JOIN core_storedfile f "
            "ON f.id IN (p.pdf_id, p.xlsx_id) WHERE p.kind = 'acceptance_form'"
        ).fetchall()
    forms = [*forty.out.glob("*/*/附件1-*.pdf"), *forty.out.glob("*/*/附件1-*.xlsx")]
    assert len(stored) == len(forms) > 0
    for path, encrypted in stored:
        blob = (forty.data / "files" / path).read_bytes()
        assert encrypted
        assert not blob.startswith((b"%PDF", b"PK"))
