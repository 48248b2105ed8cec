"""Moving many cases past the meeting: the engine against a hand-written pair of statements.

    python -m tests.bench.moves [CASES]

Both have the same WHERE in mind; the pair writes no block, no counts and tells no refusals. Prints
seconds and the ratio of each to the pair, best of three from the same state of the tables.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exitcase.settings")
os.environ.setdefault("EXITCASE_DATA", tempfile.mkdtemp())
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from exitcase.core import journal, keys, triggers  # noqa: E402
from exitcase.core.journal import Actor  # noqa: E402
from exitcase.core.models import Block, Entry  # noqa: E402
from exitcase.core.verify import verify  # noqa: E402
from tests.verification import build  # noqa: E402
from tests.verification.facts import Giver  # noqa: E402
from verification.models import Batch, Case, StageCount  # noqa: E402
from verification.services.advance import advance_batches, pass_cases  # noqa: E402

RUNS = 3
STAGE, BEFORE = "appraisal", "collection"
UPDATE = """
UPDATE verification_case
SET came_from = state, state = 'appraisal', mark = %s, version = version + 1
WHERE state = 'collection' AND EXISTS (
  SELECT 1 FROM verification_vote v JOIN verification_meeting m ON m.id = v.meeting_id
  WHERE v.case_id = verification_case.id AND v.stage = 'appraisal' AND v.void_tx = ''
  AND m.present * 3 >= m.expected * 2 AND v.yes * 2 > m.present AND m.minutes_id IS NOT NULL)
AND NOT EXISTS (
  SELECT 1 FROM publicity_objection o WHERE o.case_key = verification_case.id AND o.open)"""
INSERT = """
INSERT INTO core_entry
  (chain, tx, act, subject, subject_id, stage, actor, post, was, became, reason, done_on,
   recorded_at, late, commitment)
SELECT district, %s, 'pass', 'case', CAST(id AS varchar), 'appraisal', '王五', '乡镇干部',
  came_from, state, '', '2020-10-09', '2020-10-09T00:00:00.000000Z', '0', ''
FROM verification_case WHERE mark = %s ORDER BY id"""


def fill(cases: int) -> build.World:
    """Two villages, half of the cases each, with everything the meeting's gates ask."""
    call_command("migrate", verbosity=0)
    keys.create(demo=True)
    world = build.world(villages=2)
    for village in world.villages:
        batch = world.batch(village, cases // 2)
        rows = Case.objects.filter(batch=batch).select_related("batch__programme", "household")
        Giver(world).give(rows, STAGE)
    return world


def reset() -> None:
    with triggers.lifted():
        for model in (Entry, Block, StageCount):
            model.objects.all()._raw_delete("default")
    Batch.objects.update(stage=STAGE)
    Case.objects.update(state=BEFORE, mark="", came_from="", version=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def by_hand(cases: int) -> None:
    mark = uuid4().hex
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(UPDATE, [mark])
        moved = cursor.rowcount
        cursor.execute(INSERT, [mark, mark])
        assert cursor.rowcount == moved == cases


def moved(world: build.World, cases: int) -> None:
    """Gates, UPDATE, journal, counts, refusals, block."""
    with journal.act(Actor.system(), world.day):
        assert pass_cases(Case.objects.all(), world.rules, STAGE).count == cases


def whole(world: build.World) -> None:
    """The service: scope, right, locks and the batches too."""
    by = world.officer()
    reasons = {"within_window": "顺延", "records_noted": "已办"}
    left = advance_batches(Batch.objects.all(), STAGE, by=by, done_on=world.day, reasons=reasons)
    assert left.count == 2, left.words()


def timed(job: Callable[[], None]) -> float:
    best = []
    for _run in range(RUNS):
        reset()
        begun = time.perf_counter()
        job()
        best.append(time.perf_counter() - begun)
    return min(best)


def main(cases: int) -> None:
    world = fill(cases)
    hand = timed(lambda: by_hand(cases))
    print(f"{connection.vendor}: {cases} cases in 2 batches, best of {RUNS}")
    print(f"  UPDATE + INSERT…SELECT by hand    {hand:7.3f} s   1.00")
    for name, job in (
        ("gates, journal, counts, block   ", lambda: moved(world, cases)),
        ("advance_batches, the whole door ", lambda: whole(world)),
    ):
        took = timed(job)
        print(f"  {name}  {took:7.3f} s   {took / hand:4.2f}")
    begun = time.perf_counter()
    assert verify("430412") == []
    print(f"  verify                            {time.perf_counter() - begun:7.3f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
