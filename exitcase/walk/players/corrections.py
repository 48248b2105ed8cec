"""A head dies between signing and the notice: another follows, and signs anew."""

from exitcase.core.choices import Act, Level, PaperKind
from exitcase.core.rules import Stage
from exitcase.walk import props
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import Trouble
from households.choices import ChangeReason, Relation
from households.models import Member
from households.services import Changes, Leaves
from verification.models import Case
from verification.services import correcting

WHY = "户主病故,由其他家庭成员任户主"


def head_died(wave: WaveOfLists, case: Case, stage: Stage) -> None:
    """The village enters the 更正单, another confirms it; the case goes where the plan sends it."""
    walk = wave.walk
    by = walk.cast.one(Act.CORRECT, Level.VILLAGE, case.village_id)
    leaves = Leaves(_head(case), ChangeReason.DIED, walk.today, relations=_relations(case))
    entered = correcting.enter(
        case, Changes(leaves=[leaves]), reason=WHY, by=by, done_on=walk.today
    )
    second = walk.other(by, Act.CONFIRM_CORRECTION, stage, case.village_id)
    scan = props.scan("更正单", case.village_id, second)
    made = correcting.confirm(entered, scan=scan, by=second, done_on=walk.today)
    walk.fate.tell(
        Trouble.HEAD_DIED, case.household.number, stage.key, made.kind, PaperKind.CORRECTION_SHEET
    )
    del walk.fate.of_case[case.pk]
    home = Case.objects.select_related("batch").get(pk=case.pk).batch
    if home.pk != case.batch_id:
        walk.later(home)


def _head(case: Case) -> Member:
    return Member.objects.get(household=case.household_id, relation=Relation.HEAD, left_on=None)


def _relations(case: Case) -> dict[int, Relation]:
    """How the others stand to the new head nobody has written down yet."""
    present = Member.objects.filter(household=case.household_id, left_on=None)
    others = present.exclude(relation=Relation.HEAD).values_list("pk", flat=True)
    return dict.fromkeys(others, Relation.OTHER)
