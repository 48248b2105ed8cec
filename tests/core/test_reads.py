from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from exitcase.core import clock, triggers
from exitcase.core.choices import DeploymentKind, Role
from exitcase.core.errors import Refused
from exitcase.core.models import AccessLog, Entry
from exitcase.core.services import house
from exitcase.core.services.people import appoint
from exitcase.core.services.reads import log_reads, seal_reads
from exitcase.core.verify import verify
from tests.core.conftest import CLERK

pytestmark = pytest.mark.django_db
VILLAGE = "430412100218"


@pytest.fixture(autouse=True)
def first_day(regions):
    house.open_as(DeploymentKind.DEMO)
    on(date(2020, 10, 9))


def on(day, hour=10):
    house.travel_to(datetime(day.year, day.month, day.day, hour, tzinfo=clock.PLACE))


def seals():
    return Entry.objects.filter(act="read").order_by("pk")


def test_read_says_who_in_which_post_looked_at_what(user, regions):
    appoint(user, Role.TOWNSHIP_OFFICER, regions["430412100"], by=CLERK, since=date(2019, 1, 1))
    log_reads(user, VILLAGE, "page", "household", [7, 8])
    first, second = AccessLog.objects.order_by("pk")
    assert (first.chain, first.actor, first.post) == ("430412", "王五", "南岳镇乡镇经办人")
    assert (first.kind, first.subject, first.subject_id) == ("page", "household", "7")
    assert second.subject_id == "8"
    assert first.at.startswith("2020-10-09T02:00")


def test_export_says_for_what_and_an_auditor_by_the_errand(user, regions):
    with pytest.raises(Refused, match="用途"):
        log_reads(user, VILLAGE, "export", "household", [1])
    log_reads(user, VILLAGE, "export", "household", [1], purpose="上报")
    until = date(2020, 12, 31)
    since = date(2020, 1, 1)
    errand = {"by": CLERK, "since": since, "until": until, "purpose": "专项审计"}
    appoint(user, Role.AUDITOR, regions["430412"], **errand)
    log_reads(user, VILLAGE, "export", "household", [2])
    purposes = AccessLog.objects.order_by("pk").values_list("purpose", flat=True)
    assert list(purposes) == ["上报", "专项审计"]


def test_days_before_today_are_sealed_once(user):
    log_reads(user, VILLAGE, "page", "household", [1, 2, 3])
    assert seal_reads() == {}  # today is not over
    on(date(2020, 10, 10), hour=1)
    log_reads(user, VILLAGE, "page", "household", [4])
    out = StringIO()
    call_command("seal_reads", stdout=out)
    assert out.getvalue() == "430412: 3\n"
    assert seal_reads() == {}
    assert (seals().get().reason, len(seals().get().commitment)) == ("3", 64)
    on(date(2020, 10, 11))
    assert seal_reads() == {"430412": 1}
    assert verify("430412") == []


def test_changed_read_is_found(user):
    for day in (9, 10):
        on(date(2020, 10, day))
        log_reads(user, VILLAGE, "page", "household", [1, 2])
        on(date(2020, 10, day + 1), hour=1)
        seal_reads()
    first, *_rest, last = AccessLog.objects.order_by("pk")
    with triggers.lifted():
        AccessLog.objects.filter(pk=last.pk).delete()
        ((what, where),) = verify("430412")
        assert (what, where) == ("edited", f"reads {first.pk + 2} to {last.pk}")
        AccessLog.objects.filter(pk=first.pk).update(subject_id="9")
        assert len(verify("430412")) == 2


def test_clock_set_back_leaves_no_gap_between_seals(user):
    log_reads(user, VILLAGE, "page", "household", [1])
    on(date(2020, 10, 8))
    log_reads(user, VILLAGE, "page", "household", [2])
    on(date(2020, 10, 9) + timedelta(days=1))
    assert seal_reads() == {"430412": 2}
    assert verify("430412") == []
