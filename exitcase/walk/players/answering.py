"""Who answers what is said against a list or a decision."""

from exitcase.walk.story import Walk
from publicity.choices import ObjectionKind
from publicity.models import Objection
from publicity.queries import answering_organ


def letter_number(walk: Walk, objection: Objection, of: str) -> str:
    """An organ that never logs in answers by a letter, which has a number; others need none."""
    organ = answering_organ(walk.rules, ObjectionKind(objection.kind))
    return f"{objection.number}-{of}" if organ is not None and organ.outside else ""
