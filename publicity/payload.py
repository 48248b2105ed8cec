"""What a notice may say: an allow-list type, its canonical JSON, and the last guard before release.

The public reads group, head, persons, and nothing else of a household (DOMAIN 9, SECURITY 5): no
number of a person, masked or not. A template gets this value and cannot reach a case.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from hashlib import sha256
from re import ASCII, compile  # noqa: A004  # re's own name
from typing import Any, Final
from unicodedata import normalize

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from exitcase.core import leaks, masking
from exitcase.core.errors import Refused
from exitcase.core.rules_tables import Web

MARK: Final = (3, 10)  # last characters of a household's number: least, most
ELSEWHERE: Final = gettext_noop("本村其他组")
HEAD: Final = compile(r"\d+ · [0-9a-f]{16}", ASCII)  # of a chain, as release writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicItem:
    """One household on the list; `mark` tells two heads of one name in one group."""

    seq: int
    group: str
    head_name: str
    persons: int
    mark: str = ""
    village: str = ""  # only where a list spans villages


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An office and its telephone: never a person's own."""

    office: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePayload:
    """All that a notice says. `period` tells from when to when, before the days are known.

    `checkpoint` is the head of the district's chain at release: who has the paper can later prove
    what the journal was.
    """

    title: str
    organ: str
    basis: str
    period: str
    items: tuple[PublicItem, ...]
    households: int
    persons: int
    places: tuple[str, ...]
    contacts: tuple[Contact, ...]
    checkpoint: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {key: _listed(value) for key, value in asdict(self).items()}

    def as_json(self) -> str:
        """Canonical: sorted keys, no spaces, Chinese as it is; the same facts, the same text."""
        return json.dumps(self.as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        return sha256(self.as_json().encode()).hexdigest()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "NoticePayload":
        """Back from the column. TypeError for a key the type does not have."""
        items = tuple(PublicItem(**row) for row in kept["items"])
        contacts = tuple(Contact(**row) for row in kept["contacts"])
        places = tuple(kept["places"])
        return cls(**{**kept, "items": items, "contacts": contacts, "places": places})


def _listed(value: Any) -> Any:
    """Tuples as lists, as they come back from a JSON column."""
    if isinstance(value, dict):
        return {key: _listed(one) for key, one in value.items()}
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value


# ------------------------------------------------------------------ the guard


def assert_clean(payload: NoticePayload) -> None:
    """Refuse a payload in which any text holds a number of a person, or a name holds a digit.

    Raises Refused, which tells the place and the last four digits found.
    """
    # A hash may hold eleven digits in a row by chance, and is nobody's telephone.
    bare = replace(payload, checkpoint="") if HEAD.fullmatch(payload.checkpoint) else payload
    for place, text in _texts(bare, ""):
        found = leaks.find_numbers(text)
        if found:
            raise Refused(
                _("公示中不能出现公民身份号码、手机号码、残疾证号或银行账号"),
                place=place,
                value=f"…{found[0].digits[-4:]}",
                rule=_("名单只列村民小组、户主姓名和家庭人口数;联系电话用办公电话"),
            )
    for item in payload.items:
        if any(letter.isdigit() for letter in normalize("NFKC", item.head_name)):
            raise Refused(
                _("户主姓名中有数字"),
                place=_("名单第 %d 行") % item.seq,
                rule=_("户主姓名只写汉字,少数民族姓名用“·”分隔"),
            )


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every text with its place, e.g. ("items.3.group", "二组")."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, tuple):
        for at, one in enumerate(value, start=1):
            yield from _texts(one, f"{place}.{at}")
    elif is_dataclass(value):
        for one in fields(value):
            yield from _texts(getattr(value, one.name), f"{place}.{one.name}".lstrip("."))


# ------------------------------------------------------------------ two of one name


def neutral_marks(rows: Sequence[tuple[tuple[str, str, str], str]]) -> list[str]:
    """The mark of each row of ((village, group, head), household number); "" where none is needed.

    The last three characters of the household's number, more if they are still equal, and an
    ordinal if no length tells them apart: never a digit of an identity number.
    """
    same = Counter(key for key, _number in rows)
    seen: Counter[tuple[str, str, str]] = Counter()
    ends = {key: _ends([n for k, n in rows if k == key]) for key in same if same[key] > 1}
    marks = []
    for key, _number in rows:
        marks.append(ends[key][seen[key]] if key in ends else "")
        seen[key] += 1
    return marks


def _ends(numbers: Sequence[str]) -> list[str]:
    least, most = MARK
    for length in range(least, most + 1):
        found = [number[-length:] for number in numbers]
        if len(set(found)) == len(found):
            return found
    return [str(at) for at in range(1, len(numbers) + 1)]


# ------------------------------------------------------------------ on the web


def for_web(payload: NoticePayload, web: Web, struck: frozenset[int]) -> NoticePayload:
    """The same list as the web may show it: struck rows gone, names masked if the plan says so.

    Groups of fewer than `web.least_group` households are shown together; two masked names of one
    group are told apart by an ordinal, never by digits of the household's number.
    """
    rows = [item for item in payload.items if item.seq not in struck]
    small = _small(rows, web.least_group)
    shown = [_shown(item, web, small) for item in rows]
    return replace(
        payload,
        items=tuple(_ordinals(shown)),
        households=len(rows),
        persons=sum(item.persons for item in rows),
    )


def _small(rows: Sequence[PublicItem], least: int) -> set[tuple[str, str]]:
    sizes = Counter((item.village, item.group) for item in rows)
    return {group for group, size in sizes.items() if size < least}


def _shown(item: PublicItem, web: Web, small: set[tuple[str, str]]) -> PublicItem:
    name = masking.name(item.head_name) if web.masked else item.head_name
    group = ELSEWHERE if (item.village, item.group) in small else item.group
    return replace(item, head_name=name, group=group, mark="")


def _ordinals(rows: Sequence[PublicItem]) -> Iterator[PublicItem]:
    def key(item: PublicItem) -> tuple[str, str, str]:
        return item.village, item.group, item.head_name

    same, seen = Counter(map(key, rows)), Counter[tuple[str, str, str]]()
    for item in rows:
        seen[key(item)] += 1
        yield replace(item, mark=str(seen[key(item)])) if same[key(item)] > 1 else item
