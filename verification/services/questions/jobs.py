"""The search as a job over a district: its new photos first, then all the questions."""

from typing import Final

from exitcase.core import jobs
from exitcase.core.models import Job
from verification.models import Batch
from verification.services.questions.asking import ask_district
from verification.services.questions.prints import print_photos, unprinted

ASK: Final = "ask_questions"


def districts() -> list[str]:
    """Those where a list was ever begun."""
    found = Batch.objects.order_by("district").values_list("district", flat=True)
    return list(found.distinct())


def enqueue_search(district: str) -> Job:
    """Search in the background."""
    return jobs.enqueue(ASK, _places(district), region=district)


def search_inline(district: str) -> Job:
    """Search here and now: for the command."""
    return jobs.run_inline(ASK, _places(district), region=district)


def _places(district: str) -> list[str]:
    """The regions that have new photos: each is a unit."""
    found = unprinted(district).order_by("region").values_list("region_id", flat=True)
    return list(found.distinct())


def print_region(job: Job, key: str) -> jobs.Result:
    """The new photos of one region. Met again after a worker's death, the rest of them."""
    return {"photos": print_photos(unprinted(str(job.region_id)).filter(region=key))}


def ask_all(job: Job) -> jobs.Result:
    """When every photo has been looked at."""
    return dict(ask_district(str(job.region_id)))
