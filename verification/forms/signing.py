"""What the page of signatures asks of one household: who signed which part, and how."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core import clock
from exitcase.core.choices import Capacity, PaperKind, Post, SignMark
from exitcase.core.forms import Day, offer
from exitcase.core.rules import Rules
from exitcase.core.uploads import Upload, UploadField
from exitcase.core.words import word
from verification.models import Mandate
from verification.services.specs import MandateSpec, SignSpec

DRAWN: Final = "data:image/png;base64,"
MOST_DRAWN: Final = 300 * 1024  # characters: strokes of a pen, not a photo
FORMS: Final = ("书面", "视频存证")


class SlotForm(forms.Form):
    """One part of the paper; left empty it is not yet signed."""

    signer = forms.CharField(label=gettext_lazy("签字人"), max_length=50, required=False)
    signed_on = forms.DateField(label=gettext_lazy("签字日期"), widget=Day)
    mark = forms.ChoiceField(label=gettext_lazy("签法"))
    witness = forms.CharField(
        label=gettext_lazy("见证人(捺手印时填写,不能是帮扶责任人或干部)"),
        max_length=50,
        required=False,
    )
    scan = UploadField(label=gettext_lazy("签字页扫描件或照片"), required=False)
    drawn = forms.CharField(widget=forms.HiddenInput, required=False)
    refused = forms.BooleanField(label=gettext_lazy("拒签"), required=False)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        slot: Post,
        rules: Rules,
        known: Sequence[str],
        nth: int = 1,
    ) -> None:
        self.slot, self.known = slot, known
        single = known[0] if len(known) == 1 else ""
        super().__init__(
            data,
            files,
            prefix=f"{slot.value}{nth}",
            initial={"signed_on": clock.today(), "signer": single, "mark": SignMark.HAND.value},
        )
        self.fields["signer"].widget.attrs["list"] = f"known-{self.prefix}"
        offer(self, "mark", [(one.value, word(one)) for one in rules.marks.allowed])

    @property
    def title(self) -> str:
        return word(self.slot)

    @property
    def filled(self) -> bool:
        """Whether this part was signed or refused: a name alone, offered by us, is neither."""
        return any(
            self.data.get(self.add_prefix(name)) for name in ("done", "drawn", "refused")
        ) or bool(self.files.get(self.add_prefix("scan")))

    def clean_drawn(self) -> Upload | None:
        """Pen strokes from the page, as a picture. Raises ValidationError for anything else."""
        text = self.cleaned_data["drawn"]
        if not text:
            return None
        if not text.startswith(DRAWN) or len(text) > MOST_DRAWN:
            raise ValidationError(_("手写签名没有送到,请重签"))
        try:
            data = base64.b64decode(text.removeprefix(DRAWN), validate=True)
        except binascii.Error as error:
            raise ValidationError(_("手写签名没有送到,请重签")) from error
        sent = SimpleUploadedFile(f"{_('手写签名')}.png", data)
        picture: Upload = UploadField(pictures_only=True).clean(sent)
        return picture

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if self.filled and not said.get("signer"):
            self.add_error("signer", _("请填写签字人姓名"))
        return said

    @property
    def upload(self) -> Upload | None:
        found: Upload | None = self.cleaned_data["drawn"] or self.cleaned_data["scan"]
        return found

    def spec(self, paper: PaperKind, scan: Any) -> SignSpec:
        said = self.cleaned_data
        return SignSpec(
            slot=self.slot,
            paper=paper,
            signer=said["signer"],
            signed_on=said["signed_on"],
            mark=SignMark(said["mark"]),
            witness=said["witness"],
            scan=scan,
            refused=said["refused"],
        )


class HouseholdForm(SlotForm):
    """The household's part: by what right somebody signs for it."""

    capacity = forms.ChoiceField(label=gettext_lazy("以何身份签字"))
    relation = forms.CharField(
        label=gettext_lazy("与户主关系(监护人、代理人填写)"), max_length=20, required=False
    )
    adult_on = forms.DateField(
        label=gettext_lazy("监护人成年日期(不是本户成员时填写)"), widget=Day, required=False
    )
    field_order = ("capacity", "signer", "relation", "adult_on")

    def __init__(self, *args: Any, rules: Rules, mandate: Mandate | None, **more: Any) -> None:
        super().__init__(*args, rules=rules, slot=Post.HOUSEHOLD, **more)
        self.mandate = mandate
        offer(
            self,
            "capacity",
            [(one.capacity, word(one.capacity)) for one in rules.household_signers],
        )

    def spec(self, paper: PaperKind, scan: Any) -> SignSpec:
        said = self.cleaned_data
        capacity = Capacity(said["capacity"])
        return replace(
            super().spec(paper, scan),
            capacity=capacity,
            relation=said["relation"],
            adult_on=said["adult_on"],
            mandate=self.mandate if capacity == Capacity.AGENT else None,
        )


class MandateForm(forms.Form):
    """委托书, as it is on paper."""

    number = forms.CharField(label=gettext_lazy("委托书编号"), max_length=40)
    agent = forms.CharField(label=gettext_lazy("受托人"), max_length=50)
    agent_id_number = forms.CharField(label=gettext_lazy("受托人证件号码"), max_length=18)
    agent_phone = forms.CharField(label=gettext_lazy("受托人电话"), max_length=20, required=False)
    relation = forms.CharField(label=gettext_lazy("与户主关系"), max_length=20)
    reason = forms.CharField(label=gettext_lazy("委托原因"), max_length=60)
    valid_from = forms.DateField(label=gettext_lazy("自"), widget=Day)
    valid_until = forms.DateField(label=gettext_lazy("至"), widget=Day)
    form = forms.ChoiceField(
        label=gettext_lazy("委托方式"), choices=[(one, gettext_lazy(one)) for one in FORMS]
    )
    witness = forms.CharField(label=gettext_lazy("见证人"), max_length=50, required=False)
    file = UploadField(label=gettext_lazy("委托书扫描件"))

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, prefix="mandate")

    def spec(self, file: Any) -> MandateSpec:
        said = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        return MandateSpec(**said, file=file)
