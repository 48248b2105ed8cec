"""会议记录 and 委托书: the papers of the village's own acts."""

from dataclasses import dataclass
from datetime import date

from exitcase.core.choices import PaperKind
from exitcase.core.papers.sheets.base import Count, Locality, Sheet, Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """One who was due at the meeting."""

    name: str
    post: str  # 村民代表, 驻村工作队 …
    present: bool
    note: str = ""  # 请假, 会后征求意见 …


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRow:
    """What the meeting decided of one household."""

    household_number: str
    head: str
    persons: int
    yes: int
    no: int
    abstained: int
    withdrew: int = 0  # 回避
    passed: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesSheet(Sheet):
    """会议记录: who came, what was said, how each household was voted."""

    kind: PaperKind = PaperKind.MINUTES
    year: int
    place: Locality
    meeting: str  # 村民主评议会
    on: date
    venue: str
    chair: str
    recorder: str
    due: int
    came: int
    rule: str = ""  # what makes it valid: 应到三分之二以上到会，到会过半数同意
    attendees: tuple[Attendee, ...]
    agenda: tuple[str, ...] = ()
    votes: tuple[VoteRow, ...]
    passed: Count
    failed: Count
    notes: str = ""
    signers: tuple[Signer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteSheet(Sheet):
    """逐户表决票: the count on one household at one meeting, as it is called out and written down.

    Raises ValueError when more votes are counted than people came.
    """

    kind: PaperKind = PaperKind.VOTE_SHEET
    year: int
    place: Locality
    meeting: str  # 村民代表会议 第1次
    on: date
    venue: str
    due: int
    came: int
    rule: str = ""  # what makes the vote valid, and carries it
    household_number: str
    head: str
    persons: int
    yes: int | None = None  # None: left for the pen
    no: int | None = None
    abstained: int | None = None
    withdrew: int | None = None  # 回避
    carried: bool | None = None
    note: str = ""  # objections raised
    signers: tuple[Signer, ...] = ()

    def __post_init__(self) -> None:
        counted = sum(one or 0 for one in (self.yes, self.no, self.abstained, self.withdrew))
        if counted > self.came:
            raise ValueError(f"表决票共{counted}人，到会{self.came}人")


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateParty:
    """Principal or agent of a mandate."""

    name: str
    id_number: str = ""
    phone: str = ""
    address: str = ""
    relation: str = ""  # of the agent to the principal


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateSheet(Sheet):
    """授权委托书: the head is away, an adult signs in the adult's own name."""

    kind: PaperKind = PaperKind.MANDATE
    year: int
    place: Locality
    household_number: str
    principal: MandateParty
    agent: MandateParty
    form_title: str  # the paper the agent may sign: 2020年度贫困户脱贫验收表
    reason: str = ""  # 务工, 就医 …
    way: str = ""  # 书面, 视频录像存证 …
    given_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    witness: str = ""
