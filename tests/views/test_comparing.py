"""The comparison desk: letters to bureaux, their answers, and what becomes of what they found."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from exitcase.core.choices import Fact, Role
from households.models import Member
from tests.verification.upper import DAY, bureau, officer, on, stand
from verification.models import Case, ComparisonRun, Hit
from verification.services.comparison import answer, ask_bureaux, explain
from verification.services.specs import HitSpec

PDF = b"%PDF-1.7 answer"


@pytest.fixture
def cases(world):
    found = stand(world, "comparison", (3, 2))
    on(world)
    return found


@pytest.fixture
def asked(world, cases):
    return ask_bureaux(cases, "comparison", number="比对1", asked_on=DAY, by=officer(world))


def desk(world, name="compare"):
    return reverse(name, args=[world.programme.pk, "comparison"])


def letter(cases, **more):
    lists = sorted({case.batch_id for case in cases})
    return {"lists": lists, "number": "比对〔2020〕1号", "done_on": DAY.isoformat(), **more}


def feedback(*hits, **more):
    said = {
        "number": "复1",
        "answered_by": "联络员",
        "done_on": DAY.isoformat(),
        "hit-TOTAL_FORMS": str(len(hits) + 5),
        "hit-INITIAL_FORMS": "0",
    }
    for at, (who, fact, why) in enumerate(hits):
        said |= {f"hit-{at}-who": who, f"hit-{at}-fact": fact, f"hit-{at}-why": why}
    return said | more


def raised(world, asked, case, day=DAY):
    made = answer(
        asked[0],
        answered_on=day,
        number="复1",
        answered_by="联络员",
        file=None,
        hits=[HitSpec(case, Fact.CAR, "名下有小型汽车")],
        by=bureau(world, asked[0].bureau),
    )
    return Hit.objects.get(run=made)


def test_all_bureaux_are_asked_about_the_chosen_lists(as_, world, cases):
    client = as_(officer(world))
    page = client.get(desk(world))
    assert [line.waiting for line in page.context["lines"]] == [3, 2]
    assert page.content.decode().count(" checked") == 2
    answered = client.post(desk(world), letter(cases[:3]))
    assert answered.status_code == 302, answered.context["sent"].problems
    assert ComparisonRun.objects.count() == len(world.rules.stage("comparison").bureaux.organs)
    page = client.get(desk(world))
    assert [line.waiting for line in page.context["lines"]] == [0, 2]
    assert "未反馈,已 0 天" in page.content.decode()


def test_a_number_used_before_is_said_and_what_was_typed_is_kept(as_, world, cases, asked):
    more = stand(world, "comparison", (1,))
    answered = as_(officer(world)).post(desk(world), letter(more, number="比对1"))
    assert answered.status_code == 422
    assert "发函编号已经用过" in answered.content.decode()
    assert 'value="比对1"' in answered.content.decode()
    assert ComparisonRun.objects.count() == len(asked)


def test_no_list_chosen_is_said(as_, world, cases):
    answered = as_(officer(world)).post(desk(world), letter(cases, lists=[]))
    assert answered.status_code == 422
    assert "请至少勾选一个批次" in answered.content.decode()
    assert not ComparisonRun.objects.exists()


def test_a_bureau_answers_for_itself_and_sees_only_its_own(as_, world, cases, asked):
    client = as_(bureau(world, asked[0].bureau))
    page = client.get(desk(world))
    assert [one.run for one in page.context["runs"]] == [asked[0]]
    assert "向各部门发函" not in page.content.decode()
    url = reverse("answer_request", args=[asked[0].pk])
    case = cases[1]
    done = client.post(url, feedback((case.number, "car", "名下有小型汽车")))
    assert done.status_code == 302, done.context["page"].sent.problems
    asked[0].refresh_from_db()
    assert asked[0].answered_on == DAY
    hit = Hit.objects.get()
    assert (hit.case, hit.fact, hit.detail) == (case, "car", "名下有小型汽车")
    assert client.get(reverse("answer_request", args=[asked[1].pk])).status_code == 404


def test_nothing_found_has_to_be_said(as_, world, cases, asked):
    client = as_(bureau(world, asked[0].bureau))
    url = reverse("answer_request", args=[asked[0].pk])
    silent = client.post(url, feedback())
    assert silent.status_code == 422
    assert "请逐条登记疑点,或勾选「无异常」" in silent.content.decode()
    assert 'value="复1"' in silent.content.decode()
    both = client.post(url, feedback((cases[0].number, "car", "车"), nil="on"))
    assert "有疑点时不能勾选「无异常」" in both.content.decode()
    assert client.post(url, feedback(nil="on")).status_code == 302
    asked[0].refresh_from_db()
    assert asked[0].answered_on == DAY
    assert not Hit.objects.exists()


def test_a_household_that_was_not_asked_is_said_at_its_line(as_, world, cases, asked):
    url = reverse("answer_request", args=[asked[0].pk])
    answered = as_(officer(world)).post(url, feedback(("没有此户", "car", "车")))
    text = answered.content.decode()
    assert answered.status_code == 422
    assert "「没有此户」不在名单上" in text
    assert 'value="没有此户"' in text
    assert not Hit.objects.exists()


def test_a_letter_is_registered_by_one_and_confirmed_by_another(as_, world, cases, asked):
    url = reverse("answer_request", args=[asked[0].pk])
    scan = SimpleUploadedFile("复函.pdf", PDF)
    first = as_(officer(world))
    assert first.post(url, feedback(nil="on", file=scan)).status_code == 302
    asked[0].refresh_from_db()
    assert (asked[0].entered_on, asked[0].answered_on) == (DAY, None)
    said = {"confirm": "1", "done_on": DAY.isoformat()}
    assert first.post(url, said).status_code == 403
    second = as_(officer(world, 1))
    page = second.get(url)
    assert "待第二人确认" in page.content.decode()
    read = second.get(reverse("scan", args=["request", asked[0].pk]))
    assert (read.content, read["Content-Type"]) == (PDF, "application/pdf")
    assert second.post(url, said).status_code == 302
    asked[0].refresh_from_db()
    assert asked[0].answered_on == DAY
    again = second.post(url, said)
    assert again.status_code == 422
    assert "没有待确认的反馈" in again.content.decode()


def book(*rows):
    made = Workbook()
    for row in (("机动车登记名单",), ("姓名", "身份证号码", "疑点内容"), *rows):
        made.active.append(row)
    out = BytesIO()
    made.save(out)
    return SimpleUploadedFile("名单.xlsx", out.getvalue())


def test_a_list_is_read_into_lines_and_strangers_are_not_kept(as_, world, cases, asked):
    member = Member.objects.filter(household=cases[0].household).first()
    sent = book(("某甲", "110101199001011234", "车"), (member.name, member.id_number, "小型汽车"))
    client = as_(officer(world))
    url = reverse("answer_request", args=[asked[0].pk])
    read = client.post(url, feedback(read="1", book=sent, list_fact="car"))
    text = read.content.decode()
    assert read.status_code == 200
    assert f'value="{cases[0].number}"' in text
    assert 'value="小型汽车"' in text
    assert "名单第 3 行的人不在本次比对的户里" in text
    assert 'value="复1"' in text
    assert member.id_number not in text
    assert not Hit.objects.exists()
    known = [line for line in read.context["page"].lines if line.filled]
    rows = [tuple(str(line[name].value()) for name in ("who", "fact", "why")) for line in known]
    assert client.post(url, feedback(*rows)).status_code == 302
    assert Hit.objects.get().detail == "小型汽车"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (SimpleUploadedFile("名单.xlsx", b"MZ no book"), "这不是 Excel 工作簿"),
        (None, "部门名单(Excel)"),
    ],
)
def test_what_is_no_list_is_said(as_, world, asked, sent, words):
    url = reverse("answer_request", args=[asked[0].pk])
    more = {"book": sent} if sent else {}
    read = as_(officer(world)).post(url, feedback(read="1", list_fact="car", **more))
    assert read.status_code == 422
    assert words in read.content.decode()


def test_the_village_explains_and_the_district_judges(as_, world, cases, asked):
    case = cases[0]
    url = reverse("hit", args=[raised(world, asked, case).pk])
    village = as_(world.cadre())
    assert village.get(reverse("case", args=[case.pk])).content.decode().count(url) == 1
    page = village.get(url).content.decode()
    assert "登记说明" in page
    assert "登记结论" not in page
    proof = SimpleUploadedFile("过户.pdf", PDF)
    said = {"explanation": "2019年已过户", "file": proof, "done_on": DAY.isoformat()}
    assert village.post(url, said).status_code == 302
    judged = {"judge": "1", "judged_on": DAY.isoformat(), "why": "有过户凭证"}
    assert village.post(url, judged | {"verdict": "cleared"}).status_code == 403
    client = as_(officer(world))
    unsaid = client.post(url, judged)
    assert unsaid.status_code == 422
    assert 'value="有过户凭证"' in unsaid.content.decode()
    assert client.post(url, judged | {"verdict": "cleared"}).status_code == 302
    hit = Hit.objects.get()
    assert (hit.verdict, hit.explanation, hit.judged_by) == (
        "cleared",
        "2019年已过户",
        officer(world),
    )
    assert client.get(reverse("scan", args=["hit", hit.pk])).content == PDF


def test_a_verdict_without_a_word_of_the_household_is_refused(as_, world, cases, asked):
    hit = raised(world, asked, cases[0])
    said = {"judge": "1", "judged_on": DAY.isoformat(), "why": "无", "verdict": "cleared"}
    answered = as_(officer(world)).post(reverse("hit", args=[hit.pk]), said)
    assert answered.status_code == 422
    assert "还没有户的说明" in answered.content.decode()
    hit.refresh_from_db()
    assert hit.verdict == ""


def test_the_next_finding_that_waits_for_a_verdict_comes_by_itself(as_, world, cases, asked):
    one = raised(world, asked, cases[0])
    other = Hit.objects.create(
        case=cases[1], run=asked[0], stage="comparison", number="9", fact="car", detail="车",
        raised_on=DAY, raised_by=one.raised_by,
    )  # fmt: skip
    for hit, village in ((one, cases[0].village_id), (other, cases[1].village_id)):
        explain(hit, explanation="已卖", file=None, by=world.cadre(village), done_on=DAY)
    said = {"judge": "1", "judged_on": DAY.isoformat(), "why": "凭证", "verdict": "cleared"}
    answered = as_(officer(world)).post(reverse("hit", args=[one.pk]), said)
    assert answered["Location"] == reverse("hit", args=[other.pk])


def test_what_nobody_answered_expires_and_its_household_is_refused(as_, world, cases, asked):
    raised(world, asked, cases[0])
    later = on(world, DAY + timedelta(days=6))
    client = as_(officer(world))
    assert "1 条疑点已过期限未核实" in client.get(desk(world)).content.decode()
    said = {"expire": "1", "done_on": later.isoformat()}
    assert client.post(desk(world), said).status_code == 302
    assert Hit.objects.get().verdict == "unverified"
    check = client.get(desk(world, "refuse_hits"))
    assert str(cases[0]) in check.content.decode()
    day = {"done_on": later.isoformat()}
    wrong = client.post(desk(world, "refuse_hits"), day | {"typed_count": "2"})
    assert wrong.status_code == 422
    assert Case.objects.get(pk=cases[0].pk).state != "refused"
    leader = Client()
    leader.force_login(
        world.user(Role.DISTRICT_LEADER), "django.contrib.auth.backends.ModelBackend"
    )
    typed = day | {"typed_count": "1"}
    assert leader.post(desk(world, "refuse_hits"), typed).status_code == 403
    assert client.post(desk(world, "refuse_hits"), typed).status_code == 302
    ended = Case.objects.get(pk=cases[0].pk)
    assert (ended.state, ended.end_bar) == ("refused", "B1")


def test_who_has_not_the_right_is_told_and_a_stranger_finds_nothing(as_, world, cases, asked):
    hit = raised(world, asked, cases[0])
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert leader.get(desk(world)).status_code == 200
    run = reverse("answer_request", args=[asked[1].pk])
    assert leader.post(run, feedback(nil="on")).status_code == 403
    nobody = leader.get(desk(world, "refuse_hits"))
    assert (nobody.status_code, nobody["Location"]) == (302, desk(world))
    other = as_(world.cadre(world.villages[1]))
    assert other.get(reverse("hit", args=[hit.pk])).status_code == 404
    assert other.get(reverse("scan", args=["hit", hit.pk])).status_code == 404
    assert other.get(run).status_code == 404


def test_letters_of_another_hand_are_forbidden(as_, world, cases):
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert leader.post(desk(world), letter(cases)).status_code == 403
    assert not ComparisonRun.objects.exists()


def test_no_desk_of_a_stage_the_plan_has_not(as_, world, cases):
    client = as_(officer(world))
    for stage in ("comparison_2", "appraisal"):
        url = reverse("compare", args=[world.programme.pk, stage])
        assert client.get(url).status_code == 404


def test_the_batch_leads_to_the_desk(as_, world, cases):
    page = as_(officer(world)).get(reverse("batch", args=[cases[0].batch_id]))
    assert f'href="{desk(world)}"' in page.content.decode()


def test_a_finding_waits_in_the_village_then_with_who_judges(as_, world, cases, asked):
    hit = raised(world, asked, cases[0])
    url = reverse("hit", args=[hit.pk])
    village = as_(world.cadre()).get(reverse("todo")).content.decode()
    assert "疑点待户说明" in village
    assert f'href="{url}"' in village
    assert "疑点待" not in as_(world.cadre(world.villages[1])).get(reverse("todo")).content.decode()
    explain(hit, explanation="已卖", file=None, by=world.cadre(), done_on=DAY)
    assert "疑点待户说明" not in as_(world.cadre()).get(reverse("todo")).content.decode()
    assert "疑点待结论" in as_(officer(world)).get(reverse("todo")).content.decode()


def test_the_answer_is_issued_as_a_paper(as_, world, cases, asked):
    raised(world, asked, cases[0])
    client = as_(officer(world))
    assert client.post(reverse("issue_desk", args=["request", asked[0].pk])).status_code == 302
    page = client.get(reverse("answer_request", args=[asked[0].pk]))
    assert [one.kind for one in page.context["papers"]] == ["bureau_answer"]
