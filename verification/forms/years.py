"""What the year of a household asks: its conditions by the plan's indicators, measures, income."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from unicodedata import normalize

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core import income
from exitcase.core.choices import Item
from exitcase.core.forms import Day, offer
from exitcase.core.income import Figures
from exitcase.core.rules import Of, Rules
from households.choices import IncomeName, MeasureKind
from households.facts import column
from households.models import IncomeItem, Measure
from households.services import ItemSpec, MeasureSpec
from verification.forms.correcting import ItemForm, YearForm, item_line

SPARE: Final = 3  # empty lines
MOST: Final = 80  # lines of one group
# What is asked together with a fact of an indicator, though no indicator names it.
BESIDE: Final[dict[str, tuple[str, ...]]] = {
    "income_stable": ("stable_note",),
    "dropouts": ("school_age",),
    "house_grade": ("house_certificate", "house_area_m2", "house_structure"),
    "water_safe": ("water", "water_minutes"),
}


def by_indicator(form: YearForm, rules: Rules | None) -> list[tuple[str, str, list[Any]]]:
    """The fields of a year under the plan's indicators, in its order; the rest at the end.

    (title, standard, fields).
    """
    left = list(form.fields)
    found = []
    for one in rules.indicators if rules else ():
        names = [name for name in _asked(one.facts) if name in left] if one.of == Of.CASE else []
        left = [name for name in left if name not in names]
        if names:
            found.append((one.title, one.standard, [form[name] for name in names]))
    rest = [form[name] for name in left]
    return [*found, (_("其他情况"), "", rest)] if rest else found


def _asked(facts: Sequence[Any]) -> Iterator[str]:
    for fact in facts:
        yield column(fact)
        yield from BESIDE.get(column(fact), ())


class MeasureForm(forms.Form):
    """One measure of help received; a line without a kind is no line."""

    kind = forms.ChoiceField(
        label=gettext_lazy("措施"), choices=[("", "—"), *MeasureKind.choices], required=False
    )
    received_on = forms.DateField(label=gettext_lazy("日期"), widget=Day, required=False)
    amount = forms.DecimalField(
        label=gettext_lazy("金额(元)"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        required=False,
    )
    note = forms.CharField(label=gettext_lazy("说明"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not said.get("kind") and any(said.get(name) for name in ("amount", "note")):
            self.add_error("kind", _("请选择措施"))
        return said

    @property
    def spec(self) -> MeasureSpec | None:
        said = self.cleaned_data
        if not said.get("kind"):
            return None
        fen = None if said["amount"] is None else int(said["amount"].scaleb(2))
        return MeasureSpec(said["kind"], said["received_on"], fen, said["note"])


MeasureLines = forms.formset_factory(MeasureForm, extra=SPARE, max_num=MOST, absolute_max=MOST)


def measure_line(one: Measure) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "received_on": one.received_on,
        "amount": None if one.amount_fen is None else income.yuan(one.amount_fen),
        "note": one.note,
    }


class Yuan(forms.DecimalField):
    """元 as people write them: 16,000.50 and 16000.5元 are the same."""

    def to_python(self, value: Any) -> Any:
        plain = normalize("NFKC", str(value or "")).strip().removesuffix("元").replace(",", "")
        return super().to_python(plain)


class StatementLine(ItemForm):
    """One line of a group of the statement; only items of the group are offered."""

    amount = Yuan(
        label=gettext_lazy("金额(元)"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "data-amount": "", "class": "num"}),
    )
    field_order = ("item", "detail", "member", "quantity", "amount", "proof")

    def __init__(self, *args: Any, items: Sequence[Item], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "item", [("", "—"), *((one.value, IncomeName(one).label) for one in items)])

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("amount") is None and "amount" not in self.errors and said.get("detail"):
            self.add_error("amount", _("请填写金额,没有就写 0"))
        return said

    @property
    def fen(self) -> int | None:
        """What was typed or is on record, in 分; None where it is no sum."""
        return income.fen(str(self["amount"].value() or ""))


StatementLines = forms.formset_factory(StatementLine, extra=SPARE, max_num=MOST, absolute_max=MOST)


class Group:
    """Lines that count, that do not, or that are costs; each with its sum.

    Of an item that is not on record stands one empty line, so that none is forgotten.
    """

    def __init__(
        self,
        key: str,
        title: str,
        items: Sequence[Item],
        data: Any,
        *,
        known: Sequence[IncomeItem],
        people: Sequence[Any],
    ) -> None:
        self.key, self.title = key, title
        own = [one for one in known if Item(one.item) in items]
        written = {one.item for one in own}
        initial = [item_line(one) for one in own]
        initial += [{"item": one.value} for one in items if one.value not in written]
        self.lines = StatementLines(
            data,
            prefix=key,
            initial=initial,
            form_kwargs={"items": items, "people": people},
        )

    @property
    def amounts(self) -> list[tuple[Item, int]]:
        """What adds up: every line with an item and a sum."""
        rows = [(line["item"].value(), line.fen) for line in self.lines]
        return [(Item(item), fen) for item, fen in rows if item in set(Item) and fen is not None]

    @property
    def total(self) -> int:
        return sum(fen for _item, fen in self.amounts)

    @property
    def specs(self) -> list[ItemSpec]:
        return [line.spec for line in self.lines if line.spec]


def groups(
    rules: Rules | None, data: Any, *, known: Sequence[IncomeItem], people: Sequence[Any]
) -> list[Group]:
    """The statement as the plan has it: what counts, 生产经营性支出, what does not count."""
    asked = rules.income.items if rules and rules.income else None
    counted = list(asked.counted) if asked else [i for i in Item if i != Item.BUSINESS_COST]
    left = [one for one in Item if one not in counted and one != Item.BUSINESS_COST]
    sides = [
        ("gross", _("计入家庭稳定总收入"), counted),
        ("cost", _("生产经营性支出"), [Item.BUSINESS_COST]),
        ("left", _("不计入的项目"), left),
    ]
    more: dict[str, Any] = {"known": known, "people": people}
    return [Group(key, title, items, data, **more) for key, title, items in sides if items]


def figures(rules: Rules | None, made: Sequence[Group]) -> Figures:
    """The sums of what stands on the page, by the plan's own rule."""
    asked = rules.income.items if rules and rules.income else None
    return income.figures([pair for group in made for pair in group.amounts], asked)
