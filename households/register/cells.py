"""Kinds of cells: how a text becomes a value, how a value is shown, and the rule in words.

Nothing here knows a column. A reader gets the cell's cleaned text, never empty, and gives the
value or raises `Wrong`; `show` turns it round, for the workbooks we write.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.db.models import TextChoices
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core import income
from exitcase.core.choices import Status

Shown = str | int | Decimal
Raw = int | float | str | bool | date | datetime | time | timedelta | None
TOLD = 30  # words of a list that are told one by one
EXACT = 2**53  # above this a spreadsheet's number has lost its last digits
_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_INVISIBLE = dict.fromkeys([0xFEFF, 0x200B, 0x200C, 0x200D, 0x2060, 0xAD, 0xA0])


class Wrong(ValueError):  # noqa: N818  # an answer, not a fault
    """A cell that cannot be read; the message is the rule it breaks, for the screen."""


@dataclass(frozen=True, slots=True)
class CellType:
    """How one kind of cell is read and shown; `strict` cells fold all full-width forms."""

    read: Callable[[str], Any]
    show: Callable[[Any], Shown]
    rule: Any  # a lazy text
    strict: bool = True
    empty: Any = None  # the value of an empty cell
    width: int = 12


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cell's text after cleaning, and what was changed in it."""

    text: str
    notes: list[str] = field(default_factory=list)


def clean(raw: Raw, *, strict: bool) -> Cleaned:
    """Trim and fold; raises `Wrong` for what no cell may hold."""
    before = as_text(raw)
    text = before.translate(_INVISIBLE).strip().translate(_ASCII if strict else {})
    _refuse_private(text)
    if not strict:
        text = _fold_digits(text)
    notes = [] if text == before.translate(_INVISIBLE).strip() else [str(_("全角字符已改为半角"))]
    return Cleaned(text, notes)


def as_text(raw: Raw) -> str:
    """What a person would read in the cell."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, int | float):
        return _number_text(raw)
    return str(raw)


def _number_text(raw: float) -> str:
    if abs(raw) >= EXACT:
        raise Wrong(_("号码被存成了数字,末几位已丢失:请先把本列设为文本,再重新填写"))
    return str(int(raw)) if raw == int(raw) else str(Decimal(repr(raw)))


def _fold_digits(text: str) -> str:
    return "".join(
        chr(ord(char) - 0xFEE0) if "\uff10" <= char <= "\uff5a" and char.isalnum() else char
        for char in text
    )


def _refuse_private(text: str) -> None:
    """Characters that another machine prints as a box, or not at all."""
    for char in text:
        category = unicodedata.category(char)
        if category == "Co":
            raise Wrong(_("含有自造字 U+%X,别的电脑显示不出:请改用国标字") % ord(char))
        if category in {"Cc", "Cs"} and char not in "\n\t":
            raise Wrong(_("含有不可见的控制字符 U+%04X") % ord(char))


@cache
def labels(words: type[TextChoices]) -> dict[str, str]:
    """The register's word of each value: Chinese in every language of the screen."""
    with translation.override("zh-hans"):
        return {value: str(label) for value, label in words.choices}


def _plain(word: str) -> str:
    return re.sub(r"\s", "", word.translate(_ASCII))


def _only(kind: type[TextChoices]) -> str:
    found = list(labels(kind).values())
    if len(found) > TOLD:
        return _("填国家标准的写法,例如:%s") % "、".join(found[:3])
    return _("只能填:%s") % "、".join(found)


_only_words = lazy(_only, str)


def words(
    kind: type[TextChoices], also: Mapping[str, str] | None = None, *, empty: str | None = ""
) -> CellType:
    """One of a list's words."""
    extra = {_plain(word): value for word, value in (also or {}).items()}

    @cache
    def known() -> dict[str, str]:
        return {_plain(label): value for value, label in labels(kind).items()} | extra

    def read(text: str) -> str:
        found = known().get(_plain(text))
        if found is None:
            raise Wrong(_only(kind))
        return found

    return CellType(read, lambda value: labels(kind)[value], _only_words(kind), empty=empty)


def several(kind: type[TextChoices], most: int) -> CellType:
    """Some of a list's words, with 、 between; a tuple in the list's order."""
    one = words(kind)

    def read(text: str) -> tuple[str, ...]:
        found = {one.read(part) for part in re.split(r"[、,;,;\s]+", text) if part}
        if len(found) > most:
            raise Wrong(_("最多填 %s 项") % most)
        return tuple(value for value in labels(kind) if value in found)

    def show(values: tuple[str, ...]) -> str:
        return "、".join(labels(kind)[value] for value in values)

    return CellType(read, show, gettext_lazy("所列的词,用顿号隔开"), empty=(), width=24)


_YES = {"是": True, "有": True, "否": False, "无": False, "没有": False, "1": True, "0": False}


def _flag(text: str) -> bool:
    if text not in _YES:
        raise Wrong(_("只能填:是、否"))
    return _YES[text]


FLAG = CellType(_flag, lambda value: "是" if value else "否", gettext_lazy("填 是 或 否"), width=8)


def text(most: int, *, width: int = 16) -> CellType:
    """Free text on one line."""

    def read(given: str) -> str:
        found = re.sub(r"\s+", " ", given)
        if len(found) > most:
            raise Wrong(_("不超过 %s 个字") % most)
        return found

    return CellType(read, str, gettext_lazy("文字"), strict=False, empty="", width=width)


def code(most: int) -> CellType:
    """Digits and letters without gaps."""

    def read(given: str) -> str:
        if not re.fullmatch(rf"[0-9A-Za-z_-]{{1,{most}}}", given):
            raise Wrong(_("只含数字和字母,不超过 %s 位") % most)
        return given

    return CellType(read, str, gettext_lazy("数字和字母"), empty="", width=20)


def whole(least: int, most: int) -> CellType:
    rule = gettext_lazy("填 %(least)s 到 %(most)s 的整数")

    def read(given: str) -> int:
        bare = given.removesuffix(".0")
        if not re.fullmatch(r"[0-9]{1,9}", bare) or not least <= int(bare) <= most:
            raise Wrong(rule % {"least": least, "most": most})
        return int(bare)

    return CellType(read, int, gettext_lazy("整数"), width=10)


def _decimal(given: str) -> Decimal:
    try:
        found = Decimal(given.replace(",", "").removesuffix("元"))
    except InvalidOperation:
        raise Wrong(_("填数字,例如 1234.50")) from None
    if not found.is_finite() or found < 0:
        raise Wrong(_("填不小于 0 的数字"))
    return found


def _money(given: str) -> int:
    found = income.fen(given)
    if found is None:
        raise Wrong(_("以元为单位,填不小于 0 的数字,最多两位小数"))
    return found


MONEY = CellType(_money, income.yuan, gettext_lazy("以元为单位,最多两位小数"))


def area(most: int) -> CellType:
    def read(given: str) -> Decimal:
        found = _decimal(given)
        if found > most or found != round(found, 1):
            raise Wrong(_("填 0 到 %s 的数字,最多一位小数") % most)
        return round(found, 1)

    return CellType(read, Decimal, gettext_lazy("平方米,最多一位小数"), width=10)


_DAY = re.compile(r"((?:19|20)\d\d)[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?: 00:00:00)?")


def _day(given: str) -> date:
    found = _DAY.fullmatch(given)
    try:
        return date(*(int(part) for part in found.groups())) if found else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> date:
    raise Wrong(_("填日期,例如 2020-03-01"))


DAY = CellType(_day, date.isoformat, gettext_lazy("日期"))


def _year(given: str) -> int:
    """A year, or the year of a month or day."""
    found = re.fullmatch(r"((?:19|20)\d\d)年?(?:[-/.]?\d{1,2}月?(?:[-/.]?\d{1,2}日?)?)?", given)
    if not found:
        raise Wrong(_("填四位年份,例如 2014"))
    return int(found[1])


YEAR = CellType(_year, int, gettext_lazy("四位年份"), width=10)


_EXIT = {
    "未脱贫": (Status.REGISTERED, None),
    "返贫": (Status.RELAPSED, None),
    "已脱贫(享受政策)": (Status.EXITED, True),
    "已脱贫(不再享受政策)": (Status.EXITED, False),
    "已脱贫(不享受政策)": (Status.EXITED, False),
    "已脱贫": (Status.EXITED, None),
}


def _exit_state(given: str) -> tuple[Status, bool | None]:
    """脱贫属性: where the household stands, and whether it still enjoys the policies."""
    if _plain(given) not in _EXIT:
        raise Wrong(_("只能填:%s") % "、".join(_EXIT))
    return _EXIT[_plain(given)]


def _show_exit_state(value: tuple[Status, bool | None]) -> str:
    return next(word for word, meaning in _EXIT.items() if meaning == value)


EXIT_STATE = CellType(_exit_state, _show_exit_state, gettext_lazy("未脱贫、已脱贫或返贫"), width=18)
