"""One rule, and what it never shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitcase.core import masking


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("43041219600101001X", "430412********001X"),
        ("43041219600101001X42", "430412********001X**"),
        ("43041219600101001X42B1", "430412********001X****"),
        ("430412600101001", "430412*****1001"),
        ("1234567890", "**********"),
        ("", ""),
    ],
)
def test_numbers(text: str, masked: str) -> None:
    assert masking.number(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("张三", "张*"),
        ("张小三", "张*三"),
        ("张小小三", "张**三"),
        ("欧阳修", "欧阳*"),
        ("欧阳修文", "欧阳*文"),
        ("欧阳", "欧*"),
        ("诸葛亮", "诸葛*"),
        ("达奚武", "达奚*"),
        ("阿依古丽·买买提", "阿依古丽**"),
        ("张", "*"),
        ("", "*"),
    ],
)
def test_names(text: str, masked: str) -> None:
    assert masking.name(text) == masked


def test_phones() -> None:
    assert masking.phone("13812345678") == "138****5678"
    assert masking.phone("12345678") == "123*5678"
    assert masking.phone("1234567") == "*******"


@given(st.text("0123456789X", max_size=24))
def test_length_stays_and_the_middle_never_shows(text: str) -> None:
    masked = masking.number(text)
    assert len(masked) == len(text)
    assert set(masked[6:11] + masked[18:]) <= {"*"}


@given(st.text("张王李欧阳司马三四五·", min_size=1, max_size=10))
def test_a_name_never_shows_whole(name: str) -> None:
    assert masking.name(name) != name
    assert "*" in masking.name(name)
