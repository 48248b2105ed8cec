"""One engine for all papers: sheet → HTML → PDF/A with embedded fonts, same facts → same bytes.

WeasyPrint and its font configuration are made once in a process and shared; a lock keeps threads
apart, since Pango's font map is not thread-safe. Whatever WeasyPrint only warns of is an error
here: a paper with a hole in it must not reach anybody's hands.
"""

import atexit
import gc
import logging
import multiprocessing
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from django.conf import settings
from django.db import connections
from django.template import Context, Engine

from exitcase.core.papers import fonts
from exitcase.core.papers.pages import SHAPES, Shape
from exitcase.core.papers.sheets import Sheet

VARIANT: Final = "pdf/a-3b"
NOTDEF: Final = ".notdef glyph rendered"
_LOCK = Lock()
_heard: ContextVar[list[str] | None] = ContextVar("weasyprint_warnings", default=None)


class PaperError(RuntimeError):
    """A paper that cannot be made as it should look."""


class MissingGlyph(PaperError):  # noqa: N818  # what is missing
    """A character that no font of ours has; names the character and the paper."""


class DoesNotFit(PaperError):  # noqa: N818
    """Values so long that the form leaves its pages even in the smallest setting."""


class _MissingName(str):
    """Django prints a blank for a name a template gets wrong; we do not."""

    __slots__ = ()

    def __contains__(self, _: object) -> bool:
        return True

    def __mod__(self, name: object) -> str:
        raise PaperError(f"模板中的“{name}”在表单数据里没有")


class _Ear(logging.Handler):
    """Collects WeasyPrint's warnings of the rendering under way in this thread."""

    def emit(self, record: logging.LogRecord) -> None:
        heard = _heard.get()
        if heard is not None:
            heard.append(record.getMessage())


@dataclass(frozen=True, slots=True)
class _Press:
    """What all papers share: WeasyPrint's classes, our style sheet, the fonts."""

    html: Any
    css: Any
    font_config: Any
    fetcher: Any
    engine: Engine


@lru_cache(maxsize=1)
def _press() -> _Press:
    fonts.configure()
    from weasyprint import CSS, HTML  # noqa: PLC0415  # after FONTCONFIG_FILE is set
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    logger = logging.getLogger("weasyprint")
    logger.addHandler(_Ear(logging.WARNING))
    logger.propagate = False
    # Papers reach nothing outside themselves: no file, no network (SSRF). A refusal is logged.
    fetcher = URLFetcher(allowed_protocols=["data"], allow_redirects=False)
    font_config = FontConfiguration()
    style = (_folder() / "paper.css").read_text("utf-8")
    # Its folder of fonts is removed while modules still stand, not when the interpreter falls.
    atexit.register(_press.cache_clear)
    with _hear("paper.css"):
        # Our own style sheet may open the font files its @font-face rules name; pages may not.
        opener = URLFetcher(allowed_protocols=["file", "data"], allow_redirects=False)
        css = CSS(string=style, font_config=font_config, url_fetcher=opener)
    return _Press(HTML, css, font_config, fetcher, _templates())


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "papers"


def _templates() -> Engine:
    """An engine of our own: papers are Chinese whatever language the reader's screen has."""
    return Engine(
        dirs=[str(_folder())],
        builtins=["exitcase.core.papers.filters"],
        string_if_invalid=_MissingName("%s"),
    )


@contextmanager
def _hear(what: str) -> Iterator[None]:
    """Turn what WeasyPrint logs while `what` is made into an error."""
    heard: list[str] = []
    token = _heard.set(heard)
    try:
        yield
    finally:
        _heard.reset(token)
    for message in heard:
        if message.startswith(NOTDEF):
            raise MissingGlyph(f"“{what}”中有字体缺少的字：{message.partition(': ')[2]}")
    if heard:
        raise PaperError(f"“{what}”排版有误：{'；'.join(heard)}")


def as_html(sheet: Sheet, fit: str = "") -> str:
    """The page as WeasyPrint gets it; `fit` is a class of the body that sets it tighter."""
    shape = SHAPES[type(sheet)]
    template = _press().engine.get_template(shape.template_of(sheet))
    names: Mapping[str, Any] = {"sheet": sheet, "imprint": sheet.imprint, "fit": fit}
    values = {**names, **shape.context(sheet)}
    return template.render(Context(values, use_l10n=False, use_tz=False))


def render(sheet: Sheet) -> bytes:
    """The paper as PDF/A-3b. Raises `MissingGlyph`, `DoesNotFit`, `PaperError`, `FontsMissing`."""
    shape, name = SHAPES[type(sheet)], sheet.imprint.number or sheet.kind
    with _LOCK, _no_collecting():
        _press()
        for fit in shape.fits:
            pdf = _attempt(sheet, shape, fit, name)
            if pdf is not None:
                return pdf
    raise DoesNotFit(f"“{name}”内容过长，排不进{shape.pages(sheet)}页，请缩短文字")


@contextmanager
def _no_collecting() -> Iterator[None]:
    """A paper makes a million objects that all die with it: collecting amid them is wasted."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _attempt(sheet: Sheet, shape: Shape, fit: str, name: str) -> bytes | None:
    """One setting: the PDF, or None when it needs more pages than the form has."""
    press = _press()
    with _hear(name):
        page = press.html(string=as_html(sheet, fit), url_fetcher=press.fetcher)
        document = page.render(
            font_config=press.font_config, stylesheets=[press.css], pdf_variant=VARIANT
        )
        due = shape.pages(sheet)
        if due is not None and len(document.pages) != due:
            return None
        pdf: bytes = document.write_pdf(pdf_variant=VARIANT)
    return pdf


def render_many(sheets: Iterable[Sheet], processes: int = 2) -> Iterator[bytes]:
    """The PDFs in the sheets' order, made in forked processes; call outside a transaction.

    For commands, not inside a Celery task (its processes may have no children). Our database
    connections are closed first: two processes on one socket would spoil it.
    """
    if any(one.in_atomic_block for one in connections.all(initialized_only=True)):
        raise RuntimeError("render_many() inside a transaction would lose it")
    _press()
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(processes, initializer=gc.disable) as pool:
        yield from pool.imap(_in_child, sheets, chunksize=4)


def _in_child(sheet: Sheet) -> bytes:
    pdf = render(sheet)
    gc.collect()
    return pdf
