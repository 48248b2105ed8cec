"""What a page may ask of a batch. Each form says which state of it the person was looking at."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from exitcase.core import clock, words
from exitcase.core.choices import CLOSED, LIVE, REASONS_OF, End, Reason
from exitcase.core.forms import Day, DoneForm, offer, refuse_uncounted
from exitcase.core.uploads import UploadField
from verification.models import Batch, Case
from verification.queries import Blocker


class MoveForm(forms.Form):
    """Every move names the stage it was pressed at, the batch's version, and the paper's day."""

    stage = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    done_on = forms.DateField(label=_("办理日期"), widget=Day)

    def __init__(self, data: Any = None, files: Any = None, *, batch: Batch, **more: Any) -> None:
        at = {"stage": batch.stage, "version": batch.version, "done_on": clock.today()}
        super().__init__(data, files, initial=at, **more)
        self.batch = batch

    @property
    def stale(self) -> bool:
        """Whether somebody has moved the batch since the page was made."""
        seen = (self.data.get("stage"), self.data.get("version"))
        return seen != (self.batch.stage, str(self.batch.version))


class AdvanceForm(MoveForm):
    """Soft gates that are shut want a word each; a day long past wants one too."""

    late_reason = forms.CharField(
        label=_("补录原因(办理日期较早时填写)"), max_length=200, required=False
    )

    def __init__(
        self, data: Any = None, *, batch: Batch, soft: Sequence[Blocker] = (), **more: Any
    ) -> None:
        super().__init__(data, batch=batch, **more)
        self.soft = [one.key for one in soft]
        for one in soft:
            self.fields[f"why_{one.key}"] = forms.CharField(
                label=one.words, help_text=_("仍要进入下一环节的,请写明原因"), max_length=200
            )

    @property
    def reasons(self) -> dict[str, str]:
        return {key: self.cleaned_data[f"why_{key}"] for key in self.soft}


class _Always(forms.HiddenInput):
    """Says that the check page was seen: whatever was sent, it is sent again as 1."""

    def format_value(self, value: Any) -> str:  # noqa: ARG002  # Django's own name
        return "1"


class CasesForm(MoveForm):
    """A move of chosen households.

    Several such moves share one form of the page: the browser must not ask for the fields of all.
    """

    use_required_attribute = False

    cases = forms.ModelMultipleChoiceField(
        Case.objects.none(),
        label=_("户"),
        error_messages={
            "required": _("请先在名单中勾选户"),
            "invalid_choice": _("勾选的户已不在本批次或已办结,可能刚有人办理,请看最新名单"),
        },
    )

    def __init__(self, data: Any = None, files: Any = None, *, batch: Batch, **more: Any) -> None:
        super().__init__(data, files, batch=batch, **more)
        self.chosen.queryset = Case.objects.filter(batch=batch, state__in=LIVE)

    def clean_cases(self) -> QuerySet[Case]:
        """By their keys alone: a moved set may not be filtered by what the move changes."""
        chosen = self.cleaned_data["cases"].values_list("pk", flat=True)
        by_key: QuerySet[Case] = Case.objects.filter(pk__in=list(chosen))
        return by_key

    def hide(self, *but: str) -> None:
        """Carry what was typed along on a check page, unseen, `but` what is asked there."""
        self.fields["seen"] = forms.CharField(widget=_Always, required=False)
        for name, field in self.fields.items():
            if name not in (*but, "seen"):
                field.widget = field.hidden_widget()

    @property
    def chosen(self) -> "forms.ModelMultipleChoiceField[Case]":
        field = self.fields["cases"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  # declared above
        return field


class SplitForm(CasesForm):
    split_reason = forms.CharField(
        label=_("分出原因"), max_length=200, help_text=_("例如:户主外出,月底返乡补签")
    )


class BackForm(CasesForm):
    """Back to a stage already reached, on a ground the plan knows."""

    to_stage = forms.ChoiceField(label=_("退回到"))
    ground = forms.ChoiceField(label=_("退回理由"))
    back_reason = forms.CharField(label=_("具体原因"), max_length=200)

    def __init__(self, data: Any = None, *, batch: Batch, **more: Any) -> None:
        super().__init__(data, batch=batch, **more)
        rules = batch.rules
        reached = [] if batch.stage == CLOSED else list(rules.chain)
        until = rules.keys.index(batch.stage) + 1 if reached else 0
        offer(self, "to_stage", [(one.key, one.title) for one in reached[:until]])
        grounds = [(row.ground.value, words.word(row.ground)) for row in rules.send_backs]
        offer(self, "ground", [("", "—"), *grounds])


class BackAllForm(MoveForm):
    """The whole batch back; what that undoes stands beside each stage."""

    to_stage = forms.ChoiceField(label=_("退回到"), widget=forms.RadioSelect)
    ground = forms.ChoiceField(label=_("退回理由"))
    back_reason = forms.CharField(label=_("具体原因"), max_length=200)

    def __init__(
        self, data: Any = None, *, batch: Batch, told: Sequence[tuple[str, str]], count: int
    ) -> None:
        """`told`: of each stage its key and what going back to it undoes, in words."""
        super().__init__(data, batch=batch)
        self.count = count
        offer(self, "to_stage", told)
        grounds = [(row.ground.value, words.word(row.ground)) for row in batch.rules.send_backs]
        offer(self, "ground", [("", "—"), *grounds])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        refuse_uncounted(self.data, self.count)
        return said


class _BatchField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Batches, each as it was told what it is called."""

    told: Mapping[int, str] = {}

    def label_from_instance(self, obj: Any) -> str:
        return self.told[obj.pk]


class MergeForm(MoveForm):
    """Into which batch of the same village, plan and stage."""

    into = _BatchField(
        Batch.objects.none(), label=_("并入"), widget=forms.RadioSelect, empty_label=None
    )
    merge_reason = forms.CharField(
        label=_("合并原因"), max_length=200, help_text=_("例如:补签已齐,并回一起公示")
    )

    def __init__(
        self, data: Any = None, *, batch: Batch, into: QuerySet[Batch], told: dict[int, str]
    ) -> None:
        """`told`: of each batch how it is called and how many it has."""
        super().__init__(data, batch=batch)
        field = self.fields["into"]
        assert isinstance(field, _BatchField)  # noqa: S101  # declared above
        field.queryset, field.told = into, told


class RetractForm(DoneForm):
    """反悔: the household's own statement, and what it wants now. Nothing is chosen for it."""

    wants = forms.ChoiceField(label=_("农户的选择"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("反悔的原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如:签字时不清楚收入怎样算"),
    )
    paper = UploadField(label=_("反悔声明扫描件"), help_text=_("户主或签字人本人写的,有签字"))

    AGAIN, OUT = "again", "out"

    def __init__(self, data: Any = None, files: Any = None, *, told: Sequence[Any]) -> None:
        super().__init__(data, files)
        offer(self, "wants", told)


class RelapseForm(DoneForm):
    """返贫: the document that found it. It may be of an earlier day than its entry."""

    found_on = forms.DateField(label=_("认定日期"), widget=Day)
    number = forms.CharField(
        label=_("认定文号"), max_length=60, help_text=_("例如:南扶〔2021〕2号")
    )
    cause = forms.CharField(
        label=_("返贫原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如:户主患重病,自付医疗支出大"),
    )
    paper = UploadField(label=_("认定文件扫描件"), help_text=_("盖章原件"))


class EndForm(CasesForm):
    """不予退出, 撤回, 终止: coded, with what is printed on the letter."""

    end_reason = forms.ChoiceField(label=_("原因"))
    bar = forms.ChoiceField(label=_("方案条款(属方案所列情形时选择)"), required=False)
    end_note = forms.CharField(
        label=_("具体情况(印在告知书上)"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如:评议会 23 人到会,11 人同意"),
    )
    paper = UploadField(label=_("户的撤回申请扫描件(有的话)"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, batch: Batch, **more: Any) -> None:
        super().__init__(data, files, batch=batch, **more)
        offered = [
            (words.word(end), [(one.value, words.word(one)) for one in reasons])
            for end, reasons in REASONS_OF.items()
        ]
        offer(self, "end_reason", [("", "—"), *offered])
        bars = [(row.key, f"{row.key} {row.title}") for row in batch.rules.bars]
        offer(self, "bar", [("", "—"), *bars])

    @property
    def end(self) -> End:
        """Which end a reason belongs to."""
        chosen = Reason(self.cleaned_data["end_reason"])
        return next(end for end, reasons in REASONS_OF.items() if chosen in reasons)
