"""Cases set down before an upper stage, for the tests of that stage's services alone."""

from datetime import date

from exitcase.core.choices import Role
from exitcase.core.journal import Actor
from exitcase.core.models import Region, User
from exitcase.core.services import people
from tests.verification import build
from verification.models import Batch, Case, SystemMark

DAY = date(2020, 11, 2)


def stand(world, stage, sizes=(3,), **more):
    """One batch per size, each in its own village, standing at `stage`; gives their cases."""
    batches = [
        world.batch(village, size, **more)
        for village, size in zip(world.villages, sizes, strict=False)
    ]
    return put(world, stage, batches)


def put(world, stage, batches):
    keys = [batch.pk for batch in batches]
    before = world.rules.before(stage)
    Batch.objects.filter(pk__in=keys).update(stage=stage)
    Case.objects.filter(batch__in=keys).update(state=before)
    return Case.objects.filter(batch__in=keys).order_by("pk")


def on(world, day=DAY):
    world.on(day)
    return day


def officer(world, n=0):
    return world.user(Role.DISTRICT_OFFICER, n=n)


def marked(world, cases, day=DAY):
    """A confirmed mark for each, as if set at the mark stage."""
    SystemMark.objects.bulk_create(
        SystemMark(
            case=case,
            stage="mark",
            tx="t",
            confirmed=True,
            marked_on=day,
            confirmed_by=officer(world),
        )
        for case in cases
    )


def bureau(world, organ):
    """An account of one bureau, for that bureau's requests."""
    made = User.objects.create_user(f"bureau-{organ}", f"联络{organ}")
    region = Region.objects.get(pk=build.DISTRICT)
    since = build.SINCE
    people.appoint(made, Role.BUREAU, region, by=Actor.system(), since=since, organ=organ)
    return made
