"""入户核查, on a phone at the door: one household, every indicator answered, then the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exitcase.core import clock
from exitcase.core.choices import LIVE, Act, FileKind, Finding, Mode, Post
from exitcase.core.entrance import Visitor, cases
from exitcase.core.forms import Sent
from exitcase.core.models import PostHolder, User
from exitcase.core.models.region import above
from exitcase.core.rules import Stage
from exitcase.core.screens import Pace
from households.models import Member
from verification import queries
from verification.forms.visiting import Known, VisitForm, VisitorLines
from verification.models import Assessment, Assignment, Batch, Case, Inspection
from verification.services import assessments, inspections
from verification.services.specs import VisitSpec
from verification.views import visited
from verification.views.answers import questions_of
from verification.views.batches import found
from verification.views.desk import may
from verification.views.drafts import draft_of

VISITED: Final = (*inspections.CHECKS, *inspections.SURVEYS)
FEWEST: Final = 2  # lines for visitors where the plan names no number


@dataclass(frozen=True, slots=True)
class _Page:
    """The visit as it is being entered, and what is wrong with it."""

    case: Case
    stage: Stage
    form: VisitForm
    lines: Any
    sent: Sent = field(default_factory=Sent)

    @property
    def survey(self) -> bool:
        """Whether facts are collected, and nothing is judged."""
        return self.stage.kind in inspections.SURVEYS

    @property
    def forms(self) -> list[Any]:
        return [self.form, *self.lines]


@cases(Act.INSPECT, Act.RECORD_SURVEY)
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """One household's visit where its list stands; nothing is answered beforehand."""
    case = _found(visitor, pk)
    known = _known(case)
    page = _page(request, case, known)
    if request.method == "POST":
        made = _made(visitor, page)
        if made:
            messages.success(request, _told(page, made), draft_of(request))
            return _next(visitor, page)
    left = list(_left(visitor, case.batch, page.stage).values_list("pk", flat=True))
    context = {
        "section": "batches",
        "entry_page": True,
        "page": page,
        "questions": questions_of(case, page.form, page.form.indicators),
        "members": Member.objects.filter(household=case.household_id, left_on=None).order_by("pk"),
        "known": list(known.values()),
        "earlier": _earlier(case, page.stage),
        "left": len(left),
        "both": visited.both(page.case, page.stage, page.form, page.lines, page.sent),
        "may": may(visitor.scope, _act(page.stage), case.batch),
    }
    return render(request, "verification/visit.html", context, status=page.sent.status)


def _found(visitor: Visitor, pk: int) -> Case:
    """The case, if it waits where homes are visited; else there is no such page."""
    case = queries.cases(visitor.scope).filter(pk=pk).first()
    if case is None or case.state not in LIVE or case.batch.stage not in case.batch.rules.keys:
        raise Http404(_("没有找到,或不在您的管辖范围内"))
    rules = case.batch.rules
    stage = rules.stage(case.batch.stage)
    if stage.kind not in VISITED or case.state != rules.standing_before(stage.key):
        raise Http404(_("本户所在的环节不入户"))
    return case


def _page(request: HttpRequest, case: Case, known: Mapping[str, Known]) -> _Page:
    rules, stage = case.batch.rules, case.batch.ask().stage
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    survey, asks = stage.kind in inspections.SURVEYS, inspections.asks_indicators(stage)
    own = [one for one in rules.indicators if asks and one.key in rules.indicator_keys]
    form = VisitForm(
        *sent, stage=stage, indicators=own, concludes=not asks and not survey, survey=survey
    )
    least = stage.visitors.least if stage.visitors else FEWEST
    there = visited.standing(case, stage)
    form.initial["seen"] = there.pk if there else None
    here = known.get(request.user.name) if isinstance(request.user, User) else None
    lines = VisitorLines(
        sent[0],
        prefix="who",
        initial=[
            {"name": here.name} if here and not at else {} for at in range(max(least, FEWEST))
        ],
        form_kwargs={"posts": posts_of(stage), "known": known},
    )
    return _Page(case, stage, form, lines)


def posts_of(stage: Stage) -> Sequence[Post]:
    """The posts whose holders visit at a stage; any, where the plan names none."""
    return stage.visitors.who if stage.visitors else tuple(Post)


def _known(case: Case) -> dict[str, Known]:
    """Who is offered by name: those sent to the household first, then who holds a post named.

    Who was sent holds the one post that the plan names, where it names only one.
    """
    stage = case.batch.ask().stage
    posts = posts_of(stage)
    only = posts[0] if len(posts) == 1 else None
    codes = [case.village_id, *above(case.village_id)]
    held = PostHolder.objects.on(clock.today()).filter(region__in=codes, post__in=posts)
    holders = held.select_related("user").order_by("pk")
    post_of = {one.name: Post(one.post) for one in reversed(holders)}
    sent = Assignment.open(case=case.pk, stage=stage.key).select_related("user").order_by("pk")
    found = {
        one.user.name: Known(one.user.name, post_of.get(one.user.name, only), one.user)
        for one in sent
    }
    for one in holders:
        found.setdefault(one.name, Known.of(one))
    return found


def _earlier(case: Case, stage: Stage) -> list[Inspection]:
    """Visits and attempts of this check that are on record."""
    rows = Inspection.valid(case=case.pk, stage=stage.key).prefetch_related("visitor_rows")
    return list(rows.order_by("pk"))


def _made(visitor: Visitor, page: _Page) -> Inspection | None:
    """The visit, by one call of the service, its photos kept before it."""

    def keep() -> Inspection:
        said, region = page.form.cleaned_data, page.case.village_id
        spec = VisitSpec(
            mode=Mode(said["mode"]),
            done_on=said["done_on"],
            finding=page.form.finding,
            visitors=[line.spec for line in page.lines if line.spec],
            results=page.form.results,
            place=said["place"],
            note=said["note"],
            photos=[one.keep(FileKind.PHOTO, region, visitor.user) for one in said["photos"]],
            began_at=said["began_at"],
            ended_at=said["ended_at"],
            seen=said["seen"],
        )
        record = inspections.record_survey if page.survey else inspections.inspect
        return record(
            page.case,
            page.stage.key,
            spec,
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    return page.sent.take(page.forms, keep)


def _act(stage: Stage) -> Act:
    return Act.RECORD_SURVEY if stage.kind in inspections.SURVEYS else Act.INSPECT


def _told(page: _Page, made: Inspection) -> str:
    """What was entered, and where it differs from what was judged below."""
    name = page.case.head_name
    if made.finding == Finding.NOT_MET_HOME:
        return _("%(name)s:已登记未遇,第 %(n)d 次") % {"name": name, "n": made.attempt}
    words = (_("%s:调查已登记") if page.survey else _("%s:核查已登记")) % name
    if page.form.unseen:
        words += _(";看不到的须再次核查:%s") % "、".join(page.form.unseen)
    differing = _differing(page)
    return words + _(";与前面环节认定不同:%s") % "、".join(differing) if differing else words


def _differing(page: _Page) -> list[str]:
    rows = Assessment.objects.filter(case=page.case.pk, void_tx="").exclude(stage=page.stage.key)
    before = dict(rows.order_by("pk").values_list("indicator", "met"))
    now = page.form.results
    return [
        one.title
        for one in page.form.indicators
        if one.key in before and one.key in now and before[one.key] != now[one.key].met
    ]


def _left(visitor: Visitor, batch: Batch, stage: Stage) -> QuerySet[Case]:
    """The households of a batch that this person sees and where nobody was met yet."""
    own = visitor.scope.filter(Case.objects.filter(batch=batch))
    return inspections.waiting(own, batch.rules, stage).order_by("group", "number")


def _next(visitor: Visitor, page: _Page) -> HttpResponse:
    """The next household to visit; after the last the list."""
    after = _left(visitor, page.case.batch, page.stage).exclude(pk=page.case.pk).first()
    if after:
        return redirect("visit", pk=after.pk)
    return redirect("visits", pk=page.case.batch_id)


# ── the list of a batch ───────────────────────────────────────────────────────────────────────


@cases()
@require_safe
def visits(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Who of a batch has been visited and who has not, by name: 210/212 已入户."""
    batch = found(visitor, pk)
    if batch.stage not in batch.rules.keys or batch.ask().stage.kind not in VISITED:
        raise Http404(_("本批次所在的环节不入户"))
    stage = batch.ask().stage
    left = {case.pk: case for case in _left(visitor, batch, stage)}
    seen = _seen(visitor, batch, stage)
    context = {
        "section": "batches",
        "batch": batch,
        "stage": stage,
        "left": [(case, _missed(seen.get(case.pk, []))) for case in left.values()],
        "done": [
            (rows[-1].case, rows[-1], _pace(rows[-1]))
            for key, rows in seen.items()
            if key not in left
        ],
        "may": may(visitor.scope, _act(stage), batch),
        "may_assign": may(visitor.scope, Act.ASSIGN, batch),
        "judges": assessments.by_organs(stage)
        and assessments.organs_of(visitor.user, batch.rules, batch.village_id),
    }
    return render(request, "verification/visits.html", context)


def _seen(visitor: Visitor, batch: Batch, stage: Stage) -> dict[int, list[Inspection]]:
    """Case id → its visits and attempts at this stage, a visit last."""
    own = visitor.scope.filter(Case.objects.filter(batch=batch))
    rows = Inspection.valid(stage=stage.key, case__in=own).select_related("case")
    found: dict[int, list[Inspection]] = {}
    for one in rows.prefetch_related("visitor_rows").order_by("case__group", "case__number", "pk"):
        found.setdefault(one.case_id, []).append(one)
    for visits_of in found.values():
        visits_of.sort(key=lambda one: one.finding != Finding.NOT_MET_HOME)
    return found


def _missed(rows: Sequence[Inspection]) -> int:
    return sum(one.finding == Finding.NOT_MET_HOME for one in rows)


def _pace(one: Inspection) -> Pace:
    return Pace.DONE if one.finding == Finding.MET else Pace.BACK
