"""例外先看: which exceptions a person has opened in this session, before the rest goes in one act.

It proves no more than that they were asked for. It is kept with the session, for one matter each;
nobody else's opening counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from exitcase.core.choices import Act, Finding
from exitcase.core.models import Entry, User
from exitcase.core.rules import Rules
from exitcase.core.services.reads import log_reads
from exitcase.core.words import word
from publicity.models import Objection
from verification.documents.exceptions import exceptions
from verification.models import Assessment, Case, Correction, Hit, Inspection, Rectification

KEY: Final = "seen"  # in the session
OPEN: Final = "open"  # in the form, and in the address of who was opened last


@dataclass(frozen=True, slots=True)
class Exceptional:
    """One household to be looked at first: why; what is on record of it, where it is open now."""

    case: Case
    why: tuple[str, ...]
    seen: bool
    told: Sequence[str] = field(default=())


def exceptional(request: HttpRequest, matter: str, cases: QuerySet[Case]) -> list[Exceptional]:
    """The exceptions among some cases, in the order of lists; the one open now with its record."""
    why = exceptions(cases)
    seen = set(_all(request).get(matter, ()))
    now = request.GET.get(OPEN, "")
    rows = Case.objects.filter(pk__in=why).select_related("village", "batch__programme")
    return [
        Exceptional(
            case,
            tuple(_(one) for one in why[case.pk]),
            case.pk in seen,
            list(_told(case)) if case.pk in seen and now == str(case.pk) else (),
        )
        for case in rows.order_by("village", "group", "number")
    ]


def open_one(
    request: HttpRequest, matter: str, among: Iterable[Exceptional], sent: str, *, by: User
) -> HttpResponse:
    """Remember that one was opened, and open it here; who looks is written down.

    Http404 for a household that is no exception.
    """
    found = {str(one.case.pk): one.case for one in among}.get(sent)
    if found is None:
        raise Http404
    log_reads(by, found.village_id, "page", "case", [found.pk])
    every = _all(request)
    every[matter] = sorted({*every.get(matter, ()), int(sent)})
    request.session[KEY] = every
    return redirect(f"{request.path}?{OPEN}={sent}#case-{sent}")


def unseen(among: Iterable[Exceptional]) -> list[str]:
    """What to say where some were not opened: their names; nothing where all were."""
    names = [one.case.head_name for one in among if not one.seen]
    if not names:
        return []
    shown = "、".join(names[:20])
    return [_("还有 %(n)d 户例外没有打开看过:%(names)s") % {"n": len(names), "names": shown}]


def _all(request: HttpRequest) -> dict[str, list[int]]:
    return dict(request.session.get(KEY, {}))


def _told(case: Case) -> Iterator[str]:
    """What is on record of one exception, a line each; eight queries."""
    rules = case.batch.rules
    for hit in Hit.objects.filter(case=case).select_related("run").order_by("pk"):
        bureau = rules.organ(hit.run.bureau).title
        verdict = hit.get_verdict_display() or _("待核实")
        yield _("%(bureau)s比对:%(detail)s。户的说明:%(said)s。结论:%(verdict)s") % {
            "bureau": bureau,
            "detail": hit.detail,
            "said": hit.explanation or "—",
            "verdict": verdict,
        }
    for fix in Rectification.objects.filter(case=case).order_by("pk"):
        yield _("整改:%(problem)s。措施:%(measure)s。复查:%(outcome)s") % {
            "problem": fix.problem,
            "measure": fix.measure or "—",
            "outcome": outcome(fix),
        }
    yield from _of_visits(case, rules)
    for one in Objection.objects.filter(case_key=case.pk).order_by("pk"):
        state = _("未办结") if one.open else one.get_outcome_display()
        yield f"{one.get_kind_display()} {one.number}: {state}"
    for back in Entry.objects.filter(act=Act.SEND_BACK, subject="case", subject_id=str(case.pk)):
        yield _("%(day)s 退回:%(reason)s") % {"day": back.done_on, "reason": back.reason}
    for change in Correction.objects.filter(case=case).order_by("pk"):
        yield _("更正 %(number)s:%(words)s") % {"number": change.number, "words": change.words}


def _of_visits(case: Case, rules: Rules) -> Iterator[str]:
    bad = (Finding.NOT_MET_HOME, Finding.SHORT)
    titles = {one.key: one.title for one in rules.indicators}
    for visit in Inspection.objects.filter(case=case, finding__in=bad).order_by("done_on", "pk"):
        yield _("%(day)s %(stage)s:%(finding)s。%(note)s") % {
            "day": visit.done_on.isoformat(),
            "stage": rules.stage(visit.stage).title,
            "finding": word(Finding(visit.finding)),
            "note": visit.note,
        }
    for short in Assessment.objects.filter(case=case, met=False, void_tx="").order_by("pk"):
        yield _("%(stage)s认定未达标:%(indicator)s。%(facts)s") % {
            "stage": rules.stage(short.stage).title,
            "indicator": titles.get(short.indicator, short.indicator),
            "facts": short.facts,
        }


def outcome(fix: Rectification) -> str:
    """What the re-check of a rectification came to, in words."""
    if fix.passed is None:
        return _("未复查")
    return _("合格") if fix.passed else _("不合格")
