"""What waits at a case for somebody's word, as plain rows: for tests of pages, not of services."""

from typing import Any

from verification.models import Correction

FORMS = {"correct", "correction", "retract", "send_back_all", "merge", "relapse", "records"}


def things(world, case) -> dict[str, list[Any]]:
    """One of each, of one case under way."""
    batch = [case.batch_id]
    return {
        "correct": [case.pk],
        "correction": [correction(world, case).pk],
        "retract": [case.pk],
        "send_back_all": batch,
        "merge": batch,
        "records": batch,
        "relapse": [case.household_id],
    }


def correction(world, case) -> Correction:
    """A 更正单 that waits for its second person."""
    one = Correction(
        case=case,
        number="GZD-1",
        kind="clerical",
        stage=case.batch.stage,
        old_sha256="0" * 64,
        new_sha256="1" * 64,
        reason="x",
        entered_by=world.cadre(),
        entered_on=world.day,
        tx="t",
    )
    one.lines = ()
    one.save()
    return one
