"""The desk of people: its addresses, for the test of the doors."""

from typing import Any

from exitcase.core.choices import Role
from exitcase.core.models import Appointment, PostHolder
from exitcase.core.scope import SEE_THEIRS
from tests.views import above
from verification.models import ComparisonRun

FORMS = {
    "assign_helpers",
    "assign_inspectors",
    "assign_liaison",
    "hand_over",
    "fill_post",
    "end_post",
}


def things(world) -> dict[str, list[Any]]:
    """Of the first village, and a request to a bureau, which is there already."""
    village = world.villages[0]
    listed = world.batch(size=1)
    return {
        "staffing": [village],
        "assign_helpers": [village],
        "assign_inspectors": [listed.pk],
        "assign_liaison": [ComparisonRun.objects.filter(bureau="housing")[0].pk],
        "fill_post": [village],
        "end_post": [PostHolder.objects.filter(region=village).first().pk],
        "hand_over": [Appointment.objects.get(user=world.cadre()).pk],
    }


def unseen(role: Role) -> set[str]:
    """Requests are the district's; appointments are shown to none who see a share."""
    requests = {"assign_liaison"} if "answer_request" in above.unseen(role) else set()
    return requests | ({"hand_over"} if role in SEE_THEIRS else set())
