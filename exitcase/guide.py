"""Samples for `/styleguide/`: one of every component, in every state it has. Nobody here exists."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exitcase.core.screens import (
    Act,
    Check,
    Done,
    Empty,
    Filter,
    Link,
    Pace,
    Progress,
    Tab,
    TaskRow,
)

HERE = "/styleguide/"
WHEN = datetime(2020, 10, 12, 6, 30, tzinfo=UTC)


class Sample(forms.Form):
    """Every kind of field, one of them wrong."""

    place = forms.CharField(label=gettext_lazy("地点"), help_text=gettext_lazy("例如:村委会会议室"))
    present = forms.IntegerField(label=gettext_lazy("实到人数"))
    stage = forms.ChoiceField(label=gettext_lazy("环节"), choices=[("a", "A"), ("b", "B")])
    held_on = forms.DateField(
        label=gettext_lazy("办理日期"), widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(
        label=gettext_lazy("具体原因"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    water = forms.ChoiceField(
        label=gettext_lazy("饮水安全"),
        choices=[("met", gettext_lazy("达标")), ("short", gettext_lazy("未达标"))],
        widget=forms.RadioSelect,
    )
    scan = forms.FileField(label=gettext_lazy("扫描件"), required=False)
    sure = forms.BooleanField(label=gettext_lazy("已向户主读过"), required=False)


def samples() -> dict[str, Any]:
    """What the styleguide's template names."""
    wrong = Sample({"place": "", "present": "x", "stage": "a", "held_on": "2020-10-12"})
    return {
        "form": wrong,
        "blockers": _blockers(),
        "rows": _tasks(),
        "paces": [(pace.value, word) for pace, word in _paces()],
        "line": [_step(number, pace, word) for number, (pace, word) in enumerate(_paces(), 1)],
        "tabs": [
            Tab(_("待办"), HERE, here=True, count=7),
            Tab(_("在途"), HERE, count=12),
            Tab(_("已办"), HERE),
        ],
        "filters": [
            Filter("text", _("户主姓名或户编号")),
            Filter("status", _("状态"), "b", [("a", _("建档立卡")), ("b", _("已脱贫"))]),
        ],
        "acts": [Act(_("勾选的户通过本环节"), HERE, primary=True), Act(_("退回勾选的户"), HERE)],
        "check": Check(
            title=_("送审前核对"),
            figures=[(_("户"), "41"), (_("人"), "128")],
            receiver=_("乡镇经办人"),
            withdrawal=_("对方接收前可以撤回"),
            act=Act(_("送审 41 户"), HERE),
            back=Link(_("返回修改"), HERE),
            exceptions=[_("有 1 户的更正单尚未由第二人确认")],
            stays=[_("还有 1 户没有户主签字")],
            type_count=41,
        ),
        "done": Done(
            title=_("已送审"),
            number="SS-2020-001",
            at=WHEN,
            follows=_("乡镇接收后入户核查"),
            until="2020-10-20",
            links=[Link(_("返回待办"), "/todo/")],
            digest="9f3c52a1",
            told=_("乡镇经办人"),
        ),
        "progress": Progress(done=312, total=500, failed=2),
        "empty": Empty(_("没有待办。"), Link(_("全部批次"), "/batches/")),
        "page": Paginator(range(120), 50).page(2),
        "issuer": _("某某区人民政府"),
        "inner": "exitcase/_sheet_sample.html",
        "count": 6,
        "total": 40,
    }


def _paces() -> list[tuple[Pace, str]]:
    return [
        (Pace.DONE, _("已完成")),
        (Pace.NOW, _("办理中")),
        (Pace.LATE, _("逾期")),
        (Pace.BACK, _("退回")),
        (Pace.TODO, _("未开始")),
    ]


def _step(number: int, pace: Pace, word: str) -> SimpleNamespace:
    return SimpleNamespace(number=number, name=_("民主评议"), pace=pace, word=word, detail="")


def _blockers() -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            words=_("还有 1 户没有户主签字"), fix=_("办理签字"), hard=True, households=()
        ),
        SimpleNamespace(words=_("已过方案规定的时间段"), fix="", hard=False, households=()),
    ]


def _tasks() -> list[TaskRow]:
    place = Link(_("第1村 第1批"), HERE)
    late = TaskRow(
        mark="4",
        pace=Pace.LATE,
        what=_("核查"),
        place=place,
        due=_("逾期 %(n)s 天") % {"n": 1},
        next_act=Link(_("开始核查"), HERE),
        primary=True,
        lines=(_("%(n)s 户 %(p)s 人") % {"n": 6, "p": 18},),
        remind=HERE,
        reminded=_("已催办 %(n)s 次,最近 %(day)s %(name)s")
        % {"n": 1, "day": "2020-10-12", "name": "龙德清"},
    )
    soon = TaskRow("3", Pace.NOW, _("公示"), place, _("今天到期"), Link(_("办理公示"), HERE))
    rest = TaskRow(
        "2", Pace.TODO, _("签字认可"), place, _("方案未定期限"), Link(_("办理签字"), HERE)
    )
    return [late, soon, rest]
