"""What base and partials need beside `page`: htmx's settings, the error summary, state badges."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import template
from django.forms import BaseForm
from django.utils.html import format_html
from django.utils.safestring import SafeString

from exitcase.core import words
from exitcase.core.choices import Ground, Reason
from exitcase.core.screens import Pace

register = template.Library()

# Nothing that needs `eval` or an inline style, no page of people's data in the browser's storage;
# a refused form (422) and an overtaken act (409) are shown, not swallowed.
HTMX: Final = {
    "allowEval": False,
    "allowScriptTags": False,
    "includeIndicatorStyles": False,
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    "selfRequestsOnly": True,
    "timeout": 20_000,  # milliseconds
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "4(09|22)", "swap": True, "error": False},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}
TAGS: Final = {
    Pace.DONE: ("tag-ok", "ok"),
    Pace.NOW: ("tag-now", "now"),
    Pace.LATE: ("tag-warn", "late"),
    Pace.BACK: ("tag-back", "back"),
    Pace.TODO: ("", "todo"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the summary; `href` leads to its field, "" where it is of the whole form."""

    words: str
    href: str = ""


@register.simple_tag
def htmx_config() -> SafeString:
    """The settings of htmx, as the meta element it reads them from."""
    return format_html('<meta name="htmx-config" content="{}">', json.dumps(HTMX))


@register.simple_tag
def badge(pace: str, words: str) -> SafeString:
    """A state: its shape, its word, its colour. `{% badge "late" "逾期 3 天" %}`."""
    css, shape = TAGS[Pace(pace)]
    return format_html(
        '<span class="tag {}"><svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>{}</span>',
        css,
        shape,
        words,
    )


@register.filter
def reason(text: str) -> str:
    """A reason as the journal has it, its code in words: `voted_down: 23 人到会,11 人同意`."""
    code, colon, more = text.partition(": ")
    for kind in (Reason, Ground):
        if colon and code in set(kind):
            return f"{words.word(kind(code))}: {more}"
    return text


@register.inclusion_tag("exitcase/_error_summary.html")
def error_summary(
    forms: Any, heading: str = "", problems: Iterable[str] = (), blockers: Iterable[Any] = ()
) -> dict[str, Any]:
    """The summary over refused forms: the words that stand at the fields, each leading there.

    `forms` is one form, several, or a dict of them; unbound ones say nothing. `problems` are
    texts of no field.
    """
    lines = [line for form in _several(forms) for line in _lines(form)]
    said = {line.words for line in lines}
    lines += [Line(text) for text in problems if text not in said]
    return {"lines": lines, "heading": heading, "blockers": list(blockers)}


def _several(forms: Any) -> list[BaseForm]:
    if not forms:
        return [forms] if isinstance(forms, BaseForm) else []
    if isinstance(forms, BaseForm):
        return [forms]
    return list(forms.values() if hasattr(forms, "values") else forms)


def _lines(form: BaseForm) -> Iterator[Line]:
    for text in form.non_field_errors():
        yield Line(str(text))
    for bound in form:
        for text in bound.errors:
            yield Line(f"{bound.label}: {text}", f"#{bound.id_for_label}")
