"""分析: every figure by hand; the tables whole without a script; as many queries for more rows."""

from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exitcase.core.choices import Act, Ground, Reason, Role
from exitcase.core.models import Region
from exitcase.core.scope import Scope
from households.models import Household
from tests.verification import build
from verification.documents import analyses
from verification.documents.analyses import Flow, Move, Spread
from verification.models import Case
from verification.services import correction, ending

WEEKS = [date(2020, 10, 5), date(2020, 10, 12), date(2020, 10, 19)]
LINE = 400_000  # 分 a head, of the plan


def page(client, **asked):
    return client.get(reverse("analysis"), asked)


def text(response) -> str:
    return response.content.decode()


def table(shown, key):
    """A table of the page: row title → column title → figure."""
    (one,) = [one for one in shown.context["tables"] if one.key == key]
    titles = [column.title for column in one.columns]
    return {title: dict(zip(titles, cells, strict=True)) for title, cells in one.rows}


def keys(shown):
    return [one.key for one in shown.context["tables"]]


def chain(world, *wanted):
    return [world.rules.stage(key).title for key in wanted]


@pytest.fixture
def told(world):
    """9 October: 3 listed, collected. 12th: 2 elsewhere. 16th: of these one refused, one back."""
    first = world.batch(size=3)
    world.bring(first, "appraisal")
    world.on(date(2020, 10, 12))
    second = world.batch(world.villages[1], 2)
    world.on(date(2020, 10, 16))
    world.bring(second, "appraisal")
    one, other = world.cases(second)
    ending.refuse(
        Case.objects.filter(pk=one.pk),
        reason=Reason.VOTED_DOWN,
        note="未过半数",
        by=world.cadre(world.villages[1]),
        done_on=world.day,
    )
    correction.send_back(
        Case.objects.filter(pk=other.pk),
        "collection",
        ground=Ground.PROCEDURE,
        reason="程序不完整",
        by=world.officer(),
        done_on=world.day,
    )
    return first


def test_where_they_wait_by_region(as_, world, told):
    collection, appraisal = chain(world, "collection", "appraisal")
    client = as_(world.officer())
    found = table(page(client, region=build.TOWNSHIP), "standing")
    assert found[collection] == {"第1村": 0, "第2村": 1, "合计": 1}
    assert found[appraisal] == {"第1村": 3, "第2村": 0, "合计": 3}
    assert sum(row["合计"] for row in found.values()) == 4  # the refused one waits nowhere
    higher = as_(world.user(Role.CITY_INSPECTOR))
    assert table(page(higher), "standing").keys() == found.keys()


def test_what_came_and_went(as_, world, told):
    world.on(date(2020, 10, 20))
    collection, appraisal = chain(world, "collection", "appraisal")
    shown = page(as_(world.officer()))
    found = table(shown, "flows")
    assert found == {
        collection: {"进入": 6, "已通过": 5, "退回": 0, "其他办结": 0, "现在办": 1},
        appraisal: {"进入": 5, "已通过": 0, "退回": 1, "其他办结": 1, "现在办": 3},
    }
    backlog = table(shown, "backlog")
    assert [*backlog][-3:] == ["10-05", "10-12", "10-19"]
    assert backlog["09-28"] == {collection: 0, appraisal: 0}
    assert backlog["10-05"] == {collection: 0, appraisal: 3}
    assert backlog["10-12"] == backlog["10-19"] == {collection: 1, appraisal: 3}


def test_days_are_those_between_the_papers(as_, world, told):
    (collection,) = chain(world, "collection")
    shown = page(as_(world.officer()), region=build.TOWNSHIP)
    names = ("户次", "最短", "四分之一", "中位", "四分之三", "最长")
    assert table(shown, "days") == {collection: dict(zip(names, (5, 0, 0, 0, 4, 4), strict=True))}
    assert table(shown, "medians") == {collection: {"第1村": 0, "第2村": 4}}


def test_a_stage_passed_twice_is_counted_from_when_it_was_stood_before_again(world):
    batch = world.batch(size=1)
    world.bring(batch, "sign_off")  # all on the 9th
    world.on(date(2020, 10, 14))
    case = world.cases(batch).get()
    correction.send_back(
        Case.objects.filter(pk=case.pk),
        "collection",
        ground=Ground.PROCEDURE,
        reason="程序不完整",
        by=world.officer(),
        done_on=world.day,
    )
    world.on(date(2020, 10, 17))
    home = Case.objects.get(pk=case.pk).batch
    world.bring(home, "appraisal")
    moves = analyses.moves(Scope.of(world.officer()), world.programme, "")
    spent = analyses.days_spent(moves, world.rules)
    assert spent["collection"][world.villages[0]] == Counter({0: 1, 3: 1})


def test_ends_by_reason_and_stage(as_, world, told):
    (appraisal,) = chain(world, "appraisal")
    shown = page(as_(world.officer()))
    assert table(shown, "ends") == {"评议未通过": {appraisal: 1, "合计": 1}}


def test_income_lies_in_steps_above_the_line(as_, world):
    nets = [LINE, LINE + 1, LINE * 11 // 10 - 1, LINE * 11 // 10, LINE * 2, None]
    batch = world.batch(size=len(nets), persons=2)
    for case, net in zip(world.cases(batch), nets, strict=True):
        Case.objects.filter(pk=case.pk).update(net_fen=net and net * 2, divisor=2)
    world.batch(size=1)  # 6,000 元: 1.5 times
    shown = page(as_(world.officer()))
    found = {title: row["合计"] for title, row in table(shown, "incomes").items()}
    assert found == {
        "未达到标准": 1,  # the plan says 超过: what equals it does not pass
        "1 至 1.1 倍": 2,
        "1.1 至 1.25 倍": 1,
        "1.25 至 1.5 倍": 0,
        "1.5 至 2 倍": 1,
        "2 倍以上": 1,
        "未录入": 1,
    }
    assert "标准为每人4,000元" in text(shown)


def test_causes_by_outcome(as_, world, told):
    rows = Household.objects.filter(cases__batch=told)
    rows.filter(pk=rows.first().pk).update(main_cause="school")
    found = table(page(as_(world.officer())), "causes")
    assert found == {
        "因病": {"退出": 0, "办理中": 3, "其他办结": 1, "合计": 4},
        "因学": {"退出": 0, "办理中": 1, "其他办结": 0, "合计": 1},
    }


def test_one_sees_ones_own_regions_only(as_, world, told):
    client = as_(world.cadre())
    shown = page(client)
    assert table(shown, "standing")[chain(world, "appraisal")[0]] == {"第1村": 3, "合计": 3}
    assert "ends" not in keys(shown)
    assert table(shown, "causes") == {"因病": {"退出": 0, "办理中": 3, "其他办结": 0, "合计": 3}}
    assert [row["进入"] for row in table(shown, "flows").values()] == [3, 3]
    for code in (world.villages[1], build.TOWNSHIP, "no"):
        assert page(client, region=code).status_code == 404
    helper = page(as_(world.user(Role.HELPER)))  # has no household of his own here
    assert {"flows", "days", "causes", "ends"}.isdisjoint(keys(helper))


def test_a_plan_without_an_income_test_has_no_such_table(as_, world):
    plan = build.load("reverification")
    assert plan.rules.income is None
    batch = world.batch(size=1)
    type(batch).objects.filter(pk=batch.pk).update(programme=plan)
    assert analyses.incomes(Scope.of(world.officer()), plan, "") == {}


def test_every_table_stands_there_without_a_script(as_, world, told):
    shown = page(as_(world.officer()), region=build.TOWNSHIP)
    assert keys(shown) == [
        "standing", "flows", "backlog", "days", "medians", "ends", "incomes", "causes",
    ]  # fmt: skip
    said = text(shown)
    assert said.count("<table") == 8
    assert said.count("data-draws=") == 7
    assert said.count(' class="drawn"') == said.count("数见下表")
    assert "echarts.js" not in said.replace(
        'data-src="/static/vendor/echarts-6.1.0/echarts.js"', ""
    )
    assert reverse("analysis") in text(as_(world.officer()).get(reverse("stats")))


def test_too_many_parts_are_drawn_as_their_sum(as_, world):
    Region.objects.bulk_create(
        Region(code=f"{build.TOWNSHIP}{300 + n}", name=f"村{n}", level="village",
               parent_id=build.TOWNSHIP, edition="test")
        for n in range(9)
    )  # fmt: skip
    world.batch(size=1)
    shown = page(as_(world.officer()), region=build.TOWNSHIP)
    (standing,) = [one for one in shown.context["tables"] if one.key == "standing"]
    assert {column.title for column in standing.columns if column.kind} == {"合计"}


def test_nothing_to_analyse_says_so(as_, world):
    said = text(page(as_(world.officer())))
    assert "没有可统计的数" in said
    assert "charts.js" not in said


def test_more_households_villages_and_stages_ask_no_more(as_, world):
    client = as_(world.user(Role.CITY_INSPECTOR))

    def count() -> int:
        page(client)
        with CaptureQueriesContext(connection) as asked:
            assert page(client).status_code == 200
        return len(asked)

    world.bring(world.batch(size=1), "appraisal")
    few = count()
    for at in range(4):
        world.bring(world.batch(world.villages[at % 2], 10), "appraisal")
    assert count() == few


# ── the arithmetic ──────────────────────────────────────────────────────────────────────────────


def test_quartiles_are_numbers_that_were_there():
    assert analyses.spread({}) is None
    assert analyses.spread({5: 1}) == Spread(1, 5, 5, 5, 5, 5)
    assert analyses.spread({4: 1, 1: 1, 3: 1, 2: 1}) == Spread(4, 1, 1, 2, 3, 4)
    assert analyses.spread({0: 3, 30: 1}) == Spread(4, 0, 0, 0, 0, 30)
    assert analyses.spread({7: 5, 8: 5}) == Spread(10, 7, 7, 7, 8, 8)


def test_a_week_ends_on_sunday_and_what_is_later_is_not_in_it(world):
    def listed(on):
        return Move("v", Act.LIST, "", "listed", None, on, 1)

    moves = [listed(date(2020, 10, 4)), listed(date(2020, 10, 11)), listed(date(2020, 10, 12))]
    found = analyses.flows(moves, world.rules, WEEKS[:1])
    assert found["collection"] == Flow(came=1, stand=2)
    backlog = analyses.backlog(moves, world.rules, WEEKS[:2])
    assert [backlog[week]["collection"] for week in WEEKS[:2]] == [2, 3]


def test_what_was_entered_late_took_no_days_less_than_none(world):
    late = Move("v", Act.PASS, "listed", "collection", date(2020, 10, 9), date(2020, 10, 7), 2)
    spent = analyses.days_spent([late], world.rules)
    assert spent == {"collection": {"v": Counter({0: 2})}}
