"""What a caller tells a service of one row: a household on a list, a place, who said what of it."""

from dataclasses import dataclass
from datetime import date

from exitcase.core.choices import Place
from exitcase.core.models import Programme
from households.models import Household
from publicity.choices import Channel


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """One household on a notice, as its case has frozen it."""

    case_key: int
    household_id: int
    group: str
    head_name: str
    persons: int
    facts_sha256: str


@dataclass(frozen=True, slots=True)
class PlaceSpec:
    """One place where it is to hang, in the region whose people hang it."""

    place: Place
    place_name: str
    region_code: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class CaseSpec:
    """A case of which no notice tells: it was refused before, or is appealed against later."""

    case_key: int
    household: Household
    programme: Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionSpec:
    """What somebody said against a case, and how it came in; who, may stay unsaid."""

    received_on: date
    channel: Channel
    text: str
    objector: str = ""
    phone: str = ""
