"""The decision desk: exceptions first, a request, the organ's answer, a second person's word."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exitcase.core.choices import Origin, Role
from exitcase.core.models import AccessLog
from tests.verification.facts import Giver
from tests.verification.upper import DAY, officer, on, stand
from verification.documents.exceptions import exceptions
from verification.models import Case, Correction, Decision, DecisionItem
from verification.services.decisions import propose
from verification.services.rectification import open_rectification

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def cases(world):
    found = stand(world, "review", (3, 2))
    on(world)
    return found


@pytest.fixture
def odd(world, cases):
    """One household that has to be looked at first."""
    open_rectification(
        cases[4], origin=Origin.INSPECTION, problem="住房漏雨", owner="某人", due_on=DAY,
        by=officer(world), done_on=DAY,
    )  # fmt: skip
    return cases[4]


@pytest.fixture
def decision(world, cases, odd):
    return propose(
        cases, "review", request_number="请1", proposed_on=DAY, region=cases[0].district,
        by=officer(world),
    )  # fmt: skip


def desk(world, stage="review"):
    return reverse("decide", args=[world.programme.pk, stage])


def request(cases, **more):
    lists = sorted({case.batch_id for case in cases})
    said = {"lists": lists, "number": "请〔2020〕1号", "done_on": DAY.isoformat()}
    return said | {"region": cases[0].district} | more


def answered(odd, *others, count=5, **more):
    said = {
        "number": "批〔2020〕9号",
        "done_on": NEXT.isoformat(),
        "scan": SimpleUploadedFile("批准文件.pdf", b"%PDF-1.7 act"),
        "typed_count": str(count),
        "other-TOTAL_FORMS": "5",
        "other-INITIAL_FORMS": "0",
        f"e{odd.pk}-said": "approve",
    }
    for at, (who, why) in enumerate(others):
        said |= {f"other-{at}-who": who, f"other-{at}-why": why}
    return said | more


def url_of(decision):
    return reverse("decision", args=[decision.pk])


def test_exceptions_are_opened_before_the_rest_goes_up(as_, world, cases, odd):
    client = as_(officer(world))
    page = client.get(desk(world))
    assert [one.case for one in page.context["first"]] == [odd]
    assert "看完后才能报请" in page.content.decode()
    shut = client.post(desk(world), request(cases))
    assert shut.status_code == 422
    assert f"还有 1 户例外没有打开看过:{odd.head_name}" in shut.content.decode()
    assert not Decision.objects.exists()
    opened = client.post(desk(world), {"open": odd.pk}, follow=True)
    assert "整改:住房漏雨。措施:—。复查:未复查" in opened.content.decode()
    assert AccessLog.objects.filter(subject="case", subject_id=str(odd.pk)).count() == 1
    made = client.post(desk(world), request(cases))
    assert made.status_code == 302, made.context["sent"].problems
    decision = Decision.objects.get()
    assert made["Location"] == url_of(decision)
    items = DecisionItem.objects.filter(decision=decision).order_by("seq")
    assert (items.count(), items[0].case) == (5, odd)


def test_another_persons_opening_does_not_count(as_, world, cases, odd):
    as_(officer(world)).post(desk(world), {"open": odd.pk})
    assert as_(officer(world, 1)).post(desk(world), request(cases)).status_code == 422


def test_lists_without_exceptions_may_go_first(as_, world, cases, odd):
    first = list(cases[:3])
    assert as_(officer(world)).post(desk(world), request(first)).status_code == 302
    assert DecisionItem.objects.count() == 3


def test_who_is_no_exception_is_not_opened_as_one(as_, world, cases, odd):
    assert as_(officer(world)).post(desk(world), {"open": cases[0].pk}).status_code == 404


def test_a_number_used_before_is_said_and_kept(as_, world, cases, decision):
    more = stand(world, "review", (1,))
    told = as_(officer(world)).post(desk(world), request(more, number="请1"))
    assert told.status_code == 422
    assert "请示文号已经用过" in told.content.decode()
    assert 'value="请1"' in told.content.decode()


def test_an_outside_organ_is_registered_by_one_and_confirmed_by_another(
    as_, world, cases, odd, decision
):
    on(world, NEXT)
    first = as_(officer(world))
    url = url_of(decision)
    assert first.post(url, answered(odd)).status_code == 422  # not opened yet
    first.post(url, {"open": odd.pk})
    out = cases[0]
    done = first.post(url, answered(odd, (out.head_name, "收入佐证不足")))
    assert done.status_code == 302, done.context["page"].sent.problems
    decision.refresh_from_db()
    assert (decision.number, decision.confirmed_by) == ("批〔2020〕9号", None)
    said = {"confirm": "1", "done_on": NEXT.isoformat(), "typed_count": "5"}
    assert first.post(url, said).status_code == 403
    second = as_(officer(world, 1))
    page = second.get(url).content.decode()
    assert "收入佐证不足" in page
    assert second.get(reverse("scan", args=["decision", decision.pk])).content == b"%PDF-1.7 act"
    wrong = second.post(url, said | {"typed_count": "4"})
    assert wrong.status_code == 422
    assert "请输入 5 确认" in wrong.content.decode()
    assert second.post(url, said).status_code == 302
    decision.refresh_from_db()
    assert decision.confirmed_by == officer(world, 1)
    assert Case.objects.get(pk=out.pk).end_note == "收入佐证不足"
    again = second.post(url, said)
    assert again.status_code == 422
    assert "该批准结果已确认" in again.content.decode()


@pytest.fixture
def opened(as_, world, odd, decision):
    """An officer at the request on the day after, who has opened the exception."""
    on(world, NEXT)
    client = as_(officer(world))
    client.post(url_of(decision), {"open": odd.pk})
    return client


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"typed_count": "6"}, "请输入 5 确认"),
        ({"scan": ""}, "批准文件扫描件"),
        ({"other-0-who": "某某某", "other-0-why": "无"}, "「某某某」不在名单上"),
        ({"number": ""}, "批准文号"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_decided(opened, odd, decision, more, words):
    told = opened.post(url_of(decision), answered(odd) | more)
    assert told.status_code == 422
    assert words in told.content.decode()
    decision.refresh_from_db()
    assert decision.decided_on is None


def test_an_exception_without_a_word_or_a_reason_is_said(opened, odd, decision):
    silent = opened.post(url_of(decision), answered(odd, **{f"e{odd.pk}-said": ""}))
    assert silent.status_code == 422
    no_reason = opened.post(url_of(decision), answered(odd, **{f"e{odd.pk}-said": "refuse"}))
    assert "不批准的须写明原因" in no_reason.content.decode()
    reason = {f"e{odd.pk}-said": "refuse", f"e{odd.pk}-why": "住房不安全"}
    assert opened.post(url_of(decision), answered(odd, **reason)).status_code == 302
    item = DecisionItem.objects.get(case=odd)
    assert (item.approved, item.note) == (False, "住房不安全")
    assert DecisionItem.objects.filter(approved=True).count() == 4


def test_the_households_an_organ_refused_are_ended_once_it_counts(as_, world, cases, decision):
    Decision.objects.filter(pk=decision.pk).update(
        decided_on=NEXT, number="批1", confirmed_by=officer(world, 1)
    )
    DecisionItem.objects.filter(case=cases[0]).update(approved=False, note="不实")
    on(world, NEXT)
    client = as_(officer(world))
    said = {"end": "1", "done_on": NEXT.isoformat()}
    assert client.post(url_of(decision), said | {"typed_count": "2"}).status_code == 422
    assert client.post(url_of(decision), said | {"typed_count": "1"}).status_code == 302
    assert Case.objects.get(pk=cases[0].pk).end_reason == "disapproved"


def test_a_correction_and_a_short_indicator_make_an_exception(world, cases):
    giver = Giver(world)
    giver.assess(cases[:1], world.rules.stage("district_inspection"))
    cases[0].assessments.filter(indicator="housing").update(met=False)
    Correction.objects.create(
        case=cases[1], number="更1", kind="clerical", stage="review", changed="[]",
        old_sha256="0" * 64, new_sha256="1" * 64, reason="错字", entered_by=officer(world),
        entered_on=DAY, tx="t",
    )  # fmt: skip
    assert exceptions(Case.objects.filter(pk__in=cases.values("pk"))) == {
        cases[0].pk: ("有指标曾认定未达标",),
        cases[1].pk: ("有更正",),
    }


def test_who_has_not_the_right_is_told_and_a_stranger_finds_nothing(
    as_, world, cases, odd, decision
):
    inspector = as_(world.user(Role.DISTRICT_INSPECTOR))
    assert inspector.post(desk(world), {"open": odd.pk}).status_code == 404
    more = list(stand(world, "review", (1,)))
    leader = as_(world.user(Role.DISTRICT_LEADER))
    assert leader.post(desk(world), request(more)).status_code == 403
    assert as_(world.cadre()).get(url_of(decision)).status_code == 404
    assert as_(officer(world)).get(desk(world, "appraisal")).status_code == 404


def test_the_batch_leads_to_the_desk(as_, world, cases):
    page = as_(officer(world)).get(reverse("batch", args=[cases[0].batch_id]))
    assert f'href="{desk(world)}"' in page.content.decode()


def test_both_pages_ask_as_often_for_twelve_as_for_two(as_, world, cases, odd, decision):
    client = as_(officer(world))

    def count(url):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    def exceptional(rows):
        for case in rows:
            Giver(world).rectification(case)

    two = stand(world, "review", (2,))
    exceptional(two[:1])
    small = propose(
        two, "review", request_number="请2", proposed_on=DAY,
        region=cases[0].district, by=officer(world),
    )  # fmt: skip
    waiting = stand(world, "review", (2, 1))
    exceptional(waiting[:1])
    count(desk(world))
    few, few_items = count(desk(world)), count(url_of(small))
    more = stand(world, "review", (12, 12))
    exceptional(more)
    assert count(desk(world)) == few
    large = propose(
        more, "review", request_number="请3", proposed_on=DAY, region=cases[0].district,
        by=officer(world),
    )  # fmt: skip
    assert count(url_of(large)) == few_items


def test_who_sees_a_share_reads_of_no_other_household(as_, world, cases, odd):
    for role in (Role.HELPER, Role.BUREAU, Role.DISTRICT_INSPECTOR):
        village = odd.village_id if role == Role.HELPER else ""
        page = as_(world.user(role, village)).get(desk(world))
        assert page.context["first"] == []
        assert odd.head_name not in page.content.decode()


def test_its_papers_are_issued_by_who_may_and_read_there(as_, world, decision):
    url = reverse("issue_desk", args=["decision", decision.pk])
    client = as_(officer(world))
    assert f'action="{url}"' in client.get(url_of(decision)).content.decode()
    assert client.post(url).status_code == 302
    papers = client.get(url_of(decision)).context["papers"]
    assert [one.kind for one in papers] == ["request"]
    assert client.get(reverse("paper_pdf", args=[papers[0].pk])).content.startswith(b"%PDF")
    assert client.post(reverse("issue_desk", args=["nothing", decision.pk])).status_code == 404
    assert as_(world.cadre()).post(url).status_code == 404
