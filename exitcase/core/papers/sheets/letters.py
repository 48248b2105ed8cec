"""告知书 of every end of a case: what was decided, why, by which clause, how to appeal."""

from dataclasses import dataclass
from datetime import date

from exitcase.core.papers.sheets.base import Sheet
from exitcase.core.papers.sheets.notice import Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """How to object to the end: within so many days, to whom."""

    days: int
    offices: tuple[Contact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSheet(Sheet):
    """`kind` is EXIT_LETTER, REFUSAL_LETTER, WITHDRAWAL_LETTER or CEASE_LETTER."""

    year: int
    document_number: str
    head: str
    household_number: str
    persons: int
    steps: tuple[str, ...] = ()  # what the household went through, for a granted exit
    decided_by: str = ""  # 云岭区人民政府
    decision_number: str = ""  # 云政发〔2020〕15号
    decided_on: date | None = None
    announced_on: date | None = None
    stage: str = ""  # where the case ended
    reason: str = ""  # 未达标指标 or other ground, in words
    finding: str = ""  # the facts found
    clause: str = ""  # document, place and phrase
    helper: str = ""
    next_steps: tuple[str, ...] = ()  # what follows for the household
    appeal: Appeal
    sealer: str
    on: date | None
