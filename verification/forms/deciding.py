"""What the decision desk asks: a request to the organ, its answer, and the second person's word."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core.forms import CountedForm, offer
from exitcase.core.uploads import UploadField
from verification.forms.choosing import HouseholdLine, ListsForm, lines_of
from verification.models import Case

APPROVE: Final = "approve"
REFUSE: Final = "refuse"

Others = lines_of(HouseholdLine)


class ProposeForm(ListsForm):
    """The request: its number, its day, and for which region."""

    number = forms.CharField(
        label=gettext_lazy("请示文号"),
        max_length=60,
        help_text=gettext_lazy("例如:请〔2020〕1号"),
    )
    region = forms.ChoiceField(label=gettext_lazy("地区"))
    field_order = ("number", "region", "done_on", "late_reason")

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["done_on"].label = _("请示日期")
        offer(self, "region", list(places))


class DecideForm(CountedForm):
    """What the organ decided: its number, day and scan."""

    number = forms.CharField(label=gettext_lazy("批准文号"), max_length=60)
    scan = UploadField(label=gettext_lazy("批准文件扫描件"))
    field_order = ("number", "done_on", "late_reason", "scan")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["done_on"].label = _("批准日期")


class ExceptionForm(forms.Form):
    """What the organ said of one exception; nothing is chosen beforehand."""

    said = forms.ChoiceField(
        label=gettext_lazy("意见"),
        choices=[(APPROVE, gettext_lazy("批准")), (REFUSE, gettext_lazy("不批准"))],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=gettext_lazy("不批准的原因(印在告知书上)"), max_length=200, required=False
    )

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data, prefix=f"e{case.pk}")
        self.case = case
        self.fields["said"].label = _("对%s的意见") % case.head_name

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("said") == REFUSE and not said.get("why", "").strip():
            self.add_error("why", _("不批准的须写明原因"))
        return said

    @property
    def refused(self) -> bool:
        return bool(self.cleaned_data.get("said") == REFUSE)
