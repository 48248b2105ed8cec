"""A small world in which every page has something to show, and how each page of it is had."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any
from unittest.mock import patch

from django.test import Client, override_settings
from django.urls import reverse

from exitcase.core import clock
from exitcase.core.choices import Fact, JobState, Role
from exitcase.core.journal import Actor
from exitcase.core.models import Job, Programme, Region, User
from exitcase.core.services import people
from households.changes import Line
from households.models import Household
from publicity.models import Posting
from tests.architecture.ours import ROOT
from tests.verification import build, upper
from tests.verification.facts import Giver
from tests.views import board, readings
from tests.views.everything import POSTS, ROUTES, one_of_everything
from verification.models import Batch, Case, Correction, Rectification
from verification.services import marks
from verification.services.listing import list_cases

TEMPLATES = ROOT / "templates"
BY_HAND = {"login", "job", *readings.SIGNED_IN}
NO_PAGES = {"health", "report", "logout", "set_language", "size", "keys"}
# Who works at the desks; of those who see a page it is shown as whoever has most to do there.
DESKS = (
    Role.VILLAGE_CADRE,
    Role.TOWNSHIP_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.CITY_INSPECTOR,
)


@cache
def templates() -> frozenset[str]:
    """Every page: neither a part, nor a paper, nor what pages extend."""
    found = (path.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*.html"))
    return frozenset(
        str(path)
        for path in found
        if not path.name.startswith("_") and path.parts[0] not in {"papers", "base.html"}
    )


@dataclass(frozen=True)
class Shown:
    """How a page is had: where, by whom, with what is sent, and what must be so meanwhile."""

    url: str
    user: User | None = None
    sent: dict[str, Any] | None = None
    meanwhile: Callable[[], AbstractContextManager[Any]] = nullcontext
    token: bool = True
    # What Django's client was answered:
    status: int = 0
    template: str = ""
    size: int = 0

    def asked(self) -> "Shown":
        """What Django's client is answered: which template it was, and how much there is."""
        client = Client(raise_request_exception=False, enforce_csrf_checks=not self.token)
        if self.user:
            client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
        with self.meanwhile():
            said = client.get(self.url) if self.sent is None else client.post(self.url, self.sent)
        used = [one.name for one in getattr(said, "templates", [])]
        name = next((one for one in reversed(used) if one in templates()), "")
        return replace(self, status=said.status_code, template=name, size=len(said.content))


def furnished(world: build.World) -> dict[str, Shown]:
    """Template → its fullest page, of what is found by asking and of what needs a hand."""
    things = one_of_everything(world)
    things |= more(world)
    best: dict[str, Shown] = {}
    for one in (*asked(world, things), *by_hand(world, things)):
        had = one.asked()
        if had.template and had.size > best.get(had.template, one).size:
            best[had.template] = had
    return best


def asked(world: build.World, things: dict[str, list[Any]]) -> Iterator[Shown]:
    """Every address that is read, as those who work at the desks."""
    for name in sorted({one.name for one in ROUTES} - POSTS - NO_PAGES - BY_HAND):
        url = reverse(name, args=things.get(name, []))
        yield from (Shown(url, world.user(role)) for role in DESKS)


def more(world: build.World) -> dict[str, list[Any]]:
    """Lists where one of everything has none, and longer ones: route → its arguments."""
    first, second = world.villages
    big = world.batch(first, 12)
    Giver(world).give(world.cases(big)[:1], "village_notice")
    for stage in ("village_submission", "review", "comparison", "mark", "approval"):
        upper.put(world, stage, [world.batch(second, 3)])
    to_mark = Case.objects.filter(batch__stage="mark")
    marks.mark(to_mark, "mark", by=upper.officer(world), done_on=world.day)
    ended = world.batch(first, 3)
    upper.put(world, "filing", [ended]).update(state="granted")
    visited = world.batch(first, 4)
    upper.put(world, "township_check", [visited])
    looked_at = beside(world, second)
    late(world, second)
    build.households(first, 12)  # of the register, and on no list
    told(world)
    return {
        **{key: [big.pk] for key in ("batch", "past", "pack_batch", "send_back_all")},
        **{key: [ended.pk] for key in ("letters", "file_originals")},
        **{key: [visited.pk] for key in ("visits", "assign_inspectors")},
        "supervise": [looked_at.programme_id, "supervision", second],
        "submit": [world.programme.pk, "village_submission", second],
        "list_cases": [first],
    }


def told(world: build.World) -> None:
    """What people wrote down, in no words of ours: see `chinese.data`."""
    Posting.objects.update(place_name="老槐树旁")
    Rectification.objects.update(problem="屋面漏雨未修")
    for one in Correction.objects.all():
        one.lines = (Line(Fact.PERSONS, "家庭人口数", "4", "5"),)
        one.save()


def beside(world: build.World, village: str) -> Batch:
    """A list under a plan whose work is supervised."""
    plan = Programme.objects.get(key="shanxi")
    made = list_of(world, village, 11, programme=plan)
    before = plan.rules.before("announcement")
    Batch.objects.filter(pk=made.pk).update(stage="announcement")
    Case.objects.filter(batch=made).update(state=before)
    return made


def late(world: build.World, village: str) -> None:
    """A list entered three weeks after its day, with the reason."""
    day = world.day - timedelta(days=20)
    list_of(world, village, 2, done_on=day, reason="村里断网,补录上周的名单")


def list_of(world: build.World, village: str, size: int, **told: Any) -> Batch:
    made = build.households(village, size)
    chosen = Household.objects.filter(pk__in=[one.pk for one in made])
    told = {"programme": world.programme, "done_on": world.day} | told
    return list_cases(village, chosen, by=world.cadre(village), **told)


def by_hand(world: build.World, things: dict[str, list[Any]]) -> Iterator[Shown]:
    """What an address alone does not show: refusals, faults, forms before the last click."""
    cadre, stranger = world.cadre(), {"username": "nobody", "password": "wrong"}
    admin = build.user(Role.SECURITY_ADMIN, build.DISTRICT, "文致远")
    named = Household.objects.filter(village_id=world.villages[0])[0].head_name
    yield Shown(f"{reverse('search')}?q={named}", world.officer())
    yield Shown(reverse("home"), admin)
    for name in ("appointments", "appoint", "programmes", "jobs"):
        yield Shown(reverse(name), admin)
    yield Shown(reverse("programme", args=[world.programme.pk]), admin)
    yield Shown(reverse("end_appointment", args=things["hand_over"]), admin)
    yield Shown(reverse("job", args=[job(world, world.officer()).pk]), world.officer())
    draft = upper.put(world, "village_notice", [world.batch(size=6)]).first().batch
    draft.refresh_from_db()
    notice = board.draft(world, draft)
    yield Shown(reverse("release_notice", args=[notice.pk]), world.cadre(n=1))
    yield Shown(reverse("amend_notice", args=[notice.pk]), cadre)
    yield Shown(reverse("login"))
    yield Shown(reverse("login"), sent=stranger, meanwhile=locked)
    yield Shown(reverse("upload"), world.user(Role.CITY_INSPECTOR))
    yield Shown("/no-such-page/", cadre)
    yield Shown(reverse("size"), cadre, {"size": "xl"}, token=False)
    yield Shown(reverse("styleguide"), cadre, meanwhile=broken)


def job(world: build.World, by: User) -> Job:
    """A package that is under way."""
    return Job.objects.create(
        kind="pack",
        state=JobState.RUNNING,
        by=by,
        region_id=build.TOWNSHIP,
        created_at=clock.read(),
        done=12,
        total=40,
    )


def locked() -> AbstractContextManager[Any]:
    return override_settings(AXES_ENABLED=True, AXES_FAILURE_LIMIT=1)


def broken() -> AbstractContextManager[Any]:
    return patch("exitcase.views.guide.samples", side_effect=ZeroDivisionError)


def auditor(world: build.World) -> User:
    """Somebody with an errand in the district."""
    user = User.objects.create_user("audit", "文明德")
    people.appoint(
        user,
        Role.AUDITOR,
        Region.objects.get(pk=build.DISTRICT),
        by=Actor.system(),
        since=world.day,
        until=world.day + timedelta(days=170),
        purpose="2020年度退出专项审计",
    )
    return user
