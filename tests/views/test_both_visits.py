"""Two visits of one household at one check: the second is told what the first found, and asked."""

import pytest
from django.urls import reverse

from exitcase.core.choices import Finding
from tests.verification import upper
from tests.views.test_both import sides, text
from tests.views.test_visiting import CHECK, press, problems, seen
from verification.models import Batch, Inspection


@pytest.fixture
def case(world):
    made = world.batch(size=1)
    upper.put(world, CHECK, [made])
    return world.cases(Batch.objects.get(pk=made.pk)).get()


def standing(case) -> list[tuple[str, str]]:
    rows = Inspection.valid(case=case).order_by("pk")
    return list(rows.values_list("finding", "note"))


def test_a_second_visit_is_asked_before_it_replaces_the_first(as_, world, case):
    first = seen(world, note="第一组")
    assert press(as_(world.officer()), case, first).status_code == 302
    second = seen(world, note="第二组", **{"i-water": "short", "f-water": "水管断了"})
    client = as_(world.officer(1))
    answer = press(client, case, second)
    assert answer.status_code == 409
    told = sides(answer)
    assert told.pop("说明") == ("第二组", "第一组")
    assert told.pop("结论") == ("未达标", "达标")
    ((mine, theirs),) = told.values()  # the water; all else is the same
    assert mine == "未达标 水管断了"
    assert theirs == "达标"
    assert answer.context["both"].who.startswith(world.officer().name)
    assert "第二组" in text(answer)  # what was typed stands in the form
    assert standing(case) == [(Finding.MET, "第一组")]
    read = answer.context["page"].form["seen"].value()
    again = press(client, case, second | {"seen": read, "keep_all": "mine"})
    assert again.status_code == 302, problems(again)
    assert standing(case) == [(Finding.SHORT, "第二组")]


def test_who_read_the_first_visit_replaces_it_without_being_asked(as_, world, case):
    client = as_(world.officer())
    press(client, case, seen(world, note="第一次"))
    page = client.get(reverse("visit", args=[case.pk]))
    read = page.context["page"].form["seen"].value()
    assert read == Inspection.objects.get().pk
    assert press(client, case, seen(world, note="又去一次", seen=read)).status_code == 302
    assert standing(case) == [(Finding.MET, "又去一次")]


def test_a_failed_attempt_replaces_nothing_and_is_not_asked(as_, world, case):
    press(as_(world.officer()), case, seen(world, note="第一组"))
    away = seen(world, met="not_met_home", note="没有人")
    assert press(as_(world.officer(1)), case, away).status_code == 302
    assert sorted(standing(case)) == [(Finding.MET, "第一组"), (Finding.NOT_MET_HOME, "没有人")]
