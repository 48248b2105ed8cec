"""What the desk of people asks: who is sent where, who helps whom, who takes over."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core.choices import LIVE
from exitcase.core.forms import DoneForm, limit, offer
from exitcase.core.models import User
from households.models import Household
from households.services.helpers import HelperSpec
from verification.models import Batch, Case

INSTEAD, END = "instead", "end"  # what a button means; any other gives
if TYPE_CHECKING:
    One = forms.ModelChoiceField[User]
    Many = forms.ModelMultipleChoiceField[User]
else:
    One, Many = forms.ModelChoiceField, forms.ModelMultipleChoiceField


class PeopleField(One):
    """One account, shown by name."""

    def label_from_instance(self, obj: Any) -> str:
        """With what there is to say of the person beside the name."""
        count = getattr(obj, "helped", None)
        said = f"{obj.name} {obj.organ}".strip()
        return (
            _("%(who)s(现帮 %(n)d 户)") % {"who": said, "n": count} if count is not None else said
        )


class ManyPeople(Many):
    """Several accounts, shown by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class InspectorsForm(DoneForm):
    """Households of a list, and who is sent to them or taken off."""

    use_required_attribute = False

    cases = forms.ModelMultipleChoiceField(
        Case.objects.none(),
        label=gettext_lazy("户"),
        error_messages={
            "required": gettext_lazy("请先在名单中勾选户"),
            "invalid_choice": gettext_lazy("勾选的户已不在本批次或已办结,请看最新名单"),
        },
    )
    inspectors = ManyPeople(
        User.objects.none(),
        label=gettext_lazy("核查人"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, batch: Batch, people: QuerySet[User]) -> None:
        super().__init__(data)
        limit(self, "cases", Case.objects.filter(batch=batch, state__in=LIVE))
        limit(self, "inspectors", people)
        self.fields["late_reason"].label = _("原因(改派、收回或补录时填写)")

    @property
    def chosen(self) -> QuerySet[Case]:
        keys = [case.pk for case in self.cleaned_data["cases"]]
        rows: QuerySet[Case] = Case.objects.filter(pk__in=keys)
        return rows

    @property
    def people(self) -> list[User]:
        return list(self.cleaned_data["inspectors"])


class HelperForm(DoneForm):
    """Households of the register and whose they become: an account's, or somebody's by name."""

    use_required_attribute = False

    households = forms.ModelMultipleChoiceField(
        Household.objects.none(),
        label=gettext_lazy("户"),
        error_messages={
            "required": gettext_lazy("请先在名单中勾选户"),
            "invalid_choice": gettext_lazy("勾选的户已不在本地区,请看最新名单"),
        },
    )
    helper = PeopleField(
        User.objects.none(),
        label=gettext_lazy("帮扶责任人(有账号的)"),
        required=False,
        empty_label=gettext_lazy("没有账号,按姓名填写"),
    )
    name = forms.CharField(label=gettext_lazy("姓名(没有账号的)"), max_length=50, required=False)
    organ = forms.CharField(label=gettext_lazy("单位及职务"), max_length=60, required=False)
    phone = forms.CharField(label=gettext_lazy("电话"), max_length=20, required=False)

    def __init__(
        self, data: Any = None, *, listed: QuerySet[Household], people: QuerySet[User]
    ) -> None:
        super().__init__(data)
        limit(self, "households", listed)
        limit(self, "helper", people)
        self.fields["late_reason"].label = _("原因(帮户超过规定、收回或补录时填写)")

    @property
    def chosen(self) -> QuerySet[Household]:
        return Household.objects.filter(pk__in=[one.pk for one in self.cleaned_data["households"]])

    @property
    def spec(self) -> HelperSpec:
        said = self.cleaned_data
        if said["helper"]:
            return HelperSpec.of(said["helper"])
        return HelperSpec(name=said["name"], organ=said["organ"], phone=said["phone"])


class LiaisonForm(DoneForm):
    """Whose a request to a bureau is; nobody's: any of its liaisons'."""

    liaison = PeopleField(
        User.objects.none(),
        label=gettext_lazy("联络员"),
        required=False,
        empty_label=gettext_lazy("不指定,该部门任一联络员都可办理"),
    )

    def __init__(self, data: Any = None, *, people: QuerySet[User], now: User | None) -> None:
        super().__init__(data, initial={"liaison": now})
        limit(self, "liaison", people)
        self.fields["late_reason"].label = _("原因(取消指定或补录时填写)")


class HandOverForm(DoneForm):
    """Who takes over all that is open, and why."""

    successor = PeopleField(
        User.objects.none(), label=gettext_lazy("接手人"), empty_label=gettext_lazy("请选择")
    )
    region = forms.ChoiceField(label=gettext_lazy("交接范围"), required=False)
    why = forms.CharField(
        label=gettext_lazy("交接原因"), max_length=200, help_text=gettext_lazy("例如:工作调动")
    )
    field_order = ("successor", "region", "why", "done_on")

    def __init__(
        self, data: Any = None, *, people: QuerySet[User], regions: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        del self.fields["late_reason"]
        limit(self, "successor", people)
        offer(self, "region", regions)
        if len(regions) <= 1:
            self.fields["region"].widget = forms.HiddenInput()
