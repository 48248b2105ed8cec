"""What a case's page says of its 更正单, and what a void paper is called."""

from urllib.parse import unquote

from django.urls import reverse

from exitcase.core.choices import PaperKind
from exitcase.core.models import Paper
from exitcase.core.papers.store import issue_many
from households.choices import Relation
from tests.verification.services.correcting_desk import Desk, incomes
from verification.models import Case
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
