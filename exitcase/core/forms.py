"""What every form of a desk has: a calendar, the paper's day, and its faults in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exitcase.core import clock
from exitcase.core.errors import Overtaken, Refused

T = TypeVar("T")


class Day(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Minute(forms.DateTimeInput):
    """A moment to the minute, where our users are."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def late() -> forms.CharField:
    """The field for why something is entered late."""
    return forms.CharField(label=_("补录原因(办理日期较早时填写)"), max_length=200, required=False)


class DoneForm(forms.Form):
    """The day on the paper, and why it is entered late where it is."""

    done_on = forms.DateField(label=_("办理日期"), widget=Day)
    late_reason = late()

    def __init__(
        self, data: Any = None, files: Any = None, *, initial: Any = None, **more: Any
    ) -> None:
        usual = {"done_on": clock.today(), **(initial or {})}
        super().__init__(data, files, initial=usual, **more)


class VersionForm(DoneForm):
    """The day, and which state of the record was read: nobody overwrites another unseen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class CountedForm(DoneForm):
    """The same of an act that cannot be taken back: its number is typed (`Check.type_count`)."""

    def __init__(self, data: Any = None, files: Any = None, *, count: int, **more: Any) -> None:
        super().__init__(data, files, **more)
        self.count = count

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        refuse_uncounted(self.data, self.count)
        return said


def refuse_uncounted(data: Any, count: int) -> None:
    """What cannot be taken back is counted by who does it. Raises ValidationError."""
    if str(data.get("typed_count", "")).strip() != str(count):
        raise ValidationError(gettext("请输入 %d 确认") % count)


@dataclass(slots=True)
class Sent:
    """What a page of entry was sent: nothing is half-done, and every fault is kept in words."""

    problems: list[str] = field(default_factory=list)
    overtaken: bool = False  # somebody else was faster: `core.sides` shows what both have

    def take(self, sent: Iterable[forms.BaseForm], act: Callable[[], T]) -> T | None:
        """The answer of `act`, one call of a service; None, with `problems`, where it may not be.

        The act is not begun while a form has a fault or a problem was found before.
        """
        for form in sent:
            self.problems.extend(problems_of(form))
        if self.problems:
            return None
        try:
            return act()
        except Refused as refused:
            self.overtaken = isinstance(refused, Overtaken)
            self.problems.append(str(refused))
            return None

    @property
    def status(self) -> HTTPStatus:
        """Of the page shown again: 422 where something was wrong, 409 where it was overtaken."""
        if self.overtaken:
            return HTTPStatus.CONFLICT
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.problems else HTTPStatus.OK


def offer(form: forms.BaseForm, name: str, choices: Iterable[Any]) -> None:
    """Say which answers a choice has, where only the page knows them."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared by the form
    field.choices = list(choices)


def limit(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Say which rows may be chosen, where only the page knows them."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # declared by the form
    field.queryset = rows


def sent_in(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, be it nothing; None where the page is only read."""
    return request.POST if request.method == "POST" else None


def problems_of(form: forms.BaseForm) -> list[str]:
    """What is wrong with a form: each as field and words, for the top of the page."""
    return [
        f"{form.fields[name].label}: {text}" if name in form.fields else str(text)
        for name, errors in form.errors.items()
        for text in errors
    ]
