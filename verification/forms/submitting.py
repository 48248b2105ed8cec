"""What the pages of 送审 ask: the day it is sent, taken in, called back or given back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exitcase.core.forms import DoneForm


class SendForm(DoneForm):
    """送审. `seen` is the list the sender was looking at: its number and its hash."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, seen: str = "") -> None:
        super().__init__(data, initial={"seen": seen})
        self.fields["done_on"].label = _("送审日期")


class ReceiveForm(DoneForm):
    """接收."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.prefix = "receive"
        self.fields["done_on"].label = _("接收日期")


class ReturnForm(DoneForm):
    """退回, unreceived: the reason goes to the sender and is printed on the receipt."""

    why = forms.CharField(
        label=_("退回原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如:名单缺第3页"),
    )
    field_order = ("why", "done_on")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.prefix = "return"
        del self.fields["late_reason"]


class RecallForm(DoneForm):
    """撤回, by the sender, while nobody has taken it in."""

    why = forms.CharField(
        label=_("撤回原因"), max_length=200, help_text=_("例如:填报日期有误,撤回后重报")
    )
    field_order = ("why", "done_on")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.prefix = "recall"
        del self.fields["late_reason"]
