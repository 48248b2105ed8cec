"""What the correction desk asks: what the register should say. What is left alone is no change."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core import clock, income, masking
from exitcase.core.choices import Fact, Item
from exitcase.core.forms import Day, DoneForm, offer
from exitcase.core.models import StoredFile
from exitcase.core.rules import FactClass, Rules
from exitcase.core.uploads import UploadField
from households.choices import (
    JOINING,
    LEAVING,
    ChangeReason,
    Education,
    Health,
    IncomeName,
    Labour,
    Nation,
    Relation,
    Schooling,
)
from households.models import Household, HouseholdYear, IncomeItem, Member
from households.services import ItemSpec, Joins, Leaves
from households.services.year import FIELDS

SPARE: Final = 2  # empty lines for income nobody has written down
MOST: Final = 60  # lines of one household's statement
CLASSES: Final = {
    FactClass.CLERICAL: gettext_lazy("文字事项"),
    FactClass.PUBLIC: gettext_lazy("公示事项"),
    FactClass.MATERIAL: gettext_lazy("实质事项"),
}
OTHERS: Final = [(one.value, one.label) for one in Relation if one != Relation.HEAD]


class BasisForm(forms.Form):
    """Why, by which paper, and on which day it was found."""

    reason = forms.CharField(
        label=gettext_lazy("更正原因和依据"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("例如:核对户口簿,长子姓名用字有误"),
    )
    done_on = forms.DateField(label=gettext_lazy("填写日期"), widget=Day)
    proof = UploadField(
        label=gettext_lazy("成员变动的证明(户口簿、死亡证明等,可以没有)"), required=False
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"done_on": clock.today()})


class _Facts(forms.Form):
    """Fields with what is on record; a number is not shown, and left empty is not changed."""

    of: Mapping[str, Fact] = {}

    def tell(self, rules: Rules, masked: Mapping[str, str]) -> None:
        """Under each field its class; of which the plan says nothing, no field."""
        for name, fact in self.of.items():
            kind = rules.class_of(fact)
            if name not in self.fields:
                continue
            if kind is None:
                del self.fields[name]
                continue
            field = self.fields[name]
            field.help_text = str(CLASSES[kind])
            field.required = False
            if name in masked:
                told = _("现为 %s,不改的不填") % (masked[name] or _("空"))
                field.help_text = f"{field.help_text} · {told}"

    @property
    def changed(self) -> dict[str, Any]:
        """What was typed and differs from what is on record."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        for name in self.changed_data:
            if said.get(name) in ("", None) and name not in self.may_be_empty:
                self.add_error(name, _("不能改为空;没有错的请保持原样"))
        return said

    may_be_empty: frozenset[str] = frozenset()


class HouseholdFacts(_Facts):
    of: Mapping[str, Fact] = {"group": Fact.GROUP, "phone": Fact.PHONE, "address": Fact.ADDRESS}
    may_be_empty = frozenset({"address"})

    group = forms.CharField(label=gettext_lazy("村民小组"), max_length=20)
    phone = forms.CharField(label=gettext_lazy("联系电话"), max_length=20)
    address = forms.CharField(label=gettext_lazy("家庭住址"), max_length=100)

    def __init__(self, data: Any = None, *, of: Household, rules: Rules) -> None:
        initial = {"group": of.group, "address": of.address}
        super().__init__(data, prefix="household", initial=initial)
        self.tell(rules, {"phone": masking.phone(of.phone)})


class MemberFacts(_Facts):
    of: Mapping[str, Fact] = {
        "name": Fact.NAME,
        "relation": Fact.RELATION,
        "id_number": Fact.ID_NUMBER,
        "health": Fact.HEALTH,
    }

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=50)
    relation = forms.ChoiceField(label=gettext_lazy("与户主关系"), choices=OTHERS)
    id_number = forms.CharField(label=gettext_lazy("证件号码"), max_length=18)
    health = forms.ChoiceField(label=gettext_lazy("健康状况"), choices=Health.choices)

    def __init__(self, data: Any = None, *, of: Member, rules: Rules) -> None:
        self.member = of
        initial = {"name": of.name, "relation": of.relation, "health": of.health}
        super().__init__(data, prefix=f"member{of.pk}", initial=initial)
        if of.relation == Relation.HEAD:
            del self.fields["relation"]
        self.tell(rules, {"id_number": masking.number(of.id_number)})


class LeavesForm(forms.Form):
    """减少: a death, a marriage, a move. Nobody chosen, nobody leaves."""

    member = forms.ChoiceField(label=gettext_lazy("谁"), required=False)
    reason = forms.ChoiceField(label=gettext_lazy("减少原因"), required=False)
    happened_on = forms.DateField(label=gettext_lazy("发生日期"), widget=Day, required=False)
    new_head = forms.ChoiceField(label=gettext_lazy("新户主(减少的是户主时选择)"), required=False)

    def __init__(self, data: Any = None, *, present: Sequence[Member]) -> None:
        super().__init__(data, prefix="leaves")
        self.present = {str(one.pk): one for one in present}
        people = [("", "—"), *((key, one.name) for key, one in self.present.items())]
        why = [one for one in ChangeReason if one in LEAVING and one != ChangeReason.SPLIT]
        offer(self, "member", people)
        offer(self, "reason", [("", "—"), *((one.value, one.label) for one in why)])
        heads = {key for key, one in self.present.items() if one.relation == Relation.HEAD}
        offer(self, "new_head", [one for one in people if one[0] not in heads])
        for key, one in self.present.items():
            if key not in heads:
                self.fields[f"as{key}"] = forms.ChoiceField(
                    label=_("%s 与新户主的关系") % one.name,
                    choices=[("", "—"), *OTHERS],
                    required=False,
                )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        chosen = self.present.get(said.get("member") or "")
        asked = ["reason", "happened_on"] if chosen else []
        if chosen and chosen.relation == Relation.HEAD:
            asked.append("new_head")
        for name in asked:
            if not said.get(name) and name not in self.errors:
                self.add_error(name, _("请填写此项"))
        return said

    def spec(self, file: StoredFile | None) -> Leaves | None:
        said = self.cleaned_data
        member = self.present.get(said["member"])
        if member is None:
            return None
        head = self.present.get(said["new_head"])
        others = {
            one.pk: Relation(said[f"as{key}"])
            for key, one in self.present.items()
            if head and said.get(f"as{key}") and one.pk not in {head.pk, member.pk}
        }
        reason, day = ChangeReason(said["reason"]), said["happened_on"]
        return Leaves(member, reason, day, new_head=head, relations=others, file=file)


class JoinsForm(forms.Form):
    """增加: a birth, a marriage, a return. Without a name nobody joins."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=50, required=False)
    reason = forms.ChoiceField(label=gettext_lazy("增加原因"), required=False)
    happened_on = forms.DateField(label=gettext_lazy("发生日期"), widget=Day, required=False)
    id_number = forms.CharField(label=gettext_lazy("证件号码"), max_length=18, required=False)
    relation = forms.ChoiceField(
        label=gettext_lazy("与户主关系"), choices=[("", "—"), *OTHERS], required=False
    )
    nation = forms.ChoiceField(label=gettext_lazy("民族"), choices=Nation.choices, required=False)
    education = forms.ChoiceField(
        label=gettext_lazy("文化程度(可以不填)"),
        choices=[("", "—"), *Education.choices],
        required=False,
    )
    schooling = forms.ChoiceField(
        label=gettext_lazy("在校生状况"), choices=[("", "—"), *Schooling.choices], required=False
    )
    health = forms.ChoiceField(
        label=gettext_lazy("健康状况"), choices=[("", "—"), *Health.choices], required=False
    )
    labour = forms.ChoiceField(
        label=gettext_lazy("劳动技能"), choices=[("", "—"), *Labour.choices], required=False
    )
    insured = forms.NullBooleanField(label=gettext_lazy("参加基本医疗保险"), required=False)

    VALUES: Final = (
        "name", "id_number", "relation", "nation", "education", "schooling", "health", "labour",
    )  # fmt: skip
    ASKED: Final = (
        "reason", "happened_on", "id_number", "relation", "schooling", "health", "labour",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, nth: int) -> None:
        super().__init__(data, prefix=f"joins{nth}", initial={"nation": "01"})
        why = [(one.value, one.label) for one in ChangeReason if one in JOINING]
        offer(self, "reason", [("", "—"), *why])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        for name in self.ASKED if said.get("name") else ():
            if not said.get(name) and name not in self.errors:
                self.add_error(name, _("请填写此项"))
        return said

    def spec(self, file: StoredFile | None) -> Joins | None:
        said = self.cleaned_data
        if not said.get("name"):
            return None
        values = {name: said[name] for name in self.VALUES} | {"insured": said["insured"]}
        return Joins(values, ChangeReason(said["reason"]), said["happened_on"], file)


class ItemForm(forms.Form):
    """One line of the income statement, in 元; a line without an amount is no line."""

    item = forms.ChoiceField(label=gettext_lazy("项目"), required=False)
    detail = forms.CharField(label=gettext_lazy("明细"), max_length=60, required=False)
    member = forms.ChoiceField(label=gettext_lazy("谁的"), required=False)
    quantity = forms.CharField(label=gettext_lazy("数量"), max_length=20, required=False)
    amount = forms.DecimalField(
        label=gettext_lazy("金额(元)"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        required=False,
    )
    proof = forms.CharField(label=gettext_lazy("佐证"), max_length=60, required=False)

    def __init__(self, *args: Any, people: Sequence[Member], **more: Any) -> None:
        super().__init__(*args, **more)
        self.people = {str(one.pk): one for one in people}
        offer(self, "item", [("", "—"), *IncomeName.choices])
        offer(self, "member", [("", "—"), *((key, one.name) for key, one in self.people.items())])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("amount") is not None and not said.get("item"):
            self.add_error("item", _("有金额的一行没有选项目,请补上"))
        return said

    @property
    def spec(self) -> ItemSpec | None:
        said = self.cleaned_data
        if said.get("amount") is None:
            return None
        return ItemSpec(
            Item(said["item"]),
            int(said["amount"].scaleb(2)),
            said["detail"],
            self.people.get(said["member"]),
            said["quantity"],
            said["proof"],
        )


ItemLines = forms.formset_factory(ItemForm, extra=SPARE, max_num=MOST, absolute_max=MOST)


def item_line(one: IncomeItem) -> dict[str, Any]:
    """A line on record, as the form shows it."""
    return {
        "item": one.item,
        "detail": one.detail,
        "member": str(one.member_id or ""),
        "quantity": one.quantity,
        "amount": income.yuan(one.amount_fen),
        "proof": one.proof,
    }


YEAR_FIELDS: Final = [
    field.name for field in HouseholdYear._meta.concrete_fields if field.name in FIELDS
]


class YearForm(forms.modelform_factory(HouseholdYear, fields=YEAR_FIELDS)):  # type: ignore[misc]  # made at run time
    """What is recorded of the year; what nobody knows stays open. Never saved by itself."""

    def __init__(self, data: Any = None, *, record: HouseholdYear) -> None:
        super().__init__(data, prefix="year", instance=record)
        for field in self.fields.values():
            field.required = False

    @property
    def changed(self) -> dict[str, Any]:
        """What was typed and differs from what is on record."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class ConfirmForm(DoneForm):
    """The second person's: the sheet that both have signed."""

    scan = UploadField(
        label=gettext_lazy("更正单扫描件"),
        help_text=gettext_lazy("填写人和确认人都签了字的更正单"),
    )


class RejectForm(DoneForm):
    """Why it may not hold."""

    why = forms.CharField(
        label=gettext_lazy("不予确认的原因"),
        max_length=200,
        help_text=gettext_lazy("例如:死亡证明与户口簿不符"),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.prefix = "no"


def class_words(kind: FactClass) -> str:
    """What a class is called on the screen."""
    return str(CLASSES[kind])
