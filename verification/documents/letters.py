"""告知书 of every end: what was decided, why, by which clause, and how to object."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from exitcase.core import clock
from exitcase.core.choices import End, Level, PaperKind, Reason
from exitcase.core.papers.sheets import Appeal, Contact, LetterSheet
from exitcase.core.rules import Rules, Stage
from exitcase.core.rules_checks import LETTERS
from exitcase.core.rules_read import SOURCES
from exitcase.core.rules_words import Trigger
from exitcase.core.words import chinese
from publicity.choices import NoticeKind
from publicity.documents import told
from publicity.models import NoticeItem
from verification.documents.common import Places, label, places_of
from verification.models import Case, DecisionItem


@dataclass(frozen=True, slots=True)
class _Known:
    """What the letters of a set of cases rest on, read once: by case."""

    places: Places
    decided: Mapping[int, DecisionItem]
    announced: Mapping[int, date]


def letters(cases: QuerySet[Case], *, on: date | None = None) -> dict[int, LetterSheet]:
    """Case id → the letter of its end, for cases that have ended; four queries for any number.

    `on` is the day of the letter; without it the day is left for the pen.
    """
    ended = list(
        cases.filter(state__in=list(End))
        .select_related("household", "batch__programme")
        .order_by("pk")
    )
    known = _read(ended)
    return {case.pk: _letter(case, known, on) for case in ended}


def letter(case: Case, *, on: date | None = None) -> LetterSheet:
    """The letter of one ended case; LookupError while it is open."""
    return letters(Case.objects.filter(pk=case.pk), on=on)[case.pk]


def steps(rules: Rules) -> tuple[str, ...]:
    """The titles of what a household goes through under this plan, up to the granting."""
    until = rules.keys.index(rules.granted_at) + 1
    return told(rules.chain[:until])


def cited(rules: Rules, clause: str) -> str:
    """A clause as a letter cites it: the plan by its title, other sources by their own names.

    Another plan has no name here but its number among the sources, which no household knows.
    """
    source, _space, rest = clause.partition(" ")
    if source == rules.document:
        return f"《{rules.title}》{rest}"
    return f"同类方案{rest}" if source in SOURCES else clause


def _read(cases: Iterable[Case]) -> _Known:
    keys = [case.pk for case in cases]
    items = DecisionItem.valid(case__in=keys, approved=True).select_related("decision")
    hung = NoticeItem.valid(
        case_key__in=keys,
        notice__kind=NoticeKind.ANNOUNCEMENT,
        notice__starts_at__isnull=False,
        struck_tx="",
    )
    days = hung.values_list("case_key", "notice__starts_at")
    return _Known(
        places_of({case.village_id for case in cases}),
        {item.case_id: item for item in items.order_by("pk")},  # the last decision of each
        {key: clock.day_of(moment) for key, moment in days if moment},
    )


def _letter(case: Case, known: _Known, on: date | None) -> LetterSheet:
    rules, kind = case.batch.rules, LETTERS[End(case.state)]
    item = known.decided.get(case.pk)
    organ = rules.organ(item.decision.organ).title if item else ""
    stage = _stage(case)
    return LetterSheet(
        kind=kind,
        label=label(rules, kind),
        organ=_sealer(case, stage, known),
        year=rules.year,
        document_number=f"GZ-{case.number}",
        head=case.head_name,
        household_number=case.household.number,
        persons=case.persons or 0,
        steps=steps(rules),
        decided_by=organ,
        decision_number=item.decision.number if item else "",
        decided_on=item.decision.decided_on if item else None,
        announced_on=known.announced.get(case.pk),
        stage=stage.title if case.state != End.GRANTED else "",
        reason=_reason(case),
        finding=case.end_note,
        clause=_clause(case, stage),
        helper=case.household.helper_name,
        appeal=_appeal(rules),
        sealer=_sealer(case, stage, known),
        on=on,
    )


def _stage(case: Case) -> Stage:
    rules = case.batch.rules
    return rules.stage(case.ended_at_stage or rules.granted_at)


def _reason(case: Case) -> str:
    """「有方案所列不予退出情形：比对异常未核实」."""
    if not case.end_reason:
        return ""
    said = chinese(Reason(case.end_reason))
    bars = [bar.title for bar in case.batch.rules.bars if bar.key == case.end_bar]
    return f"{said}：{bars[0]}" if bars else said


def _clause(case: Case, stage: Stage) -> str:
    """The bar's clause, or that of the stage where the case ended."""
    return cited(case.batch.rules, case.end_clause or stage.clause)


def _sealer(case: Case, stage: Stage, known: _Known) -> str:
    """Who the plan says sends the letter of an exit; of other ends, who held the case then."""
    rules = case.batch.rules
    sent = [
        row.sender
        for one in rules.chain
        for row in one.delivery
        if case.state == End.GRANTED and row.paper == PaperKind.EXIT_LETTER
    ]
    organ = rules.organ(sent[0] if sent else stage.actor)
    place = known.places.get(case.village_id, "") if organ.level == Level.VILLAGE else ""
    return f"{place}{organ.title}"


def _appeal(rules: Rules) -> Appeal:
    """By the plan's term, to the organ it names for appeals, under its supervision number."""
    again = rules.recheck(Trigger.APPEAL)
    office = again.title if again else rules.organ(rules.stage(rules.granted_at).actor).title
    contact = Contact(office=office, phone=rules.hotline.number)
    return Appeal(days=rules.appeal.days, offices=(contact,))
