"""Who signs for a post: its holder on the meeting's day, who stands in, one person for several."""

from datetime import date

import pytest

from exitcase.core.choices import Post
from exitcase.core.journal import Actor
from exitcase.core.models import PostHolder, Region
from exitcase.core.services import appointing, people
from tests.verification import build, play
from tests.verification.services.refusals import refused
from tests.verification.services.test_signatures import head, sign, signed
from verification.models import Signature
from verification.services import village
from verification.services.specs import Ballot

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build.world()


def test_the_holder_of_the_meetings_day_signs(world):
    batch = world.bring(world.batch(size=1), "appraisal")
    case = world.cases(batch).get()
    held = play.meeting(world, batch)
    at = {"by": world.cadre(), "done_on": world.day}
    village.vote(held, {case.pk: Ballot(yes=12)}, **at)
    world.later()
    region = Region.objects.get(pk=case.village_id)
    people.hold_post(region, Post.VILLAGE_SECRETARY, "新书记", by=Actor.system(), since=world.day)
    new = head(world, case, slot=Post.VILLAGE_SECRETARY, signer="新书记", capacity=None)
    with refused(
        "签字人当日不任这一职务",
        place=str(case),
        value="村党组织书记 新书记",
        rule="2020-10-09 的任职人:石爱莲",
    ):
        sign(world, case, new, stage="appraisal")
    old = head(world, case, slot=Post.VILLAGE_SECRETARY, signer="石爱莲", capacity=None)
    sign(world, case, old, stage="appraisal")
    assert signed(case, Post.VILLAGE_SECRETARY).holder.name == "石爱莲"


def test_a_vacant_post_is_filled_before_it_signs(world):
    batch = world.bring(world.batch(size=1), "appraisal")
    case = world.cases(batch).get()
    PostHolder.objects.filter(post=Post.TEAM_LEADER).update(until=date(2020, 10, 8))
    spec = head(world, case, slot=Post.TEAM_LEADER, signer="贺志强", capacity=None)
    with refused(
        "第1村在 2020-10-09 没有登记驻村工作队队长",
        place=str(case),
        value="贺志强",
        rule="先登记该职务当日的任职人;职务空缺的,登记代行职务的人",
    ):
        sign(world, case, spec, stage="appraisal")


def test_who_stands_in_for_a_vacant_post_signs_it(world):
    batch = world.bring(world.batch(size=1), "appraisal")
    case = world.cases(batch).get()
    leader = PostHolder.objects.get(post=Post.TEAM_LEADER)
    told = {"by": world.officer(), "done_on": world.day, "reason": "队长调离"}
    appointing.vacate_post(leader.pk, until=date(2020, 10, 8), **told)
    appointing.fill_post(
        case.village_id, Post.TEAM_LEADER, "阳春桃", since=date(2020, 10, 9), acting=True, **told
    )
    spec = {"slot": Post.TEAM_LEADER, "capacity": None}
    with refused("签字人当日不任这一职务", rule="2020-10-09 的任职人:阳春桃"):
        sign(world, case, head(world, case, **spec, signer="贺志强"), stage="appraisal")
    sign(world, case, head(world, case, **spec, signer="阳春桃"), stage="appraisal")
    kept = signed(case, Post.TEAM_LEADER)
    assert (kept.signer, kept.holder.acting) == ("阳春桃", True)


def test_while_a_holder_is_away_either_may_sign_and_afterwards_the_holder(world):
    batch = world.bring(world.batch(size=1), "appraisal")
    case = world.cases(batch).get()
    told = {"by": world.officer(), "done_on": world.day, "reason": "书记外出培训"}
    day = {"since": world.day, "until": world.day}
    appointing.fill_post(
        case.village_id, Post.VILLAGE_SECRETARY, "阳春桃", acting=True, **day, **told
    )
    spec = {"slot": Post.VILLAGE_SECRETARY, "capacity": None}
    for name in ("阳春桃", "石爱莲"):
        sign(world, case, head(world, case, **spec, signer=name), stage="appraisal")
        assert signed(case, Post.VILLAGE_SECRETARY).signer == name
    world.later()
    with refused("签字人当日不任这一职务", rule="2020-10-10 的任职人:石爱莲"):
        sign(world, case, head(world, case, **spec, signer="阳春桃"), stage="appraisal")


def test_one_person_in_two_posts_signs_in_both(world):
    batch = world.bring(world.batch(size=1), "appraisal")
    case = world.cases(batch).get()
    build.hold(case.village_id, {Post.VILLAGE_DIRECTOR: ("石爱莲",)})
    posts = (Post.VILLAGE_SECRETARY, Post.VILLAGE_DIRECTOR)
    specs = [head(world, case, slot=post, signer="石爱莲", capacity=None) for post in posts]
    assert sign(world, case, *specs, stage="appraisal") == 2


def test_several_township_cadres_sign_beside_each_other(world):
    batch = world.bring(world.batch(size=1), "township_check")
    case = world.cases(batch).get()
    for name in ("龙德清", "罗伏生", "龙德清"):
        spec = head(world, case, slot=Post.TOWNSHIP_CADRE, signer=name, capacity=None)
        sign(world, case, spec, stage="township_check", by=world.officer())
    assert sorted(Signature.valid(case=case, stage="township_check").values_list("signer")) == [
        ("罗伏生",), ("龙德清",),
    ]  # fmt: skip
