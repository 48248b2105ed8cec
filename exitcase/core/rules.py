"""A programme as a frozen value: what code sees of a plan. Pure: no Django, no database."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from exitcase.core.choices import (
    CLOSED,
    LISTED,
    End,
    Fact,
    Level,
    PaperKind,
    Purpose,
    StageKind,
    Status,
)
from exitcase.core.rules_stage import (
    Archive,
    Asked,
    Ballot,
    Body,
    Bureaux,
    Coverage,
    Decree,
    Delivery,
    Handover,
    Judges,
    Lot,
    Minutes,
    Modes,
    Places,
    Quorum,
    Sample,
    Slots,
    Stage,
    System,
    Term,
    Visitors,
)
from exitcase.core.rules_tables import (
    Amount,
    Answering,
    Attempts,
    Bar,
    Change,
    Correction,
    Days,
    Divisor,
    Doubt,
    Drawing,
    Ending,
    Flag,
    Head,
    Hotline,
    Hours,
    Indicator,
    Items,
    Line,
    Listing,
    Marks,
    Never,
    Organ,
    Outcome,
    Paper,
    Period,
    Printing,
    Recheck,
    Rectification,
    Remedy,
    Rule,
    Satisfaction,
    SendBack,
    Signer,
    Target,
    Test,
    Web,
    Window,
)
from exitcase.core.rules_words import FactClass, Of, Op, Ratio, Trigger

__all__ = [
    "Archive", "Asked", "Ballot", "Body", "Bureaux", "Clock", "Coverage", "Decree", "Delivery",
    "FactClass", "Handover", "Income", "Indicator", "Judges", "Lot", "Minutes", "Modes", "Of",
    "Op", "Organ", "Paper", "Places", "Quorum", "Ratio", "Rule", "Rules", "Sample", "Signer",
    "Slots", "Stage", "System", "Term", "Test", "Trigger", "Visitors",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How days are counted, and how late a record or a photo may come."""

    counts_first_day: Flag
    moves_off_rest_day: Flag
    late_entry: Days
    photo_grace: Hours
    gap: Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Income:
    """The income test: `net <op> amount × persons`, over a period, of the items that count."""

    line: Line
    amount: Amount
    divisor: Divisor | None = None
    period: Period | None = None
    items: Items | None = None


@dataclass(frozen=True, kw_only=True)
class Rules:
    """One version of one programme; pinned to a batch when the batch is created."""

    version: int = field(default=0, metadata={"given": True})
    head: Head = field(metadata={"toml": "programme"})
    listing: Listing
    ending: Ending
    clock: Clock
    income: Income | None = None
    organs: tuple[Organ, ...] = field(metadata={"toml": "organ"})
    stages: tuple[Stage, ...] = field(metadata={"toml": "stage"})
    windows: tuple[Window, ...] = field(default=(), metadata={"toml": "window"})
    indicators: tuple[Indicator, ...] = field(default=(), metadata={"toml": "indicator"})
    bars: tuple[Bar, ...] = field(default=(), metadata={"toml": "bar"})
    papers: tuple[Paper, ...] = field(default=(), metadata={"toml": "paper"})
    household_signers: tuple[Signer, ...] = field(default=(), metadata={"toml": "household_signer"})
    marks: Marks
    never_sign: Never
    corrections: tuple[Correction, ...] = field(default=(), metadata={"toml": "correction"})
    printings: tuple[Printing, ...] = field(default=(), metadata={"toml": "print"})
    send_backs: tuple[SendBack, ...] = field(default=(), metadata={"toml": "send_back"})
    outcomes: tuple[Outcome, ...] = field(metadata={"toml": "outcome"})
    remedies: tuple[Remedy, ...] = field(default=(), metadata={"toml": "remedy"})
    rechecks: tuple[Recheck, ...] = field(default=(), metadata={"toml": "recheck"})
    rectifications: tuple[Rectification, ...] = field(
        default=(), metadata={"toml": "rectification"}
    )
    satisfaction: Satisfaction | None = None
    member_change: Change | None = None
    warns: tuple[Doubt, ...] = field(default=(), metadata={"toml": "warn"})
    target: Target | None = None
    attempts: Attempts
    objection: Answering
    appeal: Days
    draw: Drawing
    web: Web
    hotline: Hotline

    @property
    def key(self) -> str:
        return self.head.key

    @property
    def title(self) -> str:
        return self.head.title

    @property
    def document(self) -> str:
        return self.head.document

    @property
    def year(self) -> int:
        return self.head.year

    @property
    def purpose(self) -> Purpose:
        return self.head.purpose

    @property
    def published(self) -> date | None:
        return self.head.published

    @property
    def steps(self) -> tuple[str, ...]:
        return self.head.steps

    @property
    def granted_at(self) -> str:
        return self.ending.granted_at

    @cached_property
    def chain(self) -> tuple[Stage, ...]:
        """The stages a case goes through, in order; region stages run beside it."""
        return tuple(stage for stage in self.stages if stage.of == Of.CASE)

    @cached_property
    def beside(self) -> tuple[Stage, ...]:
        """The stages of a region: they block nothing and end in rectifications."""
        return tuple(stage for stage in self.stages if stage.of == Of.REGION)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(stage.key for stage in self.chain)

    @property
    def first(self) -> Stage:
        return self.chain[0]

    @cached_property
    def tail(self) -> tuple[Stage, ...]:
        """What is left for the batch when its cases are granted: filing, in some plans the mark."""
        return self.chain[self.keys.index(self.granted_at) + 1 :]

    def stage(self, key: str) -> Stage:
        """The stage of that key, of the chain or beside it; LookupError if there is none."""
        return _one(self.stages, key, "stage")

    def next_after(self, key: str) -> str:
        """Where a batch stands when it has left `key`."""
        return (*self.keys, CLOSED)[self.keys.index(key) + 1]

    def before(self, key: str) -> str:
        """What a case has passed when it stands before `key`."""
        return (LISTED, *self.keys)[self.keys.index(key)]

    def standing_before(self, key: str) -> str:
        """The state of an open case before `key`: in the tail it is granted, its batch goes on."""
        return End.GRANTED if self.stage(key) in self.tail else self.before(key)

    def from_on(self, key: str) -> tuple[str, ...]:
        """`key` and every stage after it: what sending back to `key` undoes."""
        return self.keys[self.keys.index(key) :]

    def organ(self, key: str) -> Organ:
        return _one(self.organs, key, "organ")

    def level_of(self, stage: Stage) -> Level:
        """Where the work of a stage is done: its organ's level, unless the file says otherwise."""
        return stage.level

    def paper(self, kind: PaperKind) -> Paper:
        """The plan's title and number of a paper; LookupError if the plan has no such paper."""
        return _one(self.papers, kind, "paper")

    def has_paper(self, kind: PaperKind) -> bool:
        return any(paper.key == kind for paper in self.papers)

    def outcome(self, end: End, before: Status) -> Status:
        """What an end makes of a household that was `before` when it was listed."""
        for row in self.outcomes:
            if (row.end, row.before) == (end, before):
                return row.after
        raise LookupError(f"{self.key}: no outcome for {end} from {before}")

    def remedy(self, end: End) -> Remedy | None:
        """What follows from an appeal upheld against an end; None where nothing does."""
        return next((row for row in self.remedies if row.end == end), None)

    def recheck(self, trigger: Trigger) -> Organ | None:
        """Which organ looks again for this cause; None where the plan names none."""
        named = [row.organ for row in self.rechecks if row.trigger == trigger]
        return self.organ(named[0]) if named else None

    def class_of(self, fact: Fact) -> FactClass | None:
        """What a wrong fact makes to be done again; None where the plan says nothing of it."""
        return next((row.kind for row in self.corrections if fact in row.facts), None)

    def redone_from(self, facts: Collection[Fact]) -> str:
        """The earliest stage that wrong facts make to be done anew, by class (DESIGN 8); or "".

        A material fact: where a paper prints it first, in a plan whose papers print it nowhere the
        first stage of all. A public one: the first notice that prints it. A clerical one: none.
        """
        keys = [self._redone_from(fact) for fact in facts]
        return min(filter(None, keys), key=self.keys.index, default="")

    def _redone_from(self, fact: Fact) -> str:
        kind = self.class_of(fact)
        papers = {row.paper for row in self.printings if fact in row.facts}
        printed = [stage for stage in self.chain if papers.intersection(stage.papers)]
        if kind == FactClass.MATERIAL:
            return printed[0].key if printed else self.first.key
        hung = [stage.key for stage in printed if stage.kind == StageKind.NOTICE]
        return hung[0] if hung and kind == FactClass.PUBLIC else ""

    @cached_property
    def indicator_keys(self) -> tuple[str, ...]:
        """The indicators judged of each household."""
        return tuple(row.key for row in self.indicators if row.of == Of.CASE)

    @property
    def line_fen(self) -> int:
        """The income line in 分 a head; LookupError in a plan without an income test."""
        if self.income is None:
            raise LookupError(f"{self.key} has no income test")
        return self.income.amount.fen

    def above(self, net: int | None, persons: int | None) -> bool:
        """The income test in whole 分: unknown figures and no persons never pass."""
        if self.income is None or net is None or not persons:
            return False
        return self.income.line.op.holds(net, self.line_fen * persons)


Row = TypeVar("Row", Stage, Organ, Paper)


def _one(rows: tuple[Row, ...], key: str, what: str) -> Row:
    for row in rows:
        if row.key == key:
            return row
    raise LookupError(f"no {what} {key} in this programme")
