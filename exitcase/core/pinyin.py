"""Finding a name by the first letters of its pinyin: 「rdf」 finds 冉德芳. Pure.

No column keeps the letters, so none can go stale: they become a pattern that both databases
know. A character read in several ways is found by each.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

LETTERS: Final = re.compile(r"[a-zA-Z]{2,6}")  # one letter alone would find a tenth of everybody


def pattern(text: str) -> str:
    """A regular expression for names that begin so; "" where the text is no row of letters."""
    said = text.strip()
    if not LETTERS.fullmatch(said):
        return ""
    classes = [_by_letter().get(letter, "") for letter in said.lower()]
    return "^" + "".join(f"[{one}]" for one in classes) if all(classes) else ""


@cache
def _by_letter() -> Mapping[str, str]:
    """Letter → every character one of whose readings begins with it; half a second, once."""
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415  # 42,000 readings

    found: dict[str, set[str]] = {}
    for code, readings in pinyin_dict.items():
        for reading in readings.split(","):
            letter = unicodedata.normalize("NFD", reading)[0]
            found.setdefault(letter, set()).add(chr(code))
    return {letter: "".join(sorted(chars)) for letter, chars in found.items()}
