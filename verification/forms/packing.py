"""What a package of signed papers is asked for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PackForm(forms.Form):
    """Data that leave the house say for what; an auditor's errand says it already."""

    purpose = forms.CharField(
        label=_("用途"), max_length=120, help_text=_("例如:2020年度退出专项审计;会记入查阅记录")
    )

    def __init__(self, data: Any = None, *, errand: str = "") -> None:
        super().__init__(data, initial={"purpose": errand})
