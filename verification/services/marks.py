"""标识 in the outer system: a list to work through; each mark is confirmed, or its error kept.

Imports no other service of this app: every end of a case asks it for the un-mark list.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.utils.translation import gettext as _

from exitcase.core import journal
from exitcase.core.choices import Act, Level, StageKind
from exitcase.core.errors import Refused
from exitcase.core.fields import inside
from exitcase.core.models import User
from verification.models import Case, SystemMark
from verification.queries import wrong_exits
from verification.services.district import enter
from verification.services.entry import entry, names

UNMARKED = "unmarked"  # what the journal says a mark became
DUE = "unmark_due"
CONFIRMED = "confirmed"
FAILED = "failed"
TO_MARK = "to_mark"
KINDS = (StageKind.MARK,)


def mark(cases: QuerySet[Case], stage: str, *, by: User, done_on: date, reason: str = "") -> int:
    """Put cases on the mark list; gives how many. Raises Refused for one that is on it."""
    with entry(cases, stage, Act.MARK, KINDS, by=by, done_on=done_on, reason=reason) as here:
        _refuse_listed(here.rows(), stage)
        refuse_wrong_exits(here.rows())
        count = journal.insert_select(
            SystemMark,
            here.rows().order_by("pk"),
            case=F("pk"),
            stage=Value(stage),
            tx=Value(here.tx),
            void_tx=Value(""),
            confirmed=Value(False),
            error=Value(""),
            unmark_due=Value(False),
        )
        journal.record_set(Act.MARK, here.rows(), stage=stage, became=TO_MARK)
        return count


def confirm_marks(
    cases: QuerySet[Case],
    stage: str,
    *,
    marked_on: date | Mapping[int, date],
    by: User,
    done_on: date,
    reason: str = "",
) -> int:
    """Confirm marks one by one; gives how many.

    `marked_on` is the day the outer system shows: one for all, or case id → day. Raises Refused
    for a case without an open mark, without a day, and for a day later than `done_on`.
    """
    with entry(cases, stage, Act.MARK, KINDS, by=by, done_on=done_on, reason=reason) as here:
        days = _days(marked_on, [case.pk for case in here.cases], done_on)
        _refuse_unlisted(_waiting(stage, here.rows()), days)
        for day in sorted(set(days.values())):
            marked = here.rows(_of_day(days, day))
            _waiting(stage, marked).update(confirmed=True, marked_on=day, confirmed_by=by)
            journal.record_set(Act.MARK, marked, stage=stage, was=TO_MARK, became=CONFIRMED)
        return len(days)


def fail_marks(
    errors: Mapping[int, str], stage: str, *, by: User, done_on: date, reason: str = ""
) -> int:
    """Keep what the outer system answered instead of a mark: case id → its words.

    The mark stays open and may be confirmed later; the error stays with it.
    """
    cases = Case.objects.filter(pk__in=list(errors))
    with entry(cases, stage, Act.MARK, KINDS, by=by, done_on=done_on, reason=reason):
        _refuse_unlisted(_waiting(stage, cases), errors)
        _refuse_silent(errors)
        for error in sorted(set(errors.values())):
            failed = cases.filter(pk__in=[key for key, said in errors.items() if said == error])
            _waiting(stage, failed).update(error=error)
            journal.record_set(
                Act.MARK, failed, stage=stage, was=TO_MARK, became=FAILED, reason=error
            )
        return len(errors)


def flag_unmark(cases: QuerySet[Case], stages: Sequence[str] | None = None) -> int:
    """Put the confirmed marks of cases that ended or went back on the un-mark list (撤销标识).

    Inside the act that ended them. `stages`: only marks set at one of these, for a case sent
    back no further than behind its mark. Gives how many.
    """
    standing = Q(confirmed=True, unmarked_on=None, unmark_due=False)
    due = SystemMark.valid(case__in=cases.order_by().values("pk")).filter(standing)
    if stages is not None:
        due = due.filter(stage__in=stages)
    count = journal.record_set(
        Act.UNMARK, due, was=CONFIRMED, became=DUE, subject="case", subject_id="case_id"
    )
    return due.update(unmark_due=True) if count else 0


def unmark_list(region: str) -> QuerySet[SystemMark]:
    """The marks that must be taken back in a region: 撤销标识清单."""
    due = SystemMark.objects.filter(inside(region, "case__"), unmark_due=True)
    return due.select_related("case__household", "case__village").order_by("case__village", "pk")


def confirm_unmark(
    cases: QuerySet[Case],
    *,
    unmarked_on: date | Mapping[int, date],
    by: User,
    done_on: date,
    reason: str = "",
) -> int:
    """Confirm that marks were taken back, by a day for all or for each case; gives how many.

    Raises Refused for a case that is not on the un-mark list, for a day later than `done_on`,
    and where the outer system takes no mark back.
    """
    keys = list(cases.values_list("pk", flat=True))
    chosen = Case.objects.filter(pk__in=keys)
    due = SystemMark.objects.filter(unmark_due=True)
    way: dict[str, Any] = {"by": by, "done_on": done_on, "reason": reason}
    with enter(chosen, Act.UNMARK, _level(due.filter(case__in=keys)), **way):
        days = _days(unmarked_on, keys, done_on)
        _refuse_unlisted(due.filter(case__in=keys), days)
        _refuse_final(due.filter(case__in=keys))
        for day in sorted(set(days.values())):
            of_day = due.filter(case__in=_of_day(days, day))
            journal.record_set(
                Act.UNMARK, of_day, was=DUE, became=UNMARKED, subject="case", subject_id="case_id"
            )
            of_day.update(unmarked_on=day, unmark_due=False)
        return len(days)


def _level(due: QuerySet[SystemMark]) -> Level:
    """Who set the mark takes it back: the level of the stage it was set at."""
    one = due.select_related("case__batch__programme").first()
    return one.case.batch.rules.stage(one.stage).level if one else Level.DISTRICT


def _days(days: date | Mapping[int, date], keys: list[int], done_on: date) -> Mapping[int, date]:
    """Each case's day; Refused where one is missing or lies ahead."""
    each = days if isinstance(days, Mapping) else dict.fromkeys(keys, days)
    if set(each) != set(keys):
        raise Refused(_("所选的每一户都须有日期"), value=_("缺 %d 户") % len(set(keys) ^ set(each)))
    late = sorted({day for day in each.values() if day > done_on})
    if late:
        raise Refused(_("标识日期晚于办理日期"), value=str(late[0]), rule=_("不晚于 %s") % done_on)
    return each


def _of_day(days: Mapping[int, date], day: date) -> list[int]:
    return [key for key, on in days.items() if on == day]


def _waiting(stage: str, cases: QuerySet[Case]) -> QuerySet[SystemMark]:
    open_ = SystemMark.valid(stage=stage, confirmed=False)
    return open_.filter(case__in=cases.order_by().values("pk"))


def _refuse_listed(cases: QuerySet[Case], stage: str) -> None:
    there = SystemMark.valid(stage=stage, case__in=cases.order_by().values("pk"))
    listed = list(there.select_related("case")[:20])
    if listed:
        raise Refused(
            _("有户已在标识清单上"),
            place=names([one.case for one in listed]),
            rule=_("每户只标识一次"),
        )


def refuse_wrong_exits(cases: QuerySet[Case]) -> None:
    """A plan may mark after the announcement: who was put right by then is not marked any more."""
    wrong = list(wrong_exits(cases).order_by("pk")[:20])
    if wrong:
        raise Refused(_("有户已认定为错退,不再标识"), place=names(wrong))


def _refuse_unlisted(marks: QuerySet[SystemMark], wanted: Mapping[int, object]) -> None:
    found = set(marks.values_list("case_id", flat=True))
    missing = Case.objects.filter(pk__in=[key for key in wanted if key not in found])[:20]
    if len(found) < len(wanted):
        raise Refused(
            _("有户不在待办的标识清单上"),
            place=names(missing),
            rule=_("先列入清单,且尚未确认"),
        )


def _refuse_silent(errors: Mapping[int, str]) -> None:
    if not all(error.strip() for error in errors.values()):
        raise Refused(_("请写明系统提示的失败原因"), example=_("身份信息与公安库不符"))


def _refuse_final(due: QuerySet[SystemMark]) -> None:
    for one in due.select_related("case__batch__programme"):
        system = one.case.batch.rules.stage(one.stage).need("system")
        if system.final:
            raise Refused(_("该系统的标识录入后不能撤销"), place=str(one.case), value=system.name)
