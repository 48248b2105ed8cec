"""Figures by stage, region and week agree with the cases themselves; drawings with the figures."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import Count, Sum
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exitcase.core import charts
from exitcase.core.choices import Ground, Reason, Role
from exitcase.core.models import Region
from tests.verification import build
from verification.models import Case
from verification.services import correction, ending


def page(client, **asked):
    return client.get(reverse("stats"), asked)


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def two_villages(world):
    """Three listed in one village; of two in the other one was refused, one is further on."""
    world.batch(world.villages[0], 3)
    batch = world.batch(world.villages[1], 2, persons=4)
    world.bring(batch, "appraisal")
    ending.refuse(
        Case.objects.filter(pk=world.cases(batch).first().pk),
        reason=Reason.VOTED_DOWN,
        note="未过半数",
        by=world.cadre(batch.village_id),
        done_on=world.day,
    )
    return batch


def test_figures_by_stage_are_those_of_the_cases(as_, world, two_villages):
    shown = page(as_(world.officer()))
    rows = {row.title: row.sums for row in shown.context["stages"]}
    counted = Case.objects.values("state").annotate(n=Count("pk"), p=Sum("persons"))
    assert sorted(rows.values()) == sorted((one["n"], one["p"]) for one in counted)
    assert rows["已列入名单"] == (3, 9)
    assert rows["不予退出"] == (1, 4)
    assert shown.context["whole"].all == (5, 17)
    own = page(as_(world.cadre()))
    assert own.context["whole"].all == (3, 9)


def test_figures_by_region_add_up_on_every_floor(as_, world, two_villages):
    client = as_(world.user(Role.CITY_INSPECTOR))
    for region, below in (("", build.DISTRICT), (build.DISTRICT, build.TOWNSHIP)):
        shown = page(client, region=region)
        rows = shown.context["regions"]
        assert (sum(row.sums[0] for row in rows), sum(row.sums[1] for row in rows)) == (5, 17)
        assert below in "".join(row.href for row in rows)
        assert f"region={below}" in text(shown)
    rows = page(client, region=build.TOWNSHIP).context["regions"]
    assert [row.sums for row in rows] == [(3, 9), (2, 8)]
    assert [row.tally.ended[0] for row in rows] == [0, 1]
    assert [row.tally.under_way[0] for row in rows] == [3, 1]
    assert [row.href for row in rows] == ["", ""]


def test_another_region_is_not_there(as_, world, two_villages):
    client = as_(world.cadre())
    assert page(client, region=world.villages[1]).status_code == 404
    assert page(client, region=build.TOWNSHIP).status_code == 404
    assert page(client, region="no").status_code == 404


def test_a_week_counts_what_passed_in_it_by_the_day_on_the_paper(as_, world):
    first = world.batch(size=3)
    world.bring(first, "appraisal")  # Friday 9 October
    world.on(date(2020, 10, 12))  # Monday: another week
    second = world.batch(size=2, persons=5)
    world.bring(second, "appraisal")
    shown = page(as_(world.officer()))
    weeks = shown.context["weeks"]
    assert weeks[-2:] == [date(2020, 10, 5), date(2020, 10, 12)]
    (row,) = shown.context["weekly"]
    assert row.title == world.rules.stage("collection").title
    assert row.cells[-2:] == [(3, 9), (2, 10)]
    assert row.sums == (5, 19)
    assert len(row.columns) == 2


def test_what_was_sent_back_has_passed_all_the_same(as_, world):
    batch = world.batch(size=2)
    world.bring(batch, "sign_off")
    correction.send_back(
        Case.objects.filter(pk=world.cases(batch).first().pk),
        "appraisal",
        ground=Ground.PROCEDURE,
        reason="程序不完整",
        by=world.officer(),
        done_on=world.day,
    )
    rows = page(as_(world.officer())).context["weekly"]
    assert [row.sums[0] for row in rows] == [2, 2]


def test_tiles_have_a_shape_a_word_and_a_colour(as_, world, two_villages):
    Region.objects.create(
        code=f"{build.TOWNSHIP}299", name="空村", level="village",
        parent_id=build.TOWNSHIP, edition="test",
    )  # fmt: skip
    world.on(date(2020, 10, 20))  # collection is overdue by then, the appraisal is not
    shown = page(as_(world.officer()))
    tiles = shown.context["tiles"]
    assert [tile.pace.value for tile in tiles] == ["late", "now", "todo"]
    assert shown.context["tile_counts"] == {"late": 1, "now": 1, "todo": 1}
    assert {"#i-late", "#i-now", "#i-todo"} <= {f"#i-{tile.pace}" for tile in tiles}
    assert text(shown).count('href="#i-late"') >= 1
    assert "未列名单" in text(shown)
    assert reverse("batch", args=[two_villages.pk]) in text(shown)


def test_nothing_to_count_says_so(as_, world):
    assert "没有可统计的数" in text(page(as_(world.officer())))


@pytest.mark.parametrize("role", [Role.CITY_INSPECTOR, Role.TOWNSHIP_OFFICER])
def test_more_villages_and_stages_ask_no_more(as_, world, role):
    client = as_(world.user(role))

    def count() -> int:
        page(client)
        with CaptureQueriesContext(connection) as asked:
            assert page(client).status_code == 200
        return len(asked)

    world.bring(world.batch(size=1), "appraisal")
    few = count()
    for at in range(4):
        world.bring(world.batch(world.villages[at % 2], 3), "appraisal")
    assert count() == few


# ── the drawings ──────────────────────────────────────────────────────────────────────────────


def test_a_bar_is_as_long_as_its_share_and_has_no_gaps():
    pieces = charts.bar([("done", 1), ("now", 1), ("back", 1)], 3)
    assert [piece.x for piece in pieces] == [0, 333, 666]
    assert [piece.x + piece.width for piece in pieces] == [333, 666, 1000]
    assert [piece.kind for piece in charts.bar([("done", 0), ("now", 2)], 4)] == ["now"]
    assert charts.bar([("now", 2)], 4)[0].width == 500


def test_little_is_seen_and_nothing_is_not():
    assert charts.bar([("now", 1)], 100_000)[0].width == 1
    assert charts.bar([("now", 0)], 10) == []
    assert charts.bar([("now", 3)], 0)[0].width == 1
    assert charts.columns([0, 1, 100], 100) == [
        charts.Piece("now", 333, 96, 266, 4),
        charts.Piece("now", 666, 0, 266, 100),
    ]
    assert charts.columns([], 1) == []
