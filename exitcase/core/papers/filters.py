"""How the papers' templates print values: 元, days, boxes, names, QR codes."""

from datetime import date
from html import escape
from typing import Any

import segno
from django.template import Context, Library
from django.utils.safestring import SafeString, mark_safe

from exitcase.core.papers.sheets import Imprint

register = Library()

ON, OFF = "☑", "☐"
SHORT = 2  # characters of a name that is spaced
LONGEST = 14  # characters of a name that stand on one line at the smallest size


@register.filter
def yuan(fen: int | None) -> str:
    """分 to 元 with two decimals: 5852270 → 58,522.70; nothing known → a blank."""
    if fen is None:
        return ""
    sign, whole, rest = "-" if fen < 0 else "", *divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02}"


@register.filter
def thousands(number: int | None) -> str:
    """1485 → 1,485."""
    return "" if number is None else f"{number:,}"


@register.filter
def day(on: date | None) -> str:
    """2020-10-09 → 2020年10月9日."""
    return "" if on is None else f"{on.year}年{on.month}月{on.day}日"


@register.filter
def short_day(on: date) -> str:
    """2020-10-09 → 10月9日."""
    return f"{on.month}月{on.day}日"


@register.filter
def weekday(on: date) -> str:
    return "周" + "一二三四五六日"[on.weekday()]


@register.filter
def ymd(on: date | None) -> SafeString:
    """A day to be read, or the room to write one."""
    if on:
        return mark_safe(f'<span class="ymd v">{day(on)}</span>')  # noqa: S308  # digits only
    return mark_safe('<span class="ymd"><i class="y"></i>年<i></i>月<i></i>日</span>')


@register.filter
def box(on: object) -> str:
    """☑ where it is so."""
    return ON if on else OFF


@register.filter
def no_box(answer: object) -> str:
    """☑ where the answer is known to be no."""
    return ON if answer is False else OFF


@register.filter
def fit(name: str, limits: str) -> str:
    """The class of a name by its length, e.g. "10,12": one line at 五号 up to 10, 小五 up to 12."""
    normal, small = (int(limit) for limit in limits.split(","))
    if len(name) == SHORT:
        return "nm n2"
    return "nm" if len(name) <= normal else "nm lg" if len(name) <= small else "xl"


@register.filter
def broken(name: str) -> SafeString:
    """A very long name breaks after its last ·, never inside a part."""
    head, dot, tail = name.rpartition("·")
    if len(name) > LONGEST and dot:
        return mark_safe(f"{escape(head)}·<br>{escape(tail)}")  # noqa: S308
    return mark_safe(escape(name))  # noqa: S308


@register.filter
def shown(value: Any) -> Any:
    """A value of a record: days and boxes as they are printed, numbers with thousands."""
    if isinstance(value, bool):
        return box(value)
    if isinstance(value, date):
        return day(value)
    return thousands(value) if isinstance(value, int) else "" if value is None else value


@register.filter
def of(values: Any, at: int) -> Any:
    """The value at a place: `row|of:forloop.counter0`."""
    return values[at]


@register.filter
def up_to(number: int) -> range:
    return range(number)


@register.filter
def minus(number: int, other: int) -> int:
    return number - other


def qr_text(imprint: Imprint, page: int) -> str:
    """What the code of one page says: paper, version, page."""
    return f"{imprint.link}{imprint.number}?v={imprint.version}&p={page}"


@register.simple_tag(takes_context=True)
def qr(context: Context, page: int, pages: int | None = None) -> SafeString:
    """The code at the head of a page, or the place to stick one on a blank form."""
    imprint: Imprint = context["sheet"].imprint
    of_pages = f"/{pages}" if pages else ""
    version = f"第{imprint.version}版 第{page}{of_pages}页"
    if not imprint.number:
        hole = '<div class="hole">二维码<br>粘贴处</div>'
        return mark_safe(f'<div class="qr">{hole}<br>第　版 第{page}{of_pages}页</div>')  # noqa: S308
    uri = segno.make(qr_text(imprint, page), error="m", micro=False).svg_data_uri(border=0)
    image = f'<img src="{escape(uri)}" alt="二维码">'
    caption = f"{escape(imprint.number)}<br>{version}"
    return mark_safe(f'<div class="qr">{image}{caption}</div>')  # noqa: S308


@register.simple_tag(takes_context=True)
def qr_large(context: Context, *lines: str, page: int = 1) -> SafeString:
    """The code at the foot of a notice or letter, with what scanning it is for."""
    imprint: Imprint = context["sheet"].imprint
    uri = segno.make(qr_text(imprint, page), error="m", micro=False).svg_data_uri(border=0)
    words = "".join(f"<span>{escape(line)}</span>" for line in lines)
    return mark_safe(  # noqa: S308
        f'<div class="qrl"><img src="{escape(uri)}" alt="二维码">{words}</div>'
    )
