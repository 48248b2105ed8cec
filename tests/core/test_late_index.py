"""The list of late entries reads its own index, not the whole journal."""

import pytest
from django.db import connection

from exitcase.core.models import Entry

pytestmark = pytest.mark.django_db


def plan(rows) -> str:
    """How the database reads the rows, where it may not simply read the whole of a small table."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    return rows.explain()


def test_late_entries_are_read_by_their_own_index():
    late = Entry.objects.filter(late="1").order_by("-pk")
    assert "entry_late" in plan(late[:50])


def test_entries_in_time_are_not_in_it():
    assert "entry_late" not in plan(Entry.objects.filter(late="0").order_by("-pk")[:50])
