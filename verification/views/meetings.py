"""村民主评议: who came, and the votes on each household in one grid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from exitcase.core import clock, sides
from exitcase.core.choices import LIVE, Act, FileKind, Post, StageKind
from exitcase.core.entrance import Visitor, cases
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
BOTH = "#both-title"  # where both values stand side by side


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
    data = sides.chosen(request, lambda: _parts(_rows(None, visitor, meeting)[1]))
    batch, rows = _rows(data, visitor, meeting)
    sent, problems = Sent(), list[Link]()
    form = DoneForm(data)
    if request.method == "POST":
        entered = [row for row in rows if row.entered]
        sides.need_answers(sent, data)
        problems = [*(Link(text, BOTH) for text in sent.problems), *_faults(entered, form)]
        sent.problems = [one.words for one in problems]
        done = None if problems else _counted(visitor, meeting, entered, form, sent)
        problems = problems or [Link(text, BOTH * sent.overtaken) for text in sent.problems]
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
        "both": _both(visitor, meeting, data, rows, sent),
        "states": _states(rows),
        "least": rows[0].least if rows else 0,
        "problems": problems,
        "form": form,
        "may": may(visitor.scope, Act.VOTE, batch),
    }
    return render(request, "verification/ballots.html", context, status=sent.status)


def _meeting(visitor: Visitor, pk: int) -> Meeting:
    rows = visitor.scope.filter(Meeting.objects.select_related("programme", "village"))
    meeting: Meeting | None = rows.filter(pk=pk).first()
    if meeting is None:
        raise Http404
    return meeting


def _rows(
    data: QueryDict | None, visitor: Visitor, meeting: Meeting
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
    counted = village.standing_votes(meeting.stage, listed)
    bound = village.bound_to_stand_aside(meeting, here)
    rule = batch.rules.stage(meeting.stage).need("vote")
    present = meeting.present or 0
    least = rule.least(rule.base(present=present, expected=meeting.expected))
    return batch, [
        BallotRow(
            data,
            case=case,
            present=present,
            least=least,
            bound=bound[case.pk],
            counted=counted.get(case.pk),
        )
        for case in here
    ]


def _faults(entered: Sequence[BallotRow], form: DoneForm) -> list[Link]:
    """What is wrong, each with the way to its row."""
    found = [
        Link(f"{row.case}: {text}", f"#{row['yes'].id_for_label}")
        for row in entered
        if not row.is_valid()
        for text in problems_of(row)
    ]
    if not form.is_valid():
        found += [Link(text, f"#{form['done_on'].id_for_label}") for text in problems_of(form)]
    return found if entered else [*found, Link(_("还没有填写任何一户的票数"), "")]


def _counted(
    visitor: Visitor, meeting: Meeting, entered: Sequence[BallotRow], form: DoneForm, sent: Sent
) -> int | None:
    """All that was entered, or nothing: how many households, None where it was refused."""
    own = _touched(entered)
    if not own:
        return 0  # what stood there others have changed; this one has changed nothing

    def count() -> int:
        said = form.cleaned_data
        return village.vote(
            meeting,
            {row.case.pk: row.ballot for row in own},
            by=visitor.user,
            done_on=said["done_on"],
            reason=said["late_reason"],
            seen={row.case.pk: row.read for row in own},
        )

    return sent.take([], count)


def _touched(entered: Sequence[BallotRow]) -> list[BallotRow]:
    """Without the rows that stand as they were read, of which somebody else has voted since."""
    stale = [row for row in entered if row.overtaken]
    was = Vote.objects.in_bulk([row.read for row in stale if row.read])
    left = [row for row in stale if row.read in was and row.says(was[row.read])]
    return [row for row in entered if row not in left]


def _parts(rows: Sequence[BallotRow]) -> list[sides.Part]:
    """A household's vote is one thing: its figures add up together."""
    return [sides.Part(row, row.case.head_name, words=row.words) for row in rows]


def _both(
    visitor: Visitor,
    meeting: Meeting,
    data: QueryDict | None,
    rows: Sequence[BallotRow],
    sent: Sent,
) -> sides.Both | None:
    """The votes on which somebody else was faster, each beside mine."""
    if not sent.problems:
        return None
    _batch, now = _rows(None, visitor, meeting)
    stands = {row.case.pk: row.read for row in now}
    asked = data.getlist(sides.DIFFERS) if data is not None else ()
    mine = [row for row in rows if row.entered]
    mine = [r for r in mine if r.read != stands.get(r.case.pk) or r.prefix in asked]
    both = sides.compared(sent, data, _parts(mine), lambda: _parts(now))
    if both is None:
        return None
    for row in mine:
        sides.renew(row, "seen", stands.get(row.case.pk) or "")
    return both.by(sides.written(meeting, (Act.VOTE,)))


def _states(rows: Sequence[BallotRow]) -> dict[str, int]:
    counts = dict.fromkeys(("done", "no", "bad", "todo"), 0)
    for row in rows:
        counts[row.state] += 1
    return counts
