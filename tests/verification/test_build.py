"""The tests' own world stands: everything later leans on it."""

import pytest

from tests.verification import build

pytestmark = pytest.mark.django_db


def test_a_batch_is_listed_with_its_facts():
    world = build.world(villages=2)
    batch = world.batch(size=3)
    cases = list(world.cases(batch))
    assert batch.stage == "collection"
    assert {(case.state, case.persons, case.net_fen) for case in cases} == {
        ("listed", 3, 1_800_000)
    }
    assert len({case.facts_sha256 for case in cases}) == 3


def test_a_batch_walks_to_the_district_by_its_services():
    world = build.world(villages=2)
    batch = world.batch(size=3)
    world.bring(batch, "comparison")
    assert {case.state for case in world.cases(batch)} == {"township_submission"}
