"""Rule tables of a stage, and the stage. A gate belongs to a table, not to a kind (DESIGN 4)."""

from dataclasses import dataclass, field
from typing import Any, Final

from exitcase.core.choices import (
    End,
    Klass,
    Level,
    Mode,
    PaperKind,
    Place,
    Post,
    Record,
    StageKind,
)
from exitcase.core.rules_tables import Days, Positive, Rule
from exitcase.core.rules_words import (
    WHOLE,
    Frame,
    Judge,
    LotSide,
    Matter,
    MinuteSigners,
    Of,
    QuorumBase,
    Ratio,
    Unit,
    VoteBase,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Rule):
    """Something to have on record; soft ones warn."""

    key: Record
    hard: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Body(Rule):
    """Who meets, and who must watch."""

    title: str
    members: tuple[Post, ...]
    overseers: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum(Rule):
    """Present ÷ base is at least the share."""

    share: Ratio
    out_of: QuorumBase


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot(Rule):
    """Yes ÷ base is more than, or at least, the share."""

    share: Ratio
    more_than: bool
    out_of: VoteBase
    per_household: bool = True

    def least(self, base: int) -> int:
        """How many in favour carry it, out of `base` persons; at least one."""
        whole, rest = divmod(base * self.share.num, self.share.den)
        return max(1, whole + bool(self.more_than or rest))

    def base(self, *, present: int, expected: int) -> int:
        """Of whom the share is taken: those present, or all who should have come."""
        return present if self.out_of == VoteBase.PRESENT else expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots(Rule):
    """Which posts sign, in the order of the paper."""

    slots: tuple[Post, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes(Rule):
    """Who signs the minutes."""

    signed_by: MinuteSigners


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Rule):
    """How many whole days a notice hangs at least."""

    days: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Places(Rule):
    """Kinds of places, each of which is required."""

    kinds: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover(Rule):
    """To which organ the list goes."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitors(Rule):
    """Who visits, and how many at least."""

    who: tuple[Post, ...]
    least: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Modes(Rule):
    """In which ways a household may be visited."""

    allowed: tuple[Mode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judges(Rule):
    """Who judges, and on what."""

    by: Judge
    on: tuple[Matter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage(Rule):
    """Which share of the cases is checked; must-include classes whole."""

    rate: Ratio
    must_include: tuple[Klass, ...] = ()
    strata: tuple[Klass, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bureaux(Rule):
    """Whose answers the comparison waits for."""

    organs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(Rule):
    """The band of a draw: `rate_of` is counted, `draws` are drawn."""

    rate_min: Ratio
    rate_max: Ratio
    rate_of: Unit
    draws: Unit
    frame: Frame
    must_include: tuple[Klass, ...] = ()
    strata: tuple[Klass, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot(Rule):
    """Pairs by lot, instead of a sample."""

    draws: LotSide
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decree(Rule):
    """Which organ decides, on whose proposal, by what name."""

    organ: str
    name: str
    proposer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class System(Rule):
    """In which outer system the mark is set; `final` marks cannot be taken back."""

    name: str
    organ: str
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Rule):
    """Which paper goes from whom to whom."""

    paper: PaperKind
    sender: str
    receiver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive(Rule):
    """Which originals are filed where."""

    to: str
    originals: tuple[PaperKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Rule):
    """One stage instance of one programme: who it is, and the rule tables it was given."""

    key: str
    kind: StageKind
    title: str
    level: Level  # its organ's, unless the work is done elsewhere
    actor: str
    step: int
    window: str = ""
    only: tuple[Klass, ...] = ()  # other cases pass unasked
    of: Of = Of.CASE
    papers: tuple[PaperKind, ...] = ()
    record: tuple[Asked, ...] = ()
    body: Body | None = None
    quorum: Quorum | None = None
    vote: Ballot | None = None
    signers: Slots | None = None
    minutes: Minutes | None = None
    term: Term | None = None
    places: Places | None = None
    handover: Handover | None = None
    visitors: Visitors | None = None
    modes: Modes | None = None
    judges: Judges | None = None
    coverage: Coverage | None = None
    sample: Sample | None = None
    lot: Lot | None = None
    bureaux: Bureaux | None = None
    verify: Days | None = None
    act: Decree | None = None
    system: System | None = None
    delivery: tuple[Delivery, ...] = ()
    archive: Archive | None = None
    exits: bool = field(default=False, metadata={"given": True})  # not in the file: `ending`

    @property
    def passed(self) -> str:
        """The state of a case that has passed here."""
        return End.GRANTED if self.exits else self.key

    @property
    def coverage_rate(self) -> Ratio:
        """Which share of the cases this check must visit; all of them, if nothing is said."""
        return self.coverage.rate if self.coverage else WHOLE

    def need(self, name: str) -> Any:
        """A rule table its kind promises; TypeError when the stage was not given it."""
        found = getattr(self, name)
        if not found:
            raise TypeError(f"stage {self.key} has no {name}")
        return found


# kind → (tables it must have, tables it may have)
FINDING: Final = ("visitors", "modes", "judges", "signers")
TABLES: Final[dict[StageKind, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    StageKind.COLLECT: ((), ("visitors", "modes")),
    StageKind.APPLY: ((), ()),
    StageKind.MEETING: (("body",), ("quorum", "vote", "signers", "minutes")),
    StageKind.CONSENT: (("signers",), ()),
    StageKind.NOTICE: (("term", "places"), ()),
    StageKind.SUBMIT: (("handover",), ()),
    StageKind.CHECK: ((), ("coverage", *FINDING)),
    StageKind.COMPARE: (("bureaux",), ("verify",)),
    StageKind.DRAW_CHECK: ((), ("sample", "lot", *FINDING)),
    StageKind.DECIDE: (("act",), ()),
    StageKind.MARK: (("system",), ()),
    StageKind.ANNOUNCE: (("places",), ("delivery",)),
    StageKind.RECTIFY: ((), ()),
    StageKind.FILE: (("archive",), ()),
}
