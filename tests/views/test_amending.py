"""更改公示: the consequence is read first, the next round drafted in the same act."""

import pytest
from django.urls import reverse

from publicity.choices import NoticeState
from publicity.models import Notice, NoticeItem
from tests.views.board import DAY, draft, hang_all, text
from verification.models import Batch, Case


@pytest.fixture
def batch(world):
    made = world.batch(size=3)
    world.bring(made, "village_notice")
    return Batch.objects.get(pk=made.pk)


@pytest.fixture
def notice(world, batch):
    """A draft of the village's first cadre."""
    return draft(world, batch)


def test_what_hangs_is_amended_after_its_consequence_was_read(as_, world, batch, notice):
    client = as_(world.cadre())
    hang_all(world, notice, client)
    url = reverse("amend_notice", args=[notice.pk])
    assert url not in text(
        client.get(reverse("notice", args=[notice.pk]))
    )  # the township takes down
    assert client.get(url).status_code == 403
    township = as_(world.officer())
    assert url in text(township.get(reverse("notice", args=[notice.pk])))
    page = township.get(url)
    assert page.context["follows"] == [
        "正在张贴的公示立即作废,已经过的公示天数作废,不能恢复",
        "2 处须把原公示取下:村部门口、老井坪",
        "改后的公示是第 2 次公示:须另一人核发,在原来的每个地点重新张贴",
        "全部张贴后从头计算期限,不少于 7 天",
    ]
    first, *others = [line.case for line in page.context["lines"]]
    assert [line.picked for line in page.context["lines"]] == [True] * 3
    sent = {
        "cases": [one.pk for one in others],
        "title": "改后的公示",
        "why": "第一户户主姓名有误",
        "done_on": DAY,
    }
    uncounted = township.post(url, sent)
    assert uncounted.status_code == 422
    assert "请输入 3 确认" in text(uncounted)
    assert "第一户户主姓名有误" in text(uncounted)
    shown = [line.picked for line in uncounted.context["lines"]]
    assert shown == [False, True, True]  # what was chosen is kept
    answer = township.post(url, sent | {"typed_count": "3"}, follow=True)
    again = Notice.objects.get(round=2)
    assert answer.redirect_chain[-1][0] == reverse("notice_done", args=[again.pk, "amended"])
    assert "原公示已撤下,改后的公示已拟好" in text(answer)
    notice.refresh_from_db()
    assert (notice.state, again.state) == (NoticeState.TAKEN_DOWN, NoticeState.DRAFT)
    assert (again.title, again.households) == ("改后的公示", 2)
    assert first.pk not in set(NoticeItem.valid(notice=again).values_list("case_key", flat=True))
    late = township.post(url, sent | {"typed_count": "3"}, follow=True)
    assert "该公示已期满或已撤下,不能再改" in text(late)
    assert Notice.objects.count() == 2


def test_a_draft_is_amended_by_who_may_draft_without_counting(as_, world, batch, notice):
    client = as_(world.cadre())
    url = reverse("amend_notice", args=[notice.pk])
    page = client.get(url)
    assert not page.context["hangs"]
    keys = [line.case.pk for line in page.context["lines"]]
    sent = {"cases": [], "title": notice.title, "why": "少一户", "done_on": DAY}
    assert "名单上至少留一户" in text(client.post(url, sent))
    assert client.post(url, sent | {"cases": keys[:2], "why": ""}).status_code == 422
    assert client.post(url, sent | {"cases": keys[:2]}).status_code == 302
    assert Notice.objects.get(state=NoticeState.DRAFT).households == 2


def test_who_came_after_and_what_was_corrected_is_told_before(as_, world, batch, notice):
    case = world.cases(batch).first()
    Case.objects.filter(pk=case.pk).update(head_name="改名甲")
    late = world.batch(size=1)
    world.bring(late, "village_notice")
    other = world.batch(world.villages[1], 1)
    world.bring(other, "village_notice")
    lines = as_(world.cadre()).get(reverse("amend_notice", args=[notice.pk])).context["lines"]
    told = {line.case.pk: (line.now is not None, line.changed, line.picked) for line in lines}
    assert told.pop(case.pk) == (True, True, True)
    assert told.pop(world.cases(late).get().pk) == (False, False, False)
    assert set(told.values()) == {(True, False, True)}
