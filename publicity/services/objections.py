"""Objections and appeals: taken from anybody at any time; each holds its case until answered."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from exitcase.core import access, journal, terms
from exitcase.core.choices import DIGITS, Act, Level
from exitcase.core.errors import Refused
from exitcase.core.holidays import rest_day
from exitcase.core.models import Region, StoredFile, User
from exitcase.core.services.door import door
from publicity.choices import ObjectionKind, Outcome
from publicity.models import NoticeItem, Objection
from publicity.queries import answering_level, answering_organ
from publicity.services.desk import lock_case, refuse_long
from publicity.services.specs import CaseSpec, ObjectionSpec

NUMBER: Final = "YY-{year}-{n}"  # 异议
OPEN: Final = "open"
ENTERED: Final = "entered"  # an outer organ's answer, before its second person
ANSWER: Final = (
    "open", "outcome", "checkers", "conclusion", "answered_on", "file", "answer_number",
    "answered_by",
)  # fmt: skip


def lodge(
    about: NoticeItem | CaseSpec,
    said: ObjectionSpec,
    *,
    kind: ObjectionKind,
    by: User,
    done_on: date,
    reason: str = "",
) -> Objection:
    """Take in an objection against an entry, or an appeal; named or not. It holds the case.

    After the term it is taken all the same, as 逾期受理, with `reason`: the closed notice stays
    closed, the case waits. Who objects lies encrypted, and stands in no journal. Raises Refused for
    an objection against what never hung, a late one without a reason, or a day that cannot be.
    """
    item = about if isinstance(about, NoticeItem) else None
    programme = item.notice.programme if item else about.programme  # type: ignore[union-attr]
    village = about.household.village_id
    rules, places = programme.rules, [village]
    with door(by, Act.OBJECT, Level.VILLAGE, places, rules=rules, done_on=done_on, reason=reason):
        lock_case(about.case_key)
        _refuse_unfounded(item, kind, said, done_on)
        late = _late(item, kind, said, reason)
        objection = Objection(
            region_id=village,
            number=_number(village, said.received_on.year),
            kind=kind,
            item=item,
            case_key=about.case_key,
            household=about.household,
            programme=programme,
            received_on=said.received_on,
            due_on=_due(rules.objection.days, said.received_on),
            channel=said.channel,
            objector=said.objector,
            objector_phone=said.phone,
            text=said.text,
            late_reason=reason if late else "",
        )
        refuse_long([objection])
        objection.save(force_insert=True)
        stage = item.stage if item else ""
        journal.record(Act.OBJECT, objection, "", OPEN, stage=stage, facts={"text": said.text})
        return objection


def _late(item: NoticeItem | None, kind: ObjectionKind, said: ObjectionSpec, reason: str) -> bool:
    """Whether it comes after the term; Refused then without a reason."""
    over = item is not None and item.notice.over_on(said.received_on)
    late = kind == ObjectionKind.OBJECTION and over
    if late and not reason.strip():
        raise Refused(
            _("公示期满后提出的异议,须写明逾期受理的原因"),
            value=said.received_on.isoformat(),
            rule=_("逾期异议不重开公示,答复前该户暂停办理"),
            example=_("提出人在外务工,公示期满后返乡"),
        )
    return late


def _refuse_unfounded(
    item: NoticeItem | None, kind: ObjectionKind, said: ObjectionSpec, done_on: date
) -> None:
    received_on = said.received_on
    if not said.text.strip():
        raise Refused(_("请写明异议内容"), example=_("该户在城里有商品房"))
    if received_on > done_on:
        raise Refused(
            _("受理日期晚于办理日期"), value=f"{received_on.isoformat()} > {done_on.isoformat()}"
        )
    if kind != ObjectionKind.OBJECTION:
        return
    begun = item.notice.starts_at if item else None
    if begun is None or received_on < terms.day_of(begun):
        raise Refused(
            _("异议须针对张贴出的公示"),
            value=received_on.isoformat(),
            rule=_("自张贴之日起受理;对其他决定不服的按申诉受理"),
        )


def _number(village: str, year: int) -> str:
    """One row of numbers per district and year; the district's row is locked while one is taken.

    Not FOR UPDATE: every row that names the district would have to wait.
    """
    district = village[: DIGITS[Level.DISTRICT]]
    list(Region.objects.filter(pk=district).select_for_update(no_key=True).values_list("pk"))
    prefix = NUMBER.format(year=year, n="")
    taken = Objection.objects.filter(district=district, number__startswith=prefix).count()
    return NUMBER.format(year=year, n=taken + 1)


def _due(days: int, received_on: date) -> date:
    try:
        return terms.working_days_after(received_on, days, rest_day)
    except terms.UnknownYearError as error:
        message = _("%d年的节假日安排未载入,不能计算答复期限;请更新节假日数据后再办理")
        raise Refused(message % error.year, value=str(error.year)) from error


def answer(
    objection: Objection,
    *,
    outcome: Outcome,
    checkers: Sequence[str],
    conclusion: str,
    file: StoredFile | None,
    by: User,
    done_on: date,
    number: str = "",
    reason: str = "",
) -> Objection:
    """Answer an objection with what its check came to: closed, the case is free again.

    By the level of the organ that the plan names for it. Of one that never logs in the answer is
    entered with its document's `number` and scan, and holds the case until `confirm_answer` by
    another officer. Raises Refused for an answered one, fewer checkers than the plan asks, no
    conclusion, a day before it was received, an outer organ's answer without its document.
    """
    rules, kind = objection.programme.rules, ObjectionKind(objection.kind)
    organ = answering_organ(rules, kind)
    outside = organ is not None and organ.outside
    with _at(objection, by, done_on, reason) as kept:
        names = _checkers(checkers, rules.objection.checkers)
        _refuse_answer(kept, conclusion, done_on)
        if outside:
            _refuse_hearsay(number, file)
        kept.open, kept.outcome, kept.checkers = outside, outcome, names
        kept.conclusion, kept.answered_on, kept.file = conclusion, done_on, file
        kept.answer_number, kept.answered_by = number, by
        refuse_long([kept])
        kept.save(update_fields=ANSWER)
        became = f"{ENTERED} {outcome}" if outside else outcome
        _record(kept, OPEN, became)
        return kept


def confirm_answer(objection: Objection, *, by: User, done_on: date, reason: str = "") -> Objection:
    """Confirm what another officer entered for an organ that never logs in: now it counts.

    Raises NotAllowed for who entered it; Refused where nothing waits, or for a day before it.
    """
    with _at(objection, by, done_on, reason) as kept:
        if not (kept.open and kept.outcome and kept.answered_on):
            raise Refused(_("没有待确认的答复"), place=kept.number, rule=_("先登记,尚未确认"))
        access.two_people(kept.answered_by_id, by.pk)
        if done_on < kept.answered_on:
            raise Refused(
                _("确认日期早于答复日期"),
                value=done_on.isoformat(),
                rule=kept.answered_on.isoformat(),
            )
        kept.open, kept.confirmed_by = False, by
        kept.save(update_fields=["open", "confirmed_by"])
        _record(kept, f"{ENTERED} {kept.outcome}", kept.outcome)
        return kept


@contextmanager
def _at(objection: Objection, by: User, done_on: date, reason: str) -> Iterator[Objection]:
    """Enter by the right of the answering level; gives the row as it is now, its case locked."""
    rules, act = objection.programme.rules, Act.ANSWER_OBJECTION
    level = answering_level(rules, ObjectionKind(objection.kind))
    codes = [objection.region_id]
    with door(by, act, level, codes, rules=rules, done_on=done_on, reason=reason):
        lock_case(objection.case_key)
        yield Objection.objects.select_related("item").get(pk=objection.pk)


def _record(objection: Objection, was: str, became: str) -> None:
    stage = objection.item.stage if objection.item else ""
    journal.record(Act.ANSWER_OBJECTION, objection, was, became, stage=stage)


def _refuse_hearsay(number: str, file: StoredFile | None) -> None:
    if not number.strip() or file is None:
        raise Refused(
            _("登记系统外机关的答复,须有文号和扫描件"),
            value=number,
            rule=_("由一人登记,另一人确认后生效"),
        )


def _checkers(names: Sequence[str], least: int) -> str:
    known = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if len(known) < least:
        raise Refused(
            _("核查人不足"),
            value="、".join(known),
            rule=_("不少于 %d 人") % least,
        )
    return "、".join(known)


def _refuse_answer(objection: Objection, conclusion: str, done_on: date) -> None:
    if not objection.open:
        raise Refused(_("该异议已办结"), place=objection.number)
    if objection.outcome:
        raise Refused(_("该异议的答复已登记,等待第二人确认"), place=objection.number)
    if not conclusion.strip():
        raise Refused(_("请写明核查结论"), example=_("入户核查,房屋系租住,异议不成立"))
    if done_on < objection.received_on:
        raise Refused(
            _("答复日期早于受理日期"),
            value=done_on.isoformat(),
            rule=objection.received_on.isoformat(),
        )
