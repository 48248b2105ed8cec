"""What the rectification desk asks: the problem, what was done, and what another person found."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core.choices import Origin
from exitcase.core.forms import CountedForm, Day, DoneForm, offer
from exitcase.core.rules_tables import Rectification as Rule
from exitcase.core.uploads import UploadField
from exitcase.core.words import word

PASSED: Final = "passed"
FAILED: Final = "failed"


class OpenForm(DoneForm):
    """整改: where it comes from, the problem, who puts it right, until when."""

    origin = forms.ChoiceField(label=gettext_lazy("来源"))
    problem = forms.CharField(
        label=gettext_lazy("问题"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.CharField(label=gettext_lazy("整改责任人"), max_length=50)
    due_on = forms.DateField(label=gettext_lazy("整改时限"), widget=Day)
    field_order: Sequence[str] = ("origin", "problem", "owner", "due_on", "done_on", "late_reason")

    def __init__(
        self, *args: Any, rows: Sequence[Rule], titles: dict[str, str], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.rows = rows
        self.fields["done_on"].label = _("提出日期")
        field = self.fields["origin"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        named = enumerate(rows)
        field.choices = [("", "—"), *((str(at), _named(one, titles)) for at, one in named)]

    @property
    def rule(self) -> Rule:
        """The plan's row that was chosen."""
        return self.rows[int(self.cleaned_data["origin"])]


class RegionalForm(OpenForm):
    """The same of a region's work, and no one household's."""

    region = forms.ChoiceField(label=gettext_lazy("地区"))
    field_order = ("region", *OpenForm.field_order)

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "region", [("", "—"), *places])


class ReportForm(DoneForm):
    """What was done, and what looking for the same fault elsewhere came to."""

    measure = forms.CharField(
        label=gettext_lazy("整改措施"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
    same_fault = forms.CharField(
        label=gettext_lazy("举一反三情况"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("例如:本村其他12户已逐户查看,没有同类问题"),
    )
    file = UploadField(label=gettext_lazy("整改佐证(扫描件或照片)"), required=False)
    field_order = ("measure", "same_fault", "file", "done_on", "late_reason")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["done_on"].label = _("报告日期")


class RecheckForm(DoneForm):
    """What another person found; nothing is chosen beforehand."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("复查结果"),
        choices=[(PASSED, gettext_lazy("合格")), (FAILED, gettext_lazy("不合格"))],
        widget=forms.RadioSelect,
    )
    field_order = ("outcome", "done_on", "late_reason")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["done_on"].label = _("复查日期")


class RefuseForm(CountedForm):
    """The household of a failed rectification ends; what is printed on its letter."""

    note = forms.CharField(
        label=gettext_lazy("具体情况(印在告知书上)"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("note", "done_on")


def _named(row: Rule, titles: dict[str, str]) -> str:
    origin = word(Origin(row.origin))
    return f"{origin} · {titles[row.raised_at]}" if row.raised_at in titles else origin
