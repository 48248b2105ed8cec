"""整改: opened, reported by its owner, looked at again by another; failed, it may end a case."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exitcase.core.choices import Role
from tests.verification import build
from tests.verification.upper import DAY, officer, on, stand
from verification.models import Case, Rectification

DONE = DAY.isoformat()
LATER = (DAY + timedelta(days=5)).isoformat()


@pytest.fixture
def case(world):
    found = stand(world, "city_check", (2,))
    on(world)
    return found[0]


def opening(page, **more):
    """The first origin the plan's rows offer for its city check."""
    rows = page.context["form"].rows
    at = next(at for at, row in enumerate(rows) if row.origin == "city_check")
    return {
        "origin": str(at),
        "problem": "住房漏雨",
        "owner": "谭建成",
        "due_on": LATER,
        "done_on": DONE,
        **more,
    }


@pytest.fixture
def opened(as_, world, case):
    client = as_(officer(world))
    url = reverse("open_rectification", args=[case.pk])
    made = client.post(url, opening(client.get(url)))
    assert made.status_code == 302, made.context["sent"].problems
    return Rectification.objects.get()


def at(one):
    return reverse("rectification", args=[one.pk])


def report(**more):
    said = {"report": "1", "measure": "已翻修屋面", "same_fault": "其他户没有", "done_on": DONE}
    return said | more


def test_one_is_opened_with_its_term(world, case, opened):
    assert (opened.case, opened.origin, opened.raised_at) == (case, "city_check", "city_check")
    assert (opened.owner, opened.due_on.isoformat()) == ("谭建成", LATER)


def test_what_is_wrong_is_said_and_kept(as_, world, case):
    client = as_(officer(world))
    url = reverse("open_rectification", args=[case.pk])
    page = client.get(url)
    for more, words in (
        ({"due_on": "2020-10-01"}, "日期早于它所依据的事项"),
        ({"origin": ""}, "来源"),
    ):
        told = client.post(url, opening(page, **more))
        assert told.status_code == 422
        assert words in told.content.decode()
        assert "住房漏雨" in told.content.decode()
    assert not Rectification.objects.exists()


def test_a_second_round_waits_for_the_first(as_, world, case, opened):
    client = as_(officer(world))
    url = reverse("open_rectification", args=[case.pk])
    again = client.post(url, opening(client.get(url)))
    assert again.status_code == 422
    assert "该户还有整改没有复查" in again.content.decode()


def test_the_owner_reports_and_another_looks_again(as_, world, case, opened):
    owner = as_(world.officer())
    page = owner.get(at(opened)).content.decode()
    assert "报告整改情况" in page
    silent = owner.post(at(opened), report(same_fault=""))
    assert silent.status_code == 422
    assert "已翻修屋面" in silent.content.decode()
    proof = SimpleUploadedFile("照片.pdf", b"%PDF-1.7 proof")
    assert owner.post(at(opened), report(file=proof)).status_code == 302
    opened.refresh_from_db()
    assert (opened.measure, opened.reported_by) == ("已翻修屋面", world.officer())
    assert owner.get(reverse("scan", args=["rectification", opened.pk])).status_code == 200
    second = owner.post(at(opened), report())
    assert second.status_code == 422
    assert "整改情况已经报告" in second.content.decode()
    said = {"recheck": "1", "done_on": DONE}
    client = as_(officer(world))
    unsaid = client.post(at(opened), said)
    assert unsaid.status_code == 422
    assert client.post(at(opened), said | {"outcome": "passed"}).status_code == 302
    opened.refresh_from_db()
    assert (opened.passed, opened.rechecked_by) == (True, officer(world))


def test_who_reported_does_not_look_again(as_, world, opened):
    Rectification.objects.update(reported_on=DAY, reported_by=officer(world), measure="x")
    said = {"recheck": "1", "done_on": DONE, "outcome": "passed"}
    assert as_(officer(world)).post(at(opened), said).status_code == 403


def test_a_failed_one_may_end_the_case(as_, world, case, opened):
    Rectification.objects.update(
        reported_on=DAY, reported_by=world.officer(), passed=False, rechecked_on=DAY
    )
    client = as_(officer(world))
    page = client.get(at(opened)).content.decode()
    assert f'href="{reverse("open_rectification", args=[case.pk])}"' in page
    said = {"refuse": "1", "note": "整改后仍漏雨", "done_on": DONE}
    uncounted = client.post(at(opened), said)
    assert uncounted.status_code == 422
    assert "整改后仍漏雨" in uncounted.content.decode()
    assert client.post(at(opened), said | {"typed_count": "1"}).status_code == 302
    ended = Case.objects.get(pk=case.pk)
    assert (ended.end_reason, ended.end_note) == ("city_failed", "整改后仍漏雨")


def test_the_list_tells_what_waits(as_, world, case, opened):
    client = as_(officer(world))
    page = client.get(reverse("rectifications"))
    assert [(one.pk, words) for one, _pace, words in page.context["rows"]] == [
        (opened.pk, "待整改")
    ]
    for state, found in (("opened", 1), ("reported", 0), ("failed", 0), ("nonsense", 1)):
        rows = client.get(reverse("rectifications"), {"state": state}).context["rows"]
        assert len(rows) == found
    assert "待整改" in as_(world.cadre()).get(reverse("rectifications")).content.decode()
    other = as_(world.cadre(build.TOWNSHIP + "202")) if len(world.villages) > 1 else None
    assert other is None or not other.get(reverse("rectifications")).context["rows"]


def test_who_sees_a_share_sees_those_of_its_own(as_, world, case, opened):
    helper = world.user(Role.HELPER)
    assert as_(helper).get(at(opened)).status_code == 404
    case.household.helper = helper
    case.household.save()
    assert as_(helper).get(at(opened)).status_code == 200


def test_who_has_not_the_right_is_told_and_a_stranger_finds_nothing(as_, world, case, opened):
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert leader.post(at(opened), report()).status_code == 403
    url = reverse("open_rectification", args=[case.pk])
    assert leader.post(url, opening(leader.get(url))).status_code == 403
    assert leader.post(at(opened), {}).status_code == 404  # no act named
    other = as_(world.cadre(world.villages[1]))
    assert other.get(at(opened)).status_code == 404
    assert other.get(url).status_code == 404
    regional = reverse("open_regional", args=[world.programme.pk])
    assert as_(officer(world)).get(regional).status_code == 404  # this plan has none


def test_a_supervision_finds_a_fault_of_a_region(as_, db):
    world = build.world(villages=1, programme="shanxi")
    world.batch(size=1)
    client = as_(officer(world))
    plans = client.get(reverse("rectifications")).content.decode()
    url = reverse("open_regional", args=[world.programme.pk])
    assert f'href="{url}"' in plans
    said = {
        "region": build.TOWNSHIP,
        "origin": "0",
        "problem": "公示照片不全",
        "owner": "邓水生",
        "due_on": "2020-12-01",
        "done_on": world.day.isoformat(),
    }
    unsaid = client.post(url, said | {"region": ""})
    assert unsaid.status_code == 422
    assert "公示照片不全" in unsaid.content.decode()
    made = client.post(url, said)
    assert made.status_code == 302, made.context["sent"].problems
    one = Rectification.objects.get()
    assert (one.case, one.region_id) == (None, build.TOWNSHIP)
    assert client.get(at(one)).status_code == 200


def test_it_waits_with_its_owner_then_with_who_looks_again(as_, world, case, opened):
    owner = as_(world.officer()).get(reverse("todo")).content.decode()
    assert "整改待报告" in owner
    assert f'href="{at(opened)}"' in owner
    assert "整改待报告" not in as_(world.cadre()).get(reverse("todo")).content.decode()
    Rectification.objects.update(reported_on=DAY, reported_by=officer(world), measure="x")
    assert "整改待复查" not in as_(officer(world)).get(reverse("todo")).content.decode()
    assert "整改待复查" in as_(officer(world, 1)).get(reverse("todo")).content.decode()


def test_the_case_leads_to_its_rectifications(as_, world, case, opened):
    page = as_(officer(world)).get(reverse("case", args=[case.pk])).content.decode()
    assert f'href="{at(opened)}"' in page
    assert f'href="{reverse("open_rectification", args=[case.pk])}"' in page
    village = as_(world.cadre()).get(reverse("case", args=[case.pk])).content.decode()
    assert reverse("open_rectification", args=[case.pk]) not in village


def test_the_list_is_found_from_the_batches(as_, world, case):
    page = as_(officer(world)).get(reverse("batches")).content.decode()
    assert f'href="{reverse("rectifications")}"' in page
    assert f'href="{reverse("unmark")}"' in page
