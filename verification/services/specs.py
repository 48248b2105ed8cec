"""What a caller tells a service of one row: a name at a meeting, a ballot, a signature, a visit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final

from exitcase.core.choices import Capacity, Fact, Finding, Mode, PaperKind, Post, SignMark
from exitcase.core.models import PostHolder, StoredFile, User
from verification.models import Case, Mandate

UNASKED: Final = 0  # no key of a row


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceSpec:
    """One who was due at a meeting."""

    name: str
    post: Post
    present: bool = True
    signed: bool = True  # in the minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """The votes on one household; together those present who did not stand aside."""

    yes: int
    no: int = 0
    abstained: int = 0
    recused: int = 0
    note: str = ""

    @property
    def cast(self) -> int:
        return self.yes + self.no + self.abstained

    def due(self, present: int) -> int:
        """How many votes there must be, of so many present: who stands aside casts none."""
        return present - self.recused


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessSpec:
    """One indicator judged: met or not, and what was found."""

    met: bool
    facts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignSpec:
    """One signature, or one refusal to sign.

    `slot` is the post the paper asks for; of the household, `capacity` says by what right.
    `adult_on` is the signer's day of full age where the register does not know the signer (a
    guardian of another household); `holder` need only be named where two of one name hold a post.
    """

    slot: Post
    paper: PaperKind
    signer: str
    signed_on: date
    mark: SignMark = SignMark.HAND
    capacity: Capacity | None = None
    relation: str = ""
    mandate: Mandate | None = None
    adult_on: date | None = None
    witness: str = ""
    scan: StoredFile | None = None
    holder: PostHolder | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateSpec:
    """A 委托书 as it is on paper; `agent_id_number` tells the agent's age."""

    number: str
    agent: str
    agent_id_number: str
    relation: str
    reason: str
    valid_from: date
    valid_until: date
    agent_phone: str = ""
    form: str = "书面"
    witness: str = ""
    file: StoredFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorSpec:
    """One person of a visit, in the post of that day."""

    name: str
    post: Post
    user: User | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSpec:
    """One visit, or one attempt at which nobody was at home."""

    mode: Mode
    done_on: date
    visitors: Sequence[VisitorSpec]
    finding: Finding = Finding.MET
    results: Mapping[str, AssessSpec] = field(default_factory=dict)
    place: str = ""
    note: str = ""
    file: StoredFile | None = None  # the sheet
    photos: Sequence[StoredFile] = ()
    began_at: time | None = None  # both hours, or neither
    ended_at: time | None = None
    # The visit that stood there when the form was read, its key or None; UNASKED: nobody read one.
    seen: int | None = UNASKED


@dataclass(frozen=True, slots=True)
class HitSpec:
    """One finding of a bureau about one household: a question, not yet a verdict."""

    case: Case
    fact: Fact
    detail: str


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """One row of a bureau's own list: its number in the file, whose, and what was found."""

    row: int
    id_number: str
    fact: Fact
    detail: str
