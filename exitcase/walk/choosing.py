"""Reads which troubles somebody chose for a walk: a small TOML file, with all its faults told."""

import tomllib
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from exitcase.core.errors import Refused
from exitcase.walk.fate import Choice
from exitcase.walk.troubles import BY_ITSELF, OF_A_HOUSEHOLD, OF_A_LIST, Trouble

EXAMPLE: Final = "voted_down = 2"
EXAMPLE_PLACES: Final = "head_died = [3, 17]"
KNOWN: Final = (*OF_A_HOUSEHOLD, *OF_A_LIST)


def read(file: Path) -> Choice:
    """`trouble = how many`, or of a household's `trouble = [which of the first lists]`.

    What is not named does not happen. Raises Refused, with the place, for a file that cannot be
    read, a name that is none or comes by itself, and a value that is neither.
    """
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise Refused(
            _("读不到这个文件"), place=str(file), value=error.strerror or "", example=EXAMPLE
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(
            _("不是 TOML 文件"),
            place=str(file),
            value=str(error),
            rule=_("每行一件事:名称 = 次数,或名称 = [第几户, …]"),
            example=EXAMPLE,
        ) from error
    return {_trouble(file, key): _wanted(file, key, value) for key, value in told.items()}


def _trouble(file: Path, key: str) -> Trouble:
    if key in KNOWN:
        return Trouble(key)
    message = _("此事由登记和方案而来,不能选择") if key in BY_ITSELF else _("没有这件事")
    raise Refused(
        message,
        place=str(file),
        value=key,
        rule="、".join(sorted(KNOWN)),
        example=EXAMPLE,
    )


def _wanted(file: Path, key: str, value: object) -> int | tuple[int, ...]:
    if _is_count(value, least=0):
        return int(str(value))
    places = value if isinstance(value, list) and key in OF_A_HOUSEHOLD else []
    if places and all(_is_count(one, least=1) for one in places):
        return tuple(places)
    of_a_list = key in OF_A_LIST
    raise Refused(
        _("次数或户的序号不对"),
        place=f"{file} {key}",
        value=str(value),
        rule=_("不小于 0 的整数") if of_a_list else _("不小于 0 的整数,或户的序号,从 1 数起"),
        example=f"{key} = 1" if of_a_list else EXAMPLE_PLACES,
    )


def _is_count(value: object, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
