"""200 fabrications among 2,000 honest records: at least 95 % are found, at most 1 % falsely."""

import os
from collections import Counter
from datetime import date

import pytest

from tests.verification import build
from tests.verification.forge import Forge
from verification.models import Question, QuestionRow
from verification.services.questions.jobs import search_inline

HONEST, PLANTED = 2000, 200
LATE = 40  # of the honest: in another village, in the evening of a day's visits


@pytest.mark.slow
@pytest.mark.django_db
def test_planted_fabrications_are_found_and_honest_records_left_alone(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _handle: None)  # 4,000 files that need not last
    world = build.world(villages=20)
    world.on(date(2020, 12, 1))
    forge = Forge(world, seed=7)
    honest = {case.pk for case in [*forge.honest(HONEST - LATE), *forge.evenings(LATE)]}
    planted = forge.plant()
    assert (len(honest), len(planted)) == (HONEST, PLANTED)

    search_inline(build.DISTRICT)

    asked = set(QuestionRow.objects.values_list("case", "question__kind"))
    found = {case for case, kind in planted.items() if (case, kind) in asked}
    missed = Counter(kind.value for case, kind in planted.items() if case not in found)
    falsely = {case for case, _kind in asked if case in honest - forge.sources}
    baseless = Question.objects.exclude(rows__case__in=planted)
    print(
        f"found {len(found)} of {PLANTED}, missed {dict(missed)}; "
        f"falsely {len(falsely)} of {HONEST}, questions {Question.objects.count()}, "
        f"baseless {baseless.count()}"
    )
    assert len(found) >= PLANTED * 95 // 100
    assert len(falsely) <= HONEST // 100
    assert baseless.count() <= HONEST // 100
