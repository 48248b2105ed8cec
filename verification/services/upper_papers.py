"""The papers of district and city: answers of bureaux, summaries, marks, draws, rectifications.

Of each kind only what the plan names at its stage, and only once there is something to print.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from exitcase.core.choices import PaperKind, StageKind
from exitcase.core.fields import inside
from exitcase.core.models import Programme
from exitcase.core.papers.sheets import Sheet
from exitcase.core.rules import Stage
from verification.documents.city import city_sheets, rectification_report, sample_list
from verification.documents.district import (
    bureau_answer,
    check_result,
    inspection_summary,
    mark_list,
)
from verification.models import (
    ComparisonRun,
    Draw,
    Inspection,
    Rectification,
    SystemMark,
)


@dataclass(frozen=True, slots=True)
class Made:
    """One sheet, where it belongs, its number, and the subject its versions hang on."""

    sheet: Sheet
    region: str
    number: str
    subject: tuple[str, str]


def of_upper(programme: Programme, region: str) -> Iterator[Made]:
    """Every such paper that tells of a region; runs and draws of a district that holds it too."""
    for stage in programme.rules.chain:
        if PaperKind.BUREAU_ANSWER in stage.papers:
            yield from _answers(programme, stage, region)
        if PaperKind.INSPECTION_SUMMARY in stage.papers:
            yield from _summary(programme, stage, region)
        if PaperKind.MARK_LIST in stage.papers:
            yield from _marks(programme, stage, region)
        if stage.kind in {StageKind.DRAW_CHECK, StageKind.CHECK}:
            yield from _draws(programme, stage, region)
        if stage.archive and PaperKind.CHECK_RESULT in stage.archive.originals:
            yield _of_region(check_result(programme, region), programme, region)
    yield from _rectifications(programme, region)


def _answers(programme: Programme, stage: Stage, region: str) -> Iterator[Made]:
    runs = ComparisonRun.objects.select_related("programme").filter(
        programme=programme, stage=stage.key
    )
    for run in runs.filter(_holding(region)).order_by("pk"):
        yield from of_run(run)


def of_run(run: ComparisonRun) -> Iterator[Made]:
    """The answer of one bureau, once it is entered; where the plan names such a paper."""
    named = PaperKind.BUREAU_ANSWER in run.programme.rules.stage(run.stage).papers
    if named and run.entered_on is not None:
        number = f"{run.number}-{run.bureau}"
        yield Made(bureau_answer(run), run.region_id, number, ("comparison", str(run.pk)))


def _summary(programme: Programme, stage: Stage, region: str) -> Iterator[Made]:
    visits = Inspection.valid(stage=stage.key, case__batch__programme=programme)
    if visits.filter(inside(region, "case__")).exists():
        sheet = inspection_summary(programme, stage.key, region)
        yield _of_region(sheet, programme, region)


def _marks(programme: Programme, stage: Stage, region: str) -> Iterator[Made]:
    marks = SystemMark.valid(stage=stage.key, case__batch__programme=programme)
    if marks.filter(inside(region, "case__")).exists():
        yield _of_region(mark_list(programme, stage.key, region), programme, region)


def _draws(programme: Programme, stage: Stage, region: str) -> Iterator[Made]:
    rows = Draw.objects.select_related("programme")
    draws = rows.filter(_holding(region), programme=programme, stage=stage.key)
    for draw in draws.order_by("pk"):
        yield from of_sample(draw)


def of_sample(draw: Draw) -> Iterator[Made]:
    """The list of one draw, and the sheet of each household drawn, where the plan names them."""
    rules = draw.programme.rules
    papers = rules.stage(draw.stage).papers
    if PaperKind.SAMPLE_LIST in papers:
        number = f"CY-{rules.year}-{draw.region_id}-{draw.number}"
        yield Made(sample_list(draw), draw.region_id, number, ("draw", str(draw.pk)))
    if PaperKind.CITY_SHEET in papers:
        for key, sheet in city_sheets(draw).items():
            yield Made(sheet, draw.region_id, f"HC-{draw.number}-{key}", ("case", str(key)))


def _rectifications(programme: Programme, region: str) -> Iterator[Made]:
    found = Rectification.objects.filter(inside(region), programme=programme)
    rows = list(found.select_related("programme").order_by("pk"))
    if rows and programme.rules.has_paper(PaperKind.RECTIFICATION_REPORT):
        yield _of_region(rectification_report(rows), programme, region)


def _holding(region: str) -> Q:
    """Rows of the region or of a region it lies in."""
    return Q(region__in=[region[:digits] for digits in range(2, len(region) + 1)])


def _of_region(sheet: Sheet, programme: Programme, region: str) -> Made:
    """One line of versions for a plan's version and a region; the kind tells them apart."""
    number = f"{programme.rules.year}-{region}"
    return Made(sheet, region, number, ("region", f"{programme.pk}-{region}"))
