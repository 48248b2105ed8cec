"""The correction desk: what follows is told first, one enters, another confirms; what pages say."""

from urllib.parse import unquote

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exitcase.core.choices import Level, PaperKind, Role
from exitcase.core.models import Entry, Paper, Region
from exitcase.core.papers.store import issue_many
from households.choices import ChangeReason, Relation
from households.models import IncomeItem, MemberChange
from tests.verification import build
from tests.verification.services.correcting_desk import BORN, Desk, incomes
from verification.models import Case, Correction
from verification.services import correcting, papers


def page_of(as_, desk) -> str:
    client = as_(desk.world.officer())
    return client.get(reverse("case", args=[desk.case.pk])).content.decode()


def test_the_case_page_tells_what_was_corrected_and_by_whom_it_waits(as_, db):
    desk = Desk("village_notice")
    spouse = desk.members[1]
    assert "待第二人确认" not in page_of(as_, desk)
    first = desk.enter(members={spouse.pk: {"relation": Relation.OTHER}})
    page = page_of(as_, desk)
    assert "01号成员与户主关系由配偶改为其他" in page
    assert "待第二人确认" in page
    assert "有 1 户的更正单尚未由第二人确认" in page
    by, day = desk.second(), desk.world.day
    correcting.reject(first, reason="与户口簿不符", by=by, done_on=day)
    assert "已退回" in page_of(as_, desk)
    desk.correct(items=incomes(900_000))
    page = page_of(as_, desk)
    assert "待第二人确认" not in page
    assert "重新办理自" in page


def test_the_page_says_no_number_of_a_person(as_, db):
    desk = Desk("sign_off")
    desk.correct(household={"phone": "10000000077"})
    page = page_of(as_, desk)
    assert "联系电话有更正" in page
    assert "10000000077" not in page


def test_a_void_paper_is_called_so_when_it_is_taken(as_, db):
    desk = Desk("village_notice")
    issue_many([one.draft for one in papers.of_cases(Case.objects.all())], processes=1)
    old = Paper.objects.get(kind=PaperKind.ACCEPTANCE_FORM)
    client = as_(desk.world.officer())

    def name() -> str:
        answer = client.get(reverse("paper_pdf", args=[old.pk]))
        return unquote(answer["Content-Disposition"])

    assert "作废" not in name()
    before = b"".join(client.get(reverse("paper_pdf", args=[old.pk])))
    desk.correct(items=incomes(900_000))
    assert "作废-" in name()
    assert b"".join(client.get(reverse("paper_pdf", args=[old.pk]))) == before
    assert page_of(as_, desk).count("作废") >= 2


# ── the desk ──────────────────────────────────────────────────────────────────────────────────


def sheet_of(client, desk) -> dict[str, str]:
    """What the page sends when nobody touches it."""
    page = client.get(reverse("correct", args=[desk.case.pk]))
    assert page.status_code == 200
    sheet = page.context["sheet"]
    said = {}
    for form in (*sheet.forms, sheet.items.management_form):
        for field in form:
            value = field.value()
            if field.name != "proof" and value is not None:
                said[field.html_name] = value
    return said | {"reason": "核对户口簿发现有误"}


def test_the_case_page_leads_there(as_, db):
    desk = Desk("sign_off")
    one = desk.enter(household={"group": "5"})
    assert reverse("correction", args=[one.pk]) in page_of(as_, desk)
    assert reverse("correct", args=[desk.case.pk]) in page_of(as_, desk)
    leader = as_(desk.world.user(Role.DISTRICT_LEADER))
    page = leader.get(reverse("case", args=[desk.case.pk])).content.decode()
    assert reverse("correct", args=[desk.case.pk]) not in page


def send(client, desk, said, name="check", **more):
    return client.post(reverse("correct", args=[desk.case.pk]), said | {name: "1"} | more)


def enter(client, desk, said, **more):
    """Read what follows, then enter it."""
    told = send(client, desk, said)
    assert told.status_code == 200, told.context["sheet"].sent.problems
    return send(client, desk, said, "enter", seen=told.context["told"].seen, **more)


def text(response) -> str:
    return response.content.decode()


def test_what_follows_is_told_before_anything_is_written(as_, db):
    desk = Desk("township_check")
    client = as_(desk.world.cadre())
    said = sheet_of(client, desk) | {"household-group": "5"}
    before = Entry.objects.count()
    page = send(client, desk, said)
    assert page.status_code == 200, page.context["sheet"].sent.problems
    told = page.context["told"]
    assert (told.kind, told.lines) == ("公示事项", [("村民小组", "1", "5")])
    assert told.back == "退回「村级公示」,从这一环节起重新办理;本户分到补充批次,同批其他户不受影响"
    assert "公示条目 1 件" in told.void
    assert told.second.startswith("乡镇的另一人(乡镇经办人)")
    assert told.seen in text(page)
    assert (Correction.objects.count(), Entry.objects.count()) == (0, before)
    assert desk.case.household.group == "1"


def test_a_wrong_group_is_entered_by_one_and_confirmed_by_another(as_, db):
    desk = Desk("township_check")
    client = as_(desk.world.cadre())
    answer = enter(client, desk, sheet_of(client, desk) | {"household-group": "5"})
    one = Correction.objects.get()
    assert answer["Location"] == reverse("correction", args=[one.pk])
    assert "须由另一人确认" in text(client.get(answer["Location"]))
    assert desk.case.group == "5"
    second = as_(desk.second())
    assert reverse("correction", args=[one.pk]) in text(second.get(reverse("todo")))
    scan = SimpleUploadedFile("更正单.pdf", b"%PDF-1.7 sheet")
    said = {"confirm": "1", "done_on": desk.world.day.isoformat(), "scan": scan}
    answer = second.post(reverse("correction", args=[one.pk]), said)
    assert answer.status_code == 302, answer.context["sent"].problems
    one.refresh_from_db()
    assert (one.confirmed_by, one.redone_from) == (desk.second(), "village_notice")
    assert desk.case.batch.stage == "village_notice"
    page = second.get(reverse("correction", args=[one.pk]))
    assert "重新办理自" in text(page)
    assert 'name="confirm"' not in text(page)
    again = second.post(
        reverse("correction", args=[one.pk]),
        said | {"scan": SimpleUploadedFile("更正单.pdf", b"%PDF-1.7 sheet")},
    )
    assert again.status_code == 422
    assert "已确认或已退回" in text(again)


def test_what_has_changed_since_it_was_read_is_told_again(as_, db):
    desk = Desk("village_notice")
    client = as_(desk.world.cadre())
    said = sheet_of(client, desk) | {"household-group": "5"}
    for seen in ("", "of another day"):
        page = send(client, desk, said, "enter", seen=seen)
        assert (page.status_code, Correction.objects.count()) == (200, 0)
        assert page.context["told"].seen in text(page)


def test_a_dead_head_is_followed_and_a_child_is_added(as_, db):
    desk = Desk("sign_off")
    head, spouse, child = desk.members
    client = as_(desk.world.cadre())
    said = sheet_of(client, desk) | {
        "leaves-member": head.pk,
        "leaves-reason": ChangeReason.DIED,
        "leaves-happened_on": "2020-10-08",
        "leaves-new_head": spouse.pk,
        f"leaves-as{child.pk}": Relation.SON,
        "joins1-name": "石小满",
        "joins1-reason": ChangeReason.BORN,
        "joins1-happened_on": "2020-10-08",
        "joins1-id_number": build.id_number(BORN, 7),
        "joins1-relation": Relation.SON,
        "joins1-schooling": "preschool",
        "joins1-health": "well",
        "joins1-labour": "none",
    }
    proof = SimpleUploadedFile("死亡证明.pdf", b"%PDF-1.7 death")
    answer = enter(client, desk, said, proof=proof)
    assert answer.status_code == 302, answer.context["sheet"].sent.problems
    present = {one.name: one.relation for one in desk.members if one.left_on is None}
    assert present == {
        spouse.name: Relation.HEAD,
        child.name: Relation.SON,
        "石小满": Relation.SON,
    }
    assert desk.case.head_name == spouse.name
    changes = MemberChange.objects.filter(tx=Correction.objects.get().tx)
    assert {one.file_id is not None for one in changes} == {True}
    assert Correction.objects.get().kind == "material"


def test_an_income_item_and_a_living_condition_are_put_right(as_, db):
    desk = Desk("sign_off")
    client = as_(desk.world.cadre())
    said = sheet_of(client, desk)
    amount = next(name for name in said if name.endswith("-amount") and said[name])
    wrong = said | {amount: "", "year-house_grade": "2"}
    page = send(client, desk, wrong)
    assert any(label == "住房等级" for label, _was, _became in page.context["told"].lines)
    said |= {amount: "18500.50"}
    answer = enter(client, desk, said)
    assert answer.status_code == 302, answer.context["sheet"].sent.problems
    assert 1_850_050 in set(
        IncomeItem.objects.filter(record__household=desk.case.household_id).values_list(
            "amount_fen", flat=True
        )
    )


def test_a_wrong_number_is_said_and_what_was_typed_is_kept(as_, db):
    desk = Desk("sign_off")
    client = as_(desk.world.cadre())
    spouse = desk.members[1]
    said = sheet_of(client, desk) | {f"member{spouse.pk}-id_number": "99000119720802100X"}
    answer = send(client, desk, said)
    assert answer.status_code == 422
    assert "证件号码有误" in text(answer)
    assert "99000119720802100X" in text(answer)
    assert spouse.id_number not in text(answer)
    assert not Correction.objects.exists()


def test_nothing_changed_and_half_a_death_are_said(as_, db):
    desk = Desk("sign_off")
    client = as_(desk.world.cadre())
    said = sheet_of(client, desk)
    answer = send(client, desk, said)
    assert answer.status_code == 422
    assert "更正前后没有不同" in text(answer)
    answer = send(client, desk, said | {"leaves-member": desk.members[0].pk})
    assert answer.status_code == 422
    assert "减少原因: 请填写此项" in text(answer)
    assert "新户主(减少的是户主时选择): 请填写此项" in text(answer)
    answer = send(client, desk, said | {"household-group": ""})
    assert "不能改为空" in text(answer)


def test_a_rejected_one_says_why_and_the_household_still_waits(as_, db):
    desk = Desk("village_notice")
    one = desk.enter(household={"group": "5"})
    second = as_(desk.second())
    day = desk.world.day.isoformat()
    where = reverse("correction", args=[one.pk])
    answer = second.post(where, {"reject": "1", "no-done_on": day, "no-why": ""})
    assert answer.status_code == 422
    answer = second.post(where, {"reject": "1", "no-done_on": day, "no-why": "与户口簿不符"})
    assert answer["Location"] == reverse("case", args=[desk.case.pk])
    one.refresh_from_db()
    assert one.void_tx
    assert "已退回" in text(second.get(where))


def test_the_second_person_is_another_with_the_right(as_, db):
    desk = Desk("village_notice")
    one = desk.enter(household={"group": "5"})
    where = reverse("correction", args=[one.pk])

    def confirm(user):
        scan = SimpleUploadedFile("更正单.pdf", b"%PDF-1.7 sheet")
        said = {"confirm": "1", "done_on": desk.world.day.isoformat(), "scan": scan}
        return as_(user).post(where, said).status_code

    assert confirm(desk.world.cadre()) == 403  # who entered it
    assert confirm(desk.world.user(Role.DISTRICT_LEADER)) == 403
    one.refresh_from_db()
    assert one.open
    page = as_(desk.world.user(Role.DISTRICT_LEADER)).get(where)
    assert 'name="confirm"' not in text(page)
    assert send(as_(desk.world.user(Role.DISTRICT_LEADER)), desk, {}).status_code in (403, 422)


def test_no_desk_for_a_case_that_has_ended_or_is_elsewhere(as_, db):
    desk = Desk("sign_off")
    one = desk.enter(household={"group": "5"})
    Region.objects.create(
        code="430405", name="别处", level=Level.DISTRICT, parent_id="4304", edition="test"
    )
    other = as_(build.user(Role.DISTRICT_OFFICER, "430405"))
    assert other.get(reverse("correct", args=[desk.case.pk])).status_code == 404
    assert other.get(reverse("correction", args=[one.pk])).status_code == 404
    assert "还有更正单未经第二人确认" in text(
        as_(desk.world.cadre()).get(reverse("correct", args=[desk.case.pk]))
    )
    desk.confirm(one)
    Case.objects.filter(pk=desk.case.pk).update(
        state="withdrawn", end_reason="household_withdrew", ended_at_stage="sign_off"
    )
    client = as_(desk.world.cadre())
    assert client.get(reverse("correct", args=[desk.case.pk])).status_code == 404
