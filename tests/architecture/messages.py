"""Texts to be translated, read from the sources; catalogues, read from `.po` and `.mo`."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

# The function, and how many of its first arguments are texts after a context.
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
TEXT = r"""(u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(?:n?gettext|_)\({TEXT}")
IN_CONTEXT = re.compile(rf"\bn?pgettext\({TEXT},\s*{TEXT}")
JOINT = "\x04"  # between context and text, in catalogues


def of_python(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from of_call(node)


def of_call(call: ast.Call) -> Iterator[str]:
    function = call.func
    name = getattr(function, "id", getattr(function, "attr", ""))
    texts = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if name in PLAIN | PLURAL and texts:
        yield texts[0]
    elif name in CONTEXT and len(texts) > 1:
        yield JOINT.join(texts[:2])


def of_template(source: str) -> Iterator[str]:
    code = templatize(source)
    for found in [*CALL.finditer(code), *IN_CONTEXT.finditer(code)]:
        if text := JOINT.join(ast.literal_eval(one) for one in found.groups()):
            yield text


def of_catalogue(path: Path) -> dict[str, list[str]]:
    """A `.po`: text (with its context) → its translations, one a plural form; fuzzy ones empty."""
    return {key: [] if fuzzy else texts for key, texts, fuzzy in map(entry, blocks(path)) if key}


def blocks(path: Path) -> list[str]:
    return [
        b for b in path.read_text("utf-8").split("\n\n") if re.search(r"^msgid", b, re.MULTILINE)
    ]


def entry(block: str) -> tuple[str, list[str], bool]:
    lines = [line for line in block.splitlines() if not line.startswith("#~")]
    words: dict[str, str] = {}
    current = ""
    for line in lines:
        if head := re.match(r'(msg\w+(?:\[\d\])?) (".*")$', line):
            current, words[head[1]] = head[1], ast.literal_eval(head[2])
        elif line.startswith('"'):
            words[current] += ast.literal_eval(line)
    fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
    key = JOINT.join(words[w] for w in ("msgctxt", "msgid") if w in words)
    return key, [text for word, text in words.items() if word.startswith("msgstr")], fuzzy


def of_compiled(path: Path) -> dict[str, str]:
    """A `.mo`: text → its translation (of plurals the first form)."""
    with path.open("rb") as file:
        catalogue = vars(gettext.GNUTranslations(file))["_catalog"]
    texts = {key if isinstance(key, str) else key[0]: value for key, value in catalogue.items()}
    return {key: value for key, value in texts.items() if key}
