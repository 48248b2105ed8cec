"""Off the list by their own will or the village's, or because nobody is left."""

from typing import Final

from exitcase.core.choices import Act, Level, PaperKind, Reason
from exitcase.core.rules import Stage
from exitcase.walk import props
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import Trouble
from verification.models import Case
from verification.services import ending

LEAVING: Final = (Trouble.DIED_OUT, Trouble.WITHDREW, Trouble.VILLAGE_WITHDREW)
WITHDRAWN: Final = {
    Trouble.WITHDREW: (Reason.HOUSEHOLD_WITHDREW, "户主申请本年度不退出,继续发展产业"),
    Trouble.VILLAGE_WITHDREW: (Reason.VILLAGE_WITHDREW, "村委会复核,该户产业刚起步,本年度暂缓"),
}


def leave(wave: WaveOfLists, case: Case, stage: Stage) -> None:
    """What takes the case off the list, by the village, with its paper."""
    trouble = wave.walk.fate.of_case[case.pk]
    if trouble == Trouble.DIED_OUT:
        _cease(wave, case, stage)
    else:
        _withdraw(wave, case, stage, trouble)


def _cease(wave: WaveOfLists, case: Case, stage: Stage) -> None:
    walk = wave.walk
    by = walk.cast.one(Act.CEASE, Level.VILLAGE, case.village_id)
    one = Case.objects.filter(pk=case.pk)
    note = "户主病故,一人户,已销户"
    ending.cease(one, reason=Reason.DIED, note=note, by=by, done_on=walk.today)
    letter = PaperKind.CEASE_LETTER
    walk.fate.tell(Trouble.DIED_OUT, case.household.number, stage.key, Reason.DIED, letter)


def _withdraw(wave: WaveOfLists, case: Case, stage: Stage, trouble: Trouble) -> None:
    walk = wave.walk
    reason, note = WITHDRAWN[trouble]
    by = walk.cast.one(Act.WITHDRAW, Level.VILLAGE, case.village_id)
    ending.withdraw(
        Case.objects.filter(pk=case.pk),
        reason=reason,
        note=note,
        by=by,
        done_on=walk.today,
        paper=props.scan("撤回申请", case.village_id, by),
    )
    letter = PaperKind.WITHDRAWAL_LETTER
    walk.fate.tell(trouble, case.household.number, stage.key, reason, letter)
