"""Names found by the first letters of their pinyin."""

import re

import pytest

from exitcase.core import pinyin


@pytest.mark.parametrize(
    ("letters", "name"),
    [
        ("rdf", "冉德芳"),
        ("rd", "冉德芳"),  # the beginning is enough
        ("RH", "冉𬭎"),  # a rare character, whatever the case
        ("zgm", "曾国明"),  # 曾 is zēng in a surname
        ("cgm", "曾国明"),  # and céng elsewhere
    ],
)
def test_letters_find_the_name(letters, name):
    assert re.match(pinyin.pattern(letters), name)


def test_letters_begin_the_name():
    assert not re.match(pinyin.pattern("df"), "冉德芳")


@pytest.mark.parametrize("text", ["冉德芳", "r", "r1", "SK01-0003", "", "abcdefg", "iu"])
def test_what_is_no_row_of_letters_is_no_pattern(text):
    assert pinyin.pattern(text) == ""
