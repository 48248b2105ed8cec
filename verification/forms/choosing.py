"""Lists, households and persons chosen for one act, as the desks above the village ask them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core.forms import DoneForm, limit
from verification.models import Batch, Case

SPARE: Final = 5  # empty lines for households that have to be named
MOST: Final = 2000  # lines of one form


class ListsForm(DoneForm):
    """Which lists an act takes. All of those that wait are ticked until somebody unticks one."""

    lists = forms.ModelMultipleChoiceField(
        Batch.objects.none(),
        label=gettext_lazy("批次"),
        error_messages={
            "required": gettext_lazy("请至少勾选一个批次"),
            "invalid_choice": gettext_lazy("勾选的批次已不在本环节,可能刚有人办理,请看最新名单"),
        },
    )

    def __init__(self, *args: Any, batches: Sequence[Batch], **more: Any) -> None:
        super().__init__(*args, **more)
        limit(self, "lists", Batch.objects.filter(pk__in=[one.pk for one in batches]))

    @property
    def others(self) -> list[forms.BoundField]:
        """Every field but the lists, which stand in a table of their own."""
        return [field for field in self if field.name != "lists"]


class HouseholdLine(forms.Form):
    """One household by its number or its head, and what is said of it; empty is no line."""

    who = forms.CharField(label=gettext_lazy("户编号或户主"), max_length=40, required=False)
    why = forms.CharField(label=gettext_lazy("原因"), max_length=200, required=False)

    def __init__(self, *args: Any, known: "Known", **more: Any) -> None:
        super().__init__(*args, **more)
        self.known = known

    @property
    def filled(self) -> bool:
        return any(str(self[name].value() or "").strip() for name in ("who", "why"))

    def clean_who(self) -> Case | None:
        text = self.cleaned_data["who"].strip()
        return self.known.find(text) if text else None

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if self.filled and "who" in said:
            for name in ("who", "why"):
                if not said.get(name):
                    self.add_error(name, _("请填写"))
        return said


class Known:
    """The households a line may name, found by case number, household number or head."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self.found: dict[str, list[Case]] = {}
        for case in cases:
            for text in {case.number, case.household.number, case.head_name}:
                self.found.setdefault(text, []).append(case)

    def find(self, text: str) -> Case:
        """Raises ValidationError for a stranger, and for a name that several bear."""
        cases = self.found.get(text, [])
        if not cases:
            raise ValidationError(_("「%s」不在名单上") % text)
        if len(cases) > 1:
            numbers = "、".join(one.number for one in cases[:5])
            raise ValidationError(_("「%(name)s」有同名户,请填编号:%(numbers)s")
                                  % {"name": text, "numbers": numbers})  # fmt: skip
        return cases[0]


def lines_of(form: type[forms.Form]) -> Any:
    """A set of lines of one kind, with some to spare."""
    return forms.formset_factory(form, extra=SPARE, max_num=MOST, absolute_max=MOST)


def reasons(lines: Iterable[HouseholdLine]) -> Mapping[int, str]:
    """Case id → what was said of it, of the lines that were filled in."""
    filled = [line.cleaned_data for line in lines if line.filled]
    return {said["who"].pk: said["why"] for said in filled}
