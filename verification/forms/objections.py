"""What is asked of an objection or appeal: what was said, what its check came to, who has it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from exitcase.core import clock
from exitcase.core.forms import Day, DoneForm, limit
from exitcase.core.models import User
from exitcase.core.uploads import UploadField
from publicity.choices import Channel, Outcome
from publicity.services import ObjectionSpec


class LodgeForm(DoneForm):
    """What somebody said against a household; who it was may stay unsaid."""

    received_on = forms.DateField(label=gettext_lazy("受理日期"), widget=Day)
    channel = forms.ChoiceField(label=gettext_lazy("途径"), choices=[("", "—"), *Channel.choices])
    text = forms.CharField(
        label=gettext_lazy("反映的内容"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("写事实,不写反映人是谁;例如:该户在城里有商品房"),
    )
    objector = forms.CharField(
        label=gettext_lazy("反映人(可不填)"),
        max_length=50,
        required=False,
        help_text=gettext_lazy("加密保存,村里看不到"),
    )
    phone = forms.CharField(label=gettext_lazy("反映人电话(可不填)"), max_length=20, required=False)
    field_order = ("received_on", "channel", "text", "objector", "phone")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"received_on": clock.today()})
        self.fields["late_reason"].label = gettext_lazy("补录或逾期受理的原因")

    @property
    def spec(self) -> ObjectionSpec:
        said = self.cleaned_data
        return ObjectionSpec(
            received_on=said["received_on"],
            channel=Channel(said["channel"]),
            text=said["text"],
            objector=said["objector"],
            phone=said["phone"],
        )


class AnswerForm(DoneForm):
    """What the check came to; of an organ that never logs in with its document."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("核查结果"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    checkers = forms.CharField(
        label=gettext_lazy("核查人"), max_length=100, help_text=gettext_lazy("姓名之间用顿号分开")
    )
    conclusion = forms.CharField(
        label=gettext_lazy("核查结论"), max_length=300, widget=forms.Textarea(attrs={"rows": 4})
    )
    number = forms.CharField(label=gettext_lazy("答复文号"), max_length=60, required=False)
    scan = UploadField(label=gettext_lazy("答复扫描件"), required=False)
    field_order = ("outcome", "checkers", "conclusion", "number", "scan")

    def __init__(
        self, data: Any = None, files: Any = None, *, outside: bool = False, **more: Any
    ) -> None:
        super().__init__(data, files, **more)
        if not outside:
            del self.fields["number"]

    @property
    def names(self) -> list[str]:
        """Whoever checked, however the names were put apart."""
        text: str = self.cleaned_data["checkers"]
        for sign in ",,;;":
            text = text.replace(sign, "、")
        return [name.strip() for part in text.split("、") for name in part.split() if name.strip()]


class HandlerForm(DoneForm):
    """Whose task the answer is; nobody's again only with a reason."""

    handler = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("经办人"), required=False, empty_label="—"
    )
    field_order = ("handler",)

    def __init__(self, data: Any = None, *, able: Sequence[int], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["late_reason"].label = gettext_lazy("原因(改回无人或补录时填写)")
        limit(self, "handler", User.objects.filter(pk__in=able))


class StrikeForm(DoneForm):
    """Why the household is struck out of the list that hangs."""

    why = forms.CharField(label=gettext_lazy("划去的原因"), max_length=200)
    late_reason = None  # type: ignore[assignment]  # Django's way to drop a field: the reason is one
    field_order = ("why",)
