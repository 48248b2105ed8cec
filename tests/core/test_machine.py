"""django-fsm, made safe. Asked of the real machines, since a toy would prove a toy."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models.functions import Upper
from django.utils.connection import ConnectionDoesNotExist
from django_fsm import TransitionNotAllowed, can_proceed

from exitcase.core import machine
from exitcase.core.choices import LIVE, Act, StageKind, keys_of
from exitcase.core.gates import GateBook
from tests.verification import build
from verification.models import Batch, Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    world = build.world()
    return world.batch(size=1).cases.get()


def test_protected_state_is_not_assigned(case):
    with pytest.raises(AttributeError):
        case.state = "approval"


def test_protection_survives_a_failed_refresh(case):
    gone = Case.objects.get(pk=case.pk)
    Case.objects.all().delete()
    with pytest.raises(Case.DoesNotExist):
        gone.refresh_from_db()
    with pytest.raises(AttributeError):
        gone.state = "approval"
    assert gone.state == "listed"


def test_refresh_reads_the_new_state(case):
    Case.objects.update(state="collection", persons=9)
    case.refresh_from_db(fields=["persons"])
    assert (case.persons, case.state) == (9, "listed")
    case.refresh_from_db()
    assert case.state == "collection"
    lazy = Case.objects.defer("state").get()
    lazy.refresh_from_db()
    assert lazy.state == "collection"


def test_changed_state_is_not_saved(case):
    """It would move a case without a journal row."""
    case = Case.objects.get()
    case.withdraw()
    with pytest.raises(RuntimeError, match=r"moved by core\.moves, not by save"):
        case.save()
    with pytest.raises(RuntimeError, match="not by save"):
        case.save(update_fields=["persons"])
    assert Case.objects.get().state == "listed"


def test_a_refresh_of_other_columns_hides_no_changed_state(case):
    case = Case.objects.get()
    case.withdraw()
    case.refresh_from_db(fields=["persons"])
    with pytest.raises(RuntimeError, match="not by save"):
        case.save()


def test_unchanged_state_may_be_saved(case):
    case.persons = 7
    case.save()
    case.save(update_fields=["persons"])
    assert Case.objects.get().persons == 7


def test_database_refuses_a_state_nobody_knows(case):
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.update(state="zzz")
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.update(stage=Upper("stage"))


def test_shut_gate_stops_the_single_transition(case):
    assert not can_proceed(case.pass_stage)
    with pytest.raises(TransitionNotAllowed):
        case.pass_stage()
    assert can_proceed(case.withdraw)


def test_leaving_out_the_state_costs_a_query_per_row(case, django_assert_num_queries):
    """The mixin reads the state of every row it makes: `only()` has to name it."""
    with django_assert_num_queries(2):
        list(Case.objects.only("persons"))
    with django_assert_num_queries(1):
        list(Case.objects.only("persons", "state"))


def test_sources_are_those_of_the_act_and_kind():
    assert machine.sources(Case, Act.PASS, StageKind.NOTICE) == frozenset(LIVE)
    notices = frozenset(keys_of(StageKind.NOTICE))
    assert machine.sources(Batch, Act.CLOSE, StageKind.NOTICE) == notices
    assert machine.sources(Case, Act.CLOSE, StageKind.NOTICE) == frozenset()


def test_door_is_shut_at_a_stage_of_another_kind(case):
    batch = Batch.objects.get()
    (door,) = [
        condition
        for move in machine.transitions(Batch)
        if move.name == "close_notice"
        for condition in machine.opens_in(move)
    ][:1]
    assert batch.ask().stage.kind == StageKind.COLLECT
    assert door(batch) is False


def test_every_transition_has_its_gates_and_the_check_finds_a_hole(monkeypatch):
    config = apps.get_app_config("verification")
    assert machine.check_gates([config]) == []
    holed: GateBook = dict(config.gates)
    del holed[Act.PASS, StageKind.NOTICE]
    monkeypatch.setattr(config, "gates", holed)
    (error,) = machine.check_gates([config])
    assert error.msg == "Case.pass_stage: no gate set for pass at notice"
    assert (error.obj, error.id) == (Case, "core.E002")


def test_check_finds_a_transition_without_a_door(monkeypatch):
    config = apps.get_app_config("verification")
    for move in machine.transitions(Case):
        if move.name == "withdraw":
            monkeypatch.setattr(move, "conditions", [])
    (error,) = [one for one in machine.check_gates([config]) if "withdraw" in one.msg]
    assert error.msg == "Case.withdraw needs exactly one opens(…)"
    assert (error.obj, error.id) == (Case, "core.E001")


def test_a_refresh_asks_the_rows_and_the_database_it_was_given(case):
    mine = Case.objects.filter(pk=case.pk)
    case.refresh_from_db(from_queryset=mine)
    with pytest.raises(Case.DoesNotExist):
        case.refresh_from_db(from_queryset=mine.none())
    with pytest.raises(ConnectionDoesNotExist):
        case.refresh_from_db(using="nowhere")
