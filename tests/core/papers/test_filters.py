from datetime import date

import pytest

from exitcase.core.papers import filters


@pytest.mark.parametrize(
    ("fen", "text"),
    [(5852270, "58,522.70"), (0, "0.00"), (5, "0.05"), (-150, "-1.50"), (None, "")],
)
def test_yuan(fen, text):
    assert filters.yuan(fen) == text


def test_days():
    assert filters.day(date(2020, 10, 9)) == "2020年10月9日"
    assert filters.day(None) == ""
    assert filters.weekday(date(2020, 10, 10)) == "周六"
    assert filters.ymd(None).count("<i") == 3


def test_boxes():
    assert [filters.box(x) for x in (True, False, None)] == ["☑", "☐", "☐"]
    assert [filters.no_box(x) for x in (True, False, None)] == ["☐", "☑", "☐"]


@pytest.mark.parametrize(
    ("name", "look"),
    [("彭桂", "nm n2"), ("欧阳秋云", "nm"), ("阿" * 11, "nm lg"), ("阿" * 13, "xl")],
)
def test_names_get_smaller(name, look):
    assert filters.fit(name, "10,12") == look


def test_very_long_names_break_after_the_last_dot():
    assert filters.broken("古丽米热·阿卜杜克里木·麦麦提") == "古丽米热·阿卜杜克里木·<br>麦麦提"
    assert filters.broken("<b>") == "&lt;b&gt;"


def test_values_of_a_record():
    shown = [filters.shown(x) for x in (True, date(2020, 1, 2), 1485, None, "甲")]
    assert shown == ["☑", "2020年1月2日", "1,485", "", "甲"]
