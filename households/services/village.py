"""The facts of a village in a year."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from exitcase.core import journal
from exitcase.core.choices import Act
from exitcase.core.errors import Overtaken
from exitcase.core.models import User
from exitcase.core.services.parents import lock_parents
from households.models import VillageYear
from households.services.values import put
from households.services.year import acting

FIELDS = frozenset(
    field.name
    for field in VillageYear._meta.concrete_fields
    if field.name not in {"id", "village", "township", "district", "city", "year", "version"}
)


def record_village(
    village: str,
    year: int,
    data: Mapping[str, Any],
    *,
    by: User | None = None,
    done_on: date | None = None,
    version: int | None = None,
    reason: str = "",
) -> VillageYear:
    """Record what is known of a village; what `data` does not name stays as it is.

    Raises `Refused` for values that cannot be, `Overtaken` when somebody else was faster.
    """
    unknown = set(data) - FIELDS
    if unknown:
        raise TypeError(f"a village's year has no {', '.join(sorted(unknown))}")
    with acting(by, Act.RECORD_VILLAGE, village, done_on, reason=reason):
        lock_parents(village=village)
        record = _record(village, year, version)
        put(record, data, village)
        record.save()
        journal.record(Act.RECORD_VILLAGE, record, f"v{record.version - 1}", f"v{record.version}")
        return record


def _record(village: str, year: int, version: int | None) -> VillageYear:
    found = VillageYear.objects.select_for_update(of=("self",)).filter(village=village, year=year)
    record = found.first()
    if version is not None and version != (record.version if record else 0):
        raise Overtaken(_("别人刚刚保存了这份资料,您填的还没有保存"))
    if record is None:
        return VillageYear.objects.create(village_id=village, year=year)
    record.version += 1
    return record
