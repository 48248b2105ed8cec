"""A visit entered at the door: somebody answers every indicator, nothing is answered before."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from exitcase.core import files
from exitcase.core.choices import FileKind, Finding, Post, Role
from exitcase.core.models import StoredFile
from tests.verification import build, drawn, upper
from tests.verification.facts import Giver
from verification.forms.visiting import MOST_PHOTOS, VisitForm
from verification.models import (
    Assessment,
    Assignment,
    Batch,
    Inspection,
    Question,
    VisitPhoto,
)
from verification.services.questions.jobs import search_inline

CHECK, INSPECTION, CITY = "township_check", "district_inspection", "city_check"
DAY = "2020-10-09"


@pytest.fixture
def batch(world):
    made = world.batch(size=2)
    upper.put(world, CHECK, [made])
    return Batch.objects.get(pk=made.pk)


@pytest.fixture
def case(world, batch):
    return world.cases(batch).first()


def seen(world, **more):
    """Everything met, by two people the township knows."""
    said = {
        "met": "met",
        "mode": "home",
        "done_on": DAY,
        "who-TOTAL_FORMS": "2",
        "who-INITIAL_FORMS": "0",
        "who-0-name": "龙德清",
        "who-1-name": "阳春桃",
    }
    said |= {f"i-{key}": "met" for key in world.rules.indicator_keys}
    return said | more


def press(client, case, said):
    return client.post(reverse("visit", args=[case.pk]), said)


def text(response) -> str:
    return response.content.decode()


def photo(nth=1, name="现场.jpg"):
    return SimpleUploadedFile(name, drawn.photo(nth))


def problems(answer):
    return answer.context["page"].sent.problems


def test_nothing_is_answered_beforehand_and_the_register_stands_above(as_, world, case):
    page = as_(world.officer()).get(reverse("visit", args=[case.pk]))
    assert " checked" not in text(page)
    assert case.head_name in text(page)
    assert len(page.context["questions"]) == len(world.rules.indicator_keys)
    assert "口粮有保障" in text(page)
    assert [one.name for one in page.context["known"]] == ["阳春桃", "龙德清", "罗伏生"]


def test_a_visit_is_entered_and_the_next_household_comes(as_, world, batch, case):
    client = as_(world.officer())
    answer = press(client, case, seen(world, draft="a-draft", **{"f-water": "自来水,当场放水"}))
    assert answer.status_code == 302, problems(answer)
    made = Inspection.objects.get(case=case)
    assert (made.finding, made.mode, made.visitors) == (Finding.MET, "home", 2)
    people = made.visitor_rows.order_by("pk").values_list("name", "post")
    assert list(people) == [("龙德清", Post.TOWNSHIP_CADRE), ("阳春桃", Post.TEAM_MEMBER)]
    judged = Assessment.objects.filter(case=case, stage=CHECK, void_tx="", met=True)
    assert set(judged.values_list("indicator", flat=True)) == set(world.rules.indicator_keys)
    assert judged.get(indicator="water").facts == "自来水,当场放水"
    other = world.cases(batch).last()
    assert answer["Location"] == reverse("visit", args=[other.pk])
    page = client.get(answer["Location"])
    assert [one.extra_tags for one in page.context["messages"]] == ["a-draft"]
    last = press(client, other, seen(world))
    assert last["Location"] == reverse("visits", args=[batch.pk])


def test_photos_are_kept_without_where_they_were_taken(as_, world, case):
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (27.0, 14.0, 0.0)}
    out = BytesIO()
    Image.new("RGB", (400, 300), "white").save(out, "JPEG", exif=exif)
    sent = [photo(), SimpleUploadedFile("厨房.jpg", out.getvalue())]
    answer = press(as_(world.officer()), case, seen(world, photos=sent))
    assert answer.status_code == 302, problems(answer)
    kept = StoredFile.objects.filter(pk__in=VisitPhoto.objects.values("file")).order_by("pk")
    assert [(one.kind, one.encrypted) for one in kept] == [(FileKind.PHOTO, True)] * 2
    assert all(b"Exif" not in files.get(one) for one in kept)
    page = text(as_(world.officer()).get(reverse("case", args=[case.pk])))
    for one in kept:
        assert reverse("kept_file", args=[case.pk, one.pk]) in page


def test_one_photo_of_two_visits_is_asked_about(as_, world, batch):
    client = as_(world.officer())
    for case in world.cases(batch):
        answer = press(client, case, seen(world, photos=[photo(1), photo(case.pk + 7)]))
        assert answer.status_code == 302, problems(answer)
    search_inline(build.DISTRICT)
    asked = Question.objects.get(kind=Question.Kind.SAME_PHOTO)
    told = set(asked.rows.values_list("subject_id", flat=True))
    assert told == set(Inspection.objects.values_list("pk", flat=True))


def test_what_is_no_photo_and_too_many_are_said(as_, world, case):
    client = as_(world.officer())
    bad = SimpleUploadedFile("a.jpg", b"MZ\x90")
    answer = press(client, case, seen(world, photos=[bad]))
    assert answer.status_code == 422
    assert "不是照片" in text(answer)
    many = [photo(name=f"{at}.jpg") for at in range(MOST_PHOTOS + 1)]
    answer = press(client, case, seen(world, photos=many))
    assert answer.status_code == 422
    assert f"一次最多 {MOST_PHOTOS} 张照片" in text(answer)
    assert not Inspection.objects.exists()


def test_an_indicator_left_open_is_said_and_what_was_typed_is_kept(as_, world, case):
    before = StoredFile.objects.count()
    said = seen(world, note="院坝已硬化", photos=[photo()], **{"f-food": "米缸有米"})
    del said["i-food"]
    answer = press(as_(world.officer()), case, said)
    assert answer.status_code == 422
    assert "不愁吃: 请逐项选择,不能留空" in problems(answer)
    assert 'value="米缸有米"' in text(answer)
    assert "院坝已硬化" in text(answer)
    assert 'name="i-water" value="met"' in text(answer)
    assert not Inspection.objects.exists()
    assert StoredFile.objects.count() == before


def test_what_cannot_be_seen_wants_a_reason_and_is_never_met(as_, world, case):
    client = as_(world.officer())
    blank = press(client, case, seen(world, **{"i-medical": "unseen"}))
    assert blank.status_code == 422
    assert "看不到的要写明原因" in text(blank)
    said = seen(world, **{"i-medical": "unseen", "f-medical": "医保卡在外地子女处"})
    answer = press(client, case, said)
    assert answer.status_code == 302, problems(answer)
    assert Inspection.objects.get().finding == Finding.SHORT
    judged = Assessment.objects.get(case=case, indicator="medical")
    assert (judged.met, judged.facts) == (False, "看不到:医保卡在外地子女处")
    assert "看不到的须再次核查:基本医疗有保障" in text(client.get(answer["Location"]))


def test_who_was_not_at_home_is_counted_and_still_to_be_visited(as_, world, batch, case):
    client = as_(world.officer())
    said = {
        name: value for name, value in seen(world, met="not_met_home").items() if name[0] != "i"
    }
    for _time in range(2):
        answer = press(client, case, said)
        assert answer.status_code == 302, problems(answer)
    rows = Inspection.valid(case=case).order_by("attempt")
    assert [(one.finding, one.attempt) for one in rows] == [
        (Finding.NOT_MET_HOME, 1),
        (Finding.NOT_MET_HOME, 2),
    ]
    assert not Assessment.objects.filter(case=case, stage=CHECK).exists()
    left = client.get(reverse("visits", args=[batch.pk])).context["left"]
    assert (case, 2) in left


def test_a_visit_may_be_entered_again(as_, world, case):
    client = as_(world.officer())
    press(client, case, seen(world, **{"i-water": "short", "f-water": "缺水"}))
    page = client.get(reverse("visit", args=[case.pk]))
    assert "再登记一次,即取代这一次" in text(page)
    read = page.context["page"].form["seen"].value()
    assert press(client, case, seen(world, seen=read)).status_code == 302
    assert Inspection.valid(case=case).get().finding == Finding.MET
    assert Inspection.objects.filter(case=case).count() == 2


def test_where_it_differs_from_what_was_judged_below_is_told_afterwards(as_, world, case):
    giver = Giver(world)
    giver.assess([case], world.rules.stage("appraisal"))
    client = as_(world.officer())
    answer = press(client, case, seen(world, **{"i-water": "short", "f-water": "缺水"}))
    assert "与前面环节认定不同:饮水安全有保障" in text(client.get(answer["Location"]))


def test_one_visitor_alone_is_not_enough(as_, world, case):
    answer = press(as_(world.officer()), case, seen(world, **{"who-1-name": ""}))
    assert answer.status_code == 422
    assert "不少于 2 人" in text(answer)
    assert not Inspection.objects.exists()


def test_an_unknown_name_wants_a_post(as_, world, case):
    client = as_(world.officer())
    answer = press(client, case, seen(world, **{"who-1-name": "谢小满"}))
    assert answer.status_code == 422
    assert "请选择谢小满的身份" in text(answer)
    said = seen(world, **{"who-1-name": "谢小满", "who-1-post": "team_member"})
    assert press(client, case, said).status_code == 302


def test_an_inspector_sees_only_where_sent_and_is_offered_by_name(as_, world, batch, case):
    upper.put(world, INSPECTION, [batch])
    sent, other = (world.user(Role.DISTRICT_INSPECTOR, n=n) for n in (0, 1))
    url = reverse("visit", args=[case.pk])
    assert as_(sent).get(url).status_code == 404
    for user in (sent, other):
        Assignment.objects.create(case=case, stage=INSPECTION, user=user, since=world.day, tx="t")
    client = as_(sent)
    page = client.get(url)
    assert [one.name for one in page.context["known"]][:2] == [sent.name, other.name]
    assert f'value="{sent.name}"' in text(page)  # who enters it went there
    said = seen(world, **{"who-0-name": sent.name, "who-1-name": other.name})
    said |= {f"who-{at}-post": "district_inspector" for at in (0, 1)}
    answer = press(client, case, said)
    assert answer.status_code == 302, problems(answer)
    users = Inspection.objects.get(case=case, stage=INSPECTION).visitor_rows.values_list("user")
    assert {user for (user,) in users} == {sent.pk, other.pk}
    assert answer["Location"] == reverse("visits", args=[batch.pk])


def test_of_a_draw_only_the_drawn_are_visited(as_, world, batch, case):
    upper.put(world, CITY, [batch])
    giver = Giver(world)
    giver.frame(list(world.cases(batch)), world.rules.stage(CITY))
    draw = case.drawitems.get().draw
    draw.items.exclude(case=case).update(drawn=False)
    draw.items.filter(case=case).update(drawn=True)
    type(draw).objects.filter(pk=draw.pk).update(drawn_on=world.day)
    Inspection.objects.filter(case__batch=batch).delete()
    page = as_(world.user(Role.DISTRICT_OFFICER)).get(reverse("visits", args=[batch.pk]))
    assert [one for one, _missed in page.context["left"]] == [case]


def test_where_visitors_judge_no_indicator_they_conclude(world):
    stage = world.rules.stage(CHECK)
    form = VisitForm(None, stage=stage, indicators=(), concludes=True)
    assert form["finding"].value() is None
    said = {"met": "met", "mode": "home", "done_on": DAY}
    blank = VisitForm(said, {}, stage=stage, indicators=(), concludes=True)
    assert "请逐项选择" in str(blank.errors["finding"])
    done = VisitForm(said | {"finding": "short"}, {}, stage=stage, indicators=(), concludes=True)
    assert done.is_valid()
    assert (done.finding, done.results) == (Finding.SHORT, {})


def test_rights_and_places(as_, world, batch, case):
    url = reverse("visit", args=[case.pk])
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert leader.get(url).status_code == 200
    assert leader.post(url, seen(world)).status_code == 403
    stranger = as_(world.cadre(world.villages[1]))
    assert stranger.get(url).status_code == 404
    assert stranger.get(reverse("visits", args=[batch.pk])).status_code == 404
    early = world.cases(world.batch(size=1)).get()
    Batch.objects.filter(pk=early.batch_id).update(stage="appraisal")  # nobody goes anywhere
    officer = as_(world.officer())
    assert officer.get(reverse("visit", args=[early.pk])).status_code == 404
    assert officer.get(reverse("visits", args=[early.batch_id])).status_code == 404
    assert not Inspection.objects.exists()


def test_the_batch_page_leads_to_its_visits(as_, world, batch):
    page = text(as_(world.officer()).get(reverse("batch", args=[batch.pk])))
    assert "入户核查(还有 2 户)" in page
    assert reverse("visits", args=[batch.pk]) in page
