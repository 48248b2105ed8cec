"""Two people at one form: what each has, side by side, and which of the two is kept.

Who sends second is refused by the service (`Overtaken`). The page comes back (409) with every field
that differs, mine beside theirs, and the form below as it was typed; sent again it says of each
field whose is kept. Nothing is settled for anybody: a field without an answer is asked once more.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from exitcase.core.choices import Act
from exitcase.core.forms import Sent
from exitcase.core.models import Entry

MINE, THEIRS = "mine", "theirs"
# What the page of both sides sends beside the form: the fields it asked of, and mine for all.
DIFFERS, ALL = "differs", "keep_all"
NOTHING: Final = "—"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to choose: a field, or what only makes sense together (`whole`): lines, votes."""

    form: Any  # a form, or a formset with its prefix
    title: str = ""
    name: str = ""  # of the field; "" is the whole
    words: str | None = None  # what it says, where the form knows better

    @property
    def key(self) -> str:
        return self.form[self.name].html_name if self.name else str(self.form.prefix)

    @property
    def label(self) -> str:
        return self.title or str(self.form[self.name].label)

    def said(self) -> str:
        """What it says, in the words of its page; a line each."""
        if self.words is not None:
            return self.words or NOTHING
        if self.name:
            return _shown(self.form[self.name])
        lines = self.form.forms if isinstance(self.form, forms.BaseFormSet) else [self.form]
        return "\n".join(filter(None, map(_line, lines))) or NOTHING

    def wire(self) -> dict[str, list[str]]:
        """What a browser would send of it, had nobody touched it."""
        if self.name:
            return dict([_sent(self.form[self.name])])
        own: list[Any] = [self.form]
        if isinstance(self.form, forms.BaseFormSet):
            own = [self.form.management_form, *self.form.forms]
        return dict(_sent(bound) for one in own for bound in one)


def fields_of(form: forms.BaseForm) -> list[Part]:
    """Every field of a form by itself."""
    return [Part(form, name=bound.name) for bound in form if not bound.is_hidden]


@dataclass(frozen=True, slots=True)
class Side:
    """One part that differs, as the page shows it (`_both.html`)."""

    key: str
    label: str
    mine: str
    theirs: str
    kept: str  # which was chosen when it was sent, if any


@dataclass(frozen=True, slots=True)
class Both:
    """All that differs, and who saved the other when."""

    rows: Sequence[Side]
    each: bool = True  # whether one may choose part by part
    who: str = ""
    at: datetime | None = None

    def by(self, written: tuple[str, datetime | None]) -> "Both":
        """With who saved the other, and when."""
        return replace(self, who=written[0], at=written[1])


def chosen(request: HttpRequest, theirs: Callable[[], Sequence[Part]]) -> QueryDict | None:
    """What was sent, with theirs wherever theirs was chosen; None where a page is only read."""
    if request.method != "POST":
        return None
    asked = request.POST.getlist(DIFFERS)
    if not asked:
        return request.POST
    data = request.POST.copy()
    for part in theirs():
        if part.key in asked and _answer(request.POST, part.key) == THEIRS:
            for name in [name for name in data if name == part.key or _within(part, name)]:
                del data[name]
            for name, values in part.wire().items():
                data.setlist(name, values)
    return data


def need_answers(sent: Sent, data: QueryDict | None) -> None:
    """What differs and was given to nobody is asked once more, before any act is begun."""
    if data is not None and not all(_answer(data, key) for key in data.getlist(DIFFERS)):
        sent.problems.append(_("请逐项选择保留哪一个:我填的,还是对方保存的"))


def compared(
    sent: Sent,
    data: QueryDict | None,
    mine: Sequence[Part],
    theirs: Callable[[], Sequence[Part]],
    *,
    each: bool = True,
) -> Both | None:
    """What differs between the form as it was sent and the same form as it would be read now.

    None where nobody was faster. `theirs` is read after the refusal; `each` False where only the
    whole can be chosen.
    """
    asked_before = data is not None and bool(data.getlist(DIFFERS)) and bool(sent.problems)
    if not (sent.overtaken or asked_before):
        return None
    now = {part.key: part for part in theirs()}
    rows = [
        Side(part.key, part.label, part.said(), now[part.key].said(), _answer(data, part.key))
        for part in mine
        if part.key in now and part.said() != now[part.key].said()
    ]
    return Both(rows, each=each)


def renew(form: forms.BaseForm, name: str, value: object) -> None:
    """The next sending is of what has now been read."""
    data: Any = copy(form.data)  # of a QueryDict one that may be changed
    data[form.add_prefix(name)] = str(value)
    form.data = data


def written(row: Model, acts: Sequence[Act], became: str = "") -> tuple[str, datetime | None]:
    """Who last wrote a row by one of these acts, and when the server took it; by the journal."""
    rows = Entry.objects.filter(subject=row._meta.model_name, subject_id=str(row.pk), act__in=acts)
    rows = rows.order_by("-pk")
    last = (rows.filter(became=became).first() if became else None) or rows.first()
    if last is None:
        return "", None
    return f"{last.actor}({last.post})", datetime.fromisoformat(last.recorded_at)


def _answer(data: QueryDict | None, key: str) -> str:
    said = (data.get(f"keep-{key}") or data.get(ALL) or "") if data is not None else ""
    return said if said in {MINE, THEIRS} else ""


def _within(part: Part, name: str) -> bool:
    return not part.name and name.startswith(f"{part.key}-")


def _sent(bound: forms.BoundField) -> tuple[str, list[str]]:
    value = bound.field.widget.format_value(bound.value())
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return bound.html_name, ["on"] if bound.value() else []
    values = value if isinstance(value, list | tuple) else [value]
    return bound.html_name, ["" if one is None else str(one) for one in values]


def _line(form: forms.BaseForm) -> str:
    """One line of a list in words; an empty one says nothing."""
    filled = (one.value() for one in form if one.name not in FIXED and not one.is_hidden)
    if all(value in (None, "", False) for value in filled):
        return ""
    return " · ".join(text for text in _texts(form) if text)


# What a line of a list says before anybody has filled it in.
FIXED: Final = frozenset({"item"})


def _texts(form: forms.BaseForm) -> Iterator[str]:
    for bound in form:
        if not bound.is_hidden:
            said = _shown(bound)
            yield f"{bound.label} {said}" if said != NOTHING else ""


def _shown(bound: forms.BoundField) -> str:
    """A value as it is read: alike whether it was typed or comes from the record."""
    value = bound.value()
    with suppress(ValidationError):  # else as it was typed
        value = bound.field.clean(value)
    choices = dict(_flat(getattr(bound.field, "choices", None) or _of_widget(bound)))
    if value in (None, "", []):
        return NOTHING
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(choices.get(str(value), value))


def _of_widget(bound: forms.BoundField) -> Any:
    return getattr(bound.field.widget, "choices", ())


def _flat(choices: Any) -> Iterator[tuple[str, Any]]:
    for key, title in choices:
        yield str(key), title
