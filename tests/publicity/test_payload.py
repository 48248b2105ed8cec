"""A notice says what its type allows, and no number of a person gets by the last guard."""

import json
import random
from dataclasses import fields, is_dataclass, replace
from hashlib import sha256
from types import GenericAlias
from typing import get_args, get_type_hints

import pytest

from exitcase.core.errors import Refused
from exitcase.core.rules_tables import Web
from publicity.payload import (
    ELSEWHERE,
    Contact,
    NoticePayload,
    PublicItem,
    assert_clean,
    for_web,
    neutral_marks,
)
from tests.core.test_leaks import MAKERS, variant

ALLOWED = {
    NoticePayload: {
        "title", "organ", "basis", "period", "items", "households", "persons", "places",
        "contacts", "checkpoint",
    },
    PublicItem: {"seq", "group", "head_name", "persons", "mark", "village"},
    Contact: {"office", "phone"},
}  # fmt: skip
GROUPS = ("1", "2组", "第三组", "老屋组", "12")
HEADS = ("向桂", "欧阳国庆", "阿依古丽·买买提", "石爱莲", "㐂小建")
PLACES = ("村部门口", "老井坪", "第2村民小组公告栏", "小学(旧址)门口")


def web(*, masked: bool = True, least: int = 1) -> Web:
    return Web(days=30, masked=masked, least_group=least, clause="本系统", basis="law")


def item(seq: int, head: str = "向桂", group: str = "1", **more) -> PublicItem:
    return PublicItem(seq=seq, group=group, head_name=head, persons=3, **more)


def payload(*items: PublicItem, **more) -> NoticePayload:
    rows = items or (item(1),)
    values = {
        "title": "2020年度贫困户脱贫村级公示",
        "organ": "第1村村民委员会",
        "basis": "2020年南岳镇贫困退出实施方案",
        "period": "自张贴之日起不少于7天",
        "items": rows,
        "households": len(rows),
        "persons": sum(row.persons for row in rows),
        "places": ("村部门口", "老井坪"),
        "contacts": (Contact(office="第1村", phone="0000-8561234"),),
        "checkpoint": "1234 · 9f3c2a71e0b4d6c1",
        **more,
    }
    return NoticePayload(**values)


# ------------------------------------------------------------------ the type


@pytest.mark.parametrize("kind", ALLOWED, ids=lambda kind: kind.__name__)
def test_the_type_has_these_fields_and_no_others(kind):
    assert {one.name for one in fields(kind)} == ALLOWED[kind]


@pytest.mark.parametrize("kind", ALLOWED, ids=lambda kind: kind.__name__)
def test_the_type_is_frozen_and_made_of_plain_values(kind):
    assert kind.__dataclass_params__.frozen
    assert not hasattr(kind, "__dict__") or "__slots__" in vars(kind)
    for hint in get_type_hints(kind).values():
        inner = get_args(hint)[0] if isinstance(hint, GenericAlias) else hint
        assert inner in {str, int} or (is_dataclass(inner) and inner in ALLOWED)


def test_the_json_is_canonical_and_its_hash_is_of_its_bytes():
    one = payload()
    text = one.as_json()
    assert json.loads(text) == one.as_dict()
    assert "\\u" not in text
    assert ": " not in text
    assert list(json.loads(text)) == sorted(json.loads(text))
    assert one.sha256 == sha256(text.encode()).hexdigest()


def test_a_payload_comes_back_from_its_column_as_it_was():
    one = payload(item(1), item(2, "石爱莲", mark="123", village="第1村"))
    assert NoticePayload.of(json.loads(one.as_json())) == one


def test_a_key_beside_the_allowed_ones_is_not_read_back():
    kept = payload().as_dict()
    kept["items"][0]["id_number"] = "x"
    with pytest.raises(TypeError):
        NoticePayload.of(kept)


@pytest.mark.parametrize("change", [{"title": "他"}, {"persons": 4}, {"places": ("村部门口",)}])
def test_every_change_changes_the_hash(change):
    assert replace(payload(), **change).sha256 != payload().sha256


# ------------------------------------------------------------------ the guard


def planted(text: str, rnd: random.Random) -> tuple[str, NoticePayload]:
    """A payload with the text in one of its fields, and where."""
    put = f"{rnd.choice(['', '电话', '户主 ', '3组('])}{text}"
    ways = {
        "title": lambda: payload(title=put),
        "organ": lambda: payload(organ=put),
        "basis": lambda: payload(basis=put),
        "period": lambda: payload(period=put),
        "places.2": lambda: payload(places=("村部门口", put)),
        "contacts.1.office": lambda: payload(contacts=(Contact(office=put, phone=""),)),
        "contacts.1.phone": lambda: payload(contacts=(Contact(office="镇", phone=put),)),
        "items.2.group": lambda: payload(item(1), item(2, group=put)),
        "items.2.head_name": lambda: payload(item(1), item(2, put)),
        "items.2.mark": lambda: payload(item(1), item(2, mark=put)),
        "items.2.village": lambda: payload(item(1), item(2, village=put)),
        "checkpoint": lambda: payload(checkpoint=put),
    }
    place = rnd.choice(list(ways))
    return place, ways[place]()


def test_five_thousand_ways_of_writing_a_number_are_all_stopped():
    rnd = random.Random(20)
    missed = []
    for _ in range(5_000):
        kind = rnd.choice(list(MAKERS))
        number = MAKERS[kind](rnd)
        place, one = planted(variant(kind, number, rnd), rnd)
        found = told(one)
        if found is None or found.place != place or number in str(found):
            missed.append((kind, place, found))
    assert missed == []


def told(one: NoticePayload) -> Refused | None:
    try:
        assert_clean(one)
    except Refused as refused:
        return refused
    return None


def test_honest_notices_are_left_alone():
    rnd = random.Random(21)
    alarms = 0
    for _ in range(2_000):
        rows = [
            item(seq, rnd.choice(HEADS), rnd.choice(GROUPS), mark=f"{rnd.randrange(1000):03}")
            for seq in range(1, 4)
        ]
        phone = f"0{rnd.randrange(100, 1000)}-{rnd.randrange(1_000_000, 9_999_999)}"
        one = payload(
            *rows,
            places=tuple(rnd.sample(PLACES, 2)),
            contacts=(Contact(office="镇监督电话", phone=phone), Contact(office="", phone="12317")),
            checkpoint=f"{rnd.randrange(100_000)} · {rnd.randrange(16**16):016x}",
        )
        alarms += told(one) is not None
    assert alarms < 20


def test_a_hash_that_looks_like_a_telephone_is_none():
    assert_clean(payload(checkpoint="4 · 13806031469abcde"))
    with pytest.raises(Refused):
        assert_clean(payload(checkpoint="4 · 13806031469"))


@pytest.mark.parametrize("name", ["向桂3", "向3桂", "向桂②"])
def test_a_name_holds_no_digit(name):
    with pytest.raises(Refused, match="户主姓名中有数字") as caught:
        assert_clean(payload(item(1, name)))
    assert caught.value.place == "名单第 1 行"


# ------------------------------------------------------------------ two of one name

SAME = ("v", "1", "向桂")


@pytest.mark.parametrize(
    ("numbers", "marks"),
    [
        (["0000123", "0000456"], ["123", "456"]),
        (["0001123", "0002123"], ["1123", "2123"]),
        (["1000000123", "2000000123"], ["1000000123", "2000000123"]),
        (["91000000123", "90000000123"], ["1000000123", "0000000123"]),
        (["8" + "0" * 10, "9" + "0" * 10], ["1", "2"]),
        (["7", "7"], ["1", "2"]),
    ],
)
def test_the_mark_is_as_long_as_needed_to_tell_them_apart(numbers, marks):
    assert neutral_marks([(SAME, number) for number in numbers]) == marks


def test_who_shares_no_name_in_a_group_gets_no_mark():
    rows = [
        (SAME, "0123"),
        (("v", "2", "向桂"), "0456"),
        (("w", "1", "向桂"), "0789"),
        (SAME, "0321"),
    ]
    assert neutral_marks(rows) == ["123", "", "", "321"]


# ------------------------------------------------------------------ on the web


def test_the_web_shows_masked_names_and_no_digits_of_household_numbers():
    rows = [item(1, "向桂", mark="123"), item(2, "向明", mark="456"), item(3, "石爱莲")]
    shown = for_web(payload(*rows), web(), frozenset())
    assert [(row.head_name, row.mark) for row in shown.items] == [
        ("向*", "1"), ("向*", "2"), ("石*莲", ""),
    ]  # fmt: skip


def test_a_plan_may_show_names_whole():
    shown = for_web(payload(item(1, "向桂")), web(masked=False), frozenset())
    assert shown.items[0].head_name == "向桂"


def test_small_groups_are_shown_together():
    rows = [item(1), item(2, "石爱莲"), item(3, "龙运国"), item(4, "谭新", group="2")]
    shown = for_web(payload(*rows), web(least=3), frozenset())
    assert [row.group for row in shown.items] == ["1", "1", "1", ELSEWHERE]


def test_struck_rows_are_gone_and_not_counted():
    shown = for_web(payload(item(1), item(2, "石爱莲")), web(), frozenset({1}))
    assert [row.seq for row in shown.items] == [2]
    assert (shown.households, shown.persons) == (1, 3)
