"""Registers of several sizes and places walk from import to filing, and their figures tie."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook

from exitcase.walk.troubles import Trouble
from tests.journeys.recount import PARTS

pytestmark = pytest.mark.slow

# Trouble → stages at which it may show, its code, its paper.
EXPECTED = {
    Trouble.VOTED_DOWN: ({"appraisal"}, "voted_down", "refusal_letter"),
    Trouble.REFUSES_TO_SIGN: ({"sign_off"}, "not_consented", "refusal_letter"),
    Trouble.SIGNED_BY_AGENT: ({"sign_off"}, "agent", "mandate"),
    Trouble.OBJECTION_UPHELD: ({"village_notice"}, "objection_upheld", "refusal_letter"),
    Trouble.OBJECTION_DISMISSED: ({"village_notice"}, "dismissed", "village_notice"),
    Trouble.OBJECTION_STILL_OPEN: ({"village_notice"}, "", "village_notice"),
    Trouble.SHORT_BY_TOWNSHIP: ({"township_check"}, "check_failed", "refusal_letter"),
    Trouble.VISITED_IN_HOSPITAL: (
        {"township_check", "district_inspection"},
        "hospital",
        "acceptance_form",
    ),
    Trouble.NOT_MET: ({"township_check"}, "not_met_household", "refusal_letter"),
    Trouble.HIT_EXPLAINED: ({"comparison"}, "cleared", "bureau_answer"),
    Trouble.HIT_UNANSWERED: ({"comparison"}, "bar", "refusal_letter"),
    Trouble.SHORT_BY_DISTRICT: (
        {"district_inspection"},
        "inspection_failed",
        "refusal_letter",
    ),
    Trouble.SENT_BACK: ({"review"}, "procedure", "acceptance_form"),
    Trouble.DRAWN_RECTIFIED: ({"city_check"}, "", "rectification_report"),
    Trouble.DRAWN_NOT_RECTIFIED: ({"city_check"}, "city_failed", "refusal_letter"),
    Trouble.DIED_OUT: ({"sign_off"}, "died", "cease_letter"),
    Trouble.HEAD_DIED: ({"sign_off"}, "material", "correction_sheet"),
    Trouble.WITHDREW: ({"sign_off"}, "household_withdrew", "withdrawal_letter"),
}
OF_A_VILLAGE = {Trouble.LATE_VILLAGE, Trouble.EMPTY_VILLAGE}  # their paper: submission_form
ENDED_BY = {
    Trouble.VOTED_DOWN: "refused",
    Trouble.REFUSES_TO_SIGN: "refused",
    Trouble.OBJECTION_UPHELD: "refused",
    Trouble.SHORT_BY_TOWNSHIP: "refused",
    Trouble.NOT_MET: "refused",
    Trouble.HIT_UNANSWERED: "refused",
    Trouble.SHORT_BY_DISTRICT: "refused",
    Trouble.DRAWN_NOT_RECTIFIED: "refused",
    Trouble.DIED_OUT: "ceased",
    Trouble.WITHDREW: "withdrawn",
}


def tie(walked) -> None:
    """Everything was counted again and agrees, and every list has come to its end."""
    wrong = [line for line in walked.recounted.lines() if not line.agrees]
    assert not wrong
    summary = walked.recounted.summary
    assert set(summary["batches"]) == {"closed"}
    assert summary["came_to"]["still_open"] == {"households": 0, "persons": 0}
    assert summary["came_to"]["granted"]["households"]


def test_forty_persons_with_papers(forty):
    tie(forty)
    kinds = forty.recounted.summary["papers"]
    for kind in ("acceptance_form", "submission_form", "exit_list", "village_notice", "minutes"):
        assert kinds[kind]
    assert len(list(forty.out.rglob("*.pdf"))) >= sum(kinds.values())


def test_the_recount_is_a_script_that_imports_nothing_of_ours(forty, tmp_path):
    script = Path(__file__).with_name("recount.py")
    run = [sys.executable, "-I", str(script), str(forty.out), str(forty.register)]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 项不符" in done.stdout


def test_the_recount_sees_one_person_too_many(forty, tmp_path):
    register = tmp_path / "register.xlsx"
    book = load_workbook(forty.register)
    sheet = book["人口信息"]
    sheet.append([cell.value for cell in sheet[2]])
    book.save(register)
    script = Path(__file__).with_name("recount.py")
    run = [sys.executable, str(script), str(forty.out), str(register)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "≠ 登记 = summary.json" in done.stdout


def test_three_persons_with_papers(walk):
    tie(walk(3, papers=True))


def test_every_trouble_is_met_once_there_is_room(walk):
    walked = walk(130)
    tie(walked)
    told = walked.recounted.summary["troubles"]
    assert {one["trouble"] for one in told} == set(Trouble)
    for one in told:
        assert one["paper"] or one["code"]
        if one["trouble"] not in OF_A_VILLAGE:
            stages, code, paper = EXPECTED[Trouble(one["trouble"])]
            assert one["stage"] in stages
            assert (one["code"], one["paper"]) == (code, paper), one


def test_troubles_end_as_they_should(walk):
    """What ends a case ends it there and then; whom nothing ended has exited."""
    walked = walk(130)
    ledger, told = walked.recounted.ledger, walked.recounted.summary["troubles"]
    ended = {one["household"]: one for one in told if one["trouble"] in ENDED_BY}
    for number, one in ended.items():
        row = ledger[number]
        assert row["结果代码"] == ENDED_BY[Trouble(one["trouble"])], one
        assert row["环节代码"] == one["stage"]
    for number, row in ledger.items():
        if number not in ended:
            assert row["结果代码"] in {"granted", "not_listed"}
    survived = {one["trouble"] for one in told if one["household"] not in ended}
    assert survived >= {
        Trouble.SENT_BACK,
        Trouble.HEAD_DIED,
        Trouble.DRAWN_RECTIFIED,
        Trouble.HIT_EXPLAINED,
    }


def test_whoever_was_refused_met_a_trouble_and_the_codes_say_which(walk):
    summary = walk(130).recounted.summary
    codes = Counter(one["code"] for one in summary["troubles"])
    for code, count in summary["by_code"].items():
        assert codes[code.partition(":")[0]] >= count["households"], code
    ends = sum(
        summary["came_to"][part]["households"] for part in ("refused", "withdrawn", "ceased")
    )
    assert sum(count["households"] for count in summary["by_code"].values()) == ends


def test_a_list_split_off_or_sent_back_follows_in_a_batch_of_its_own(walk):
    walked = walk(130)
    for one in walked.recounted.summary["troubles"]:
        if one["trouble"] in {Trouble.SENT_BACK, Trouble.OBJECTION_STILL_OPEN}:
            assert walked.recounted.ledger[one["household"]]["批次"].startswith("补")


def test_another_township(walk):
    walked = walk(60, township="530502005")
    tie(walked)
    assert walked.recounted.summary["township"] == "530502005"


@pytest.mark.parametrize("seed", [2, 3])
def test_other_seeds(walk, seed):
    tie(walk(40, seed=seed))


def test_the_same_seed_walks_the_same_way(walk):
    one, two = walk(40), walk(40, papers=True)
    first, second = one.recounted.summary, two.recounted.summary
    for key in ("register", "came_to", "by_code", "troubles", "last_day"):
        assert first[key] == second[key]
    assert all(part in first["came_to"] for part in PARTS)


def test_a_wrong_turn_exits_non_zero(walk, tmp_path):
    walked = walk(3, papers=True)
    copy = walked.copy(tmp_path / "data")
    again = ("walk", "--programme", "nanyue-2020", "--township", "430412999")
    done = copy.manage(*again, "--register", str(copy.register), "--out", str(tmp_path / "out"))
    assert done.returncode != 0
    assert "430412999" in done.stderr


@pytest.mark.deep
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("persons", [1521, 5000])
def test_a_whole_register(walk, persons, seed):
    tie(walk(persons, seed=seed))
    told = walk(persons, seed=seed).recounted.summary["troubles"]
    assert {one["trouble"] for one in told} == set(Trouble)
