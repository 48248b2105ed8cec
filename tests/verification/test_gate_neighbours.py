"""What one case or batch has, opens nothing for its neighbour; what it lacks, shuts nothing.

Asked of every stage of every plan: a gate that forgot to say whose fact it reads, at which stage,
or that it still stands, is found here.
"""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import transaction

from exitcase.core.choices import ENDS, Act, End, StageKind
from exitcase.core.gates import Ask
from tests.verification import build
from tests.verification.facts import TX, Giver
from verification.gates import BOOK
from verification.models import (
    Batch,
    Case,
    ComparisonItem,
    Delivery,
    Hit,
    Original,
    Signature,
    StageRecord,
)

pytestmark = pytest.mark.django_db
PLANS = ("nanyue-2020", "henan", "shanxi", "hebei", "hetu-2018")
# Not of a stage: the register, and what is found out about a case wherever it stands.
EVERYWHERE = {
    "year_recorded", "village_recorded", "scanned", "no_bar", "income_above_line", "tests_pass",
    "hits_cleared", "rectified", "standard_met", "within_window", "all_passed", "granted_done",
    "no_open_objection", "no_open_hit", "correction_confirmed", "facts_unchanged",
    "letters_delivered",
}  # fmt: skip


@pytest.fixture(params=PLANS)
def world(request):
    return build.world(programme=request.param)


def shut(world, batch: Batch, key: str) -> set[str]:
    """The gates of the stage that are shut for the one case of a batch, or for the batch."""
    stage = world.rules.stage(key)
    ask = Ask(world.rules, stage)
    found: set[str] = set()
    for rows, act in (
        (Case.objects.filter(batch=batch), Act.PASS),
        (Batch.objects.filter(pk=batch.pk), Act.CLOSE),
    ):
        gates = BOOK[act, stage.kind]
        found |= {*gates.shut(rows, ask), *gates.shut(rows, ask, hard=False)}
    return found


def give(world, batch: Batch, key: str) -> None:
    giver, stage = Giver(world), world.rules.stage(key)
    if stage.kind in giver.makers:
        giver.give(list(batch.cases.select_related("batch__programme", "household")), key)
    for asked in stage.record:
        StageRecord.objects.get_or_create(
            batch=batch, stage=key, key=asked.key, defaults={"done_on": world.day, "tx": TX}
        )


def facts(column: str) -> list:
    """Everything recorded about cases and batches that has such a column."""
    apps_ = [apps.get_app_config(name) for name in ("verification", "publicity")]
    models = [model for app in apps_ for model in app.get_models() if model is not Batch]
    return [one for one in models if any(f.name == column for f in one._meta.concrete_fields)]


def test_what_a_neighbour_has_opens_nothing(world):
    own, other = world.batch(size=1), world.batch(size=1)
    opened = 0
    for stage in world.rules.chain:
        for end in [End.GRANTED] if stage in world.rules.tail else [None]:
            Case.objects.update(state=end or world.rules.before(stage.key))
            before = shut(world, own, stage.key)
            give(world, other, stage.key)
            assert shut(world, own, stage.key) == before, stage.key
            opened += len(before - shut(world, other, stage.key))
    assert opened > 15  # the neighbour's facts do open gates: the neighbour's


def test_what_a_neighbour_lacks_shuts_nothing(world):
    own = world.batch(size=1)
    for stage in world.rules.chain:
        give(world, own, stage.key)
    Case.objects.update(state=End.GRANTED)
    for stage in world.rules.chain:
        Batch.objects.update(stage=stage.key)
        own_facts = shut(world, own, stage.key)
        with_company = world.batch(size=1)
        for state in (End.GRANTED, End.REFUSED, world.rules.before(stage.key)):
            Case.objects.filter(batch=with_company).update(state=state)
            assert shut(world, own, stage.key) == own_facts, stage.key


def test_a_neighbours_faults_hold_nobody_else(world):
    own, other = world.batch(size=1), world.batch(size=1)
    for stage in world.rules.chain:
        give(world, own, stage.key)
    before = {stage.key: shut(world, own, stage.key) for stage in world.rules.chain}
    case = other.cases.select_related("batch__programme").get()
    giver = Giver(world)
    giver.hit(case)
    judged = {"judged_on": world.day, "judged_by": world.officer(1)}
    for verdict in (Hit.Verdict.NOT_MET, Hit.Verdict.UNVERIFIED):
        giver.hit(case, verdict=verdict, **judged)
    for stage in world.rules.chain:
        giver.rectification(case, raised_at=stage.key, before=stage.key)
    assert {stage.key: shut(world, own, stage.key) for stage in world.rules.chain} == before


def test_a_neighbours_later_papers_and_missing_scans_hold_nobody_else(world):
    own, other = world.batch(size=1), world.batch(size=1)
    late = Giver(world, day=world.day + timedelta(days=30))
    for stage in world.rules.chain:
        give(world, own, stage.key)
    before = {stage.key: shut(world, own, stage.key) for stage in world.rules.chain}
    case = other.cases.select_related("batch__programme", "household").get()
    for stage in world.rules.chain:
        if stage.kind in late.makers:
            late.give([case], stage.key)
    late.household([case], world.rules.chain[0])
    Signature.objects.filter(case=case).update(scan=None)
    Signature.objects.filter(case=case, slot="household").update(signed_on=late.day)
    assert {stage.key: shut(world, own, stage.key) for stage in world.rules.chain} == before


def test_what_was_done_at_another_stage_or_struck_out_opens_nothing(world):
    own = world.batch(size=1)
    opened = 0
    for stage in world.rules.chain:
        Case.objects.update(state=world.rules.before(stage.key))
        bare = shut(world, own, stage.key) - EVERYWHERE
        for spoil in (at_another_stage, struck_out):
            with transaction.atomic():
                give(world, own, stage.key)
                opened += len(bare - shut(world, own, stage.key))
                spoil(stage.key)
                assert shut(world, own, stage.key) - EVERYWHERE == bare, (stage.key, spoil)
                transaction.set_rollback(True)
    assert opened > 30


def at_another_stage(key: str) -> None:
    for model in facts("stage"):
        model.objects.filter(stage=key).update(stage="elsewhere")


def struck_out(_key: str) -> None:
    for model in facts("void_tx"):
        model.objects.update(void_tx=TX)
    for model in (StageRecord, Original):  # of a batch; they are not struck out but gone
        model.objects.all().delete()


@pytest.mark.parametrize("world", ["nanyue-2020", "henan"], indirect=True)
def test_each_paper_a_stage_wants_is_wanted_by_itself(world):
    """Of several records or papers none stands for the others."""
    own = world.batch(size=1)
    Case.objects.update(state=End.GRANTED)
    looked = 0
    for stage in world.rules.chain:
        give(world, own, stage.key)
        whole = shut(world, own, stage.key)
        wanted = [
            *StageRecord.objects.filter(stage=stage.key),
            *Original.objects.filter(stage=stage.key),
        ]
        for row in wanted:
            row.delete()
            assert len(shut(world, own, stage.key) - whole) == 1, (stage.key, row)
            row.save(force_insert=True)
            looked += 1
        assert shut(world, own, stage.key) == whole
    assert looked > 1


@pytest.mark.parametrize("world", ["nanyue-2020", "hetu-2018"], indirect=True)
def test_an_answer_nobody_asked_for_stands_for_no_bureau(world):
    """Of whom each has to answer by itself."""
    stages = [one for one in world.rules.chain if one.kind == StageKind.COMPARE]
    own = world.batch(size=1)
    assert stages
    for stage in stages:
        give(world, own, stage.key)
        assert "bureaux_answered" not in shut(world, own, stage.key)
        rows = ComparisonItem.objects.filter(bureau=stage.bureaux.organs[0])
        assert rows.update(bureau="stranger") == 1
        assert "bureaux_answered" in shut(world, own, stage.key)


@pytest.mark.parametrize("world", ["nanyue-2020", "henan"], indirect=True)
def test_only_those_who_ended_are_owed_a_letter(world):
    own = world.batch(size=1)
    filing = world.rules.chain[-1].key
    for state, owed in [*((one, True) for one in ENDS), ("appraisal", False)]:
        Case.objects.update(state=state)
        Delivery.objects.all().delete()
        assert ("letters_delivered" in shut(world, own, filing)) is owed, state
