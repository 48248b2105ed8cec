"""Whether two pictures are one: copied, shrunk, saved anew, made brighter.

Another photo of the same thing is another picture. Two steps: `look` is short enough to keep and
to search by, bits that say where it gets darker; `same_view` and `same_strokes` compare the grey
of both, cell by cell, and decide. Figures measured on drawn photos and signatures, honest ones and
copies (tests/verification/forge).
"""

from io import BytesIO
from statistics import correlation, linear_regression
from typing import Final

from PIL import Image, UnidentifiedImageError

GRID: Final = 8  # of `look`: 8 × 8 cells, two directions
BITS: Final = 2 * GRID * GRID
MARGIN: Final = 4  # grey levels: what is flat has no direction
NEAR: Final = 14  # of the bits of `look` differ at most, or it is another picture
BANDS: Final = 10  # two near looks agree whole in one of so many parts
CELLS: Final = 32  # of `same`: 32 × 32
VIEW: Final = 0.98  # correlation of a photo's cells with its copy's
DEPARTS: Final = 30  # grey levels by which …
FEW: Final = 200  # … one cell in so many may depart: a text on the same board is more
STROKES: Final = 0.82  # correlation of pen strokes: thin lines shift by scaling
SMALLEST: Final = 256  # pixels a side that is enough for us
LARGEST: Final = 100_000_000  # pixels; more is a bomb


class NoPictureError(ValueError):
    """Bytes that are no picture, or one too large to open."""


def opened(data: bytes) -> Image.Image:
    """The picture in grey, decoded no finer than we look. Raises `NoPictureError`."""
    try:
        picture = Image.open(BytesIO(data))
        if picture.width * picture.height > LARGEST:
            raise NoPictureError("too large")
        picture.draft("L", (SMALLEST, SMALLEST))
        return picture.convert("L")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise NoPictureError(type(error).__name__) from error


def ink(picture: Image.Image) -> Image.Image:
    """The part of a grey picture that is written on: the dark half of its greys."""
    levels = sorted(set(picture.tobytes()))
    middle = (levels[0] + levels[-1]) // 2
    box = picture.point([255 if level < middle else 0 for level in range(256)]).getbbox()
    return picture.crop(box) if box else picture


def look(picture: Image.Image) -> int:
    """`BITS` bits: of each cell, whether its right and its lower neighbour are darker."""
    grey, side = _cells(picture, GRID + 1), GRID + 1
    bits = 0
    for row in range(GRID):
        for at in range(row * side, row * side + GRID):
            bits = bits << 1 | (grey[at] > grey[at + 1] + MARGIN)
            bits = bits << 1 | (grey[at] > grey[at + side] + MARGIN)
    return bits


def near(one: int, other: int) -> bool:
    return (one ^ other).bit_count() <= NEAR


def bands(bits: int) -> list[tuple[int, int]]:
    """Parts by which near looks find each other, taken from all over; empty parts find nothing."""
    text = f"{bits:0{BITS}b}"
    parts = ((nth, int(text[nth::BANDS], 2)) for nth in range(BANDS))
    return [(nth, part) for nth, part in parts if part]


def same_view(one: Image.Image, other: Image.Image) -> bool:
    """Whether two grey pictures are one photo: a line leads from the greys of one to the other's.

    No spot may depart from the line: the same board with another notice on it does.
    """
    ours, theirs = _cells(one, CELLS), _cells(other, CELLS)
    if _agreement(ours, theirs) < VIEW:
        return False
    slope, base = linear_regression(ours, theirs)
    off = sorted(abs(b - slope * a - base) for a, b in zip(ours, theirs, strict=True))
    return off[-len(off) // FEW] <= DEPARTS


def same_strokes(one: Image.Image, other: Image.Image) -> bool:
    """Whether two grey pictures of `ink` are one writing; nobody writes a name twice so alike."""
    return _agreement(_cells(one, CELLS), _cells(other, CELLS)) >= STROKES


def _cells(picture: Image.Image, side: int) -> bytes:
    return picture.resize((side, side), Image.Resampling.BOX).tobytes()


def _agreement(ours: bytes, theirs: bytes) -> float:
    """Correlation; a blank page agrees with nothing."""
    if len(set(ours)) == 1 or len(set(theirs)) == 1:
        return 0.0
    return correlation(ours, theirs)
