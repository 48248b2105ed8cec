"""Work above the village: one act for many lists of one plan that stand at one stage."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from exitcase.core import access
from exitcase.core.choices import DIGITS, Act, Level, StageKind
from exitcase.core.entrance import Visitor
from exitcase.core.models import Programme, Region
from exitcase.core.rules import Rules, Stage
from exitcase.core.scope import Scope
from verification.models import Batch, Case
from verification.models.findings import CaseEvidence


@dataclass(frozen=True, slots=True)
class Standing:
    """A stage of a version of a plan, with the lists of a person's regions that stand there."""

    programme: Programme
    stage: Stage
    batches: list[Batch]
    scope: Scope

    @property
    def rules(self) -> Rules:
        return self.programme.rules

    @property
    def cases(self) -> QuerySet[Case]:
        """The households of this person's that wait at the stage; none ended or passed."""
        before = self.rules.standing_before(self.stage.key)
        keys = [one.pk for one in self.batches]
        return self.scope.filter(Case.objects.filter(batch__in=keys, state=before))

    def without(self, kind: type[CaseEvidence]) -> QuerySet[Case]:
        """Those of them of which this stage has no valid row of a kind yet."""
        own = kind.valid(case=OuterRef("pk"), stage=self.stage.key)
        return self.cases.filter(~Exists(own))

    def may(self, visitor: Visitor, act: Act) -> bool:
        """Whether a person may do an act of this stage for any of the lists."""
        level = self.rules.level_of(self.stage)
        codes = {one.village_id for one in self.batches} or set(visitor.scope.codes)
        return any(access.may(visitor.scope, act, level, code) for code in codes)

    def code_of(self, village: str) -> str:
        """Whose organ acts for a village at the stage; a case never leaves its district."""
        return village[: max(DIGITS[self.stage.level], DIGITS[Level.DISTRICT])]

    def places(self) -> list[tuple[str, str]]:
        """Code and name of the regions whose organ acts here."""
        codes = {self.code_of(one.village_id) for one in self.batches}
        rows = Region.objects.filter(pk__in=codes).order_by("pk")
        return list(rows.values_list("pk", "name"))


def standing(visitor: Visitor, programme: int, key: str, kinds: Collection[StageKind]) -> Standing:
    """The lists at a stage; Http404 where the plan has no such stage, or none of it is in sight."""
    seen = visitor.scope.filter(Batch.objects.filter(programme=programme))
    first = seen.select_related("programme").first()
    if first is None:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    of_kind = [one for one in first.rules.chain if one.key == key and one.kind in kinds]
    if not of_kind:
        raise Http404(_("方案没有这个环节"))
    here = seen.filter(stage=key).select_related("programme", "village")
    lists = list(here.order_by("village", "part"))
    return Standing(first.programme, of_kind[0], lists, visitor.scope)


@dataclass(frozen=True, slots=True)
class Line:
    """One list on a page of acts: how many of its households the act would take."""

    batch: Batch
    waiting: int


def lines(here: Standing, cases: QuerySet[Case]) -> list[Line]:
    """Every list with its part of `cases`; one query."""
    counted = dict(
        cases.order_by().values("batch").annotate(n=Count("pk")).values_list("batch", "n")
    )
    return [Line(one, counted.get(one.pk, 0)) for one in here.batches]
