"""Which households a village puts on its list, under which plan."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from exitcase.core.forms import DoneForm, limit, offer
from exitcase.core.models import Programme
from households.models import Household


class ListForm(DoneForm):
    """The ticked households; `cases` is what the counting bar of every list calls its boxes."""

    programme = forms.ChoiceField(label=gettext_lazy("方案"))
    cases = forms.ModelMultipleChoiceField(
        Household.objects.none(),
        label=gettext_lazy("农户"),
        error_messages={
            "required": gettext_lazy("请至少勾选一户"),
            "invalid_choice": gettext_lazy("勾选的户已不能列入,可能刚有人办理,请看最新名单"),
        },
    )
    field_order = ("programme", "cases")

    def __init__(
        self, data: Any = None, *, plans: Sequence[Programme], rows: Any, **more: Any
    ) -> None:
        super().__init__(data, **more)
        offer(self, "programme", [(one.key, one.rules.title) for one in plans])
        limit(self, "cases", rows)


class CheckedForm(ListForm):
    """The same once its figures have been read: nothing of it can be seen or changed."""

    confirmed = forms.CharField(widget=forms.HiddenInput, initial="1")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, field in self.fields.items():
            field.widget = forms.MultipleHiddenInput() if name == "cases" else forms.HiddenInput()
