"""村民主评议: who came, and the votes on each household in one grid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from exitcase.core import clock
from exitcase.core.choices import LIVE, Act, FileKind, Post, StageKind
from exitcase.core.entrance import Visitor, cases
from exitcase.core.errors import Refused
from exitcase.core.forms import DoneForm, Sent, problems_of, sent_in
from exitcase.core.models import PostHolder
from exitcase.core.rules import Stage
from exitcase.core.screens import Link
from exitcase.core.uploads import keep
from verification import queries
from verification.forms.meeting import AttendanceLines, BallotRow, MeetingForm
from verification.models import Attendance, Batch, Case, Meeting, Vote
from verification.services import village
from verification.services.specs import AttendanceSpec
from verification.views.batches import found
from verification.views.desk import may
from verification.views.drafts import draft_of

PAGE_AND_FORM = require_http_methods(["GET", "HEAD", "POST"])


# ── the meeting ───────────────────────────────────────────────────────────────────────────────


@cases(Act.HOLD_MEETING)
@PAGE_AND_FORM
def hold(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The meeting of a batch's village: everybody who was due, present or away."""
    batch = found(visitor, pk)
    stage = _meeting_stage(batch)
    known = _due(batch, stage)
    sheet = _Sheet(
        batch,
        stage,
        MeetingForm(sent_in(request), request.FILES or None, initial=_usual(batch, stage, known)),
        AttendanceLines(
            sent_in(request),
            initial=known,
            prefix="came",
            form_kwargs={"posts": _posts(stage)},
        ),
    )
    if request.method == "POST":
        made = _held(visitor, sheet)
        if made:
            messages.success(request, _("会议已登记,请逐户录入表决"), draft_of(request))
            return redirect("ballots", pk=made.pk)
    context = {
        "section": "batches",
        "entry_page": True,
        "sheet": sheet,
        "may": may(visitor.scope, Act.HOLD_MEETING, batch),
    }
    return render(request, "verification/meeting.html", context, status=sheet.sent.status)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The attendance sheet as it is being filled in, and what is wrong with it."""

    batch: Batch
    stage: Stage
    form: MeetingForm
    lines: Any
    sent: Sent = field(default_factory=Sent)

    @property
    def forms(self) -> list[Any]:
        return [self.form, *self.lines]


def _held(visitor: Visitor, sheet: _Sheet) -> Meeting | None:
    def hold() -> Meeting:
        said = sheet.form.cleaned_data
        specs: list[AttendanceSpec] = [line.spec for line in sheet.lines if line.spec]
        return village.hold_meeting(
            sheet.batch,
            sheet.stage.key,
            number=said["number"],
            held_on=said["held_on"],
            place=said["place"],
            chair=said["chair"],
            recorder=said["recorder"],
            overseers=said["overseers"],
            attendances=specs,
            minutes=keep(said["minutes"], FileKind.SCAN, sheet.batch.village_id, visitor.user),
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
        )

    return sheet.sent.take(sheet.forms, hold)


def _meeting_stage(batch: Batch) -> Stage:
    """The stage the batch stands at, if it is one of meeting; else there is no such page."""
    if batch.stage in batch.rules.keys:
        stage = batch.rules.stage(batch.stage)
        if stage.kind == StageKind.MEETING:
            return stage
    raise Http404


def _posts(stage: Stage) -> Sequence[Post]:
    """Who may be due: the body's members, whoever signs the form, and any villager."""
    slots = stage.signers.slots if stage.signers else ()
    members = stage.body.members if stage.body else ()
    return list(dict.fromkeys([*slots, *members, Post.VILLAGER]))


def _due(batch: Batch, stage: Stage) -> list[dict[str, Any]]:
    """Whom the last meeting of the village asked; without one, whoever holds the posts today."""
    last = Meeting.objects.filter(village=batch.village_id).order_by("pk").last()
    rows: Iterable[tuple[str, str]]
    if last:
        rows = Attendance.objects.filter(meeting=last).order_by("pk").values_list("name", "post")
    else:
        posts = _posts(stage)
        holders = PostHolder.objects.on(clock.today()).filter(region=batch.village_id)
        held = holders.filter(post__in=posts).values_list("name", "post")
        rows = sorted(held, key=lambda row: posts.index(row[1]))
    posts_of: dict[str, str] = {}
    for name, post in rows:  # 一肩挑: one person, the first of the posts
        posts_of.setdefault(name, post)
    return [
        {"name": name, "post": post, "present": True, "signed": True}
        for name, post in posts_of.items()
    ]


def _usual(batch: Batch, stage: Stage, known: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is most likely: the next number, the room of the last meeting, the first two names."""
    held = Meeting.objects.filter(village=batch.village_id)
    last = held.order_by("pk").last()
    names = [one["name"] for one in known]
    return {
        "number": f"{stage.title[-2:]}{batch.rules.year}-{held.count() + 1}",
        "place": last.place if last else "",
        "chair": last.chair if last else "".join(names[:1]),
        "recorder": last.recorder if last else "".join(names[1:2]),
    }


# ── the votes ─────────────────────────────────────────────────────────────────────────────────


@cases(Act.VOTE)
@PAGE_AND_FORM
def ballots(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """逐户表决: exceptions only are typed; what is wrong is said at its row, nothing is lost."""
    meeting = _meeting(visitor, pk)
    batch, rows = _rows(request, visitor, meeting)
    problems: list[Link] = []
    form = DoneForm(sent_in(request))
    if request.method == "POST":
        done = _counted(visitor, meeting, rows, form, problems)
        if done is not None:
            told = ngettext("已登记 %d 户的表决", "已登记 %d 户的表决", done) % done
            messages.success(request, told, draft_of(request))
            return redirect("batch", pk=batch.pk)
    context = {
        "section": "batches",
        "entry_page": True,
        "meeting": meeting,
        "batch": batch,
        "stage": batch.rules.stage(meeting.stage),
        "rows": rows,
        "states": _states(rows),
        "least": rows[0].least if rows else 0,
        "problems": problems,
        "form": form,
        "may": may(visitor.scope, Act.VOTE, batch),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return render(request, "verification/ballots.html", context, status=status)


def _meeting(visitor: Visitor, pk: int) -> Meeting:
    rows = visitor.scope.filter(Meeting.objects.select_related("programme", "village"))
    meeting: Meeting | None = rows.filter(pk=pk).first()
    if meeting is None:
        raise Http404
    return meeting


def _rows(
    request: HttpRequest, visitor: Visitor, meeting: Meeting
) -> tuple[Batch, list[BallotRow]]:
    """The households of the village's batches at the meeting's stage, in the order of groups."""
    standing = queries.batches(visitor.scope).filter(
        village=meeting.village_id, programme=meeting.programme_id, stage=meeting.stage
    )
    batch = standing.order_by("pk").first()
    if batch is None:
        raise Http404(_("该村已没有批次在本环节"))
    before = batch.rules.standing_before(meeting.stage)
    listed = Case.objects.filter(batch__in=standing.order_by().values("pk"), state=before)
    here = list(
        listed.filter(state__in=LIVE).select_related("household").order_by("group", "number")
    )
    counted = {
        one.case_id: one for one in Vote.valid(stage=meeting.stage, case__in=[c.pk for c in here])
    }
    bound = village.bound_to_stand_aside(meeting, here)
    rule = batch.rules.stage(meeting.stage).need("vote")
    present = meeting.present or 0
    least = rule.least(rule.base(present=present, expected=meeting.expected))
    return batch, [
        BallotRow(
            sent_in(request),
            case=case,
            present=present,
            least=least,
            bound=bound[case.pk],
            counted=counted.get(case.pk),
        )
        for case in here
    ]


def _counted(
    visitor: Visitor,
    meeting: Meeting,
    rows: Sequence[BallotRow],
    form: DoneForm,
    problems: list[Link],
) -> int | None:
    """All that was entered, or nothing: how many households, None where something is wrong."""
    entered = [row for row in rows if row.entered]
    for row in entered:
        if not row.is_valid():
            problems += [
                Link(f"{row.case}: {text}", f"#{row['yes'].id_for_label}")
                for text in problems_of(row)
            ]
    if not form.is_valid():
        problems += [Link(text, f"#{form['done_on'].id_for_label}") for text in problems_of(form)]
    if not entered:
        problems.append(Link(_("还没有填写任何一户的票数"), ""))
    if problems:
        return None
    try:
        return village.vote(
            meeting,
            {row.case.pk: row.ballot for row in entered},
            by=visitor.user,
            done_on=form.cleaned_data["done_on"],
            reason=form.cleaned_data["late_reason"],
        )
    except Refused as refused:
        problems.append(Link(str(refused), ""))
        return None


def _states(rows: Sequence[BallotRow]) -> dict[str, int]:
    counts = dict.fromkeys(("done", "no", "bad", "todo"), 0)
    for row in rows:
        counts[row.state] += 1
    return counts
