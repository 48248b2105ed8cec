"""Two acts at the same moment on two connections, the first of them slow to commit."""

import threading
import time

import pytest
from django.db import connection

from exitcase.core import journal
from exitcase.core.choices import Role
from tests.verification.bench import Bench
from verification.models import Batch
from verification.services.advance import advance_batches

FIRST, SECOND = "first", "second"
SOFT = {"within_window": "x", "records_noted": "x"}
OFFICERS = {
    "village": Role.VILLAGE_CADRE,
    "township": Role.TOWNSHIP_OFFICER,
    "district": Role.DISTRICT_OFFICER,
    "city": Role.CITY_INSPECTOR,
}


def on_two_connections(test):
    """Threads have connections of their own; only PostgreSQL lets two write at once."""
    one_writer = connection.vendor != "postgresql"
    skipped = pytest.mark.skipif(one_writer, reason="SQLite has one writer")
    return pytest.mark.django_db(transaction=True)(skipped(test))


class Race:
    """`slow` stops before it seals, all its locks and writes in hand, until the other waits."""

    def __init__(self, monkeypatch):
        self.ready, self.ends, self.answers = threading.Event(), [], {}
        seal = journal._seal

        def slowly(tx):
            if threading.current_thread().name == FIRST:
                self.ready.set()
                time.sleep(0.5)
            seal(tx)

        monkeypatch.setattr(journal, "_seal", slowly)

    def run(self, slow, quick):
        """What each gave, or the error it raised."""

        def job(name, work):
            try:
                if name == SECOND:
                    assert self.ready.wait(20)
                self.answers[name] = work()
            except Exception as error:  # noqa: BLE001  # the test looks at it
                self.answers[name] = error
            finally:
                self.ends.append(name)
                self.ready.set()
                connection.close()

        threads = [
            threading.Thread(target=job, args=pair, name=pair[0])
            for pair in ((FIRST, slow), (SECOND, quick))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert self.ends == [FIRST, SECOND]  # the second waited
        return self.answers[FIRST], self.answers[SECOND]


def leave(bench: Bench, stage: str):
    """The move of the bench's batch, by an officer of the stage's level."""
    by = bench.world.user(OFFICERS[bench.rules.stage(stage).level])
    told = {"by": by, "done_on": bench.day, "reasons": SOFT}
    return lambda: advance_batches(Batch.objects.filter(pk=bench.batch.pk), stage, **told)
