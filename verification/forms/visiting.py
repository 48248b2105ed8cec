"""What the page of a visit asks at the door. Nothing is answered before somebody answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core.choices import Finding, Mode, Post
from exitcase.core.forms import DoneForm, offer
from exitcase.core.models import PostHolder, User
from exitcase.core.rules import Indicator, Stage
from exitcase.core.uploads import Upload, UploadField
from exitcase.core.words import word
from verification.services.specs import AssessSpec, VisitorSpec

MET, SHORT, UNSEEN = "met", "short", "unseen"
MOST_PHOTOS: Final = 12  # of one visit
NOT_SEEN: Final = "看不到:"  # as it is kept and printed
AWAY: Final = Finding.NOT_MET_HOME


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody the page offers by name: who was sent, or who holds a post the plan names."""

    name: str
    post: Post | None = None
    user: User | None = None

    @classmethod
    def of(cls, holder: PostHolder) -> "Known":
        return cls(holder.name, Post(holder.post), holder.user)


class Pictures(forms.FileInput):
    """Several photos in one field."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__({"accept": "image/jpeg,image/png", "multiple": True, "data-shrink": "1"})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002  # Django's signature
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class PhotosField(UploadField):
    """Photos, any number of them up to a limit; cleans to a list of `Upload`."""

    def __init__(self, **more: Any) -> None:
        super().__init__(pictures_only=True, widget=Pictures(), **more)

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """Raises ValidationError in words for the first that is none, or for too many."""
        sent: Sequence[Any] = data if isinstance(data, list) else [data] if data else []
        if len(sent) > MOST_PHOTOS:
            raise ValidationError(_("一次最多 %d 张照片") % MOST_PHOTOS)
        return [super(PhotosField, self).clean(one, initial) for one in sent]


class VisitForm(DoneForm):
    """One visit of one household: whether anybody was met, how, and each indicator by itself."""

    met = forms.ChoiceField(
        label=gettext_lazy("见到农户了吗"),
        choices=[
            (MET, gettext_lazy("见到了")),
            (AWAY.value, gettext_lazy("没有遇到,改日再去")),
        ],
        widget=forms.RadioSelect,
    )
    mode = forms.ChoiceField(label=gettext_lazy("入户方式"), widget=forms.RadioSelect)
    place = forms.CharField(
        label=gettext_lazy("地点(不在家中时填写)"), max_length=60, required=False
    )
    began_at = forms.TimeField(
        label=gettext_lazy("到达时间"), required=False, widget=forms.TimeInput({"type": "time"})
    )
    ended_at = forms.TimeField(
        label=gettext_lazy("离开时间"), required=False, widget=forms.TimeInput({"type": "time"})
    )
    photos = PhotosField(
        label=gettext_lazy("照片"),
        required=False,
        help_text=gettext_lazy("可拍多张;上传前会缩小。没有登记成功的,照片须重新选择"),
    )
    # Which visit stood there when the form was read: another's is not replaced unseen.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        stage: Stage,
        indicators: Sequence[Indicator],
        concludes: bool,
        survey: bool = False,
    ) -> None:
        super().__init__(data, files)
        if survey:  # nobody at home is no survey
            del self.fields["met"]
        self.fields["done_on"].label = _("入户日期")
        allowed = stage.modes.allowed if stage.modes else tuple(Mode)
        offer(self, "mode", [(one.value, word(one)) for one in allowed])
        self.indicators, self.concludes = indicators, concludes
        if concludes:
            self.fields["finding"] = _radio(_("结论"), _verdicts())
        for one in indicators:
            self.fields[f"i-{one.key}"] = _radio(one.title, [*_verdicts(), (UNSEEN, _("看不到"))])
            self.fields[f"f-{one.key}"] = forms.CharField(
                label=_("看到的情况,看不到的写明原因"), max_length=180, required=False
            )

    @property
    def away(self) -> bool:
        return bool(self.data.get("met") == AWAY)

    def clean(self) -> dict[str, Any]:
        """Who was met is judged on every indicator; of nobody met nothing is asked."""
        said: dict[str, Any] = super().clean() or {}
        if self.away:
            for name in self._judging:
                said.pop(name, None)
                self.errors.pop(name, None)
            return said
        for name in self._judging:
            if not said.get(name) and name not in self.errors:
                self.add_error(name, _("请逐项选择,不能留空"))
        for one in self.indicators:
            unseen = said.get(f"i-{one.key}") == UNSEEN
            if unseen and not said.get(f"f-{one.key}", "").strip():
                self.add_error(f"f-{one.key}", _("看不到的要写明原因"))
        return said

    @property
    def _judging(self) -> list[str]:
        """The questions about what was seen."""
        return [*(["finding"] if self.concludes else []), *(f"i-{o.key}" for o in self.indicators)]

    @property
    def results(self) -> dict[str, AssessSpec]:
        """What was judged. What could not be seen is not met, and says why: never 达标 unseen."""
        if self.away:
            return {}
        said = self.cleaned_data
        return {
            one.key: _judged(said[f"i-{one.key}"], said[f"f-{one.key}"]) for one in self.indicators
        }

    @property
    def finding(self) -> Finding:
        """As it was concluded; where the indicators are judged they bear it out."""
        if self.away:
            return AWAY
        if self.concludes:
            return Finding(self.cleaned_data["finding"])
        met = all(result.met for result in self.results.values())
        return Finding.MET if met else Finding.SHORT

    @property
    def unseen(self) -> list[str]:
        """The titles of what could not be seen."""
        if self.away:
            return []
        return [one.title for one in self.indicators if self.cleaned_data[f"i-{one.key}"] == UNSEEN]


class VisitorLine(forms.Form):
    """One who went; an empty line is nobody."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=50, required=False)
    post = forms.ChoiceField(label=gettext_lazy("身份"), required=False)

    def __init__(
        self, *args: Any, posts: Sequence[Post], known: Mapping[str, Known], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.posts, self.known = posts, known
        choices = [(one.value, word(one)) for one in posts]
        offer(self, "post", choices if len(posts) == 1 else [("", _("按姓名")), *choices])
        self.fields["name"].widget.attrs |= {"list": "visitors", "autocomplete": "off"}

    def clean(self) -> dict[str, Any]:
        """The post that was chosen, or else the one the name is known by."""
        said: dict[str, Any] = super().clean() or {}
        name = said.get("name", "").strip()
        if name and not said.get("post"):
            known = self.known.get(name)
            if known is None or known.post not in self.posts:
                raise ValidationError(_("请选择%s的身份") % name)
            said["post"] = known.post
        return said

    @property
    def spec(self) -> VisitorSpec | None:
        said = self.cleaned_data
        name = said.get("name", "").strip()
        if not name:
            return None
        known = self.known.get(name)
        return VisitorSpec(name=name, post=Post(said["post"]), user=known.user if known else None)


VisitorLines = forms.formset_factory(VisitorLine, extra=0, max_num=9, absolute_max=9)


def _verdicts() -> list[tuple[str, str]]:
    return [(MET, word(Finding.MET)), (SHORT, word(Finding.SHORT))]


def _judged(said: str, facts: str) -> AssessSpec:
    if said == UNSEEN:
        return AssessSpec(met=False, facts=f"{NOT_SEEN}{facts.strip()}")
    return AssessSpec(met=said == MET, facts=facts.strip())


def _radio(label: str, choices: Sequence[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=False)
