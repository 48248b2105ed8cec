"""签字职务: who holds what where, what is vacant; entered and ended by who staffs the place."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exitcase.core.choices import Post, Role
from exitcase.core.models import Entry, PostHolder
from exitcase.core.services import appointing
from tests.verification import build


def text(response) -> str:
    return response.content.decode()


def shown(client, **asked) -> dict[str, list[tuple[str, str]]]:
    """Region → (post, name or 空缺), in the order of the page."""
    page = client.get(reverse("posts"), asked)
    return {
        place.region.pk: [
            (row.post.value, row.holder.name if row.holder else "空缺") for row in place.rows
        ]
        for place in page.context["places"]
    }


def said(world, **more):
    return {
        "post": "village_secretary",
        "name": "新书记",
        "how": "instead",
        "since": world.day.isoformat(),
        "until": "",
        "phone": "",
        "username": "",
        "done_on": world.day.isoformat(),
        "late_reason": "",
        **more,
    }


@pytest.fixture
def village(world):
    """The first village, of whose posts nobody is on record."""
    code = world.villages[0]
    PostHolder.objects.filter(region=code).delete()
    return code


def fill(world, village, post, name, **more):
    way = {"by": world.officer(), "since": build.SINCE, "done_on": world.day, "reason": "补录"}
    return appointing.fill_post(village, post, name, **way | more)


def test_the_list_tells_holders_and_vacant_posts(as_, world, village):
    fill(world, village, Post.VILLAGE_SECRETARY, "甲书记")
    rows = dict(shown(as_(world.cadre()), region=village)[village])
    assert rows["village_secretary"] == "甲书记"
    vacant = {post for post, name in rows.items() if name == "空缺"}
    assert vacant >= {"village_director", "team_leader", "appraisal_leader", "village_rep"}
    assert not {"helper", "household", "villager"} & set(rows)
    only = shown(as_(world.cadre()), region=village, stands="vacant")[village]
    assert ("village_secretary", "甲书记") not in only
    assert ("village_director", "空缺") in only


def test_one_name_in_two_posts_is_told_at_both(as_, world, village):
    for post in (Post.VILLAGE_SECRETARY, Post.VILLAGE_DIRECTOR):
        fill(world, village, post, "甲一肩")
    page = text(as_(world.cadre()).get(reverse("posts"), {"region": village}))
    assert page.count("一肩挑,兼村委会主任") == 1
    assert page.count("一肩挑,兼村党组织书记") == 1


def test_a_township_enters_a_successor_and_the_former_goes_the_day_before(as_, world, village):
    before = fill(world, village, Post.VILLAGE_SECRETARY, "甲书记")
    client, url = as_(world.officer()), reverse("fill_post", args=[village])
    form = text(client.get(url, {"post": "village_secretary"}))
    assert "甲书记" in form  # whom it would turn out
    assert 'value="instead" required id="id_how_0" checked' in " ".join(form.split())
    answer = client.post(url, said(world), follow=True)
    assert "村党组织书记 新书记" in text(answer)
    before.refresh_from_db()
    assert before.until == world.day - timedelta(days=1)
    made = PostHolder.objects.get(name="新书记")
    assert Entry.objects.get(act="record_post", subject_id=str(made.pk)).actor == (
        world.officer().name
    )
    past = shown(client, region=village, stands="before")[village]
    assert past == [("village_secretary", "甲书记")]


def test_beside_and_acting_leave_the_others(as_, world, village):
    for name in ("甲代表", "乙代表"):
        fill(world, village, Post.VILLAGE_REP, name, beside=True)
    client, url = as_(world.officer()), reverse("fill_post", args=[village])
    third = {"post": "village_rep", "name": "丙代表"}
    refused = client.post(url, said(world, **third))
    assert refused.status_code == 422
    assert "这一职务现有 2 人在任,不能由一人接任" in text(refused)
    assert 'value="丙代表"' in text(refused)
    assert client.post(url, said(world, how="beside", **third)).status_code == 302
    silent = said(world, how="acting", post="village_rep", name="丁代表")
    assert "请写明原因" in text(client.post(url, silent))
    client.post(url, silent | {"late_reason": "外出务工"})
    assert PostHolder.objects.filter(region=village, until=None).count() == 4
    assert "代行" in text(client.get(reverse("posts"), {"region": village}))


def test_a_time_is_ended_with_a_last_day_and_a_reason(as_, world, village):
    held = fill(world, village, Post.TEAM_LEADER, "甲队长")
    client, url = as_(world.officer()), reverse("end_post", args=[held.pk])
    assert "此后这一职务空缺" in text(client.get(url))
    end = {"until": world.day.isoformat(), "done_on": world.day.isoformat(), "reason": ""}
    assert client.post(url, end).status_code == 422
    assert client.post(url, end | {"reason": "期满返回"}).status_code == 302
    held.refresh_from_db()
    assert held.until == world.day
    assert ("team_leader", "甲队长") in shown(client, region=village)[
        village
    ]  # the last day counts
    world.on(world.day + timedelta(days=1))
    assert ("team_leader", "空缺") in shown(as_(world.officer()), region=village)[village]
    again = client.post(url, end | {"until": "2020-10-01", "reason": "早几天"})
    assert again.status_code == 422
    assert "该任职已登记卸任" in text(again)
    held.refresh_from_db()
    assert held.until == date(2020, 10, 9)


def test_only_posts_of_the_level_are_offered(as_, world, village):
    client = as_(world.user(Role.DISTRICT_OFFICER))
    offered = {
        code: [key for key, _title in client.get(reverse("fill_post", args=[code])).context[
            "form"].fields["post"].choices if key]
        for code in (village, build.TOWNSHIP, build.DISTRICT)
    }  # fmt: skip
    assert offered[village] == [
        "appraisal_leader", "village_secretary", "village_director", "village_cadre",
        "village_rep", "team_leader", "team_member", "first_secretary",
    ]  # fmt: skip
    assert "township_leader" in offered[build.TOWNSHIP]
    assert "district_inspector" in offered[build.DISTRICT]
    forged = client.post(reverse("fill_post", args=[build.DISTRICT]), said(world))
    assert forged.status_code == 422


@pytest.mark.parametrize("role", [Role.VILLAGE_CADRE, Role.HELPER, Role.TOWNSHIP_LEADER])
def test_who_does_not_staff_reads_only(as_, world, village, role):
    held = fill(world, village, Post.VILLAGE_SECRETARY, "甲书记")
    client = as_(world.user(role))
    page = text(client.get(reverse("posts"), {"region": village}))
    fill_it, end_it = (reverse("fill_post", args=[village]), reverse("end_post", args=[held.pk]))
    assert "甲书记" in page
    assert not [url for url in (fill_it, end_it) if url in page]
    assert client.post(fill_it, said(world)).status_code == 403
    assert client.post(end_it, {}).status_code == 403


def test_other_regions_are_not_there(as_, world, village):
    client = as_(build.user(Role.VILLAGE_CADRE, world.villages[1]))
    held = fill(world, village, Post.VILLAGE_SECRETARY, "甲书记")
    assert client.get(reverse("posts"), {"region": village}).status_code == 404
    assert client.get(reverse("fill_post", args=[village])).status_code == 404
    assert client.get(reverse("end_post", args=[held.pk])).status_code == 404
    assert set(shown(client)) == {world.villages[1]}


def test_names_and_posts_are_found(as_, world, village):
    fill(world, village, Post.VILLAGE_DIRECTOR, "甲主任")
    client = as_(world.officer())
    assert shown(client, text="甲主") == {village: [("village_director", "甲主任")]}
    assert shown(client, post="village_director")[village] == [("village_director", "甲主任")]
    assert shown(client, text="没有此人") == {}
    assert "没有找到任职人" in text(client.get(reverse("posts"), {"text": "没有此人"}))


def test_the_list_asks_no_more_for_many_holders(as_, world, village):
    client = as_(world.officer())

    def count() -> int:
        client.get(reverse("posts"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("posts"))
        return len(asked)

    few = count()
    for n in range(30):
        fill(world, world.villages[n % 2], Post.VILLAGE_REP, f"代表{n}", beside=True)
    assert count() == few
