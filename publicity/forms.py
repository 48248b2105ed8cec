"""What the desk of notices asks: since when it hangs, photos, gaps, and why it is taken down."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core import clock
from exitcase.core.forms import DoneForm, Minute, late
from exitcase.core.uploads import UploadField
from publicity.choices import Moment
from publicity.models import Posting


class PlaceForm(forms.Form):
    """What is entered about one place; each form of its page has names of its own."""

    act = ""
    moment_of = ""  # the field that is most likely now

    def __init__(self, data: Any = None, files: Any = None, *, place: Posting) -> None:
        self.place = place
        initial = {self.moment_of: clock.read()}
        super().__init__(data, files, prefix=self.act, initial=initial)


class HangForm(PlaceForm):
    """It hangs since a moment; in time with its photo the term counts from then."""

    act, moment_of = "hang", "hung_at"
    hung_at = forms.DateTimeField(label=gettext_lazy("张贴时间"), widget=Minute)
    photo = UploadField(label=gettext_lazy("张贴照片"), pictures_only=True, required=False)
    late_reason = late()

    def __init__(self, data: Any = None, files: Any = None, *, place: Posting) -> None:
        super().__init__(data, files, place=place)
        hours = place.notice.programme.rules.clock.photo_grace.hours
        self.fields["photo"].help_text = (
            _("张贴后 %d 小时内连同照片登记的,自张贴时间起算;没有照片或更晚的,自登记时起算") % hours
        )


class PhotoForm(PlaceForm):
    """A photo of what hangs."""

    act, moment_of = "photo", "taken_at"
    moment = forms.ChoiceField(label=gettext_lazy("哪一次"), choices=Moment.choices)
    taken_at = forms.DateTimeField(label=gettext_lazy("拍摄时间"), widget=Minute)
    photo = UploadField(label=gettext_lazy("照片"), pictures_only=True)
    late_reason = late()

    def __init__(self, data: Any = None, files: Any = None, *, place: Posting) -> None:
        super().__init__(data, files, place=place)
        over = place.notice.over_on(clock.today())
        started = place.photos.filter(moment=Moment.START).exists()
        self.initial["moment"] = (
            Moment.START if not started else Moment.END if over else Moment.BETWEEN
        )


class GapForm(PlaceForm):
    """It was missing for a while and hangs again."""

    act, moment_of = "gap", "rehung_at"
    missing_from = forms.DateTimeField(label=gettext_lazy("发现缺失时间"), widget=Minute)
    rehung_at = forms.DateTimeField(label=gettext_lazy("重新张贴时间"), widget=Minute)
    photo = UploadField(label=gettext_lazy("重新张贴后的照片"), pictures_only=True)
    late_reason = late()

    def __init__(self, data: Any = None, files: Any = None, *, place: Posting) -> None:
        super().__init__(data, files, place=place)
        hours = place.notice.programme.rules.clock.gap.hours
        self.fields["missing_from"].help_text = (
            _("缺挂不超过 %d 小时的,期限按缺挂天数顺延;超过的,自重新张贴起重新计算") % hours
        )


class TakeDownForm(DoneForm):
    """Why it is taken down; the reason is kept with every household on it."""

    why = forms.CharField(
        label=gettext_lazy("撤下的原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("例如:名单有误,改正后重新公示"),
    )
    late_reason = None  # type: ignore[assignment]  # Django's way to drop a field: the reason is one
    field_order = ("why", "done_on")
