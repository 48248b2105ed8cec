"""Which Chinese on an English page is nobody's to translate: names, notes, the plan's own words."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model

from exitcase.core.models import ProgrammeText
from tests.architecture import messages
from tests.architecture.ours import ROOT

HAN = re.compile("[\u3400-\u9fff]+")
# All that a person may read or hear on a page, and where: text, and attributes that are words.
TOLD = """() => {
  const told = [document.title];
  const data = /^(value|href|src|action|formaction|id|for|name|class)$/;
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = words.nextNode());) {
    if (!text.parentElement.closest('script, style, textarea, [lang^=zh]')) told.push(text.data);
  }
  for (const one of document.body.querySelectorAll('*')) {
    if (one.closest('[lang^=zh]')) continue;
    for (const { name, value } of one.attributes) if (!data.test(name)) told.push(value);
  }
  return told;
}"""


def data() -> list[str]:
    """Every Chinese text of the database and of its plans, the longest first.

    What a row says in words of our own, 村部 or 公示, hides nothing: such a word on an English page
    is ours until a plan says it as well.
    """
    rows = {text for model in apps.get_models() for text in _of_rows(model)} - ours()
    for one in ProgrammeText.objects.all():  # a plan is kept as its file
        rows |= {*_leaves(tomllib.loads(one.source)), *_leaves(tomllib.loads(one.house))}
    return sorted((one for one in rows if HAN.search(one)), key=len, reverse=True)


def _of_rows(model: type[Model]) -> Iterator[str]:
    names = [one.attname for one in model._meta.concrete_fields]
    for row in model._default_manager.values_list(*names):
        for value in row:
            yield from _leaves(value)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in _leaves(one))
    elif isinstance(value, list | tuple):
        yield from (text for one in value for text in _leaves(one))


def ours() -> set[str]:
    """Every text of our catalogues."""
    path = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
    return set(messages.of_catalogue(path))


def untranslated(told: list[str], known: list[str]) -> set[str]:
    """What is left of the Chinese on a page when the data are taken away."""
    left = set()
    for text in {one for one in told if HAN.search(one)}:
        rest = text
        for one in known:
            rest = rest.replace(one, " ")
        if HAN.search(rest):
            left.add(" ".join(text.split())[:80])
    return left
