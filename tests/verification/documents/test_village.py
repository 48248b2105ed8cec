"""会议记录 and 委托书."""

from datetime import timedelta

import pytest

from exitcase.core.papers.render import render
from exitcase.core.papers.sheets import Count
from tests.verification import build, play
from verification.documents.village import mandate_sheet, minutes_sheet
from verification.services import mandates, village
from verification.services.specs import Ballot, MandateSpec

pytestmark = pytest.mark.django_db


def test_minutes_tell_who_came_and_how_each_household_was_voted():
    world = build.world()
    batch = world.bring(world.batch(size=2), "appraisal")
    held = play.meeting(world, batch, present=10, absent=2)
    yes, no = world.cases(batch)
    ballots = {yes.pk: Ballot(yes=6, no=4), no.pk: Ballot(yes=5, no=5, note="有两人提出异议")}
    village.vote(held, ballots, by=world.cadre(), done_on=world.day)
    sheet = minutes_sheet(held)
    assert (sheet.due, sheet.came) == (12, 10)
    assert sheet.rule == "应到人数2/3以上到会，同意票超过到会人数1/2"
    assert [(row.head, row.yes, row.no, row.passed) for row in sheet.votes] == [
        (yes.head_name, 6, 4, True),
        (no.head_name, 5, 5, False),
    ]
    assert (sheet.passed, sheet.failed) == (Count(1, 3), Count(1, 3))
    assert [one.note for one in sheet.attendees].count("未到会") == 2
    assert [one.role for one in sheet.signers] == ["主持人", "记录人"]
    assert render(sheet).startswith(b"%PDF")


def test_a_mandate_names_both_parties_in_full():
    world = build.world()
    batch = world.bring(world.batch(size=1), "sign_off")
    case = world.cases(batch).get()
    number = build.id_number(world.day - timedelta(days=365 * 30), 77)
    spec = MandateSpec(
        number="WT-1",
        agent="向小玉",
        agent_id_number=number,
        relation="侄女",
        reason="务工",
        valid_from=world.day,
        valid_until=world.day + timedelta(days=30),
    )
    given = mandates.give_mandate(case, "sign_off", spec, by=world.cadre(), done_on=world.day)
    sheet = mandate_sheet(given)
    assert (sheet.principal.name, len(sheet.principal.id_number)) == (case.head_name, 18)
    assert (sheet.agent.name, sheet.agent.id_number) == ("向小玉", number)
    assert sheet.form_title == "2020年度贫困户脱贫验收表"
    assert render(sheet).startswith(b"%PDF")
