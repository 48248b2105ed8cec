"""What the desk of a draw asks: the seed as it was thrown, a list drawn elsewhere, the result."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core import clock
from exitcase.core.forms import CountedForm, Day, DoneForm
from exitcase.core.rules import Rules
from exitcase.core.uploads import UploadField


class SeedForm(CountedForm):
    """The seed, written down whole, and how and before whom it was made."""

    seed = forms.CharField(label=gettext_lazy("公开种子"), max_length=200)
    source = forms.CharField(
        label=gettext_lazy("种子来源和见证人"),
        max_length=200,
        help_text=gettext_lazy("例如:十面骰子,三方各掷,全程录像"),
    )
    field_order = ("seed", "source", "done_on", "late_reason")

    def __init__(self, *args: Any, rules: Rules, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["done_on"].label = _("抽取日期")
        self.fields["seed"].help_text = (
            _("不少于 %d 位数字,当众掷出或取自事先公布的开奖号码") % rules.draw.digits
        )
        self.fields["seed"].widget.attrs["autocomplete"] = "off"


class ExternalForm(DoneForm):
    """A draw made elsewhere: its list of case numbers, and the letter it came with."""

    source = forms.CharField(label=gettext_lazy("抽取机关和来函文号"), max_length=200)
    numbers = forms.CharField(
        label=gettext_lazy("抽中户的编号"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("一行一个,或用空格、顿号分开"),
    )
    file = UploadField(label=gettext_lazy("抽样名单扫描件"))
    field_order = ("source", "numbers", "file", "done_on", "late_reason")

    def clean_numbers(self) -> list[str]:
        """In the order they were written, each once."""
        text = self.cleaned_data["numbers"]
        for mark in ",,、;;":
            text = text.replace(mark, " ")
        return list(dict.fromkeys(text.split()))


class ResultForm(CountedForm):
    """The result of the check: its number, day and scan."""

    number = forms.CharField(label=gettext_lazy("核查结果文号"), max_length=60)
    file = UploadField(label=gettext_lazy("核查结果扫描件"))
    field_order = ("number", "done_on", "late_reason", "file")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["done_on"].label = _("核查结果日期")


class ReplaceForm(forms.Form):
    """Why a drawn household cannot be checked; the next ticket of its stratum takes its place."""

    why = forms.CharField(
        label=gettext_lazy("更换原因"),
        max_length=200,
        help_text=gettext_lazy("例如:整户外出务工,无人在家"),
    )
    done_on = forms.DateField(label=gettext_lazy("办理日期"), widget=Day)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"done_on": clock.today()})
