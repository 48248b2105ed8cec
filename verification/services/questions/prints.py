"""How stored photos look, worked out once; and which of them are copies of each other."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from django.db.models import QuerySet
from PIL.Image import Image

from exitcase.core import crypto, files, pictures
from exitcase.core.choices import FileKind
from exitcase.core.models import StoredFile
from verification.models import Print

UNREADABLE: Final = (files.DamagedError, crypto.UnreadableError, pictures.NoPictureError)
OPEN_AT_ONCE: Final = 256  # pictures of some KB each, kept while their copies are looked at


def unprinted(district: str) -> QuerySet[StoredFile]:
    """Photos nobody has looked at yet."""
    rows: QuerySet[StoredFile] = StoredFile.objects.filter(
        district=district, kind=FileKind.PHOTO, print=None
    )
    return rows


def print_photos(photos: QuerySet[StoredFile]) -> int:
    """Work out and keep how each looks; gives how many. A file that is away is asked for again."""
    made = [found for file in photos.order_by("pk").iterator() if (found := _print(file))]
    Print.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
    return len(made)


def _print(file: StoredFile) -> Print | None:
    try:
        picture = pictures.opened(files.get(file))
    except UNREADABLE:
        return Print(file=file)
    except FileNotFoundError:
        return None
    # A line of writing is wider than tall; of a whole page the strokes say nothing.
    strokes = _hex(pictures.look(pictures.ink(picture))) if picture.width > picture.height else ""
    return Print(file=file, look=_hex(pictures.look(picture)), strokes=strokes)


def _hex(bits: int) -> str:
    return f"{bits:032x}"


def same_views(looks: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """Pairs of photos (file keys; file key → `Print.look`) of which one is a copy of the other."""
    return _copies(looks, pictures.same_view, lambda picture: picture)


def same_strokes(strokes: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """Pairs of signatures (file keys; file key → `Print.strokes`) that are one writing."""
    return _copies(strokes, pictures.same_strokes, pictures.ink)


def _copies(
    looks: Mapping[int, str],
    same: Callable[[Image, Image], bool],
    part: Callable[[Image], Image],
) -> Iterator[tuple[int, int]]:
    @lru_cache(OPEN_AT_ONCE)
    def opened(file: int) -> Image | None:
        try:
            return part(pictures.opened(files.get(StoredFile.objects.get(pk=file))))
        except (*UNREADABLE, FileNotFoundError):
            return None

    for one, other in sorted(_near(looks)):
        ours, theirs = opened(one), opened(other)
        if ours and theirs and same(ours, theirs):
            yield one, other


def _near(looks: Mapping[int, str]) -> set[tuple[int, int]]:
    """Pairs whose looks are near: only those are compared that share a band."""
    bits = {file: int(text, 16) for file, text in looks.items() if text}
    shelves: dict[tuple[int, int], list[int]] = defaultdict(list)
    pairs: set[tuple[int, int]] = set()
    for file in sorted(bits):
        for band in pictures.bands(bits[file]):
            near = (other for other in shelves[band] if pictures.near(bits[file], bits[other]))
            pairs.update((other, file) for other in near)
            shelves[band].append(file)
    return pairs
