"""What the comparison desk asks: of whom, what a bureau found, what is said to it, the verdict."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core import clock
from exitcase.core.choices import Fact
from exitcase.core.errors import Refused
from exitcase.core.forms import Day, DoneForm, offer
from exitcase.core.uploads import UploadField
from households.register.plain import read_plain
from verification.documents.district import FACTS
from verification.forms.choosing import HouseholdLine, ListsForm, lines_of
from verification.models import Hit
from verification.services.specs import FeedbackRow, HitSpec

COLUMNS: Final = {
    "id_number": ("身份证号码", "证件号码", "公民身份号码", "身份证号", "ID number"),
    "detail": ("疑点内容", "内容", "说明", "Details"),
}


def facts() -> list[tuple[str, str]]:
    """What a bureau may find, in the reader's language."""
    return [("", "—"), *((key, _(words)) for key, words in FACTS.items())]


class AskForm(ListsForm):
    """A letter to every bureau of the stage, about the chosen lists."""

    number = forms.CharField(
        label=gettext_lazy("发函编号"),
        max_length=40,
        help_text=gettext_lazy("例如:比对〔2020〕1号"),
    )
    field_order = ("number", "done_on", "late_reason")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["done_on"].label = _("发函日期")


class AnswerForm(DoneForm):
    """A bureau's answer. That nothing was found has to be said too."""

    number = forms.CharField(label=gettext_lazy("反馈文号"), max_length=40)
    answered_by = forms.CharField(label=gettext_lazy("反馈人"), max_length=50)
    file = UploadField(label=gettext_lazy("反馈单扫描件"), required=False)
    nil = forms.BooleanField(label=gettext_lazy("无异常:本部门比对后没有发现疑点"), required=False)
    field_order = ("number", "answered_by", "done_on", "late_reason", "file", "nil")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["done_on"].label = _("反馈日期")


class HitLine(HouseholdLine):
    """One finding about one household."""

    fact = forms.ChoiceField(label=gettext_lazy("疑点类型"), required=False)
    field_order = ("who", "fact", "why")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "fact", facts())
        self.fields["why"].label = _("疑点内容")

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if self.filled and not said.get("fact"):
            self.add_error("fact", _("请选择疑点类型"))
        return said

    @property
    def spec(self) -> HitSpec:
        said = self.cleaned_data
        return HitSpec(said["who"], Fact(said["fact"]), said["why"])


HitLines = lines_of(HitLine)


class ListForm(forms.Form):
    """A bureau's own list, read here once: of strangers on it nothing is kept."""

    book = forms.FileField(
        label=gettext_lazy("部门名单(Excel)"),
        help_text=gettext_lazy("表头须有「身份证号码」;可有「疑点内容」一列"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
    list_fact = forms.ChoiceField(label=gettext_lazy("名单的疑点类型"))
    list_detail = forms.CharField(
        label=gettext_lazy("疑点内容(名单没有这一列时填写)"), max_length=200, required=False
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "list_fact", facts())

    def clean(self) -> dict[str, Any]:
        """Adds `rows`: what the service matches."""
        said: dict[str, Any] = super().clean() or {}
        if self.errors:
            return said
        try:
            found = read_plain(said["book"].read(), COLUMNS, "id_number")
        except Refused as refused:
            raise ValidationError(str(refused)) from refused
        fact = Fact(said["list_fact"])
        said["rows"] = [
            FeedbackRow(row.number, row.texts["id_number"], fact,
                        row.texts.get("detail") or said["list_detail"])
            for row in found
        ]  # fmt: skip
        return said


class ExplainForm(DoneForm):
    """What the household says to a finding, and what shows it."""

    explanation = forms.CharField(
        label=gettext_lazy("户的说明"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    file = UploadField(label=gettext_lazy("佐证材料(扫描件或照片)"), required=False)
    field_order = ("explanation", "file", "done_on", "late_reason")


class JudgeForm(forms.Form):
    """The verdict: nothing is chosen beforehand, and why is always said."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("结论"), choices=Hit.Verdict.choices, widget=forms.RadioSelect
    )
    why = forms.CharField(label=gettext_lazy("理由"), max_length=200)
    judged_on = forms.DateField(label=gettext_lazy("结论日期"), widget=Day)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"judged_on": clock.today()})
