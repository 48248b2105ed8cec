"""Every exit plan is walked to its last stage by the same code, and recounted."""

import tomllib

import pytest

from tests.journeys.conftest import PLANS
from tests.journeys.test_walk import exited, untied

# plan → where: a plan may be walked in any township whose regions are loaded
TOWNSHIPS = {
    "kitchen-sink": "530502005",
    "henan": "371323001",
    "hebei": "430412100",
    "shanxi": "530502005",
    "hetu-2018": "430412100",
}


def plan(key: str) -> dict:
    (file,) = (one for one in PLANS if one.stem == key)
    return tomllib.loads(file.read_text("utf-8"))


def codes_of(key: str) -> set[str]:
    return {f"bar:{row['key']}" for row in plan(key).get("bar", [])}


@pytest.mark.parametrize("key", TOWNSHIPS)
def test_a_plan_is_walked_to_its_last_stage(walk, key):
    walked = walk(60, township=TOWNSHIPS[key], programme=key)
    assert untied(walked) == []
    assert exited(walked)
    summary = walked.recounted.summary
    assert (summary["programme"], summary["township"]) == (key, TOWNSHIPS[key])
    of_the_plan = {stage["key"] for stage in plan(key)["stage"]}
    told = {one["stage"] for one in summary["troubles"]}
    assert told <= of_the_plan
    bars = {code for code in summary["by_code"] if code.startswith("bar:")}
    assert bars <= codes_of(key)  # no plan is refused by another plan's bar


def test_every_exit_plan_is_among_them():
    exits = {file.stem for file in PLANS if plan_is_of_exit(file)}
    assert exits == {*TOWNSHIPS, "nanyue-2020"}


def plan_is_of_exit(file) -> bool:
    return tomllib.loads(file.read_text("utf-8")).get("programme", {}).get("purpose") == "exit"
