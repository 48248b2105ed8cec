"""会议记录, 逐户表决票 and 委托书."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet

from exitcase.core.choices import PaperKind, Post
from exitcase.core.gates import Ask
from exitcase.core.papers.sheets import (
    Attendee,
    Count,
    MandateParty,
    MandateSheet,
    MinutesSheet,
    Signer,
    VoteRow,
    VoteSheet,
)
from exitcase.core.rules import Rules, Stage
from exitcase.core.rules_papers import form_of_household
from exitcase.core.rules_words import QuorumBase, VoteBase
from exitcase.core.words import chinese
from households.choices import Relation
from households.models import Member
from verification.documents.common import Places, label, locality, places_of, title
from verification.gates.village import carried
from verification.models import Attendance, Case, Mandate, Meeting, Vote


def minutes_sheet(meeting: Meeting) -> MinutesSheet:
    """Who came, and how each household was voted, as far as the votes still stand."""
    rules, stage = meeting.programme.rules, meeting.programme.rules.stage(meeting.stage)
    votes = list(_votes(meeting))
    passed = _passed(rules, stage, [vote.case_id for vote in votes])
    attendances = list(meeting.attendances.order_by("pk"))
    return MinutesSheet(
        label=label(rules, PaperKind.MINUTES),
        organ=rules.organ(stage.actor).title,
        year=rules.year,
        place=locality(places_of([meeting.village_id]), meeting.village_id),
        meeting=_called(stage, meeting),
        on=meeting.held_on,
        venue=meeting.place,
        chair=meeting.chair,
        recorder=meeting.recorder,
        due=meeting.expected,
        came=meeting.present or 0,
        rule=rule_in_words(stage),
        attendees=tuple(_attendee(one) for one in attendances),
        agenda=("宣读脱贫标准", "逐户介绍收入和两不愁三保障情况", "逐户表决"),
        votes=tuple(_vote_row(vote, passed=vote.case_id in passed) for vote in votes),
        passed=_count(vote for vote in votes if vote.case_id in passed),
        failed=_count(vote for vote in votes if vote.case_id not in passed),
        notes=f"监督人：{meeting.overseers}" if meeting.overseers else "",
        # The others sign beside their names in the list above.
        signers=(
            Signer(role="主持人", name=meeting.chair),
            Signer(role="记录人", name=meeting.recorder),
        ),
    )


def vote_sheets(votes: QuerySet[Vote]) -> Iterator[VoteSheet]:
    """表决票 of each vote, in order: the count as it was called out at its meeting."""
    rows = list(votes.select_related("case__household", "case__batch__programme", "meeting"))
    places = places_of({vote.case.village_id for vote in rows})
    passed: dict[tuple[int, str], set[int]] = {}
    for vote in rows:
        key = (vote.case.batch.programme_id, vote.stage)
        if key not in passed:
            same = [one.case_id for one in rows if _of(one) == key]
            rules = vote.case.batch.rules
            passed[key] = _passed(rules, rules.stage(vote.stage), same)
        yield _vote_sheet(vote, places, carried=vote.case_id in passed[key])


def _of(vote: Vote) -> tuple[int, str]:
    return vote.case.batch.programme_id, vote.stage


def _vote_sheet(vote: Vote, places: Places, *, carried: bool) -> VoteSheet:
    rules, meeting, case = vote.case.batch.rules, vote.meeting, vote.case
    stage = rules.stage(vote.stage)
    return VoteSheet(
        label=label(rules, PaperKind.VOTE_SHEET),
        organ=rules.organ(stage.actor).title,
        year=rules.year,
        place=locality(places, case.village_id),
        meeting=_called(stage, meeting),
        on=meeting.held_on,
        venue=meeting.place,
        due=meeting.expected,
        came=meeting.present or 0,
        rule=rule_in_words(stage),
        household_number=case.household.number,
        head=case.head_name,
        persons=case.persons or 0,
        yes=vote.yes,
        no=vote.no,
        abstained=vote.abstained,
        withdrew=vote.recused,
        carried=carried,
        note=vote.note,
        signers=(
            Signer(role="唱票人"),
            Signer(role="计票人"),
            Signer(role="监票人", name=meeting.overseers),
            Signer(role="主持人", name=meeting.chair),
        ),
    )


def _called(stage: Stage, meeting: Meeting) -> str:
    return f"{_body(stage)} {meeting.number}"


def _body(stage: Stage) -> str:
    """「村民代表会议」, 「民主评议会议」: a body whose name says it meets needs no second 会议."""
    name = stage.body.title if stage.body else stage.title
    return name if name.endswith("会议") else f"{name}会议"


def _votes(meeting: Meeting) -> QuerySet[Vote]:
    rows = Vote.valid(meeting=meeting).select_related("case__household")
    return rows.order_by("case__household__number")


def carried_at(meeting: Meeting) -> QuerySet[Case]:
    """The cases a meeting's standing votes carry, by the plan's rule."""
    rules = meeting.programme.rules
    cases = Vote.valid(meeting=meeting).values_list("case", flat=True)
    passed = _passed(rules, rules.stage(meeting.stage), list(cases))
    found: QuerySet[Case] = Case.objects.filter(pk__in=passed)
    return found


def _passed(rules: Rules, stage: Stage, cases: Sequence[int]) -> set[int]:
    """Whose vote the plan's rule lets pass: asked of the gate. Without a rule, everybody's."""
    rows = Case.objects.filter(pk__in=cases)
    passing = rows.filter(carried.passes(Ask(rules, stage))) if stage.vote else rows
    return set(passing.values_list("pk", flat=True))


def rule_in_words(stage: Stage) -> str:
    """「应到2/3以上到会，到会人数过1/2同意」."""
    parts = []
    if stage.quorum:
        share = stage.quorum.share
        due = "应到" if stage.quorum.out_of == QuorumBase.MEMBERS else "在家应到"
        parts.append(f"{due}人数{share.num}/{share.den}以上到会")
    if stage.vote:
        share = stage.vote.share
        came = "到会" if stage.vote.out_of == VoteBase.PRESENT else "应到"
        word = "超过" if stage.vote.more_than else "达到"
        parts.append(f"同意票{word}{came}人数{share.num}/{share.den}")
    return "，".join(parts)


def _attendee(one: Attendance) -> Attendee:
    return Attendee(
        name=one.name,
        post=chinese(Post(one.post)),
        present=one.present,
        note="" if one.present else "未到会",
    )


def _vote_row(vote: Vote, *, passed: bool) -> VoteRow:
    return VoteRow(
        household_number=vote.case.household.number,
        head=vote.case.head_name,
        persons=vote.case.persons or 0,
        yes=vote.yes or 0,
        no=vote.no,
        abstained=vote.abstained,
        withdrew=vote.recused,
        passed=passed,
        note=vote.note,
    )


def _count(votes: Iterable[Vote]) -> Count:
    return sum((Count(1, vote.case.persons or 0) for vote in votes), Count())


def mandate_sheet(mandate: Mandate) -> MandateSheet:
    """授权委托书, with both parties' numbers in full: it is the household's own paper."""
    case, household = mandate.case, mandate.case.household
    rules = case.batch.rules
    head = Member.objects.filter(household=household, relation=Relation.HEAD, left_on=None).first()
    return MandateSheet(
        label=label(rules, PaperKind.MANDATE),
        organ=rules.organ(rules.stage(mandate.stage).actor).title,
        year=rules.year,
        place=locality(places_of([case.village_id]), case.village_id, case.group),
        household_number=household.number,
        principal=MandateParty(
            name=case.head_name,
            id_number=head.id_number if head else "",
            phone=household.phone,
            address=household.address,
        ),
        agent=MandateParty(
            name=mandate.agent,
            id_number=mandate.agent_id_number,
            phone=mandate.agent_phone,
            relation=mandate.relation,
        ),
        form_title=title(rules, form_of_household(rules)),
        reason=mandate.reason,
        way=mandate.form,
        given_on=mandate.valid_from,
        valid_from=mandate.valid_from,
        valid_to=mandate.valid_until,
        witness=mandate.witness,
    )
