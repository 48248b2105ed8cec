"""What the draft of a notice asks: which lists, its words, where it hangs, and whom to ring."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from exitcase.core.choices import PLACE_LEVEL, Level, Place
from exitcase.core.forms import DoneForm, limit, offer, refuse_uncounted
from exitcase.core.models import Region
from exitcase.core.words import word
from publicity.payload import Contact
from publicity.services import PlaceSpec
from verification.models import Case

EXTRA: Final = 2  # places beside those of the plan


class NoticeForm(DoneForm):
    """A village's one list, a township's of several villages."""

    batches = forms.MultipleChoiceField(
        label=gettext_lazy("哪些批次一起公示"), widget=forms.CheckboxSelectMultiple
    )
    title = forms.CharField(label=gettext_lazy("公示标题"), max_length=120)
    organ = forms.CharField(label=gettext_lazy("公示单位"), max_length=80)
    office = forms.CharField(
        label=gettext_lazy("另加的联系单位(可不填)"), max_length=40, required=False
    )
    phone = forms.CharField(
        label=gettext_lazy("该单位的办公电话"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("村办公电话和监督电话自动列出;不能填私人手机"),
    )
    field_order = ("batches", "title", "organ", "office", "phone")

    def __init__(
        self, data: Any = None, *, batches: Sequence[tuple[int, str]], **more: Any
    ) -> None:
        super().__init__(data, **more)
        offer(self, "batches", [(str(key), title) for key, title in batches])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("phone") and not said.get("office"):
            self.add_error("office", gettext_lazy("请填写该单位名称"))
        if said.get("office") and not said.get("phone"):
            self.add_error("phone", gettext_lazy("请填写该单位的办公电话"))
        return said

    @property
    def contacts(self) -> list[Contact]:
        said = self.cleaned_data
        return [Contact(office=said["office"], phone=said["phone"])] if said["office"] else []


class AmendForm(DoneForm):
    """Who stands on the next round, its title, and why the one that hangs is taken down."""

    use_required_attribute = False

    cases = forms.ModelMultipleChoiceField(
        Case.objects.none(),
        label=gettext_lazy("户"),
        error_messages={
            "required": gettext_lazy("名单上至少留一户;全部不公示的,撤下公示"),
            "invalid_choice": gettext_lazy("勾选的户已不在本环节,请看最新名单"),
        },
    )
    title = forms.CharField(label=gettext_lazy("公示标题"), max_length=120)
    why = forms.CharField(
        label=gettext_lazy("更改的原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("例如:第三户户主姓名有误,已更正"),
    )
    late_reason = None  # type: ignore[assignment]  # Django's way to drop a field: the reason is one
    field_order = ("cases", "title", "why", "done_on")

    def __init__(
        self, data: Any = None, *, fit: QuerySet[Case], count: int | None, **more: Any
    ) -> None:
        super().__init__(data, **more)
        limit(self, "cases", fit)
        self.count = count

    def clean(self) -> dict[str, Any]:
        """Days that were hung cannot be brought back: their number of households is typed."""
        said: dict[str, Any] = super().clean() or {}
        if self.count is not None:
            refuse_uncounted(self.data, self.count)
        return said

    @property
    def chosen(self) -> QuerySet[Case]:
        rows: QuerySet[Case] = Case.objects.filter(
            pk__in=[c.pk for c in self.cleaned_data["cases"]]
        )
        return rows


class PlaceLine(forms.Form):
    """A place that the plan asks for: its kind and region are given, its name is written."""

    place_name = forms.CharField(label=gettext_lazy("张贴地点"), max_length=80)

    def __init__(self, data: Any = None, *, place: PlaceSpec, region: str) -> None:
        self.place, self.region = place, region
        super().__init__(
            data,
            prefix=f"{place.place}-{place.region_code}",
            initial={"place_name": place.place_name},
        )
        self.fields["place_name"].label = f"{region} {word(place.place)}"

    def serves(self, villages: Iterable[str]) -> bool:
        """A village's place is asked for only where its list is on the notice."""
        code = self.place.region_code
        return PLACE_LEVEL[self.place.place] != Level.VILLAGE or code in set(villages)

    @property
    def spec(self) -> PlaceSpec:
        name = self.cleaned_data["place_name"]
        return PlaceSpec(self.place.place, name, self.place.region_code)


class ExtraLine(forms.Form):
    """A place beside those of the plan; a line without a name is no line."""

    place_name = forms.CharField(
        label=gettext_lazy("另加的张贴地点"), max_length=80, required=False
    )
    place = forms.ChoiceField(label=gettext_lazy("种类"))
    region = forms.ChoiceField(label=gettext_lazy("由哪里张贴"))

    def __init__(self, data: Any = None, *, nth: int, regions: Mapping[str, str]) -> None:
        super().__init__(data, prefix=f"extra{nth}")
        for name, choices in (
            ("place", [(one.value, word(one)) for one in Place]),
            ("region", list(regions.items())),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
            field.choices = choices

    @property
    def filled(self) -> bool:
        return bool(str(self["place_name"].value() or "").strip())

    @property
    def spec(self) -> PlaceSpec:
        said = self.cleaned_data
        return PlaceSpec(Place(said["place"]), said["place_name"], said["region"], required=False)


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Region code → its name, one query."""
    rows = Region.objects.filter(pk__in=set(codes)).order_by("-level", "pk")
    return dict(rows.values_list("pk", "name"))
