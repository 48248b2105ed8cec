"""The one search box: by every name and number a clerk has, of one's own regions alone, masked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exitcase.core.models import Paper
from households.models import Household, Member
from tests.verification import build
from tests.verification.facts import Giver
from verification.models import Case


def find(client, text):
    return client.get(reverse("search"), {"q": text})


def numbers(page) -> list[str]:
    return [one.number for one in page.context["found"].households]


@pytest.fixture
def households(world):
    """Two in the first village, one in its sibling."""
    made = build.households(world.villages[0], 2) + build.households(world.villages[1], 1)
    for one, name in zip(made, ("冉德芳", "冉𬭎", "冉德富"), strict=True):
        Household.objects.filter(pk=one.pk).update(head_name=name)
    return made


@pytest.mark.parametrize(
    ("text", "which"),
    [("冉德芳", [0]), ("德芳", [0]), ("rdf", [0]), ("RH", [1]), ("rd", [0]), ("冉", []),
     ("  冉德芳 ", [0]), ("nobody", [])],
)  # fmt: skip
def test_a_household_is_found_by_name_and_by_its_letters(as_, world, households, text, which):
    page = find(as_(world.cadre()), text)
    assert numbers(page) == [households[at].number for at in which]


def test_a_household_is_found_by_its_number_and_its_people(as_, world, households):
    client, one = as_(world.cadre()), households[0]
    assert numbers(find(client, one.number[-6:])) == [one.number]
    Member.objects.filter(household=one, relation="10").update(name="欧阳小玉")
    assert numbers(find(client, "欧阳小玉")) == [one.number]
    assert numbers(find(client, "oyxy")) == [one.number]


def test_who_has_left_is_not_found(as_, world, households):
    spouse = Member.objects.filter(household=households[0], relation="10")
    spouse.update(name="欧阳小玉", left_on=world.day)
    assert numbers(find(as_(world.cadre()), "欧阳小玉")) == []


def test_outside_ones_regions_nothing_is_there(as_, world, households):
    assert numbers(find(as_(world.cadre()), "冉德富")) == []
    assert numbers(find(as_(world.officer()), "冉德富")) == [households[2].number]


def test_no_number_of_a_person_is_searched_or_shown(as_, world, households):
    member = Member.objects.filter(household=households[0]).first()
    client = as_(world.cadre())
    assert find(client, member.id_number).context["found"].count == 0
    page = find(client, "冉德芳").content.decode()
    assert member.id_number not in page
    assert households[0].phone not in page


def test_cases_papers_and_notices_are_found_by_their_numbers(as_, world):
    batch = world.batch(size=1)
    case = world.cases(batch).get()
    Giver(world).give([case], "village_notice")
    Paper.objects.create(
        kind="approval", title="批准文件", number="南岳府〔2020〕7号", subject_kind="decision",
        subject_id="1", region_id=world.villages[0], facts_sha256="0" * 64, issued_on=world.day,
    )  # fmt: skip
    client = as_(world.cadre())
    assert [one.pk for one in find(client, case.number).context["found"].cases] == [case.pk]
    papers = find(client, "〔2020〕7号").context["found"].papers
    assert [one.number for one in papers] == ["南岳府〔2020〕7号"]
    title = find(client, "公示").context["found"].notices
    assert len(title) == 1


def test_nothing_found_says_how_else_to_look(as_, world):
    page = find(as_(world.cadre()), "冉宏").content.decode()
    assert "没有找到「冉宏」。" in page
    assert "拼音首字母" in page
    assert "只在您的管辖范围内查找。" in page


def test_thirty_ask_no_more_than_one(as_, world):
    client = as_(world.officer())
    world.batch(size=1)
    name = Case.objects.get().head_name[:1]
    find(client, name * 2)  # whatever is kept for the process
    with CaptureQueriesContext(connection) as few:
        find(client, "户0")
    Household.objects.update(head_name="户0")
    world.batch(size=30)
    Household.objects.update(head_name="户0")
    with CaptureQueriesContext(connection) as many:
        assert len(find(client, "户0").context["found"].households) == 20
    # The cases of what was found are one question more.
    assert len(many) <= len(few) + 1
