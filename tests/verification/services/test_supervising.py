"""监督检查: a share of the lists, wherever they stand; what it finds of a region is put right."""

from datetime import time, timedelta

import pytest

from exitcase.core.choices import Finding, Mode, Origin, Post
from exitcase.core.errors import NotAllowed, Refused
from exitcase.core.models import Entry
from tests.verification import build
from tests.verification.upper import officer, on, stand
from verification.models import Case, Inspection, Rectification
from verification.services.rectification import (
    open_regional,
    recheck,
    report_rectification,
)
from verification.services.specs import VisitorSpec, VisitSpec
from verification.services.supervising import supervise

pytestmark = pytest.mark.django_db
STAGE = "supervision"


@pytest.fixture
def world():
    made = build.world(programme="shanxi")
    made.today = on(made)
    made.listed = list(stand(made, "announcement", sizes=(11,)))
    return made


def look(world, cases, *, by=None, stage=STAGE, region=build.TOWNSHIP, **more):
    visit = {
        "mode": Mode.HOME,
        "done_on": world.today,
        "finding": Finding.MET,
        "visitors": [VisitorSpec(name="段运生", post=Post.DISTRICT_INSPECTOR)],
        **more,
    }
    return supervise(
        stage,
        {case.pk: VisitSpec(**visit) for case in cases},
        programme=world.programme,
        region=region,
        by=by or officer(world),
        done_on=world.today,
    )


def test_one_in_ten_is_looked_at_and_nobody_is_held(world):
    states = set(Case.objects.values_list("state", flat=True))
    look(world, world.listed[:2], finding=Finding.SHORT)
    kept = Inspection.valid(stage=STAGE)
    assert kept.count() == 2
    assert set(Case.objects.values_list("state", flat=True)) == states
    assert Entry.objects.filter(act="inspect", stage=STAGE, became="short").count() == 2
    look(world, world.listed[:3])
    assert Inspection.valid(stage=STAGE).count() == 3


def test_fewer_than_the_plans_share_are_refused(world):
    with pytest.raises(Refused, match="监督检查的户数不足") as refused:
        look(world, world.listed[:1])
    assert "不少于 1/10" in str(refused.value)
    with pytest.raises(Refused, match="监督检查的户数不足"):
        look(world, [])
    Case.objects.filter(pk=world.listed[-1].pk).update(state="refused")
    look(world, world.listed[:1])  # one of ten


def test_only_the_lists_of_the_region_and_the_plan_are_looked_at(world):
    Case.objects.filter(pk=world.listed[0].pk).update(state="ceased")
    with pytest.raises(Refused, match="有户不在监督检查的范围内"):
        look(world, world.listed[:3])
    with pytest.raises(Refused, match="方案没有这项监督检查"):
        look(world, world.listed[:2], stage="township_check")
    with pytest.raises(NotAllowed):
        look(world, world.listed[:2], by=world.officer())
    for more in ({"visitors": []}, {"finding": Finding.NOT_MET_HOME}):
        with pytest.raises(Refused, match="监督检查须有检查人和结论"):
            look(world, world.listed[1:3], **more)
    assert not Inspection.objects.exists()


def test_the_hours_of_a_look_are_kept_and_in_order(world):
    with pytest.raises(Refused, match="入户的起止时间不对"):
        look(world, world.listed[:2], began_at=time(10), ended_at=time(9))
    look(world, world.listed[:2], began_at=time(9), ended_at=time(9, 40))
    kept = set(Inspection.valid(stage=STAGE).values_list("began_at", "ended_at", "attempt"))
    assert kept == {(time(9), time(9, 40), 1)}


def regional(world, **more):
    told = {
        "programme": world.programme,
        "origin": Origin.SUPERVISION,
        "problem": "档案归档不及时",
        "owner": "邓水生",
        "due_on": world.today + timedelta(days=7),
        "by": officer(world),
        "done_on": world.today,
        **more,
    }
    return open_regional(build.TOWNSHIP, **told)


def test_a_region_puts_right_what_was_found_of_its_work(world):
    found = regional(world)
    assert (found.case, found.number) == (None, f"ZG-2016-{build.TOWNSHIP}-1")
    with pytest.raises(Refused, match="还没有报告"):
        recheck(found, passed=True, by=officer(world), done_on=world.today)
    found = report_rectification(
        found,
        measure="补齐档案",
        same_fault="全镇排查",
        file=None,
        by=world.officer(),
        done_on=world.today,
    )
    found = recheck(found, passed=True, by=officer(world), done_on=world.today)
    assert Rectification.objects.get().passed is True
    assert regional(world).number.endswith("-2")


def test_a_households_fault_is_no_regions(world):
    with pytest.raises(Refused, match="方案没有这一来源的整改"):
        regional(world, origin=Origin.CITY_CHECK)
    with pytest.raises(Refused, match="不早于提出日期"):
        regional(world, due_on=world.today - timedelta(days=1))
    other = build.load("nanyue-2020")
    with pytest.raises(Refused, match="该来源的整改须落到户"):
        regional(world, programme=other, origin=Origin.CITY_CHECK)
    assert not Rectification.objects.exists()
