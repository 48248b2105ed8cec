"""异议申诉答复书: what it prints, what it keeps to itself, and that it is a paper of its case."""

import pytest

from exitcase.core.choices import PaperKind, Status
from exitcase.core.papers.facts import texts
from households.models import Household
from publicity.choices import Outcome
from publicity.models import Objection
from tests.verification import build
from tests.verification.services import test_appeals as appeal
from tests.verification.upper import officer
from verification.models import Case
from verification.services import appeals
from verification.services.papers import of_cases

pytestmark = pytest.mark.django_db
OBJECTOR = "欧阳某某"


@pytest.fixture
def world():
    return build.world()


def replies():
    found = [one.draft for one in of_cases(Case.objects.all())]
    return [draft for draft in found if draft.sheet.kind == PaperKind.APPEAL_REPLY]


def said(draft):
    """Every text of the sheet, days in their canonical form."""
    return "\n".join(texts(draft.sheet))


def answered(world, outcome):
    (one,) = world.cases(world.batch(size=1))
    appeal.refuse(world, one)
    taken = appeal.take_in(world, one, objector=OBJECTOR, text="有人冒领补助")
    return one, appeal.decide(world, taken, outcome)


def test_an_upheld_one_says_what_follows_and_by_which_clause(world):
    one, taken = answered(world, Outcome.UPHELD)
    (draft,) = replies()
    told = said(draft)
    assert (draft.number, draft.subject, draft.title) == (
        taken.number,
        ("objection", str(taken.pk)),
        "异议申诉答复书",
    )
    for word in (one.head_name, taken.number, "成立", "重新列入补充批次", "龙德清", "区扶贫办"):
        assert word in told, word
    assert "退出不准形成错退的" not in told
    assert "符合退出条件的予以退出" in told
    assert "同类方案" in told
    assert "003c" not in told  # what another plan's document is called among the sources
    assert taken.answered_on.isoformat() in told


def test_who_objected_and_in_which_words_stands_on_no_paper(world):
    answered(world, Outcome.DISMISSED)
    (draft,) = replies()
    assert OBJECTOR not in said(draft)
    assert "冒领" not in said(draft)
    assert "原办理结果不变" in said(draft)


def test_there_is_no_reply_before_it_counts(world):
    (one,) = appeal.grant(world, 1)
    taken = appeal.enter_wrong_exit(world, one)
    assert replies() == []
    appeals.confirm(taken, by=officer(world, 1), done_on=world.day)
    (draft,) = replies()
    for word in ("错退申诉", "南扶领〔2020〕8号", "撤销系统中的脱贫标识"):
        assert word in said(draft), word


def test_who_has_gone_on_since_is_told_so(world):
    (one,) = world.cases(world.batch(size=1))
    appeal.refuse(world, one)
    taken = appeal.take_in(world, one)
    Household.objects.update(status=Status.EXITED)
    appeal.decide(world, taken)
    assert "不再重复处理" in said(replies()[0])
    assert Objection.objects.get().outcome == Outcome.UPHELD
