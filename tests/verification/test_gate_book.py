"""What holds of every gate: a test, no negated comparison, one answer whichever way it is asked."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.db.models import Exists, Q
from django.db.models.expressions import NegatedExpression

from exitcase.core import machine
from exitcase.core.choices import Act, Klass, StageKind
from exitcase.core.gates import Ask
from tests.verification import build
from tests.verification.bench import STAGES, Bench
from tests.verification.facts import Giver
from verification.gates import BOOK
from verification.models import (
    Batch,
    Case,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def bench():
    return Bench()


# ── of all gates ──────────────────────────────────────────────────────────────────────────────


def test_every_gate_is_asked_by_a_test():
    """No gate without a test here that says its key."""
    here = Path(__file__).parent
    text = "".join(page.read_text("utf-8") for page in here.glob("test_gate*.py"))
    keys = {gate.key for gates in BOOK.values() for gate in gates.gates}
    assert [key for key in sorted(keys) if f'"{key}"' not in text] == []


def comparisons_negated(node) -> list:
    """A negated comparison passes what it does not know; only ~Exists may be negated."""
    if isinstance(node, NegatedExpression):
        return [] if isinstance(node.expression, Exists) else [node]
    if isinstance(node, Q):
        own = [node] if node.negated else []
        return own + [bad for child in node.children for bad in comparisons_negated(child)]
    return []


@pytest.mark.parametrize("plan", ["nanyue-2020", "henan", "shanxi", "hebei"])
def test_no_gate_negates_a_comparison(plan):
    rules = build.world(programme=plan).rules
    looked = 0
    for stage in rules.chain:
        for act in (Act.PASS, Act.CLOSE):
            for gate in BOOK[act, stage.kind].asked(Ask(rules, stage)):
                assert comparisons_negated(gate.passes(Ask(rules, stage))) == [], gate.key
                looked += 1
    assert looked > 60


def test_only_classes_a_stage_is_for_are_asked(bench):
    bench.before("appraisal", given=False)
    stage = replace(bench.stage(), only=(Klass.LOW_INCOME,))
    gates = BOOK[Act.PASS, StageKind.MEETING]
    assert gates.shut(Case.objects.all(), Ask(bench.rules, stage)) == {}
    Case.objects.update(low_income=True)
    assert "discussed" in gates.shut(Case.objects.all(), Ask(bench.rules, stage))


def test_a_gate_asked_of_one_and_of_all_agrees():
    """For random facts each gate gives one answer, whichever way it is asked."""
    world, random = build.world(), Random(7)
    batch = world.batch(size=12)
    giver = Giver(world)
    cases = Case.objects.select_related("batch__programme", "household")
    for key in STAGES:
        Batch.objects.update(stage=key)
        giver.give([case for case in cases if random.random() < 0.6], key)
    Case.objects.filter(pk__in=random.sample([c.pk for c in cases], 4)).update(net_fen=None)
    for key in STAGES:
        Batch.objects.update(stage=key)
        ask = Ask(world.rules, world.rules.stage(key))
        gates = machine.gates_of(Case, Act.PASS, ask.stage.kind)
        together = set(gates.open_rows(Case.objects.filter(batch=batch), ask))
        apart = {case for case in cases.all() if gates.open_for(case, ask)}
        shut = gates.shut(Case.objects.all(), ask)
        assert together == apart
        assert {case.pk for case in cases.all()} - {c.pk for c in apart} == {
            pk for keys in shut.values() for pk in keys
        }
