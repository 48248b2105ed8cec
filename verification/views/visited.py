"""Two visits of one household at one check: what each found, before one replaces the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from exitcase.core import sides
from exitcase.core.choices import Act, Finding, Mode
from exitcase.core.forms import Sent
from exitcase.core.rules import Stage
from exitcase.core.words import word
from verification.forms.visiting import VisitForm
from verification.models import Assessment, Case, Inspection


def standing(case: Case, stage: Stage) -> Inspection | None:
    """The visit that counts: of those at which somebody was met there is one at most."""
    rows = Inspection.valid(stage=stage.key, case=case.pk).exclude(finding=Finding.NOT_MET_HOME)
    found: Inspection | None = rows.prefetch_related("visitor_rows").first()
    return found


def both(case: Case, stage: Stage, form: VisitForm, lines: Any, sent: Sent) -> sides.Both | None:
    """What differs between my visit and the one entered meanwhile; None where there is none.

    A visit is one thing, signed by those who went: it is kept or replaced whole.
    """
    there = standing(case, stage) if sent.overtaken else None
    if there is None:
        return None
    sides.renew(form, "seen", there.pk)
    mine, theirs = _mine(form, lines).words(form), _theirs(there).words(form)
    rows = [
        sides.Side(name, name, text, theirs[name], "")
        for name, text in mine.items()
        if text != theirs[name]
    ]
    acts = (Act.INSPECT, Act.RECORD_SURVEY)
    return sides.Both(rows, each=False).by(sides.written(case, acts))


@dataclass(frozen=True, slots=True)
class _Visit:
    """What a visit says, wherever it was read."""

    day: date
    mode: Mode
    finding: Finding
    people: Sequence[str]
    note: str
    judged: Mapping[str, tuple[bool, str]]  # indicator → met, what was seen

    def words(self, form: VisitForm) -> dict[str, str]:
        """By the names of the page."""
        said = {
            str(form["done_on"].label): self.day.isoformat(),
            str(form["mode"].label): word(self.mode),
            _("结论"): word(self.finding),
            _("入户人员"): "、".join(self.people),
            str(form["note"].label): self.note or sides.NOTHING,
        }
        for one in form.indicators:
            met, facts = self.judged.get(one.key, (None, ""))
            verdict = sides.NOTHING if met is None else word(Finding.MET if met else Finding.SHORT)
            said[one.title] = f"{verdict} {facts}".strip()
        return said


def _mine(form: VisitForm, lines: Any) -> _Visit:
    said = form.cleaned_data
    return _Visit(
        said["done_on"],
        Mode(said["mode"]),
        form.finding,
        [line.spec.name for line in lines if line.spec],
        said["note"],
        {key: (one.met, one.facts) for key, one in form.results.items()},
    )


def _theirs(there: Inspection) -> _Visit:
    rows = Assessment.objects.filter(inspection=there, void_tx="")
    return _Visit(
        there.done_on,
        Mode(there.mode),
        Finding(there.finding),
        [one.name for one in there.visitor_rows.all()],
        there.note,
        {key: (met, seen) for key, met, seen in rows.values_list("indicator", "met", "facts")},
    )
