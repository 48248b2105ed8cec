"""What the meeting's page and the grid of votes ask."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core import clock, income
from exitcase.core.choices import Post
from exitcase.core.forms import Day, DoneForm
from exitcase.core.uploads import UploadField
from exitcase.core.words import word
from verification.models import Case, Vote
from verification.services.specs import AttendanceSpec, Ballot

SPARE: Final = 6  # empty lines for names nobody has on record
MOST: Final = 300  # attendances of one meeting: a village's representatives and more
FIGURES: Final = ("yes", "no", "abstained", "recused")


class MeetingForm(DoneForm):
    """When and where it was held; the scan of the minutes may follow."""

    number = forms.CharField(
        label=gettext_lazy("会议编号"), max_length=30, help_text=gettext_lazy("例如:评议2020-1")
    )
    held_on = forms.DateField(label=gettext_lazy("会议日期"), widget=Day)
    place = forms.CharField(label=gettext_lazy("地点"), max_length=80)
    chair = forms.CharField(label=gettext_lazy("主持人"), max_length=50)
    recorder = forms.CharField(label=gettext_lazy("记录人"), max_length=50)
    overseers = forms.CharField(
        label=gettext_lazy("监督人(方案要求监督时填写)"), max_length=100, required=False
    )
    minutes = UploadField(
        label=gettext_lazy("会议记录扫描件"),
        required=False,
        help_text=gettext_lazy("PDF 或照片;可以会后再补"),
    )

    def __init__(self, data: Any = None, files: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, files, initial={"held_on": clock.today(), **(initial or {})})


class AttendanceForm(forms.Form):
    """One who was due. A line without a name is no line."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=50, required=False)
    post = forms.ChoiceField(label=gettext_lazy("身份"))
    present = forms.BooleanField(label=gettext_lazy("到会"), required=False)
    signed = forms.BooleanField(label=gettext_lazy("已在记录本签字"), required=False)

    def __init__(self, *args: Any, posts: Sequence[Post], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["post"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        field.choices = [(one.value, word(one)) for one in posts]

    @property
    def spec(self) -> AttendanceSpec | None:
        said = self.cleaned_data
        if not said.get("name"):
            return None
        return AttendanceSpec(
            name=said["name"],
            post=Post(said["post"]),
            present=said["present"],
            signed=said["signed"],
        )


AttendanceLines = forms.formset_factory(
    AttendanceForm, extra=SPARE, max_num=MOST, absolute_max=MOST
)


class BallotRow(forms.Form):
    """The votes on one household; a row that is wholly empty is not yet entered."""

    yes = forms.IntegerField(label=gettext_lazy("同意"), min_value=0, required=False)
    no = forms.IntegerField(label=gettext_lazy("不同意"), min_value=0, required=False)
    abstained = forms.IntegerField(label=gettext_lazy("弃权"), min_value=0, required=False)
    recused = forms.IntegerField(label=gettext_lazy("回避"), min_value=0, required=False)
    note = forms.CharField(label=gettext_lazy("理由"), max_length=200, required=False)
    # Which vote stood there when it was read: whoever else votes meanwhile is not overwritten.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        case: Case,
        present: int,
        least: int,
        bound: Iterable[str],
        counted: Vote | None,
    ) -> None:
        self.case, self.present, self.least = case, present, least
        self.bound = "、".join(sorted(bound))
        self.aside = len(set(bound))
        kept = {name: getattr(counted, name) for name in (*FIGURES, "note")} if counted else {}
        kept |= {"seen": counted.pk} if counted else {}
        super().__init__(data, prefix=f"c{case.pk}", initial={"recused": self.aside, **kept})
        for name in FIGURES:
            widget = self.fields[name].widget
            widget.attrs |= {
                "inputmode": "numeric",
                "class": "vote",
                "aria-label": f"{case.head_name} {self.fields[name].label}",
            }
        note = self.fields["note"]
        note.widget.attrs |= {
            "class": "why",
            "aria-label": f"{case.head_name} {note.label}",
            "placeholder": note.label,  # seen where a vote failed, or the row is in hand
        }

    @property
    def entered(self) -> bool:
        """Whether any vote was typed; who stands aside is filled in for everybody."""
        return any(self.value(name) not in ("", None) for name in FIGURES[:3])

    def value(self, name: str) -> Any:
        return self[name].value()

    @property
    def figures(self) -> list[forms.BoundField]:
        return [self[name] for name in FIGURES]

    @property
    def per_head(self) -> str | None:
        """The household's net income a head in 元, as its appraisers read it."""
        if self.case.net_fen is None or not self.case.persons:
            return None
        return f"{income.per_head(self.case.net_fen, self.case.persons):,}"

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not self.entered or self.errors:
            return said
        for name in FIGURES:
            said[name] = said.get(name) or 0
        ballot = self.ballot
        due = ballot.due(self.present)
        if ballot.cast != due:
            raise ValidationError(
                _("合计 %(total)d 票,应为实到 %(present)d 人减回避 %(recused)d 人,即 %(due)d 票")
                % {
                    "total": ballot.cast,
                    "present": self.present,
                    "recused": ballot.recused,
                    "due": due,
                }
            )
        return said

    @property
    def ballot(self) -> Ballot:
        said = self.cleaned_data
        return Ballot(note=said.get("note", ""), **{name: said[name] for name in FIGURES})

    @property
    def read(self) -> int | None:
        """The vote that stood there when the form was read."""
        said = str(self.value("seen") or "")
        return int(said) if said.isdecimal() else None

    @property
    def overtaken(self) -> bool:
        """Whether another vote stands there now."""
        return self.read != self.initial.get("seen")

    @property
    def words(self) -> str:
        """The vote as one line; "" of a row that is not entered."""
        if not self.entered:
            return ""
        said = [f"{self.fields[name].label} {self.value(name) or 0}" for name in FIGURES]
        return " · ".join([*said, str(self.value("note") or "")]).removesuffix(" · ")

    def says(self, vote: Vote) -> bool:
        """Whether what was entered is this vote."""
        own, note = self.ballot, self.cleaned_data.get("note", "")
        kept = [getattr(vote, name) for name in FIGURES]
        same = [getattr(own, name) for name in FIGURES] == kept and note == vote.note
        return same and vote.case_id == self.case.pk

    @property
    def state(self) -> str:
        """How the row looks: `todo`, `bad`, `done` (carried) or `no`."""
        if not self.entered:
            return "todo"
        if self.is_bound and not self.is_valid():
            return "bad"
        yes = str(self.value("yes") or 0)
        return "done" if yes.isdecimal() and int(yes) >= self.least else "no"

    @property
    def total(self) -> int | None:
        values = [str(self.value(name) or 0) for name in FIGURES[:3]]
        if not self.entered or not all(value.isdecimal() for value in values):
            return None
        return sum(map(int, values))
