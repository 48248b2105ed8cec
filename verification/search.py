"""Search over what a person may see: by name, pinyin's first letters, or number of anything."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from exitcase.core import pinyin
from exitcase.core.models import Paper
from exitcase.core.scope import Scope
from households import queries as register
from households.models import Household, Member
from publicity.models import Notice, Objection
from verification import queries
from verification.models import Case

LEAST: Final = 2  # characters
MOST: Final = 20  # of each kind; whoever has more than that says more
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, the first of each kind; `more` where a kind has others."""

    households: Sequence[Household] = ()
    cases: Sequence[Case] = ()
    papers: Sequence[Paper] = ()
    notices: Sequence[Notice] = ()
    objections: Sequence[Objection] = ()
    more: bool = field(default=False, kw_only=True)

    @property
    def count(self) -> int:
        kinds: tuple[Sequence[Any], ...] = (
            self.households, self.cases, self.papers, self.notices, self.objections,
        )  # fmt: skip
        return sum(len(rows) for rows in kinds)


def find(scope: Scope, text: str) -> Found:
    """Everything of these regions that is called or numbered so; five queries at most.

    Numbers of people are not searched: an address of ours is no place for them.
    """
    said = text.strip()
    if len(said) < LEAST:
        return Found()
    papers = scope.filter(Paper.objects.select_related("pdf", "xlsx", "region"))
    notices = scope.filter(Notice.objects.select_related("region"))
    objections = scope.filter(Objection.objects.select_related("household", "region"))
    kinds: tuple[list[Any], ...] = (
        _first(households(scope, said).order_by("village", "group", "number")),
        _first(queries.cases(scope).filter(number__icontains=said).order_by("-pk")),
        _first(papers.filter(Q(number__icontains=said) | Q(title__contains=said)).order_by("-pk")),
        _first(notices.filter(title__contains=said).order_by("-pk")),
        _first(objections.filter(number__icontains=said).order_by("-pk")),
    )
    shown = [rows[:MOST] for rows in kinds]
    return Found(*shown, more=any(len(rows) > MOST for rows in kinds))


def households(scope: Scope, text: str) -> QuerySet[Household]:
    """By the name of the head or of a member, by its first letters, or by the number's part."""
    own = Member.objects.filter(household=OuterRef("pk"), left_on=None)
    letters = pinyin.pattern(text)
    way, asked = ("regex", letters) if letters else ("contains", text)
    called = Q(**{f"head_name__{way}": asked}) | Q(Exists(own.filter(**{f"name__{way}": asked})))
    numbered = Q(number__icontains=text)
    return register.in_scope(scope).filter(called | numbered).select_related("village")


def _first(rows: QuerySet[M]) -> list[M]:
    return list(rows[: MOST + 1])
