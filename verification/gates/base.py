"""How a gate of this app is written: one function per question, and the words it needs."""

from collections.abc import Callable
from typing import Any, Literal

from django.db.models import Count, Exists, Q, QuerySet, Subquery, Value
from django.db.models.lookups import GreaterThanOrEqual
from django_stubs_ext import StrOrPromise

from exitcase.core.choices import Klass, Status
from exitcase.core.gates import Ask, Gate, Passes

OPEN = Q(pk__isnull=False)  # what a plan does not ask

# Where the household stood when it was listed; since then the case itself has moved it.
_EXITED = Q(status_before=Status.EXITED)
_UNEXITED = Q(status_before__in=[one for one in Status if one != Status.EXITED])
_STANDING = (Status.REGISTERED, Status.RELAPSED)

# In and out, both said positively: a negated comparison would let an unknown class pass.
CLASSES: dict[Klass, tuple[Q, Q]] = {
    Klass.APPLICANT: (
        Q(status_before=Status.APPLICANT),
        Q(status_before__in=[one for one in Status if one != Status.APPLICANT]),
    ),
    Klass.RELAPSED: (Q(relapsed=True), Q(relapsed=False)),
    Klass.REGISTERED: (Q(relapsed=False), Q(relapsed=True)),
    Klass.LOW_INCOME: (Q(low_income=True), Q(low_income=False)),
    Klass.DESTITUTE: (Q(destitute=True), Q(destitute=False)),
    Klass.ENJOYING: (
        _EXITED & Q(household__enjoys_policy=True),
        _UNEXITED | Q(household__enjoys_policy=False),
    ),
    Klass.NOT_ENJOYING: (
        _EXITED & Q(household__enjoys_policy=False),
        _UNEXITED | Q(household__enjoys_policy=True),
    ),
    # On the register and not exited while all others have: 002 visits it with those.
    Klass.INSTANT_HELP: (
        Q(status_before__in=_STANDING),
        Q(status_before__in=[one for one in Status if one not in _STANDING]),
    ),
    Klass.POOR_VILLAGE: (Q(poor_village=True), Q(poor_village=False)),
    Klass.OTHER_VILLAGE: (Q(poor_village=False), Q(poor_village=True)),
}


def gate(
    message: StrOrPromise,
    *,
    of: Literal["case", "batch"] = "case",
    table: str = "",
    hard: bool = True,
    held: bool = False,
) -> Callable[[Callable[[Ask], Passes]], Gate]:
    """Turn a question into a gate of the same name.

    `message` says what is missing, with `%(n)d` for how many; `table` names the rule table of
    the stage that it reads, if it reads one. `held` gates are asked of every case, the
    others only of the classes a stage is for.
    """

    def make(question: Callable[[Ask], Passes]) -> Gate:
        def passes(ask: Ask) -> Passes:
            return question(ask) if held or of == "batch" else _only(ask, question(ask))

        return Gate(
            key=question.__name__, of=of, message=message, passes=passes, table=table, hard=hard
        )

    return make


def _only(ask: Ask, question: Passes) -> Passes:
    """A case of no class the stage is for passes unasked (DESIGN 4 `only`)."""
    if not ask.stage.only:
        return question
    outside = Q()
    for klass in ask.stage.only:
        outside &= CLASSES[klass][1]
    return Q(question) | outside


def at_least(rows: QuerySet[Any], least: int, by: str = "case") -> Passes:
    """There are `least` of these rows or more, each of which names its case by `by`."""
    counted = rows.order_by().values(by).annotate(rows_of_it=Count("pk")).values("rows_of_it")
    return GreaterThanOrEqual(Subquery(counted), Value(least))


def none_later(rows: QuerySet[Any], earlier: QuerySet[Any]) -> Passes:
    """Time logic: no row rests on an act of `earlier` (correlated) dated after it."""
    return ~Exists(rows.filter(Exists(earlier)))
