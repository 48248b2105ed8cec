from exitcase.core.models.files import Paper, StoredFile
from exitcase.core.models.house import Deployment
from exitcase.core.models.jobs import Job, JobUnit
from exitcase.core.models.journal import AccessLog, Block, Chain, Entry, Salt
from exitcase.core.models.people import Appointment, PostHolder, User
from exitcase.core.models.programme import Programme, ProgrammeText
from exitcase.core.models.region import (
    Region,
    RegionGroupObjectPermission,
    RegionUserObjectPermission,
)
from exitcase.core.models.sendings import Sending

__all__ = [
    "AccessLog",
    "Appointment",
    "Block",
    "Chain",
    "Deployment",
    "Entry",
    "Job",
    "JobUnit",
    "Paper",
    "PostHolder",
    "Programme",
    "ProgrammeText",
    "Region",
    "RegionGroupObjectPermission",
    "RegionUserObjectPermission",
    "Salt",
    "Sending",
    "StoredFile",
    "User",
]
