"""Both languages are complete: every text of code and templates has its line in each catalogue."""

import re
from functools import cache

import pytest

from tests.architecture import messages, ours

LANGUAGES = ("zh_Hans", "en")
HAN = re.compile(r"[\u4e00-\u9fff]")
# What must be typed into a Chinese workbook.
KEPT = re.compile("是|否|未脱贫|已脱贫|返贫")
FIELD = re.compile(r"%(?:\(\w+\))?[sd]|\{\w*\}")


@cache
def wanted() -> frozenset[str]:
    python = (t for f in ours.code() for t in messages.of_python(f.read_text("utf-8")))
    pages = [f for f in ours.files(".html") if f.relative_to(ours.ROOT).parts[0] == "templates"]
    return frozenset(python) | {
        t for f in pages for t in messages.of_template(f.read_text("utf-8"))
    }


def folder(language: str):
    return ours.ROOT / "locale" / language / "LC_MESSAGES"


@cache
def catalogue(language: str) -> dict[str, list[str]]:
    return messages.of_catalogue(folder(language) / "django.po")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_the_catalogue(language):
    translated = {text for text, forms in catalogue(language).items() if forms and all(forms)}
    assert sorted(wanted() - translated) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_no_text_of_yesterday(language):
    assert sorted(set(catalogue(language)) - wanted()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_fields_of_their_text(language):
    changed = {
        text
        for text, forms in catalogue(language).items()
        for form in forms
        if sorted(FIELD.findall(form)) != sorted(FIELD.findall(text))
    }
    assert changed == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_of_today(language):
    source = {text: forms[0] for text, forms in catalogue(language).items() if forms}
    assert messages.of_compiled(folder(language) / "django.mo") == source


def test_english_has_no_chinese_left():
    english = {text: KEPT.sub("", "".join(forms)) for text, forms in catalogue("en").items()}
    assert {text for text, form in english.items() if HAN.search(form)} == set()


def test_texts_are_found_in_code_and_templates():
    code = 'a = _("甲"); b = ngettext("%d 户", "%d 户", n); c = pgettext("户", "乙"); f(_)'
    page = (
        '{% load i18n %}{% translate "丙" %}{% blocktranslate %}丁 {{ n }}{% endblocktranslate %}'
    )
    assert set(messages.of_python(code)) == {"甲", "%d 户", "户\x04乙"}
    assert set(messages.of_template(page)) == {"丙", "丁 %(n)s"}
