"""Two people at once: one wins, the other reads that it is done, nobody meets an error."""

import threading
import time

import pytest
from django.db import connection, transaction

from exitcase.core import journal
from exitcase.core.choices import Act, Post
from exitcase.core.journal import Actor
from exitcase.core.models import Block, Entry, PostHolder
from exitcase.core.verify import verify
from tests.verification import build
from tests.verification.facts import Giver
from verification.models import Batch, Case
from verification.services.advance import advance_batches

pytestmark = pytest.mark.django_db(transaction=True)
ON_POSTGRES = connection.vendor == "postgresql"
SOFT = {"within_window": "x", "records_noted": "x"}


def in_threads(*jobs):
    """Run the jobs at the same moment, each on a connection of its own."""
    answers, start = [], threading.Barrier(len(jobs))

    def run(job):
        try:
            start.wait()
            answers.append(job())
        except Exception as error:  # noqa: BLE001  # the test looks at it
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_many_submits_have_one_winner():
    world = build.world()
    batch = world.batch(size=20)
    Giver(world).give(Case.objects.select_related("batch__programme", "household"), "collection")
    by = world.cadre()

    def submit():
        rows = Batch.objects.filter(pk=batch.pk)
        return advance_batches(rows, "collection", by=by, done_on=world.day, reasons=SOFT)

    answers = in_threads(*[submit] * (100 if ON_POSTGRES else 8))
    assert sorted({(a.count, a.already) for a in answers}) == [(0, 1), (1, 0)]
    assert sum(a.count for a in answers) == 1
    assert all(a.refused == {} for a in answers)
    assert Batch.objects.get().stage == "appraisal"
    assert Entry.objects.filter(act=Act.PASS).count() == 20
    assert verify("430412") == []


def test_acts_at_once_make_one_unbroken_chain():
    world = build.world()
    before, clerk = Block.objects.count(), Actor("王五", "")

    def write():
        with journal.act(clerk, world.day):
            holder = PostHolder.objects.create(
                region_id=world.villages[0],
                post=Post.VILLAGER,
                name=threading.current_thread().name,
                since=world.day,
            )
            journal.record(Act.APPOINT, holder, was="", became="x")

    writers = 30 if ON_POSTGRES else 8
    assert in_threads(*[write] * writers) == [None] * writers
    assert Block.objects.count() == before + writers
    assert verify("430412") == []


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has one writer")
@pytest.mark.parametrize(("joined", "winners"), [(True, 2), (False, 1)])
def test_why_a_moved_queryset_may_not_join(joined, winners):
    world = build.world()
    world.batch(size=1)
    here = {"batch__part": 1} if joined else {}
    first_is_in = threading.Event()

    def first():
        with transaction.atomic():
            moved = Case.objects.filter(state="listed", **here).update(state="collection")
            first_is_in.set()
            time.sleep(0.3)
            return moved

    def second():
        first_is_in.wait()
        return Case.objects.filter(state="listed", **here).update(state="collection")

    assert sum(in_threads(first, second)) == winners
