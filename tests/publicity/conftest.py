import pytest

from tests.publicity.desk import FRIDAY, Desk
from tests.verification import build


@pytest.fixture
def desk(db) -> Desk:
    """Acts are durable: they need real transactions."""
    return Desk(build.world(day=FRIDAY))
