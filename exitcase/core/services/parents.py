"""What a floor below locks before it writes a fact that a gate above reads: the fact's parent.

An objection knows its case by number, the facts of a village only their village. The batch whose
move asks for them stands a floor higher, where no import reaches: so that floor says once, when it
is ready, how its cases are locked; below nobody learns what they are (DESIGN 7).
"""

from collections.abc import Callable
from typing import Any

Lock = Callable[..., None]
LOCKS: list[Lock] = []


def register(lock: Lock) -> None:
    """Called in an app's `ready`; `lock` takes columns of a case, as a filter does."""
    LOCKS.append(lock)


def lock_parents(**of_cases: Any) -> None:
    """Lock what the moves of these cases lock, until the running act ends.

    `of_cases` are columns of a case (`pk=…`, `village=…`). Before any other lock: batches come
    first in the order of all.
    """
    for lock in LOCKS:
        lock(**of_cases)
