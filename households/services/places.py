"""Find the village a row of a workbook means, by code or by the names as people write them."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from exitcase.core.choices import Level
from exitcase.core.models import Region
from households.register.cells import Wrong
from households.register.drafts import Places
from households.register.layout import Of
from households.register.reader import Book

# What is often left out or written otherwise: 万福社区居委会, 万福社区, 万福.
_TAILS = (
    "社区居民委员会", "社区居委会", "居民委员会", "居委会", "村村民委员会", "村村委会",
    "村民委员会", "村委会", "社区", "村", "镇人民政府", "乡人民政府", "街道办事处", "街道",
    "镇", "乡", "区", "县", "市",
)  # fmt: skip


def base(name: str) -> str:
    """A region's name without its kind; a name that is nothing else stays."""
    for tail in _TAILS:
        if name.endswith(tail) and len(name) > len(tail):
            return name.removesuffix(tail)
    return name


def finder(book: Book, day: date) -> Places:
    """Look up once all villages a workbook may mean; the answer then asks no database."""
    villages = list(_candidates(book, day))
    names = _names_above(villages)

    def find(code: str, district: str, township: str, village: str) -> str:
        fits = [one for one in villages if base(one.name) == base(village)]
        if code:
            return _by_code(code, villages, fits)
        for digits, name in ((6, district), (9, township)):
            if name:
                fits = [one for one in fits if base(names.get(one.code[:digits], "")) == base(name)]
        return _only(fits)

    return find


def _candidates(book: Book, day: date) -> Iterable[Region]:
    rows = [row for title in ("人口信息", "村信息") for row in book.rows.get(title, [])]
    codes = {row.get(Of.PLACE, "village_code") for row in rows} - {None, ""}
    meant = Q(pk__in=codes)
    for name in {base(row.get(Of.PLACE, "village_name") or "") for row in rows} - {""}:
        meant |= Q(name__startswith=name)
    return Region.objects.of_level(Level.VILLAGE).at(day).filter(meant)


def _names_above(villages: Iterable[Region]) -> dict[str, str]:
    codes = {one.code[:digits] for one in villages for digits in (6, 9)}
    return dict(Region.objects.filter(pk__in=codes).values_list("code", "name"))


def _by_code(code: str, villages: list[Region], fits: list[Region]) -> str:
    found = next((one for one in villages if one.code == code), None)
    if found is None:
        raise Wrong(_("行政村代码 %s 不在区划表里") % code)
    if found not in fits:
        raise Wrong(_("与行政村代码不符:%(code)s 是 %(name)s") % {"code": code, "name": found.name})
    return code


def _only(fits: list[Region]) -> str:
    if not fits:
        raise Wrong(_("区划表里没有这个村:请核对县、乡、村名,或填写行政村代码"))
    if len(fits) > 1:
        raise Wrong(_("有 %s 个同名的村:请填写行政村代码") % len(fits))
    return fits[0].code
