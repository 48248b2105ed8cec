"""An uploaded workbook, looked through before any parser sees it.

An .xlsx is a zip of XML, and both can be bombs: 232 KB can be a sheet of 78 MB. So we count what
the archive says and what it really holds, read its XML once with a parser that knows no DOCTYPE,
and hand on a clean archive of exactly the parts looked at: no later parser sees anything else.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.parsers import expat

from django.utils.translation import gettext as _

from exitcase.core.errors import Refused

MAX_BYTES = 5 * 1024 * 1024  # of the file
MAX_INFLATED = 50 * 1024 * 1024  # of all its parts together, declared and counted
MAX_PARTS = 200
MAX_RATIO = 100  # of a part above RATIO_FROM; Excel's own sheets stay below 30
RATIO_FROM = 1024 * 1024
MAX_ROWS = 20_000  # of a sheet: four times a large township
MAX_COLUMNS = 100
MAX_CELLS = 1_000_000  # of a sheet

MAIN = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(slots=True)
class SheetFacts:
    """What stands in a sheet's XML beside its values."""

    formulas: list[str] = field(default_factory=list)  # cells, by name
    merged: list[str] = field(default_factory=list)  # ranges
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: bool = False
    last_row: int = 0
    last_column: int = 0
    cells: int = 0


@dataclass(frozen=True, slots=True)
class Upload:
    """A workbook that may be parsed: `data` is the clean archive, `sheets` by title."""

    data: bytes
    sheets: dict[str, SheetFacts]


def column_number(letters: str) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def look_through(data: bytes) -> Upload:
    """Refuse what is no workbook, or no honest one; raises `Refused`."""
    parts = _inflate(data)
    sheets = _sheets_of(parts)
    facts = {title: _look_at_sheet(title, parts[path]) for title, path in sheets.items()}
    return Upload(_pack(parts), facts)


def _refuse(message: str, rule: str = "", value: str = "") -> Refused:
    return Refused(message, place=_("文件"), value=value, rule=rule, example=_("户信息.xlsx"))


def _inflate(data: bytes) -> dict[str, bytes]:
    """The parts by name; nothing is inflated beyond what is allowed."""
    if len(data) > MAX_BYTES:
        raise _refuse(
            _("文件太大"), _("不超过 %s MB") % (MAX_BYTES // 2**20), f"{len(data) / 2**20:.1f} MB"
        )
    _refuse_other_formats(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_declared(archive.infolist())
            return _read_parts(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError) as error:
        raise _refuse(_("文件已损坏,打不开"), _("请重新导出或另存为 .xlsx 后再传")) from error
    except (RuntimeError, ValueError, OSError, IndexError, struct.error) as error:
        raise _refuse(_("文件加了密码或已损坏"), _("请去掉密码,另存为 .xlsx")) from error


def _refuse_other_formats(data: bytes) -> None:
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise _refuse(_("这是旧版 .xls 或加密的文件"), _("请另存为不带密码的 .xlsx 再传"))
    if data[:4] != b"PK\x03\x04":
        raise _refuse(_("这不是 Excel 工作簿"), _("请上传 .xlsx 文件"))


def _check_declared(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_PARTS:
        raise _refuse(_("文件结构不正常:部件太多"), _("不超过 %s 个") % MAX_PARTS, str(len(parts)))
    if sum(part.file_size for part in parts) > MAX_INFLATED:
        raise _too_large()
    for part in parts:
        if part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * part.compress_size:
            raise _refuse(_("文件结构不正常:压缩比过高"), _("不超过 %s 倍") % MAX_RATIO)
    names = [part.filename for part in parts]
    if len(set(names)) != len(names):
        raise _refuse(_("文件结构不正常:部件重名"))


def _too_large() -> Refused:
    return _refuse(_("文件展开后太大"), _("不超过 %s MB") % (MAX_INFLATED // 2**20))


def _read_parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    left = MAX_INFLATED
    for info in archive.infolist():
        if info.is_dir():
            continue
        with archive.open(info) as stream:
            parts[info.filename] = stream.read(left + 1)
        left -= len(parts[info.filename])
        if left < 0:
            raise _too_large()
    return parts


def _pack(parts: dict[str, bytes]) -> bytes:
    """A stored archive: the next parser inflates nothing, and sees the parts we saw."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


Attributes = dict[str, str]


def _scan(name: str, content: bytes, start: Callable[[str, Attributes], None]) -> None:
    """Feed a part's start tags to `start`; a DOCTYPE is refused before it can define anything."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, found: start(tag.rpartition(":")[2], found)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(content, True)  # expat takes no keywords
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _refuse(_("文件已损坏:%s 读不通") % name, _("请另存为 .xlsx 后再传")) from error


def _refuse_doctype(*_declared: object) -> None:
    raise _refuse(_("文件结构不正常:含有 DOCTYPE 声明"), _("请用 Excel 或 WPS 另存为 .xlsx"))


def _sheets_of(parts: dict[str, bytes]) -> dict[str, str]:
    """Each sheet's title and its part."""
    if MAIN not in parts or RELATIONS not in parts or TYPES not in parts:
        raise _refuse(_("这不是 Excel 工作簿"), _("请上传 .xlsx 文件"))
    for name, content in parts.items():
        if name.endswith((".xml", ".rels", ".vml")) and not name.startswith("xl/worksheets/sheet"):
            _scan(name, content, lambda _tag, _found: None)
    targets = _targets(parts[RELATIONS])
    sheets = {
        title: targets[relation]
        for title, relation in _titles(parts[MAIN])
        if targets.get(relation) in parts
    }
    if not sheets:
        raise _refuse(_("工作簿里没有工作表"))
    return sheets


def _targets(content: bytes) -> dict[str, str]:
    found: dict[str, str] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            found[attributes.get("Id", "")] = str(PurePosixPath(path))

    _scan(RELATIONS, content, start)
    return found


def _titles(content: bytes) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            found.append((attributes.get("name", ""), relation))

    _scan(MAIN, content, start)
    return found


def _look_at_sheet(title: str, content: bytes) -> SheetFacts:
    looker = _Looker(title)
    _scan(title, content, looker.start)
    return looker.facts


class _Looker:
    """Follows the rows and cells of a sheet; a cell without a name stands right of the last."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.facts = SheetFacts()
        self.row = self.column = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._cell(attributes.get("r", ""))
        elif tag == "row":
            self._row(attributes)
        elif tag == "f":
            self.facts.formulas.append(f"{column_letters(self.column)}{self.row}")
        elif tag == "mergeCell":
            self.facts.merged.append(attributes.get("ref", ""))
        elif tag == "col" and attributes.get("hidden") in {"1", "true"}:
            self.facts.hidden_columns = True

    def _row(self, attributes: Attributes) -> None:
        given = attributes.get("r", "")
        self.row = int(given) if given.isascii() and given.isdigit() else self.row + 1
        self.column = 0
        if attributes.get("hidden") in {"1", "true"}:
            self.facts.hidden_rows.append(self.row)

    def _cell(self, name: str) -> None:
        found = _REFERENCE.fullmatch(name)
        self.column = column_number(found[1]) if found else self.column + 1
        self.row = int(found[2]) if found else self.row
        self.facts.cells += 1
        self.facts.last_row = max(self.facts.last_row, self.row)
        self.facts.last_column = max(self.facts.last_column, self.column)
        self._refuse_too_many()

    def _refuse_too_many(self) -> None:
        """At once: the rest of such a sheet is not worth the time."""
        if self.facts.last_row > MAX_ROWS:
            raise Refused(
                _("工作表行数太多"),
                place=self.title,
                value=_("有第 %s 行") % self.facts.last_row,
                rule=_("每张表不超过 %s 行;请按乡镇分开导入,并删去表尾空行") % MAX_ROWS,
            )
        if self.facts.last_column > MAX_COLUMNS or self.facts.cells > MAX_CELLS:
            raise Refused(
                _("工作表列数太多"),
                place=self.title,
                value=_("有第 %s 列") % column_letters(self.facts.last_column),
                rule=_("每张表不超过 %s 列") % MAX_COLUMNS,
            )
