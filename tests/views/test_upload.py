"""A register comes in through the page: kept encrypted, read by a job, told in figures."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from exitcase.core import jobs
from exitcase.core.choices import Role
from exitcase.core.models import Job, StoredFile
from tests.verification import build


@pytest.fixture
def register(world, tmp_path):
    build.VillageYear.objects.all().delete()
    out = tmp_path / "register.xlsx"
    call_command("make_register", str(out), township=build.TOWNSHIP, persons=12, seed=3)
    return out.read_bytes()


@pytest.fixture
def quiet(monkeypatch):
    """No bell is rung: the test does the job itself."""
    monkeypatch.setattr(jobs, "ring", lambda _pk: None)


def send(client, data: bytes, name: str = "register.xlsx", **more):
    file = SimpleUploadedFile(name, data)
    said = {"file": file, "year": 2020, "programme": "nanyue-2020", **more}
    return client.post(reverse("upload"), said)


def text(response) -> str:
    return response.content.decode()


def test_the_houses_own_plan_and_year_are_offered(as_, world):
    page = text(as_(world.officer()).get(reverse("upload")))
    assert '<option value="nanyue-2020" selected>' in page
    assert 'value="2020"' in page


def test_a_register_is_uploaded_and_read(as_, world, register, quiet):
    client = as_(world.officer())
    answer = send(client, register)
    job = Job.objects.get()
    assert answer["Location"] == reverse("job", args=[job.pk])
    assert StoredFile.objects.get().encrypted
    assert 'http-equiv="refresh"' in text(client.get(answer["Location"]))
    jobs.run(job.pk)
    page = text(client.get(answer["Location"]))
    assert 'http-equiv="refresh"' not in page
    assert '<td class="r num">12</td>' in page  # persons read


def test_a_job_is_its_owners_alone(as_, world, register, quiet):
    send(as_(world.officer()), register)
    url = reverse("job", args=[Job.objects.get().pk])
    assert as_(world.officer(1)).get(url).status_code == 404


@pytest.mark.parametrize(("name", "data"), [("names.csv", b"a,b"), ("empty.xlsx", b"")])
def test_another_file_is_refused_in_words(as_, world, name, data):
    answer = send(as_(world.officer()), data, name)
    assert answer.status_code == 422
    assert {"names.csv": "请上传 xlsx 文件", "empty.xlsx": "空文件"}[name] in text(answer)
    assert not Job.objects.exists()


def test_a_broken_workbook_is_told_on_the_page_of_its_job(as_, world, quiet):
    client = as_(world.officer())
    answer = send(client, b"PK\x03\x04 not a workbook")
    jobs.run(Job.objects.get().pk)
    page = text(client.get(answer["Location"]))
    assert "没有完成" in page


def test_who_may_not_import_is_told_so(as_, world):
    assert as_(world.cadre()).get(reverse("upload")).status_code == 403
    assert as_(world.user(Role.DISTRICT_LEADER)).get(reverse("upload")).status_code == 403
