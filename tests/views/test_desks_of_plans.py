"""Every stage above the village, of every plan, leads to a desk that answers: none is in code."""

import pytest
from django.urls import resolve, reverse

from exitcase.core import rules_read
from exitcase.core.choices import StageKind
from exitcase.core.scope import Scope
from tests.verification import build
from tests.verification.upper import officer
from verification.models import Batch, Case
from verification.views.work import work

PLANS = [one.stem for one in sorted(build.PLANS.glob("*.toml")) if one.stem != "house"]
DESKS = {
    StageKind.COMPARE: "compare",
    StageKind.DECIDE: "decide",
    StageKind.MARK: "mark",
    StageKind.ANNOUNCE: "announce",
    StageKind.FILE: "file_originals",
    StageKind.RECTIFY: "rectifications",
}


@pytest.mark.parametrize("plan", PLANS)
def test_every_stage_leads_to_its_desk(as_, db, plan):
    world = build.world(villages=1, programme=plan)
    by = officer(world)
    client = as_(by)
    asked = [one for one in world.rules.chain if one.kind in DESKS or one.sample]
    for part, stage in enumerate(asked, 1):
        batch = Batch.objects.create(
            village_id=world.villages[0], programme=world.programme, part=part, stage=stage.key
        )
        links = [link.href for link in work(batch, Scope.of(by))]
        wanted = "draws" if stage.sample else DESKS[stage.kind]
        assert wanted in {resolve(href).url_name for href in links}
        assert {href: client.get(href).status_code for href in links} == dict.fromkeys(links, 200)
    assert client.get(reverse("rectifications")).status_code == 200


def test_these_plans_have_every_kind_of_desk():
    told = [build.text(plan) for plan in PLANS]
    plans = [rules_read.parse(one.source, one.house, file=one.file) for one in told]
    assert {stage.kind for rules in plans for stage in rules.chain} >= set(DESKS)


@pytest.mark.parametrize("plan", PLANS)
def test_a_batch_and_its_case_are_read_at_every_stage(as_, db, plan):
    world = build.world(villages=1, programme=plan)
    batch = world.batch(size=1, status=world.rules.listing.status[0])
    case = world.cases(batch).get()
    client = as_(officer(world))
    said = {}
    for stage in world.rules.chain:
        Batch.objects.update(stage=stage.key)
        Case.objects.update(state=world.rules.before(stage.key))
        for name, key in (("batch", batch.pk), ("case", case.pk), ("household", case.household_id)):
            said[stage.key, name] = client.get(reverse(name, args=[key])).status_code
    assert said == dict.fromkeys(said, 200)
