"""The same photo, or the same pen strokes, twice."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from exitcase.core.choices import FileKind
from exitcase.core.rules_words import Warn
from publicity.models import PostingPhoto
from verification.models import (
    Hit,
    Inspection,
    Meeting,
    Print,
    Question,
    Rectification,
    Signature,
    VisitPhoto,
)
from verification.services.questions import prints
from verification.services.questions.found import Figures, Found, Groups, Row

Kind = Question.Kind


class File(NamedTuple):
    """What is asked of a stored file."""

    pk: int
    sha256: str
    kind: str


class Use(NamedTuple):
    """One row that shows a file. Uses by one `owner` are one use: a page that speaks of many."""

    file: File
    row: Row
    owner: Hashable


def same_photo(district: str, figures: Figures) -> Iterator[Found]:
    """One picture, byte for byte or copied, that shows two visits, boards, minutes, repairs."""
    if figures.row(Warn.SAME_PHOTO):
        yield from _found(Kind.SAME_PHOTO, [*_photos(district)], "look", prints.same_views)


def same_strokes(district: str, figures: Figures) -> Iterator[Found]:
    """One page of signatures on the papers of two households, or one writing used twice."""
    if figures.row(Warn.SAME_STROKES):
        yield from _found(Kind.SAME_STROKES, [*_signed(district)], "strokes", prints.same_strokes)


def _photos(district: str) -> Iterator[Use]:
    in_district = {"case__district": district}
    visits = Inspection.valid(file__isnull=False, **in_district)
    # A scanned sheet may list the visits of a day: the households of one act are one use of it.
    for file, pk, case, tx in _files(visits, "file", "pk", "case_id", "tx"):
        row = Row("inspection", pk, case)
        yield Use(file, row, row if file.kind == FileKind.PHOTO else (tx, file))
    seen = VisitPhoto.objects.filter(inspection__void_tx="", inspection__case__district=district)
    for file, pk, case in _files(seen, "file", "inspection_id", "inspection__case_id"):
        yield Use(file, row := Row("inspection", pk, case), row)
    hung = PostingPhoto.objects.filter(posting__notice__district=district)
    for file, pk in _files(hung, "file", "pk"):
        yield Use(file, row := Row("postingphoto", pk), row)
    held = Meeting.objects.filter(district=district, minutes__isnull=False)
    for file, pk in _files(held, "minutes", "pk"):
        yield Use(file, row := Row("meeting", pk), row)
    repaired = Rectification.objects.filter(district=district, file__isnull=False)
    for file, pk, case in _files(repaired, "file", "pk", "case_id"):
        yield Use(file, row := Row("rectification", pk, case), row)
    # One proof may clear several hits of a household.
    hits = Hit.objects.filter(file__isnull=False, **in_district)
    for file, pk, case in _files(hits, "file", "pk", "case_id"):
        yield Use(file, Row("hit", pk, case), ("case", case))


def _signed(district: str) -> Iterator[Use]:
    """A picture is of one signature; a scanned page holds those of its household, or of its act."""
    signed = Signature.valid(case__district=district, scan__isnull=False, refused=False)
    rows = list(_files(signed, "scan", "pk", "case_id", "tx"))
    pages: dict[str, Groups] = defaultdict(Groups)
    for file, _pk, case, tx in rows:
        pages[file.sha256].join(case, (tx, file))
    for file, pk, case, _tx in rows:
        row = Row("signature", pk, case)
        yield Use(file, row, row if file.kind == FileKind.PHOTO else pages[file.sha256].of(case))


def _files(rows: QuerySet[Any], name: str, *columns: str) -> Iterator[Any]:
    """The file of each row, then its columns."""
    path = (f"{name}_id", f"{name}__sha256", f"{name}__kind")
    for pk, sha256, kind, *found in rows.order_by("pk").values_list(*path, *columns).iterator():
        yield File(pk, sha256, kind), *found


def _found(
    kind: Question.Kind,
    uses: Sequence[Use],
    column: str,
    copies: Callable[[Mapping[int, str]], Iterable[tuple[int, int]]],
) -> Iterator[Found]:
    """Files of the same bytes, and photos that are copies, are one picture."""
    hashes = {use.file.pk: use.file.sha256 for use in uses}
    groups = Groups()
    for one, other in copies(_looks(uses, column)):
        groups.join(hashes[one], hashes[other])
    shown: dict[Hashable, list[Use]] = defaultdict(list)
    for use in uses:
        shown[groups.of(use.file.sha256)].append(use)
    for group in shown.values():
        if len({use.owner for use in group}) > 1:
            first = min(use.file for use in group)
            about = f"SHA-256 {first.sha256[:16]}…"
            yield Found.of(kind, [first.sha256], about, (use.row for use in group))


def _looks(uses: Sequence[Use], column: str) -> dict[int, str]:
    """Of each different photo once: file key → how it looks."""
    first: dict[str, int] = {}
    for file in sorted({use.file for use in uses if use.file.kind == FileKind.PHOTO}):
        first.setdefault(file.sha256, file.pk)
    rows = Print.objects.filter(file__in=first.values()).exclude(**{column: ""})
    return dict(rows.values_list("file_id", column))
