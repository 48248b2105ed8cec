"""Everything on record of many cases, in a constant number of queries: what their papers print."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet

from exitcase.core.choices import Finding, Level, Post, StageKind
from exitcase.core.gates import Ask
from exitcase.core.models import Programme
from exitcase.core.rules import Rules, Stage
from households.models import HouseholdYear, IncomeItem, Measure, Member
from verification.documents.common import Places, places_of
from verification.gates.village import carried
from verification.models import (
    Assessment,
    Case,
    ComparisonItem,
    Hit,
    Inspection,
    Signature,
    Vote,
)

JUDGING: Final = (Level.VILLAGE, Level.TOWNSHIP, Level.DISTRICT)  # columns of 附件1
Grouped = dict[int, list[Any]]


@dataclass(frozen=True, slots=True)
class Dossier:
    """One case and what hangs on it; evidence only as far as it is valid."""

    case: Case
    rules: Rules
    places: Places
    members: Sequence[Member]
    year: HouseholdYear | None
    items: Sequence[IncomeItem]
    measures: Sequence[Measure]
    votes: Sequence[Vote]
    carried: bool
    signatures: Sequence[Signature]
    visits: Sequence[Inspection]
    judged: Sequence[Assessment]
    hits: Sequence[Hit]
    compared: Sequence[ComparisonItem]

    def results(self, level: Level) -> dict[str, bool]:
        """Indicator → met, as this level judged it last."""
        order = {stage.key: at for at, stage in enumerate(self.rules.chain)}
        own = [one for one in self.judged if self.rules.stage(one.stage).level == level]
        own.sort(key=lambda one: order.get(one.stage, 0))
        return {one.indicator: one.met for one in own}

    def signed_at(self, stage: Stage | None) -> list[Signature]:
        return [one for one in self.signatures if stage and one.stage == stage.key]

    def signed_by(self, slot: Post) -> Signature | None:
        """The last valid signature in a slot, at whatever stage."""
        return next((one for one in reversed(self.signatures) if one.slot == slot), None)

    def visit_at(self, stage: Stage | None) -> Inspection | None:
        """What a visit of a stage came to; attempts at which nobody was met are none."""
        found = [
            one
            for one in self.visits
            if stage and one.stage == stage.key and one.finding != Finding.NOT_MET_HOME
        ]
        return found[-1] if found else None

    def last_stage(self, kinds: Iterable[StageKind], level: Level | None = None) -> Stage | None:
        """The plan's last stage of these kinds, of a level."""
        wanted = [
            stage
            for stage in self.rules.chain
            if stage.kind in set(kinds) and level in {None, stage.level}
        ]
        return wanted[-1] if wanted else None


class Cabinet:
    """Reads the dossiers of a set of cases."""

    def __init__(self, cases: QuerySet[Case] | Sequence[Case]) -> None:
        keys = [case.pk for case in cases]
        rows = Case.objects.filter(pk__in=keys).select_related("household", "batch__programme")
        self.cases = {case.pk: case for case in rows}
        self.order = keys
        self.households = {case.household_id for case in rows}

    def __iter__(self) -> Any:
        return (self.dossier(self.cases[key]) for key in self.order)

    def dossier(self, case: Case) -> Dossier:
        year = self.years.get((case.household_id, case.batch.rules.year))
        of_year = year.pk if year else 0
        return Dossier(
            case=case,
            rules=case.batch.rules,
            places=self.places,
            members=self.members.get(case.household_id, []),
            year=year,
            items=self.items.get(of_year, []),
            measures=self.measures.get(of_year, []),
            votes=self.votes.get(case.pk, []),
            carried=case.pk in self.carried,
            signatures=self.signatures.get(case.pk, []),
            visits=self.visits.get(case.pk, []),
            judged=self.judged.get(case.pk, []),
            hits=self.hits.get(case.pk, []),
            compared=self.compared.get(case.pk, []),
        )

    @cached_property
    def places(self) -> Places:
        return places_of({case.village_id for case in self.cases.values()})

    @cached_property
    def programmes(self) -> list[Programme]:
        found = {case.batch.programme_id: case.batch.programme for case in self.cases.values()}
        return list(found.values())

    @cached_property
    def members(self) -> Grouped:
        rows = Member.objects.filter(household__in=self.households, left_on=None)
        return _by("household_id", rows.order_by("number"))

    @cached_property
    def years(self) -> dict[tuple[int, int], HouseholdYear]:
        wanted = {one.rules.year for one in self.programmes}
        rows = HouseholdYear.objects.filter(household__in=self.households, year__in=wanted)
        return {(row.household_id, row.year): row for row in rows}

    @cached_property
    def items(self) -> Grouped:
        keys = [row.pk for row in self.years.values()]
        return _by("record_id", IncomeItem.objects.filter(record__in=keys).order_by("pk"))

    @cached_property
    def measures(self) -> Grouped:
        keys = [row.pk for row in self.years.values()]
        return _by("record_id", Measure.objects.filter(record__in=keys).order_by("pk"))

    @cached_property
    def votes(self) -> Grouped:
        rows = Vote.valid(case__in=self.order).select_related("meeting")
        return _by("case_id", rows.order_by("pk"))

    @cached_property
    def carried(self) -> set[int]:
        """Whose vote the plan's rule lets pass: asked of the gate itself."""
        found: set[int] = set()
        for programme in self.programmes:
            rules = programme.rules
            for stage in rules.chain:
                if stage.vote:
                    passed = carried.passes(Ask(rules, stage))
                    own = Case.objects.filter(batch__programme=programme, pk__in=self.order)
                    found |= set(own.filter(passed).values_list("pk", flat=True))
        return found

    @cached_property
    def signatures(self) -> Grouped:
        rows = Signature.valid(case__in=self.order).select_related("mandate")
        return _by("case_id", rows.order_by("pk"))

    @cached_property
    def visits(self) -> Grouped:
        return _by("case_id", Inspection.valid(case__in=self.order).order_by("pk"))

    @cached_property
    def judged(self) -> Grouped:
        rows = Assessment.objects.filter(case__in=self.order, void_tx="")
        return _by("case_id", rows.order_by("pk"))

    @cached_property
    def hits(self) -> Grouped:
        return _by("case_id", Hit.objects.filter(case__in=self.order).order_by("pk"))

    @cached_property
    def compared(self) -> Grouped:
        rows = ComparisonItem.valid(case__in=self.order).select_related("run")
        return _by("case_id", rows.order_by("pk"))


def _by(column: str, rows: Iterable[Any]) -> Grouped:
    found: Grouped = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found
