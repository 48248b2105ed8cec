"""The first stage in the browser: who went for the facts, and what the plan wants on record."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exitcase.core.choices import Act, Finding, Post, Role
from exitcase.core.models import Entry
from tests.verification import build, drawn
from verification.models import Inspection, StageRecord

NAME = "阳春桃"


def photo():
    return SimpleUploadedFile("培训.jpg", drawn.photo(1))


@pytest.fixture
def batch(world):
    return world.batch(size=2)


def asked(world, **more):
    return {
        "mode": "home",
        "done_on": world.day.isoformat(),
        "who-TOTAL_FORMS": "1",
        "who-INITIAL_FORMS": "0",
        "who-0-name": NAME,
        "who-0-post": "village_cadre",
        **more,
    }


def test_a_survey_is_entered_at_the_door_and_the_next_household_comes(as_, world, batch):
    first, second = world.cases(batch).order_by("group", "number")
    client = as_(world.cadre())
    page = client.get(reverse("visit", args=[first.pk])).content.decode()
    assert "见到农户了吗" not in page  # nobody at home is no survey
    assert "结论" not in page
    answer = client.post(reverse("visit", args=[first.pk]), asked(world), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("visit", args=[second.pk])
    assert "调查已登记" in answer.content.decode()
    row = Inspection.objects.get()
    assert (row.stage, row.finding, row.visitors) == ("collection", Finding.MET, 1)
    assert row.visitor_rows.get().post == Post.VILLAGE_CADRE
    assert Entry.objects.filter(act=Act.RECORD_SURVEY, subject_id=str(first.pk)).count() == 1


def test_the_batch_leads_to_its_surveys_and_records_until_they_are_done(as_, world, batch):
    client = as_(world.cadre())
    page = client.get(reverse("batch", args=[batch.pk])).content.decode()
    assert "入户调查(还有 2 户)" in page
    assert "登记环节记录(还有 2 项)" in page
    for case in world.cases(batch):
        client.post(reverse("visit", args=[case.pk]), asked(world))
    for key in ("work_plan", "training"):
        client.post(reverse("records", args=[batch.pk]), said(world, key))
    page = client.get(reverse("batch", args=[batch.pk])).content.decode()
    assert "看入户调查" in page
    assert "看环节记录" in page


def said(world, key, **more):
    return {"key": key, f"{key}-done_on": world.day.isoformat(), f"{key}-note": "会上学习", **more}


def test_a_record_is_entered_with_what_shows_it(as_, world, batch):
    client = as_(world.cadre())
    url = reverse("records", args=[batch.pk])
    page = client.get(url).content.decode()
    assert "工作方案" in page
    assert "可以缓交" in page  # the plan asks for it, and lets a batch go on without
    answer = client.post(url, said(world, "training", **{"training-file": photo()}), follow=True)
    assert "记录已登记" in answer.content.decode()
    row = StageRecord.objects.get()
    assert (row.key, row.note, row.done_on) == ("training", "会上学习", world.day)
    scan = client.get(reverse("scan", args=["record", row.pk]))
    assert scan.status_code == 200
    assert Entry.objects.filter(act=Act.ADD_EVIDENCE, became="training").count() == 1


def test_what_is_wrong_with_a_record_is_said_and_what_was_typed_is_kept(as_, world, batch):
    client = as_(world.cadre())
    url = reverse("records", args=[batch.pk])
    early = (world.day - timedelta(days=30)).isoformat()
    answer = client.post(url, said(world, "training", **{"training-done_on": early}))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "补录" in page
    assert "会上学习" in page
    assert not StageRecord.objects.exists()
    assert client.post(url, said(world, "geo")).status_code == 404  # not asked here


def test_records_are_for_who_has_the_right(as_, world, batch):
    url = reverse("records", args=[batch.pk])
    assert as_(world.cadre(world.villages[1])).get(url).status_code == 404
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert leader.get(url).status_code == 200
    assert leader.post(url, said(world, "training")).status_code == 403
    assert not StageRecord.objects.exists()


@pytest.mark.parametrize("plan", ["nanyue-2020", "hetu-2018", "reverification"])
def test_every_record_a_plan_asks_for_has_its_place(as_, db, plan):
    """What one may not do without on a page would hold the list there for ever."""
    world = build.world(villages=1, programme=plan)
    batch = world.batch(size=1, status=world.rules.listing.status[0])
    asking = [stage for stage in world.rules.chain if stage.record]
    assert asking
    for stage in asking:
        type(batch).objects.update(stage=stage.key)
        client = as_(world.user(world.rules.organ(stage.actor).role or Role.VILLAGE_CADRE))
        page = client.get(reverse("records", args=[batch.pk]))
        assert page.status_code == 200, stage.key
        assert {one.key for one in stage.record} == {row[0].key for row in page.context["rows"]}
