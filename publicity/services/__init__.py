"""The only place where notices, postings and objections change."""

from publicity.services.notices import (
    amend,
    close_notice,
    draft_notice,
    release_notice,
    strike_out,
    take_down,
)
from publicity.services.objections import answer, confirm_answer, lodge
from publicity.services.postings import add_photo, hang, report_gap
from publicity.services.specs import CaseSpec, ItemSpec, ObjectionSpec, PlaceSpec

__all__ = [
    "CaseSpec",
    "ItemSpec",
    "ObjectionSpec",
    "PlaceSpec",
    "add_photo",
    "amend",
    "answer",
    "close_notice",
    "confirm_answer",
    "draft_notice",
    "hang",
    "lodge",
    "release_notice",
    "report_gap",
    "strike_out",
    "take_down",
]
