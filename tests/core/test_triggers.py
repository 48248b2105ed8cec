import pytest
from django.db import IntegrityError, connection, transaction

from exitcase.core import journal, triggers
from exitcase.core.choices import Act, DeploymentKind
from exitcase.core.models import AccessLog, Block, Deployment, Entry
from exitcase.core.services import house
from exitcase.core.services.reads import log_reads
from tests.core.conftest import CLERK

pytestmark = pytest.mark.django_db
APPEND_ONLY = pytest.mark.parametrize("model", [Entry, Block, AccessLog, Deployment])
POSTGRES = connection.vendor == "postgresql"


@pytest.fixture(autouse=True)
def one_row_each(regions, today, user):
    with journal.act(CLERK, today):
        journal.record(Act.APPOINT, regions["430412"], was="", became="x")
    log_reads(user, "430412", "page", "case", [1])
    house.open_as(DeploymentKind.DEMO)


def said(sql, *params):
    """What the database says to a statement; "" when it does as it is told."""
    try:
        with transaction.atomic():
            connection.cursor().execute(sql, params)
    except IntegrityError as error:
        return str(error)
    return ""


def last_column(model):
    return next(f.column for f in model._meta.concrete_fields if not f.primary_key)


def test_tables_are_the_ones_meant():
    names = {model.__name__ for model in triggers.append_only_models()}
    assert {"Entry", "Block", "AccessLog", "Deployment", "Programme", "ProgrammeText"} <= names


@APPEND_ONLY
def test_update_and_delete_are_refused(model):
    table, column = model._meta.db_table, last_column(model)
    assert "append-only" in said(f"UPDATE {table} SET {column} = {column}")
    assert "append-only" in said(f"DELETE FROM {table}")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        model.objects.all().delete()


@APPEND_ONLY
def test_replace_and_upsert_are_refused(model):
    table, row = model._meta.db_table, model.objects.values().first()
    columns, marks = ", ".join(f'"{c}"' for c in row), ", ".join(["%s"] * len(row))
    insert = f"INTO {table} ({columns}) VALUES ({marks})"
    if not POSTGRES:
        assert "append-only" in said(f"INSERT OR REPLACE {insert}", *row.values())
    column = last_column(model)
    upsert = f"INSERT {insert} ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column}"
    assert "append-only" in said(upsert, *row.values())


@pytest.mark.skipif(not POSTGRES, reason="SQLite has no TRUNCATE")
@APPEND_ONLY
def test_truncate_is_refused(model):
    assert "append-only" in said(f"TRUNCATE {model._meta.db_table} CASCADE")


def test_check_names_a_missing_trigger_and_install_is_idempotent():
    assert triggers.check_triggers(None, ["default"]) == []
    per_table = 1 if POSTGRES else 3
    with triggers.lifted():
        missing = triggers.check_triggers(None, ["default"])
        assert len(missing) == per_table * len(triggers.append_only_models())
        assert "lacks the trigger" in missing[0].msg
    triggers.install()
    assert triggers.check_triggers(None, ["default"]) == []
