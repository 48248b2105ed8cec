"""How tasks look on a list: what is missing, how long it has, and the next act."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from exitcase.core import access
from exitcase.core.choices import Act, StageKind
from exitcase.core.holidays import rest_day
from exitcase.core.rules import Stage
from exitcase.core.scope import Scope
from exitcase.core.screens import Link, Pace, TaskRow
from exitcase.core.templatetags.page import part
from exitcase.core.words import LEVELS
from publicity.choices import ObjectionKind
from publicity.models import Notice, Objection, Posting
from verification import queries, trays
from verification.models import Batch, Correction, Hit, Rectification
from verification.queries import Blocker
from verification.services import inspections
from verification.trays import Asked
from verification.views.desk import Task, Urgency

SHOWN: Final = 4  # of what is missing; the page of the batch has all
PACES: Final = {Urgency.LATE: Pace.LATE, Urgency.SOON: Pace.NOW, Urgency.REST: Pace.TODO}
NEXT: Final[dict[StageKind, str]] = {
    StageKind.COLLECT: gettext_noop("采集信息"),
    StageKind.APPLY: gettext_noop("录入申请"),
    StageKind.MEETING: gettext_noop("录入评议"),
    StageKind.CONSENT: gettext_noop("办理签字"),
    StageKind.NOTICE: gettext_noop("办理公示"),
    StageKind.SUBMIT: gettext_noop("办理送审"),
    StageKind.CHECK: gettext_noop("开始核查"),
    StageKind.COMPARE: gettext_noop("办理比对"),
    StageKind.DRAW_CHECK: gettext_noop("办理抽查"),
    StageKind.DECIDE: gettext_noop("办理审批"),
    StageKind.MARK: gettext_noop("办理标识"),
    StageKind.ANNOUNCE: gettext_noop("办理公告"),
    StageKind.RECTIFY: gettext_noop("办理整改"),
    StageKind.FILE: gettext_noop("办理备案"),
}
OBJECTIONS: Final = {
    ObjectionKind.OBJECTION: gettext_noop("异议答复"),
    ObjectionKind.APPEAL: gettext_noop("申诉答复"),
    ObjectionKind.WRONG_EXIT: gettext_noop("错退核实"),
}


def mine(tasks: Sequence[Task]) -> list[TaskRow]:
    """Tasks of one's own; whatever of them is asked, it is asked of all at once."""
    batches = [task.of for task in tasks if isinstance(task.of, Batch)]
    missing, asked = queries.blockers(batches), trays.reminders(batches)
    return [_mine(task, missing, asked) for task in tasks]


def others(tasks: Sequence[Task], scope: Scope, today: date) -> list[TaskRow]:
    """Batches in other hands: where they are, and a word to whoever has them."""
    batches = [task.of for task in tasks if isinstance(task.of, Batch)]
    asked = trays.reminders(batches)
    return [
        _other(task, task.of, scope, asked.get(task.of.pk), today)
        for task in tasks
        if isinstance(task.of, Batch)
    ]


def _mine(task: Task, missing: dict[int, list[Blocker]], asked: dict[int, Asked]) -> TaskRow:
    of = task.of
    if isinstance(of, Batch):
        return _batch(task, of, missing[of.pk], asked.get(of.pk))
    made: dict[type, Callable[[Task, Any], TaskRow]] = {
        Objection: _objection,
        Correction: _correction,
        Hit: _hit,
        Rectification: _fault,
        Posting: _posting,
        Notice: _draft,
    }
    return made[type(of)](task, of)


def _batch(task: Task, batch: Batch, missing: Sequence[Blocker], asked: Asked | None) -> TaskRow:
    stage = batch.ask().stage
    ready = task.may_move and not any(one.hard for one in missing)
    size = _size(batch)
    first = f"{size} · {_('可以进入下一环节')}" if ready else size
    return TaskRow(
        mark=str(stage.step),
        pace=PACES[task.urgency],
        what=stage.title,
        place=_place(batch),
        due=due(task.days),
        next_act=_place(batch, _("送下一环节")) if ready else _work(batch, stage),
        primary=ready,
        lines=(first, *(one.words for one in missing[:SHOWN])),
        reminded=_reminded(asked),
    )


def _other(task: Task, batch: Batch, scope: Scope, asked: Asked | None, today: date) -> TaskRow:
    stage = batch.ask().stage
    level = batch.rules.level_of(stage)
    may = access.may(scope, Act.REMIND, level, batch.village_id)
    quiet = rest_day(today) or trays.asked_today(asked, today)
    return TaskRow(
        mark=str(stage.step),
        pace=PACES[task.urgency],
        what=stage.title,
        place=_place(batch),
        due=due(task.days),
        next_act=Link(_("查看"), _place(batch).href),
        lines=(_size(batch), _("现由%s办理") % _(LEVELS[level])),
        remind=reverse("remind", args=[batch.pk]) if may and not quiet else "",
        reminded=_reminded(asked),
    )


def _objection(task: Task, one: Objection) -> TaskRow:
    name = f"{one.region.name} {one.household.head_name} {one.number}"
    waits = _("等另一人确认答复") if one.outcome else _("核查后答复,至少两人核查")
    href = reverse("objection", args=[one.pk])
    return TaskRow(
        mark="?",
        pace=PACES[task.urgency],
        what=_(OBJECTIONS[ObjectionKind(one.kind)]),
        place=Link(name, href),
        due=due(task.days),
        next_act=Link(_("去办理"), href),
        lines=(waits,),
    )


def _correction(task: Task, one: Correction) -> TaskRow:
    href = reverse("correction", args=[one.pk])
    return TaskRow(
        mark="2",
        pace=PACES[task.urgency],
        what=_("更正待第二人确认"),
        place=Link(f"{one.case.village.name} {one.case.head_name}", href),
        due=due(task.days),
        next_act=Link(_("去办理"), href),
        lines=(one.number, one.reason),
    )


def _posting(task: Task, one: Posting) -> TaskRow:
    href = reverse("posting", args=[one.pk])
    return TaskRow(
        mark="贴",
        pace=PACES[task.urgency],
        what=_("张贴上级公示"),
        place=Link(one.place_name, href),
        due=due(task.days),
        next_act=Link(_("登记张贴"), href),
        lines=(one.notice.title, one.notice.organ),
    )


def _draft(task: Task, one: Notice) -> TaskRow:
    href = reverse("release_notice", args=[one.pk])
    return TaskRow(
        mark="2",
        pace=PACES[task.urgency],
        what=_("公示待核发"),
        place=Link(one.title, href),
        due=due(task.days),
        next_act=Link(_("去核发"), href),
        lines=(_("%(n)s 户 %(p)s 人") % {"n": one.households, "p": one.persons},),
    )


def _hit(task: Task, one: Hit) -> TaskRow:
    href = reverse("hit", args=[one.pk])
    bureau = one.case.batch.rules.organ(one.run.bureau).title
    return TaskRow(
        mark="?",
        pace=PACES[task.urgency],
        what=_("疑点待结论") if one.explanation else _("疑点待户说明"),
        place=Link(f"{one.case.village.name} {one.case.head_name}", href),
        due=due(task.days),
        next_act=Link(_("作出结论") if one.explanation else _("登记说明"), href),
        lines=(f"{bureau}: {one.detail}",),
    )


def _fault(task: Task, one: Rectification) -> TaskRow:
    href = reverse("rectification", args=[one.pk])
    name = one.case.head_name if one.case else ""
    return TaskRow(
        mark="!",
        pace=PACES[task.urgency],
        what=_("整改待复查") if one.reported_on else _("整改待报告"),
        place=Link(f"{one.region.name} {name}".strip(), href),
        due=due(task.days),
        next_act=Link(_("登记复查结果") if one.reported_on else _("报告整改情况"), href),
        lines=(one.problem, _("责任人 %s") % one.owner),
    )


def due(days: int | None) -> str:
    """How long there is, in words and days."""
    if days is None:
        return _("方案未定期限")
    if days < 0:
        return _("逾期 %(n)s 天") % {"n": -days}
    return _("还剩 %(n)s 天") % {"n": days} if days else _("今天到期")


def _size(batch: Batch) -> str:
    counts = {"n": batch.households, "p": batch.persons or 0}  # type: ignore[attr-defined]
    return _("%(n)s 户 %(p)s 人") % counts  # annotated by `queries.batches`


def _place(batch: Batch, words: str = "") -> Link:
    name = f"{batch.village.name} {part(batch.part)}"
    return Link(words or name, reverse("batch", args=[batch.pk]))


def _work(batch: Batch, stage: Stage) -> Link:
    """Where the work of a stage is done; visits are one tap away, on a phone."""
    page = "visits" if stage.kind in inspections.CHECKS else "batch"
    return Link(_(NEXT[stage.kind]), reverse(page, args=[batch.pk]))


def _reminded(asked: Asked | None) -> str:
    if asked is None:
        return ""
    told = {"n": asked.times, "day": asked.last.day, "name": asked.last.by.name}
    return _("已催办 %(n)s 次,最近 %(day)s %(name)s") % told
