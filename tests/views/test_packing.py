"""The signed papers as a ZIP: pages as they were kept, what lacks is said, who took it is known."""

import io
import zipfile
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.urls import reverse

from exitcase.core import clock, files, jobs
from exitcase.core.choices import FileKind, PaperKind, Role
from exitcase.core.journal import Actor
from exitcase.core.models import AccessLog, Appointment, Job, Paper, Region, StoredFile, User
from exitcase.core.services import people
from tests.verification import build, play
from tests.views.test_dossier import mandate, paper, stored, text
from verification.models import Case, Mandate, Meeting, Signature
from verification.services import packing

PURPOSE = "县级档案检查"


@pytest.fixture
def quiet(monkeypatch):
    """No bell is rung: the test does the job itself."""
    monkeypatch.setattr(jobs, "ring", lambda _pk: None)


@pytest.fixture
def batch(world, quiet):
    """Two households at the consent: four posts signed one page for both; one head signed too."""
    made = world.batch(size=2)
    world.bring(made, "sign_off")
    first, second = world.cases(made)
    Signature.objects.filter(case__batch=made).update(scan=stored(made.village_id, b"posts"))
    Meeting.objects.update(minutes=stored(made.village_id, b"minutes"))
    strokes = stored(made.village_id, b"\x89PNG strokes", "手写签名.png")
    play.signatures.sign(
        Case.objects.filter(pk=first.pk),
        "sign_off",
        {first.pk: [play.head_signs(world, first, scan=strokes)]},
        by=world.cadre(),
        done_on=world.day,
    )
    Signature.objects.filter(case=second, slot="village_director").update(scan=None)
    return made


def start(client, name, pk, purpose=PURPOSE):
    return client.post(reverse(name, args=[pk]), {"purpose": purpose})


def fetched(client) -> zipfile.ZipFile:
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error
    return zipfile.ZipFile(io.BytesIO(client.get(reverse("report", args=[job.pk])).content))


def listed(archive) -> list[dict[str, str]]:
    page = openpyxl.load_workbook(io.BytesIO(archive.read("清单.xlsx"))).active
    rows = [[cell or "" for cell in row] for row in page.iter_rows(values_only=True)]
    return [dict(zip(packing.HEADS, row, strict=True)) for row in rows[2:]]


def test_the_pages_are_those_that_were_signed(as_, world, batch):
    client = as_(world.cadre())
    assert start(client, "pack_batch", batch.pk).status_code == 302
    archive = fetched(client)
    kept = {sha256(archive.read(name)).hexdigest(): name for name in archive.namelist()}
    scans = StoredFile.objects.filter(pk__in=Signature.objects.values("scan"))
    assert {one.sha256 for one in scans} <= set(kept)
    assert any(name.endswith(".png") for name in archive.namelist())
    assert not any("acceptance" in name or "验收表-" in name for name in kept.values())


def test_the_list_says_of_every_part_whether_it_was_signed(as_, world, batch):
    client = as_(world.cadre())
    start(client, "pack_batch", batch.pk)
    archive = fetched(client)
    lines = listed(archive)
    first, second = world.cases(batch)
    said = {(one["编号"], one["签字部分"]): one for one in lines}
    own = next(one for (number, part), one in said.items()
               if number == first.number and one["签字人"] == first.head_name)  # fmt: skip
    assert own["情况"] == "已签"
    assert own["日期"] == world.day.isoformat()
    assert sha256(archive.read(own["文件"])).hexdigest() == own["SHA-256"]
    told = {one["情况"] for one in lines if one["编号"] == second.number}
    assert told == {"已签", "缺", "已登记签字,缺扫描件", "未到本环节"}
    missing = [one for one in lines if one["编号"] == second.number and one["情况"] == "缺"]
    assert len(missing) == 2  # household and helper
    assert {one["文件"] for one in missing} == {""}


def test_the_hashes_are_those_of_the_files(as_, world, batch):
    client = as_(world.cadre())
    start(client, "pack_batch", batch.pk)
    archive = fetched(client)
    sums = [line.split("  ", 1) for line in archive.read("SHA256SUMS.txt").decode().splitlines()]
    assert len(sums) == len(archive.namelist()) - 1  # it cannot hold its own
    assert [(hash_, name) for hash_, name in sums
            if sha256(archive.read(name)).hexdigest() != hash_] == []  # fmt: skip
    about = archive.read("说明.txt").decode("utf-8-sig")
    assert world.cadre().name in about
    assert PURPOSE in about


def test_the_zip_is_kept_encrypted_and_every_case_is_in_the_log(as_, world, batch):
    client = as_(world.cadre())
    start(client, "pack_batch", batch.pk)
    keys = {str(one.pk) for one in world.cases(batch)}
    read = AccessLog.objects.filter(kind="export", subject="case", purpose=PURPOSE)
    assert set(read.values_list("subject_id", flat=True)) == keys
    archive = fetched(client)
    kept = StoredFile.objects.get(mime="application/zip")
    blob = (Path(settings.DATA) / "files" / kept.path).read_bytes()
    assert kept.encrypted
    assert b"PK\x03\x04" not in blob
    assert AccessLog.objects.filter(kind="file", subject_id=str(kept.pk)).count() == 1
    assert archive.testzip() is None


def test_when_its_time_is_over_the_zip_is_gone(as_, world, batch):
    client = as_(world.cadre())
    start(client, "pack_batch", batch.pk)
    fetched(client)
    kept = StoredFile.objects.get(mime="application/zip")
    Job.objects.update(expires_at=clock.read_wall() - timedelta(days=1))
    assert jobs.expire() == 1
    assert not StoredFile.objects.filter(pk=kept.pk).exists()
    assert not (Path(settings.DATA) / "files" / kept.path).exists()


def test_nothing_leaves_without_a_purpose(as_, world, batch):
    client = as_(world.cadre())
    answer = start(client, "pack_batch", batch.pk, purpose="")
    assert answer.status_code == 422
    assert "用途" in text(answer)
    assert not Job.objects.exists()
    assert not AccessLog.objects.filter(kind="export").exists()


def test_an_auditors_errand_is_the_purpose(as_, world, batch):
    user = User.objects.create_user("audit", "审计甲")
    people.appoint(
        user, Role.AUDITOR, Region.objects.get(pk=build.DISTRICT), by=Actor.system(),
        since=build.SINCE, until=date(2021, 3, 31), purpose="2020年度退出专项审计",
    )  # fmt: skip
    client = as_(user)
    one = world.cases(batch).first()
    page = text(client.get(reverse("pack_case", args=[one.pk])))
    assert 'value="2020年度退出专项审计"' in page
    start(client, "pack_case", one.pk, purpose="2020年度退出专项审计")
    assert {line["编号"] for line in listed(fetched(client))} == {one.number}
    read = AccessLog.objects.filter(kind="export", purpose="2020年度退出专项审计")
    assert read.values_list("subject_id", flat=True).get() == str(one.pk)


def test_papers_of_the_house_come_along_but_not_its_print_of_the_form(as_, world, batch):
    one = world.cases(batch).first()
    paper(one, PaperKind.ACCEPTANCE_FORM, ("case", one.pk))
    reply = paper(one, PaperKind.MANDATE, ("mandate", mandate(one).pk))
    void = paper(one, PaperKind.INCOME_STATEMENT, ("case", one.pk))
    Paper.objects.filter(pk=void.pk).update(void_tx="v")
    client = as_(world.cadre())
    start(client, "pack_case", one.pk)
    hashes = {line["SHA-256"] for line in listed(fetched(client))}
    assert reply.pdf.sha256 in hashes
    assert Mandate.objects.get().file.sha256 in hashes
    assert void.pdf.sha256 not in hashes
    assert Paper.objects.get(kind=PaperKind.ACCEPTANCE_FORM).pdf.sha256 not in hashes


def test_a_file_that_is_gone_is_said_and_the_others_come(as_, world, batch):
    file = Signature.objects.filter(case__batch=batch, slot="household").get().scan
    (Path(settings.DATA) / "files" / file.path).unlink()
    client = as_(world.cadre())
    start(client, "pack_batch", batch.pk)
    lines = listed(fetched(client))
    assert [one["文件"] for one in lines if one["SHA-256"] == file.sha256] == ["损坏或丢失,未放入"]
    job = Job.objects.get()
    assert (job.result["damaged"], job.result["households"]) == (1, 2)
    page = text(client.get(reverse("job", args=[job.pk])))
    assert "损坏或丢失" in page
    assert "打包签字件" in page
    assert "打包签字件" in text(client.get(reverse("jobs")))


def test_the_batchs_own_papers_come_to_who_sees_all_of_it(as_, world, batch):
    one = world.cases(batch).first()
    minutes = one.votes.get().meeting.minutes
    start(as_(world.cadre()), "pack_batch", batch.pk)
    lines = listed(fetched(as_(world.cadre())))
    assert minutes.sha256 in {line["SHA-256"] for line in lines}
    Job.objects.all().delete()
    helper = world.user(Role.HELPER)
    type(one.household).objects.filter(pk=one.household_id).update(helper=helper)
    start(as_(helper), "pack_batch", batch.pk)
    lines = listed(fetched(as_(helper)))
    assert {line["编号"] for line in lines} == {one.number}  # their own household alone
    assert minutes.sha256 not in {line["SHA-256"] for line in lines}


def test_who_has_left_gets_nothing(as_, world, batch):
    user = world.cadre()
    start(as_(user), "pack_batch", batch.pk)
    held = Appointment.objects.get(user=user)
    people.dismiss(held, by=Actor.system(), until=world.day - timedelta(days=1))
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert not StoredFile.objects.filter(mime="application/zip").exists()
    assert as_(user).get(reverse("report", args=[job.pk])).status_code == 404


def test_strangers_and_other_villages_find_nothing(as_, world, batch):
    one = world.cases(batch).first()
    client = as_(world.cadre(world.villages[1]))
    assert start(client, "pack_batch", batch.pk).status_code == 404
    assert start(client, "pack_case", one.pk).status_code == 404
    assert not Job.objects.exists()


def test_more_than_can_be_packed_at_once_is_refused_in_words(as_, world, batch, monkeypatch):
    monkeypatch.setattr(packing, "LARGEST", 1)
    answer = start(as_(world.cadre()), "pack_batch", batch.pk)
    assert answer.status_code == 422
    assert "一次打包的文件过大" in text(answer)
    assert PURPOSE in text(answer)


def test_two_pages_of_one_name_lie_side_by_side(as_, world, batch):
    first, second = world.cases(batch)
    other = files.put(
        b"another", name="签字页.pdf", mime="application/pdf", kind=FileKind.SCAN,
        region=batch.village_id, private=True, by="test",
    )  # fmt: skip
    Signature.objects.filter(case=first, slot="village_secretary").update(
        scan=other, signer="向光明", slot="appraisal_leader", void_tx="v"
    )
    client = as_(world.cadre())
    start(client, "pack_case", first.pk)
    archive = fetched(client)
    assert len(archive.namelist()) == len(set(archive.namelist()))
    lines = listed(archive)
    assert [one["情况"] for one in lines if one["SHA-256"] == other.sha256] == ["作废"]
    assert second.number not in {one["编号"] for one in lines}
