"""What every form of a desk has: a calendar, the paper's day, and its faults in words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exitcase.core import clock


class Day(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DoneForm(forms.Form):
    """The day on the paper, and why it is entered late where it is."""

    done_on = forms.DateField(label=_("办理日期"), widget=Day)
    late_reason = forms.CharField(
        label=_("补录原因(办理日期较早时填写)"), max_length=200, required=False
    )

    def __init__(self, data: Any = None, files: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, files, initial={"done_on": clock.today(), **(initial or {})})


def problems_of(form: forms.Form) -> list[str]:
    """What is wrong with a form: each as field and words, for the top of the page."""
    return [
        f"{form.fields[name].label}: {text}" if name in form.fields else str(text)
        for name, errors in form.errors.items()
        for text in errors
    ]
