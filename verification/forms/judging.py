"""What a page asks that judges one household, indicator by indicator; none is judged beforehand."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from exitcase.core.choices import Finding
from exitcase.core.forms import DoneForm
from exitcase.core.rules import Indicator
from exitcase.core.words import word
from verification.services.specs import AssessSpec


class JudgeForm(DoneForm):
    """Met or not, of each indicator; what is left open is judged another time."""

    def __init__(self, data: Any = None, *, indicators: Sequence[Indicator]) -> None:
        super().__init__(data)
        self.indicators = indicators
        choices = [(one.value, word(one)) for one in (Finding.MET, Finding.SHORT)]
        for one in indicators:
            self.fields[f"i-{one.key}"] = forms.ChoiceField(
                label=one.title, choices=choices, widget=forms.RadioSelect, required=False
            )
            self.fields[f"f-{one.key}"] = forms.CharField(
                label=_("认定依据的情况"), max_length=200, required=False
            )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.results:
            raise ValidationError(_("还没有认定任何一项"))
        return said

    @property
    def results(self) -> dict[str, AssessSpec]:
        """What was judged."""
        said = self.cleaned_data
        return {
            one.key: AssessSpec(
                met=said[f"i-{one.key}"] == Finding.MET, facts=said.get(f"f-{one.key}", "").strip()
            )
            for one in self.indicators
            if said.get(f"i-{one.key}")
        }
