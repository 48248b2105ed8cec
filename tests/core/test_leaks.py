"""Every way of writing a person's number is found; honest notices are left alone."""

import random
from datetime import date

import pytest

from exitcase.core.identity import check_character
from exitcase.core.leaks import Found, Leak, find_numbers

WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789X"}


def identity_number(rnd: random.Random) -> str:
    born = date.fromordinal(rnd.randrange(date(1920, 1, 1).toordinal(), 737_700))
    first = f"{rnd.randrange(110000, 999999)}{born:%Y%m%d}{rnd.randrange(1000):03}"
    return first + check_character(first)


def old_number(rnd: random.Random) -> str:
    number = identity_number(rnd)
    return number[:6] + number[8:17] if number[6:8] == "19" else old_number(rnd)


def mobile(rnd: random.Random) -> str:
    return f"1{rnd.choice('3456789')}{rnd.randrange(10**9):09}"


def card(rnd: random.Random) -> str:
    return f"{identity_number(rnd)}{rnd.randint(1, 7)}{rnd.randint(1, 4)}"


def bank(rnd: random.Random) -> str:
    first = f"62{rnd.randrange(10 ** (n := rnd.choice([13, 14, 16]))):0{n}}"
    total = 0
    for place, digit in enumerate(reversed(first)):
        double = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += double if double < 10 else double - 9
    return first + str(-total % 10)


MAKERS = {
    Leak.IDENTITY: identity_number,
    Leak.OLD_IDENTITY: old_number,
    Leak.MOBILE: mobile,
    Leak.CARD: card,
    Leak.BANK: bank,
}
SHAPES = {
    Leak.IDENTITY: [(6, 8, 4), (6, 4, 4, 4), (6, 4, 2, 2, 4), (3, 3, 4, 4, 4)],
    Leak.OLD_IDENTITY: [(6, 6, 3)],
    Leak.MOBILE: [(3, 4, 4), (3, 3, 5)],
    Leak.CARD: [(18, 2), (6, 8, 4, 2), (4, 4, 4, 4, 4)],
    Leak.BANK: [],
}


def grouped(number: str, shape: tuple[int, ...], by: str) -> str:
    parts, place = [], 0
    for length in shape:
        parts.append(number[place : place + length])
        place += length
    return by.join(parts)


def variant(kind: Leak, number: str, rnd: random.Random) -> str:
    separators = [" ", "-", "\u3000", "\u00a0", "–"]
    ways = [
        lambda: number,
        number.lower,
        lambda: number.translate(WIDE),
        lambda: "\u200b".join(number),
        lambda: " ".join(number),
        lambda: " ".join(number.translate(WIDE)),
    ]
    for shape in SHAPES[kind] or [tuple([4] * (len(number) // 4) + [len(number) % 4])]:
        lengths = tuple(n for n in shape if n)
        ways.append(lambda lengths=lengths: grouped(number, lengths, rnd.choice(separators)))
    return rnd.choice(ways)()


def test_five_thousand_variants_are_all_found() -> None:
    rnd = random.Random(7)
    missed = []
    for _ in range(5_000):
        kind = rnd.choice(list(MAKERS))
        number = MAKERS[kind](rnd)
        written = variant(kind, number, rnd)
        text = rnd.choice(["电话:{}。", "{}", "户主张*({})组3", "编号\n{}\n共4人"]).format(written)
        if not any(one.digits == number.upper() for one in find_numbers(text)):
            missed.append((kind, text))
    assert missed == []


@pytest.mark.parametrize(
    "text",
    [
        "公示时间:2020年10月9日至2020年10月16日(不少于7天)",
        "公示时间:2020-10-09 至 2020-10-16,2020-10-09 2020-10-16",
        "2020.10.09-2020.10.16",
        "2020-11-14 11:29:13",
        "村代码 430412100219,户编号末三位 123",
        "监督电话:12317",
        "1 三组 张* 4",
        "430412********001X",
        "检查点 1234 7f3a9c0d1e2b4a5c",
        "第1批 41户 152人 合计 1521人",
        "附件3 第1页 共2页",
        "岳扶领办通〔2020〕13号",
    ],
)
def test_honest_text_is_left_alone(text: str) -> None:
    assert find_numbers(text) == []


def test_false_alarms_stay_below_one_in_a_hundred() -> None:
    rnd = random.Random(11)
    alarms = 0
    for _ in range(2_000):
        day = date(2020, 1, 1 + rnd.randrange(28))
        rows = " ".join(f"{n} {rnd.randint(1, 12)}组 张* {rnd.randint(1, 8)}" for n in range(1, 9))
        text = (
            f"{day} {day} 至 {day:%Y.%m.%d} 共{rnd.randrange(500)}户{rnd.randrange(2000)}人 {rows}"
        )
        alarms += bool(find_numbers(text))
    assert alarms < 20


def test_a_masked_or_wrong_number_is_none() -> None:
    rnd = random.Random(3)
    number = identity_number(rnd)
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert find_numbers(wrong) == []


def test_two_numbers_stuck_together() -> None:
    rnd = random.Random(5)
    number, phone = identity_number(rnd), mobile(rnd)
    found = find_numbers(f"{number} {phone}")
    assert Found(Leak.IDENTITY, number) in found
    assert Found(Leak.MOBILE, phone) in found


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("6269-5580-8249-2052-5", "62695580824920525"),  # its end looks like May 2052
        ("138-0000-0000 2020-10-09", "13800000000"),
    ],
)
def test_a_day_beside_a_number_does_not_hide_it(text: str, digits: str) -> None:
    assert [one.digits for one in find_numbers(text)] == [digits]
