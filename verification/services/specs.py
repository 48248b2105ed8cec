"""What callers hand to the services: plain values, one class a fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from exitcase.core.choices import Capacity, Fact, Finding, Mode, PaperKind, Post, SignMark
from exitcase.core.models import PostHolder, StoredFile, User
from verification.models import Case, Mandate


@dataclass(frozen=True, slots=True)
class AttendanceSpec:
    """Somebody who should come to a meeting: came or not, signed the minutes or not."""

    name: str
    post: Post
    present: bool
    signed: bool


@dataclass(frozen=True, slots=True)
class Ballot:
    """The votes on one household; they add up to those present less those who stood aside."""

    yes: int
    no: int = 0
    abstained: int = 0
    recused: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class SignSpec:
    """One signature on one household's paper."""

    slot: Post
    paper: PaperKind
    signer: str
    signed_on: date
    mark: SignMark
    capacity: Capacity | None = None  # of the household's signer
    relation: str = ""
    mandate: Mandate | None = None
    adult_on: date | None = None
    witness: str = ""
    scan: StoredFile | None = None
    holder: PostHolder | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class AssessSpec:
    """What a level found of one indicator, and the facts it goes by."""

    met: bool
    facts: str = ""


@dataclass(frozen=True, slots=True)
class VisitorSpec:
    """One person of a visit."""

    name: str
    post: Post
    user: User | None = None


@dataclass(frozen=True, slots=True)
class InspectionSpec:
    """One visit, or one attempt at one; `results` by the plan's indicator keys."""

    mode: Mode
    done_on: date
    finding: Finding
    visitors: Sequence[VisitorSpec]
    results: Mapping[str, AssessSpec] = field(default_factory=dict)
    place: str = ""
    note: str = ""
    file: StoredFile | None = None


@dataclass(frozen=True, slots=True)
class HitSpec:
    """One thing a bureau found that has to be explained."""

    case: Case
    fact: Fact
    detail: str
