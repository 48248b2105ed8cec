"""What is asked of a record that the plan wants beside its rules: a note, and what shows it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exitcase.core.forms import DoneForm
from exitcase.core.uploads import UploadField


class RecordForm(DoneForm):
    """One of several on a page, each with names of its own."""

    note = forms.CharField(
        label=_("说明"),
        max_length=200,
        required=False,
        help_text=_("例如:9月20日在村委会培训评议小组,到会15人"),
    )
    file = UploadField(label=_("扫描件或照片(有的话)"), required=False)
    field_order = ("note", "file", "done_on", "late_reason")

    def __init__(self, *args: Any, key: str, **more: Any) -> None:
        self.prefix = key
        super().__init__(*args, **more)
