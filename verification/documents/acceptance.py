"""附件1 贫困户脱贫验收表: blank, half filled or finished, as far as things are on record."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from exitcase.core import income
from exitcase.core.choices import ENDS, End, Item, Level, PaperKind, Reason
from exitcase.core.papers.sheets import AcceptanceSheet, IncomeBrief, IndicatorRow, MemberRow
from exitcase.core.rules import Rules
from exitcase.core.words import ENDS as END_WORDS
from exitcase.core.words import chinese
from households.choices import (
    ABLE,
    Cause,
    Health,
    Kind,
    MeasureKind,
    Relation,
    Schooling,
    Sex,
)
from households.documents import TRANSFER
from households.models import Member
from households.register.cells import labels
from verification.documents import opinions
from verification.documents.common import label, level_word, locality
from verification.documents.dossier import JUDGING, Cabinet, Dossier
from verification.documents.facts import facts_of
from verification.models import Case

INSURED: Final = {True: "居民医保", False: "未参保", None: ""}


def acceptance_forms(cases: QuerySet[Case] | Sequence[Case]) -> Iterator[AcceptanceSheet]:
    """One form per case, in order; a constant number of queries for any number.

    Official: identity numbers stand in full. Who reads it is logged by the store.
    """
    return (_form(one) for one in Cabinet(cases))


def _form(one: Dossier) -> AcceptanceSheet:
    levels = _levels(one)
    return AcceptanceSheet(
        **known(one, PaperKind.ACCEPTANCE_FORM, levels),
        appraisal=opinions.appraisal(one),
        check=opinions.check(one),
        inspection=opinions.inspection(one),
        end=END_WORDS[End(one.case.state)] if one.case.state in ENDS else "",
        end_reason=_end_reason(one.case),
    )


def known(one: Dossier, kind: PaperKind, levels: Sequence[Level]) -> dict[str, Any]:
    """What every form of a household prints, by the sheet's names; judged by these levels."""
    case, household = one.case, one.case.household
    return {
        "kind": kind,
        "label": label(one.rules, kind),
        "organ": one.rules.organ(one.rules.first.actor).title,
        "year": one.rules.year,
        "place": locality(one.places, case.village_id, case.group),
        "head": case.head_name,
        "household_number": household.number,
        "id_number": _head_number(one.members),
        "phone": household.phone,
        "persons": case.persons,
        "able": sum(member.labour in ABLE for member in one.members),
        "household_kind": labels(Kind)[household.kind],
        "household_kinds": tuple(labels(Kind).values()),
        "first_identified_year": household.first_identified_year,
        "main_cause": labels(Cause)[household.main_cause],
        "other_causes": _causes(household.other_causes),
        "relapsed_year": household.relapsed_year,
        "helper": household.helper_name,
        "helper_organ": household.helper_organ,
        "helper_phone": household.helper_phone,
        "measures": "、".join(dict.fromkeys(labels(MeasureKind)[row.kind] for row in one.measures)),
        "planned_exit_year": household.planned_exit_year,
        "members": tuple(_member(member) for member in one.members),
        "income": _income(one),
        "period": _period(one.rules),
        "levels": tuple(level_word(level, one.places, case.village_id) for level in levels),
        "indicators": _indicators(one, levels),
        "consent": opinions.consent(one),
        "helper_signer": opinions.helper_signer(one),
        "conclusion": _conclusion(one, levels),
    }


def _levels(one: Dossier) -> tuple[Level, ...]:
    """The village, and every level above it that the plan lets judge."""
    judging = {stage.level for stage in one.rules.chain if stage.judges}
    return tuple(level for level in JUDGING if level == Level.VILLAGE or level in judging)


def _head_number(members: Sequence[Member]) -> str:
    return next((one.id_number for one in members if one.relation == Relation.HEAD), "")


def _causes(codes: str) -> str:
    words = labels(Cause)
    return "、".join(words[code] for code in codes.split(",") if code in words)


def _member(member: Member) -> MemberRow:
    return MemberRow(
        name=member.name,
        sex=labels(Sex)[member.sex],
        relation=labels(Relation)[member.relation],
        id_number=member.id_number,
        schooling=labels(Schooling)[member.schooling],
        health=labels(Health)[member.health],
        insured=INSURED[member.insured],
    )


def _income(one: Dossier) -> IncomeBrief:
    """The line of figures: the kinds summed from what counts, the sums as recorded."""
    year = one.year
    if year is None:
        return IncomeBrief()
    plan = one.rules.income.items if one.rules.income else None
    counts = frozenset(plan.counted if plan else Item)
    amounts = [(Item(row.item), row.amount_fen) for row in one.items if row.item in counts]

    def sum_of(kinds: frozenset[Item]) -> int | None:
        return sum(fen for item, fen in amounts if item in kinds) if one.items else None

    known = year.net_fen is not None and year.persons
    return IncomeBrief(
        wages=sum_of(frozenset({Item.WAGES})),
        business=sum_of(frozenset({Item.BUSINESS})),
        property=sum_of(frozenset({Item.PROPERTY})),
        transfer=sum_of(TRANSFER),
        gross=year.gross_fen,
        cost=year.cost_fen,
        net=year.net_fen,
        persons=year.persons,
        per_head=int(income.per_head(year.net_fen or 0, year.persons or 1) * 100)
        if known
        else None,
    )


def _period(rules: Rules) -> str:
    period = rules.income.period if rules.income else None
    return f"{_day(period.first)}至{_day(period.last)}" if period else ""


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _indicators(one: Dossier, levels: Sequence[Level]) -> tuple[IndicatorRow, ...]:
    results = [one.results(level) for level in levels]
    asked = [row for row in one.rules.indicators if row.key in one.rules.indicator_keys]
    return tuple(
        IndicatorRow(
            number=number,
            title=row.title,
            standard=row.standard,
            facts=facts_of(row, one.year, list(one.measures)),
            results=tuple(found.get(row.key) for found in results),
        )
        for number, row in enumerate(asked, 1)
    )


def _conclusion(one: Dossier, levels: Sequence[Level]) -> str:
    """What the highest level that judged came to."""
    judged = [found for level in levels if (found := one.results(level))]
    if not judged:
        return ""
    return "达到脱贫标准" if all(judged[-1].values()) else "未达到脱贫标准"


def _end_reason(case: Case) -> str:
    """The reason, its clause and the words it was given with."""
    if not case.end_reason:
        return ""
    parts = (chinese(Reason(case.end_reason)), case.end_clause, case.end_note)
    return "；".join(part for part in parts if part)
