"""Who looked at whose data. Written as it happens, sealed into the journal day by day."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db.models import Max
from django.utils.translation import gettext as _

from exitcase.core import clock, journal, merkle
from exitcase.core.choices import Act, Role
from exitcase.core.errors import Refused
from exitcase.core.journal import CHAIN, Actor, read_leaves
from exitcase.core.models import AccessLog, Appointment, Entry, User

KIND = str(AccessLog._meta.model_name)


def log_reads(
    by: User, region: str, kind: str, subject: str, ids: Iterable[object], *, purpose: str = ""
) -> None:
    """Write one row per subject read. `kind`: page, paper, file, export.

    An export always says for what, and so does an auditor, by the errand if nothing is said.
    Raises `Refused`.
    """
    actor = Actor.of(by, region)
    purpose = need_purpose(by, purpose) if kind == "export" else purpose or errand(by)
    common = {
        "chain": region[:CHAIN],
        "actor": actor.name,
        "post": actor.post,
        "kind": kind,
        "subject": subject,
        "purpose": purpose,
        "at": clock.as_text(clock.read()),
    }
    rows = (AccessLog(**common, subject_id=str(one)) for one in ids)
    AccessLog.objects.bulk_create(rows, batch_size=500)


def seal_reads() -> dict[str, int]:
    """Seal what was read before today: chain → rows sealed. A second run the same day does nothing.

    A stretch is by number, not by day: rows that came late, or a demo's clock set back, stay in.
    """
    today = datetime.combine(clock.today(), time(), clock.PLACE)
    old = AccessLog.objects.filter(at__lt=clock.as_text(today)).order_by()
    lasts = old.values_list("chain").annotate(last=Max("pk"))
    sealed = {chain: _seal(chain, last, clock.today()) for chain, last in lasts}
    return {chain: rows for chain, rows in sealed.items() if rows}


def _seal(chain: str, last: int, day: date) -> int:
    seals = Entry.objects.filter(chain=chain, act=Act.READ, subject=KIND).order_by("pk")
    before = seals.values_list("subject_id", flat=True).last()
    first = int(before) if before else 0
    leaves = read_leaves(chain, first, last)
    if not leaves:
        return 0
    with journal.act(Actor.system(), day) as running:
        Entry.objects.create(
            **running.columns(Act.READ) | {"reason": str(len(leaves))},
            chain=chain,
            subject=KIND,
            subject_id=str(last),
            stage="",
            was=str(first),
            became=str(last),
            commitment=merkle.root(leaves).hex(),
        )
    return len(leaves)


def need_purpose(by: User, purpose: str) -> str:
    """What an export is for: as was said, or an auditor's errand. Raises `Refused` for nothing."""
    found = purpose.strip() or errand(by)
    if not found:
        raise Refused(_("导出须写明用途"), example=_("报县扶贫办2020年度退出名单"))
    return found


def errand(by: User) -> str:
    """What an auditor was sent for, as the appointment of today says; "" of anybody else."""
    held = Appointment.objects.on(clock.today()).filter(user=by, role=Role.AUDITOR)
    found = held.order_by("pk").values_list("purpose", flat=True).first()
    return str(found or "")
