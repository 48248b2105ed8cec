"""Facts of the village: its meetings and votes, what it judged, what a stage asks on record."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exitcase.core import journal
from exitcase.core.choices import Act, Record, StageKind
from exitcase.core.errors import Overtaken, Refused
from exitcase.core.models import StoredFile, User
from exitcase.core.rules import Stage
from exitcase.core.services.door import door
from households.models import Member
from verification.models import Attendance, Batch, Case, Meeting, StageRecord, Vote
from verification.services.entry import (
    Entry,
    entry,
    names,
    refuse_day,
    refuse_elsewhere,
    refuse_long,
    refuse_unknown,
    stage_of,
)
from verification.services.locks import lock
from verification.services.specs import AttendanceSpec, Ballot

MEETINGS = (StageKind.MEETING,)


# ── meeting ───────────────────────────────────────────────────────────────────────────────────


def hold_meeting(
    batch: Batch,
    stage: str,
    *,
    number: str,
    held_on: date,
    place: str,
    chair: str,
    recorder: str,
    attendances: Sequence[AttendanceSpec],
    by: User,
    done_on: date,
    overseers: str = "",
    minutes: StoredFile | None = None,
    reason: str = "",
) -> Meeting:
    """Record a meeting of the batch's village: everybody who was due, present or away.

    应到 is the number of rows, 实到 of those present; whether that makes a quorum, a gate asks.
    Raises Refused for a number used before, a name twice, who signed without being there.
    """
    with _at_stage(
        batch, stage, Act.HOLD_MEETING, MEETINGS, by=by, done_on=done_on, reason=reason
    ) as (locked, _at):
        refuse_day(held_on, done_on, locked.rules, _("会议日期"))
        _refuse_attendances(attendances)
        _refuse_used(locked.village_id, number)
        meeting = Meeting(
            village_id=locked.village_id,
            programme=locked.programme,
            stage=stage,
            number=number,
            held_on=held_on,
            place=place,
            chair=chair,
            recorder=recorder,
            expected=len(attendances),
            present=sum(one.present for one in attendances),
            overseers=overseers,
            minutes=minutes,
            tx=journal.current().tx,
        )
        _save_meeting(meeting, attendances)
        return meeting


def attach_minutes(
    meeting: Meeting,
    file: StoredFile,
    *,
    by: User,
    done_on: date,
    signed: Sequence[str] = (),
    reason: str = "",
) -> None:
    """Put the scan of the minutes to a meeting; `signed` are those whose signature it shows.

    Until its batches have left the stage. Raises Refused for a name that was not present.
    """
    batch = _a_batch_of(meeting)
    with _at_stage(
        batch, meeting.stage, Act.HOLD_MEETING, MEETINGS, by=by, done_on=done_on, reason=reason
    ):
        present = Attendance.objects.filter(meeting=meeting, present=True)
        strange = set(signed) - set(present.values_list("name", flat=True))
        if strange:
            raise Refused(
                _("签字人不在到会人员中"),
                place=_("会议记录本"),
                value="、".join(sorted(strange)),
                rule=_("只登记到会人员的签字"),
            )
        present.filter(name__in=signed).update(signed=True)
        was = meeting.minutes.sha256 if meeting.minutes else ""
        Meeting.objects.filter(pk=meeting.pk).update(minutes=file)
        meeting.minutes = file
        journal.record(Act.HOLD_MEETING, meeting, was, file.sha256, stage=meeting.stage)


def _save_meeting(meeting: Meeting, attendances: Sequence[AttendanceSpec]) -> None:
    refuse_long([meeting])
    meeting.save(force_insert=True)
    rows = [
        Attendance(
            meeting=meeting, name=one.name, post=one.post, present=one.present, signed=one.signed
        )
        for one in attendances
    ]
    refuse_long(rows)
    Attendance.objects.bulk_create(rows)
    journal.record(
        Act.HOLD_MEETING,
        meeting,
        "",
        f"{meeting.number} {meeting.present}/{meeting.expected}",
        stage=meeting.stage,
        facts={one.name: f"{one.post} {one.present:d} {one.signed:d}" for one in attendances},
    )


def _refuse_attendances(attendances: Sequence[AttendanceSpec]) -> None:
    if not attendances:
        raise Refused(_("没有登记应到人员"), rule=_("逐人登记应到人员,注明到会与否"))
    twice = [name for name, n in Counter(one.name for one in attendances).items() if n > 1]
    if twice:
        raise Refused(
            _("同一人登记了两次"),
            place=_("参会人员"),
            value="、".join(twice),
            rule=_("每人一行;两人同名的加以区别"),
            example=_("王建国(三组)"),
        )
    absent = [one.name for one in attendances if one.signed and not one.present]
    if absent:
        raise Refused(
            _("未到会的人不能在会议记录本上签字"),
            place=_("参会人员"),
            value="、".join(absent),
            rule=_("未到会的,签字一栏为否"),
        )


def _refuse_used(village: str, number: str) -> None:
    if not number or Meeting.objects.filter(village=village, number=number).exists():
        raise Refused(
            _("会议编号没有填写或已用过"),
            place=_("会议编号"),
            value=number,
            rule=_("每村每次会议一个编号"),
            example=_("评议2020-2"),
        )


def _a_batch_of(meeting: Meeting) -> Batch:
    """The batch whose households it was about; before any vote, one of its village there."""
    voted = Batch.objects.filter(pk__in=Vote.valid(meeting=meeting).values("case__batch"))
    there = Batch.objects.filter(
        village=meeting.village_id, programme=meeting.programme_id, stage=meeting.stage
    )
    found: Batch | None = voted.order_by("pk").first() or there.order_by("pk").first()
    if found is None:
        raise Refused(_("该村已没有批次在本环节"), place=meeting.number)
    return found


# ── votes ─────────────────────────────────────────────────────────────────────────────────────


def vote(
    meeting: Meeting,
    ballots: Mapping[int, Ballot],
    *,
    by: User,
    done_on: date,
    reason: str = "",
    seen: Mapping[int, int | None] | None = None,
) -> int:
    """Record the vote on each household (case pk → ballot) at a meeting; gives how many.

    Counted again before the stage is left, the new ballot takes the place of the old. `seen` are
    the votes (case pk → its key, or None) that stood there when the form was read. Raises
    Overtaken where others stand there now; Refused when the votes are not those present without
    the recused, and when a helper or member of the household was present and nobody stood aside.
    Both name the households.
    """
    cases = Case.objects.filter(pk__in=ballots)
    with entry(
        cases, meeting.stage, Act.VOTE, MEETINGS, by=by, done_on=done_on, reason=reason
    ) as at:
        refuse_unknown(at.cases, ballots)
        _refuse_strangers(meeting, at)
        if seen is not None:
            _refuse_overtaken(at, seen)
        for case in at.cases:
            _refuse_miscount(meeting, case, ballots[case.pk])
        _refuse_unrecused(meeting, at.cases, ballots)
        return _save_votes(meeting, at, ballots)


def standing_votes(stage: str, cases: QuerySet[Case]) -> dict[int, Vote]:
    """Case pk → the vote that counts at a stage, of those that have one."""
    return {one.case_id: one for one in Vote.valid(stage=stage, case__in=cases)}


def _refuse_overtaken(at: Entry, seen: Mapping[int, int | None]) -> None:
    now = {key: vote.pk for key, vote in standing_votes(at.stage.key, at.rows()).items()}
    later = [case for case in at.cases if seen.get(case.pk) != now.get(case.pk)]
    if later:
        raise Overtaken(
            _("别人刚刚登记了 %d 户的表决,您填的还没有登记") % len(later), place=names(later)
        )


def _save_votes(meeting: Meeting, at: Entry, ballots: Mapping[int, Ballot]) -> int:
    Vote.valid(stage=meeting.stage, case__in=at.rows()).update(void_tx=at.tx)
    rows = [
        Vote(
            case=case,
            stage=meeting.stage,
            tx=at.tx,
            meeting=meeting,
            yes=ballot.yes,
            no=ballot.no,
            abstained=ballot.abstained,
            recused=ballot.recused,
            note=ballot.note,
        )
        for case in at.cases
        for ballot in [ballots[case.pk]]
    ]
    refuse_long(rows)
    Vote.objects.bulk_create(rows)
    journal.record_set(Act.VOTE, at.rows(), stage=meeting.stage, became=meeting.number)
    # One commitment over all ballots: a figure changed later no longer fits it.
    facts = {row.case.number: f"{row.yes} {row.no} {row.abstained} {row.recused}" for row in rows}
    journal.record(Act.VOTE, meeting, "", _("%d 户") % len(rows), stage=meeting.stage, facts=facts)
    return len(rows)


def _refuse_strangers(meeting: Meeting, at: Entry) -> None:
    away = [case for case in at.cases if case.village_id != meeting.village_id]
    if away or meeting.programme_id != at.programme.pk:
        raise Refused(
            _("所选的户不属于开会的村或方案"),
            place=names(away or at.cases),
            value=meeting.number,
            rule=_("只对本村本方案批次中的户表决"),
        )


def _refuse_miscount(meeting: Meeting, case: Case, ballot: Ballot) -> None:
    present = meeting.present or 0
    if min(ballot.yes, ballot.no, ballot.abstained, ballot.recused) < 0 or (
        ballot.cast != ballot.due(present)
    ):
        raise Refused(
            _("票数与到会人数不符"),
            place=str(case),
            value=_("同意 %(yes)d,不同意 %(no)d,弃权 %(abstained)d,回避 %(recused)d")
            % {
                "yes": ballot.yes,
                "no": ballot.no,
                "abstained": ballot.abstained,
                "recused": ballot.recused,
            },
            rule=_("同意 + 不同意 + 弃权 = 到会 %d 人 - 回避") % present,
            example=_("同意 %d,不同意 0,弃权 0,回避 0") % present,
        )


def bound_to_stand_aside(meeting: Meeting, cases: Iterable[Case]) -> dict[int, set[str]]:
    """Case pk → who of those present may not vote on it: its people and its helper (DOMAIN 5).

    Two queries, however many cases; each case with its household.
    """
    listed = list(cases)
    came = set(meeting.attendances.filter(present=True).values_list("name", flat=True))
    households = [case.household_id for case in listed]
    own: dict[int, set[str]] = {key: set() for key in households}
    members = Member.objects.filter(household__in=households, left_on=None, name__in=came)
    for household, name in members.values_list("household", "name"):
        own[household].add(name)
    return {
        case.pk: own[case.household_id] | ({case.household.helper_name} & came) for case in listed
    }


def _refuse_unrecused(
    meeting: Meeting, cases: Sequence[Case], ballots: Mapping[int, Ballot]
) -> None:
    bound = bound_to_stand_aside(meeting, cases)
    for case in cases:
        if len(bound[case.pk]) > ballots[case.pk].recused:
            raise Refused(
                _("到会的家庭成员或帮扶责任人须回避本户的表决"),
                place=str(case),
                value=_("回避 %d 人") % ballots[case.pk].recused,
                rule=_("须回避:%s") % "、".join(sorted(bound[case.pk])),
                example=_("回避 %d 人") % len(bound[case.pk]),
            )


# ── what a stage asks to have on record ───────────────────────────────────────────────────────


def record_stage(
    batch: Batch,
    stage: str,
    key: Record,
    *,
    by: User,
    done_on: date,
    note: str = "",
    file: StoredFile | None = None,
    reason: str = "",
) -> StageRecord:
    """Put on record what the plan asks beside its rules: work plan, training, briefing …"""
    with _at_stage(
        batch, stage, Act.ADD_EVIDENCE, tuple(StageKind), by=by, done_on=done_on, reason=reason
    ) as (
        locked,
        at,
    ):
        if key not in {asked.key for asked in at.record}:
            raise Refused(
                _("方案在本环节没有要求这项记录"),
                place=at.title,
                value=key,
                rule="、".join(asked.key for asked in at.record) or _("无"),
            )
        row = StageRecord(
            batch=locked,
            stage=stage,
            key=key,
            done_on=done_on,
            note=note,
            file=file,
            tx=journal.current().tx,
        )
        refuse_long([row])
        row.save(force_insert=True)
        journal.record(Act.ADD_EVIDENCE, locked, "", key, stage=stage)
        return row


def unrecorded(batch: Batch) -> int:
    """How many of the things its stage asks to have on record are not; one query."""
    asked = {one.key for one in batch.ask().stage.record}
    rows = StageRecord.objects.filter(batch=batch, stage=batch.stage, key__in=asked)
    return len(asked - set(rows.values_list("key", flat=True)))


@contextmanager
def _at_stage(
    batch: Batch,
    stage: str,
    act: Act,
    kinds: Sequence[StageKind],
    *,
    by: User,
    done_on: date,
    reason: str,
) -> Iterator[tuple[Batch, Stage]]:
    """Open the way for facts of a whole batch."""
    rules = batch.rules
    at = stage_of(rules, stage, kinds)
    codes = [batch.village_id]
    with door(by, act, at.level, codes, rules=rules, done_on=done_on, reason=reason):
        (locked,) = lock(Batch.objects.filter(pk=batch.pk))
        refuse_elsewhere([locked], [], rules, at)
        yield locked, at
