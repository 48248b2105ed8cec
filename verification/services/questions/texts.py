"""One text for many households: what was found, noted, said in the minutes or explained."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.db.models.functions import Length

from exitcase.core.rules_words import Warn
from verification.models import Assessment, Hit, Inspection, Question, Vote
from verification.services.questions.found import Figures, Found, Row

SHOWN: Final = 60  # characters of the text, in the question
MARKS: Final = re.compile(r"[\s\W]+")  # spaces and punctuation make no other text


def same_text(district: str, figures: Figures) -> Iterator[Found]:
    """Texts written about more households than the figure; short ones honestly say the same."""
    asked = figures.row(Warn.SAME_TEXT)
    if asked is None or asked.most is None:
        return
    for subject, column, rows in _written(district):
        for texts in _alike(rows, column, asked.least or 1):
            found = list(
                rows.filter(**{f"{column}__in": texts}).values_list(
                    "pk", "case_id", "case__household_id"
                )
            )
            if len({household for *_, household in found}) > asked.most:
                about = texts[0][:SHOWN]
                here = (Row(subject, pk, case) for pk, case, _ in found)
                key = (subject, _bare(texts[0]))
                yield Found.of(Question.Kind.SAME_TEXT, key, about, here)


def _written(district: str) -> Iterator[tuple[str, str, QuerySet[Any]]]:
    inside = {"case__district": district}
    yield "inspection", "note", Inspection.valid(**inside)
    yield "assessment", "facts", Assessment.objects.filter(void_tx="", **inside)
    yield "vote", "note", Vote.valid(**inside)
    yield "hit", "explanation", Hit.objects.filter(**inside)


def _alike(rows: QuerySet[Any], column: str, least: int) -> Iterator[list[str]]:
    """Writings of one text that stand in two rows or more; `least` characters without marks."""
    long = rows.alias(size=Length(column)).filter(size__gte=least).order_by()
    counted = long.values_list(column).annotate(n=Count("pk"))
    same: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for text, n in counted.iterator():
        bare = _bare(text)
        if len(bare) >= least:
            same[bare].append((text, n))
    for written in same.values():
        if sum(n for _, n in written) > 1:
            yield sorted(text for text, _ in written)


def _bare(text: str) -> str:
    return MARKS.sub("", text)
