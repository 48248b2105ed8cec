"""`walk --troubles FILE`: what is chosen happens, and nothing else; what is wrong is told."""

import shutil
from dataclasses import replace
from random import Random

import pytest

from exitcase.core.errors import Refused
from exitcase.walk import choosing
from exitcase.walk.fate import Fate
from exitcase.walk.troubles import OF_A_LIST, Trouble
from tests.journeys.conftest import NANYUE
from tests.journeys.test_walk import untied

CHOICE = """
appeal_upheld = 1
withdrew = [2, 5]
submission_recalled = 2
late_village = 0
"""


@pytest.fixture
def file(tmp_path):
    def write(text):
        made = tmp_path / "troubles.toml"
        made.write_text(text, "utf-8")
        return made

    return write


def refusal(file):
    with pytest.raises(Refused) as told:
        choosing.read(file)
    return told.value


def test_counts_and_places_are_read(file):
    assert choosing.read(file(CHOICE)) == {
        Trouble.APPEAL_UPHELD: 1,
        Trouble.WITHDREW: (2, 5),
        Trouble.SUBMISSION_RECALLED: 2,
        Trouble.LATE_VILLAGE: 0,
    }


def test_an_empty_file_chooses_nothing(file):
    fate = Fate(Random(1), choosing.read(file("")))
    assert not any(fate.take(trouble) for trouble in OF_A_LIST)


@pytest.mark.parametrize(
    ("text", "message", "value"),
    [
        ("withdraw = 1", "没有这件事", "withdraw"),
        ("empty_village = 1", "此事由登记和方案而来,不能选择", "empty_village"),
        ("withdrew = -1", "次数或户的序号不对", "-1"),
        ("withdrew = true", "次数或户的序号不对", "True"),
        ("withdrew = []", "次数或户的序号不对", "[]"),
        ("withdrew = [0]", "次数或户的序号不对", "[0]"),
        ("withdrew = 'two'", "次数或户的序号不对", "two"),
        ("late_village = [1]", "次数或户的序号不对", "[1]"),
    ],
)
def test_what_cannot_be_chosen_is_told_with_its_place_and_an_example(file, text, message, value):
    made = file(text)
    told = refusal(made)
    assert (told.message, told.value) == (message, value)
    assert str(made) in told.place
    assert told.rule
    assert told.example


def test_a_file_that_is_none(file, tmp_path):
    assert refusal(tmp_path / "none.toml").message == "读不到这个文件"
    assert refusal(file("withdrew")).message == "不是 TOML 文件"


@pytest.mark.slow
def test_what_was_chosen_happens_and_nothing_else(walk):
    walked = walk(40, troubles=CHOICE)
    assert untied(walked) == []
    summary = walked.recounted.summary
    told = {one["trouble"] for one in summary["troubles"]}
    of_record = {"empty_village", "decided_by_letter", "short_by_township"}
    assert told - of_record == {"appeal_upheld", "withdrew", "submission_recalled"}
    listed = sorted(
        n for n, row in walked.recounted.ledger.items() if row["结果代码"] != "not_listed"
    )
    gone = [one["household"] for one in summary["troubles"] if one["trouble"] == "withdrew"]
    assert gone == [listed[1], listed[4]]
    assert summary["came_to"]["withdrawn"]["households"] == 2
    assert summary["unmet"] == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [
        ("nothing = 1", "没有这件事"),
        ("withdrew = [400]", "名单上没有这么多户"),
        ("withdrew = [1]\nvoted_down = [1]", "同一户选了两次"),
    ],
)
def test_a_choice_that_does_not_fit_the_register_ends_the_walk(walk, empty, tmp_path, file, wrong):
    text, said = wrong
    forty = walk(40, troubles=CHOICE)
    shutil.copytree(empty, tmp_path / "data")
    fresh = replace(forty, data=tmp_path / "data")
    where = ("--programme", "nanyue-2020", "--township", NANYUE, "--register", str(forty.register))
    out = ("--out", str(tmp_path / "out"), "--troubles", str(file(text)))
    done = fresh.manage("walk", *where, *out)
    assert done.returncode != 0
    assert said in done.stderr
    assert not (tmp_path / "out").exists()
