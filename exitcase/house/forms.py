"""What 任职管理 and 签字职务 ask: who is to hold what where, and when and why it ends."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exitcase.core.choices import Post, Role
from exitcase.core.forms import Day, DoneForm, offer
from exitcase.core.words import word

NONE = ("", "—")
INSTEAD, BESIDE, ACTING = "instead", "beside", "acting"  # how somebody comes to a post


class AppointForm(DoneForm):
    """A role of an account, from–to; an auditor's says for what."""

    username = forms.CharField(label=_("用户名"), max_length=40)
    role = forms.ChoiceField(label=_("角色"))
    region = forms.ChoiceField(label=_("任职地区"))
    since = forms.DateField(label=_("自"), widget=Day)
    until = forms.DateField(
        label=_("至(含当日)"),
        widget=Day,
        required=False,
        help_text=_("长期任职可不填;审计任职必填"),
    )
    organ = forms.ChoiceField(
        label=_("机构"), required=False, help_text=_("部门联络员须选所在部门")
    )
    post = forms.ChoiceField(label=_("兼任签字职务"), required=False)
    purpose = forms.CharField(
        label=_("事由"),
        max_length=120,
        required=False,
        help_text=_("审计任职必填,例如:2020年度退出专项审计;此后每次查阅都按此事由记录"),
    )
    field_order = ("username", "role", "region", "since", "until", "purpose", "organ", "post")

    def __init__(
        self,
        data: Any = None,
        *,
        regions: Sequence[tuple[str, str]],
        organs: Sequence[tuple[str, str]],
        initial: Any = None,
    ) -> None:
        super().__init__(data, initial=initial)
        offer(self, "role", [NONE, *((one.value, word(one)) for one in Role)])
        offer(self, "region", [NONE, *regions])
        offer(self, "organ", [NONE, *organs])
        offer(self, "post", [NONE, *((one.value, word(one)) for one in Post)])


class EndForm(DoneForm):
    """The last day, and why."""

    until = forms.DateField(label=_("任职至(含当日)"), widget=Day)
    reason = forms.CharField(
        label=_("免职原因"), max_length=200, help_text=_("例如:工作调动,由他人接任")
    )
    field_order = ("until", "reason")

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        del self.fields["late_reason"]  # the reason is always asked


class LeaveForm(EndForm):
    """The same of a post that signs."""

    reason = forms.CharField(
        label=_("卸任原因"), max_length=200, help_text=_("例如:换届,由他人接任")
    )


class HolderForm(DoneForm):
    """Who holds a post of a region: in place of who held it, beside others, or acting."""

    post = forms.ChoiceField(label=_("职务"))
    name = forms.CharField(label=_("姓名"), max_length=50)
    how = forms.ChoiceField(
        label=_("如何任职"),
        widget=forms.RadioSelect,
        choices=[
            (INSTEAD, _("接任:原任职人到前一日为止;职务空缺的也选此项")),
            (BESIDE, _("与现任并列:村干部、村民代表、工作队员等由多人担任的职务")),
            (ACTING, _("代行:职务空缺或本人不在时代为签字,现任不变")),
        ],
    )
    since = forms.DateField(label=_("自"), widget=Day)
    until = forms.DateField(
        label=_("至(含当日)"), widget=Day, required=False, help_text=_("长期任职可不填")
    )
    phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)
    username = forms.CharField(
        label=_("用户名"), max_length=40, required=False, help_text=_("没有账号的不填")
    )
    field_order = ("post", "name", "how", "since", "until", "phone", "username")

    def __init__(self, data: Any = None, *, posts: Sequence[Post], initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        offer(self, "post", [NONE, *((one.value, word(one)) for one in posts)])
        self.fields["late_reason"].label = _("原因(代行或补录时填写)")
        self.fields["late_reason"].help_text = _("例如:书记外出培训")
