"""A small district to act in: 南岳区, 南岳镇 and two of its villages."""

from datetime import date

import pytest

from exitcase.core import clock
from exitcase.core.journal import Actor
from exitcase.core.models import Region, User
from exitcase.core.models.region import above, level_of

CLERK = Actor("王五", "南岳镇乡镇经办人")
CODES = {
    "43": "湖南省",
    "4304": "衡阳市",
    "430412": "南岳区",
    "430412100": "南岳镇",
    "430412100218": "樟树桥村",
    "430412100219": "紫峰村",
    "430412101": "寿岳乡",
    "430412101200": "岳林村",
    "1101": "市辖区",
    "110101": "东城区",
}


def make_region(code: str, name: str) -> Region:
    parents = [parent for parent in above(code) if parent in CODES]
    return Region.objects.create(
        code=code,
        name=name,
        level=level_of(code),
        edition="test",
        parent_id=parents[-1] if parents else None,
    )


@pytest.fixture
def regions(db) -> dict[str, Region]:
    return {code: make_region(code, name) for code, name in CODES.items()}


@pytest.fixture
def today(db) -> date:
    return clock.today()


@pytest.fixture
def user(db) -> User:
    return User.objects.create_user("wangwu", "王五")
