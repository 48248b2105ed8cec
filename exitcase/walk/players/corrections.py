"""Facts found wrong: one enters the 更正单, another confirms it, and the plan says what follows."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from exitcase.core import identity
from exitcase.core.choices import Act, Item, Level, PaperKind
from exitcase.core.rules import Stage
from exitcase.walk import props, records
from exitcase.walk.story import WaveOfLists
from exitcase.walk.troubles import Trouble
from households.choices import ChangeReason, Health, Labour, Relation, Schooling
from households.models import IncomeItem
from households.services import Changes, ItemSpec, Joins, Leaves
from verification.models import Batch, Case
from verification.services import correcting

RARE: Final = ("䶮", "㛃")  # of a name that was typed with another
MORE_FEN: Final = 20_000  # what an item of the statement lacked
WEEK: Final = timedelta(days=7)
BRIDE_AGE: Final = 26
NEWBORN, BRIDE = "小满", "秋月"
WHY: Final[Mapping[Trouble, str]] = {
    Trouble.HEAD_DIED: "户主病故,由其他家庭成员任户主",
    Trouble.BORN: "新生儿已上户口,登记漏报",
    Trouble.MARRIED: "家庭成员成婚,配偶户口已迁入",
    Trouble.INCOME_WRONG: "核对流水,收入项目金额有误",
    Trouble.RARE_CHARACTER: "户主姓名用字与身份证不符",
}
# Found wrong once the household has signed; a birth while its facts are still collected.
AFTER_SIGNING: Final = (
    Trouble.HEAD_DIED,
    Trouble.MARRIED,
    Trouble.INCOME_WRONG,
    Trouble.RARE_CHARACTER,
)


def after_signing(wave: WaveOfLists, batch: Batch, stage: Stage) -> None:
    """What turns out wrong on a form that has been signed; the case goes where the plan says."""
    cases = list(wave.cases(stage).filter(batch=batch))
    for case in wave.walk.fate.those(cases, *AFTER_SIGNING):
        changes = CHANGES[wave.walk.fate.of_case[case.pk]](wave, case)
        _correct(wave, case, stage, changes)


def born(wave: WaveOfLists, case: Case, stage: Stage) -> None:
    """A child nobody had written down yet."""
    _correct(wave, case, stage, _child(wave, case))


def _correct(wave: WaveOfLists, case: Case, stage: Stage, changes: Changes) -> None:
    """The village enters it, another confirms it."""
    walk = wave.walk
    trouble = walk.fate.of_case[case.pk]
    by = walk.cast.one(Act.CORRECT, Level.VILLAGE, case.village_id)
    entered = correcting.enter(case, changes, reason=WHY[trouble], by=by, done_on=walk.today)
    second = walk.other(by, Act.CONFIRM_CORRECTION, stage, case.village_id)
    scan = props.scan("更正单", case.village_id, second)
    made = correcting.confirm(entered, scan=scan, by=second, done_on=walk.today)
    number, paper = case.household.number, PaperKind.CORRECTION_SHEET
    walk.fate.tell(trouble, number, stage.key, made.kind, paper)
    walk.fate.over(case)
    home = Case.objects.select_related("batch").get(pk=case.pk).batch
    if home.pk != case.batch_id:
        walk.later(home)


# ── what is changed ───────────────────────────────────────────────────────────────────────────


def _dead(wave: WaveOfLists, case: Case) -> Changes:
    """How the others stand to the new head nobody has written down yet."""
    relations = dict.fromkeys(records.others(case).values_list("pk", flat=True), Relation.OTHER)
    head = records.head(case)
    leaves = Leaves(head, ChangeReason.DIED, wave.walk.today, relations=relations)
    return Changes(leaves=[leaves])


def _child(wave: WaveOfLists, case: Case) -> Changes:
    return Changes(joins=[_newcomer(wave, case, NEWBORN, ChangeReason.BORN)])


def _bride(wave: WaveOfLists, case: Case) -> Changes:
    return Changes(joins=[_newcomer(wave, case, BRIDE, ChangeReason.MARRIED_IN)])


def _newcomer(wave: WaveOfLists, case: Case, given: str, reason: ChangeReason) -> Joins:
    came = wave.walk.today - WEEK
    child = reason == ChangeReason.BORN
    born = came if child else came.replace(year=came.year - BRIDE_AGE, day=1)
    body = f"990000{born:%Y%m%d}{case.pk * 2 % 1000:03}"  # an even number is a woman's
    values = {
        "name": f"{case.head_name[0]}{given}",
        "id_number": body + identity.check_character(body),
        "relation": Relation.GRANDDAUGHTER if child else Relation.DAUGHTER_IN_LAW,
        "schooling": Schooling.NONE,
        "health": Health.WELL,
        "labour": Labour.NONE if child else Labour.ORDINARY,
        "insured": True,
    }
    return Joins(values, reason, came)


def _item(_wave: WaveOfLists, case: Case) -> Changes:
    """The largest item lacked something."""
    rows = IncomeItem.objects.filter(record__household=case.household_id)
    items = rows.filter(record__year=case.batch.rules.year).order_by("-amount_fen", "pk")
    return Changes(items=[_spec(row, MORE_FEN if nth == 0 else 0) for nth, row in enumerate(items)])


def _spec(row: IncomeItem, more: int) -> ItemSpec:
    amount = row.amount_fen + more
    return ItemSpec(Item(row.item), amount, row.detail, row.member, row.quantity, row.proof)


def _name(_wave: WaveOfLists, case: Case) -> Changes:
    """The last character of the head's name was typed with another."""
    head = records.head(case)
    right = next(one for one in RARE if not head.name.endswith(one))
    return Changes(members={head.pk: {"name": f"{head.name[:-1]}{right}"}})


CHANGES: Final = {
    Trouble.HEAD_DIED: _dead,
    Trouble.MARRIED: _bride,
    Trouble.INCOME_WRONG: _item,
    Trouble.RARE_CHARACTER: _name,
}
