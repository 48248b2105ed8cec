"""The look through an upload: what is no honest workbook is refused, fast and in words."""

import io
import time
import zipfile

import pytest

from exitcase.core.errors import Refused
from households.register import upload
from households.register.upload import column_letters, column_number, look_through
from tests.households.conftest import register

FINE = register(3)
SHEET = "xl/worksheets/sheet1.xml"


def changed(changes: dict[str, bytes | None], data: bytes = FINE) -> bytes:
    """The archive with parts replaced, added or left out."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts.update(changes)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if content is not None:
                archive.writestr(name, content)
    return packed.getvalue()


def part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(FINE)) as archive:
        return archive.read(name)


def refused(data: bytes) -> str:
    begun = time.process_time()
    with pytest.raises(Refused) as caught:
        look_through(data)
    assert time.process_time() - begun < 1
    return caught.value.message


def sheet(cells: str) -> bytes:
    return f"<worksheet><sheetData>{cells}</sheetData></worksheet>".encode()


def test_own_workbook_is_fine() -> None:
    assert list(look_through(FINE).sheets) == ["人口信息", "村信息", "条件", "收入"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "这不是 Excel 工作簿"),
        (b"name,id\n", "这不是 Excel 工作簿"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "这是旧版 .xls 或加密的文件"),
        (FINE[:1000], "文件已损坏,打不开"),
        (bytes(5 * 1024 * 1024 + 1), "文件太大"),
    ],
)
def test_no_workbook(data, message) -> None:
    assert refused(data) == message


def test_other_zip_is_no_workbook() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refused(packed.getvalue()) == "这不是 Excel 工作簿"


def test_bomb_is_refused_by_what_it_declares() -> None:
    bomb = changed({SHEET: b"<worksheet>" + b" " * 78_000_000 + b"</worksheet>"})
    assert len(bomb) < 250_000
    assert refused(bomb) == "文件展开后太大"


def test_bomb_that_lies_about_its_size_is_counted() -> None:
    bomb = changed({SHEET: b"<worksheet>" + b" " * 60_000_000 + b"</worksheet>"})
    lie = bomb.replace((60_000_023).to_bytes(4, "little"), (4000).to_bytes(4, "little"))
    assert lie != bomb
    assert refused(lie) in {"文件已损坏,打不开", "文件展开后太大"}


def test_high_ratio_is_refused() -> None:
    assert refused(changed({"xl/media/x.bin": bytes(20_000_000)})) == "文件结构不正常:压缩比过高"


def test_too_many_parts() -> None:
    parts = {f"xl/media/{n}.bin": b"x" for n in range(200)}
    assert refused(changed(parts)) == "文件结构不正常:部件太多"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_doctype_is_refused_before_it_defines_anything(encoding) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    bomb = changed({SHEET: (head + laughs).encode(encoding)})
    assert refused(bomb) == "文件结构不正常:含有 DOCTYPE 声明"


def test_doctype_in_another_part_is_refused() -> None:
    styles = b"<!DOCTYPE styleSheet SYSTEM 'file:///etc/passwd'>" + part("xl/styles.xml")[55:]
    assert refused(changed({"xl/styles.xml": styles})) == "文件结构不正常:含有 DOCTYPE 声明"


def test_too_many_rows() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 200_001))
    assert refused(changed({SHEET: sheet(rows)})) == "工作表行数太多"


def test_one_cell_far_away_is_too_many_rows() -> None:
    assert refused(changed({SHEET: sheet('<row><c r="A1048576"/></row>')})) == "工作表行数太多"
    assert refused(changed({SHEET: sheet('<row><c r="XFD1"/></row>')})) == "工作表列数太多"


def test_row_limit_is_exact() -> None:
    last = upload.MAX_ROWS
    fits = changed({SHEET: sheet(f'<row r="{last}"><c r="A{last}"/></row>')})
    assert list(look_through(fits).sheets) == ["人口信息", "村信息", "条件", "收入"]
    beyond = changed({SHEET: sheet(f'<row r="{last + 1}"><c r="A{last + 1}"/></row>')})
    assert refused(beyond) == "工作表行数太多"


def test_broken_xml_is_refused() -> None:
    assert refused(changed({SHEET: b"<worksheet><row>"})).startswith("文件已损坏")


def test_formulas_merges_and_hidden_rows_are_found() -> None:
    cells = '<row r="3" hidden="1"><c r="B3"><f>A1</f></c></row><row><c><f>A1</f></c></row>'
    rest = b'<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
    content = sheet(cells).replace(b"</worksheet>", rest + b"</worksheet>")
    facts = look_through(changed({SHEET: content})).sheets["人口信息"]
    assert facts.formulas == ["B3", "A4"]
    assert facts.hidden_rows == [3]
    assert facts.merged == ["A1:B2"]


def test_later_parsers_see_the_same_parts() -> None:
    with zipfile.ZipFile(io.BytesIO(look_through(FINE).data)) as clean:
        assert {info.compress_type for info in clean.infolist()} == {zipfile.ZIP_STORED}
        assert clean.read(SHEET) == part(SHEET)


@pytest.mark.parametrize(("letters", "number"), [("A", 1), ("Z", 26), ("AA", 27), ("XFD", 16384)])
def test_columns_count_in_letters(letters, number) -> None:
    assert column_number(letters) == number
    assert column_letters(number) == letters
