"""Registers of several sizes and places walk from import to filing, and their figures tie."""

import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from exitcase.walk.troubles import Trouble
from tests.journeys.recount import PARTS

pytestmark = pytest.mark.slow


def untied(walked) -> list:
    """What does not agree when everything is counted again; lists that have not come to an end."""
    wrong = [line for line in walked.recounted.lines() if not line.agrees]
    summary = walked.recounted.summary
    wrong += sorted(set(summary["batches"]) - {"closed"})
    return wrong + [n for n in summary["came_to"]["still_open"].values() if n]


def exited(walked) -> int:
    return walked.recounted.summary["came_to"]["granted"]["households"]


def test_forty_persons_with_papers(forty):
    assert untied(forty) == []
    assert exited(forty)
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
    walked = walk(3, papers=True)
    assert untied(walked) == []
    assert exited(walked)
    assert walked.recounted.summary["papers"]["acceptance_form"]
    assert len(list(walked.out.rglob("*.pdf"))) >= sum(walked.recounted.summary["papers"].values())


def test_another_township(walk):
    walked = walk(60, township="530502005")
    assert untied(walked) == []
    assert exited(walked)
    assert walked.recounted.summary["township"] == "530502005"


@pytest.mark.parametrize("seed", [2, 3])
def test_other_seeds(walk, seed):
    walked, first = walk(40, seed=seed), walk(40)
    assert untied(walked) == []
    assert exited(walked)
    assert walked.recounted.ledger != first.recounted.ledger  # other households


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
    walked = walk(persons, seed=seed)
    assert untied(walked) == []
    told = walked.recounted.summary["troubles"]
    assert {one["trouble"] for one in told} == set(Trouble)
