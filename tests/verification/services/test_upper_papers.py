import pytest

from exitcase.core.choices import PaperKind
from publicity.choices import NoticeState
from publicity.models import Notice
from tests.verification import build
from tests.verification.services.test_city import NEXT, draw_it, framed, freeze, visit
from tests.verification.upper import DAY, officer, on, stand
from verification.models import Case
from verification.services.announce import announce
from verification.services.papers import of_region
from verification.services.upper_papers import of_upper

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_region_gets_the_papers_of_its_draws_and_marks():
    world = build.world(villages=2)
    framed(world)
    draw = draw_it(world, freeze(world))
    visit(world, draw, NEXT)
    made = list(of_upper(world.programme, build.TOWNSHIP))
    assert [one.sheet.kind for one in made] == [
        PaperKind.MARK_LIST,
        PaperKind.SAMPLE_LIST,
        PaperKind.CITY_SHEET,
        PaperKind.CITY_SHEET,
        PaperKind.CHECK_RESULT,
    ]
    subjects = [(one.sheet.kind, *one.subject) for one in made]
    assert len(set(subjects)) == len(subjects)
    drafts = {draft.sheet.kind: draft for draft in of_region(world.programme, build.TOWNSHIP)}
    sample = drafts[PaperKind.SAMPLE_LIST]
    assert (sample.title, sample.region) == (
        world.rules.paper(PaperKind.SAMPLE_LIST).title,
        build.DISTRICT,
    )
    assert Case.objects.count() == 24


def test_a_township_gets_the_announcement_of_its_district():
    world = build.world(villages=2)
    cases = stand(world, "announcement", (2, 1))
    on(world)
    notice = announce(
        cases,
        "announcement",
        region=build.DISTRICT,
        by=officer(world),
        releaser=officer(world, 1),
        done_on=DAY,
    )
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.HANGING)
    kinds = [draft.sheet.kind for draft in of_region(world.programme, build.TOWNSHIP)]
    assert kinds.count(PaperKind.ANNOUNCEMENT) == 1
