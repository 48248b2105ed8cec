import pytest

from exitcase.core.choices import PaperKind
from tests.verification import build
from tests.verification.services.test_city import NEXT, draw_it, framed, freeze, visit
from verification.models import Case
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
