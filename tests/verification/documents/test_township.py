"""附件2 and 附件3 add up: rows, counts, both bridges."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exitcase.core.choices import Reason, Role
from exitcase.core.papers.render import render
from exitcase.core.papers.sheets import Count
from tests.verification import build
from verification.documents.lists import official_list, public_list
from verification.documents.township import submission_sheet
from verification.models import Batch, Submission
from verification.services import ending, submissions

pytestmark = pytest.mark.django_db


def sent(world, batch, stage="village_submission"):
    world.bring(batch, stage)
    world.later()
    rows = Batch.objects.filter(pk=batch.pk)
    region = batch.village_id if stage == "village_submission" else build.TOWNSHIP
    by = world.cadre(batch.village_id) if region == batch.village_id else world.officer()
    return submissions.submit(rows, stage, region=region, sent_on=world.day, by=by)


def items(sheet, group):
    (found,) = [one for one in sheet.groups if one.title == group]
    return {one.label: one.count or one.number or one.text for one in found.items}


def test_a_village_form_counts_what_happened():
    world = build.world()
    batch = world.bring(world.batch(size=4), "sign_off")
    out = world.cases(batch).first()
    ending.refuse(
        world.cases(batch).filter(pk=out.pk),
        reason=Reason.NOT_CONSENTED,
        note="认为收入偏高",
        by=world.cadre(),
        done_on=world.day,
    )
    sheet = submission_sheet(sent(world, batch))
    assert sheet.submitted == Count(3, 9)
    assert items(sheet, "基本情况")["未脱贫总数"] == Count(4, 12)
    assert items(sheet, "基本情况")["尚未报"] == Count(1, 3)
    assert items(sheet, "民主评议")["评议通过"] == Count(3, 9)
    assert items(sheet, "贫困户签字认可")["户主本人"] == 3
    assert items(sheet, "村级公示")["公示地点"] == "村部门口、老井坪"
    assert items(sheet, "拟脱贫")["一般贫困户"] == Count(3, 9)
    assert [one.households for one in sheet.indicators] == [3] * 8
    assert [(row.head, row.stage, row.reason) for row in sheet.failed] == [
        (out.head_name, "贫困户确认", "户未认可：认为收入偏高")
    ]
    assert [column.title for column in sheet.bridge.columns] == ["列入名单", "户未认可", "本次送审"]
    assert sheet.bridge.totals == (Count(4, 12), Count(1, 3), Count(3, 9))
    assert sheet.receipt.complete is None
    assert render(sheet).startswith(b"%PDF")


def test_a_township_form_starts_from_what_the_villages_sent():
    world = build.world()
    batch = world.bring(world.batch(size=3), "township_notice")
    submission = sent(world, batch, "township_submission")
    by = world.user(Role.DISTRICT_OFFICER)
    submissions.receive(submission, by=by, received_on=world.day)
    sheet = submission_sheet(Submission.objects.get(pk=submission.pk))
    assert sheet.bridge.columns[0].title == "下级送审"
    assert sheet.bridge.totals == (Count(3, 9), Count(3, 9))
    assert items(sheet, "乡镇入户核实")["核实方式"] == "入户3户"
    assert (sheet.receipt.complete, sheet.receipt.by) == (True, by.name)


def test_lists_print_the_frozen_rows():
    world = build.world()
    submission = sent(world, world.batch(size=3))
    public, official = public_list(submission), official_list(submission, reader="某人")
    assert public.total == official.total == Count(3, 9)
    assert [row.head for row in public.rows] == [row.head for row in official.rows]
    assert {row.id_number[6:14] for row in official.rows} == {"********"}
    assert official.rows[0].per_head == 600_000
    assert official.checksum == submission.list_sha256[:16]
    assert render(public).startswith(b"%PDF")
    assert render(official).startswith(b"%PDF")


def test_two_of_one_name_in_one_group_get_a_neutral_mark():
    world = build.world()
    submission = sent(world, world.batch(size=2))
    submission.items.update(group="3", head_name="向桂桂")
    assert [row.mark for row in public_list(submission).rows] == ["甲", "乙"]


def test_figures_of_many_households_take_as_many_queries_as_of_few():
    world = build.world(villages=2)
    counts = []
    for village, size in zip(world.villages, (2, 30), strict=True):
        submission = sent(world, world.batch(village, size))
        with CaptureQueriesContext(connection) as seen:
            submission_sheet(submission)
            official_list(submission)
        counts.append(len(seen))
        world.on(build.OPENING)
    assert counts[0] == counts[1]


def test_a_zero_report_prints_noughts():
    world = build.world()
    submission = submissions.submit(
        Batch.objects.none(),
        "village_submission",
        region=world.villages[0],
        sent_on=world.day,
        by=world.cadre(),
        programme=world.programme,
    )
    sheet = submission_sheet(submission)
    assert (sheet.submitted, sheet.bridge, public_list(submission).rows) == (Count(), None, ())
    assert render(sheet).startswith(b"%PDF")
