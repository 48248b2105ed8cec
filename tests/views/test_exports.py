"""导出 Excel: every list as filtered, masked, marked with who took it, logged row by row."""

import io
import subprocess
import sys
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exitcase.core import jobs
from exitcase.core.choices import Role
from exitcase.core.journal import Actor
from exitcase.core.models import AccessLog, Appointment, Job, Region, StoredFile, User
from exitcase.core.services import people
from households.models import Household, Member
from tests.verification import build
from verification.models import Batch
from verification.services import exporting

PURPOSE = "报县扶贫办核对"
LISTS = ("households", "batches", "notices", "todo")


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """No bell is rung: the test does the job itself."""
    monkeypatch.setattr(jobs, "ring", lambda _pk: None)


@pytest.fixture
def listed(world):
    """Three households on a list of the first village, two of the second on one further on."""
    first = world.batch(world.villages[0], 3)
    second = world.batch(world.villages[1], 2)
    world.bring(second, "village_submission")
    return first, second


def text(response) -> str:
    return response.content.decode()


def start(client, what, purpose=PURPOSE, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return client.post(f"{reverse(f'export_{what}')}?{query}", {"purpose": purpose})


def rows_of(client) -> list[tuple]:
    """The lines of the workbook the one job gave, without title, marks and headings."""
    return sheet(client)[3:-1]


def sheet(client) -> list[tuple]:
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error
    data = client.get(reverse("report", args=[job.pk])).content
    return list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))


@pytest.mark.parametrize("what", LISTS)
def test_every_list_offers_what_it_shows(as_, world, listed, what):
    client = as_(world.officer())
    page = client.get(reverse(what))
    n = page.context["page"].paginator.count
    assert n > 0
    assert reverse(f"export_{what}") in text(page)
    assert f"当前筛选 {n} {'户' if what == 'households' else '条'}" in text(page)
    assert f"共 {n} 行" in text(client.get(reverse(f"export_{what}")))
    assert start(client, what).status_code == 302
    assert len(rows_of(client)) == n
    assert Job.objects.get().result["rows"] == n


def test_households_are_masked_and_told_as_on_the_page(as_, world, listed):
    client = as_(world.officer())
    start(client, "households")
    found = {row[2]: row for row in rows_of(client)}
    one = Household.objects.order_by("pk").first()
    head = Member.objects.get(household=one, relation="02")
    row = found[one.number]
    assert row[4] == f"{head.id_number[:6]}********{head.id_number[-4:]}"
    assert row[5] == f"{one.phone[:3]}****{one.phone[-4:]}"
    assert (row[3], row[6]) == (one.head_name, one.persons)
    flat = "".join(str(cell) for row in found.values() for cell in row)
    for member in Member.objects.all():
        assert member.id_number not in flat
    assert one.phone not in flat


def test_the_filter_of_the_page_is_the_filter_of_the_export(as_, world, listed):
    client = as_(world.officer())
    page = client.get(reverse("households"), {"village": world.villages[1]})
    assert f"{reverse('export_households')}?village={world.villages[1]}" in text(page)
    start(client, "households", village=world.villages[1])
    assert {row[0] for row in rows_of(client)} == {"第2村"}
    assert f"village={world.villages[1]}" in Job.objects.get().args["back"]
    Job.objects.all().delete()
    start(client, "batches", stage="village_submission")
    (row,) = rows_of(client)
    assert row[:2] == ("第2村", "第1批")
    assert row[4] == 2


def test_who_took_it_when_and_for_what_stands_over_and_under_the_list(as_, world, listed):
    user = world.officer()
    start(as_(user), "batches")
    lines = sheet(as_(user))
    for line in (lines[1], lines[-1]):
        assert user.name in line[0]
        assert user.username in line[0]
        assert world.day.isoformat() in line[0]
        assert PURPOSE in line[0]
        assert "演示" in line[0]


def test_every_row_is_in_the_log_before_it_can_be_taken(as_, world, listed):
    client = as_(world.cadre())
    start(client, "households")
    assert not AccessLog.objects.filter(kind="export").exists()
    rows_of(client)
    read = AccessLog.objects.filter(kind="export", subject="household", purpose=PURPOSE)
    own = Household.objects.filter(village=world.villages[0]).values_list("pk", flat=True)
    assert {int(one.subject_id) for one in read} == set(own)
    assert {one.actor for one in read} == {world.cadre().name}
    file = StoredFile.objects.get(pk=Job.objects.get().result["report"])
    assert file.encrypted
    assert AccessLog.objects.filter(kind="file", subject_id=str(file.pk)).exists()


@pytest.mark.parametrize("what", LISTS)
def test_nothing_leaves_without_a_purpose(as_, world, listed, what):
    answer = start(as_(world.officer()), what, purpose="")
    assert answer.status_code == 422
    assert "用途" in text(answer)
    assert not Job.objects.exists()


def test_an_auditors_errand_is_the_purpose(as_, world, listed):
    user = User.objects.create_user("audit", "审计甲")
    people.appoint(
        user, Role.AUDITOR, Region.objects.get(pk=build.DISTRICT), by=Actor.system(),
        since=build.SINCE, until=date(2021, 3, 31), purpose="2020年度退出专项审计",
    )  # fmt: skip
    client = as_(user)
    assert 'value="2020年度退出专项审计"' in text(client.get(reverse("export_households")))
    start(client, "households", purpose="2020年度退出专项审计")
    assert len(rows_of(client)) == 5


def test_an_empty_list_and_too_long_a_one_are_refused_in_words(as_, world, listed, monkeypatch):
    client = as_(world.officer())
    answer = start(client, "households", text="没有此人")
    assert answer.status_code == 422
    assert "没有可导出的内容" in text(answer)
    monkeypatch.setattr(exporting, "MOST", 2)
    answer = start(client, "households")
    assert answer.status_code == 422
    assert "一次不超过 2 行" in text(answer)
    assert PURPOSE in text(answer)
    assert not Job.objects.exists()


def test_a_share_is_exported_as_a_share(as_, world, listed):
    one = Household.objects.filter(village=world.villages[0]).first()
    helper = world.user(Role.HELPER)
    Household.objects.filter(pk=one.pk).update(helper=helper)
    start(as_(helper), "households")
    assert [row[2] for row in rows_of(as_(helper))] == [one.number]


def test_who_has_left_meanwhile_gets_nothing(as_, world, listed):
    user = world.cadre()
    start(as_(user), "households")
    held = Appointment.objects.get(user=user)
    people.dismiss(held, by=Actor.system(), until=world.day - timedelta(days=1))
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "report" not in job.result
    assert not AccessLog.objects.filter(kind="export").exists()


def test_a_long_list_is_read_in_parts_and_told_so(as_, world, listed, monkeypatch):
    monkeypatch.setattr(exporting, "A_PART", 2)
    client = as_(world.officer())
    start(client, "households")
    job = Job.objects.get()
    assert job.total == 3
    page = text(client.get(reverse("job", args=[job.pk])))
    assert "导出 Excel" in page
    assert "已处理 0 / 3" in page
    assert len(rows_of(client)) == 5
    page = text(client.get(reverse("job", args=[job.pk])))
    assert "已处理 3 / 3" in page
    assert reverse("report", args=[job.pk]) in page


@pytest.mark.parametrize("what", LISTS)
def test_thirty_rows_ask_no_more_than_a_few(as_, world, listed, what):
    def queries() -> int:
        Job.objects.all().delete()
        client = as_(world.officer())
        start(client, what)
        with CaptureQueriesContext(connection) as asked:
            jobs.run(Job.objects.get().pk)
        return len(asked)

    few = queries()
    for at in range(4):
        world.batch(world.villages[at % 2], 5)
    assert Batch.objects.count() == 6
    assert queries() == few


def test_a_worker_that_serves_no_page_knows_every_list():
    told = (
        "import django; django.setup();"
        "from verification.services.exporting import SOURCES; print(sorted(SOURCES))"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.strip() == str(sorted(LISTS))
