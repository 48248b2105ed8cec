"""Searches bytes for numbers of people, however written and whatever they are packed in."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from pypdf import PdfReader

SHORTEST, LONGEST = 11, 20  # digits of a phone, of a disability card
DEEPEST = 4  # packings in one another
STREAM = re.compile(rb"stream\r?\n")


def _runs(one: bytes) -> re.Pattern[bytes]:
    return re.compile(b"(?:" + one + b"){%d,}" % SHORTEST, re.DOTALL)


# Digits and X in each writing, and how a run of them is read.
WRITINGS = {
    "utf-8": _runs(rb"[0-9Xx]"),
    "utf-16-le": _runs(rb"[0-9Xx]\x00"),
    "utf-16-be": _runs(rb"\x00[0-9Xx]"),
    "utf-8, full-width": _runs(rb"\xef\xbc[\x90-\x99\xb8]|\xef\xbd\x98"),
    "utf-16-le, full-width": _runs(rb"[\x10-\x19\x38\x58]\xff"),
    "utf-16-be, full-width": _runs(rb"\xff[\x10-\x19\x38\x58]"),
}
NARROW = {0xFF10 + digit: ord("0") + digit for digit in range(10)} | {
    0xFF38: ord("X"),
    0xFF58: ord("X"),
}


def read(run: bytes, writing: str) -> str:
    encoding = writing.partition(",")[0]
    return run.decode(encoding).translate(NARROW).upper()


def windows(run: str) -> Iterator[str]:
    """Every piece of a run that is as long as a number may be."""
    for first in range(len(run) - SHORTEST + 1):
        for length in range(SHORTEST, min(LONGEST, len(run) - first) + 1):
            yield run[first : first + length]


def found_in(data: bytes, numbers: frozenset[str]) -> set[tuple[str, str]]:
    """(number, writing) for each of these numbers that stands in the bytes as they are."""
    found = set()
    for writing, pattern in WRITINGS.items():
        for match in pattern.finditer(data):
            pieces = windows(read(match[0], writing))
            found |= {(piece, writing) for piece in pieces if piece in numbers}
    return found


def unpacked(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes, and whatever is packed in them: streams of a PDF, members of a zip, their own."""
    yield data
    if depth < DEEPEST:
        for inner in (*_members(data), *_streams(data)):
            yield from unpacked(inner, depth + 1)


def _members(data: bytes) -> Iterator[bytes]:
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from (packed.read(name) for name in packed.namelist())


def _streams(data: bytes) -> Iterator[bytes]:
    if data[:5] != b"%PDF-":
        return
    for start in STREAM.finditer(data):
        try:
            yield zlib.decompressobj().decompress(data[start.end() :])
        except zlib.error:
            continue  # not deflated: it was searched as it is


def text_of(pdf: bytes) -> str:
    """What a reader of the PDF sees: its glyphs have numbers of their own in the streams."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def search(data: bytes, numbers: frozenset[str]) -> set[tuple[str, str]]:
    """Everything found in the bytes, in what is packed in them and in a PDF's text."""
    parts: Iterable[bytes] = unpacked(data)
    found = set().union(*(found_in(part, numbers) for part in parts))
    if data[:5] == b"%PDF-":
        seen = text_of(data)
        found |= found_in(seen.encode(), numbers) | found_in(_joined(seen), numbers)
    return found


def _joined(seen: str) -> bytes:
    """A number may be broken over lines."""
    return "".join(seen.split()).encode()
