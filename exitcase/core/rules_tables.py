"""Rule tables: what one table of a programme file may say. A table that is absent asks nothing.

Read by type (`rules_read`): the annotation of a field is its check, a default makes it optional.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, NewType, TypeAlias

from exitcase.core.choices import (
    Basis,
    Capacity,
    End,
    Fact,
    Ground,
    Item,
    Level,
    Origin,
    PaperKind,
    Post,
    Purpose,
    Role,
    SignMark,
    Status,
)
from exitcase.core.rules_words import (
    Effect,
    FactClass,
    HeadCount,
    How,
    Notion,
    Of,
    Op,
    PaperForm,
    Redress,
    Share,
    Trigger,
    Warn,
    When,
)


@dataclass(frozen=True, slots=True)
class Least:
    """The least value a whole number may have, the least length of a list."""

    value: int


Positive: TypeAlias = Annotated[int, Least(1)]
Year: TypeAlias = Annotated[int, Least(2014)]
Clause = NewType("Clause", str)
Bound: TypeAlias = int | bool | Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Where it stands, in the words of the document, and how sure we are."""

    clause: Clause
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Head(Rule):
    """The plan itself."""

    key: str
    title: str
    document: str
    year: Year
    purpose: Purpose
    steps: tuple[str, ...]
    published: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Rule):
    """Who can be put on a list, and at which level it begins."""

    status: tuple[Status, ...]
    how: How
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending(Rule):
    """The stage that grants: a case that has passed it is `End.GRANTED`."""

    granted_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Organ(Rule):
    """Somebody who acts; `outside` organs may never log in, their acts are registered."""

    key: str
    title: str
    level: Level
    role: Role
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Window(Rule):
    """A span of the plan's calendar: warns, never blocks."""

    key: str
    title: str
    last: date
    first: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Rule):
    """A yes or no with its ground; true when the answer is yes."""

    value: bool

    def __bool__(self) -> bool:
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Days(Rule):
    """A number of days."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours(Rule):
    """A number of hours."""

    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Test(Rule):
    """What one fact must be for an indicator to be met; a text names another fact."""

    fact: Fact
    op: Op
    value: Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator(Rule):
    """One thing judged: 达标 or 未达标, with its facts."""

    key: str
    title: str
    standard: str
    facts: tuple[Fact, ...]
    organs: tuple[str, ...] = ()
    test: tuple[Test, ...] = ()
    of: Of = Of.CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Rule):
    """A sum in 分."""

    fen: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Rule):
    """How income is compared; `stable` asks for a human finding beside it."""

    op: Op
    notion: Notion
    stable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(Rule):
    """The twelve months income is counted over, both ends in."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Divisor(Rule):
    """By which persons income is divided."""

    notion: HeadCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Rule):
    """Which income items count."""

    counted: tuple[Item, ...]
    left_out: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar(Rule):
    """A fact that forbids the end sought; `judged` bars need a person's finding."""

    key: str
    title: str
    fact: Fact
    effect: Effect
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Rule):
    """A paper of the plan, under its title and number there."""

    key: PaperKind
    title: str
    number: str = ""
    form: PaperForm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer(Rule):
    """In which capacity a household may sign; ages in full years on the day."""

    capacity: Capacity
    when: When
    min_age: int = 0
    mandate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks(Rule):
    """What counts as a signature, and which of them need a witness."""

    allowed: tuple[SignMark, ...]
    witness: Annotated[tuple[SignMark, ...], Least(0)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Never(Rule):
    """Posts that never sign for a household."""

    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Rule):
    """Which printed facts are of this class."""

    kind: FactClass
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing(Rule):
    """Which facts a paper prints: a material one that was wrong is done anew from there."""

    paper: PaperKind
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack(Rule):
    """A ground on which a case or batch goes back."""

    ground: Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Rule):
    """What an end does to a household's status."""

    end: End
    before: Status
    after: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy(Rule):
    """What an upheld appeal against an end sets going."""

    end: End
    then: Redress


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck(Rule):
    """Which organ looks again, and for what cause."""

    trigger: Trigger
    organ: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectification(Rule):
    """Who puts right what was found, who looks again, before which stage it must be closed."""

    origin: Origin
    owner: str
    recheck: str
    raised_at: str = ""
    report_to: str = ""
    before: str = ""
    window: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction(Rule):
    """How 满意度 is counted."""

    counted: tuple[str, ...]
    scale: tuple[str, ...]
    out_of: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Rule):
    """By which functions members come and go."""

    functions: tuple[str, ...]
    forbidden: tuple[str, ...]
    reasons: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt(Rule):
    """A soft question; `most` in households, percent, metres, villages or homes, by its key.

    `least`: shorter texts, in characters, are not asked about.
    """

    key: Warn
    most: Positive | None = None
    least: Positive | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Rule):
    """How many are meant to exit this year."""

    households: int = 0
    persons: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts(Rule):
    """How often a household is looked for at home before the visit ends as 未核实."""

    most: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering(Rule):
    """How an objection is answered: within working days, by so many checkers."""

    days: Positive
    checkers: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing(Rule):
    """How a seed is made: so many hours after the frame was published, so many digits."""

    hours: int
    digits: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Web(Rule):
    """How a list may stand on the web: its days after the announcement, heads masked or not."""

    days: int
    masked: bool
    least_group: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotline(Rule):
    """The supervision number printed on notices and letters."""

    number: str
