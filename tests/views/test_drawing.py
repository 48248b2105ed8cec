"""The desk of a draw: a frame frozen, a seed thrown by another, replacements, the result."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exitcase.core.choices import Finding, Mode, Role
from tests.verification import build
from tests.verification.upper import DAY, marked, officer, on, stand
from verification.models import Draw, DrawItem, Inspection
from verification.services.city import freeze_frame, seed_and_draw

NEXT = DAY + timedelta(days=1)
SEED = "31415926535897932384"


@pytest.fixture
def cases(world):
    found = stand(world, "city_check", (6, 4))
    on(world)
    marked(world, found)
    return found


@pytest.fixture
def frame(world, cases):
    return freeze_frame(
        "city_check", programme=world.programme, region=build.DISTRICT, by=officer(world),
        done_on=DAY,
    )  # fmt: skip


@pytest.fixture
def drawn(world, frame):
    on(world, NEXT)
    return seed_and_draw(frame, seed=SEED, source="十面骰子", by=officer(world, 1), done_on=NEXT)


def desk(world, name="draws", *more):
    return reverse(name, args=[world.programme.pk, "city_check", *more])


def at(draw, name="draw"):
    return reverse(name, args=[draw.pk])


def thrown(**more):
    said = {"draw": "1", "seed": SEED, "source": "十面骰子,三方各掷", "done_on": NEXT.isoformat()}
    return {**said, "typed_count": "10", **more}


def visit(items, finding=Finding.MET, day=NEXT):
    Inspection.objects.bulk_create(
        Inspection(case=item.case, stage="city_check", mode=Mode.HOME, done_on=day,
                   finding=finding, visitors=2, tx="t", facts_sha256=item.case.facts_sha256)
        for item in items
    )  # fmt: skip


def scan():
    return SimpleUploadedFile("结果.pdf", b"%PDF-1.7 result")


def confirmed(client, answer, draw, act):
    """The act led to its confirmation, which can be read again."""
    assert answer["Location"] == reverse("draw_done", args=[draw.pk, act])
    return client.get(answer["Location"]).context["done"]


def test_a_frame_is_frozen_after_its_number_is_typed(as_, world, cases):
    client = as_(officer(world))
    page = client.get(desk(world))
    assert [(one.code, one.households) for one in page.context["places"]] == [(build.DISTRICT, 10)]
    url = desk(world, "freeze", build.DISTRICT)
    said = {"done_on": DAY.isoformat()}
    wrong = client.post(url, said | {"typed_count": "9"})
    assert wrong.status_code == 422
    assert "请输入 10 确认" in wrong.content.decode()
    assert not Draw.objects.exists()
    answer = client.post(url, said | {"typed_count": "10"})
    draw = Draw.objects.get()
    done = confirmed(client, answer, draw, "frozen")
    assert (done.title, done.digest) == ("抽样框已冻结:10 户", draw.frame_sha256)
    assert done.until == f"{NEXT.isoformat()} 起可以抽取"
    for never in ("drawn", "registered", "confirmed", "entered", "closed", "burnt"):
        assert client.get(reverse("draw_done", args=[draw.pk, never])).status_code == 404
    assert (draw.region_id, draw.items.count(), draw.frozen_by) == (
        build.DISTRICT, 10, officer(world),
    )  # fmt: skip
    assert draw.frame_sha256 in client.get(at(draw)).content.decode()
    again = client.post(url, said | {"typed_count": "0"})
    assert again.status_code == 422


def test_the_seed_is_anothers_and_typed_whole(as_, world, cases, frame):
    on(world, NEXT)
    assert as_(officer(world)).post(at(frame), thrown()).status_code == 403
    client = as_(officer(world, 1))
    short = client.post(at(frame), thrown(seed="123"))
    assert short.status_code == 422
    assert "种子位数不够" in short.content.decode()
    assert 'value="十面骰子,三方各掷"' in short.content.decode()
    uncounted = client.post(at(frame), thrown(typed_count=""))
    assert uncounted.status_code == 422
    frame.refresh_from_db()
    assert frame.drawn_on is None
    answer = client.post(at(frame), thrown())
    done = confirmed(client, answer, frame, "drawn")
    sample = frame.items.filter(drawn=True).count()
    assert done.title == f"已抽取:{sample} 户"
    frame.refresh_from_db()
    assert (frame.seed, frame.drawn_by) == (SEED, officer(world, 1))
    second = client.post(at(frame), thrown())
    assert second.status_code == 422
    assert "该抽样框已经抽取" in second.content.decode()


def test_too_early_is_said(as_, world, frame):
    told = as_(officer(world, 1)).post(at(frame), thrown(done_on=DAY.isoformat()))
    assert told.status_code == 422
    assert "抽样框公布时间不够" in told.content.decode()


def test_the_draw_is_repeated_and_taken_away(as_, world, drawn):
    client = as_(officer(world))
    page = client.get(at(drawn, "draw_check"))
    assert page.context["again"].whole
    assert "完全一致" in page.content.decode()
    sent = client.get(at(drawn, "draw_export"))
    data = json.loads(sent.content)
    assert (data["seed"], len(data["frame"])) == (SEED, 10)
    DrawItem.objects.filter(draw=drawn, drawn=True).update(persons=9)
    page = client.get(at(drawn, "draw_check"))
    assert not page.context["again"].whole
    assert "不一致" in page.content.decode()


def test_what_was_not_drawn_here_cannot_be_repeated(as_, world, frame):
    client = as_(officer(world))
    assert client.get(at(frame, "draw_check")).status_code == 404
    assert client.get(at(frame, "draw_export")).status_code == 404


def test_a_list_drawn_elsewhere_is_registered_and_confirmed(as_, world, cases):
    first = as_(officer(world))
    url = desk(world, "external_draw", build.DISTRICT)
    said = {"source": "市领导小组 市抽〔2020〕1号", "done_on": DAY.isoformat()}
    strange = first.post(url, said | {"numbers": "没有此户", "file": scan()})
    assert strange.status_code == 422
    assert "抽样名单与抽样框不符" in strange.content.decode()
    assert "没有此户" in strange.content.decode()
    numbers = f"{cases[0].number}、{cases[6].number}"
    answer = first.post(url, said | {"numbers": numbers, "file": scan()})
    draw = Draw.objects.get()
    done = confirmed(first, answer, draw, "registered")
    assert "另一人" in done.follows
    assert first.get(reverse("draw_done", args=[draw.pk, "frozen"])).status_code == 404
    confirm = {"external": "1", "done_on": DAY.isoformat(), "typed_count": "2"}
    assert first.post(at(draw), confirm).status_code == 403
    second = as_(officer(world, 1))
    assert "非本系统抽取,不能复算" in second.get(at(draw)).content.decode()
    assert second.get(reverse("scan", args=["draw", draw.pk])).status_code == 200
    done = confirmed(second, second.post(at(draw), confirm), draw, "confirmed")
    assert done.title == "外部抽样名单已确认:2 户"
    draw.refresh_from_db()
    assert draw.drawn_on == DAY


def test_a_household_that_cannot_be_visited_is_replaced_by_the_next(as_, world, drawn):
    item = drawn.items.filter(drawn=True).first()
    client = as_(officer(world))
    url = reverse("replace_drawn", args=[item.pk])
    assert f'href="{url}"' in client.get(at(drawn)).content.decode()
    said = {"why": "整户外出务工", "done_on": NEXT.isoformat()}
    silent = client.post(url, said | {"why": ""})
    assert silent.status_code == 422
    assert client.post(url, said).status_code == 302
    item.refresh_from_db()
    fresh = DrawItem.objects.get(replaces=item)
    assert (item.drawn, item.reason, fresh.drawn) == (False, "整户外出务工", True)
    page = client.get(at(drawn)).content.decode()
    assert f"替换 {item.case.number}" in page
    assert client.post(url, said).status_code == 404  # not drawn any more
    assert client.get(at(drawn, "draw_check")).context["again"].whole


def test_the_result_counts_when_another_has_confirmed_it(as_, world, drawn):
    items = list(drawn.items.filter(drawn=True))
    said = {
        "result": "1", "number": "市核〔2020〕3号", "done_on": NEXT.isoformat(),
        "typed_count": str(len(items)),
    }  # fmt: skip
    first = as_(officer(world))
    early = first.post(at(drawn), said | {"file": scan()})
    assert early.status_code == 422
    assert "抽中而没有核查" in early.content.decode()
    assert 'value="市核〔2020〕3号"' in early.content.decode()
    visit(items)
    done = confirmed(first, first.post(at(drawn), said | {"file": scan()}), drawn, "entered")
    assert done.number == "市核〔2020〕3号"
    drawn.refresh_from_db()
    assert (drawn.result_number, drawn.result_closed_on) == ("市核〔2020〕3号", None)
    confirm = {"confirm": "1", "done_on": NEXT.isoformat(), "typed_count": str(len(items))}
    assert first.post(at(drawn), confirm).status_code == 403
    second = as_(officer(world, 1))
    done = confirmed(second, second.post(at(drawn), confirm), drawn, "closed")
    assert done.title == "核查结果已公布"
    drawn.refresh_from_db()
    assert drawn.result_closed_on == NEXT
    assert second.get(reverse("scan", args=["result", drawn.pk])).status_code == 200


def test_a_short_household_leads_to_its_rectification(as_, world, drawn):
    item = drawn.items.filter(drawn=True).first()
    visit([item], Finding.SHORT)
    page = as_(officer(world)).get(at(drawn)).content.decode()
    assert f'href="{reverse("open_rectification", args=[item.case_id])}"' in page
    other = drawn.items.filter(drawn=True).exclude(pk=item.pk).first()
    if other:
        assert f'href="{reverse("visit", args=[other.case_id])}"' in page


def test_an_inspector_sees_the_draw_and_the_households_drawn(as_, world, drawn):
    client = as_(world.user(Role.CITY_INSPECTOR))
    page = client.get(at(drawn))
    assert page.status_code == 200
    assert [one.pk for one in page.context["items"]] == [
        one.pk for one in drawn.items.filter(drawn=True).order_by("stratum", "rank")
    ]
    assert client.get(desk(world)).status_code == 200


def test_who_has_not_the_right_is_told_and_a_stranger_finds_nothing(as_, world, frame):
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert leader.post(at(frame), thrown()).status_code == 403
    assert as_(world.cadre()).get(at(frame)).status_code == 404
    client = as_(officer(world))
    assert client.get(desk(world, "freeze", "430499")).status_code == 404
    assert client.post(at(frame), {}).status_code == 404  # no act named
    everybody = reverse("draws", args=[world.programme.pk, "district_inspection"])
    assert client.get(everybody).status_code == 404  # that stage visits everybody


def test_the_batch_leads_to_the_desk(as_, world, cases):
    page = as_(officer(world)).get(reverse("batch", args=[cases[0].batch_id]))
    assert f'href="{desk(world)}"' in page.content.decode()


def test_the_list_of_the_sample_is_issued(as_, world, drawn):
    client = as_(officer(world))
    assert client.post(reverse("issue_desk", args=["draw", drawn.pk])).status_code == 302
    assert [one.kind for one in client.get(at(drawn)).context["papers"]] == ["sample_list"]
    inspector = as_(world.user(Role.DISTRICT_INSPECTOR))
    assert inspector.post(reverse("issue_desk", args=["draw", drawn.pk])).status_code == 403
