"""A visit as it is kept, whoever made it: of a check, a survey, a supervision."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from exitcase.core import journal
from exitcase.core.choices import Act, Finding
from exitcase.core.errors import Refused
from verification.models import Case, Inspection, Visitor, VisitPhoto
from verification.services.entry import refuse_long
from verification.services.specs import VisitSpec

Specs = Mapping[int, VisitSpec]  # case pk → visit


def keep(
    cases: Sequence[Case],
    specs: Specs,
    *,
    stage: str,
    act: Act,
    attempts: Mapping[int, int] | None = None,
) -> dict[int, Inspection]:
    """Write each case's visit and its visitors; in the running act, one journal row a case.

    `attempts`: case pk → the number of this attempt to meet the household; the first, unless said.
    Raises Refused for hours out of order and for texts that have no room.
    """
    for case in cases:
        _refuse_hours(case, specs[case.pk])
    nth = attempts or {}
    rows = {
        case.pk: _inspection(case, specs[case.pk], stage, nth.get(case.pk, 1)) for case in cases
    }
    refuse_long(list(rows.values()))
    Inspection.objects.bulk_create(rows.values())
    _keep_visitors(rows, specs)
    VisitPhoto.objects.bulk_create(
        VisitPhoto(inspection=row, file=file)
        for pk, row in rows.items()
        for file in specs[pk].photos
    )
    for finding in Finding:
        found = [pk for pk, row in rows.items() if row.finding == finding]
        if found:
            seen = Case.objects.filter(pk__in=found)
            journal.record_set(act, seen, stage=stage, became=finding)
    return rows


def _inspection(case: Case, spec: VisitSpec, stage: str, attempt: int) -> Inspection:
    return Inspection(
        case=case,
        stage=stage,
        tx=journal.current().tx,
        attempt=attempt,
        mode=spec.mode,
        done_on=spec.done_on,
        began_at=spec.began_at,
        ended_at=spec.ended_at,
        finding=spec.finding,
        visitors=len(spec.visitors),
        place=spec.place,
        note=spec.note,
        file=spec.file,
        facts_sha256=case.facts_sha256,
    )


def _keep_visitors(rows: Mapping[int, Inspection], specs: Specs) -> None:
    visitors = [
        Visitor(inspection=row, name=one.name, post=one.post, user=one.user)
        for pk, row in rows.items()
        for one in specs[pk].visitors
    ]
    refuse_long(visitors)
    Visitor.objects.bulk_create(visitors)


def _refuse_hours(case: Case, spec: VisitSpec) -> None:
    """Both hours or none, the visit's end after its beginning."""
    hours = (spec.began_at, spec.ended_at)
    if hours == (None, None):
        return
    if spec.began_at is None or spec.ended_at is None or spec.ended_at <= spec.began_at:
        raise Refused(
            _("入户的起止时间不对"),
            place=str(case),
            value=" – ".join(f"{hour:%H:%M}" if hour else "-" for hour in hours),
            rule=_("到达和离开时间都填,离开在到达之后;不知道的都不填"),
            example="09:00 – 09:40",
        )
