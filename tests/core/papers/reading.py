"""Reads a rendered paper back, without anything of ours."""

import re
from io import BytesIO

from pypdf import PdfReader


def pages(pdf):
    return [squeezed(page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]


def squeezed(text):
    """Text without spaces and line ends: where a line breaks is no matter."""
    return re.sub(r"\s+", "", text)


def text(pdf):
    return "".join(pages(pdf))


def sides(pdf):
    """Width and height of each page in whole mm."""
    boxes = [page.mediabox for page in PdfReader(BytesIO(pdf)).pages]
    return [tuple(round(float(side) / 72 * 25.4) for side in (b.width, b.height)) for b in boxes]


def fonts(pdf):
    """Font name → whether its file is embedded."""
    found = {}
    for page in PdfReader(BytesIO(pdf)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            found[descriptor["/FontName"]] = any(key.startswith("/FontFile") for key in descriptor)
    return found
