"""What happens to whom: dealt out once by the seed, or as somebody chose."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from exitcase.core.errors import Refused
from exitcase.core.rules import Rules
from exitcase.walk import records
from exitcase.walk.troubles import NEEDS, OF_A_HOUSEHOLD, OF_A_LIST, Told, Trouble
from verification.models import Case

# Trouble → how many, or which households of the first lists, counted from 1.
Choice = Mapping[Trouble, int | tuple[int, ...]]

ROOM: Final = 4  # troubled households for each one that just goes through
AGAIN: Final = 120  # listed households for each further one with the same trouble
# Whom a trouble fits, where not everybody, and how it is told: few, so they are dealt out first.
FITS: Final[Mapping[Trouble, tuple[Callable[[Case], bool], StrOrPromise]]] = {
    Trouble.SIGNED_BY_GUARDIAN: (
        records.has_guardian,
        gettext_lazy("户主登记为残疾,户内另有成年人"),
    ),
    Trouble.DIED_OUT: (records.alone, gettext_lazy("须为一人户")),
    Trouble.HEAD_DIED: (records.has_successor, gettext_lazy("户内须另有成年人可任户主")),
    Trouble.SPLIT_AND_MERGED: (records.has_company, gettext_lazy("所在名单须不少于三户")),
    Trouble.INCOME_WRONG: (records.has_income, gettext_lazy("须有收入明细")),
}


@dataclass
class Fate:
    """Which case meets which trouble, drawn once by the seed or chosen; and what came of each."""

    random: Random
    choice: Choice | None = None  # None: each at least once, where the register has room
    of_case: dict[int, Trouble] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    wanted: Counter[Trouble] = field(default_factory=Counter)
    _left: Counter[Trouble] = field(default_factory=Counter)  # of lists: still to come

    def __post_init__(self) -> None:
        for trouble in OF_A_LIST:
            self._left[trouble] = 1 if self.choice is None else self._count(trouble)
        self.wanted.update(self._left)

    def deal(self, cases: Sequence[Case], rules: Rules) -> None:
        """Give troubles out over the listed cases, in the order of their lists, one each at most.

        Raises Refused for a chosen household that is not there, or that the trouble does not fit.
        """
        kinds = {stage.kind for stage in rules.stages}
        able = [one for one in OF_A_HOUSEHOLD if NEEDS.get(one) in {None, *kinds}]
        rows = Case.objects.filter(pk__in=[case.pk for case in cases])
        short = records.below(rules, rows)  # ended by the township, whatever else was meant for it
        waiting = [case for case in cases if case.pk not in short]
        self._deal_places(cases, waiting)
        wanted = list(self._to_deal(able, len(cases)))
        self.random.shuffle(waiting)
        for trouble in sorted(wanted, key=lambda one: one not in FITS):
            self.wanted[trouble] += 1
            chosen = _fitting(waiting, trouble)
            if chosen:
                waiting.remove(chosen)
                self.of_case[chosen.pk] = trouble

    def take(self, trouble: Trouble) -> bool:
        """Whether a trouble of a list is still to come; then it comes here, and once less."""
        if self._left[trouble] < 1:
            return False
        self._left[trouble] -= 1
        return True

    def those(self, cases: Iterable[Case], *troubles: Trouble) -> list[Case]:
        """Of these cases the ones whose trouble is one of the named."""
        return [case for case in cases if self.of_case.get(case.pk) in troubles]

    def over(self, case: Case) -> None:
        """The trouble has been lived through, and does not come to this case again."""
        self.of_case.pop(case.pk, None)

    def tell(
        self, trouble: Trouble, household: str, stage: str, code: str = "", paper: str = ""
    ) -> None:
        self.told.append(Told(trouble, household, stage, code, paper))

    @property
    def unmet(self) -> dict[Trouble, int]:
        """Of each trouble that was wanted how many have not come about: no room, or no stage."""
        met = Counter(trouble for trouble, _whose in {(t.trouble, t.household) for t in self.told})
        return {one: count - met[one] for one, count in self.wanted.items() if count > met[one]}

    def _count(self, trouble: Trouble) -> int:
        found = (self.choice or {}).get(trouble, 0)
        return found if isinstance(found, int) else 0

    def _to_deal(self, able: Sequence[Trouble], listed: int) -> Iterator[Trouble]:
        """As many of the default as there is room for; of a choice all that is counted."""
        if self.choice is not None:
            for trouble in OF_A_HOUSEHOLD:
                yield from [trouble] * self._count(trouble)
            return
        room = -(-listed * ROOM // (ROOM + 1))
        rounds = 1 + listed // AGAIN
        yield from (list(able) * rounds)[:room]

    def _deal_places(self, cases: Sequence[Case], waiting: list[Case]) -> None:
        free = list(cases)
        for trouble, places in (self.choice or {}).items():
            for place in places if isinstance(places, tuple) else ():
                case = _at(cases, trouble, place)
                _refuse_unfit(case, trouble, place, taken=case not in free)
                free.remove(case)
                if case in waiting:
                    waiting.remove(case)
                self.of_case[case.pk] = trouble
                self.wanted[trouble] += 1


def _at(cases: Sequence[Case], trouble: Trouble, place: int) -> Case:
    if place > len(cases):
        raise Refused(
            _("名单上没有这么多户"),
            place=trouble,
            value=str(place),
            rule=_("第一批名单共 %d 户,按村、户编号从 1 数起") % len(cases),
            example=f"{trouble} = [1]",
        )
    return cases[place - 1]


def _refuse_unfit(case: Case, trouble: Trouble, place: int, *, taken: bool) -> None:
    value = f"{place}: {case}"
    if taken:
        raise Refused(
            _("同一户选了两次"),
            place=trouble,
            value=value,
            rule=_("一户至多遇到一件事"),
            example=f"{trouble} = 1",
        )
    fits, who = FITS.get(trouble, (None, ""))
    if fits and not fits(case):
        raise Refused(
            _("该户的登记情况与此事不合"),
            place=trouble,
            value=value,
            rule=str(who),
            example=f"{trouble} = 1",
        )


def _fitting(cases: Sequence[Case], trouble: Trouble) -> Case | None:
    """The first whom it may happen to; of those alone last: only they can die out."""
    fits = FITS[trouble][0] if trouble in FITS else None
    able = [case for case in cases if fits is None or fits(case)]
    return next((case for case in able if case.persons != 1), None) or next(iter(able), None)
