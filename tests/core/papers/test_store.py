from dataclasses import replace

import pytest

from exitcase.core import files, journal
from exitcase.core.choices import Act, DeploymentKind, PaperKind
from exitcase.core.errors import Refused
from exitcase.core.journal import Actor
from exitcase.core.models import Entry, Paper
from exitcase.core.papers.store import Draft, issue, issue_many
from exitcase.core.services import house
from tests.core.conftest import CODES, make_region
from tests.core.papers import more_samples as more
from tests.core.papers import other_samples as other
from tests.core.papers import reading, samples

VILLAGE = "430412100218"
CLERK = Actor("王五", "南岳镇乡镇经办人")
SUBJECT = ("case", "17")
TITLE = "2020年度贫困户脱贫验收表"


def accept(sheet=None, **more_):
    return issue(
        PaperKind.ACCEPTANCE_FORM,
        SUBJECT,
        VILLAGE,
        sheet or samples.acceptance(2),
        title=TITLE,
        number="YS-1",
        by=CLERK,
        **more_,
    )


@pytest.fixture
def place(transactional_db, regions_):
    house.open_as(DeploymentKind.DEMO)


@pytest.fixture
def regions_(transactional_db):
    return {code: make_region(code, name) for code, name in CODES.items()}


@pytest.mark.usefixtures("place")
def test_issue_stores_both_files_and_writes_the_journal():
    paper = accept()
    assert (paper.version, paper.number, paper.region_id) == (1, "YS-1", VILLAGE)
    assert paper.pdf.encrypted
    assert paper.xlsx.encrypted
    front, _ = reading.pages(files.get(paper.pdf))
    assert TITLE in front
    assert "演示·数据均为虚构" in front
    (entry,) = Entry.objects.filter(act=Act.ISSUE_PAPER)
    assert (entry.subject, entry.subject_id) == ("paper", str(paper.pk))
    assert (entry.actor, entry.became) == ("王五", "acceptance_form 1")
    assert entry.commitment


@pytest.mark.usefixtures("place")
def test_the_same_facts_are_the_same_paper_and_others_the_next_version():
    first = accept()
    assert accept() == first
    second = accept(samples.acceptance(2, able=1))
    assert (second.version, second.supersedes) == (2, first)
    assert "第2版" in reading.pages(files.get(second.pdf))[0]
    # The head of the chain at its issue: the block of the first paper.
    assert "流水1·" in reading.pages(files.get(second.pdf))[0]


@pytest.mark.usefixtures("place")
def test_a_void_paper_is_issued_anew():
    first = accept()
    Paper.objects.filter(pk=first.pk).update(void_tx="x")
    assert accept().version == 2


@pytest.mark.usefixtures("place")
def test_public_papers_lie_in_clear_and_hold_no_numbers():
    sheet = replace(more.notice(3), checksum="13806031469abcde")  # by chance like a telephone
    paper = issue(
        PaperKind.VILLAGE_NOTICE, ("notice", "1"), VILLAGE, sheet, title="公示", number="GS-1"
    )
    assert not paper.pdf.encrypted
    assert paper.xlsx is None
    bad = replace(sheet, keep="请联系 " + samples.id_number(1968, 3, 15, 100))
    with pytest.raises(Refused, match="公开文书中不能出现公民身份号码"):
        issue(PaperKind.VILLAGE_NOTICE, ("notice", "2"), VILLAGE, bad, title="公示", number="2")
    assert Paper.objects.count() == 1


@pytest.mark.usefixtures("place")
def test_bulk_keeps_the_order_and_makes_one_act():
    drafts = [
        Draft(
            subject=("case", str(at)),
            region=VILLAGE,
            sheet=other.letter(),
            title="不予退出告知书",
            number=f"GZ-{at}",
        )
        for at in range(3)
    ]
    papers = issue_many(drafts, by=CLERK)
    assert [paper.subject_id for paper in papers] == ["0", "1", "2"]
    assert Entry.objects.values("tx").distinct().count() == 1
    assert issue_many(drafts, by=CLERK) == papers


@pytest.mark.usefixtures("place")
def test_a_sheet_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="acceptance_form issued as exit_list"):
        issue(PaperKind.EXIT_LIST, SUBJECT, VILLAGE, samples.acceptance(), title="", number="")


@pytest.mark.usefixtures("place")
def test_not_inside_a_running_act(today):
    with (
        journal.act(CLERK, today),
        pytest.raises(RuntimeError, match="files are written before the act"),
    ):
        accept()


def named(title, number):
    sheet = replace(other.letter(), imprint=replace(other.letter().imprint, version=2))
    return Draft(subject=SUBJECT, region=VILLAGE, sheet=sheet, title=title, number=number)


def test_a_paper_without_a_title_cannot_be_issued():
    for title in ("", " \u3000"):
        with pytest.raises(ValueError, match="a paper without a title: refusal_letter of"):
            named(title, "GZ-1")


@pytest.mark.parametrize(
    ("title", "number", "name"),
    [
        ("不予退出告知书", "GZ-17", "不予退出告知书-GZ-17-2.pdf"),
        ("不予退出告知书", "", "不予退出告知书-2.pdf"),
        ("批复", "云扶/办\\〔2020〕:8号\n", "批复-云扶_办_〔2020〕_8号_-2.pdf"),
        ("名" * 120, "GZ-17", "名" * 92 + "-GZ-17-2.pdf"),
    ],
)
def test_a_file_is_called_by_its_paper(title, number, name):
    assert named(title, number).file_name("pdf") == name
