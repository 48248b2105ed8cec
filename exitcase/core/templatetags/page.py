"""What templates of all apps need to show our values in words."""

from decimal import Decimal
from typing import Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from exitcase.core import choices, masking, words
from exitcase.core.choices import CLOSED, ENDS, LISTED, LIVE
from exitcase.core.rules import Rules

register = template.Library()
FEN: Final = 100  # in a 元
FIRST: Final = 1  # the part of a village's first list


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture of our sprite; words stand beside it, so it is not read out."""
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.filter
def word(value: str, of: str) -> str:
    """A stored word in the reader's language: `{{ household.status|word:"Status" }}`."""
    return words.word(getattr(choices, of)(value)) if value else ""


@register.filter
def translated(text: str) -> str:
    """A paper's word in the reader's language; what is no word of ours stays as it is."""
    return _(text) if text else ""


@register.filter
def yuan(fen: int | None) -> str:
    """分 as 元 with two places at most; nothing recorded is a dash, not a nought."""
    if fen is None:
        return "—"
    return f"{Decimal(fen) / FEN:,.{0 if fen % FEN == 0 else 2}f}"


@register.filter
def cents(fen: int) -> str:
    """分 as 元, always with two places: sums stand in columns."""
    return f"{Decimal(fen) / FEN:,.2f}"


@register.filter
def masked_number(text: str) -> str:
    return masking.number(text)


@register.filter
def masked_phone(text: str) -> str:
    return masking.phone(text)


@register.filter
def group(text: str) -> str:
    """村民小组: registers write 3 or 第3组."""
    return _("%s组") % text if text.isdecimal() else text


@register.filter
def part(number: int) -> str:
    """第1批, 补1, 补2 … in the reader's language."""
    if number == FIRST:
        return _("第1批")
    return _("补%d") % (number - FIRST)


@register.filter
def stage_title(rules: Rules, key: str) -> str:
    """The plan's own name of a stage; of where a case or batch stands besides."""
    if key == LISTED:
        return _("已列入名单")
    if key == CLOSED:
        return _("已办结")
    if key in ENDS:
        return words.word(choices.End(key))
    return rules.stage(key).title


@register.filter
def in_hand(state: str) -> bool:
    """Whether a case is still under way."""
    return state in LIVE
