import pytest

from exitcase.core.choices import PaperKind
from exitcase.core.errors import NotAllowed, Refused
from exitcase.core.gates import Ask
from exitcase.core.models import Entry
from tests.verification import build
from tests.verification.upper import DAY, on, stand
from verification.gates import upper
from verification.models import Batch
from verification.services.filing import file_original

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    made = build.world()
    on(made)
    return made


def keep(world, batch, kind, **more):
    given = {"number": f"BA-{kind}", "file": world.file(), "by": world.officer(), **more}
    return file_original(batch, "filing", kind, done_on=DAY, **given)


def test_the_batch_waits_for_its_three_originals(world):
    stand(world, "filing")
    batch = Batch.objects.get()
    ask = Ask(world.rules, world.rules.stage("filing"))
    kinds = ask.stage.archive.originals
    assert kinds == (PaperKind.CHECK_RESULT, PaperKind.APPROVAL, PaperKind.ANNOUNCEMENT)
    for kind in kinds:
        assert not Batch.objects.filter(upper.originals_filed.passes(ask)).exists()
        keep(world, batch, kind)
    assert Batch.objects.filter(upper.originals_filed.passes(ask)).exists()
    assert Entry.objects.filter(act="file", subject="original").count() == 3


def test_what_the_plan_does_not_ask_is_not_filed(world):
    stand(world, "filing")
    with pytest.raises(Refused) as told:
        keep(world, Batch.objects.get(), PaperKind.MINUTES)
    titles = [
        world.rules.paper(kind).title
        for kind in (PaperKind.CHECK_RESULT, PaperKind.APPROVAL, PaperKind.ANNOUNCEMENT)
    ]
    assert str(told.value) == (f"方案不要求备案这种文书;填写的是:minutes;要求:{'、'.join(titles)}")


def test_an_original_is_filed_once_with_its_scan_and_number(world):
    stand(world, "filing")
    batch = Batch.objects.get()
    with pytest.raises(Refused, match="缺扫描件"):
        keep(world, batch, PaperKind.APPROVAL, file=None)
    with pytest.raises(Refused, match="请填写:备案编号"):
        keep(world, batch, PaperKind.APPROVAL, number="")
    keep(world, batch, PaperKind.APPROVAL)
    with pytest.raises(Refused, match="这种原件已经备案"):
        keep(world, batch, PaperKind.APPROVAL)


def test_a_batch_elsewhere_files_nothing(world):
    stand(world, "announcement")
    with pytest.raises(Refused, match="批次不在备案环节;位置:.*;填写的是:公告"):
        keep(world, Batch.objects.get(), PaperKind.APPROVAL)


def test_a_village_may_not_file(world):
    stand(world, "filing")
    with pytest.raises(NotAllowed):
        keep(world, Batch.objects.get(), PaperKind.APPROVAL, by=world.cadre())
