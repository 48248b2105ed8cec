"""Ask what was found: once. An answer settles it, for the same rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from exitcase.core import clock, journal
from exitcase.core.choices import Act
from exitcase.core.journal import Actor
from verification.models import Question, QuestionRow
from verification.services.questions import days, photos, texts, visits
from verification.services.questions.found import Figures, Found, Row

FINDERS: Final = (
    photos.same_photo,
    photos.same_strokes,
    visits.villages_a_day,
    visits.homes_a_day,
    texts.same_text,
    days.before_basis,
)


def ask_district(district: str) -> Counter[str]:
    """Ask everything that looks made up in a district: kind → questions new or grown.

    The house's own act, like sealing: no person asks, so no right is asked for. A second run
    finds all asked and writes nothing.
    """
    figures = Figures.of(district)
    if figures is None:
        return Counter()
    found = [one for find in FINDERS for one in find(district, figures)]
    return _ask(district, found)


@dataclass
class _Asked:
    """What has been asked in a district."""

    of_row: dict[tuple[str, str, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    open: dict[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, district: str) -> "_Asked":
        made = cls()
        rows = QuestionRow.objects.filter(question__district=district)
        path = ("question_id", "question__kind", "subject", "subject_id")
        for pk, kind, subject, subject_id in rows.values_list(*path).iterator():
            made.of_row[kind, subject, subject_id].add(pk)
        waiting = Question.objects.filter(district=district, answered_at=None)
        made.open = {(kind, key): pk for kind, key, pk in waiting.values_list("kind", "key", "pk")}
        return made

    def covers(self, one: Found) -> bool:
        """Whether one question, answered or not, is about all these rows already."""
        asked = (self.of_row.get((one.kind, row.subject, row.pk), set()) for row in one.rows)
        return bool(set.intersection(*asked))

    def new_rows(self, question: int, one: Found) -> list[Row]:
        return [
            row
            for row in one.rows
            if question not in self.of_row.get((one.kind, row.subject, row.pk), ())
        ]


def _ask(district: str, found: Iterable[Found]) -> Counter[str]:
    with journal.act(Actor.system(), clock.today()):
        asked, moment = _Asked.of(district), clock.read()
        wanted = [one for one in found if not asked.covers(one)]
        fresh = [one for one in wanted if (one.kind, one.key) not in asked.open]
        made = [
            Question(
                region_id=district, kind=one.kind, key=one.key, about=one.about, asked_at=moment
            )
            for one in fresh
        ]
        Question.objects.bulk_create(made, batch_size=500)
        asked.open |= {(one.kind, one.key): one.pk for one in made}
        pairs = [(asked.open[one.kind, one.key], one) for one in wanted]
        rows = [
            QuestionRow(question_id=pk, subject=row.subject, subject_id=row.pk, case_id=row.case)
            for pk, one in pairs
            for row in asked.new_rows(pk, one)
        ]
        QuestionRow.objects.bulk_create(rows, batch_size=500)
        _write({question.pk for question in made}, "", "asked")
        _write({pk for pk, _ in pairs} - {question.pk for question in made}, "asked", "grown")
        return Counter(one.kind.value for one in wanted)


def _write(questions: set[int], was: str, became: str) -> None:
    rows = Question.objects.filter(pk__in=questions)
    journal.record_set(Act.ASK_QUESTION, rows, was=was, became=became)
