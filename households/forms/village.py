"""What is recorded of a village in a year."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from exitcase.core import income
from households.models import VillageYear

FIELDS: Final = (
    "poor_village",
    "year_out",
    "representatives",
    "has_team",
    "board_place",
    "gathering_place",
    "office_phone",
    "total_households",
    "total_persons",
)


class VillageForm(forms.modelform_factory(VillageYear, fields=FIELDS)):  # type: ignore[misc]  # made at run time
    """What nobody knows stays open. Never saved by itself."""

    village_income = forms.DecimalField(
        label=_("村集体收入(元)"), min_value=0, max_digits=13, decimal_places=2, required=False
    )

    def __init__(self, data: Any = None, *, record: VillageYear) -> None:
        fen = record.village_income_fen
        own = {"village_income": None if fen is None else income.yuan(fen)}
        super().__init__(data, instance=record, initial=own)
        for field in self.fields.values():
            field.required = False
        self.fields["representatives"].help_text = _("评议会应到人数按此核对")
        self.fields["office_phone"].help_text = _("印在公示上,只填办公电话")

    @property
    def changed(self) -> dict[str, Any]:
        """What was typed and differs from what is on record."""
        said = {name: self.cleaned_data[name] for name in self.changed_data}
        if "village_income" in said:
            yuan = said.pop("village_income")
            said["village_income_fen"] = None if yuan is None else int(yuan.scaleb(2))
        return said
