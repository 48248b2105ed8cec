"""Objections and appeals: taken from anybody at any time; each holds its case until answered."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from exitcase.core import journal, terms
from exitcase.core.choices import DIGITS, Act, Level
from exitcase.core.errors import Refused
from exitcase.core.holidays import rest_day
from exitcase.core.models import Region, StoredFile, User
from exitcase.core.services.door import door
from publicity.choices import Channel, ObjectionKind, Outcome
from publicity.models import NoticeItem, Objection
from publicity.queries import answering_level
from publicity.services.desk import lock_notices_of, refuse_long
from publicity.services.specs import CaseSpec

NUMBER: Final = "YY-{year}-{n}"  # 异议
OPEN: Final = "open"


def lodge(
    about: NoticeItem | CaseSpec,
    *,
    kind: ObjectionKind,
    received_on: date,
    channel: Channel,
    objector: str,
    phone: str,
    text: str,
    by: User,
    done_on: date,
    reason: str = "",
) -> Objection:
    """Take in an objection against an entry, or an appeal; named or not. It holds the case.

    After the term it is taken all the same, as 逾期受理. Who objects lies encrypted, and stands in
    no journal. Raises Refused for an objection against what never hung, or a day that cannot be.
    """
    item = about if isinstance(about, NoticeItem) else None
    programme = item.notice.programme if item else about.programme  # type: ignore[union-attr]
    village = about.household.village_id
    rules, places = programme.rules, [village]
    with door(by, Act.OBJECT, Level.VILLAGE, places, rules=rules, done_on=done_on, reason=reason):
        lock_notices_of(about.case_key)
        _refuse_unfounded(item, kind, received_on, done_on, text)
        objection = Objection(
            region_id=village,
            number=_number(village, received_on.year),
            kind=kind,
            item=item,
            case_key=about.case_key,
            household=about.household,
            programme=programme,
            received_on=received_on,
            due_on=_due(rules.objection.days, received_on),
            channel=channel,
            objector=objector,
            objector_phone=phone,
            text=text,
        )
        refuse_long([objection])
        objection.save(force_insert=True)
        stage = item.stage if item else ""
        journal.record(Act.OBJECT, objection, "", OPEN, stage=stage, facts={"text": text})
        return objection


def _refuse_unfounded(
    item: NoticeItem | None, kind: ObjectionKind, received_on: date, done_on: date, text: str
) -> None:
    if not text.strip():
        raise Refused(_("请写明异议内容"), example=_("该户在城里有商品房"))
    if received_on > done_on:
        raise Refused(
            _("受理日期晚于办理日期"), value=f"{received_on.isoformat()} > {done_on.isoformat()}"
        )
    if kind == ObjectionKind.APPEAL:
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
    reason: str = "",
) -> Objection:
    """Close an objection with what its check came to; the case is free again.

    By the level of the organ that the plan names for it. Raises Refused for an answered one,
    fewer checkers than the plan asks, no conclusion, a day before it was received.
    """
    rules, village = objection.programme.rules, objection.region_id
    level = answering_level(rules, ObjectionKind(objection.kind))
    act = Act.ANSWER_OBJECTION
    with door(by, act, level, [village], rules=rules, done_on=done_on, reason=reason):
        lock_notices_of(objection.case_key)
        kept = Objection.objects.select_related("item").get(pk=objection.pk)
        names = _checkers(checkers, rules.objection.checkers)
        _refuse_answer(kept, conclusion, done_on)
        kept.open, kept.outcome, kept.checkers = False, outcome, names
        kept.conclusion, kept.answered_on, kept.file = conclusion, done_on, file
        refuse_long([kept])
        kept.save(
            update_fields=["open", "outcome", "checkers", "conclusion", "answered_on", "file"]
        )
        stage = kept.item.stage if kept.item else ""
        journal.record(Act.ANSWER_OBJECTION, kept, OPEN, outcome, stage=stage)
        return kept


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
    if not conclusion.strip():
        raise Refused(_("请写明核查结论"), example=_("入户核查,房屋系租住,异议不成立"))
    if done_on < objection.received_on:
        raise Refused(
            _("答复日期早于受理日期"),
            value=done_on.isoformat(),
            rule=objection.received_on.isoformat(),
        )
