"""Where the plan leaves each indicator to the organ that answers for it."""

import pytest

from exitcase.core.choices import Finding, Mode, Post, Role
from exitcase.core.errors import NotAllowed, Refused
from exitcase.core.journal import Actor
from exitcase.core.models import Region, User
from exitcase.core.services import people
from tests.verification import build
from tests.verification.upper import on, stand
from verification.models import Assessment, Inspection
from verification.services.assessments import assess, assess_own
from verification.services.inspections import inspect_many
from verification.services.specs import AssessSpec, VisitorSpec, VisitSpec

pytestmark = pytest.mark.django_db
STAGE = "lead_review"
MET = AssessSpec(met=True)


@pytest.fixture
def world():
    return build.world(programme="hetu-2018")


@pytest.fixture
def cases(world):
    found = stand(world, STAGE, sizes=(2,))
    world.today = on(world)
    return found


def of(organ: str) -> User:
    """An account of one of the township's stations."""
    made = User.objects.create_user(f"station-{organ}", f"站员{organ}")
    region = Region.objects.get(pk=build.TOWNSHIP)
    people.appoint(made, Role.BUREAU, region, by=Actor.system(), since=build.SINCE, organ=organ)
    return made


def own(world, cases, organ, by, *indicators):
    results = {case.pk: dict.fromkeys(indicators, MET) for case in cases}
    return assess_own(cases, STAGE, organ, results, by=by, done_on=world.today)


def test_an_organ_judges_its_own_indicators(world, cases):
    assert own(world, cases, "water", of("water"), "water") == 2
    rows = Assessment.objects.filter(stage=STAGE, void_tx="")
    assert set(rows.values_list("indicator", "met")) == {("water", True)}


def test_a_villages_committee_judges_at_its_own_level(world, cases):
    assert own(world, cases, "community", world.cadre(), "two_free", "support") == 4


def test_an_indicator_of_another_organ_is_refused(world, cases):
    with pytest.raises(Refused, match="有指标不由该部门负责") as refused:
        own(world, cases, "water", of("water"), "water", "housing")
    assert "住房保障" in str(refused.value)
    assert not Assessment.objects.exists()


def test_who_is_not_of_the_organ_cannot_judge_for_it(world, cases):
    with pytest.raises(Refused, match="您不在该主责部门任职"):
        own(world, cases, "water", of("school"), "water")
    with pytest.raises(NotAllowed):
        own(world, cases, "community", of("water"), "two_free")


def test_nobody_else_judges_there(world, cases):
    results = {case.pk: {"water": MET} for case in cases}
    with pytest.raises(Refused, match="本环节各项指标由其主责部门认定"):
        assess(cases, STAGE, results, by=world.officer(), done_on=world.today)
    visit = VisitSpec(
        mode=Mode.FILE,
        done_on=world.today,
        finding=Finding.MET,
        visitors=[VisitorSpec(name="龙德清", post=Post.TOWNSHIP_CADRE)],
        results={"water": MET},
    )
    visits = {case.pk: visit for case in cases}
    with pytest.raises(Refused, match="本环节各项指标由其主责部门认定"):
        inspect_many(cases, STAGE, visits, by=world.officer(), done_on=world.today)
    assert not Inspection.objects.exists()


def test_where_visitors_judge_no_organ_does(world, cases):
    found = stand(world, "community_check", sizes=(1,))
    results = {case.pk: {"water": MET} for case in found}
    with pytest.raises(Refused, match="本环节的指标不由主责部门认定"):
        assess_own(found, "community_check", "water", results, by=of("water"), done_on=world.today)
