"""Hand out a register: by somebody who may see it, for a purpose, on record."""

from exitcase.core import access
from exitcase.core.choices import Level
from exitcase.core.models import Region, User
from exitcase.core.services.reads import log_reads
from households.models import Household
from households.queries import in_scope
from households.register.export import export


def export_register(region: str, year: int, *, by: User, purpose: str) -> bytes:
    """The households of a region that `by` may see, with the facts of its villages, as a workbook.

    Raises `OutOfScope`; `Refused` without a purpose. Every household is in the access log.
    """
    scope = access.require_sight(by, [region])
    households = in_scope(scope).filter(village__gte=region, village__lt=f"{region}~")
    found = Region.objects.under(region).of_level(Level.VILLAGE).order_by("code")
    villages = list(found.values_list("code", flat=True))
    keys = list(households.order_by("pk").values_list("pk", flat=True))
    log_reads(by, region, "export", str(Household._meta.model_name), keys, purpose=purpose)
    return export(households, villages, year)
