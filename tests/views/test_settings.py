"""设置: plans read in words, appointments given and ended by who may, jobs with their progress."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from exitcase.core import clock, jobs
from exitcase.core.choices import Basis, JobState, Level, Role
from exitcase.core.journal import Actor
from exitcase.core.models import Appointment, Entry, Job, Programme, Region, User
from exitcase.core.rules_read import parse
from exitcase.core.services import people
from exitcase.house.rows import rule_rows, sections
from tests.core.test_rules_read import PROGRAMMES
from tests.verification import build

NUMBER = re.compile(r"[a-z]{3}")


def text(response) -> str:
    return response.content.decode()


# ── plans in words ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", sorted(PROGRAMMES), ids=lambda path: Path(path).stem)
def test_every_rule_of_every_plan_is_told_in_words(path):
    own = build.text(Path(path).stem)
    rules = parse(own.source, own.house)
    rows = list(rule_rows(rules))
    assert len({row.path for row in rows}) == len(rows) > 40
    assert all(row.clause and row.title and row.basis in set(Basis) for row in rows)
    told = [row.title for row in rows] + [f"{name}{value}" for row in rows
                                          for name, value in row.values]  # fmt: skip
    assert [one for one in told if NUMBER.search(one)] == []
    assert sum(len(part.rows) for part in sections(rules)) == len(rows)
    assert {part.title for part in sections(rules) if part.stage} == {
        stage.title for stage in rules.stages
    }


def test_a_row_reads_well():
    own = build.text("nanyue-2020")
    rows = {row.path: row for row in rule_rows(parse(own.source, own.house))}
    assert rows["stage.village_notice.term"].text == "天数 7"
    assert rows["income.amount"].text == "金额(元) 4,000"
    quorum = rows["stage.appraisal.quorum"]
    assert (quorum.text, quorum.basis) == ("比例 2/3;基数 全体成员", "law")
    assert rows["clock.counts_first_day"].text == "取值 否"
    assert "民政局" in rows["stage.comparison.bureaux"].text


def test_the_plan_is_read_by_whoever_has_an_account(as_, world):
    client = as_(build.user(Role.SYSTEM_ADMIN, build.DISTRICT))
    world.batch(size=1)
    listed = text(client.get(reverse("programmes")))
    assert world.programme.title in listed
    assert reverse("programme", args=[world.programme.pk]) in listed
    page = text(client.get(reverse("programme", args=[world.programme.pk])))
    assert "时间不少于7天" in page  # the clause
    assert "推定" in page
    asked = client.get(reverse("programme", args=[world.programme.pk]), {"basis": "law"})
    assert {row.basis for _part, rows in asked.context["sections"] for row in rows} == {"law"}
    assert client.get(reverse("programme", args=[0])).status_code == 404


def test_the_list_tells_the_current_version_and_its_batches(as_, world):
    world.batch(size=1)
    Programme.objects.create(
        key=world.programme.key, version=2, title="新版", sha256="0" * 64, loaded_at=clock.read()
    )
    rows = as_(world.cadre()).get(reverse("programmes")).context["rows"]
    assert [(one.version, n, current) for one, n, current in rows] == [(2, 0, True), (1, 1, False)]


# ── 任职 ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def admin(world):
    return build.user(Role.SECURITY_ADMIN, build.DISTRICT)


@pytest.fixture
def newcomer(db):
    return User.objects.create_user("xinren", "新人甲")


def given(world, **more):
    return {
        "username": "xinren",
        "role": "township_officer",
        "region": build.TOWNSHIP,
        "since": "2020-10-09",
        "until": "",
        "organ": "",
        "post": "",
        "purpose": "",
        "done_on": world.day.isoformat(),
        "late_reason": "",
        **more,
    }


def test_an_administrator_appoints_and_it_stands_in_the_list(as_, world, admin, newcomer):
    client = as_(admin)
    answer = client.post(reverse("appoint"), given(world), follow=True)
    assert "已任职:新人甲 乡镇经办人" in text(answer)
    held = Appointment.objects.get(user=newcomer)
    assert (held.role, held.region_id) == ("township_officer", build.TOWNSHIP)
    assert "新人甲" in text(answer)
    entry = Entry.objects.filter(act="appoint", subject_id=str(held.pk)).get()
    assert entry.actor == admin.name
    assert as_(newcomer).get(reverse("batches")).status_code == 200


def test_an_auditors_errand_is_opened_with_purpose_and_end(as_, world, admin, newcomer):
    client = as_(admin)
    errand = {"role": "auditor", "region": build.DISTRICT}
    answer = client.post(reverse("appoint"), given(world, **errand))
    assert answer.status_code == 422
    assert "审计任职须写明事由和截止日期" in text(answer)
    assert 'value="xinren"' in text(answer)
    errand |= {"purpose": "2020年度退出专项审计", "until": "2021-03-31"}
    assert client.post(reverse("appoint"), given(world, **errand)).status_code == 302
    assert Appointment.objects.get(user=newcomer).purpose == "2020年度退出专项审计"
    page = text(as_(newcomer).get(reverse("me")))
    assert "2020年度退出专项审计" in page
    assert "2021-03-31" in page


def test_what_the_rules_forbid_is_said_and_nothing_is_lost(as_, world, admin, newcomer):
    client = as_(admin)
    wrong = given(world, role="village_cadre", purpose="暂代")
    answer = client.post(reverse("appoint"), wrong)
    assert answer.status_code == 422
    assert "这一角色不在这一级任职" in text(answer)
    assert 'value="暂代"' in text(answer)
    unknown = client.post(reverse("appoint"), given(world, username="meiyou"))
    assert "没有这个用户名" in text(unknown)
    empty = client.post(reverse("appoint"), given(world, role="", since=""))
    assert empty.status_code == 422
    assert not Appointment.objects.filter(user=newcomer).exists()


def test_nobody_appoints_themselves(as_, world, admin):
    answer = as_(admin).post(reverse("appoint"), given(world, username=admin.username))
    assert answer.status_code == 403


def test_an_appointment_is_ended_with_a_day_and_a_reason(as_, world, admin):
    officer = world.officer()
    held = Appointment.objects.get(user=officer)
    client, url = as_(admin), reverse("end_appointment", args=[held.pk])
    assert officer.name in text(client.get(url))
    said = {"until": "2020-10-08", "done_on": "2020-10-09", "reason": ""}
    refused = client.post(url, said)
    assert refused.status_code == 422
    assert "2020-10-08" in text(refused)
    answer = client.post(url, said | {"reason": "工作调动"}, follow=True)
    assert f"已免职:{officer.name}" in text(answer)
    held.refresh_from_db()
    assert held.until == date(2020, 10, 8)
    assert Entry.objects.get(act="dismiss", subject_id=str(held.pk)).reason == "工作调动"
    assert as_(officer).get(reverse("batches")).status_code == 403
    early = as_(admin).post(url, said | {"until": "2010-01-01", "reason": "早于任职"})
    assert early.status_code == 422
    assert "免职日期早于任职日期" in text(early)


@pytest.mark.parametrize("role", [Role.DISTRICT_OFFICER, Role.VILLAGE_CADRE, Role.DISTRICT_LEADER])
def test_who_may_not_appoint_is_told_so(as_, world, role):
    client = as_(world.user(role))
    held = Appointment.objects.get(user=world.officer())
    assert client.get(reverse("appointments")).status_code == 403
    assert client.get(reverse("appoint")).status_code == 403
    assert client.post(reverse("appoint"), given(world)).status_code == 403
    url = reverse("end_appointment", args=[held.pk])
    assert client.post(url, {"until": "2020-10-08"}).status_code in {403, 404}
    assert reverse("appointments") not in text(client.get(reverse("me")))


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN])
def test_the_other_administrators_do_not_appoint(as_, world, role):
    assert as_(build.user(role, build.DISTRICT)).get(reverse("appointments")).status_code == 403


def test_another_districts_people_are_not_there(as_, world, admin):
    Region.objects.create(
        code="430405", name="别处", level=Level.DISTRICT, parent_id=build.CITY, edition="test"
    )
    other = build.user(Role.DISTRICT_OFFICER, "430405")
    held = Appointment.objects.get(user=other)
    client = as_(admin)
    assert client.get(reverse("end_appointment", args=[held.pk])).status_code == 404
    assert client.get(reverse("appointments"), {"district": "430405"}).status_code == 404
    assert not client.get(reverse("appointments"), {"text": other.username}).context["rows"]
    city = as_(build.user(Role.SECURITY_ADMIN, build.CITY))
    page = city.get(reverse("appointments"), {"district": "430405"})
    assert [one.user for one, _stands in page.context["rows"]] == [other]


def test_the_list_filters(as_, world, admin):
    client = as_(admin)
    officer = world.officer()
    held = Appointment.objects.get(user=officer)
    people.dismiss(held, by=Actor.system(), until=world.day - timedelta(days=1))

    def shown(**asked):
        return {
            one.pk for one, _stands in client.get(reverse("appointments"), asked).context["rows"]
        }

    assert shown(stands="before") == {held.pk}
    assert held.pk not in shown(stands="now")
    assert shown(text=officer.username) >= {held.pk}
    assert shown(role="district_leader") == {
        Appointment.objects.get(user=world.user(Role.DISTRICT_LEADER)).pk
    }


# ── jobs ──────────────────────────────────────────────────────────────────────────────────────


def test_the_list_of_jobs_is_ones_own_with_progress_and_result(as_, world):
    def make(user, **more):
        return Job.objects.create(
            kind="pack_papers", by=user, region_id=build.TOWNSHIP, created_at=clock.read_wall(),
            expires_at=clock.read_wall() + jobs.KEPT, **more,
        )  # fmt: skip

    mine = make(world.officer(), total=4, done=3, state=JobState.RUNNING)
    make(world.officer(), total=1, done=1, state=JobState.DONE, result={"households": 7})
    make(world.officer(1), total=9)
    page = as_(world.officer()).get(reverse("jobs"))
    assert len(page.context["rows"]) == 2
    assert "3 / 4" in text(page)
    assert "户 7" in text(page)
    assert reverse("job", args=[mine.pk]) in text(page)
    assert "还没有后台任务" in text(as_(world.cadre()).get(reverse("jobs")))
