"""监督检查: which households were looked at, and what was found; the others stay blank."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core.choices import Finding, Mode
from exitcase.core.forms import DoneForm, offer
from exitcase.core.rules import Stage
from exitcase.core.words import word
from verification.models import Case


class SuperviseForm(DoneForm):
    """When and how all of them were looked at."""

    mode = forms.ChoiceField(label=gettext_lazy("检查方式"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, stage: Stage) -> None:
        super().__init__(data)
        self.fields["done_on"].label = _("检查日期")
        allowed = stage.modes.allowed if stage.modes else tuple(Mode)
        offer(self, "mode", [(one.value, word(one)) for one in allowed])


class SeenLine(forms.Form):
    """One household; without a finding it was not looked at."""

    finding = forms.ChoiceField(
        label=gettext_lazy("结论"), widget=forms.RadioSelect, required=False
    )
    note = forms.CharField(label=gettext_lazy("发现的情况"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, case: Case) -> None:
        self.case = case
        self.before: date | None = None  # the day it was looked at last, for the page
        super().__init__(data, prefix=f"c{case.pk}")
        offer(self, "finding", [(one.value, word(one)) for one in (Finding.MET, Finding.SHORT)])
        self.fields["note"].widget.attrs["aria-label"] = f"{case.head_name} {_('发现的情况')}"

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("note", "").strip() and not said.get("finding"):
            raise ValidationError(_("%s:写了情况,还要选结论") % self.case.head_name)
        return said

    @property
    def seen(self) -> bool:
        return bool(self.cleaned_data.get("finding"))


def seen_lines(data: Any, cases: Sequence[Case]) -> list[SeenLine]:
    """A line for each household."""
    return [SeenLine(data, case=case) for case in cases]
