"""Identity numbers, cards, phones and names as cells: each kind of flaw has its own sentence."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from exitcase.core import identity
from exitcase.core.identity import Flaw
from households.choices import Sex
from households.register.cells import CellType, Wrong

SAYS: dict[Flaw, Any] = {
    Flaw.OLD: _("这是 15 位旧号码:请按户口簿或二代身份证填写 18 位号码"),
    Flaw.LENGTH: _("应为 18 位"),
    Flaw.CHARACTERS: _("前 17 位应为数字,末位为数字或 X"),
    Flaw.NO_SUCH_DAY: _("第 7 到 14 位不是有效的出生日期"),
    Flaw.CHECK: _("校验位不符,请逐位核对"),
    Flaw.PRIVATE_USE: _("含有自造字,别的电脑显示不出:请改用国标字"),
    Flaw.EMPTY: _("不能为空"),
}
_NAME = _("填 2 到 25 个汉字,少数民族姓名中间可用 ·")
_CARD = _("应为 18 位证件号码加 1 位类别(1–7)和 1 位等级(1–4)")
_PHONE = _("填 11 位手机号码,或带区号的固定电话")


def born(number: str) -> date:
    """Of a number that was read: its day exists."""
    found = identity.birth_date(number)
    if found is None:
        raise ValueError(f"no number that was read: {len(number)} characters")
    return found


def sex(number: str) -> Sex:
    return Sex(identity.sex(number).value)


def _read_identity(given: str) -> str:
    number = identity.clean_number(given)
    # Whether the day is still to come is asked with the household, which knows today.
    flaw = identity.number_flaw(number, date.max)
    if flaw == Flaw.LENGTH:
        raise Wrong(_("应为 18 位,现为 %s 位") % len(number))
    if flaw:
        raise Wrong(SAYS[flaw])
    return number


def _read_card(given: str) -> str:
    card = identity.clean_number(given)
    if identity.card_flaw(card, card[: identity.LENGTH]):
        raise Wrong(_CARD)
    return card


def _read_phone(given: str) -> str:
    phone = identity.clean_number(given)
    if identity.phone_flaw(phone):
        raise Wrong(_PHONE)
    return phone


def _read_name(given: str) -> str:
    name = identity.clean_name(given)
    flaw = identity.name_flaw(name)
    if flaw:
        raise Wrong(_NAME if flaw != Flaw.PRIVATE_USE else SAYS[flaw])
    return name


IDENTITY = CellType(_read_identity, str, _("18 位公民身份号码"), empty="", width=22)
CARD = CellType(_read_card, str, _CARD, empty="", width=24)
PHONE = CellType(_read_phone, str, _PHONE, empty="", width=14)
NAME = CellType(_read_name, str, _("与身份证一致的汉字姓名"), strict=False, empty="", width=12)
