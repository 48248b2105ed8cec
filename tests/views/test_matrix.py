"""Every address × GET and POST × every role × where its holder stands to the thing in question.

Nothing is listed by hand: the addresses are the project's, the methods each says itself (`Allow`),
whom it is for its entrance declares, who has the right the table of rights. Outside one's regions
nothing is there (404); inside, whoever could never do it is told so (403).
"""

from datetime import date

import pytest
from django.urls import reverse

from exitcase.core.access import RIGHTS
from exitcase.core.choices import Level, Role
from exitcase.core.entrance import SHOWN_AGAIN, Who, declared
from exitcase.core.journal import Actor
from exitcase.core.models import Appointment, Entry, Region, User
from exitcase.core.models.region import level_of
from exitcase.core.scope import ADMINS, SEE_THEIRS
from exitcase.core.services import people
from tests.verification import build
from tests.views.everything import ROUTES
from tests.views.test_entrances import LISTS, things
from verification.models import Case, ComparisonRun, DrawItem

__all__ = ["things"]  # one of everything, in the first village
ENTRANCES = {one.name: declared(one.callback) for one in ROUTES}
OF_CASES = sorted(name for name, entrance in ENTRANCES.items() if entrance.who == Who.CASES)
SIBLING = {
    Level.VILLAGE: "430412100202",
    Level.TOWNSHIP: "430412101",
    Level.DISTRICT: "430405",
    Level.CITY: "4305",
}
AWAY = {
    Level.VILLAGE: "530502005201",
    Level.TOWNSHIP: "530502005",
    Level.DISTRICT: "530502",
    Level.CITY: "5305",
}
OF_A_HOUSEHOLD = ("cases/", "households/", "papers/", "hits/")
HANG_FOR_ALL = {"notice", "posting"}  # whose names everybody in the village reads
DONE = {200, 204, 302, 409, 422}  # an answer, whatever it is


def made(code: str) -> Region:
    """A region elsewhere, with those above it."""
    above = None
    for end in (2, 4, 6, 9, 12)[: [2, 4, 6, 9, 12].index(len(code)) + 1]:
        new = {"name": "别处", "level": level_of(code[:end]), "parent": above, "edition": "test"}
        above, _new = Region.objects.get_or_create(code=code[:end], defaults=new)
    return above


def elsewhere(role: Role, codes: dict[Level, str]) -> User:
    return build.user(role, made(codes[build.STAFF[role][0]]).code)


def dismissed(world, role: Role) -> User:
    user = world.user(role)
    held = Appointment.objects.get(user=user)
    people.dismiss(held, by=Actor.system(), until=date(2020, 10, 8))
    return user


def answers(client, things, names=OF_CASES) -> dict[tuple[str, str], int]:
    """(address, method) → status; a method the address does not know is left out."""
    said = {}
    for name in names:
        url = reverse(name, args=things.get(name, []))
        for method in ("get", "post"):
            status = getattr(client, method)(url).status_code
            if status != 405:
                said[name, method] = status
    return said


def able(role: Role, name: str) -> bool:
    """Whether the role has, at some level, the right to one of the acts of an address."""
    acts = ENTRANCES[name].acts
    return not acts or any(act in acts for act, _level in RIGHTS[role])


@pytest.mark.parametrize("role", [*build.STAFF])
def test_inside_whoever_could_never_do_it_is_told_so_and_nothing_happens(as_, world, things, role):
    """What has moved on is told first (409); what concerns other posts only is not there."""
    client = as_(world.user(role))
    said = answers(client, things)
    assert {key: s for key, s in said.items() if s not in {*DONE, 403, 404}} == {}
    idle = {name for name, method in said if method == "post" and not able(role, name)}
    assert {name: said[name, "post"] for name in idle if said[name, "post"] in SHOWN_AGAIN} == {}
    written = Entry.objects.count()
    for name in idle:
        client.post(reverse(name, args=things.get(name, [])))
    assert Entry.objects.count() == written
    assert {said[name, "get"] for name in LISTS if (name, "get") in said} == {200}


@pytest.mark.parametrize("codes", [SIBLING, AWAY], ids=["sibling", "other district"])
@pytest.mark.parametrize("role", [*build.STAFF])
def test_outside_nothing_is_there(as_, world, things, role, codes):
    said = answers(as_(elsewhere(role, codes)), things, sorted(set(OF_CASES) & set(things)))
    assert {key: status for key, status in said.items() if status != 404} == {}


@pytest.mark.parametrize("role", sorted(SEE_THEIRS))
def test_in_the_right_region_but_not_assigned_no_household_is_there(as_, world, things, role):
    """Nobody sent this one there, no draw chose the household, another answers for the bureau."""
    DrawItem.objects.update(drawn=False)
    ComparisonRun.objects.update(liaison=world.user(Role.BUREAU))
    level = build.STAFF[role][0] if role in build.STAFF else Level.TOWNSHIP
    own = {Level.VILLAGE: world.villages[0], Level.CITY: build.CITY, Level.TOWNSHIP: build.TOWNSHIP}
    client = as_(build.user(role, own.get(level, build.DISTRICT)))
    of_one = {one.name for one in ROUTES if str(one.pattern).startswith(OF_A_HOUSEHOLD)}
    said = answers(client, things)
    assert {key: s for key, s in said.items() if key[0] in of_one & set(things) and s != 404} == {}
    name = Case.objects.get(pk=things["case"][0]).head_name
    shown = {key[0] for key, status in said.items() if status == 200 and key[1] == "get"}
    pages = {one: client.get(reverse(one, args=things.get(one, []))) for one in shown}
    telling = {one for one, page in pages.items() if name.encode() in page.content}
    assert telling - HANG_FOR_ALL == set()


@pytest.mark.parametrize("role", [*build.STAFF])
def test_whose_time_is_over_is_outside(as_, world, things, role):
    said = answers(as_(dismissed(world, role)), things)
    assert {key: s for key, s in said.items() if s != (404 if key[0] in things else 403)} == {}


@pytest.mark.parametrize("role", sorted(ADMINS))
def test_who_runs_the_house_sees_no_case(as_, world, things, role):
    said = answers(as_(build.user(role, build.DISTRICT)), things)
    assert {key: s for key, s in said.items() if s != (404 if key[0] in things else 403)} == {}


def test_who_is_not_logged_in_is_sent_to_the_door(client, things):
    for name in OF_CASES:
        url = reverse(name, args=things.get(name, []))
        for answer in (client.get(url), client.post(url)):
            assert answer.status_code == 302, name
            assert answer["Location"].startswith(reverse("login")), name


def test_every_address_of_a_thing_is_asked(things):
    """None of them was left out of the matrix for want of a thing."""
    takes_something = {one.name for one in ROUTES if "<" in str(one.pattern)}
    assert takes_something & set(OF_CASES) - set(things) == set()
