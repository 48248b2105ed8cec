"""附件2 验收送审表 of a village or a township: the figures behind a list sent up."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from exitcase.core import clock
from exitcase.core.choices import (
    UNGRANTED,
    Act,
    Capacity,
    Finding,
    Level,
    Mode,
    PaperKind,
    Post,
    Reason,
    SignMark,
    StageKind,
)
from exitcase.core.fields import inside
from exitcase.core.models import Entry
from exitcase.core.papers.sheets import (
    Count,
    Enclosure,
    FailedRow,
    IndicatorCount,
    Item,
    ItemGroup,
    Receipt,
    ReportSheet,
    Signer,
    SubmissionSheet,
)
from exitcase.core.rules import Rules, Stage
from exitcase.core.rules_papers import LISTS, SENT, form_of_household, printed_as
from exitcase.core.words import chinese
from households.choices import Kind
from households.register.cells import labels
from publicity.documents import steps_before
from publicity.models import NoticeItem, Objection, Posting, PostingPhoto
from publicity.term import last_day
from verification.documents.bridges import bridge_of
from verification.documents.common import label, places_of
from verification.documents.dossier import Cabinet, Dossier
from verification.documents.lists import receiver_of, sender_of
from verification.models import Case, Inspection, Submission, SubmissionItem

SIGNERS: Final = {
    Level.VILLAGE: (Post.VILLAGE_SECRETARY, Post.VILLAGE_DIRECTOR, Post.TEAM_LEADER),
    Level.TOWNSHIP: (Post.TOWNSHIP_CADRE, Post.TOWNSHIP_LEADER),
}
FORMS: Final = {PaperKind.ACCEPTANCE_FORM: "验收表", PaperKind.CLEAR_CARD: "明白卡"}
CAPACITIES: Final = (
    (Capacity.HEAD, "户主本人"),
    (Capacity.ADULT_MEMBER, "成年成员"),
    (Capacity.AGENT, "受委托人"),
    (Capacity.GUARDIAN, "监护人"),
)


def submission_sheet(submission: Submission) -> SubmissionSheet:
    """附件2 as things stand; its list, counts and bridge are those frozen when it was sent.

    A plan that has a report in its place gets the same figures as a report.
    """
    rules = submission.programme.rules
    stage = rules.stage(submission.stage)
    kind = printed_as(SENT, stage)
    known = _form(submission, kind, stage)
    if kind == PaperKind.SUBMISSION_FORM:
        return SubmissionSheet(**known)
    known["signers"] = ()  # a letter goes out under the seal
    return ReportSheet(**known, basis=rules.title, steps=steps_before(rules, stage.key))


def _form(submission: Submission, kind: PaperKind, stage: Stage) -> dict[str, Any]:
    """What form and report print alike, by the sheets' names."""
    rules = submission.programme.rules
    sent = _sent(submission)
    ended = _ended(submission)
    count = Count(submission.households, submission.persons)
    village = stage.level == Level.VILLAGE
    return {
        "kind": kind,
        "label": label(rules, kind),
        "organ": sender_of(submission),
        "year": rules.year,
        "copy": "村（社区）用" if village else "乡（镇）用",
        "sender": sender_of(submission),
        "receiver": receiver_of(submission),
        "submitted": count,
        "groups": tuple(_groups(submission, stage, sent)),
        "indicators": _indicators(rules, stage.level, sent),
        "failed": ended,
        "enclosures": _enclosures(submission, sent),
        "opinion_title": "村民委员会意见" if village else "乡镇人民政府意见",
        "opinion": (
            f"{'、'.join(steps_before(rules, stage.key))}均已完成，"
            f"拟脱贫贫困户{count.households}户{count.persons}人，现予送审。"
        ),
        "signers": tuple(Signer(role=chinese(post)) for post in SIGNERS.get(stage.level, ())),
        "sealer": sender_of(submission),
        "receipt": _receipt(submission),
        "filled_by": submission.sent_by.name,
        "filled_on": submission.sent_on,
        "bridge": bridge_of(submission),
    }


def _sent(submission: Submission) -> list[Dossier]:
    rows = SubmissionItem.objects.filter(submission=submission)
    return list(Cabinet(Case.objects.filter(pk__in=rows.values("case")).order_by("pk")))


# ── the groups of figures ─────────────────────────────────────────────────────────────────────


def _groups(submission: Submission, stage: Stage, sent: Sequence[Dossier]) -> Iterator[ItemGroup]:
    rules = submission.programme.rules
    yield ItemGroup(title="基本情况", items=tuple(_basics(submission)))
    if any(one.votes for one in sent):
        yield ItemGroup(title="民主评议", items=tuple(_meetings(sent)))
    if any(one.signed_by(Post.HOUSEHOLD) for one in sent):
        yield ItemGroup(title="贫困户签字认可", items=tuple(_consents(sent)))
    visited = _last_before(rules, stage, (StageKind.CHECK,))
    if visited:
        yield ItemGroup(title=visited.title, items=tuple(_visits(visited, sent)))
    noticed = _last_before(rules, stage, (StageKind.NOTICE,))
    if noticed and sent:
        yield ItemGroup(title=noticed.title, items=tuple(_notice(noticed, sent)))
    yield ItemGroup(title="拟脱贫", items=tuple(_proposed(sent)))


def _last_before(rules: Rules, stage: Stage, kinds: Sequence[StageKind]) -> Stage | None:
    done = rules.chain[: rules.keys.index(stage.key)]
    return next((one for one in reversed(done) if one.kind in kinds), None)


def _basics(submission: Submission) -> Iterator[Item]:
    remaining = Count(*submission.bridge.get("remaining", (0, 0)))
    total = Count(submission.total_households, submission.total_persons)
    yield Item(label="未脱贫总数", count=total + remaining)
    yield Item(label="送审序号", text=f"第{submission.number}次")
    yield Item(label="本次送审", count=Count(submission.households, submission.persons))
    yield Item(label="累计送审", count=total)
    yield Item(label="尚未报", count=remaining)


def _meetings(sent: Sequence[Dossier]) -> Iterator[Item]:
    meetings = {one.votes[-1].meeting_id: one.votes[-1].meeting for one in sent if one.votes}
    held = sorted(meetings.values(), key=lambda meeting: (meeting.held_on, meeting.pk))
    days = [_day(day) for day in sorted({meeting.held_on for meeting in held})]
    due = sum(meeting.expected for meeting in held)
    came = sum(meeting.present or 0 for meeting in held)
    yield Item(label="会议次数", number=len(held), unit="次")
    yield Item(label="会议日期", text=days[0] if len(days) == 1 else f"{days[0]}—{days[-1]}")
    yield Item(label="应到／实到", text=f"{due}／{came} 人")
    yield Item(label="评议通过", count=_count(one for one in sent if one.carried))


def _consents(sent: Sequence[Dossier]) -> Iterator[Item]:
    found = [sign for one in sent if (sign := one.signed_by(Post.HOUSEHOLD)) and not sign.refused]
    signed = {sign.case_id for sign in found}
    by = Counter(sign.capacity for sign in found)
    yield Item(label="签字认可", count=_count(one for one in sent if one.case.pk in signed))
    for capacity, words in CAPACITIES:
        if by[capacity] or capacity == Capacity.HEAD:
            yield Item(label=words, number=by[capacity], unit="户")
    pressed = sum(sign.mark == SignMark.FINGERPRINT for sign in found)
    yield Item(label="捺印", number=pressed, unit="户")


def _visits(stage: Stage, sent: Sequence[Dossier]) -> Iterator[Item]:
    found = [(one, visit) for one in sent if (visit := one.visit_at(stage))]
    met = [one for one, visit in found if visit.finding == Finding.MET]
    yield Item(label="入户核实", count=_count(one for one, _visit in found))
    yield Item(label="核实达标", count=_count(met))
    yield Item(label="核实人次", number=sum(visit.visitors for _one, visit in found), unit="人次")
    yield Item(label="核实方式", text=_modes([visit for _one, visit in found]), wide=True)


def _modes(visits: Iterable[Inspection]) -> str:
    counted = Counter(visit.mode for visit in visits)
    named = [(mode, counted[mode]) for mode in Mode if counted[mode]]
    return "、".join(f"{chinese(mode)}{n}户" for mode, n in named)


def _notice(stage: Stage, sent: Sequence[Dossier]) -> Iterator[Item]:
    keys = [one.case.pk for one in sent]
    items = NoticeItem.valid(case_key__in=keys, stage=stage.key, struck_tx="")
    notices = {item.notice_id: item.notice for item in items.select_related("notice")}
    starts = [one.starts_at for one in notices.values() if one.starts_at]
    ends = [one.closes_at for one in notices.values() if one.closes_at]
    yield Item(label="张贴日", text=_day(clock.day_of(min(starts))) if starts else "")
    yield Item(label="期满", text=f"{_day(last_day(max(ends)))}24时" if ends else "")
    about = Objection.objects.filter(item__notice__in=list(notices))
    answered = about.filter(open=False).count()
    yield Item(label="异议／办结", text=f"{about.count()}／{answered} 件")
    hung = Posting.objects.filter(notice__in=list(notices), hung_at__isnull=False).order_by("pk")
    names = "、".join(dict.fromkeys(hung.values_list("place_name", flat=True)))
    yield Item(label="公示地点", text=names, wide=True)


def _proposed(sent: Sequence[Dossier]) -> Iterator[Item]:
    yield Item(label="合计", count=_count(sent))
    for kind, words in labels(Kind).items():
        of_kind = [one for one in sent if one.case.household.kind == kind]
        yield Item(label=words, count=_count(of_kind))
    yield Item(label="其中返贫户", count=_count(one for one in sent if one.case.relapsed))
    yield Item(label="贫困村", count=_count(one for one in sent if one.case.poor_village))


def _count(dossiers: Iterable[Dossier]) -> Count:
    return sum((Count(1, one.case.persons or 0) for one in dossiers), Count())


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


# ── the rest of the form ──────────────────────────────────────────────────────────────────────


def _indicators(rules: Rules, level: Level, sent: Sequence[Dossier]) -> tuple[IndicatorCount, ...]:
    """Households that met each indicator, by the highest level that had judged them so far."""
    met: Counter[str] = Counter()
    levels = (Level.VILLAGE,) if level == Level.VILLAGE else (Level.VILLAGE, Level.TOWNSHIP)
    for one in sent:
        judged = [one.results(level) for level in levels]
        last = next((found for found in reversed(judged) if found), {})
        met.update(key for key, fine in last.items() if fine)
    keys = rules.indicator_keys
    asked = [row for row in rules.indicators if row.key in keys]
    return tuple(IndicatorCount(title=row.title, households=met[row.key]) for row in asked)


def _ended(submission: Submission) -> tuple[FailedRow, ...]:
    """The households of the region that ended before this submission went up, and why."""
    rules = submission.programme.rules
    done = (*rules.keys[: rules.keys.index(submission.stage)], submission.stage)
    cases = Case.objects.filter(
        inside(submission.region_id),
        batch__programme__key=submission.programme.key,
        state__in=UNGRANTED,
        ended_at_stage__in=done,
        pk__in=_ended_before(submission),
    ).select_related("household")
    rows = list(cases.order_by("village", "household__number", "pk"))
    places = places_of({case.village_id for case in rows})
    titles = {one.key: one.title for one in rules.chain}
    return tuple(
        FailedRow(
            household_number=case.household.number,
            head=case.head_name,
            persons=case.persons or 0,
            stage=titles.get(case.ended_at_stage, ""),
            reason="：".join(
                part for part in (chinese(Reason(case.end_reason)), case.end_note) if part
            ),
            village=places.get(case.village_id, ""),
        )
        for case in rows
    )


def _ended_before(submission: Submission) -> list[int]:
    """The cases whose end stands in the journal before this submission does."""
    rows = Entry.objects.filter(chain=submission.district)
    sent = rows.filter(
        act=Act.SUBMIT, subject="submission", subject_id=str(submission.pk)
    ).order_by("pk")
    ends = rows.filter(subject="case", became__in=UNGRANTED, pk__lt=sent.values("pk")[:1])
    return [int(key) for key in ends.values_list("subject_id", flat=True)]


def _enclosures(submission: Submission, sent: Sequence[Dossier]) -> tuple[Enclosure, ...]:
    keys, rules = [one.case.pk for one in sent], submission.programme.rules
    form, stage = form_of_household(rules), rules.stage(submission.stage)
    meetings = {one.votes[-1].meeting_id for one in sent if one.votes}
    mandates = {sign.mandate_id for one in sent for sign in one.signatures if sign.mandate_id}
    photos = PostingPhoto.objects.filter(
        posting__notice__items__in=NoticeItem.valid(case_key__in=keys)
    ).distinct()
    return (
        Enclosure(
            title=_named(rules, printed_as(LISTS, stage), "名单"),
            number=int(submission.households > 0),  # of nobody no list is made
        ),
        Enclosure(title=_named(rules, form, FORMS[form]), number=submission.households),
        Enclosure(title="会议记录", number=len(meetings)),
        Enclosure(title="公示照片", number=photos.count(), unit="张"),
        Enclosure(title="委托书", number=len(mandates)),
    )


def _named(rules: Rules, kind: PaperKind, name: str) -> str:
    """「验收表（附件1）」, by the plan's own number."""
    number = label(rules, kind)
    return f"{name}（{number}）" if number else name


def _receipt(submission: Submission) -> Receipt:
    """Blank until the receiver has answered."""
    received, returned = submission.received_on, submission.returned_reason
    by = submission.received_by.name if submission.received_by else ""
    return Receipt(
        organ=receiver_of(submission),
        by=by,
        on=received,
        complete=True if received else (False if returned else None),
        reason=returned,
    )
