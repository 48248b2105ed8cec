"""返贫 and re-entry: an exited household falls back and is listed again; never twice at once."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from exitcase.core.choices import Act, End, Reason, Status
from exitcase.core.errors import NotAllowed
from exitcase.core.models import Entry
from exitcase.core.verify import verify
from households.models import Household
from tests.verification import build
from tests.verification.services.refusals import refused
from tests.verification.upper import put
from verification.models import Case, Statement
from verification.services import ending, listing
from verification.services.relapse import relapse

pytestmark = pytest.mark.django_db
NEXT_YEAR = date(2021, 4, 12)


@pytest.fixture
def world():
    return build.world()


def exited(world, size=2):
    batch = world.batch(size=size)
    put(world, "announcement", [batch])
    Case.objects.filter(batch=batch).update(state=End.GRANTED)
    households = Household.objects.filter(cases__batch=batch)
    keys = list(households.values_list("pk", flat=True))
    Household.objects.filter(pk__in=keys).update(status=Status.EXITED)
    return Household.objects.filter(pk__in=keys).order_by("pk")


def register(world, households, **more):
    told = {
        "found_on": world.day,
        "number": "南扶〔2021〕2号",
        "cause": "户主患重病,医疗支出大",
        "paper": world.file(),
        "by": world.officer(),
        "done_on": world.day,
        **more,
    }
    return relapse(households, **told)


def enlist(world, households):
    at = {"programme": world.programme, "by": world.cadre(), "done_on": world.day}
    return listing.list_cases(world.villages[0], households, **at)


def test_it_keeps_year_paper_and_journal(world):
    households = exited(world)
    world.on(NEXT_YEAR)
    assert register(world, households) == 2
    for one in households.all():
        assert (one.status, one.relapsed_year) == (Status.RELAPSED, 2021)
        assert one.status_basis == "南扶〔2021〕2号 2021-04-12"
    assert [row.household_id for row in Statement.objects.order_by("pk")] == [
        one.pk for one in households
    ]
    told = Entry.objects.filter(act=Act.SET_STATUS, became=Status.RELAPSED, subject="household")
    assert list(told.values_list("was", flat=True)) == [Status.EXITED] * 2
    assert verify(build.DISTRICT) == []


def test_it_is_listed_again_under_its_next_number(world):
    households = exited(world)
    world.on(NEXT_YEAR)
    register(world, households)
    batch = enlist(world, households)
    first, second = households
    assert batch.name == "补1"
    assert [
        (case.number.endswith("-2"), case.relapsed, case.status_before)
        for case in world.cases(batch)
    ] == [(True, True, Status.RELAPSED)] * 2
    assert Case.objects.filter(household=first).count() == 2
    assert Household.objects.get(pk=second.pk).status == Status.EXITING


def test_refused_it_is_relapsed_again_and_can_be_listed_a_third_time(world):
    households = exited(world, 1)
    register(world, households)
    batch = enlist(world, households)
    at = {"by": world.cadre(), "done_on": world.day}
    ending.refuse(world.cases(batch), reason=Reason.VOTED_DOWN, note="未过半数", **at)
    assert households.get().status == Status.RELAPSED
    third = world.cases(enlist(world, households)).get()
    assert third.number.endswith("-3")


def test_never_two_open_cases(world):
    households = exited(world, 1)
    register(world, households)
    batch = enlist(world, households)
    with refused("名单上有不能列入的户", value="退出程序中"):
        enlist(world, households)
    Household.objects.update(status=Status.RELAPSED)  # however the status came about
    with refused("名单上有户已有在办的户案", place=str(world.cases(batch).get())):
        enlist(world, households)
    twin = world.cases(batch).get()
    twin.pk, twin.number = None, "YS-2020-other"
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_only_an_exited_household_relapses(world):
    batch = world.batch(size=1)
    household = Household.objects.get()
    with refused("只有已脱贫的户可以认定返贫", place=str(household), value="退出程序中"):
        register(world, Household.objects.all())
    Household.objects.update(status=Status.EXITED)
    with refused("有户的户案尚未办结", place=str(world.cases(batch).get())):
        register(world, Household.objects.all())


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"paper": None}, "缺扫描件"),
        ({"number": ""}, "请填写:认定文号"),
        ({"cause": " "}, "请填写:返贫原因"),
        ({"found_on": date(2020, 12, 1)}, "认定日期晚于办理日期"),
        ({"cause": "长" * 201}, "文字太长"),
    ],
)
def test_what_is_no_finding_is_refused_in_words(world, more, words):
    households = exited(world, 1)
    with refused(words):
        register(world, households, **more)
    assert households.get().status == Status.EXITED


def test_a_village_does_not_register_it(world):
    with pytest.raises(NotAllowed):
        register(world, exited(world, 1), by=world.cadre())
