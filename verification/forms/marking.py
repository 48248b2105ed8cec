"""What the desks of the last steps ask: marks, the announcement, letters, papers, originals."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core import clock
from exitcase.core.forms import CountedForm, Day, DoneForm, limit
from exitcase.core.uploads import UploadField
from exitcase.core.words import word
from publicity.services import PlaceSpec
from verification.models import Case

LONGEST: Final = 200  # of what the outer system answered, in characters
GONE: Final = gettext_lazy("勾选的户已不在这份清单上,可能刚有人办理,请看最新清单")


class ChosenForm(DoneForm):
    """An act for households ticked in a list."""

    cases = forms.ModelMultipleChoiceField(
        Case.objects.none(),
        label=gettext_lazy("户"),
        error_messages={"required": gettext_lazy("请先在清单中勾选户"), "invalid_choice": GONE},
    )

    def __init__(self, *args: Any, among: QuerySet[Case], **more: Any) -> None:
        super().__init__(*args, **more)
        limit(self, "cases", among)

    @property
    def others(self) -> list[forms.BoundField]:
        """Every field but the boxes, which stand in the list."""
        return [field for field in self if field.name != "cases"]


class MarkedForm(ChosenForm):
    """The day the outer system shows; the same for those ticked together."""

    marked_on = forms.DateField(label=gettext_lazy("系统显示的日期"), widget=Day)
    field_order = ("marked_on", "done_on", "late_reason")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, initial={"marked_on": clock.today()}, **more)


def errors_of(data: Mapping[str, str], cases: Sequence[int]) -> dict[int, str]:
    """Case id → what the outer system answered instead of a mark, of the lines filled in."""
    typed = {key: data.get(f"error-{key}", "").strip() for key in cases}
    return {key: text for key, text in typed.items() if text}


class AnnounceForm(CountedForm):
    """Where the announcement hangs: the plan's places, by the names the village knows them by."""

    def __init__(
        self,
        data: Any = None,
        *,
        places: Sequence[PlaceSpec],
        regions: Mapping[str, str],
        count: int,
    ) -> None:
        super().__init__(data, count=count)
        self.places = places
        for at, place in enumerate(places):
            self.fields[f"place-{at}"] = forms.CharField(
                label=f"{regions[place.region_code]} {word(place.place)}",
                help_text=_("张贴地点"),
                max_length=80,
                initial=place.place_name,
            )

    @property
    def specs(self) -> list[PlaceSpec]:
        named = enumerate(self.places)
        return [replace(one, place_name=self.cleaned_data[f"place-{at}"]) for at, one in named]


class LetterForm(ChosenForm):
    """Letters of one kind, handed over on one day; each to the head unless somebody is named."""

    receiver = forms.CharField(
        label=gettext_lazy("签收人(不是户主本人时填写)"), max_length=50, required=False
    )
    file = UploadField(label=gettext_lazy("送达回证扫描件"), required=False)
    field_order = ("receiver", "file", "done_on", "late_reason")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["done_on"].label = _("送达日期")

    def clean(self) -> dict[str, Any]:
        """A name of one receiver stands for one household."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("receiver") and len(said.get("cases", ())) > 1:
            self.add_error("receiver", _("写明签收人时,一次只登记一户"))
        return said


class PaperForm(DoneForm):
    """One paper by its number and its scan: sent from organ to organ, or filed."""

    number = forms.CharField(label=gettext_lazy("文号或编号"), max_length=60)
    file = UploadField(label=gettext_lazy("扫描件"))
    field_order = ("number", "file", "done_on", "late_reason")

    def __init__(self, *args: Any, kind: str = "", **more: Any) -> None:
        if kind:  # of several on one page
            self.prefix = kind
        super().__init__(*args, **more)
