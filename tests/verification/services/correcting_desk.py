"""One household before a stage, its people, and who corrects what is wrong of them."""

from datetime import date

from exitcase.core.choices import Act, Role
from households.choices import ChangeReason, Relation
from households.models import Member
from households.services import Changes, ItemSpec, Joins
from tests.verification import build
from verification.gates import BOOK
from verification.models import Case, Correction, StageCount
from verification.services import correcting

BORN = date(2020, 10, 8)


class Desk:
    """One household before a stage; who enters is a cadre, who confirms an officer."""

    def __init__(self, stage: str, persons: int = 3, size: int = 1) -> None:
        self.world = build.world()
        self.batch = self.world.batch(size=size, persons=persons)
        self.world.bring(self.batch, stage)

    @property
    def case(self) -> Case:
        rows = Case.objects.select_related("batch__programme", "household")
        return rows.order_by("pk").first()

    @property
    def members(self) -> list[Member]:
        return list(self.case.household.members.order_by("number"))

    def enter(self, *, by=None, **changes) -> Correction:
        return correcting.enter(
            self.case,
            Changes(**changes),
            reason="核对户口簿发现有误",
            by=by or self.world.cadre(),
            done_on=self.world.day,
        )

    def confirm(self, one: Correction, by=None) -> Correction:
        return correcting.confirm(
            one,
            scan=self.world.file(self.case.village_id),
            by=by or self.second(),
            done_on=self.world.day,
        )

    def second(self):
        level = self.case.batch.ask().stage.level
        role = {"village": Role.TOWNSHIP_OFFICER, "township": Role.TOWNSHIP_OFFICER}
        return self.world.user(role.get(level, Role.DISTRICT_OFFICER), n=0)

    def correct(self, **changes) -> Correction:
        return self.confirm(self.enter(**changes))

    def shut(self) -> set[str]:
        ask = self.case.ask()
        return set(BOOK[Act.PASS, ask.stage.kind].shut(Case.objects.all(), ask))

    def counted(self) -> dict[str, tuple[int, int]]:
        """State → 户 and 人, by the ledger; and it agrees with the cases."""
        found: dict[str, list[int]] = {}
        for row in StageCount.objects.all():
            one = found.setdefault(row.state, [0, 0])
            one[0] += row.households
            one[1] += row.persons
        told = {state: tuple(sums) for state, sums in found.items() if sums != [0, 0]}
        cases: dict[str, list[int]] = {}
        for case in Case.objects.all():
            one = cases.setdefault(case.state, [0, 0])
            one[0] += 1
            one[1] += case.persons
        assert told == {state: tuple(sums) for state, sums in cases.items()}
        return told


def newborn(village: str, **more) -> Joins:
    values = {
        "name": "石小满",
        "id_number": build.id_number(BORN, 7),
        "relation": Relation.SON,
        "schooling": "preschool",
        "health": "well",
        "labour": "none",
        **more,
    }
    return Joins(values, ChangeReason.BORN, BORN)


def incomes(*fen: int) -> list[ItemSpec]:
    return [ItemSpec("wages", one, f"务工{at}") for at, one in enumerate(fen)]
