"""附件1 says what is on record, at every stage of its travels."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import Capacity, Finding
from exitcase.core.papers.render import render
from tests.verification import build, play
from verification.documents.acceptance import acceptance_forms
from verification.services import inspections

pytestmark = pytest.mark.django_db


def form(case):
    (sheet,) = acceptance_forms([case])
    return sheet


def test_half_filled_it_has_the_facts_and_blank_places():
    world = build.world()
    case = world.cases(world.batch(size=1)).get()
    sheet = form(case)
    assert (sheet.label, sheet.head, sheet.persons) == ("附件1", case.head_name, 3)
    assert len(sheet.id_number) == 18
    assert [row.relation for row in sheet.members] == ["户主", "配偶", "之子"]
    assert sheet.levels == ("村", "乡镇", "区")
    assert {row.results for row in sheet.indicators} == {(None, None, None)}
    assert (sheet.income.net, sheet.income.persons, sheet.income.per_head) == (
        1_800_000,
        3,
        600_000,
    )
    assert sheet.period == "2019年10月1日至2020年9月30日"
    assert [place.role for place in sheet.appraisal.signers] == [
        "评议小组组长", "村党组织书记", "村委会主任", "驻村工作队队长",
    ]  # fmt: skip
    assert sheet.consent.agreed is None
    assert sheet.conclusion == ""


def test_at_the_district_village_household_and_township_stand_on_it():
    world = build.world()
    batch = world.batch(size=1)
    world.bring(batch, "comparison")
    sheet = form(world.cases(batch).get())
    assert (sheet.appraisal.due, sheet.appraisal.came, sheet.appraisal.yes) == (12, 12, 12)
    assert sheet.appraisal.agreed
    assert [place.name for place in sheet.appraisal.signers] == [
        "向光明",
        "石爱莲",
        "彭国良",
        "贺志强",
    ]
    assert (sheet.consent.agreed, sheet.consent.capacity) == (True, Capacity.HEAD)
    assert sheet.consent.signer.on == date(2020, 10, 9)
    assert sheet.helper_signer.name == build.HELPER
    assert (sheet.check.mode, sheet.check.consistent, sheet.check.met) == ("入户", True, True)
    assert {row.results for row in sheet.indicators} == {(True, True, None)}
    assert sheet.conclusion == "达到脱贫标准"
    assert sheet.inspection.anomaly is None


def test_where_village_and_township_differ_the_form_says_so():
    world = build.world()
    batch = world.bring(world.batch(size=1), "township_check")
    case = world.cases(batch).get()
    world.later()
    spec = play.visit(world, finding=Finding.SHORT, results=play.results(world, short=["housing"]))
    inspections.inspect_many(
        world.cases(batch), "township_check", {case.pk: spec}, by=world.officer(), done_on=world.day
    )
    check = form(case).check
    assert (check.consistent, check.differing, check.met) == (False, "6", False)
    assert check.reason == "住房安全有保障"
    assert form(case).conclusion == "未达到脱贫标准"


def test_five_hundred_forms_take_as_many_queries_as_five():
    world = build.world()
    few, many = world.batch(size=5), world.batch(size=60)
    counts = []
    for batch in (few, many):
        with CaptureQueriesContext(connection) as seen:
            assert len(list(acceptance_forms(world.cases(batch)))) == world.cases(batch).count()
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_it_prints():
    world = build.world()
    sheet = form(world.cases(world.batch(size=1)).get())
    assert render(sheet).startswith(b"%PDF")
